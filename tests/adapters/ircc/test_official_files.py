"""The official files themselves, checked against an independent reading."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import pytest

from adapters.ircc.parse import parse
from bot.core.detect import Change, Known, KnownRound, Status, detect
from bot.core.errors import SourceChanged
from bot.core.rounds import Field, Published, Round, RoundNumber, Stamp
from tests.data.shared import SHARED, needs_shared, shared_bytes, shared_json

pytestmark = needs_shared

FILES = ("2024-04-06", "2025-12-10", "2025-12-11", "2026-08-07")

# Held in the evening of Ottawa, so on the next day in UTC: the time is right, and doubted.
NEXT_DAY_IN_UTC = {"7", "8", "9", "11", "13", "139"}
ANOTHER_DAY = {"104", "108", "146", "148", "357"}
TIME_IN_DOUBT = NEXT_DAY_IN_UTC | ANOTHER_DAY | {"6", "270"}
STAMP_IN_DOUBT = {"208", "258", "383"}
POOL_IN_DOUBT = {"247"}

_CUT_OFF = re.compile(
    r"\s*(January|February|March|April|May|June|July|August|September|October|November|December)"
    r" (\d{1,2})(?:rd|[.])?,? ?(\d{4}),? *(?:at +)?(\d{1,2}):(\d\d):(\d\d)(?: [AP]M)?(?: UTC)?\s*"
)


@lru_cache
def rows(day: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = shared_json(f"ircc/ee_rounds_123_en.{day}.json")["rounds"]
    return found


@lru_cache
def published(day: str) -> Published:
    return parse(shared_bytes(f"ircc/ee_rounds_123_en.{day}.json"))


@lru_cache
def newest() -> dict[str, Round]:
    return {str(one.number): one for one in published("2026-08-07").rounds}


def doubtful(field: Field) -> set[str]:
    return {
        number
        for number, one in newest().items()
        if any(doubt.field is field for doubt in one.doubts)
    }


def an_independent_reading(text: str) -> datetime | None:
    found = _CUT_OFF.fullmatch(text)
    if not found:
        return None
    written = "{} {} {} {} {} {}".format(*found.groups())
    return datetime.strptime(written, "%B %d %Y %H %M %S").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "count", "newest_number"),
    [
        ("2024-04-06", 292, "291"),
        ("2025-12-10", 385, "384"),
        ("2025-12-11", 386, "385"),
        ("2026-08-07", 435, "434"),
    ],
)
def test_every_row_of_an_official_file_is_read_and_none_held(
    day: str, count: int, newest_number: str
) -> None:
    found = published(day)

    assert (len(found.rounds), found.unreadable) == (count, ())
    assert found.first_row_readable
    assert found.rounds[0].number == newest_number
    assert not any(one.held_back for one in found.rounds)


def test_exactly_the_rounds_that_are_odd_are_doubtful() -> None:
    assert doubtful(Field.HELD_AT) == TIME_IN_DOUBT
    assert doubtful(Field.TIE_BREAKING_RULE) == STAMP_IN_DOUBT
    assert doubtful(Field.POOL) == POOL_IN_DOUBT
    everything = {number for number, one in newest().items() if one.doubts}
    assert everything == TIME_IN_DOUBT | STAMP_IN_DOUBT | POOL_IN_DOUBT


@pytest.mark.parametrize("day", FILES)
def test_every_tie_break_agrees_with_an_independent_reading(day: str) -> None:
    for row, one in zip(rows(day), published(day).rounds, strict=True):
        assert one.number == row["drawNumber"]
        assert one.tie_breaking_rule == an_independent_reading(row["drawCutOff"]), row
        expected = Stamp.PUBLISHED if one.tie_breaking_rule else Stamp.NOT_PUBLISHED
        assert one.stamp is (Stamp.UNREADABLE if one.number == "208" else expected)


@pytest.mark.parametrize("day", FILES)
def test_every_plain_fact_agrees_with_the_row(day: str) -> None:
    for row, one in zip(rows(day), published(day).rounds, strict=True):
        assert one.held_on.isoformat() == row["drawDate"]
        assert one.name == row["drawName"].strip()
        assert f"{one.invitations_issued:,}" in (
            row["drawSize"],
            f"{int(row['drawSize'].replace(',', '')):,}",
        )
        assert str(one.crs_cut_off) == row["drawCRS"].strip()
        assert one.programs
        if one.pool:
            assert one.pool.bands == tuple(
                int(row[f"dd{band}"].replace(",", "")) for band in range(1, 19)
            )


def test_the_programs_are_those_the_name_calls_for() -> None:
    for one in newest().values():
        if one.name == "Provincial Nominee Program":
            assert one.programs == ("pnp",)
        if one.name == "Canadian Experience Class":
            assert one.programs == ("cec",)
        if "ccupations" in one.name and one.number != "100":
            assert set(one.programs) == {"fsw", "cec", "fst"}


def test_four_dates_hold_two_rounds() -> None:
    days = Counter(one.held_on for one in newest().values())

    assert sorted(days.values())[-4:] == [2, 2, 2, 2]
    assert len(days) == 431
    assert newest()["91a"].held_on == newest()["91b"].held_on == date(2018, 5, 30)


@lru_cache
def oddities() -> list[dict[str, str]]:
    return [] if not SHARED.is_dir() else list(shared_json("domain/feed_oddities.json"))


def odd(kind: str) -> set[str]:
    return {one["drawNumber"] for one in oddities() if one["kind"] == kind}


def test_no_oddity_is_of_a_kind_that_is_not_checked_here() -> None:
    assert {one["kind"] for one in oddities()} == {
        *("pool_all_zero", "pool_stale", "pool_after_draw", "dd3_ne_sum"),
        *("tiebreak_missing", "tiebreak_no_tz", "tiebreak_no_year", "tiebreak_after_draw"),
        *("drawDate_ne_drawDateTime", "whitespace", "suspect_value"),
    }


def test_a_pool_of_zeros_was_not_published_and_that_is_no_doubt() -> None:
    zeros = odd("pool_all_zero")

    assert len(zeros) == 218
    assert {number for number, one in newest().items() if one.pool is None} == zeros | {"247"}
    assert not zeros & POOL_IN_DOUBT


def test_a_pool_from_after_its_round_is_zero_now_and_was_doubted_before() -> None:
    assert odd("pool_after_draw") == {"226"}
    assert newest()["226"].pool is None
    (before,) = [one for one in published("2024-04-06").rounds if one.number == "226"]
    assert before.pool is None
    assert [doubt.field for doubt in before.doubts] == [Field.POOL]


def test_a_stale_pool_is_kept_with_its_day() -> None:
    for number in odd("pool_stale"):
        one = newest()[number]
        assert one.pool is not None
        assert one.pool.as_on is not None
        assert one.held_on - one.pool.as_on >= timedelta(days=15)
        assert one.doubts == ()


def test_the_one_pool_that_does_not_add_up_is_left_out() -> None:
    assert odd("dd3_ne_sum") == POOL_IN_DOUBT
    assert newest()["247"].pool is None


def test_rounds_1_to_76_and_no_others_have_no_stamp() -> None:
    missing = odd("tiebreak_missing")

    assert missing == {str(number) for number in range(1, 77)}
    assert {n for n, one in newest().items() if one.stamp is Stamp.NOT_PUBLISHED} == missing
    assert not missing & STAMP_IN_DOUBT


def test_a_stamp_without_a_zone_is_published_and_doubted() -> None:
    assert odd("tiebreak_no_tz") == {"258", "383"}
    for number in odd("tiebreak_no_tz"):
        assert newest()[number].stamp is Stamp.PUBLISHED
        assert number in doubtful(Field.TIE_BREAKING_RULE)


def test_the_stamp_without_a_year_is_unreadable() -> None:
    assert odd("tiebreak_no_year") == {"208"}
    one = newest()["208"]
    assert (one.stamp, one.tie_breaking_rule) == (Stamp.UNREADABLE, None)
    assert "no year" in one.doubts[0].reason


def test_the_stamp_after_its_round_is_kept_as_published() -> None:
    assert odd("tiebreak_after_draw") == {"139"}
    one = newest()["139"]
    assert one.tie_breaking_rule == one.held_at == datetime(2020, 3, 19, 2, 4, 6, tzinfo=UTC)


def test_a_time_on_another_day_than_the_date_is_doubted() -> None:
    assert odd("drawDate_ne_drawDateTime") == NEXT_DAY_IN_UTC | ANOTHER_DAY
    for number in NEXT_DAY_IN_UTC:
        assert newest()[number].held_at is not None
    for number in ANOTHER_DAY:
        assert newest()[number].held_at is None


def test_blanks_around_a_value_are_no_doubt() -> None:
    assert odd("whitespace") == {"262", "82", "38"}
    for number in odd("whitespace"):
        assert newest()[number].doubts == ()
        assert newest()[number].held_at is not None
    assert newest()["262"].tie_breaking_rule == datetime(2023, 7, 4, 19, 36, 18, tzinfo=UTC)


@pytest.mark.parametrize(("number", "size"), [("208", 681), ("223", 590), ("54", 3644)])
def test_a_figure_that_is_suspect_is_told_as_published(number: str, size: int) -> None:
    assert number in odd("suspect_value")
    assert newest()[number].invitations_issued == size


def test_a_doubtful_time_of_357_leaves_its_answers_alone() -> None:
    one = newest()["357"]
    assert "357" in odd("suspect_value")
    assert one.held_on == date(2025, 7, 22)
    assert one.tie_breaking_rule is not None


def baseline_of(day: str) -> Known:
    return Known(
        rounds={
            one.number: KnownRound(round=one, status=Status.BASELINE)
            for one in published(day).rounds
        }
    )


def test_the_day_after_the_baseline_385_is_the_only_news() -> None:
    news = detect(published("2025-12-11"), baseline_of("2025-12-10"))

    assert [one.number for one in news.new] == ["385"]
    assert (news.baseline, news.held, news.history, news.missing) == (False, (), (), ())


def test_between_2024_and_2026_rounds_were_renamed_and_262_was_corrected() -> None:
    revised = detect(published("2026-08-07"), baseline_of("2024-04-06")).revised
    changes = Counter(one.change for one in revised)

    assert changes[Change.RENAMED] == 23
    corrected = [one.after.number for one in revised if one.change is Change.CORRECTED]
    assert corrected == ["262"]


def test_figures_zeroed_since_2024_are_kept() -> None:
    before = {one.number: one for one in published("2024-04-06").rounds}
    zeroed = {n for n, one in before.items() if one.pool and newest()[n].pool is None}
    news = detect(published("2026-08-07"), baseline_of("2024-04-06"))
    after = {one.after.number: one.after for one in news.revised}

    assert zeroed == {RoundNumber("223"), RoundNumber("224"), RoundNumber("227")}
    for number in zeroed & after.keys():
        assert after[number].pool == before[number].pool


def test_half_of_the_real_file_is_refused() -> None:

    body = shared_bytes("ircc/ee_rounds_123_en.2026-08-07.json")
    with pytest.raises(SourceChanged, match="not whole JSON"):
        parse(body[: len(body) // 2])


def test_the_real_file_reads_the_same_in_every_encoding() -> None:
    body = shared_bytes("ircc/ee_rounds_123_en.2025-12-11.json")
    text = body.decode("utf-8-sig")

    for encoding in ("utf-8-sig", "utf-16"):
        assert parse(text.encode(encoding)) == published("2025-12-11")
