"""One poll after the other: what is remembered, who is told, and what a bad answer does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.core.detect import Change, Status
from bot.core.errors import SourceChanged, SourceUnavailable, StoreUnavailable
from bot.core.rounds import Doubt, Field, Published, Round, RoundNumber, UnreadableRow
from bot.pipeline.poll import PollReport, poll
from bot.ports import Payload, Unchanged, Validators
from storage.unit_of_work import Database, open_database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import dump, rows_of, url_of
from tests.fakes.people import PLATFORM, a_subscriber
from tests.fakes.source import FakeSource, digest_of, publishing

NEWEST = a_round()
DOUBTFUL_SCORE = (Doubt(field=Field.CRS_CUT_OFF, reason="“476?” holds more than a number"),)
BAD_ROW = UnreadableRow(number=None, reason="it has no round number", fingerprint="bad")


def a_later_round(days: int, **changes: Any) -> Round:
    """A round some days after #385, numbered on."""
    return a_round(
        number=RoundNumber(str(385 + days)),
        held_on=NEWEST.held_on + timedelta(days=days),
        **changes,
    )


def history(rounds: int = 12) -> list[Round]:
    """#385 and those before it, newest first."""
    return [a_later_round(-days) for days in range(rounds)]


async def polled(
    store: Database, clock: FakeClock, *answers: Published | Exception
) -> list[PollReport]:
    source = FakeSource(*answers)
    return [await poll(source=source, store=store, clock=clock) for _ in answers]


async def baseline(store: Database, clock: FakeClock) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save_all([a_subscriber("ann"), a_subscriber("bob")])
    await polled(store, clock, publishing(*history()))


MOMENT = timedelta(milliseconds=1)


async def told(store: Database, clock: FakeClock) -> list[list[str]]:
    """The round numbers of each message that waits for the first subscriber."""
    async with store.begin() as memory:
        alerts = await memory.outbox.claim(PLATFORM, now=clock.now, lease=MOMENT, limit=50)
    return [
        [str(about.round.number) for about in alert.rounds]
        for alert in alerts
        if alert.to.address.chat == "ann"
    ]


async def statuses(store: Database) -> dict[str, Status]:
    async with store.look() as memory:
        known = (await memory.rounds.known()).rounds
    return {str(number): one.status for number, one in known.items()}


async def test_the_first_poll_is_a_silent_baseline(store: Database, clock: FakeClock) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber())

    with capture_logs() as logs:
        [report] = await polled(store, clock, publishing(*history()))

    assert report.news is not None
    assert report.news.baseline
    assert (report.queued, report.failure) == (0, None)
    assert await told(store, clock) == []
    assert set((await statuses(store)).values()) == {Status.BASELINE}
    assert {"event": "baseline_taken", "rounds": 12, "log_level": "info"} in logs


async def test_a_new_round_is_told_once(store: Database, clock: FakeClock) -> None:
    await baseline(store, clock)
    news = publishing(a_later_round(1), *history())

    first, second, third = await polled(store, clock, news, news, news)

    assert (first.queued, second.queued, third.queued) == (2, 0, 0)
    assert second.news is None
    assert await told(store, clock) == [["386"]]


async def test_a_payload_that_only_looks_new_queues_nothing(
    store: Database, clock: FakeClock, database: Path
) -> None:
    await baseline(store, clock)
    rounds = [a_later_round(1), *history()]
    await polled(store, clock, publishing(*rounds))
    before = dump(database)

    [report] = await polled(store, clock, publishing(*reversed(rounds)))

    assert report.news is not None
    assert report.queued == 0
    assert dump(database) == before


async def test_new_marks_of_the_same_payload_are_what_the_next_poll_asks_with(
    store: Database, clock: FakeClock
) -> None:
    marks = Validators(etag='"b2"', digest="d")

    class Moved:
        async def read(self, seen: Validators) -> Unchanged:
            return Unchanged(validators=marks)

    report = await poll(source=Moved(), store=store, clock=clock)

    assert (report.news, report.failure) == (None, None)
    async with store.look() as memory:
        assert await memory.source.seen() == marks


async def test_the_operator_hears_that_only_a_mirror_answers(
    store: Database, clock: FakeClock
) -> None:
    busy = SourceUnavailable("busy")

    class Mirrored(FakeSource):
        async def read(self, seen: Validators) -> Payload | Unchanged | None:
            found = await super().read(seen)
            return replace(found or Unchanged(), instead_of=busy)

    payload = publishing(*history())
    mirrored = Mirrored(payload)
    reports = [await poll(source=mirrored, store=store, clock=clock) for _ in range(2)]

    assert [one.failure for one in reports] == [None, None]
    async with store.look() as memory:
        (incident,) = await memory.process.incidents()
    assert (incident.kind, incident.ended_at) == ("source_unavailable", None)
    assert incident.reason == "busy; a mirror is read instead"
    await poll(source=FakeSource(payload), store=store, clock=clock)
    async with store.look() as memory:
        assert [one.ended_at for one in await memory.process.incidents()] == [clock.now]


async def test_an_unchanged_source_is_asked_with_what_was_seen_and_noted(
    store: Database, clock: FakeClock
) -> None:
    payload = publishing(*history())
    source = FakeSource(payload, payload)
    await poll(source=source, store=store, clock=clock)
    clock.forward(minutes=5)
    report = await poll(source=source, store=store, clock=clock)

    assert report == PollReport()
    assert source.seen == [Validators(), Validators(digest=digest_of(payload))]
    async with store.look() as memory:
        assert (await memory.source.health()).succeeded_at == clock.now


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (SourceUnavailable("no answer"), "source_unavailable"),
        (SourceChanged("the answer is a web page"), "source_changed"),
    ],
)
async def test_a_failed_poll_is_a_report_and_changes_nothing(
    store: Database, clock: FakeClock, database: Path, error: Exception, event: str
) -> None:
    await baseline(store, clock)
    before = dump(database)
    async with store.look() as memory:
        seen = await memory.source.seen()
    clock.forward(minutes=1)

    with capture_logs() as logs:
        [report] = await polled(store, clock, error)

    assert report == PollReport(failure=str(error))
    assert [(entry["event"], entry["reason"]) for entry in logs] == [(event, str(error))]
    assert dump(database) == before
    async with store.look() as memory:
        assert await memory.source.seen() == seen
        health = await memory.source.health()
        assert (health.failed_at, health.failure) == (clock.now, str(error))


async def test_what_was_published_during_failures_is_told_afterwards(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    down = SourceUnavailable("no answer")

    await polled(store, clock, down, down, publishing(a_later_round(1), *history()))

    assert await told(store, clock) == [["386"]]


async def test_a_failure_before_the_baseline_does_not_make_it_news(
    store: Database, clock: FakeClock
) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber())

    reports = await polled(store, clock, SourceChanged("empty"), publishing(*history()))

    assert reports[1].news is not None
    assert reports[1].news.baseline
    assert await told(store, clock) == []


@pytest.mark.parametrize(("rounds", "messages"), [(1, 1), (2, 2), (3, 3), (4, 1), (6, 1)])
async def test_more_than_three_new_rounds_become_one_announcement(
    store: Database, clock: FakeClock, rounds: int, messages: int
) -> None:
    await baseline(store, clock)
    news = [a_later_round(days) for days in range(rounds, 0, -1)]

    [report] = await polled(store, clock, publishing(*news, *history()))

    found = await told(store, clock)
    assert (len(found), report.queued) == (messages, 2 * messages)
    assert [number for message in found for number in message] == [
        str(385 + days) for days in range(1, rounds + 1)
    ]


async def test_two_rounds_of_one_day_are_two_messages_oldest_first(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    first, second = a_later_round(1), replace(a_later_round(1), number=RoundNumber("387"))

    await polled(store, clock, publishing(second, first, *history()))

    assert await told(store, clock) == [["386"], ["387"]]


async def test_a_second_round_of_the_day_that_appears_later_is_told_too(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    first, second = a_later_round(1), replace(a_later_round(1), number=RoundNumber("387"))

    await polled(
        store, clock, publishing(second, *history()), publishing(second, first, *history())
    )

    assert sorted(await told(store, clock)) == [["386"], ["387"]]


async def test_a_doubtful_round_waits_and_is_told_when_mended(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    doubtful = a_later_round(1, doubts=DOUBTFUL_SCORE, crs_cut_off=376)
    mended = a_later_round(1)

    with capture_logs() as logs:
        [held] = await polled(store, clock, publishing(doubtful, *history()))

    assert (held.queued, held.doubtful) == (0, (doubtful,))
    assert "round_held" in [entry["event"] for entry in logs]
    assert await told(store, clock) == []
    assert (await statuses(store))["386"] is Status.HELD

    again, released, after = await polled(
        store,
        clock,
        publishing(doubtful, *history(11)),
        publishing(mended, *history()),
        publishing(mended, *history(11)),
    )

    assert (again.queued, released.queued, after.queued) == (0, 2, 0)
    assert (await statuses(store))["386"] is Status.ANNOUNCED
    async with store.begin() as memory:
        alerts = await memory.outbox.claim(PLATFORM, now=clock.now, lease=MOMENT, limit=50)
    assert [alert.rounds[0].round for alert in alerts] == [mended, mended]


async def test_a_doubtful_round_does_not_hold_the_next_one(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    doubtful = a_later_round(1, doubts=DOUBTFUL_SCORE)

    [report] = await polled(store, clock, publishing(a_later_round(2), doubtful, *history()))

    assert report.queued == 2
    assert await told(store, clock) == [["387"]]


@pytest.mark.parametrize("field", [Field.POOL, Field.TIE_BREAKING_RULE, Field.HELD_AT])
async def test_a_doubtful_detail_delays_nobody(
    store: Database, clock: FakeClock, field: Field
) -> None:
    await baseline(store, clock)
    doubtful = a_later_round(1, doubts=(Doubt(field=field, reason="odd"),), pool=None)

    [report] = await polled(store, clock, publishing(doubtful, *history()))

    assert (report.queued, report.doubtful) == (2, (doubtful,))


async def test_an_unreadable_newest_row_is_an_error_and_hides_nothing(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    payload = publishing(
        a_later_round(1), *history(), unreadable=[BAD_ROW], first_row_readable=False
    )

    with capture_logs() as logs:
        await polled(store, clock, payload)

    events = {entry["event"]: entry for entry in logs}
    assert events["newest_row_unreadable"]["reason"] == BAD_ROW.reason
    assert events["newest_row_unreadable"]["log_level"] == "error"
    assert await told(store, clock) == [["386"]]


async def test_the_operator_hears_of_every_row_that_may_be_a_new_round(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    bad = replace(BAD_ROW, number="386", reason="it has no name", sample='{"drawNumber": "386"}')
    payload = publishing(a_later_round(2), *history(), unreadable=[bad])

    await polled(store, clock, payload)

    async with store.look() as memory:
        (incident,) = await memory.process.incidents()
        sample = await memory.source.sample()
    assert (incident.kind, incident.reason) == ("newest_row", "#386: it has no name")
    assert sample is not None
    assert sample.text == bad.sample
    await polled(store, clock, publishing(a_later_round(2), a_later_round(1), *history()))
    async with store.look() as memory:
        assert [one.ended_at for one in await memory.process.incidents()] == [clock.now]


async def test_a_round_of_another_year_waits_and_the_operator_hears_why(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    ahead = replace(a_later_round(1), held_on=NEWEST.held_on + timedelta(days=366))

    [report] = await polled(store, clock, publishing(ahead, *history()))

    assert report.queued == 0
    async with store.look() as memory:
        (incident,) = await memory.process.incidents()
    assert (incident.kind, incident.reason) == ("round_held/386", "it is dated long after today")
    await polled(store, clock, publishing(a_later_round(2), ahead, *history()))
    assert await told(store, clock) == [["387"]]


async def test_a_held_round_that_ircc_takes_back_is_over_with_the_next_one(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    ahead = replace(a_later_round(1), held_on=NEWEST.held_on + timedelta(days=366))
    mended = replace(a_later_round(1), number=RoundNumber("387"))
    for published in (
        publishing(ahead, *history()),
        publishing(*history()),
        publishing(mended, *history()),
    ):
        await polled(store, clock, published)

    assert (await statuses(store))["387"] is Status.ANNOUNCED
    async with store.look() as memory:
        [incident] = await memory.process.incidents()
    assert incident.kind == "round_held/386"
    assert incident.ended_at is not None


async def test_an_unreadable_row_is_logged_once(store: Database, clock: FakeClock) -> None:
    with capture_logs() as logs:
        await polled(
            store,
            clock,
            publishing(*history(), unreadable=[BAD_ROW]),
            publishing(*history(11), unreadable=[BAD_ROW]),
        )

    assert [entry["event"] for entry in logs].count("row_unreadable") == 1


async def test_a_row_that_becomes_readable_is_news(store: Database, clock: FakeClock) -> None:
    await baseline(store, clock)
    unreadable = replace(BAD_ROW, number="386")
    broken = publishing(*history(), unreadable=[unreadable], first_row_readable=False)

    await polled(store, clock, broken, publishing(a_later_round(1), *history()))

    assert await told(store, clock) == [["386"]]


async def test_old_rounds_that_appear_late_wait_for_the_operator(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    await polled(store, clock, publishing(a_later_round(1), *history()))
    await told(store, clock)
    clock.forward(minutes=1)

    [report] = await polled(store, clock, publishing(a_later_round(1), *history(20)))

    assert report.queued == 0
    assert (await statuses(store))["370"] is Status.HELD


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"name": "Healthcare and social services occupations"}, Change.RENAMED),
        ({"crs_cut_off": 470}, Change.CORRECTED),
        ({"programs": ()}, Change.REFRESHED),
    ],
)
async def test_a_revision_is_recorded_and_nobody_told(
    store: Database, clock: FakeClock, change: dict[str, Any], kind: Change
) -> None:
    await baseline(store, clock)
    await polled(store, clock, publishing(a_later_round(1), *history()))
    assert await told(store, clock) == [["386"]]
    revised = a_later_round(1, **change)

    [report] = await polled(store, clock, publishing(revised, *history()))

    assert report.news is not None
    assert [(one.after, one.change) for one in report.news.revised] == [(revised, kind)]
    assert report.queued == 0
    async with store.look() as memory:
        known = await memory.rounds.find("386")
    assert known is not None
    assert (known.round, known.revision, known.status) == (revised, 2, Status.ANNOUNCED)


async def test_figures_once_published_are_kept_when_they_are_blanked(
    store: Database, clock: FakeClock, database: Path
) -> None:
    await baseline(store, clock)
    blanked = a_round(pool=None)

    reports = await polled(
        store, clock, publishing(blanked, *history()[1:]), publishing(blanked, *history(9)[1:])
    )

    async with store.look() as memory:
        known = await memory.rounds.find("385")
    assert known is not None
    assert known.round.pool == NEWEST.pool
    assert reports[0].news is not None
    assert reports[0].news.revised == ()
    assert rows_of(database, "SELECT max(revision) FROM rounds") == [(1,)]


async def test_rounds_that_vanish_are_kept_and_said(store: Database, clock: FakeClock) -> None:
    await baseline(store, clock)

    with capture_logs() as logs:
        [report] = await polled(store, clock, publishing(*history()[2:]))

    assert report.news is not None
    assert report.news.missing == ("384", "385")
    assert "rounds_missing" in [entry["event"] for entry in logs]
    assert len(await statuses(store)) == 12


async def test_a_poll_that_cannot_be_finished_is_as_if_it_never_was(
    database: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round, its decisions, its deliveries and the digest: all of it, or nothing."""
    news = publishing(a_later_round(1), *history())

    async def full(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    async with open_database(url_of(database)) as store:
        await baseline(store, clock)
        before = dump(database)
        with monkeypatch.context() as broken:
            broken.setattr("storage.sources.StoredSource.succeeded", full)
            with pytest.raises(StoreUnavailable):
                await polled(store, clock, news)
        assert dump(database) == before

        [report] = await polled(store, clock, news)

        assert report.queued == 2
        assert await told(store, clock) == [["386"]]


async def test_two_pollers_over_one_database_tell_once(database: Path, clock: FakeClock) -> None:
    news = publishing(a_later_round(1), *history())
    async with open_database(url_of(database)) as one, open_database(url_of(database)) as two:
        await baseline(one, clock)
        async with one.begin() as memory:  # the other poller has read and must wait to write
            await memory.source.failed("for now", clock.now)
        reports = [
            *await polled(one, clock, news),
            *await polled(two, clock, publishing(*reversed(news.rounds))),
        ]

        assert [report.queued for report in reports] == [2, 0]
        assert await told(two, clock) == [["386"]]
