"""Source -> detect -> match -> outbox, in one transaction. Decides nothing itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.core.alerts import announcements_of
from bot.core.corrections import to_tell as corrections_to_tell
from bot.core.delivery import Kind
from bot.core.detect import News, Status, detect
from bot.core.errors import DrawbellError, SourceChanged, SourceUnavailable
from bot.core.hidden_rows import hidden_rows
from bot.core.rounds import HOLDING_FIELDS, Round, UnreadableRow
from bot.core.unconfirmed import official_of
from bot.pipeline import french_names, stale
from bot.pipeline.unconfirmed import UNREADABLE_FOR, overtake, tell_unconfirmed
from bot.ports import NameSource, Payload, RoundSource, Store, Unchanged, UnitOfWork

log = structlog.get_logger()

LATE = "it is dated more than a week before the newest round known"
AHEAD = "it is dated long after today"

_Failure = SourceUnavailable | SourceChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one poll did. `failure` is a sentence; `news` is None when nothing had changed.

    `retry_after` is how long the source asks to be left alone, in seconds.
    """

    news: News | None = None
    queued: int = 0
    failure: str | None = None
    retry_after: float | None = None
    doubtful: tuple[Round, ...] = field(default=())


async def poll(
    *,
    source: RoundSource,
    store: Store,
    clock: Callable[[], datetime],
    twin: NameSource | None = None,
    unconfirmed_after: timedelta = UNREADABLE_FOR,
) -> PollReport:
    """Read the source once and queue what follows; a source that fails is a report, no error.

    `twin` knows the French names of rounds whose English ones are new. When the source has not
    been readable for `unconfirmed_after` (never, if that is 0), what news sites report is told to
    those who asked for it.

    Raises:
        StoreUnavailable: the database cannot be used; nothing was changed, the next poll repeats.
    """
    async with store.look() as memory:
        seen = await memory.source.seen()
        wanted = None if twin is None else await french_names.recall(memory)
    try:
        payload = await source.read(seen) or Unchanged()
    except (SourceUnavailable, SourceChanged) as error:
        return await _failed(store, error, clock(), unconfirmed_after)
    if isinstance(payload, Payload) and twin is not None:
        wanted = await french_names.wanted_for(payload.published, wanted, store, clock())
    names = await french_names.look_up(twin, wanted, clock())
    now = clock()
    async with store.begin() as memory:
        if isinstance(payload, Payload):
            published = french_names.named(payload.published, names)
            report = await _take_in(
                replace(payload, published=published), memory, now, unconfirmed_after
            )
        else:
            report = await _nothing_new(payload, memory, now, unconfirmed_after)
        await french_names.note_down(memory, wanted, names, now)
    return report


async def _failed(
    store: Store, error: _Failure, now: datetime, unconfirmed_after: timedelta
) -> PollReport:
    log.error(_kind(error), reason=str(error))
    async with store.begin() as memory:
        await memory.source.failed(str(error), now)
        await memory.process.incident(_kind(error), str(error), now)
        if isinstance(error, SourceChanged) and error.sample is not None:
            await memory.source.keep_sample(error.sample.decode(errors="replace"), now)
        queued = await tell_unconfirmed(memory, now, unconfirmed_after)
    wait = error.retry_after if isinstance(error, SourceUnavailable) else None
    return PollReport(queued=queued, failure=str(error), retry_after=wait)


def _kind(error: _Failure) -> str:
    return "source_changed" if isinstance(error, SourceChanged) else "source_unavailable"


async def _note_failure(memory: UnitOfWork, failure: _Failure | None, now: datetime) -> None:
    """A mirror keeps alerts going, and may be as old as it likes: the operator is to know."""
    if failure is not None:
        reason = f"{failure}; a mirror is read instead"
        await memory.process.incident(_kind(failure), reason, now)
        return
    for kind in await memory.process.over("source_unavailable", "source_changed", now=now):
        log.info("source_well_again", was=kind)


async def _nothing_new(
    unchanged: Unchanged, memory: UnitOfWork, now: datetime, unconfirmed_after: timedelta
) -> PollReport:
    await memory.source.succeeded(unchanged.validators, now)
    log.debug("source_unchanged")
    if unchanged.instead_of is None and not await memory.process.incidents():
        return PollReport()  # as nearly always: nothing is wrong, nor was a minute ago
    await _note_failure(memory, unchanged.instead_of, now)
    queued = await tell_unconfirmed(memory, now, unconfirmed_after)
    return PollReport(queued=queued)


async def _take_in(
    payload: Payload, memory: UnitOfWork, now: datetime, unconfirmed_after: timedelta
) -> PollReport:
    published = payload.published
    older = await stale.is_dated_back(memory, payload)
    known = await memory.rounds.known()
    news = detect(published, known, older=older, today=now.date())
    if not news.older:
        await stale.note_date(memory, payload, now)
    await _remember(memory, news, now)
    queued = await announce(memory, news.to_tell, now)
    queued += await announce_corrections(memory, news, now)
    queued += await announce_history(memory, news.history, now)
    await memory.source.succeeded(payload.validators, now)
    await _note_failure(memory, payload.instead_of, now)
    hidden = hidden_rows(published, known)
    await _note_incidents(memory, news, hidden, now)
    queued += await tell_unconfirmed(memory, now, unconfirmed_after)
    _report(news, hidden, queued)
    return PollReport(
        news=news,
        queued=queued,
        doubtful=tuple(round_ for round_ in published.rounds if round_.doubts),
    )


async def _note_incidents(
    memory: UnitOfWork, news: News, hidden: Sequence[UnreadableRow], now: datetime
) -> None:
    """Open and close what the operator should look at in the feed itself."""
    process = memory.process
    for round_ in news.held:
        await process.incident(f"round_held/{round_.number}", _why_held(round_, now), now)
    for number in (*(one.after.number for one in news.released), *news.withdrawn):
        await process.over(f"round_held/{number}", now=now)
    if hidden:
        await process.incident("newest_row", _seen(hidden), now)
        samples = [row.sample for row in hidden if row.sample]
        if samples:
            await memory.source.keep_sample("\n".join(samples), now)
    else:
        await process.over("newest_row", now=now)
    if news.missing:
        missing = ", ".join(f"#{number}" for number in news.missing[-10:])
        await process.incident("payload_older", missing, now)
    else:
        await process.over("payload_older", now=now)


def _why_held(round_: Round, now: datetime) -> str:
    reasons = [doubt.reason for doubt in round_.doubts if doubt.field in HOLDING_FIELDS]
    if reasons:
        return ", ".join(reasons)
    return LATE if round_.held_on <= now.date() else AHEAD


def _seen(rows: Sequence[UnreadableRow]) -> str:
    """Why rows cannot be read, each with its number if it has one."""
    return "; ".join(f"#{row.number}: {row.reason}" if row.number else row.reason for row in rows)


async def _remember(memory: UnitOfWork, news: News, now: datetime) -> None:
    await memory.rounds.add(news.history, Status.BASELINE, now)
    await memory.rounds.add(news.held, Status.HELD, now)
    await memory.rounds.add(news.new, Status.ANNOUNCED, now)
    for revised in (*news.revised, *news.released):
        await memory.rounds.revise(revised.after, revised.change, now)
    await memory.rounds.set_status([one.after for one in news.released], Status.ANNOUNCED)
    for row in await memory.rounds.note_unreadable(news.unreadable, now):
        log.warning("row_unreadable", number=row.number, reason=row.reason)


async def announce(memory: UnitOfWork, rounds: Sequence[Round], now: datetime) -> int:
    """Queue a delivery for everybody whom new rounds concern; returns how many.

    Whoever was told of one unconfirmed is among them, whatever they hear of otherwise.
    """
    await _link_posts(memory, rounds)
    queued, overtaken = 0, await overtake(memory, rounds, now)
    for together in announcements_of(rounds):
        announcement = await memory.outbox.announce(together, now)
        for round_ in together:
            await memory.outbox.queue(announcement, round_, now)
        for reported, row in overtaken:
            if row in together:
                await memory.outbox.queue_follow_up(announcement, reported, now)
        queued += await memory.outbox.queued(announcement)
    return queued


async def _link_posts(memory: UnitOfWork, rounds: Sequence[Round]) -> None:
    """Posts that were there before IRCC's row were about no round yet."""
    for report in await memory.news.reports() if rounds else []:
        row = official_of(report.round, rounds)
        if row is not None:
            await memory.news.assign([report.link], row.number)


async def confirm(number: str, store: Store, clock: Callable[[], datetime]) -> int:
    """Tell people of a round that was held; returns how many alerts were queued.

    Raises:
        DrawbellError: there is no such round, or it is not held.
        StoreUnavailable: the database cannot be used; nothing was changed.
    """
    async with store.begin() as memory:
        known = await memory.rounds.find(number)
        if known is None or known.status is not Status.HELD:
            raise DrawbellError(
                f"round #{number} is not held; `drawbell doctor` lists those that are"
            )
        await memory.rounds.set_status([known.round], Status.ANNOUNCED)
        await memory.process.over(f"round_held/{known.round.number}", now=clock())
        return await announce(memory, [known.round], clock())


async def announce_corrections(memory: UnitOfWork, news: News, now: datetime) -> int:
    """Queue a delivery for everybody whose answer a correction changed; returns how many may be.

    Whether an answer really changed is seen when a delivery is claimed; if not, it is dropped.
    """
    if not news.revised:
        return 0
    newest = await memory.rounds.latest()
    queued = 0
    newest_day = min(newest.held_on, now.date()) if newest else now.date()
    for revised in corrections_to_tell(news.revised, newest_day):
        announcement = await memory.outbox.announce([revised.after], now, Kind.CORRECTION)
        await memory.outbox.queue_correction(announcement, revised.before.round, revised.after, now)
        count = await memory.outbox.queued(announcement)
        log.info("round_corrected", round=revised.after.number, deliveries=count)
        queued += count
    return queued


async def announce_history(memory: UnitOfWork, rounds: Sequence[Round], now: datetime) -> int:
    """Tell of rounds that are no news any more those who were told of them unconfirmed."""
    queued = 0
    for reported, row in await overtake(memory, rounds, now):
        announcement = await memory.outbox.announce([row], now, Kind.CORRECTION)
        await memory.outbox.queue_follow_up(announcement, reported, now)
        queued += await memory.outbox.queued(announcement)
    return queued


def _report(news: News, hidden: Sequence[UnreadableRow], queued: int) -> None:
    if news.baseline:
        log.info("baseline_taken", rounds=len(news.history))
    for round_ in news.to_tell:
        log.info("round_detected", round=round_.number, crs_cut_off=round_.crs_cut_off)
    for row in hidden:
        log.error("newest_row_unreadable", number=row.number, reason=row.reason)
    for round_ in news.held:
        reasons = [doubt.reason for doubt in round_.doubts]
        log.error("round_held", round=round_.number, reasons=reasons)
    for revised in news.revised:
        log.info("round_revised", round=revised.after.number, change=revised.change)
    if news.missing:
        log.warning("rounds_missing", rounds=len(news.missing))
    if news.to_tell:
        log.info("alerts_queued", deliveries=queued)
