"""Knows a stale cache by the date it gives: it is before that of the newest list we have read.

Dates are believed with care. One in the future is never noted, and a list with a round that nobody
has seen is not stale whatever its date, which is then the one to go by: so a site whose dates went
back once is understood again at the next round.
"""

from datetime import datetime

from bot.ports import UnitOfWork

_NOTE = "newest_list"


async def is_dated_back(memory: UnitOfWork, dated: datetime | None) -> bool:
    """Whether a list is dated before the newest one; False when its site does not say."""
    newest = await memory.process.note(_NOTE)
    return dated is not None and newest is not None and dated < datetime.fromisoformat(newest)


async def note_date(memory: UnitOfWork, dated: datetime | None, now: datetime) -> None:
    """A list that is not stale has come."""
    if dated is not None and dated <= now:
        await memory.process.keep_note(_NOTE, dated.isoformat())
