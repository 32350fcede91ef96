"""Numbers, dates, moments, lists and spans in both languages."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.core.subscribers import Language
from bot.wording.spans import BLANK, Emphasis, Message, Span, line, link
from bot.wording.verdicts import margin_text
from bot.wording.words import words_in

EN, FR = words_in(Language.ENGLISH), words_in(Language.FRENCH)
STAMP = datetime(2025, 11, 26, 7, 44, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1000, "1,000", "1\u00a0000"),
        (27332, "27,332", "27\u00a0332"),
        (1_000_000, "1,000,000", "1\u00a0000\u00a0000"),
    ],
)
def test_numbers(value: int, english: str, french: str) -> None:
    assert (EN.number(value), FR.number(value)) == (english, french)


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (date(2025, 12, 11), "December 11, 2025", "11 décembre 2025"),
        (date(2026, 8, 7), "August 7, 2026", "7 août 2026"),
        (date(2024, 2, 29), "February 29, 2024", "29 février 2024"),
    ],
)
def test_days(value: date, english: str, french: str) -> None:
    assert (EN.day(value), FR.day(value)) == (english, french)


@pytest.mark.parametrize(
    ("zone", "english", "french"),
    [
        (None, "November 26, 2025 at 07:44:30 UTC", "26 novembre 2025 à 07 h 44 min 30 s UTC"),
        (
            "America/Toronto",
            "November 26, 2025 at 02:44:30 (Toronto time)",
            "26 novembre 2025 à 02 h 44 min 30 s (heure de Toronto)",
        ),
        (
            "America/Vancouver",
            "November 25, 2025 at 23:44:30 (Vancouver time)",
            "25 novembre 2025 à 23 h 44 min 30 s (heure de Vancouver)",
        ),
        (
            "America/Argentina/Buenos_Aires",
            "November 26, 2025 at 04:44:30 (Buenos Aires time)",
            "26 novembre 2025 à 04 h 44 min 30 s (heure de Buenos Aires)",
        ),
    ],
)
def test_moments_name_their_zone(zone: str | None, english: str, french: str) -> None:
    assert (EN.moment(STAMP, zone), FR.moment(STAMP, zone)) == (english, french)


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    elsewhere = STAMP.astimezone(timezone(timedelta(hours=-5)))

    assert EN.moment(elsewhere) == EN.moment(STAMP)


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 points short", "il manquait 0 point"),
        (1, "1 point short", "il manquait 1 point"),
        (2, "2 points short", "il manquait 2 points"),
        (1000, "1,000 points short", "il manquait 1\u00a0000 points"),
    ],
)
def test_plurals(count: int, english: str, french: str) -> None:
    forms = ("{count} point short", "{count} points short")

    assert (EN.say_many(*forms, count), FR.say_many(*forms, count)) == (english, french)


@pytest.mark.parametrize(
    ("items", "english", "french"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a et b"),
        (["a", "b", "c"], "a, b and c", "a, b et c"),
    ],
)
def test_lists(items: list[str], english: str, french: str) -> None:
    assert (EN.listed(items), FR.listed(items)) == (english, french)


def test_what_a_person_typed_is_never_read_as_a_placeholder() -> None:
    assert EN.say("Profile {name}:", name="{cut_off} %s {0}") == "Profile {cut_off} %s {0}:"


def test_a_sentence_without_a_translation_stays_english() -> None:
    assert FR.say("never translated {braces}") == "never translated {braces}"


@pytest.mark.parametrize(
    ("margin", "text"), [(4, "+4"), (-6, "\u22126"), (0, "±0"), (1200, "+1200")]
)
def test_margins_have_a_sign(margin: int, text: str) -> None:
    assert margin_text(margin) == text


def test_spans_become_plain_lines() -> None:
    url = "https://example.org/a_b?q=385"
    message = Message(
        lines=(
            line("First *line*", Emphasis.STRONG),
            BLANK,
            (*line("/help", Emphasis.TYPED), *line(" – this list")),
            link("Official page", url),
            link(url, url),
        )
    )

    assert message.plain().split("\n") == [
        "First *line*",
        "",
        "/help – this list",
        f"Official page {url}",
        url,
    ]


def test_a_line_is_one_span_with_its_emphasis() -> None:
    assert line("text", Emphasis.QUIET) == (Span(text="text", emphasis=Emphasis.QUIET),)
    assert link("text", "https://example.org")[0].link == "https://example.org"
