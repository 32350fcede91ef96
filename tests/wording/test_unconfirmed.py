"""What is said of rounds that only news sites report, and of how they end, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.core.delivery import ReadMore
from bot.core.rounds import Round, RoundNumber, Stamp
from bot.core.subscribers import Language
from bot.core.unconfirmed import Unconfirmed
from bot.wording.unconfirmed import ending_sentence, outcome_sentence, source_sentences
from bot.wording.words import words_in
from tests.builders import TIE_BREAK_385, a_round

AT = datetime(2025, 12, 11, 19, 31, 4, tzinfo=UTC)
REPORTED = a_round(number=RoundNumber("385?"))
EARLIER_TIE = datetime(2025, 11, 25, 6, 0, 0, tzinfo=UTC)
BOTH = pytest.mark.parametrize("language", Language)

DIFFER = (
    "The official figures differ from the unconfirmed ones: ",
    "Les données officielles diffèrent des données non confirmées\u00a0: ",
)
CUT_OFF = "CRS cut-off 470, not 476", "seuil SCG de 470, et non de 476"
CATEGORY = "General draw, not Healthcare", "ronde Générale, et non Santé"
DAY = (
    "draw of December 12, 2025, not of December 11, 2025",
    "ronde du 12 décembre 2025, et non du 11 décembre 2025",
)
SIZE = "2,500 invitations, not 1,000", "2\u00a0500 invitations, et non 1\u00a0000"
TIE = (
    "tie-breaking rule November 25, 2025 at 06:00:00 UTC, not November 26, 2025 at 07:44:30 UTC",
    "règle de départage du 25 novembre 2025 à 06 h 00 min 00 s UTC, et non du "
    "26 novembre 2025 à 07 h 44 min 30 s UTC",
)
NO_TIE = (
    "no tie-breaking rule, not November 26, 2025 at 07:44:30 UTC",
    "aucune règle de départage, et non celle du 26 novembre 2025 à 07 h 44 min 30 s UTC",
)
ODD_TIE = (
    "a tie-breaking rule that cannot be read, not November 26, 2025 at 07:44:30 UTC",
    "une règle de départage illisible, et non celle du 26 novembre 2025 à 07 h 44 min 30 s UTC",
)


def outcome(official: Round, language: Language, **reported: Any) -> str:
    """How what was reported has ended, to a reader in UTC."""
    return outcome_sentence(words_in(language), replace(REPORTED, **reported), official, AT, None)


@BOTH
@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"crs_cut_off": 470}, [CUT_OFF]),
        ({"name": "General"}, [CATEGORY]),
        ({"held_on": date(2025, 12, 12)}, [DAY]),
        ({"invitations_issued": 2500}, [SIZE]),
        ({"tie_breaking_rule": EARLIER_TIE}, [TIE]),
        ({"stamp": Stamp.NOT_PUBLISHED, "tie_breaking_rule": None}, [NO_TIE]),
        ({"stamp": Stamp.UNREADABLE, "tie_breaking_rule": None}, [ODD_TIE]),
        (
            {
                "name": "General",
                "crs_cut_off": 470,
                "held_on": date(2025, 12, 12),
                "invitations_issued": 2500,
                "tie_breaking_rule": EARLIER_TIE,
            },
            [CATEGORY, CUT_OFF, DAY, SIZE, TIE],
        ),
    ],
    ids=["cut-off", "category", "day", "size", "tie-break", "no-tie-break", "odd", "everything"],
)
def test_what_the_official_row_has_otherwise_is_said(
    changes: dict[str, Any], facts: list[tuple[str, str]], language: Language
) -> None:
    which = list(Language).index(language)
    between = ("; ", "\u00a0; ")[which]

    said = outcome(a_round(**changes), language)

    assert said == DIFFER[which] + between.join(fact[which] for fact in facts) + "."


@pytest.mark.parametrize(
    ("language", "zone", "sentence"),
    [
        (
            Language.ENGLISH,
            None,
            "This confirms what I told you unconfirmed on December 11, 2025 at 19:31 UTC.",
        ),
        (
            Language.ENGLISH,
            "America/Toronto",
            "This confirms what I told you unconfirmed on December 11, 2025 at 14:31 "
            "(Toronto time).",
        ),
        (
            Language.FRENCH,
            None,
            "Ceci confirme l’alerte que je vous ai envoyée le 11 décembre 2025 à 19 h 31 UTC, "
            "alors non confirmée.",
        ),
    ],
    ids=["en", "en-toronto", "fr"],
)
def test_what_agrees_is_confirmed(language: Language, zone: str | None, sentence: str) -> None:
    assert outcome_sentence(words_in(language), REPORTED, a_round(), AT, zone) == sentence


@BOTH
@pytest.mark.parametrize(
    "unsaid",
    [
        {"invitations_issued": 0},
        {"stamp": Stamp.NOT_REPORTED, "tie_breaking_rule": None},
        {"number": RoundNumber("2025-12-11/healthcare?")},
        {"name": "Healthcare and social services occupations (Version 1)"},
    ],
    ids=["size", "tie-break", "number", "edition"],
)
def test_what_nobody_reported_is_no_difference(language: Language, unsaid: dict[str, Any]) -> None:
    assert outcome(a_round(), language, **unsaid) == outcome(a_round(), language)


OPEN = (
    "Unconfirmed: Healthcare draw of December 11, 2025, CRS cut-off 476.",
    "Non confirmé\u00a0: ronde Santé du 11 décembre 2025, seuil SCG de 476.",
)


@BOTH
@pytest.mark.parametrize(
    ("official", "ended"),
    [
        (None, ("IRCC's own row is not there yet.", "Les données d’IRCC ne sont pas encore là.")),
        (a_round(), ("It was draw #385.", "C’était la ronde nº 385.")),
        (
            a_round(crs_cut_off=470),
            (
                f"It was draw #385. {DIFFER[0]}{CUT_OFF[0]}.",
                f"C’était la ronde nº 385. {DIFFER[1]}{CUT_OFF[1]}.",
            ),
        ),
    ],
    ids=["open", "confirmed", "corrected"],
)
def test_how_it_ended_looking_back(
    official: Round | None, ended: tuple[str, str], language: Language
) -> None:
    which = list(Language).index(language)
    one = Unconfirmed(round=REPORTED, told_at=AT, official=official)

    assert ending_sentence(words_in(language), one, None) == f"{OPEN[which]} {ended[which]}"


@pytest.mark.parametrize(
    ("links", "english", "french"),
    [
        ([], [], []),
        (["https://www.a.example/1"], ["So says a.example."], ["Source\u00a0: a.example."]),
        (
            ["https://www.a.example/1", "https://a.example/2", "https://b.example/1"],
            ["So says a.example and b.example."],
            ["Source\u00a0: a.example et b.example."],
        ),
    ],
    ids=["nobody", "one", "two"],
)
def test_who_says_so_is_named(links: list[str], english: list[str], french: list[str]) -> None:
    posts = [ReadMore(title="A draw", link=link) for link in links]

    assert source_sentences(words_in(Language.ENGLISH), posts) == [
        *english,
        "IRCC's own data cannot be read at the moment, and news sites can be wrong.",
        "I confirm or correct this as soon as IRCC's own data can be read.",
    ]
    assert source_sentences(words_in(Language.FRENCH), posts) == [
        *french,
        "Les données d’IRCC ne peuvent pas être lues en ce moment, et les sites d’actualités "
        "peuvent se tromper.",
        "Je confirmerai ou corrigerai cette alerte dès que je pourrai lire les données d’IRCC.",
    ]


def test_a_tie_break_in_the_reader_s_zone() -> None:
    earlier = replace(REPORTED, tie_breaking_rule=EARLIER_TIE)

    said = outcome_sentence(words_in(Language.ENGLISH), earlier, a_round(), AT, "America/Toronto")

    assert said == (
        f"{DIFFER[0]}tie-breaking rule November 26, 2025 at 02:44:30 (Toronto time), "
        "not November 25, 2025 at 01:00:00 (Toronto time)."
    )
    assert a_round().tie_breaking_rule == TIE_BREAK_385
