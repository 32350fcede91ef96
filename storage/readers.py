"""Whom claimed deliveries are for: what sending has to know of them, and no more."""

import json
from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.subscribers import Address, Language, Reader
from storage.facts import load_facts
from storage.lookup import among
from storage.tables import subscribers

_COLUMNS = (
    subscribers.c.id,
    subscribers.c.platform,
    subscribers.c.chat,
    subscribers.c.language,
    subscribers.c.time_zone,
    subscribers.c.quiet_from,
    subscribers.c.quiet_until,
    subscribers.c.paused,
    subscribers.c.paused_until,
    subscribers.c.gone_at,
    subscribers.c.facts,
)
_READERS = select(*_COLUMNS).where(among(subscribers.c.id))
_LANGUAGES = {str(language): language for language in Language}


async def readers(connection: AsyncConnection, keys: Sequence[int]) -> dict[int, Reader]:
    """Subscribers by id, without their profiles."""
    found = await connection.execute(_READERS, {"keys": json.dumps(keys)})
    return {key: _reader(*told) for key, *told in found}


def _reader(  # noqa: PLR0913, PLR0917 - as the columns stand: rows of thousands are taken apart by place
    platform: str,
    chat: str,
    language: str,
    time_zone: str | None,
    quiet_from: str | None,
    quiet_until: str | None,
    paused: bool,
    paused_until: datetime | None,
    gone_at: datetime | None,
    facts: str | None,
) -> Reader:
    return Reader(
        address=Address(platform=platform, chat=chat),
        language=_LANGUAGES[language],
        time_zone=time_zone,
        quiet_from=clock_time(quiet_from),
        quiet_until=clock_time(quiet_until),
        paused=paused,
        paused_until=paused_until,
        gone_at=gone_at,
        facts=load_facts(facts),
    )


def clock_time(text: str | None) -> time | None:
    """The time of day that a text holds."""
    return None if text is None else time.fromisoformat(text)
