"""Forgets people for good, in whichever way they leave."""

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import State
from bot.core.subscribers import Address
from storage.addresses import LED, at
from storage.audiences import drop_unused
from storage.tables import deliveries, link_tries, links, subscribers


async def forget_one(connection: AsyncConnection, key: int) -> None:
    """Delete everything about one subscriber, and the wrong codes that came from their places."""
    await _forget_tries(connection, key)
    await forget(connection, subscribers.c.id == key, deliveries.c.subscriber_id == key)


async def make_way(connection: AsyncConnection, address: Address) -> None:
    """Forget a group that follows nothing yet, for one that moves to its address."""
    idle = await connection.scalar(_IDLE, at(address))
    if idle is not None:
        await forget_one(connection, idle)


async def forget(
    connection: AsyncConnection, who: ColumnElement[bool], theirs: ColumnElement[bool]
) -> int:
    """Delete everything about some subscribers (`theirs`: deliveries); returns how many they were.

    What was delivered stays counted, under a number that leads to nobody.
    """
    still_open = deliveries.c.state <= int(State.LEASED)
    await connection.execute(delete(deliveries).where(theirs, still_open))
    await connection.execute(update(deliveries).where(theirs).values(error=None, receipt=None))
    forgotten = await connection.execute(delete(subscribers).where(who))
    if forgotten.rowcount:
        await drop_unused(connection)
    return forgotten.rowcount


async def _forget_tries(connection: AsyncConnection, key: int) -> None:
    """Delete the wrong codes that came from a person's places."""
    for table, whose in ((subscribers, subscribers.c.id), (links, links.c.subscriber_id)):
        places = select(table.c.platform, table.c.chat).where(whose == key)
        await connection.execute(
            delete(link_tries).where(tuple_(link_tries.c.platform, link_tries.c.chat).in_(places))
        )


# A pause of somebody's own has a beginning; a group that follows nothing is just kept silent.
_IDLE = select(subscribers.c.id).where(
    LED, subscribers.c.paused.is_(True), subscribers.c.paused_since.is_(None)
)
