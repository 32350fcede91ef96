"""From the bytes of a feed to somebody's screen, killed after each step and resumed."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web

from adapters.ircc.fetch import FileSource
from bot.app import poll_once
from bot.core.alerts import Preference
from bot.core.delivery import Alert, ProfileVerdict
from bot.core.match import Eligibility, Reason, Standing
from bot.core.profiles import Answers, Profile, Submitted
from bot.core.subscribers import Subscriber
from bot.pipeline.deliver import LEASE, deliver
from bot.pipeline.poll import PollReport, poll
from bot.ports import Notifier, RoundSource, Store, UnitOfWork
from bot.settings import Settings
from storage.unit_of_work import Database, open_database
from tests.builders import a_feed, a_profile, a_row
from tests.data.shared import SHARED, needs_shared, shared_bytes
from tests.fakes.clock import FakeClock
from tests.fakes.databases import KEPT_TABLES, a_copy_of, dump, integrity, rows_of, url_of
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import a_subscriber
from tests.fakes.serving import Handler, serving

ROOT = Path(__file__).parents[1]


def older_row(number: int) -> dict[str, object]:
    """A row before #385, a day for each number."""
    day = date.fromordinal(date(2025, 12, 11).toordinal() - (385 - number))
    return a_row(drawNumber=str(number), drawDate=day.isoformat(), drawDateFull=f"{day:%B %-d, %Y}")


HISTORY = [older_row(number) for number in range(384, 370, -1)]
BEFORE = a_feed(HISTORY)
AFTER = a_feed([a_row(), *HISTORY])


def a_crowd() -> list[Subscriber]:
    """People with every priority, a couple, and three who are not concerned."""
    return [
        a_subscriber("above", a_profile(480)),
        a_subscriber("couple", a_profile(300), a_profile(476, name="partner")),
        a_subscriber("tied", a_profile(476)),
        a_subscriber("near", a_profile(470)),
        a_subscriber("far", a_profile(100)),
        a_subscriber("paused", a_profile(500), paused=True),
        a_subscriber("other", a_profile(500, yes=("french",), no=("healthcare",))),
    ]


CONCERNED = {"above", "couple", "tied", "near"}


async def subscribe(store: Store, people: Sequence[Subscriber]) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save_all(people)


async def read(store: Store, feed: Path, body: bytes, clock: FakeClock) -> PollReport:
    """IRCC publishes `body`, and we poll."""
    feed.write_bytes(body)  # noqa: ASYNC240 - nothing else runs
    return await poll(source=FileSource(feed), store=store, clock=clock)


async def drain(store: Store, notifier: Notifier, clock: FakeClock, batch: int = 50) -> None:
    while await deliver(store=store, notifier=notifier, clock=clock, limit=batch):
        pass


async def test_a_round_goes_from_the_bytes_of_the_feed_to_each_one_it_concerns(
    store: Database, tmp_path: Path, clock: FakeClock
) -> None:
    await subscribe(store, a_crowd())
    notifier, feed = FakeNotifier(), tmp_path / "feed.json"

    for body, queued in [(BEFORE, 0), (AFTER, 4), (AFTER, 0), (BEFORE, 0), (AFTER, 0)]:
        report = await read(store, feed, body, clock)
        await drain(store, notifier, clock)
        assert (report.queued, report.failure) == (queued, None)

    assert notifier.told == ["above", "couple", "tied", "near"]
    assert {alert.rounds[0].round.number for alert in notifier.sent} == {"385"}


# --- killed in the process, at every step ---


class Killed(BaseException):
    """The process is gone: whatever it still tries fails."""


class Fate:
    """Kills the process at its n-th step, and keeps it dead."""

    def __init__(self, dies_at: int | None) -> None:
        self._dies_at = dies_at
        self.steps: list[str] = []

    @property
    def dead(self) -> bool:
        return self._dies_at is not None and len(self.steps) >= self._dies_at

    def step(self, name: str) -> None:
        if self.dead:
            raise Killed
        self.steps.append(name)
        if self.dead:
            raise Killed


class Mortal:
    """Wraps an object: the process may die before and after each of its methods."""

    def __init__(self, inner: object, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)
        if name in ("traits", "is_group"):
            return inner  # facts, no steps
        if not callable(inner):
            return Mortal(inner, self._fate)

        async def call(*args: Any, **keywords: Any) -> Any:
            self._fate.step(f"before {name}")
            answer = await inner(*args, **keywords)
            self._fate.step(f"after {name}")
            return answer

        return call


class MortalStore:
    """A store whose process may also die before a transaction, at its commit, and after it."""

    def __init__(self, inner: Store, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        self._fate.step("before begin")
        async with self._inner.begin() as memory:
            yield cast(UnitOfWork, Mortal(memory, self._fate))
            self._fate.step("before commit")
        self._fate.step("after commit")

    @asynccontextmanager
    async def look(self) -> AsyncIterator[UnitOfWork]:
        self._fate.step("before look")
        async with self._inner.look() as memory:
            yield cast(UnitOfWork, Mortal(memory, self._fate))

    async def scrub(self) -> None:
        raise AssertionError("no poll and no delivery forgets anybody")


async def live(
    database: Path, feed: Path, notifier: Notifier, fate: Fate, clock: FakeClock
) -> bool:
    """One life of the process, from opening its database on; False when it was killed."""
    async with open_database(url_of(database)) as opened:
        store = MortalStore(opened, fate)
        source = cast(RoundSource, Mortal(FileSource(feed), fate))
        try:
            await poll(source=source, store=store, clock=clock)
            await drain(store, cast(Notifier, Mortal(notifier, fate)), clock, batch=3)
        except Killed:
            return False
    return True


async def news_waits(database: Path, clock: FakeClock) -> Path:
    """A crowd knows the rounds before #385; gives the feed, which has that one by now."""
    feed = database.with_name("feed.json")
    async with open_database(url_of(database)) as store:
        await subscribe(store, a_crowd())
        await read(store, feed, BEFORE, clock)
    feed.write_bytes(AFTER)
    return feed


async def one_death(migrated: Path, dies_at: int | None) -> tuple[list[str], bool]:
    """Live until killed, live again; gives the first life's steps and whether it ended well."""
    clock, notifier = FakeClock(), FakeNotifier()
    with a_copy_of(migrated) as database:
        feed = await news_waits(database, clock)
        fate = Fate(dies_at)
        ended_well = await live(database, feed, notifier, fate, clock)
        settled = rows_of(database, "SELECT count(*) FROM deliveries WHERE state = 2")[0][0]
        in_flight = len(notifier.sent) - int(str(settled))
        assert 0 <= in_flight <= 3
        clock.now += LEASE

        assert await live(database, feed, notifier, Fate(None), clock)
        assert await live(database, feed, notifier, Fate(None), clock)

        assert integrity(database) == "ok"
        assert {str(row[0]) for row in rows_of(database, "SELECT state FROM deliveries")} == {"2"}
        assert rows_of(database, "SELECT count(*) FROM announcements") == [(1,)]
    times = Counter(notifier.told)
    assert times.keys() == CONCERNED
    assert sum(times.values()) - len(CONCERNED) == in_flight
    assert max(times.values()) <= 2
    return fate.steps, ended_well


async def test_killed_at_any_step_and_resumed_everybody_is_told_once(migrated: Path) -> None:
    steps, ended_well = await one_death(migrated, None)
    assert ended_well
    assert len(steps) > 40
    assert {"after read", "before queue", "before commit", "after send", "after settle"} <= {*steps}

    for dies_at in range(1, len(steps) + 1):
        lived, ended_well = await one_death(migrated, dies_at)

        assert not ended_well
        assert lived == steps[:dies_at]


async def test_killed_again_and_again_everybody_is_told(migrated: Path) -> None:
    """A process that dies a little later each time it is started still gets through."""
    clock, notifier = FakeClock(), FakeNotifier()
    with a_copy_of(migrated) as database:
        feed = await news_waits(database, clock)
        lives = 1
        while not await live(database, feed, notifier, Fate(lives), clock):
            lives += 1
            clock.now += LEASE

        assert integrity(database) == "ok"
        assert {str(row[0]) for row in rows_of(database, "SELECT state FROM deliveries")} == {"2"}
    assert {*notifier.told} == CONCERNED


# --- killed from outside, at random moments ---


def environment(database: Path, feed: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if "DRAWBELL" not in name}
    ours = {"DRAWBELL_DATABASE_URL": url_of(database), "DRAWBELL_IRCC_FEED_URL": str(feed)}
    return others | ours | {"PYTHONPATH": str(ROOT)}


def start_poll(database: Path, feed: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "poll", "--json"],
        cwd=feed.parent,
        env=environment(database, feed),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    answer, messages = process.communicate(timeout=120)
    assert process.returncode == 0, messages
    return cast(dict[str, Any], json.loads(answer))


def kill_when(process: subprocess.Popen[str], is_time: Callable[[], bool], at_most: float) -> bool:
    """Kill a process (SIGKILL) once it is time; returns whether it was still alive then."""
    waited = 0.0
    while process.poll() is None and not is_time() and waited < at_most:
        try:
            process.wait(timeout=0.001)
        except subprocess.TimeoutExpired:
            waited += 0.001
    alive = process.poll() is None
    process.kill()
    process.communicate()
    return alive


def size_of(file: Path) -> int:
    """In bytes; none while there is no such file, which may go between any two looks."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def test_a_process_killed_at_random_moments_leaves_a_database_that_can_be_resumed(
    migrated: Path, database: Path, tmp_path: Path
) -> None:
    people = [
        a_subscriber(f"chat-{number}", a_profile(400 + number % 100)) for number in range(1500)
    ]
    expected = sum(number % 100 >= 66 for number in range(1500))
    feed = tmp_path / "feed.json"
    wal = database.with_name("drawbell.db-wal")
    chance = random.Random(385)  # noqa: S311 - nothing secret

    async def prepare() -> None:
        async with open_database(url_of(database)) as store:
            await subscribe(store, people)
            await read(store, feed, BEFORE, FakeClock())

    asyncio.run(prepare())
    feed.write_bytes(AFTER)
    kept = dump(database, ("subscribers", "profiles"))
    deaths = 0
    for attempt in range(8):
        # Half of them while it writes (its log grows), half whenever: two of those so early that
        # no machine can be quicker, the others anywhere, the end of the work included.
        latest = 0.15 if attempt < 4 else 0.9
        grown = chance.randrange(1, 60_000) if attempt % 2 else 1 << 40
        process = start_poll(database, feed)
        deaths += kill_when(
            process,
            lambda grown=grown: size_of(wal) >= grown,  # type: ignore[misc]
            at_most=chance.uniform(0.02, latest) if attempt % 2 == 0 else 60,
        )
        assert integrity(database) == "ok"
        assert dump(database, ("subscribers", "profiles")) == kept
        deliveries = len(rows_of(database, "SELECT * FROM deliveries"))
        news = rows_of(database, "SELECT status FROM rounds WHERE number = '385'")
        assert (deliveries, news) in [(0, []), (expected, [("announced",)])]

    finish(start_poll(database, feed))
    again = finish(start_poll(database, feed))

    assert deaths >= 2
    assert (again["alerts"], again["changed"]) == (0, False)
    assert integrity(database) == "ok"
    assert dump(database, ("subscribers", "profiles")) == kept
    told = rows_of(database, "SELECT subscriber_id FROM deliveries")
    assert len(told) == len(set(told)) == expected


def test_a_new_database_whose_first_start_is_killed_opens_the_next_time(tmp_path: Path) -> None:
    feed, chance = tmp_path / "feed.json", random.Random(386)  # noqa: S311 - nothing secret
    feed.write_bytes(BEFORE)
    for attempt in range(2):
        database = tmp_path / f"{attempt}.db"
        wal = Path(f"{database}-wal")
        grown = chance.randrange(1, 100_000)
        kill_when(
            start_poll(database, feed),
            lambda wal=wal, grown=grown: size_of(wal) >= grown,  # type: ignore[misc]
            at_most=60,
        )

        report = finish(start_poll(database, feed))

        assert report["failure"] is None
        assert integrity(database) == "ok"
        assert len(rows_of(database, "SELECT * FROM rounds")) == len(HISTORY)


# --- what an answer that is no feed does to memory: nothing ---


def half(body: bytes) -> bytes:
    return body[: len(body) // 2]


BAD = {
    "an HTML page": b"<!DOCTYPE html><html><body>We are sorry</body></html>",
    "an empty file": b"",
    "blanks": b" \n\t ",
    "half of the file": half(AFTER),
    "no rounds": b'{"rounds": []}',
    "no list of rounds": b'{"rounds": {"385": {}}}',
    "nothing in it": b"{}",
    "null": b"null",
    "a list": json.dumps([a_row()]).encode(),
    "a text": b'"rounds"',
    "50 MB": b'{"rounds": [' + b" " * 50_000_000 + b"]}",
    "100,000 brackets": b"[" * 100_000,
    "100,000 brackets in a row": b'{"rounds": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
    "bytes of something else": bytes(range(256)) * 40,
    "a number of 100,000 digits": b'{"rounds": ' + b"9" * 100_000 + b"}",
}
ODD_ROWS: dict[str, list[object]] = {
    "a row without a number": [a_row(drawNumber=None)],
    "a row with no keys": [{}],
    "rows that are no objects": [None, 385, "385", [], True],
    "a cut-off of -5": [a_row(drawCRS="-5")],
    "a cut-off of -5 for a known round": [HISTORY[0] | {"drawCRS": "-5"}],
    "a cut-off of 1201": [a_row(drawCRS="1201")],
    "a size of 0": [a_row(drawSize="0")],
    "a date that is none": [a_row(drawDate="soon", drawDateFull="soon")],
    "a number of 100,000 digits": [json.loads('{"drawNumber": "' + "9" * 100_000 + '"}')],
    "half a character": [a_row(drawNumber=None, drawName="\ud800")],
}


async def around(
    store: Database, database: Path, tmp_path: Path, body: bytes
) -> tuple[PollReport, FakeNotifier]:
    """A good poll, a bad one that must not leave a trace, and a good one with news."""
    clock, notifier, feed = FakeClock(), FakeNotifier(), tmp_path / "feed.json"
    await subscribe(store, a_crowd())
    await read(store, feed, BEFORE, clock)
    kept = dump(database)

    report = await read(store, feed, body, clock)
    await drain(store, notifier, clock)

    assert dump(database) == kept
    assert notifier.sent == []
    news = await read(store, feed, AFTER, clock)
    await drain(store, notifier, clock)
    assert (news.queued, {*notifier.told}) == (4, CONCERNED)
    assert {table: dump(database)[table] for table in ("subscribers", "profiles")} == {
        table: kept[table] for table in ("subscribers", "profiles")
    }
    assert [
        row for row in kept["round_revisions"] if row not in dump(database)["round_revisions"]
    ] == []
    return report, notifier


@pytest.mark.parametrize("name", BAD)
async def test_an_answer_that_is_no_feed_changes_nothing_and_is_a_sentence(
    store: Database, database: Path, tmp_path: Path, name: str
) -> None:
    report, _ = await around(store, database, tmp_path, BAD[name])

    assert report.failure is not None
    assert report.news is None
    assert 10 < len(report.failure) < 200
    assert "\n" not in report.failure


@pytest.mark.parametrize("name", ODD_ROWS)
async def test_an_unreadable_row_among_good_ones_changes_nothing_and_has_a_reason(
    store: Database, database: Path, tmp_path: Path, name: str
) -> None:
    body = a_feed([*ODD_ROWS[name], *HISTORY])

    report, _ = await around(store, database, tmp_path, body)

    assert report.failure is None
    assert report.news is not None
    assert len(report.news.unreadable) == len(ODD_ROWS[name])
    assert all(row.reason for row in report.news.unreadable)


@pytest.mark.parametrize("name", ODD_ROWS)
async def test_an_unreadable_row_never_hides_a_new_round(
    store: Database, tmp_path: Path, clock: FakeClock, name: str
) -> None:
    await subscribe(store, a_crowd())
    await read(store, tmp_path / "feed.json", BEFORE, clock)

    report = await read(
        store, tmp_path / "feed.json", a_feed([*ODD_ROWS[name], a_row(), *HISTORY]), clock
    )

    assert report.queued == len(CONCERNED)


@pytest.mark.parametrize("name", BAD)
async def test_a_first_answer_that_is_no_feed_leaves_the_baseline_to_the_next(
    store: Database, tmp_path: Path, clock: FakeClock, name: str
) -> None:
    await subscribe(store, a_crowd())
    await read(store, tmp_path / "feed.json", BAD[name], clock)

    report = await read(store, tmp_path / "feed.json", AFTER, clock)

    assert report.news is not None
    assert report.news.baseline
    assert report.queued == 0


def test_every_bad_answer_is_a_sentence_at_the_command_line_too(
    database: Path, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.json"
    for name in ("an HTML page", "50 MB", "100,000 brackets"):
        feed.write_bytes(BAD[name])
        process = start_poll(database, feed)
        _answer, messages = process.communicate(timeout=60)

        assert process.returncode == 1
        assert "Traceback" not in messages


# --- what it must show, on the official copies of two days ---


def somebody(chat: str, score: int, *groups: str, submitted: Submitted | None = None) -> Subscriber:
    profile = Profile(name="me", submitted=submitted)
    candidate = replace(profile.candidate, crs_score=score, answers=Answers().adding(groups))
    return a_subscriber(chat, replace(profile, candidate=candidate), preference=Preference())


OFFICIAL = [
    somebody("480", 480, "healthcare"),
    somebody("in", 476, "healthcare", submitted=Submitted.on(date(2025, 11, 20))),
    somebody("out", 476, "healthcare", submitted=Submitted.on(date(2025, 12, 1))),
    somebody("not said", 476, "healthcare"),
    somebody("near", 470, "healthcare"),
    somebody("far", 465, "healthcare"),
    somebody("french", 500, "french"),
    somebody("expired", 480, "healthcare", submitted=Submitted.on(date(2024, 11, 1))),
]


@asynccontextmanager
async def two_days(store: Database, tmp_path: Path) -> AsyncIterator[dict[str, Alert]]:
    """The official files of two days in a row; gives the alerts by chat."""
    clock, notifier, feed = FakeClock(), FakeNotifier(), tmp_path / "feed.json"
    await subscribe(store, OFFICIAL)
    first = await read(store, feed, shared_bytes("ircc/ee_rounds_123_en.2025-12-10.json"), clock)
    assert first.news is not None
    assert (first.news.baseline, first.queued) == (True, 0)
    second = await read(store, feed, shared_bytes("ircc/ee_rounds_123_en.2025-12-11.json"), clock)
    assert second.news is not None
    assert [str(round_.number) for round_ in second.news.to_tell] == ["385"]
    await drain(store, notifier, clock)
    assert Counter(notifier.told).most_common(1)[0][1] == 1
    yield {alert.to.address.chat: alert for alert in notifier.sent}
    again = await read(store, feed, shared_bytes("ircc/ee_rounds_123_en.2025-12-11.json"), clock)
    assert (again.news, again.queued) == (None, 0)
    await drain(store, notifier, clock)
    assert len(notifier.sent) == second.queued


def told_of_385(alert: Alert) -> ProfileVerdict:
    [about] = alert.rounds
    assert (about.round.number, about.round.crs_cut_off) == ("385", 476)
    [one] = about.profiles
    return one


@needs_shared
async def test_the_official_files_of_two_days_tell_each_of_385_as_they_must(
    store: Database, tmp_path: Path
) -> None:
    async with two_days(store, tmp_path) as alerts:
        verdicts = {chat: told_of_385(alert).verdict for chat, alert in alerts.items()}
        found = {
            chat: (verdict.standing, verdict.margin, verdict.would_have_qualified)
            for chat, verdict in verdicts.items()
        }

        assert found == {
            "480": (Standing.ABOVE, 4, True),
            "in": (Standing.TIED_IN, 0, True),
            "out": (Standing.TIED_OUT, 0, False),
            "not said": (Standing.TIED_UNKNOWN, 0, None),
            "near": (Standing.BELOW, -6, False),
            "expired": (Standing.ABOVE, 4, None),
        }
        expired = verdicts["expired"]
        assert (expired.eligibility, expired.reason) == (
            Eligibility.UNKNOWN,
            Reason.PROFILE_EXPIRED,
        )
        assert verdicts["480"].reason is Reason.SAID_YES


@needs_shared
async def test_half_of_the_official_file_changes_nothing(
    store: Database, database: Path, tmp_path: Path, clock: FakeClock
) -> None:
    feed = tmp_path / "feed.json"
    first, second = (
        shared_bytes(f"ircc/ee_rounds_123_en.2025-12-{day}.json") for day in ("10", "11")
    )
    await subscribe(store, OFFICIAL)
    await read(store, feed, first, clock)
    kept = dump(database)
    for bad in (half(second), second[:-2], *BAD.values()):
        assert (await read(store, feed, bad, clock)).failure is not None
    assert dump(database) == kept

    assert (await read(store, feed, second, clock)).queued == 6


def official_copies() -> Iterable[str]:
    return sorted(path.name for path in (SHARED / "ircc").glob("*.json"))


@needs_shared
async def test_over_the_years_no_round_is_lost_and_none_told_twice(
    store: Database, database: Path, tmp_path: Path, clock: FakeClock
) -> None:
    """The official copies one after the other, each read twice."""
    await subscribe(store, OFFICIAL)
    for name in official_copies():
        for _ in range(2):
            report = await read(store, tmp_path / "feed.json", shared_bytes(f"ircc/{name}"), clock)
            assert report.failure is None

    keys = rows_of(database, "SELECT round_number FROM announcement_rounds")
    assert len(keys) == len(set(keys))
    assert not set(KEPT_TABLES) - set(dump(database))
    newest = json.loads(shared_bytes("ircc/ee_rounds_123_en.2026-08-07.json"))["rounds"]
    published = {str(row["drawNumber"]).casefold() for row in newest}
    assert published <= {str(row[0]) for row in rows_of(database, "SELECT number FROM rounds")}


async def test_another_address_is_asked_for_everything_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conditions: list[bool] = []

    def server(body: bytes) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            conditions.append("If-Modified-Since" in request.headers)
            # One that goes by dates alone: of a copy made later it says that nothing has changed.
            return web.Response(
                body=None if conditions[-1] else body,
                status=304 if conditions[-1] else 200,
                headers={"Last-Modified": "Thu, 11 Dec 2025 19:00:00 GMT"},
            )

        return answer

    monkeypatch.chdir(tmp_path)
    reports = []
    async with serving(server(BEFORE)) as copy, serving(server(AFTER)) as official:
        for url in (copy, copy, official, official):
            settings = Settings(ircc_feed_url=url, ircc_french_url="none")
            reports.append(await poll_once(settings))

    assert conditions == [False, True, False, True]
    found = [
        None if one.news is None else [str(new.number) for new in one.news.new] for one in reports
    ]
    assert found == [[], None, ["385"], None]
