"""What is news, what is history, and what nobody needs to hear of."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.detect import Change, Known, KnownRound, News, Status, detect, remembering
from bot.core.rounds import (
    Doubt,
    Field,
    PoolDistribution,
    Published,
    Round,
    RoundNumber,
    Stamp,
    UnreadableRow,
)
from tests.builders import a_round

START = date(2025, 1, 6)
DOUBTFUL_NAME = (Doubt(field=Field.NAME, reason="the name holds markup"),)
NOTHING = Known(rounds={})


def a_numbered(number: int | str, days: int | None = None, **changes: Any) -> Round:
    """Round `number`, held `days` after the first (a day a number unless said)."""
    offset = int(number) if days is None else days
    return a_round(
        number=RoundNumber(str(number)), held_on=START + timedelta(days=offset), **changes
    )


def published(*rounds: Round, unreadable: Iterable[UnreadableRow] = ()) -> Published:
    """A payload, newest first as IRCC writes it."""
    newest_first = sorted(rounds, key=lambda one: (one.held_on, one.number), reverse=True)
    return Published(
        rounds=tuple(newest_first), unreadable=tuple(unreadable), first_row_readable=True
    )


def known(*rounds: Round, status: Status = Status.ANNOUNCED) -> Known:
    return Known(rounds={one.number: KnownRound(round=one, status=status) for one in rounds})


def baseline(*rounds: Round) -> Known:
    return known(*rounds, status=Status.BASELINE)


def remember(memory: Known, news: News) -> Known:
    """Memory after `news`, as a pipeline keeps it."""
    rounds = dict(memory.rounds)
    for revised in (*news.revised, *news.released):
        before = rounds[revised.after.number]
        rounds[revised.after.number] = KnownRound(
            round=revised.after, status=before.status, revision=before.revision + 1
        )
    for status, group in (
        (Status.ANNOUNCED, news.to_tell),
        (Status.HELD, news.held),
        (Status.BASELINE, news.history),
    ):
        for one in group:
            revision = rounds[one.number].revision if one.number in rounds else 1
            rounds[one.number] = KnownRound(round=one, status=status, revision=revision)
    return Known(rounds=rounds)


def numbers(rounds: Iterable[Round]) -> list[str]:
    return [str(one.number) for one in rounds]


def quiet(news: News) -> bool:
    return not (news.new or news.held or news.history or news.revised)


def test_the_first_payload_is_a_silent_baseline() -> None:
    news = detect(published(a_numbered(1), a_numbered(2)), NOTHING)

    assert news.baseline
    assert (news.new, news.held, news.revised, news.missing) == ((), (), (), ())
    assert numbers(news.history) == ["1", "2"]


def test_a_first_payload_of_one_doubtful_round_is_a_silent_baseline_too() -> None:
    news = detect(published(a_numbered(1, doubts=DOUBTFUL_NAME)), NOTHING)

    assert news.baseline
    assert not news.held
    assert numbers(news.history) == ["1"]


def test_an_empty_memory_stays_a_baseline_when_nothing_could_be_read() -> None:
    row = UnreadableRow(number=None, reason="it has no round number", fingerprint="f")
    first = detect(published(unreadable=[row]), NOTHING)

    assert first.baseline
    assert first.unreadable == (row,)
    assert detect(published(a_numbered(1)), remember(NOTHING, first)).baseline


def test_a_round_after_the_baseline_is_news_once() -> None:
    memory = remember(NOTHING, detect(published(a_numbered(1)), NOTHING))
    payload = published(a_numbered(1), a_numbered(2))

    news = detect(payload, memory)

    assert not news.baseline
    assert numbers(news.new) == ["2"]
    assert quiet(detect(payload, remember(memory, news)))


def test_two_rounds_of_a_day_are_both_news_in_the_order_of_their_numbers() -> None:
    news = detect(
        published(a_numbered(90), a_numbered("91b", 91), a_numbered("91a", 91)),
        baseline(a_numbered(90)),
    )

    assert numbers(news.new) == ["91a", "91b"]


def test_the_second_round_of_a_day_may_come_a_poll_later() -> None:
    memory = known(a_numbered(90), a_numbered("91a", 91))

    news = detect(published(*_rounds(memory), a_numbered("91b", 91)), memory)

    assert numbers(news.new) == ["91b"]


def test_the_first_round_of_a_day_may_come_after_the_second() -> None:
    memory = known(a_numbered(90), a_numbered("91b", 91))

    news = detect(published(*_rounds(memory), a_numbered("91a", 91)), memory)

    assert numbers(news.new) == ["91a"]


def test_rounds_ten_and_nine_of_a_day_stand_in_the_order_of_numbers_not_letters() -> None:
    news = detect(published(a_numbered(10, 9), a_numbered(9, 9)), known(a_numbered(8)))

    assert numbers(news.new) == ["9", "10"]


def _rounds(memory: Known) -> list[Round]:
    return [one.round for one in memory.rounds.values()]


@pytest.mark.parametrize(("days_late", "is_news"), [(0, True), (1, True), (7, True), (8, False)])
def test_a_round_that_arrives_late_is_news_for_a_week(days_late: int, is_news: bool) -> None:
    memory = known(a_numbered(100))
    late = a_numbered(55, days=100 - days_late)

    news = detect(published(*_rounds(memory), late), memory)

    assert numbers(news.new) == (["55"] if is_news else [])
    assert numbers(news.held) == ([] if is_news else ["55"])


def test_a_round_held_for_being_late_stays_held_whatever_else_changes() -> None:
    late = KnownRound(round=a_numbered(55, days=10), status=Status.HELD)
    memory = Known(rounds={**known(a_numbered(100)).rounds, late.round.number: late})
    changed = replace(late.round, crs_cut_off=400)

    news = detect(published(*_rounds(known(a_numbered(100))), changed), memory)

    assert not news.released
    assert [one.after for one in news.revised] == [changed]


def test_an_older_payload_is_known_as_such() -> None:
    memory = known(a_numbered(1), a_numbered(2))

    assert detect(published(a_numbered(1)), memory).older
    assert not detect(published(a_numbered(1), a_numbered(2)), memory).older
    assert not detect(published(a_numbered(1), a_numbered(3)), memory).older
    assert not detect(published(a_numbered(2)), memory).older


def test_an_older_payload_takes_no_correction_back() -> None:
    memory = known(a_numbered(1, crs_cut_off=480), a_numbered(2))
    before = a_numbered(1, crs_cut_off=476)

    assert quiet(detect(published(before), memory))
    assert quiet(detect(published(before, a_numbered(2)), memory, older=True))
    assert not quiet(detect(published(before, a_numbered(2)), memory))


def test_a_round_that_only_an_older_payload_has_is_news() -> None:
    memory = known(a_numbered(1), a_numbered(2))

    news = detect(published(a_numbered(1), a_numbered(2), a_numbered(3)), memory, older=True)

    assert numbers(news.new) == ["3"]


def test_lateness_is_measured_from_the_newest_round_known_not_from_the_newest_published() -> None:
    memory = known(a_numbered(100))

    news = detect(published(a_numbered(100), a_numbered(101, 130), a_numbered(102, 160)), memory)

    assert numbers(news.new) == ["101", "102"]


def test_a_memory_without_news_yet_takes_everything_older_for_history() -> None:
    memory = baseline(a_numbered(100), a_numbered(101))

    news = detect(published(*_rounds(memory), a_numbered(99), a_numbered(55, 100)), memory)

    assert not news.new
    assert numbers(news.history) == ["99", "55"]


@pytest.mark.parametrize("kept", [1, 5, 40])
def test_after_a_partial_payload_of_the_newest_rounds_the_older_ones_are_history(
    kept: int,
) -> None:
    everything = [a_numbered(number) for number in range(1, 101)]
    memory = remember(NOTHING, detect(published(*everything[-kept:]), NOTHING))

    news = detect(published(*everything), memory)

    assert not news.new
    assert len(news.history) == 100 - kept


@pytest.mark.parametrize("kept", [1, 5, 40, 60])
def test_after_a_partial_payload_of_the_oldest_rounds_the_whole_one_is_the_baseline(
    kept: int,
) -> None:
    everything = [a_numbered(number) for number in range(1, 101)]
    memory = remember(NOTHING, detect(published(*everything[:kept]), NOTHING))

    news = detect(published(*everything), memory)

    assert news.baseline
    assert not news.new
    assert len(news.history) == 100 - kept
    later = remember(memory, news)
    assert numbers(detect(published(*everything, a_numbered(101)), later).new) == ["101"]


@pytest.mark.parametrize(("arrived", "is_baseline"), [(10, False), (11, True)])
def test_more_than_ten_rounds_at_once_are_too_many_for_a_small_memory(
    arrived: int, is_baseline: bool
) -> None:
    memory = baseline(*(a_numbered(number) for number in range(1, 11)))
    fresh = [a_numbered(number) for number in range(11, 11 + arrived)]

    news = detect(published(*_rounds(memory), *fresh), memory)

    assert news.baseline is is_baseline
    assert len(news.new) == (0 if is_baseline else arrived)


def test_a_memory_that_has_seen_news_never_becomes_a_baseline_again() -> None:
    memory = known(a_numbered(1))
    fresh = [a_numbered(number) for number in range(2, 40)]

    news = detect(published(*fresh), memory)

    assert not news.baseline
    assert len(news.new) == 38


def test_a_round_held_back_counts_as_news_seen() -> None:
    assert known(a_numbered(1), status=Status.HELD).settled
    assert not baseline(a_numbered(1)).settled
    assert not NOTHING.settled


def test_a_round_with_a_grave_doubt_waits_for_the_operator() -> None:
    news = detect(
        published(a_numbered(1), a_numbered(2, doubts=DOUBTFUL_NAME)), known(a_numbered(1))
    )

    assert not news.new
    assert numbers(news.held) == ["2"]


@pytest.mark.parametrize("field", [Field.POOL, Field.TIE_BREAKING_RULE, Field.HELD_AT])
def test_a_light_doubt_never_delays_an_alert(field: Field) -> None:
    doubtful = a_numbered(2, doubts=(Doubt(field=field, reason="odd"),))

    assert numbers(detect(published(doubtful), known(a_numbered(1))).new) == ["2"]


def test_a_round_held_back_is_told_once_it_is_mended() -> None:
    memory = known(a_numbered(1))
    doubtful = published(a_numbered(1), a_numbered(2, doubts=DOUBTFUL_NAME))
    memory = remember(memory, detect(doubtful, memory))
    assert quiet(detect(doubtful, memory))
    mended = published(a_numbered(1), a_numbered(2))

    news = detect(mended, memory)

    assert numbers(news.to_tell) == ["2"]
    memory = remember(memory, news)
    assert memory.rounds[RoundNumber("2")].round == a_numbered(2)
    assert quiet(detect(mended, memory))


def test_a_mended_round_is_told_with_what_was_published_before() -> None:
    held = KnownRound(round=a_numbered(2, doubts=DOUBTFUL_NAME), status=Status.HELD)
    memory = Known(
        rounds={
            RoundNumber("1"): KnownRound(round=a_numbered(1), status=Status.ANNOUNCED),
            RoundNumber("2"): held,
        }
    )

    (told,) = detect(published(a_numbered(1), a_numbered(2, pool=None)), memory).to_tell

    assert told.pool == a_round().pool


def test_a_round_held_back_and_changed_but_not_mended_stays_held() -> None:
    memory = Known(
        rounds={
            RoundNumber("2"): KnownRound(
                round=a_numbered(2, doubts=DOUBTFUL_NAME), status=Status.HELD
            )
        }
    )

    news = detect(published(a_numbered(2, doubts=DOUBTFUL_NAME, crs_cut_off=400)), memory)

    assert not news.new
    assert not news.held
    assert [one.change for one in news.revised] == [Change.CORRECTED]


def test_a_mended_round_stands_among_the_new_ones_in_the_order_they_were_held() -> None:
    memory = Known(
        rounds={
            RoundNumber("5"): KnownRound(
                round=a_numbered(5, doubts=DOUBTFUL_NAME), status=Status.HELD
            )
        }
    )

    news = detect(published(a_numbered(4), a_numbered(5), a_numbered(6)), memory)

    assert numbers(news.to_tell) == ["4", "5", "6"]


@pytest.mark.parametrize(
    "changes",
    [
        {"crs_cut_off": 475},
        {"invitations_issued": 999},
        {"held_on": START + timedelta(days=2)},
        {"tie_breaking_rule": datetime(2025, 10, 26, 7, 44, 30, tzinfo=UTC)},
        {"name": "Renamed", "crs_cut_off": 475},
    ],
)
def test_a_change_of_a_fact_that_answers_depend_on_is_a_correction(
    changes: dict[str, Any],
) -> None:
    memory = known(a_numbered(1))
    after = replace(a_numbered(1), **changes)

    (revised,) = detect(published(after), memory).revised

    assert revised.change is Change.CORRECTED
    assert revised.before == memory.rounds[RoundNumber("1")]
    assert revised.after == after


def test_a_new_name_alone_is_a_renaming_and_no_news() -> None:
    memory = known(a_numbered(1))

    news = detect(published(a_numbered(1, name="Healthcare occupations (Version 1)")), memory)

    assert [one.change for one in news.revised] == [Change.RENAMED]
    assert not news.new


@pytest.mark.parametrize(
    "changes",
    [
        {"held_at": datetime(2025, 1, 7, 12, tzinfo=UTC)},
        {"programs": ("cec",)},
        {"pool": PoolDistribution(as_on=None, bands=(1,) * 18)},
        {"doubts": (Doubt(field=Field.POOL, reason="odd"),)},
    ],
)
def test_any_other_change_is_remembered_in_silence(changes: dict[str, Any]) -> None:
    news = detect(published(replace(a_numbered(1), **changes)), known(a_numbered(1)))

    assert [one.change for one in news.revised] == [Change.REFRESHED]
    assert not news.new


def test_a_stamp_that_is_first_published_later_is_a_correction() -> None:
    before = a_numbered(1, stamp=Stamp.UNREADABLE, tie_breaking_rule=None)

    (revised,) = detect(published(a_numbered(1)), known(before)).revised

    assert revised.change is Change.CORRECTED
    assert revised.after.stamp is Stamp.PUBLISHED


def test_figures_that_are_zeroed_later_are_kept() -> None:
    memory = known(a_numbered(1))

    assert quiet(detect(published(a_numbered(1, pool=None)), memory))


@pytest.mark.parametrize("stamp", [Stamp.UNREADABLE, Stamp.NOT_PUBLISHED])
def test_a_stamp_that_is_spoiled_later_is_kept(stamp: Stamp) -> None:
    spoiled = a_numbered(1, stamp=stamp, tie_breaking_rule=None)

    after = remembering(a_numbered(1), spoiled)

    assert (after.stamp, after.tie_breaking_rule) == (
        Stamp.PUBLISHED,
        a_round().tie_breaking_rule,
    )
    assert quiet(detect(published(spoiled), known(a_numbered(1))))


def test_a_time_that_is_blanked_later_is_kept() -> None:
    assert remembering(a_numbered(1), a_numbered(1, held_at=None)) == a_numbered(1)


def test_programs_that_cannot_be_read_any_more_are_kept() -> None:
    doubts = (Doubt(field=Field.PROGRAMS, reason="missing"),)

    after = remembering(a_numbered(1), a_numbered(1, programs=(), doubts=doubts))

    assert after.programs == ("fsw", "cec", "fst")
    assert after.doubts == doubts


def test_figures_published_anew_replace_the_old_ones() -> None:
    newer = PoolDistribution(as_on=date(2025, 1, 5), bands=(2,) * 18)
    later = datetime(2025, 1, 7, 12, tzinfo=UTC)

    after = a_numbered(1, pool=newer, held_at=later, programs=("cec",))

    assert remembering(a_numbered(1), after) == after


def test_a_known_round_that_is_not_published_any_more_is_missing_and_kept() -> None:
    memory = known(a_numbered(1), a_numbered(2), a_numbered(3))

    news = detect(published(a_numbered(2)), memory)

    assert set(news.missing) == {"1", "3"}
    assert quiet(news)
    assert remember(memory, news) == memory


def test_a_known_round_that_cannot_be_read_any_more_is_not_missing() -> None:
    row = UnreadableRow(number="1", reason="it has no name", fingerprint="f")

    news = detect(published(a_numbered(2), unreadable=[row]), known(a_numbered(1), a_numbered(2)))

    assert news.missing == ()
    assert news.unreadable == (row,)
    assert quiet(news)


def test_an_old_row_first_readable_after_an_upgrade_waits_for_the_operator() -> None:
    memory = known(a_numbered(1), a_numbered(100))

    news = detect(published(a_numbered(1), a_numbered(50), a_numbered(100)), memory)

    assert not news.new
    assert numbers(news.held) == ["50"]


def test_revised_rounds_stand_in_the_order_they_were_held() -> None:
    memory = known(*(a_numbered(number) for number in range(1, 12)))
    payload = published(*(a_numbered(number, crs_cut_off=400) for number in range(1, 12)))

    found = [str(one.after.number) for one in detect(payload, memory).revised]

    assert found == [str(number) for number in range(1, 12)]


def test_missing_rounds_stand_in_the_order_they_were_held() -> None:
    memory = known(*(a_numbered(number) for number in range(1, 40)))

    assert list(detect(published(a_numbered(39)), memory).missing) == [
        str(number) for number in range(1, 39)
    ]


def test_a_held_round_that_is_taken_back_is_no_sign_of_an_older_payload() -> None:
    typo = KnownRound(round=a_numbered(22, days=2, doubts=DOUBTFUL_NAME), status=Status.HELD)
    memory = Known(rounds={**known(a_numbered(1)).rounds, RoundNumber("22"): typo})

    same = detect(published(a_numbered(1, crs_cut_off=470)), memory)
    mended = detect(published(a_numbered(1), a_numbered(2)), memory)

    assert (same.missing, same.older, same.withdrawn) == ((), False, ())
    assert [one.change for one in same.revised] == [Change.CORRECTED]
    # Only a newer payload proves that it is gone for good.
    assert (numbers(mended.new), mended.missing, mended.withdrawn) == (["2"], (), ("22",))


def test_a_stale_copy_is_known_by_the_newest_round_that_is_sure() -> None:
    held = KnownRound(round=a_numbered(3, doubts=DOUBTFUL_NAME), status=Status.HELD)
    sure = known(a_numbered(1), a_numbered(2)).rounds
    memory = Known(rounds={**sure, RoundNumber("3"): held})

    news = detect(published(a_numbered(1, crs_cut_off=470)), memory)

    assert (news.older, news.missing, news.revised) == (True, ("2",), ())


def test_a_mended_round_is_released_and_not_revised_as_well() -> None:
    memory = Known(
        rounds={
            RoundNumber("2"): KnownRound(
                round=a_numbered(2, doubts=DOUBTFUL_NAME), status=Status.HELD
            )
        }
    )

    news = detect(published(a_numbered(2, crs_cut_off=470)), memory)

    assert [str(one.after.number) for one in news.released] == ["2"]
    assert (news.new, news.revised) == ((), ())


def test_what_is_doubtful_does_not_replace_what_was_clear() -> None:
    memory = known(a_numbered(1), a_numbered(2))

    news = detect(
        published(a_numbered(1), a_numbered(2, crs_cut_off=400, doubts=DOUBTFUL_NAME)), memory
    )

    assert quiet(news)


def test_a_name_that_nobody_knows_corrects_no_answer() -> None:
    memory = known(a_numbered(1))
    renamed = a_numbered(1, name="Wellness occupations, 2027-Version 1")

    assert _changes(memory, renamed) == [Change.RENAMED]
    assert _changes(memory, replace(renamed, crs_cut_off=470)) == [Change.CORRECTED]
    assert _changes(known(renamed), a_numbered(1)) == [Change.CORRECTED]


def _changes(memory: Known, round_: Round) -> list[Change]:
    return [one.change for one in detect(published(round_), memory).revised]


def test_a_rename_that_changes_the_category_is_a_correction() -> None:
    memory = known(a_numbered(1, name="Trade occupations (Version 2)"))

    (revised,) = detect(
        published(a_numbered(1, name="STEM occupations (Version 2)")), memory
    ).revised

    assert revised.change is Change.CORRECTED


@st.composite
def payload_rounds(draw: st.DrawFn) -> Round:
    number = draw(st.sampled_from(["1", "2", "3", "9", "10", "11", "91a", "91b"]))
    stamp = draw(st.sampled_from(Stamp))
    doubt = draw(st.none() | st.sampled_from([Field.NAME, Field.POOL, Field.PROGRAMS]))
    return a_numbered(
        number,
        draw(st.integers(0, 20)),
        name=draw(st.sampled_from(["General", "Provincial Nominee Program"])),
        crs_cut_off=draw(st.integers(475, 477)),
        stamp=stamp,
        tie_breaking_rule=a_round().tie_breaking_rule if stamp is Stamp.PUBLISHED else None,
        held_at=draw(st.sampled_from([None, a_round().held_at])),
        pool=draw(st.sampled_from([None, a_round().pool])),
        programs=() if doubt is Field.PROGRAMS else ("cec",),
        doubts=(Doubt(field=doubt, reason="odd"),) if doubt else (),
    )


payloads = st.lists(payload_rounds(), max_size=6, unique_by=lambda one: one.number).map(
    lambda rounds: published(*rounds)
)


def after_all(seen: list[Published]) -> Known:
    memory = NOTHING
    for one in seen:
        memory = remember(memory, detect(one, memory))
    return memory


@settings(max_examples=80)
@given(st.lists(payloads, max_size=3), payloads)
def test_the_same_payload_twice_is_news_once(seen: list[Published], payload: Published) -> None:
    memory = after_all(seen)

    later = remember(memory, detect(payload, memory))

    assert quiet(detect(payload, later))
    assert remember(later, detect(payload, later)) == later


@settings(max_examples=80)
@given(st.lists(payloads, max_size=3), payloads, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    seen: list[Published], payload: Published, chance: Any
) -> None:
    memory = after_all(seen)
    rows = list(payload.rounds)
    chance.shuffle(rows)

    assert detect(replace(payload, rounds=tuple(rows)), memory) == detect(payload, memory)


@settings(max_examples=80)
@given(st.lists(payloads, max_size=3), payloads)
def test_nothing_is_told_twice_and_nothing_remembered_is_lost(
    seen: list[Published], payload: Published
) -> None:
    memory = after_all(seen)
    news = detect(payload, memory)
    told = {number for number, one in memory.rounds.items() if one.status is Status.ANNOUNCED}

    assert told.isdisjoint(one.number for one in news.new)
    assert not any(one.held_back for one in news.new)
    later = remember(memory, news)
    assert later.rounds.keys() == memory.rounds.keys() | {one.number for one in payload.rounds}
    for number, before in memory.rounds.items():
        assert later.rounds[number].round.pool or not before.round.pool
        assert later.rounds[number].round.held_at or not before.round.held_at
        if before.round.stamp is Stamp.PUBLISHED:
            assert later.rounds[number].round.stamp is Stamp.PUBLISHED


@settings(max_examples=80)
@given(st.lists(payloads, max_size=3), payloads)
def test_every_unseen_round_is_new_or_held_or_history_and_only_one_of_them(
    seen: list[Published], payload: Published
) -> None:
    memory = after_all(seen)
    news = detect(payload, memory)
    sorted_out = [one.number for one in (*news.new, *news.held, *news.history)]

    assert len(sorted_out) == len(set(sorted_out))
    unseen = {one.number for one in payload.rounds} - memory.rounds.keys()
    assert unseen <= set(sorted_out)
    for group in (news.new, news.held, news.history):
        assert [one.held_on for one in group] == sorted(one.held_on for one in group)


# --- dates that cannot be ---

TODAY = START + timedelta(days=101)
NEXT_YEAR = 100 + 366


def test_a_round_of_next_year_waits_until_its_date_is_mended() -> None:
    memory = known(a_numbered(100))
    mistyped = published(a_numbered(100), a_numbered(101, NEXT_YEAR + 1))

    news = detect(mistyped, memory, today=TODAY)

    assert (numbers(news.new), numbers(news.held)) == ([], ["101"])
    memory = remember(memory, news)
    assert quiet(detect(mistyped, memory, today=TODAY))
    mended = detect(published(a_numbered(100), a_numbered(101)), memory, today=TODAY)
    assert numbers(mended.to_tell) == ["101"]


@pytest.mark.parametrize("days", [50, NEXT_YEAR])
@pytest.mark.parametrize("status", list(Status)[:3])
def test_a_wrong_date_of_one_round_makes_no_other_an_old_one(days: int, status: Status) -> None:
    rounds = known(a_numbered(100, 100 + days), a_numbered(99), status=status)

    news = detect(published(*_rounds(rounds), a_numbered(101)), rounds, today=TODAY)

    assert numbers(news.new) == ["101"]


def test_a_known_round_does_not_move_to_another_year() -> None:
    memory = known(a_numbered(99), a_numbered(100))

    news = detect(published(a_numbered(99), a_numbered(100, NEXT_YEAR)), memory, today=TODAY)

    assert quiet(news)


def test_a_payload_without_the_newest_round_is_older_whatever_is_dated_in_the_future() -> None:
    memory = known(a_numbered(99), a_numbered(100), a_numbered(50, NEXT_YEAR))

    assert detect(published(a_numbered(99)), memory, today=TODAY).older
    assert not detect(published(a_numbered(99), a_numbered(100)), memory, today=TODAY).older
