"""Caches that are stale: whatever they answer, and when, people hear each thing once."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import SourceUnavailable
from bot.core.rounds import Published
from bot.pipeline.poll import PollReport, poll
from bot.pipeline.stale import reads_from
from bot.ports import Payload, Store, Validators
from storage.unit_of_work import Database, open_database
from tests.builders import TIE_BREAK_385, a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import a_copy_of, rows_of, url_of
from tests.fakes.people import a_subscriber
from tests.fakes.source import digest_of, publishing

OLD = a_round(number="384", crs_cut_off=520)
MENDED = a_round(tie_breaking_rule=TIE_BREAK_385 - timedelta(days=30))
MENDED_AGAIN = replace(MENDED, crs_cut_off=475)
NEXT = a_round(number="386", held_on=a_round().held_on + timedelta(days=1), crs_cut_off=470)
LISTS = (
    publishing(OLD),
    publishing(a_round(), OLD),
    publishing(MENDED, OLD),
    publishing(MENDED_AGAIN, OLD),
    publishing(NEXT, MENDED_AGAIN, OLD),
)
"""One after the other, as IRCC publishes them, an hour apart."""

FIRST = datetime(2025, 12, 11, 10, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Cache:
    """Answers with one list and the date of it."""

    published: Published
    dated: datetime | None
    instead_of: SourceUnavailable | None = None

    async def read(self, seen: Validators) -> Payload | None:
        digest = digest_of(self.published)
        if digest == seen.digest:
            return None
        return Payload(
            published=self.published,
            validators=Validators(digest=digest),
            dated=self.dated,
            instead_of=self.instead_of,
        )


async def asked(
    store: Store, clock: FakeClock, which: int, dated: datetime | None, *, is_copy: bool = False
) -> PollReport:
    clock.forward(minutes=1)
    failure = SourceUnavailable("down") if is_copy else None
    cache = Cache(published=LISTS[which], dated=dated, instead_of=failure)
    return await poll(source=cache, store=store, clock=clock)


def date_of(which: int) -> datetime:
    return FIRST + timedelta(hours=which)


def told(database: Path) -> list[tuple[object, ...]]:
    query = """SELECT round_number, kind FROM announcements JOIN announcement_rounds
        ON announcement_id = announcements.id ORDER BY announcements.id"""
    return rows_of(database, query)


ALL_NEWS = [("385", "news"), ("385", "correction"), ("385", "correction"), ("386", "news")]


@settings(max_examples=40, deadline=None)
@given(stale=st.lists(st.lists(st.integers(0, 4), max_size=4), min_size=5, max_size=5))
async def test_any_mixture_of_stale_caches_tells_each_thing_once(
    migrated: Path, stale: list[list[int]]
) -> None:
    clock = FakeClock()
    with a_copy_of(migrated) as database:
        async with open_database(url_of(database)) as store:
            async with store.begin() as memory:
                await memory.subscribers.save(a_subscriber("ann", a_profile(476)))
            for newest, others in enumerate(stale):
                await asked(store, clock, newest, date_of(newest))
                for which in others:
                    await asked(store, clock, min(which, newest), date_of(min(which, newest)))
        assert told(database) == ALL_NEWS


async def test_a_date_in_the_future_is_not_gone_by(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await asked(store, clock, 0, date_of(0))
    await asked(store, clock, 1, clock.now + timedelta(days=900))
    await asked(store, clock, 2, date_of(2))

    assert told(database) == ALL_NEWS[:2]


async def test_a_site_whose_dates_went_back_is_understood_again_at_the_next_round(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await asked(store, clock, 1, date_of(1))
    year_ago = date_of(3) - timedelta(days=365)
    await asked(store, clock, 3, year_ago)
    assert told(database) == []

    await asked(store, clock, 4, year_ago)

    assert told(database) == [("386", "news"), ("385", "correction")]


@pytest.mark.parametrize("which", [0, 1])
async def test_without_dates_the_rounds_it_lacks_give_a_stale_cache_away(
    store: Database, database: Path, clock: FakeClock, which: int
) -> None:
    for newest in range(5):
        await asked(store, clock, newest, None)

    await asked(store, clock, which, None)
    await asked(store, clock, 4, None)

    assert told(database) == ALL_NEWS


async def test_a_mirror_tells_of_new_rounds_and_takes_nothing_back(
    store: Database, clock: FakeClock, database: Path
) -> None:
    for which in range(4):
        await asked(store, clock, which, date_of(which))

    await asked(store, clock, 2, None, is_copy=True)
    await asked(store, clock, 1, date_of(1), is_copy=True)
    await asked(store, clock, 4, None, is_copy=True)

    assert told(database) == ALL_NEWS


async def test_a_mirror_that_wrote_its_copy_later_makes_the_official_list_no_older_one(
    store: Database, clock: FakeClock, database: Path
) -> None:
    for which in (0, 1):
        await asked(store, clock, which, date_of(which))

    await asked(store, clock, 2, date_of(9), is_copy=True)
    await asked(store, clock, 3, date_of(3))

    assert told(database) == ALL_NEWS[:3]


@pytest.mark.parametrize(
    ("before", "dated", "is_taken"),
    [
        (timedelta(), timedelta(), True),  # edited twice within a second
        (timedelta(), timedelta(seconds=1), True),
        (timedelta(seconds=1), timedelta(), False),
        (timedelta(), None, True),
    ],
    ids=["equal", "later", "earlier", "none"],
)
async def test_a_correction_is_taken_unless_its_list_is_older(
    store: Database,
    database: Path,
    clock: FakeClock,
    before: timedelta,
    dated: timedelta | None,
    *,
    is_taken: bool,
) -> None:
    await asked(store, clock, 0, date_of(0))
    await asked(store, clock, 1, FIRST + before)

    await asked(store, clock, 2, None if dated is None else FIRST + dated)

    assert told(database) == ALL_NEWS[: 2 if is_taken else 1]


async def test_a_list_dated_this_moment_is_gone_by(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await asked(store, clock, 0, date_of(0))
    await asked(store, clock, 1, clock.now + timedelta(minutes=1))

    await asked(store, clock, 2, date_of(2))

    assert told(database) == ALL_NEWS[:1]


async def test_what_one_place_said_is_not_asked_of_another(
    store: Database, clock: FakeClock
) -> None:
    marks = Validators(etag='"a"', last_modified="Thu, 11 Dec 2025 19:00:00 GMT", digest="d")
    await reads_from(store, "https://mirror.example/rounds.json")
    await asked(store, clock, 1, date_of(4))  # a mirror dates its copy by when it was made
    async with store.begin() as memory:
        await memory.source.succeeded(marks, clock())

    await reads_from(store, "https://mirror.example/rounds.json")
    async with store.look() as memory:
        assert await memory.source.seen() == marks

    await reads_from(store, "https://ircc.example/rounds.json")
    async with store.look() as memory:
        assert await memory.source.seen() == Validators()
        assert (await memory.source.health()).succeeded_at == clock()
    report = await asked(store, clock, 2, date_of(2))
    assert report.news is not None
    assert not report.news.older
    assert [one.after for one in report.news.revised] == [MENDED]


async def test_a_place_is_first_noted_without_a_word(store: Database, clock: FakeClock) -> None:
    await asked(store, clock, 0, date_of(0))
    await reads_from(store, "https://ircc.example/rounds.json")

    async with store.look() as memory:
        assert (await memory.source.seen()).digest == digest_of(LISTS[0])
