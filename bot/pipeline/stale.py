"""Knows a stale cache by the date it gives: it is before that of the newest list we have read.

Dates are believed with care. One in the future is never noted, and a list with a round that nobody
has seen is not stale whatever its date, which is then the one to go by: so a site whose dates went
back once is understood again at the next round.

A mirror's date says when it was written there. It counts against the mirror only: before that of
the newest list, or missing while there is one, it shows a copy that may be stale. It is not noted.

All this is of one place. Once another one is set, what the last one said of dates and changes is
forgotten: else the new one might call "unchanged" what nobody has read yet.
"""

from datetime import datetime

from bot.ports import Payload, Store, UnitOfWork

_NOTE, _PLACE = "newest_list", "source_place"


async def reads_from(store: Store, location: str) -> None:
    """The list stands at this URL or path from now on.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    async with store.look() as memory:
        before = await memory.process.note(_PLACE)
    if before == location:
        return
    async with store.begin() as memory:
        await memory.process.keep_note(_PLACE, location)
        if before is not None:
            await memory.process.keep_note(_NOTE, "")
            await memory.source.forget_validators()


async def is_dated_back(memory: UnitOfWork, payload: Payload) -> bool:
    """Whether a list is dated before the newest one; False when IRCC's site does not say."""
    newest = await memory.process.note(_NOTE)
    if not newest:
        return False
    if payload.dated is None:
        return payload.instead_of is not None
    return payload.dated < datetime.fromisoformat(newest)


async def note_date(memory: UnitOfWork, payload: Payload, now: datetime) -> None:
    """A list that is not stale has come."""
    is_official = payload.instead_of is None
    if payload.dated is not None and payload.dated <= now and is_official:
        await memory.process.keep_note(_NOTE, payload.dated.isoformat())
