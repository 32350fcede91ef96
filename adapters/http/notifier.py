"""Posts each alert to a URL as JSON: for platforms we do not know, and for trying out delivery."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp

from adapters.http.errors import UNANSWERED, refusal, silence
from bot.core.delivery import Alert
from bot.core.errors import OutcomeUnknown
from bot.ports import Traits
from bot.wording.alerts import alert_message

PLATFORM = "http"
_LARGEST_ANSWER = 64 * 1024
_CONNECT_SECONDS = 10


class HttpNotifier:
    """See `bot.ports.Notifier`. Chats whose name begins with a dash are groups."""

    def __init__(self, session: aiohttp.ClientSession, url: str, traits: Traits) -> None:
        self._session = session
        self._url = url
        self.traits = traits

    def is_group(self, chat: str) -> bool:
        """Whether a chat is one of many people."""
        return chat.startswith("-")

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:  # noqa: ARG002
        """Post one alert; the answer's `id` is its receipt. There is no markup to leave out."""
        key = f"{alert.key.announcement}-{alert.key.subscriber}"
        return await self.post(alert.to.address.chat, alert_message(alert).plain(), key=key)

    async def post(self, chat: str, text: str, *, key: str) -> str | None:
        """Post a text to a chat; returns the receipt.

        Raises:
            DeliveryError: see `bot.ports.Notifier`.
        """
        facts = {"chat": chat, "text": text, "key": key}
        try:
            async with self._session.post(
                self._url, json=facts, headers={"Idempotency-Key": key}, allow_redirects=False
            ) as answer:
                return await _receipt(answer)
        except UNANSWERED as error:
            raise silence(error) from error


async def _receipt(answer: aiohttp.ClientResponse) -> str | None:
    body = _json(await _read(answer))
    if not 200 <= answer.status < 300:
        raise refusal(
            answer.status,
            body if isinstance(body, dict) else {},
            answer.headers.get("Retry-After"),
        )
    if not isinstance(body, dict):
        raise OutcomeUnknown(f"{answer.status} with an answer that is no JSON object")
    return None if body.get("id") is None else str(body["id"])


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """The answer, whole, unless it is far too long."""
    body = b""
    async for part in answer.content.iter_any():
        body += part
        if len(body) > _LARGEST_ANSWER:
            break
    return body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body.strip() else {}
    except ValueError:
        return None


@asynccontextmanager
async def http_notifier(
    url: str, *, per_second: float, idempotent_seconds: float, timeout_seconds: float
) -> AsyncIterator[HttpNotifier]:
    """A notifier with a session of its own, closed at the end. Times are seconds."""
    traits = Traits(
        platform=PLATFORM,
        per_second=per_second,
        per_group_minute=20,
        in_flight=int(min(max(per_second, 16), 128)),
        idempotent_for=timedelta(seconds=idempotent_seconds) or None,
    )
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=traits.in_flight),
        timeout=aiohttp.ClientTimeout(total=timeout_seconds, connect=_CONNECT_SECONDS),
    ) as session:
        yield HttpNotifier(session, url, traits)
