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
    """Take updates for as long as the block lasts; only from whoever knows the secret."""

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
        await web.TCPSite(runner, webhook.host, webhook.port).start()
        yield
    finally:
        await runner.cleanup()
