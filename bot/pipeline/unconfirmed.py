"""Tells what only news sites report while IRCC's own data cannot be read; and what came of it.

Everything happens in the transaction of a poll: while polls fail, what the news loop has kept is
looked at; when the official row is there, it takes the place of what was told unconfirmed.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.core.delivery import Kind
from bot.core.detect import Status
from bot.core.rounds import Round
from bot.core.unconfirmed import Report, as_reported, official_of, sift
from bot.ports import UnitOfWork

log = structlog.get_logger()

UNREADABLE_FOR = timedelta(minutes=30)
"""So long IRCC's data must have been unreadable, unless the operator says otherwise."""

COMPARED = timedelta(days=400)
"""Official rounds of so long are compared with what news sites write."""

_DISAGREED = "unconfirmed/disagreed"
"""The note that says what disagreed when it was last logged, and in which incident."""

_UNREADABLE = ("source_unavailable", "source_changed", "newest_row")


async def tell_unconfirmed(memory: UnitOfWork, now: datetime, after: timedelta) -> int:
    """Queue an alert of each reported round once the time has come; returns how many deliveries.

    Nothing is told before a first baseline: without one everything would be new.
    """
    since = await _unreadable_since(memory)
    if not after or since is None or now - since < after:
        return 0
    reports = await memory.news.reports()
    official = await memory.rounds.since((now - COMPARED).date()) if reports else []
    if not official:
        return 0
    told = [one.round for one in await memory.rounds.unconfirmed()]
    sifted = sift(reports, official, told, now)
    await _note_disagreement(memory, sifted.disagreeing, since)
    return sum([await _tell(memory, group, now) for group in sifted.agreed])


async def _note_disagreement(
    memory: UnitOfWork, groups: Sequence[Sequence[Report]], since: datetime
) -> None:
    """Log reports that disagree, once in an incident for the same ones: each poll finds them."""
    links = [[one.link for one in group] for group in groups]
    found = json.dumps([since.isoformat(), *links])
    if links and found != await memory.process.note(_DISAGREED):
        await memory.process.keep_note(_DISAGREED, found)
        for group in links:
            log.warning("reports_disagree", links=group)


async def _unreadable_since(memory: UnitOfWork) -> datetime | None:
    """Since when IRCC's data, or their newest row, cannot be read; None while they can."""
    open_ = [one for one in await memory.process.incidents() if one.ended_at is None]
    return min((one.began_at for one in open_ if one.kind in _UNREADABLE), default=None)


async def _tell(memory: UnitOfWork, reports: Sequence[Report], now: datetime) -> int:
    taken = [str(one.round.number) for one in await memory.rounds.unconfirmed()]
    round_ = as_reported(reports, taken)
    await memory.rounds.add([round_], Status.UNCONFIRMED, now)
    await memory.news.assign([one.link for one in reports], round_.number)
    announcement = await memory.outbox.announce([round_], now, Kind.UNCONFIRMED)
    await memory.outbox.queue_unconfirmed(announcement, round_, now)
    queued = await memory.outbox.queued(announcement)
    log.warning("round_unconfirmed", round=round_.number, deliveries=queued)
    if queued:
        await memory.process.incident(_incident(round_), _seen(round_, reports), now)
    return queued


def _incident(round_: Round) -> str:
    return f"unconfirmed/{round_.number}"


def _seen(round_: Round, reports: Sequence[Report]) -> str:
    """What was reported, for the operator."""
    links = " ".join(one.link for one in reports)
    return f"{round_.name}, {round_.held_on}, CRS cut-off {round_.crs_cut_off}: {links}"


async def overtake(
    memory: UnitOfWork, official: Sequence[Round], now: datetime
) -> list[tuple[Round, Round]]:
    """Let official rows take the place of what was announced unconfirmed.

    Returns each reported round with its row.
    """
    pairs: list[tuple[Round, Round]] = []
    for one in await memory.rounds.unconfirmed() if official else []:
        row = official_of(one.round, official) if one.official is None else None
        if row is not None:
            await memory.rounds.overtake(one.round, row, now)
            await memory.news.renumber(one.round.number, row.number)
            await memory.process.over(_incident(one.round), now=now)
            log.info("round_overtaken", reported=one.round.number, round=row.number)
            pairs.append((one.round, row))
    return pairs
