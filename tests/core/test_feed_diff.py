"""What changed between two payloads, and what would be told of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.core.feed_diff import difference
from bot.core.rounds import Doubt, Field, PoolDistribution, Published, Round, RoundNumber
from tests.builders import a_round

ODD = (Doubt(field=Field.POOL, reason="half of it"),)


def numbered(number: int, **changes: Any) -> Round:
    held_on = date(2025, 1, 1) + timedelta(days=number)
    return replace(a_round(number=RoundNumber(str(number)), held_on=held_on), **changes)


def published(*rounds: Round) -> Published:
    return Published(rounds=rounds, unreadable=(), first_row_readable=True)


def numbers(rounds: tuple[Round, ...]) -> list[str]:
    return [str(one.number) for one in rounds]


def test_the_same_payload_changes_nothing() -> None:
    found = difference(published(numbered(1)), published(numbered(1)))

    assert (found.new, found.renamed, found.corrected, found.pool_changed) == ((), (), (), ())
    assert (found.missing, found.told, found.older_payload) == ((), frozenset(), False)


def test_new_rounds_are_told_unless_they_have_to_wait() -> None:
    held = numbered(3, doubts=(Doubt(field=Field.NAME, reason="odd"),))

    found = difference(published(numbered(1)), published(held, numbered(2), numbered(1)))

    assert numbers(found.new) == ["2", "3"]
    assert found.told == {"2"}


def test_a_rename_is_silent() -> None:
    renamed = numbered(1, name="Healthcare occupations (Version 2)")

    found = difference(published(numbered(1)), published(renamed))

    assert [one.before.round.name for one in found.renamed] == [numbered(1).name]
    assert (found.corrected, found.told) == ((), frozenset())


def test_a_correction_is_told_while_it_is_of_interest() -> None:
    before = published(numbered(31), numbered(1), numbered(0))
    after = published(*(replace(one, crs_cut_off=400) for one in before.rounds))

    found = difference(before, after)

    assert [str(one.after.number) for one in found.corrected] == ["0", "1", "31"]
    assert found.told == {"1", "31"}


def test_figures_of_the_pool_that_are_gone_are_kept() -> None:
    later = PoolDistribution(as_on=None, bands=(2,) * 18)
    before = published(numbered(1), numbered(2), numbered(3, pool=None, doubts=ODD), numbered(4))
    after = published(
        numbered(1, pool=None), numbered(2, pool=later), numbered(3, pool=None), numbered(4)
    )

    changes = difference(before, after).pool_changed

    assert [(str(one.after.number), one.kept) for one in changes] == [
        ("1", True),
        ("2", False),
        ("3", False),
    ]


def test_an_older_payload_changes_nothing_and_says_what_it_lacks() -> None:
    newer = published(numbered(1), numbered(2, name="Healthcare occupations (Version 2)"))

    found = difference(newer, published(numbered(1, crs_cut_off=400)))

    assert found.older_payload
    assert numbers(found.missing) == ["2"]
    assert (found.new, found.corrected, found.told) == ((), (), frozenset())


def test_from_nothing_everything_is_history_and_nothing_is_told() -> None:
    found = difference(published(), published(numbered(1), numbered(2)))

    assert numbers(found.new) == ["1", "2"]
    assert found.told == frozenset()


def test_a_round_may_be_missing_from_a_newer_payload() -> None:
    found = difference(published(numbered(1), numbered(2)), published(numbered(2), numbered(3)))

    assert (numbers(found.missing), found.older_payload) == (["1"], False)
    assert found.told == {"3"}
