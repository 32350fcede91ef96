"""The places of a person: kept, and changed with all that waits to be sent there.

An open delivery carries the platform of the place where its reader's alerts go, so whoever changes
that place changes the delivery in the same transaction. One that is being sent right then settles
as it ends; one that comes back is due on the new platform.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.subscribers import Address, OtherPlace
from storage.addresses import LED, LINKED, at
from storage.tables import deliveries, links, strikes, subscribers
from storage.types import Big, Moment, from_millis, to_millis
from storage.waiting import IS_DUE, IS_LEASED, IS_WAITING

_KEY = bindparam("key", type_=Integer)
_THEIRS = (
    select(links.c.platform, links.c.chat, links.c.gone_at, links.c.gone_for)
    .where(links.c.subscriber_id == subscribers.c.id)
    .correlate(subscribers)
    .order_by(links.c.platform)
    .subquery("theirs")
)
ALSO = select(
    func.json_group_array(func.json_array(*_THEIRS.c)),
).scalar_subquery()
"""A subscriber's other places as JSON, for `load_places`."""

_OF = select(subscribers.c.platform, subscribers.c.chat, subscribers.c.gone_at).where(
    subscribers.c.id == _KEY
)


def load_places(text: str) -> tuple[OtherPlace, ...]:
    """The places that `ALSO` gives."""
    if text == "[]":
        return ()
    return tuple(
        OtherPlace(
            address=Address(platform=platform, chat=chat),
            gone_at=None if gone_at is None else from_millis(gone_at),
            gone_for=gone_for,
        )
        for platform, chat, gone_at, gone_for in json.loads(text)
    )


async def write_places(connection: AsyncConnection, key: int, also: Sequence[OtherPlace]) -> None:
    """Let a person's other places be these; a link of somebody else to one of them ends."""
    await connection.execute(delete(links).where(links.c.subscriber_id == key))
    for place in also:
        await connection.execute(delete(links).where(LINKED), at(place.address))
    if also:
        await connection.execute(
            insert(links),
            [
                {
                    "platform": place.address.platform,
                    "chat": place.address.chat,
                    "subscriber_id": key,
                    "gone_at": place.gone_at,
                    "gone_for": place.gone_for,
                }
                for place in also
            ],
        )


async def unlink(connection: AsyncConnection, addresses: Sequence[Address]) -> None:
    """End all links to some addresses."""
    pairs = json.dumps([(address.platform, address.chat) for address in addresses])
    await connection.execute(_UNLINK, {"wanted": pairs})


async def lead(
    connection: AsyncConnection,
    key: int,
    to: Address,
    *,
    left_at: datetime | None = None,
    left_for: str | None = None,
) -> None:
    """Let a person's alerts go to another place of theirs, those that wait already too.

    `left_at` is when, and `left_for` why, the place was given up where they went until now.
    """
    left = (await connection.execute(_OF, {"key": key})).one()
    await connection.execute(
        _EXCHANGE_LINK,
        at(to)
        | {
            "to_platform": left.platform,
            "to_chat": left.chat,
            "gone_at": left_at or left.gone_at,
            "gone_for": left_for,
        },
    )
    await connection.execute(
        _EXCHANGE, {"key": key, "to_platform": to.platform, "to_chat": to.chat}
    )
    await connection.execute(delete(strikes).where(strikes.c.subscriber_id == key))
    for statement in _READDRESS:
        await connection.execute(
            statement, {"key": key, "from_platform": left.platform, "to_platform": to.platform}
        )


async def fall_back(
    connection: AsyncConnection, key: int, place: Address, reason: str, now: datetime
) -> bool:
    """See `bot.ports.Recipients`."""
    known = (await connection.execute(_OF.add_columns(subscribers.c.backup), {"key": key})).first()
    if known is None:
        return False
    if (known.platform, known.chat) != (place.platform, place.chat):
        await connection.execute(_MARK_GONE, at(place) | {"key": key, "now": now})
        return True
    other = (await connection.execute(_REACHABLE, {"key": key})).first()
    if other is None or not known.backup:
        return False
    to = Address(platform=other.platform, chat=other.chat)
    await lead(connection, key, to, left_at=now, left_for=reason)
    return True


async def take_back_falls(
    connection: AsyncConnection, platform: str, since: datetime, reason: str, again: datetime
) -> int:
    """Let alerts go again where one reason led them away since a moment; returns for how many.

    Those that wait are due there at `again`.
    """
    fallen = await connection.execute(
        select(links.c.subscriber_id, links.c.chat).where(
            links.c.platform == platform, links.c.gone_at >= since, links.c.gone_for == reason
        )
    )
    rows = fallen.all()
    for row in rows:
        await lead(connection, row.subscriber_id, Address(platform=platform, chat=row.chat))
        for statement in _POSTPONE:
            await connection.execute(
                statement, {"key": row.subscriber_id, "again": to_millis(again)}
            )
    return len(rows)


async def move(connection: AsyncConnection, address: Address, chat: str) -> None:
    """A chat has another id, whether alerts go there or not."""
    await connection.execute(_MOVE, at(address) | {"to_chat": chat})
    await connection.execute(update(links).where(LINKED).values(chat=chat), at(address))


async def known_at(connection: AsyncConnection, platform: str, chat: str) -> list[int]:
    """Whose place a chat is, whether alerts go there or not."""
    here = at(Address(platform=platform, chat=chat))
    led = await connection.scalars(select(subscribers.c.id).where(LED), here)
    linked = await connection.scalars(select(links.c.subscriber_id).where(LINKED), here)
    return [*led, *linked]


_asked = func.json_each(bindparam("wanted")).table_valued("value").alias("asked")
_UNLINK = delete(links).where(
    tuple_(links.c.platform, links.c.chat).in_(
        select(func.json_extract(_asked.c.value, "$[0]"), func.json_extract(_asked.c.value, "$[1]"))
    )
)
_MOVE = update(subscribers).where(LED).values(chat=bindparam("to_chat"))
_EXCHANGE_LINK = (
    update(links)
    .where(LINKED)
    .values(
        platform=bindparam("to_platform"),
        chat=bindparam("to_chat"),
        gone_at=bindparam("gone_at", type_=Moment),
        gone_for=bindparam("gone_for"),
    )
)
_EXCHANGE = (
    update(subscribers)
    .where(subscribers.c.id == _KEY)
    .values(platform=bindparam("to_platform"), chat=bindparam("to_chat"), gone_at=None)
)
_MARK_GONE = (
    update(links)
    .where(LINKED, links.c.subscriber_id == _KEY, links.c.gone_at.is_(None))
    .values(gone_at=bindparam("now", type_=Moment))
)
_REACHABLE = (
    select(links.c.platform, links.c.chat)
    .where(links.c.subscriber_id == _KEY, links.c.gone_at.is_(None))
    .order_by(links.c.platform)
    .limit(1)
)
_OPEN = deliveries.c.subscriber_id == _KEY
_FROM = deliveries.c.platform == bindparam("from_platform")
# One statement for each partial index: together they would read every delivery there ever was.
_READDRESS = [
    update(deliveries).where(which, _FROM, _OPEN).values(platform=bindparam("to_platform"))
    for which in (IS_DUE, IS_WAITING, IS_LEASED)
]
_AGAIN = bindparam("again", type_=Big)
_POSTPONE = [
    update(deliveries).where(which, _OPEN).values(at=func.max(deliveries.c.at, _AGAIN))
    for which in (IS_DUE, IS_WAITING)
]
