"""Updates that Telegram posts to us, on a small server of our own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram.error import TelegramError

from adapters.telegram.transport import AiohttpRequest
from bot.core.errors import Misconfigured

_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`url` is what Telegram calls; something in front of us (TLS) passes it to `host:port`."""

    url: str
    host: str
    port: int
    secret: str = field(default_factory=lambda: token_urlsafe(32), repr=False)


@asynccontextmanager
async def listening(
    webhook: Webhook, taken: Callable[[dict[str, Any]], None]
) -> AsyncIterator[None]:
    """Take updates for as long as the block lasts; only from whoever knows the secret.

    Raises:
        Misconfigured: nobody can listen there, or somebody else does.
    """

    async def take(request: web.Request) -> web.Response:
        given = request.headers.get(_SECRET, "").encode(errors="surrogateescape")
        if not compare_digest(given, webhook.secret.encode()):
            return web.Response(status=403)
        try:
            update = AiohttpRequest.parse_json_payload(await request.read())
        except TelegramError:
            return web.Response(status=400)
        taken(update)
        return web.Response()

    app = web.Application(client_max_size=_LARGEST)
    app.router.add_post(urlsplit(webhook.url).path or "/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await _start(web.TCPSite(runner, webhook.host, webhook.port), webhook)
        yield
    finally:
        await runner.cleanup()


async def _start(site: web.TCPSite, webhook: Webhook) -> None:
    try:
        await site.start()
    except OSError as error:
        at = f"{webhook.host}:{webhook.port}"
        raise Misconfigured(
            f"nothing can listen at {at}: check DRAWBELL_TELEGRAM_WEBHOOK_LISTEN ({error.strerror})"
        ) from None
