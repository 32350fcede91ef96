"""The fields of a row, one by one: read, doubted or refused, never guessed."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.ircc.fields import text_of
from adapters.ircc.parse import parse
from bot.core.rounds import Field, Round, Stamp, UnreadableRow
from tests.builders import a_feed, a_round, a_row


def read(**changes: object) -> Round | UnreadableRow:
    """The only row of a feed, read."""
    published = parse(a_feed([a_row(**changes)]))
    (row,) = published.rounds or published.unreadable
    assert published.first_row_readable is isinstance(row, Round)
    return row


def read_round(**changes: object) -> Round:
    row = read(**changes)
    assert isinstance(row, Round), row
    return row


def doubted(round_: Round) -> set[str]:
    assert all(doubt.reason for doubt in round_.doubts)
    return {doubt.field.value for doubt in round_.doubts}


def test_round_385_is_read_whole_and_without_a_doubt() -> None:
    assert read() == a_round()


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("385", "385"),
        (385, "385"),
        (385.0, "385"),
        (" 385 ", "385"),
        ("#385", "385"),
        ("91a", "91a"),
        ("91B", "91b"),
        ("1", "1"),
    ],
)
def test_a_number_is_read_whatever_its_type_and_blanks(value: object, number: str) -> None:
    round_ = read_round(drawNumber=value)

    assert (round_.number, round_.doubts) == (number, ())


@pytest.mark.parametrize("value", ["385-1", "Round 385", "0385", "385ab", "385.5", "2027/12"])
def test_a_number_of_an_unusual_shape_is_held_for_the_operator(value: str) -> None:
    round_ = read_round(drawNumber=value)

    assert Field.NUMBER in doubted(round_)
    assert round_.held_back


@pytest.mark.parametrize("value", [None, "", " ", "#", "abc", [], {}, True, ["385"], "9" * 21])
def test_a_row_without_a_number_is_unreadable(value: object) -> None:
    row = read(drawNumber=value)

    assert isinstance(row, UnreadableRow)
    assert row.number is None
    assert "number" in row.reason


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("1,000", 1000),
        ("1 000", 1000),
        ("27\xa0332", 27332),
        ("27\u202f332", 27332),
        (1000, 1000),
        (4, 4),
        ("4", 4),
        (1000.0, 1000),
        ("1000", 1000),
        (" 590 ", 590),
    ],
)
def test_invitations_are_read_with_every_thousands_separator(value: object, size: int) -> None:
    round_ = read_round(drawSize=value)

    assert (round_.invitations_issued, round_.doubts) == (size, ())


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "0",
        0,
        "-5",
        -5,
        "−5",
        "none",
        "1,00",
        "1.000",
        "10.5",
        0.5,
        True,
        [],
        "1 000 2 000",
        "9" * 5000,
        "500 to 600",
        "1/2",
        "½",
        float("inf"),
        float("nan"),
        "0x10",
        "1e3",
    ],
)
def test_a_row_without_a_positive_size_is_unreadable(value: object) -> None:
    row = read(drawSize=value)

    assert isinstance(row, UnreadableRow), row
    assert (row.number, row.reason) == ("385", "it has no positive number of invitations")


@pytest.mark.parametrize(
    ("value", "cut_off"),
    [
        ("476", 476),
        (476, 476),
        (476.0, 476),
        ("1", 1),
        ("1200", 1200),
        ("1,200", 1200),
        ("75", 75),
        (" 476", 476),
    ],
)
def test_a_cut_off_up_to_1200_is_read(value: object, cut_off: int) -> None:
    round_ = read_round(drawCRS=value)

    assert (round_.crs_cut_off, round_.doubts) == (cut_off, ())


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "-5",
        -5,
        "1201",
        1201,
        "476.5",
        476.5,
        "n/a",
        False,
        [],
        {},
        "9" * 5000,
        "-0.5",
        "476-480",
        "476 / 480",
        float("-inf"),
        "CRS -5",
        "(-5)",
    ],
)
def test_a_row_without_a_possible_cut_off_is_unreadable(value: object) -> None:
    row = read(drawCRS=value)

    assert isinstance(row, UnreadableRow), row
    assert (row.number, row.reason) == ("385", "it has no CRS cut-off between 0 and 1200")


@pytest.mark.parametrize("value", ["0", 0, "000"])
def test_a_cut_off_of_zero_is_held_for_the_operator(value: object) -> None:
    round_ = read_round(drawCRS=value)

    assert (round_.crs_cut_off, round_.held_back) == (0, True)


@pytest.mark.parametrize("value", ["476*", "476 (lowest)", "CRS 476", "476 points", "≥ 476"])
def test_a_cut_off_among_words_is_read_and_held_for_the_operator(value: str) -> None:
    round_ = read_round(drawCRS=value)

    assert round_.crs_cut_off == 476
    assert doubted(round_) == {"crs_cut_off"}
    assert round_.held_back


def test_a_size_among_words_is_read_and_doubted_but_not_held() -> None:
    round_ = read_round(drawSize="1,000¹")

    assert round_.invitations_issued == 1000
    assert doubted(round_) == {"invitations_issued"}
    assert not round_.held_back


@pytest.mark.parametrize("value", [None, "", "  ", "-", "123", 123, True, [], "\u200b"])
def test_a_row_without_a_name_is_unreadable(value: object) -> None:
    row = read(drawName=value)

    assert isinstance(row, UnreadableRow)
    assert (row.number, row.reason) == ("385", "it has no name")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (" General ", "General"),
        ("Trade\u00a0occupations\t(Version\n1)", "Trade occupations (Version 1)"),
        ("Gen\u200beral\u202e", "General"),
        ("A\ud800B", "AB"),
        ("Brand new category, 2027-Version 1", "Brand new category, 2027-Version 1"),
    ],
)
def test_a_name_is_one_clean_line_word_for_word(value: str, name: str) -> None:
    round_ = read_round(drawName=value)

    assert (round_.name, round_.doubts) == (name, ())


@pytest.mark.parametrize("value", ["<b>General</b>", "General <", "a" * 151])
def test_a_name_with_markup_or_without_end_is_held_for_the_operator(value: str) -> None:
    round_ = read_round(drawName=value)

    assert doubted(round_) == {"name"}
    assert round_.held_back
    assert len(round_.name) <= 151


def test_a_name_of_150_characters_is_not_too_long() -> None:
    assert read_round(drawName="a" * 150).doubts == ()


@pytest.mark.parametrize(
    ("value", "spelled_out", "held_on"),
    [
        ("11-12-2025", "December 11, 2025", date(2025, 12, 11)),
        ("12-11-2025", "December 11, 2025", date(2025, 12, 11)),
        ("11-01-2023", "January 11, 2023", date(2023, 1, 11)),
        ("12-04-2023", "April 12, 2023", date(2023, 4, 12)),
        ("30-11-2022", "November 30, 2022", date(2022, 11, 30)),
        ("30-11-2022", None, date(2022, 11, 30)),
        ("30-11-2022", "", date(2022, 11, 30)),
        ("December 11, 2025", None, date(2025, 12, 11)),
        ("2025/12/11", None, date(2025, 12, 11)),
        ("2025-12-11T00:00:00Z", None, date(2025, 12, 11)),
        ("11 décembre 2025", None, date(2025, 12, 11)),
    ],
)
def test_a_date_written_otherwise_is_read_and_doubted(
    value: str, spelled_out: str | None, held_on: date
) -> None:
    round_ = read_round(
        drawDate=value,
        drawDateFull=spelled_out,
        drawDateTime=f"{held_on:%B %d, %Y} at 12:00:00 UTC",
        drawCutOff=f"{held_on:%B 1, %Y} at 12:00:00 UTC",
        drawDistributionAsOn=f"{held_on:%B 1, %Y}",
    )

    assert round_.held_on == held_on
    assert doubted(round_) == {"held_on"}


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "soon",
        "December 2025",
        "2025-13-45",
        "2025-02-29",
        "2014-12-31",
        20251211,
        2025,
        "31-31-2025",
        "11/12/25",
        "0000-00-00",
        [],
        "2025-12",
        "December 11",
    ],
)
def test_a_row_without_a_readable_date_is_unreadable(value: object) -> None:
    row = read(drawDate=value)

    assert isinstance(row, UnreadableRow), row
    assert row.number == "385"
    assert "date" in row.reason


@pytest.mark.parametrize("day", ["2014-12-31", "2100-01-01", "9999-12-31"])
def test_a_row_of_other_times_is_unreadable(day: str) -> None:
    (row,) = parse(a_feed([a_row(drawDate=day)])).unreadable

    assert row.reason == f"its date {day} is not in the times of Express Entry"


@pytest.mark.timeout(60)  # seconds, of which it takes a tenth of one: else it goes on for minutes
@pytest.mark.parametrize("key", ["drawSize", "drawCRS", "drawDate", "drawName", "drawText2"])
def test_a_text_without_end_is_come_to_the_end_of(key: str) -> None:
    endless = "1" * 200_000 + ".1"

    parse(a_feed([a_row(**{key: endless})]))


def test_a_date_that_contradicts_the_one_spelled_out_is_doubted() -> None:
    assert doubted(read_round(drawDateFull="December 10, 2025")) == {"held_on"}


@pytest.mark.parametrize("value", [None, "", "n/a", " - "])
def test_a_missing_stamp_means_everybody_was_in_only_up_to_round_76(value: object) -> None:
    last_without = read_round(drawNumber="76", drawCutOff=value)
    first_with = read_round(drawNumber="77", drawCutOff=value)

    assert last_without.stamp is Stamp.NOT_PUBLISHED
    assert not doubted(last_without)
    assert first_with.stamp is Stamp.UNREADABLE
    assert doubted(first_with) == {"tie_breaking_rule"}
    assert last_without.tie_breaking_rule is first_with.tie_breaking_rule is None


def test_an_absent_stamp_is_treated_like_an_empty_one() -> None:
    row = {key: value for key, value in a_row().items() if key != "drawCutOff"}

    (round_,) = parse(a_feed([row])).rounds

    assert round_.stamp is Stamp.UNREADABLE


@pytest.mark.parametrize("number", ["9", "76"])
def test_an_unreadable_stamp_of_an_old_round_is_not_no_stamp(number: str) -> None:
    assert read_round(drawNumber=number, drawCutOff="October 7").stamp is Stamp.UNREADABLE


@pytest.mark.parametrize(
    "value",
    [
        "October 7 at 16:38:21 UTC",
        "soon",
        5,
        [],
        True,
        {},
        "November 26, 2025",
        "�",
    ],
)
def test_a_stamp_that_cannot_be_read_is_doubted_and_never_delays(value: object) -> None:
    round_ = read_round(drawCutOff=value)

    assert (round_.stamp, round_.tie_breaking_rule) == (Stamp.UNREADABLE, None)
    assert doubted(round_) == {"tie_breaking_rule"}
    assert not round_.held_back


@pytest.mark.parametrize(
    "text", ["January 2, 2027 at 07:44:30 UTC", "December 13, 2025 at 00:00:00 UTC"]
)
def test_a_stamp_after_the_round_is_kept_as_published_and_doubted(text: str) -> None:
    round_ = read_round(drawCutOff=text)

    assert round_.stamp is Stamp.PUBLISHED
    assert doubted(round_) == {"tie_breaking_rule"}
    assert not round_.held_back


def test_a_stamp_without_a_zone_is_utc_and_doubted() -> None:
    round_ = read_round(drawCutOff="November 26, 2025 at 07:44:30")

    assert round_.tie_breaking_rule == datetime(2025, 11, 26, 7, 44, 30, tzinfo=UTC)
    assert round_.stamp is Stamp.PUBLISHED
    assert doubted(round_) == {"tie_breaking_rule"}


@pytest.mark.parametrize(
    ("value", "held_at"),
    [
        (None, None),
        ("", None),
        ("noon", None),
        ("December 12, 2025 at 12:00:00 UTC", None),
        ("December 1, 2025 at 11:51:44 UTC", None),
        ("December 12, 2025 at 04:59:59 UTC", datetime(2025, 12, 12, 4, 59, 59, tzinfo=UTC)),
        ("December 12, 2025 at 05:00:00 UTC", None),
        ("December 11, 2025 at 11:51:44", datetime(2025, 12, 11, 11, 51, 44, tzinfo=UTC)),
    ],
)
def test_a_time_that_does_not_fit_the_day_is_doubted(
    value: object, held_at: datetime | None
) -> None:
    round_ = read_round(drawDateTime=value)

    assert round_.held_at == held_at
    assert doubted(round_) == {"held_at"}
    assert not round_.held_back


@pytest.mark.parametrize(
    ("value", "programs"),
    [
        ("Provincial Nominee Program", ("pnp",)),
        ("Canadian Experience Class", ("cec",)),
        ("Federal Skilled Trades", ("fst",)),
        ("Federal Skilled Worker", ("fsw",)),
        (
            "Federal Skilled Worker, Canadian Experience Class, Federal Skilled Trades and "
            "Provincial Nominee Program",
            ("fsw", "cec", "fst", "pnp"),
        ),
        (
            "Federal Skilled Worker Progran, Canadian Experience Class, Federal Skilled Trades "
            "Program and Provincial Nominee Program",
            ("fsw", "cec", "fst", "pnp"),
        ),
        ("federal  skilled WORKERS program,  Canadian Experience Class", ("fsw", "cec")),
    ],
)
def test_programs_are_read_in_the_order_published(value: str, programs: tuple[str, ...]) -> None:
    round_ = read_round(drawText2=value)

    assert (round_.programs, round_.doubts) == (programs, ())


@pytest.mark.parametrize(
    "value", [None, "", ",", "and", "Program", "Start-up Visa and Canadian Experience Class", 5]
)
def test_programs_that_are_not_understood_are_left_empty_and_doubted(value: object) -> None:
    round_ = read_round(drawText2=value)

    assert round_.programs == ()
    assert doubted(round_) == {"programs"}


def bands(value: object) -> dict[str, object]:
    return {f"dd{band}": value for band in range(1, 19)}


@pytest.mark.parametrize("zero", ["0", 0, "000", 0.0])
def test_a_pool_of_nothing_but_zeros_was_not_published(zero: object) -> None:
    round_ = read_round(**bands(zero))

    assert (round_.pool, round_.doubts) == (None, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"dd1": None},
        {"dd1": ""},
        {"dd1": "-1"},
        {"dd1": "x"},
        {"dd1": 1_110.5},
        {"dd1": "9" * 5000},
        {"dd3": "68,680"},
        {"dd9": "66,303"},
        {"dd18": "242,380"},
        {"dd4": "12,446"},
        bands(None),
        bands(""),
    ],
)
def test_a_pool_that_is_cut_short_or_does_not_add_up_is_doubted(
    changes: dict[str, object],
) -> None:
    round_ = read_round(**changes)

    assert round_.pool is None
    assert doubted(round_) == {"pool"}
    assert not round_.held_back


POOL = a_round().pool
BANDS = POOL.bands if POOL else ()


def test_a_pool_is_read_from_numbers_and_from_french_texts() -> None:
    plain = {f"dd{band}": people for band, people in enumerate(BANDS, start=1)}
    french = {key: f"{people:,}".replace(",", " ") for key, people in plain.items()}

    assert read(**plain) == read(**french) == a_round()


@pytest.mark.parametrize(
    ("value", "as_on"),
    [(None, None), ("soon", None), ("December 13, 2025", None), ("December 2025", None)],
)
def test_a_pool_of_an_unknown_or_later_day_keeps_its_figures_and_is_doubted(
    value: object, as_on: date | None
) -> None:
    round_ = read_round(drawDistributionAsOn=value)

    assert round_.pool is not None
    assert round_.pool.as_on == as_on
    assert doubted(round_) == {"pool"}


def test_a_stale_pool_is_no_doubt() -> None:
    assert read_round(drawDistributionAsOn="November 20, 2025").doubts == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, ""),
        ([], ""),
        ({}, ""),
        (5, "5"),
        (5.0, "5"),
        (5.5, "5.5"),
        (1e300, str(int(1e300))),
        (" a ", "a"),
        ("a\r\nb\tc", "a  b c"),
        ("\ud800a\udfff", "a"),
        ("a\u202eb\u200bc\x00", "abc"),
        ("é\u00a01", "é\u00a01"),
    ],
)
def test_a_value_of_the_wire_becomes_one_clean_line(value: object, text: str) -> None:
    assert text_of(value) == text


@given(st.text(st.characters()) | st.integers() | st.floats() | st.none() | st.booleans())
def test_a_text_of_the_wire_can_always_be_written_down(value: object) -> None:
    text = text_of(value)

    text.encode()
    assert text == text.strip()
    assert len(text.splitlines()) <= 1
    assert text_of(text) == text
