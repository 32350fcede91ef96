"""Forgets people for good, in whichever way they leave."""

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import State
from storage.audiences import drop_unused
from storage.tables import deliveries, subscribers


async def forget(
    connection: AsyncConnection, who: ColumnElement[bool], theirs: ColumnElement[bool]
) -> int:
    """Delete everything about some subscribers (`theirs`: deliveries); returns how many they were.

    What was delivered stays counted, under a number that leads to nobody.
    """
    waiting = deliveries.c.state <= int(State.LEASED)
    await connection.execute(delete(deliveries).where(theirs, waiting))
    await connection.execute(update(deliveries).where(theirs).values(error=None, receipt=None))
    forgotten = await connection.execute(delete(subscribers).where(who))
    if forgotten.rowcount:
        await drop_unused(connection)
    return forgotten.rowcount
