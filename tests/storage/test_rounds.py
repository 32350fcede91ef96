"""Rounds, their revisions, and rows that were no rounds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.detect import Change, KnownRound, Status
from bot.core.errors import StoreUnavailable
from bot.core.rounds import Round, UnreadableRow
from storage.facts import load_round
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.databases import rows_of

NOW = datetime(2025, 12, 11, 19, tzinfo=UTC)
ROUND = a_round()
CORRECTED = a_round(crs_cut_off=475)


async def add(store: Database, *rounds: Round, status: Status = Status.ANNOUNCED) -> None:
    async with store.begin() as memory:
        await memory.rounds.add(rounds, status, NOW)


async def known(store: Database) -> dict[str, KnownRound]:
    async with store.look() as memory:
        return {str(number): one for number, one in (await memory.rounds.known()).rounds.items()}


async def test_an_empty_memory_knows_nothing(store: Database) -> None:
    assert await known(store) == {}


@pytest.mark.parametrize("status", [Status.BASELINE, Status.ANNOUNCED, Status.HELD])
async def test_a_round_is_remembered_whole_with_what_became_of_it(
    store: Database, status: Status
) -> None:
    await add(store, ROUND, a_round(number="91a"), a_round(number="91b"), status=status)

    found = await known(store)

    assert found.keys() == {"385", "91a", "91b"}
    assert found["385"] == KnownRound(round=ROUND, status=status, revision=1)


async def test_adding_no_rounds_is_nothing(store: Database) -> None:
    await add(store)

    assert await known(store) == {}


async def test_a_round_is_added_once(store: Database) -> None:
    await add(store, ROUND)

    with pytest.raises(StoreUnavailable):
        await add(store, CORRECTED)
    assert (await known(store))["385"].round == ROUND


async def test_a_revised_round_reads_anew_and_keeps_what_it_was(
    store: Database, database: Path
) -> None:
    await add(store, ROUND, a_round(number="384"))
    async with store.begin() as memory:
        await memory.rounds.revise(CORRECTED, Change.CORRECTED, NOW + timedelta(days=1))
        await memory.rounds.revise(
            replace(CORRECTED, name="General"), Change.RENAMED, NOW + timedelta(days=2)
        )

    found = await known(store)

    assert (found["385"].round.name, found["385"].revision) == ("General", 3)
    assert found["384"].revision == 1
    kept = rows_of(
        database,
        "SELECT revision, change, facts FROM round_revisions WHERE number = '385' ORDER BY 1",
    )
    assert [(row[0], row[1]) for row in kept] == [(1, None), (2, "corrected"), (3, "renamed")]
    assert [load_round(str(row[2])) for row in kept] == [
        ROUND,
        CORRECTED,
        replace(CORRECTED, name="General"),
    ]


async def test_a_revision_leaves_the_status_alone(store: Database) -> None:
    await add(store, ROUND, status=Status.HELD)
    async with store.begin() as memory:
        await memory.rounds.revise(CORRECTED, Change.CORRECTED, NOW)

    assert (await known(store))["385"].status is Status.HELD


async def test_the_status_changes_for_the_rounds_named_and_no_other(store: Database) -> None:
    await add(store, ROUND, a_round(number="384"), status=Status.HELD)
    async with store.begin() as memory:
        await memory.rounds.set_status([ROUND], Status.ANNOUNCED)
        await memory.rounds.set_status([], Status.BASELINE)

    found = await known(store)

    assert (found["385"].status, found["384"].status) == (Status.ANNOUNCED, Status.HELD)


async def test_a_round_is_found_by_its_number(store: Database) -> None:
    await add(store, ROUND)

    async with store.look() as memory:
        assert await memory.rounds.find("385") == KnownRound(round=ROUND, status=Status.ANNOUNCED)
        assert await memory.rounds.find("386") is None


async def test_the_latest_round_is_the_newest_that_people_may_be_told_of(store: Database) -> None:
    async with store.look() as memory:
        assert await memory.rounds.latest() is None
    nine, ten = a_round(number="9"), a_round(number="10")
    held = a_round(number="11", held_on=ROUND.held_on + timedelta(days=1))
    await add(store, nine, ten, status=Status.BASELINE)
    await add(store, held, status=Status.HELD)

    async with store.look() as memory:
        assert await memory.rounds.latest() == ten
        assert await memory.rounds.since(ROUND.held_on) == [nine, ten]
        assert await memory.rounds.since(ROUND.held_on + timedelta(days=1)) == []


async def test_a_corrected_date_counts_from_then_on(store: Database) -> None:
    mended = replace(ROUND, held_on=date(2025, 12, 12))
    await add(store, ROUND)
    async with store.begin() as memory:
        await memory.rounds.revise(mended, Change.CORRECTED, NOW)

    async with store.look() as memory:
        assert await memory.rounds.since(date(2025, 12, 12)) == [mended]


async def test_an_unreadable_row_is_noted_once(store: Database, database: Path) -> None:
    one = UnreadableRow(number=None, reason="it has no round number", fingerprint="one")
    two = UnreadableRow(number="385", reason="no cut-off", fingerprint="two")
    async with store.begin() as memory:
        assert await memory.rounds.note_unreadable([one, one], NOW) == [one]
        assert await memory.rounds.note_unreadable([], NOW) == []
    async with store.begin() as memory:
        assert await memory.rounds.note_unreadable([one, two], NOW) == [two]
        assert await memory.rounds.note_unreadable([two, one], NOW) == []

    assert len(rows_of(database, "SELECT * FROM unreadable_rows")) == 2
