"""Groups, channels and topics that stopped working, until whoever set them up has been told."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, false, literal, or_, select, true, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.troubles import Trouble, TroubledPlace
from storage.lookup import among
from storage.readers import readers
from storage.tables import subscribers, troubles
from storage.types import Moment

_MOST_AT_ONCE = 100


class StoredTroubles:
    """See `bot.ports.Troubles`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, subscriber: int, trouble: Trouble, reason: str, now: datetime) -> None:
        """A place has a trouble; nothing new where it has that one, or a graver one, already."""
        given = {"key": subscriber, "trouble": int(trouble), "reason": reason, "now": now}
        await self._connection.execute(_NOTE, given)

    async def over(self, subscribers: Sequence[int]) -> None:
        """Posts get through to these places."""
        await self._connection.execute(_OVER, {"keys": json.dumps(subscribers)})

    async def untold(self, platform: str, refused_before: datetime) -> list[TroubledPlace]:
        """Places of a platform whose owners have not been told, the longest in trouble first."""
        given = {"of_platform": platform, "before": refused_before}
        found = await self._connection.execute(_UNTOLD, given)
        rows = found.all()
        places = await readers(self._connection, [row.subscriber_id for row in rows])
        return [
            TroubledPlace(
                subscriber=row.subscriber_id,
                place=places[row.subscriber_id],
                trouble=Trouble(row.trouble),
                since=row.since,
            )
            for row in rows
        ]

    async def told(self, places: Sequence[TroubledPlace]) -> None:
        """The owner of these has been told, or cannot be."""
        keys = json.dumps([one.subscriber for one in places])
        await self._connection.execute(_TOLD, {"keys": keys})

    async def withdraw(self, platform: str, since: datetime, reason: str) -> None:
        """Forget what came of one reason since a moment and nobody was told of."""
        given = {"of_platform": platform, "from": since, "reason": reason}
        await self._connection.execute(_WITHDRAW, given)


_key, _trouble = troubles.c.subscriber_id, troubles.c.trouble
_NEW = insert(troubles).from_select(
    ["subscriber_id", "trouble", "reason", "since"],
    # Selected, not given: who was forgotten meanwhile must not break the batch.
    select(
        subscribers.c.id,
        bindparam("trouble", type_=_trouble.type),
        bindparam("reason", type_=troubles.c.reason.type),
        bindparam("now", type_=Moment),
    ).where(subscribers.c.id == bindparam("key", type_=_key.type)),
)
_NOTE = _NEW.on_conflict_do_update(
    index_elements=[_key],
    set_={
        "trouble": _NEW.excluded.trouble,
        "reason": _NEW.excluded.reason,
        "since": _NEW.excluded.since,
        "told": false(),
    },
    where=_NEW.excluded.trouble > _trouble,
)
_OVER = delete(troubles).where(among(_key))
_ON_PLATFORM = exists().where(
    subscribers.c.id == _key, subscribers.c.platform == bindparam("of_platform")
)
# Platforms have been mistaken in what they refuse; not in what they tell by themselves.
_UNTOLD = (
    select(_key, _trouble, troubles.c.since)
    .where(
        troubles.c.told == false(),
        _ON_PLATFORM,
        or_(
            _trouble >= literal(int(Trouble.SILENCED)),
            troubles.c.since <= bindparam("before", type_=Moment),
        ),
    )
    .order_by(troubles.c.since, _key)
    .limit(_MOST_AT_ONCE)
)
_TOLD = update(troubles).where(among(_key)).values(told=true())
_WITHDRAW = delete(troubles).where(
    troubles.c.told == false(),
    troubles.c.since >= bindparam("from", type_=Moment),
    troubles.c.reason == bindparam("reason"),
    _ON_PLATFORM,
)
