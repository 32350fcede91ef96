"""One Thursday: IRCC's site does all it has ever done, and people hear what is so.

The real source, poller, database, courier and desk; a site on this machine plays IRCC; only the
clock is made up. It stands still while anything is going on, and goes on a minute when all is done.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from adapters.ircc.fetch import HttpSource
from bot.core.alerts import Mode, Preference
from bot.core.categories import GROUPS
from bot.core.delivery import Alert, State
from bot.core.profiles import Profile, Submitted
from bot.core.subscribers import Address, Language, Subscriber
from bot.core.timing import TORONTO, poll_interval
from bot.desk import Desk
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import a_sender
from bot.pipeline.limiter import Limiter
from bot.pipeline.poll import poll
from bot.polling import Poller
from bot.ports import Payload, RoundSource, Unchanged, Validators
from bot.wording.alerts import alert_message
from bot.wording.spans import Reply
from storage.unit_of_work import Database
from tests.builders import a_profile, a_row
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of
from tests.fakes.ircc_site import Act, Fetch, Row, Rows, Site, answers, drips, flaps, has, refuses
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import a_subscriber

THURSDAY = date(2025, 12, 11)


# --- what IRCC writes ---

HEALTH = "Healthcare and social services occupations (Version 2)"
CEC = "Canadian Experience Class"
FRENCH = "French language proficiency (Version 1)"
FIRST_RULE = datetime(2025, 11, 26, 7, 44, 30, tzinfo=UTC)
MENDED_RULE = FIRST_RULE - timedelta(days=30)


def a_row_of(number: int, day: date = THURSDAY, **changes: object) -> Row:
    """The row of a round that was held on a day, without anything odd."""
    spelled, rule = f"{day:%B %-d, %Y}", day - timedelta(days=15)
    return a_row(
        drawNumber=str(number),
        drawDate=day.isoformat(),
        drawDateFull=spelled,
        drawDateTime=f"{spelled} at 11:51:44 UTC",
        drawCutOff=f"{rule:%B %-d, %Y} at 07:44:30 UTC",
    ) | {key: str(value) for key, value in changes.items()}


def changed(rows: Rows, number: int, **changes: str) -> Rows:
    """The list with one row written otherwise."""
    return [row | changes if row["drawNumber"] == str(number) else row for row in rows]


HISTORY = [
    a_row_of(number, THURSDAY - timedelta(days=8 * (385 - number)), drawName=CEC, drawCRS=520)
    for number in range(384, 344, -1)
]
YESTERDAY = changed(HISTORY, 360, drawName="Métiers – trades (Version 1)")
OLD_MENDED = changed(YESTERDAY, 350, drawCRS="519")
RENAMED = changed(OLD_MENDED, 383, drawName="Canadian experience class")
WITH_385 = [a_row_of(385, drawName=HEALTH, drawCRS=476), *RENAMED]
WITH_387 = [
    a_row_of(387, drawName=FRENCH, drawCRS=420),
    a_row_of(386, drawName=CEC, drawCRS=515),
    *WITH_385,
]
RULE_MENDED = changed(WITH_387, 387, drawCutOff=f"{MENDED_RULE:%B %-d, %Y at %H:%M:%S} UTC")
PNP = a_row_of(388, drawName="Provincial Nominee Program", drawCRS=729)
UNREADABLE_388 = [PNP | {"drawCRS": "to follow"}, *RULE_MENDED]
WITH_388 = [PNP, *RULE_MENDED]


# --- the day ---

MAINTENANCE = b"<!DOCTYPE html><title>Maintenance</title><p>Back soon."
HALF_A_LIST = json.dumps({"rounds": list(WITH_388)}).encode()[:30_000]

DAY: Sequence[tuple[str, str, Act]] = (
    ("00:00", "the list as it was yesterday", has(YESTERDAY)),
    ("01:30", "an old round is corrected", has(OLD_MENDED)),
    ("03:00", "connections are refused", refuses),
    ("03:40", "well again", has(OLD_MENDED)),
    ("05:00", "every answer is a 500", answers(b"oops", 500)),
    ("06:00", "well again", has(OLD_MENDED)),
    ("07:00", "a page about maintenance, with status 200", answers(MAINTENANCE)),
    ("07:30", "well again, but without ETags", has(OLD_MENDED, etag=False)),
    ("08:30", "a row is renamed", has(RENAMED)),
    ("09:00", "the same in Windows-1252, but called UTF-8", has(RENAMED, encoding="cp1252")),
    ("10:00", "#385 is published", has(WITH_385)),
    ("10:05", "every other cache is still without it", flaps(WITH_385, RENAMED)),
    ("11:00", "it asks for eight minutes of peace", answers(b"", 503, **{"Retry-After": "480"})),
    ("11:03", "well again", has(WITH_385)),
    ("12:00", "an answer that never ends", drips),
    ("12:02", "well again", has(WITH_385)),
    ("13:00", "#386 and #387 are published at once", has(WITH_387)),
    ("14:00", "the tie-breaking rule of #387 is corrected", has(RULE_MENDED)),
    ("14:05", "every other cache still has the old rule", flaps(RULE_MENDED, WITH_387)),
    ("15:05", "every cache is back at 10 o'clock", has(WITH_385)),
    ("17:00", "well again", has(RULE_MENDED)),
    ("18:00", "#388 is published without a cut-off", has(UNREADABLE_388)),
    ("18:20", "#388 is mended", has(WITH_388)),
    ("19:00", "half a list", answers(HALF_A_LIST)),
    ("19:20", "well again", has(WITH_388)),
)

TOLD_PEOPLE = {
    "health": ["10:00 #385"],
    "health, cec, low": ["10:00 #385", "13:00 #386"],
    "cec, near": ["13:00 #386"],
    "french": ["13:00 #387"],
    "french, tied early": ["13:00 #387"],
    "french, tied late": ["13:00 #387", "14:00 correction of #387"],
    "french, tied late, asleep 12-16": ["10:00 #385", "16:00 #386 #387", "18:20 #388"],
    "nominee": ["18:20 #388"],
    "everything, in French": ["10:00 #385", "13:00 #386", "13:00 #387", "18:20 #388"],
}
"""Nobody else is told anything: neither who has paused nor who is far from everything."""

OUT_OF_REACH = "IRCC's list cannot be read"
OTHER_SHAPE = "IRCC's list has changed its shape"
LACKS_ROUNDS = "IRCC's list lacks rounds that it had before"
BAD_ROW = "the newest row of IRCC's list cannot be read"
TOLD_OPERATOR = [
    f"03:10 Attention: {OUT_OF_REACH}",  # what lasts ten minutes is worth a word
    f"03:40 Well again: {OUT_OF_REACH}",
    f"05:10 Attention: {OUT_OF_REACH}",
    f"06:00 Well again: {OUT_OF_REACH}",
    f"07:00 Attention: {OTHER_SHAPE}",
    f"07:30 Well again: {OTHER_SHAPE}",
    f"16:05 Attention: {LACKS_ROUNDS}",  # what lasts an hour
    f"17:00 Well again: {LACKS_ROUNDS}",
    f"18:00 Attention: {BAD_ROW}",
    f"18:20 Well again: {BAD_ROW}",
    f"19:00 Attention: {OTHER_SHAPE}",
    f"19:20 Well again: {OTHER_SHAPE}",
]


# --- who listens ---


def alone_in(*groups: str, score: int, submitted: datetime | None = None) -> Profile:
    """Somebody who meets the conditions of these groups and of no other."""
    others = [group for group in GROUPS if group not in groups]
    when = Submitted.at(submitted) if submitted else None
    return a_profile(score, yes=groups, no=others, submitted=when, nominee="pnp" in groups)


BETWEEN = FIRST_RULE - timedelta(days=10)
EVERYTHING = Preference(mode=Mode.ALL)
PEOPLE: Sequence[Subscriber] = (
    a_subscriber("health", alone_in("healthcare", score=480)),
    a_subscriber(
        "health, cec, low",
        alone_in("healthcare", "cec", score=300),
        preference=Preference(mode=Mode.CATEGORIES),
    ),
    a_subscriber("cec, near", alone_in("cec", score=505)),
    a_subscriber("french", alone_in("french", score=440), language=Language.FRENCH),
    a_subscriber(
        "french, tied early", alone_in("french", score=420, submitted=MENDED_RULE - timedelta(1))
    ),
    a_subscriber("french, tied late", alone_in("french", score=420, submitted=BETWEEN)),
    a_subscriber(
        "french, tied late, asleep 12-16",
        alone_in("french", score=420, submitted=BETWEEN),
        preference=EVERYTHING,
        time_zone="America/Toronto",
        quiet_from=time(12),
        quiet_until=time(16),
    ),
    a_subscriber("nominee", alone_in("pnp", score=750), preference=Preference(mode=Mode.QUALIFIED)),
    a_subscriber(
        "everything, in French",
        alone_in(score=300),
        preference=EVERYTHING,
        language=Language.FRENCH,
    ),
    a_subscriber("paused", alone_in("healthcare", score=500), preference=EVERYTHING, paused=True),
    a_subscriber("far", alone_in("french", score=100)),
)


# --- the machinery ---


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(TORONTO):%H:%M}"


class Day:
    """Lets the day pass: IRCC acts, alerts go out, the desk looks; then the next minute comes."""

    def __init__(self, store: Database, database: Path, site: Site, clock: FakeClock) -> None:
        self._database, self._site, self._clock = database, site, clock
        self._coming = list(DAY)
        self._next_poll = clock.now
        self._notifier = Listener(clock)
        # The second that every chat is left alone between two messages passes in a moment.
        seconds = asyncio.get_running_loop().time
        limiter = Limiter(1_000_000, clock=lambda: seconds() * 1000)
        sender = replace(a_sender(self._notifier, clock), limiter=limiter)
        self.courier = Courier(store=store, sender=sender)
        self.told_operator: list[str] = []
        boss = Address(platform="phone", chat="boss")
        self._desk = Desk([boss], {"phone": self._tell_operator}, store, clock)
        self.over = asyncio.Event()

    @property
    def told(self) -> dict[str, list[str]]:
        return self._notifier.told_by_chat

    @property
    def alerts(self) -> list[Alert]:
        return self._notifier.sent

    def plan(self, next_poll: str) -> None:
        """What the poller beats with."""
        self._next_poll = datetime.fromisoformat(next_poll)

    async def until_next_poll(self) -> None:
        await self._minute()
        while self._clock.now < self._next_poll:
            self._clock.now = min(self._clock.now + timedelta(minutes=1), self._next_poll)
            await self._minute()
            if self._clock.now.astimezone(TORONTO).date() > THURSDAY:
                self.over.set()
                await asyncio.Event().wait()

    async def _minute(self) -> None:
        while self._coming and self._coming[0][0] <= _hour(self._clock.now):
            _at, _what, act = self._coming.pop(0)
            await act(self._site)
        await self._all_sent()
        while self._under_way(soon=2000):  # a second message to the same chat
            self._clock.forward(seconds=1)
            await self._all_sent()
        await self._desk.look()

    async def _all_sent(self) -> None:
        async with asyncio.timeout(30):
            while self.courier.busy or self._under_way():
                self.courier.wake()
                await asyncio.sleep(0.002)

    def _under_way(self, soon: int = 0) -> bool:
        """Whether anything is claimed, or due within so many milliseconds."""
        due = f"state = {State.DUE:d} AND at <= {self._clock.millis + soon}"
        query = f"SELECT 1 FROM deliveries WHERE state = {State.LEASED:d} OR {due} LIMIT 1"  # noqa: S608
        return bool(rows_of(self._database, query))

    async def _tell_operator(self, chat: str, reply: Reply) -> None:
        title = reply.message.plain().splitlines()[0]
        self.told_operator.append(f"{_hour(self._clock.now)} {title}")


class Listener(FakeNotifier):
    """Notes when who was told of which rounds."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        self.told_by_chat: dict[str, list[str]] = {}

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        numbers = " ".join(
            f"{'correction of ' if told.before else ''}#{told.round.number}"
            for told in alert.rounds
        )
        heard = self.told_by_chat.setdefault(alert.to.address.chat, [])
        heard.append(f"{_hour(self._clock.now)} {numbers}")
        return await super().send(alert, plain=plain)


class Paced:
    """The real source, asked when the made-up day has come to the moment of the poll."""

    def __init__(self, source: RoundSource, day: Day) -> None:
        self._source, self._day = source, day

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        await self._day.until_next_poll()
        return await self._source.read(seen)


@asynccontextmanager
async def a_day(store: Database, database: Path) -> AsyncIterator[tuple[Day, Site]]:
    midnight = datetime.combine(THURSDAY, time(), tzinfo=TORONTO)
    clock = FakeClock(midnight.astimezone(UTC))
    site = Site(clock)
    day = Day(store, database, site, clock)
    source = Paced(HttpSource(site.url, timeout=aiohttp.ClientTimeout(total=2)), day)
    poller = Poller(
        partial(poll, source=source, store=store, clock=clock),
        lambda now, asked: poll_interval(now, asked=asked),
        clock=clock,
        queued=day.courier.wake,
        beat=day.plan,
    )
    delivering = asyncio.create_task(day.courier.run())
    poller.start()
    try:
        yield day, site
    finally:
        await poller.stop()
        day.courier.stop()
        await delivering
        await site.end()


async def test_a_day_in_the_life(
    store: Database, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.polling._PATIENCE_AT_STOP", 0.1)
    async with store.begin() as memory:
        await memory.subscribers.save_all(PEOPLE)

    async with a_day(store, database) as (day, site):
        async with asyncio.timeout(300):
            await day.over.wait()

    assert day.told == TOLD_PEOPLE
    assert day.told_operator == TOLD_OPERATOR
    check_words(day.alerts)
    check_memory(database)
    check_costs(site.fetches)


def check_words(alerts: Sequence[Alert]) -> None:
    """Who slept through the news and its correction hears of the round as it is now."""
    texts = {
        alert.to.address.chat: alert_message(alert).plain()
        for alert in alerts
        if any(told.round.number == "387" for told in alert.rounds)
    }
    assert texts["french, tied late"].startswith(
        "Correction to draw #387 French: out by the tie-break "
        "(before: you would have qualified, in by the tie-break)\n"
    )
    asleep = texts["french, tied late, asleep 12-16"]
    assert "Draw #387 French: out by the tie-break, 420 vs 420" in asleep
    assert "Correction" not in asleep
    assert texts["everything, in French"].startswith("Ronde nº 387")


def check_memory(database: Path) -> None:
    """What was written otherwise is kept as it was and as it is; nothing stale is among it."""
    query = "SELECT number, change FROM round_revisions WHERE change IS NOT NULL ORDER BY seen_at"
    assert rows_of(database, query) == [
        ("350", "corrected"),
        ("383", "renamed"),
        ("387", "corrected"),
    ]
    states = rows_of(database, "SELECT DISTINCT state FROM deliveries WHERE state < 2")
    assert states == []


def check_costs(fetches: Sequence[Fetch]) -> None:
    """An unchanged poll costs its headers, and whoever asks for peace gets it."""
    unchanged = [one for one in fetches if one.status == 304]
    carried = sum(one.weight for one in fetches)
    summary = f"{len(fetches)} polls answered, {len(unchanged)} unchanged, {carried:,} bytes\n"
    sys.stdout.write(summary)  # to be seen with -rP
    assert {one.weight for one in unchanged} == {0}
    steady = [
        one
        for one in fetches
        if not ("10:05" <= _hour(one.at) < "11:00" or "14:05" <= _hour(one.at) < "15:05")
    ]
    assert sum(one.status == 200 for one in steady) < 40
    assert len(unchanged) > 500
    assert not [one.at for one in fetches if "11:00" < _hour(one.at) < "11:08"]
