"""A round whose name is new: its French name is looked up, and nobody waits or hears of that."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from adapters.ircc.french import FrenchTwin
from bot.core.rounds import Published, Round
from bot.core.subscribers import Language
from bot.pipeline.deliver import deliver
from bot.pipeline.poll import PollReport, poll
from bot.ports import NameSource
from bot.wording.alerts import alert_message
from storage.unit_of_work import Database
from tests.builders import a_french_row, a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import a_subscriber
from tests.fakes.serving import Handler, answering, serving
from tests.fakes.source import FakeSource, publishing

ENGLISH = "Rural occupations, 2027-Version 1"
FRENCH = "Professions en région rurale, 2027-Version 1"
BASELINE = publishing(a_round())


def a_twin(*rows: object) -> str:
    return json.dumps({"rounds": rows}, ensure_ascii=False)


BOTH_ROWS = a_twin(a_french_row(drawNumber="386", drawName=FRENCH), a_french_row())


def news(**changes: Any) -> Published:
    return publishing(a_round(number="386", **({"name": ENGLISH} | changes)), a_round())


class Counting:
    """A twin that counts how often it is asked."""

    def __init__(self, twin: NameSource) -> None:
        self._twin = twin
        self.asked = 0

    async def names(self) -> Any:
        self.asked += 1
        return await self._twin.names()


async def polls(
    store: Database, clock: FakeClock, twin: NameSource | None, *answers: Published
) -> list[PollReport]:
    """Poll once for each answer, a minute apart."""
    reports = []
    for answer in answers:
        source = FakeSource(answer)
        reports.append(await poll(source=source, store=store, clock=clock, twin=twin))
        clock.forward(minutes=1)
    return reports


async def baseline(store: Database, clock: FakeClock) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber("ann", a_profile(600), language=Language.FRENCH))
    await polls(store, clock, None, BASELINE)


async def heard(store: Database, clock: FakeClock) -> list[str]:
    notifier = FakeNotifier()
    while await deliver(store=store, notifier=notifier, clock=clock):
        pass
    return [alert_message(alert).plain() for alert in notifier.sent]


async def known(store: Database, number: str = "386") -> Round:
    async with store.look() as memory:
        found = await memory.rounds.find(number)
    assert found is not None
    return found.round


async def test_a_new_name_is_looked_up_before_anybody_is_told(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    async with serving(answering(BOTH_ROWS.encode("cp1252"))) as url:
        await polls(store, clock, FrenchTwin(url), news())

    [text] = await heard(store, clock)
    assert FRENCH in text
    assert ENGLISH not in text


async def test_a_name_we_know_is_not_looked_up(store: Database, clock: FakeClock) -> None:
    await baseline(store, clock)
    async with serving(answering(BOTH_ROWS.encode())) as url:
        twin = Counting(FrenchTwin(url))
        await polls(store, clock, twin, news(name=a_round().name), news(name="General"))

    assert twin.asked == 0


async def test_a_twin_that_lags_behind_fills_the_name_in_and_nobody_is_told_again(
    store: Database, clock: FakeClock, database: Path
) -> None:
    await baseline(store, clock)
    bodies = [a_twin(a_french_row()), a_twin(a_french_row()), BOTH_ROWS]

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=(bodies.pop(0) if len(bodies) > 1 else bodies[0]).encode())

    async with serving(answer) as url:
        twin = Counting(FrenchTwin(url))
        await polls(store, clock, twin, news())
        [text] = await heard(store, clock)
        assert ENGLISH in text
        reports = await polls(store, clock, twin, *[news()] * 8)

    assert (await known(store)).name_fr == FRENCH
    assert twin.asked == 3
    assert {report.queued for report in reports} == {0}
    assert await heard(store, clock) == []
    changes = "SELECT change FROM round_revisions WHERE number = '386' ORDER BY revision"
    assert rows_of(database, changes) == [(None,), ("refreshed",)]


class Silent:
    """A twin that never answers, and whose client would wait for ever."""

    async def names(self) -> Any:
        await asyncio.Event().wait()


async def goes_out_in_english(store: Database, clock: FakeClock, twin: NameSource) -> None:
    await baseline(store, clock)
    with capture_logs() as logs:
        [report] = await polls(store, clock, twin, news())

    assert (report.queued, report.failure) == (1, None)
    assert "french_names_unread" in [entry["event"] for entry in logs]
    [text] = await heard(store, clock)
    assert ENGLISH in text


async def is_known_once_the_twin_answers(store: Database, clock: FakeClock) -> None:
    async with serving(answering(BOTH_ROWS.encode())) as url:
        await polls(store, clock, FrenchTwin(url), news())
    assert (await known(store)).name_fr == FRENCH


@pytest.mark.parametrize(
    "handler",
    [
        answering(b"<!doctype html><title>Maintenance</title>"),
        answering(b"", 503),
        answering(BOTH_ROWS.encode()[:200]),
    ],
    ids=["html", "503", "half"],
)
async def test_an_alert_does_not_fail_with_the_twin(
    store: Database, clock: FakeClock, handler: Handler
) -> None:
    async with serving(handler) as url:
        await goes_out_in_english(store, clock, FrenchTwin(url))
    await is_known_once_the_twin_answers(store, clock)


async def test_an_alert_does_not_wait_for_a_twin_that_hangs(
    store: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.french_names.PATIENCE", 0.2)
    await goes_out_in_english(store, clock, Silent())
    await is_known_once_the_twin_answers(store, clock)


async def test_a_fault_of_ours_costs_no_alert(store: Database, clock: FakeClock) -> None:
    class Broken:
        async def names(self) -> Any:
            raise ZeroDivisionError

    await baseline(store, clock)

    [report] = await polls(store, clock, Broken(), news())

    assert report.queued == 1


async def test_what_is_not_to_be_had_is_asked_for_ever_more_rarely_and_then_no_more(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    async with serving(answering(a_twin(a_french_row()).encode())) as url:
        twin = Counting(FrenchTwin(url))
        await polls(store, clock, twin, *[news()] * 65)
        assert twin.asked == 8  # at once, and after 1, 2, 4 ... 64 minutes
        clock.forward(days=4)
        await polls(store, clock, twin, news(), news())
        assert twin.asked == 9
        clock.forward(days=30)
        await polls(store, clock, twin, news(), publishing(*reversed(news().rounds)))

    assert twin.asked == 9


async def test_a_name_that_was_found_outlives_what_ircc_writes_later(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    async with serving(answering(BOTH_ROWS.encode())) as url:
        twin = Counting(FrenchTwin(url))
        await polls(store, clock, twin, news(), news(invitations_issued=7))
        assert (await known(store)).name_fr == FRENCH
        assert twin.asked == 1

        await polls(store, clock, twin, news(name="Remote occupations, 2027-Version 1"))

    assert twin.asked == 2


async def test_a_round_that_was_renamed_loses_the_french_of_its_old_name(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    async with serving(answering(BOTH_ROWS.encode())) as url:
        await polls(store, clock, FrenchTwin(url), news())
    await polls(store, clock, None, news(name="Remote occupations, 2027-Version 1"))

    assert (await known(store)).name_fr is None


async def test_without_a_twin_nothing_is_remembered_of_it(
    store: Database, clock: FakeClock
) -> None:
    await baseline(store, clock)
    await polls(store, clock, None, news(), news())
    clock.forward(minutes=1)

    async with store.look() as memory:
        assert await memory.process.note("french_names") is None
