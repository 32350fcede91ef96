"""What is read from posts: day, number, group, score, size, tie-break, and what is left unread."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.news import read_post
from bot.core.news_claims import read_claims
from bot.core.news_cut_offs import cut_off, read_cut_off
from bot.core.news_days import implied_held_on, read_held_on
from bot.core.news_groups import is_about_another_group, of_several_groups, read_category
from bot.core.news_round_number import first_of_year, read_number
from bot.core.news_sizes import counted, read_size
from bot.core.news_text import clean, sentences, without_dates
from bot.core.news_ties import read_tie_break
from bot.core.news_types import Kind, Post, Precision
from bot.core.news_words import number_of
from bot.core.rounds import Round
from tests.builders import a_round

FRIDAY = date(2025, 11, 28)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("4,200 candidates", "4200 candidates"),
        ("4\u00a0200 candidats", "4200 candidats"),
        ("4\u202f200\u202fcandidats", "4200 candidats"),
        ("4 200 candidats", "4200 candidats"),
        ("on November 12 300 candidates", "on November 12 300 candidates"),
        ("June 06,2022 20:48:23 UTC", "June 06,2022 20:48:23 UTC"),
        ("1,234,567 people", "1234567 people"),
        ("draws — “new” – rounds", 'draws - "new" - rounds'.replace('"new"', "“new”")),
        ("IRCC\u2019s draw\u200b", "IRCC's draw"),
        ("a\n\n  b \n c", "a\nb\nc"),
        ("I.R.C.C. in B.C.", "IRCC in B.C."),
        ("3, 350 candidates", "3350 candidates"),
        ("a score of 479, 500 candidates", "a score of 479, 500 candidates"),
        ("on November 5, 300 candidates", "on November 5, 300 candidates"),
        ("May 23 at 6.18am EST, 2.50 dollars", "May 23 at 6:18am EST, 2.50 dollars"),
        ("6:18 p.m., Universal Coordinated Time (UTC) on", "6:18 p.m., UTC on"),
    ],
)
def test_one_kind_of_number_blank_and_dash(text: str, cleaned: str) -> None:
    assert clean(text, 1000) == cleaned


def test_a_sentence_does_not_end_in_an_abbreviation() -> None:
    text = "In the Dec. 6 draw at 7:44 a.m. UTC, B.C. led. No. 385 was next.\nA line"

    assert sentences(text) == [
        "In the Dec. 6 draw at 7:44 a.m. UTC, B.C. led.",
        "No. 385 was next.",
        "A line",
    ]


def test_a_day_holds_no_number() -> None:
    assert "12" not in without_dates("the October 12 draw, 2025-10-12, 12 October 2025")


@pytest.mark.parametrize(
    ("word", "number"),
    [("six", 6), ("sixth", 6), ("22nd", 22), ("Twenty-second", 22), ("41", 41), ("many", None)],
)
def test_numbers_in_words(word: str, number: int | None) -> None:
    assert number_of(word) == number


@pytest.mark.parametrize(
    ("sentence", "size"),
    [
        ("IRCC invited 3900 candidates", 3900),
        ("A total of 2750 candidates with a CRS of 446 were invited", 2750),
        ("The number of ITAs issued has increased to 1000 in the latest draw", 1000),
        ("Number of invitations issued: 1000", 1000),
        ("ITAs | 250", 250),
        ("Canada invites 750 in PNP draw", 750),
        ("with 954 candidates receiving Invitations to Apply", 954),
        ("a 6000-ITA French draw", 6000),
        ("In the previous draw, IRCC invited 829 candidates", None),
        ("The last round invited 500 candidates", None),
        ("IRCC invited more than 5000 candidates", None),
        ("IRCC has issued 73518 ITAs so far this year", None),
        ("IRCC will issue 3000 invitations", None),
        ("drew a new record for 2018 invitations", None),
        ("It invited candidates with 600 points in 2 draws", None),
        ("There are 230000 candidates in the pool", None),
        ("Canada invites 176 more candidates than in the draw before", None),
        ("A record 5000 candidates were invited", 5000),
        ("Draw 261 issued 1500 invitations", 1500),
        ("the first since September, when 1250 were invited", None),
        ("The next day, 3300 were invited after inviting 893 nominees", 3300),
        ("A day before, 700 candidates were invited", None),
        ("IRCC also issued 3750 ITAs to health workers", None),
        ("IRCC issued 500 ITAs in its first draw this year", 500),
        ("Le ministère a surpris en invitant 391 médecins", 391),
        ("The lowest-ranked 486 candidates invited had much experience", None),
        ("60 points more than the last one invited for nominees", None),
        ("nothing here", None),
    ],
)
def test_how_many_a_sentence_says_were_invited(sentence: str, size: int | None) -> None:
    assert counted(sentence) == size


def test_a_number_near_invitations_is_the_size_where_nothing_says_it_better() -> None:
    told = ["The round was held.", "The seats for people invited were 1750."]

    assert counted(told[1]) is None
    assert read_size(["Draw", *told]) == 1750
    assert read_size(["Draw", *told, "IRCC invited 1760 candidates."]) == 1760
    assert read_size(["Draw", "There were 1750 people."]) is None


def test_a_title_may_count_people_without_a_verb() -> None:
    assert read_size(["PR within reach for 6500 francophones", "The round was held."]) == 6500
    assert read_size(["PR within reach for over 6500 francophones"]) is None
    assert read_size([]) is None


@pytest.mark.parametrize(
    ("sentence", "score"),
    [
        ("a minimum CRS score of 476", 476),
        ("candidates with 482 or more CRS points", 482),
        ("The minimum score was 445.", 445),
        ("CRS: 902", 902),
        ("Lowest CRS | 75", 75),
        ("needed at least 741 points", 741),
        ("scores as low as 357", 357),
        ("CRS drops by 3 points to 507", 507),
        ("the CRS cut-off dips below 500 to 491", 491),
        ("761-down 17 points from 778, CRS of 761", 761),
        ("note SCG minimale de 400", 400),
        ("le seuil 75 points, quand il en fallait 450", 75),
        ("un seuil CRS de seulement 169", 169),
        ("candidates having at least a 481 score", 481),
        ("a score of no less than 521", 521),
        ("a minimum score of 489 received invitations", 489),
        ("the CRS score of lowest-ranked candidate invited: 486", 486),
        ("3350 candidates, 454 points", 454),
        ("450 points required", 450),
        ("472 was the lowest score", 472),
        ("the minimum CRS score fell for the 3rd time to 460", 460),
        ("highest cut-off of 2025: 855", 855),
        ("The minimum score has plunged below 500 and stands at 496", 496),
        ("IRCC also invited 500 at a CRS of 486", None),
        ("Rank required to be invited: 500 or above", None),
        ("Rank | 600 and above", None),
        ("candidates needed a score and a rank of 500 or above", None),
        ("a drop of 47 points", None),
        ("a 10-point drop in the minimum CRS", None),
        ("The previous draw had a cut-off of 510", None),
        ("below 460 points", None),
        ("a CRS of 1201", None),
        ("score of 7 in all abilities", None),
        ("CRS 1000 candidates", None),
    ],
)
def test_which_cut_off_a_sentence_says(sentence: str, score: int | None) -> None:
    assert cut_off(sentence) == score


def test_a_number_near_scores_is_the_cut_off_where_nothing_says_it_better() -> None:
    told = ["A nomination adds 600 points.", "With 489 as a score, one was in."]

    assert cut_off(told[1]) is None
    assert read_cut_off(["Draw", *told]) == 489
    assert read_cut_off(["Draw", *told, "The minimum CRS was 490."]) == 490
    assert read_cut_off(["Draw", told[0], "A score under 480 was not enough."]) is None


@pytest.mark.parametrize(
    ("title", "text", "day"),
    [
        ("November 26 Express Entry draw", "", date(2025, 11, 26)),
        ("Immigration news of November 27", "", date(2025, 11, 27)),
        ("Immigration news of November 27", "It took place on November 26.", date(2025, 11, 26)),
        ("November 26 draw", "It took place on November 27.", date(2025, 11, 26)),
        ("Draw", "It took place on November 26, 2025.", date(2025, 11, 26)),
        ("Draw", "The draw, held 26 November, was large.", date(2025, 11, 26)),
        ("Draw", "La ronde du 26 novembre 2025 a eu lieu.", date(2025, 11, 26)),
        ("Draw", "Date of round: 2025-11-26", date(2025, 11, 26)),
        ("Draw", "On December 30, IRCC invited 500.", None),
        ("Draw", "The previous draw, which took place on November 3, was small.", None),
        ("Draw", "Profiles created before November 1, 2025 were invited.", None),
        ("Draw", "IRCC invited 500, the first since November 3.", None),
        ("Draw", "IRCC invited 500 by December 24, 2026.", None),
        ("Draw", "Date | November 26, 2025", date(2025, 11, 26)),
        ("Draw", "Last November 26, IRCC invited 500.", date(2025, 11, 26)),
        ("Draw", "On November 26, IRCC held it.", date(2025, 11, 26)),
        ("Draw", "On November 26, IRCC announced new categories.", None),
        ("Draw", "November 26: French draw", date(2025, 11, 26)),
        ("Draw", "IRCC also invited 500 on November 26.", None),
        ("Draw", "It is larger than the draw held on November 12.", None),
        ("Draw", "The score is similar to that of the November 12 draw.", None),
        ("Draw", "It follows a November 25 draw. The November 25 draw was small.", None),
        ("Draw", "Two draws were held on November 24.", None),
        ("Draw", "The target for ITAs was reached on November 2.", None),
        ("Draw", "The target for ITAs was reached on November 2, 2025.", date(2025, 11, 2)),
        ("Draw", "The November 26 draw used the tie-break.", date(2025, 11, 26)),
        ("Draw", "All-program draws resumed on December 20.", None),
        ("Draw", "It is the second one. The first was held on November 20.", None),
        ("Draw", "It is lower than in the selection held on November 20.", None),
        ("Draw", "On November 26, 2025, it took place.", date(2025, 11, 26)),
        ("Draw", "November 26 marked a turn.", date(2025, 11, 26)),
        ("Draw", "On November 26, Citizenship and Immigration Canada chose.", date(2025, 11, 26)),
        ("Draw", "Ever since draws resumed on November 20, 500 were invited.", None),
        (
            "Draw",
            "On November 26 the immigration department issued 500. A draw was held November 20.",
            date(2025, 11, 26),
        ),
        ("Draw", "Its plan was to invite 500 through category-based draws on November 26.", None),
        ("Draw", "It took place on February 30.", None),
        ("Draw", "It took place on November 32.", None),
    ],
)
def test_the_day_that_is_written(title: str, text: str, day: date | None) -> None:
    assert read_held_on(title, sentences(text), FRIDAY) == day


def test_the_days_of_other_rounds_are_no_answer() -> None:
    told = ["The November 25 draw was for nominees.", "This draw followed on November 26."]
    later = ["It follows draws on November 24 and 25.", "The November 25 draw was for nominees."]

    assert read_held_on("Draw", told, FRIDAY) == date(2025, 11, 25)
    assert read_held_on("Draw", later, FRIDAY) is None
    assert read_held_on("Draw", told[:1], FRIDAY, elsewhere=told[:1]) is None


@pytest.mark.parametrize(
    ("text", "group", "another"),
    [
        ("The CEC draw", "pnp", True),
        ("The CEC draw came a day after the PNP draw", "pnp", False),
        ("The federal skilled trades draw", "trades", False),
        ("The CEC draw", None, False),
        ("The CEC draw", "general", False),
        ("The draw", "pnp", False),
        ("The draw, held on November 20, follows a CEC draw", "pnp", False),
        ("The draw for the CEC was held on November 20", "pnp", True),
    ],
)
def test_which_sentences_are_about_another_group(
    text: str, group: str | None, another: bool
) -> None:
    assert is_about_another_group(text, group) is another


def test_a_day_without_a_year_needs_a_day_of_publication() -> None:
    assert read_held_on("Draw", ["It took place on November 26."], None) is None
    assert read_held_on("Draw", ["It took place on November 26, 2025."], None) == date(2025, 11, 26)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("IRCC held a draw today.", FRIDAY),
        ("With today's draw, IRCC is ahead.", FRIDAY),
        ("IRCC held a draw yesterday.", date(2025, 11, 27)),
        ("IRCC on Tuesday issued 500 invitations.", date(2025, 11, 25)),
        ("On Tuesday, Immigration, Refugees and so on (IRCC) issued 500.", date(2025, 11, 25)),
        ("The draw was held on Friday.", FRIDAY),
        ("Yesterday, another draw saw 3,900 invited.", None),
        ("IRCC held a draw.", None),
    ],
)
def test_a_day_as_seen_from_the_day_of_publication(text: str, day: date | None) -> None:
    assert implied_held_on("Draw", [text], FRIDAY) == day
    assert implied_held_on("Draw", [text], None) is None


@pytest.mark.parametrize(
    ("text", "said", "precision"),
    [
        ("Tie-breaking rule: November 26, 2025 at 07:44:30 UTC", "2025-11-26T07:44:30Z", "second"),
        (
            "profiles created before 7:44 a.m. UTC on November 26, 2025",
            "2025-11-26T07:44Z",
            "minute",
        ),
        ("submitted before November 26, 2025, at 7:44 p.m. UTC", "2025-11-26T19:44Z", "minute"),
        ("submitted before 26 November, 07:44 UTC", "2025-11-26T07:44Z", "minute"),
        ("The tie-break was 2021-12-15 20:32:57 UTC", "2021-12-15T20:32:57Z", "second"),
        ("tie-breaking rule: before November 26, 2025", "2025-11-26", "day"),
        ("The time stamp used was November 26, 2025", "2025-11-26", "day"),
        ("règle de départage : 26 novembre 2025 à 7 h 44 UTC", "2025-11-26T07:44Z", "minute"),
        ("Tie-breaking rule\nNovember 26, 2025 at 07:44:30 UTC", "2025-11-26T07:44:30Z", "second"),
        ("tie-break: September 25, 2025, at 10:14 p.m. EST", "2025-09-26T02:14Z", "minute"),
        (
            "A tie-break was used in the November 28 draw. "
            "Its time is November 26, 2025 at 07:44:30 UTC.",
            "2025-11-26T07:44:30Z",
            "second",
        ),
        ("Tie-breaking rule: 26 November 2025: 07:44:30 UTC", "2025-11-26T07:44:30Z", "second"),
        (
            "They had to be in the pool before 7:44 a.m. UTC on November 26, 2025",
            "2025-11-26T07:44Z",
            "minute",
        ),
        ("tie-break: November 2, 2025, at 10:14 a.m. Eastern time", "2025-11-02T15:14Z", "minute"),
    ],
)
def test_a_tie_break_at_the_precision_said(text: str, said: str, precision: str) -> None:
    found = read_tie_break(sentences(clean(text, 1000)), FRIDAY)

    assert found is not None
    assert (found.iso(), found.precision) == (said, Precision(precision))


@pytest.mark.parametrize(
    "text",
    [
        "The round took place on November 26, 2025 at 07:44:30 UTC",
        "Tie-breaking rule: to be announced",
        "The announcement was made by IRCC on November 26, 2025.",
        "The tie-breaking rule was applied. The round took place on November 26, 2025.",
        "Tie-breaking rule: December 24, 2026 at 07:44:30 UTC",
        "Tie-breaking rule: February 30, 2025 at 07:44:30 UTC",
    ],
)
def test_what_is_no_tie_break(text: str) -> None:
    assert read_tie_break(sentences(text), FRIDAY) is None


def test_a_tie_break_without_a_year_needs_to_know_when_the_round_was() -> None:
    assert read_tie_break(["Tie-breaking rule: November 26 at 07:44:30 UTC"], None) is None


@pytest.mark.parametrize(
    ("title", "text", "day", "number"),
    [
        ("Express Entry Draw #385", "", FRIDAY, "385"),
        ("Draw", "In round no. 91a, held in May", FRIDAY, "91a"),
        ("Express Entry draw 231 invites PNP candidates", "", FRIDAY, "231"),
        ("Express Entry draw 500 candidates", "", FRIDAY, None),
        ("Draw", "It was the 353rd overall.", date(2025, 6, 26), "353"),
        ("Draw", "It was the 27th round and the 50th overall.", date(2016, 12, 22), "50"),
        ("Draw", "Number 385, held on December 11", FRIDAY, "385"),
        ("Draw", "That makes 44 draws in 2025 and 374 overall.", FRIDAY, "374"),
        ("Draw", "The #385th Express Entry draw was large.", FRIDAY, "385"),
        ("Draw", "IRCC a tenu son 380e tirage.", FRIDAY, "380"),
        ("Twentieth Express Entry draw", "", date(2015, 11, 13), "20"),
        ("Twentieth Express Entry draw", "", FRIDAY, None),
        ("Third Express Entry draw of 2015", "", date(2015, 3, 1), None),
        ("Twentieth Express Entry draw", "", None, None),
        ("Express Entry draw", "the 450th Express Entry draw", date(2027, 3, 1), "450"),
        ("Express Entry draw", "We are the #1 law firm", FRIDAY, None),
        ("Draw", "All about draw #1 of November 2025", FRIDAY, None),
        ("Draw", "All about draw #7", date(2015, 4, 17), "7"),
        ("Draw", "Express Entry Draw: 381", FRIDAY, "381"),
        ("Draw", "Draw: 381 were invited", FRIDAY, None),
        ("Draw", "In number 381 of the Express Entry system they were many.", FRIDAY, "381"),
        ("Express Entry draw", "the 20th Express Entry draw", date(2014, 3, 1), None),
    ],
)
def test_a_round_s_own_number(title: str, text: str, day: date | None, number: str | None) -> None:
    assert read_number(title, [text], day) == number


def held(number: int, *day: int) -> Round:
    return a_round(number=str(number), held_on=date(*day))


@pytest.mark.parametrize(
    ("known", "said", "meant"),
    [
        ([], 450, True),  # any that the years since the last line may have brought
        ([], 380, False),
        ([held(460, 2026, 12, 20), held(461, 2027, 1, 5)], 460, False),
        ([held(460, 2026, 12, 20), held(461, 2027, 1, 5)], 461, True),
        ([held(462, 2027, 1, 20), held(461, 2027, 1, 5)], 450, True),  # 2027 may have begun before
        ([held(460, 2026, 12, 20), held(461, 2027, 1, 5), held(480, 2028, 1, 5)], 480, False),
        ([held(9, 2025, 6, 1), held(8, 2026, 6, 1)], 450, True),  # history stands as it is
    ],
)
def test_an_ordinal_is_measured_against_the_rounds_known(
    known: list[Round], said: int, meant: bool
) -> None:
    text = f"the {said}th Express Entry draw" if said != 461 else "the 461st Express Entry draw"
    number = read_number("Express Entry draw", [text], date(2027, 3, 1), first_of_year(known))

    assert (number == str(said)) is meant


@pytest.mark.parametrize(
    ("title", "text", "category"),
    [
        ("IRCC invites 1,000 healthcare candidates", "", "healthcare"),
        ("Draw", "It was limited to the Federal Skilled Trades Program.", "fst"),
        ("Draw", "Draw type: French-language proficiency (Version 1)", "french"),
        ("Draw", "Category | STEM occupations", "stem"),
        ("Draw", "candidates of the CEC, FSWP and FSTP", "general"),
        ("CIC selects candidates without job offers or provincial nomination", "", None),
        ("Smaller than the last PNP draw", "", None),
        ("500 nominees invited as minister dates the next all-program draw", "", "pnp"),
        ("Ahead of an upcoming CEC draw, 500 nominees were invited", "", "pnp"),
        ("Trades and provincial nominees invited", "", None),
        ("Draw", "nothing is said", None),
        ("All-program draw", "follows a PNP draw", "general"),
        ("After the all-program draw, 500 nominees were invited", "", "pnp"),
        ("After weeks without a PNP draw, IRCC invites CEC candidates", "", "cec"),
        ("Draw", "Since March, most draws have been limited to the CEC.", None),
        ("IRCC invites physicians with Canadian work experience", "", "physicians"),
        ("IRCC invites senior managers with Canadian experience", "", "senior_managers"),
        ("IRCC invite des médecins ayant une expérience canadienne", "", "physicians"),
        ("IRCC invites candidates with Canadian experience", "", "cec"),
    ],
)
def test_the_group_that_was_invited(title: str, text: str, category: str | None) -> None:
    assert read_category(title, [text], FRIDAY) == category


def test_before_there_were_categories_skilled_trades_were_the_program() -> None:
    assert read_category("500 skilled trades candidates", [], date(2019, 10, 16)) == "fst"
    assert read_category("Health workers invited", [], date(2019, 10, 16)) is None
    assert not of_several_groups("Trades draw", date(2019, 10, 16))
    assert of_several_groups("Trades and provincial nominees invited", FRIDAY)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("IRCC has issued 106599 ITAs in 2025.", {"invitations_in_year": 106599}),
        ("73518 invitations have been issued so far this year.", {"invitations_in_year": 73518}),
        ("So far this year, IRCC has issued 73518 ITAs.", {"invitations_in_year": 73518}),
        ("That brings the total of ITAs this year to 20123.", {"invitations_in_year": 20123}),
        ("2025's total number of ITAs is now 20123", {"invitations_in_year": 20123}),
        ("There were 22 PNP draws this year.", {"rounds_in_year:pnp": 22}),
        ("In 2025, IRCC held six health care draws.", {"rounds_in_year:healthcare": 6}),
        ("the 44th Express Entry draw of 2025", {"rounds_in_year": 44}),
        ("the second French-language draw of the year", {"rounds_in_year:french": 2}),
        ("58 Express Entry draws in 2025", {"rounds_in_year": 58}),
        (
            "Draws this year:\n- Provincial Nominee Program (PNP): 22 draws\n- Trade: 1 draw",
            {"rounds_in_year:pnp": 22, "rounds_in_year:trades": 1},
        ),
        (
            "Draw type and number of rounds held this year:\nFrench-language proficiency - 1",
            {"rounds_in_year:french": 1},
        ),
        ("IRCC issued 1000 ITAs in the first draw in 2025.", {"rounds_in_year": 1}),
        ("over 24000 invitations were issued this year", {}),
        ("first draw this year to invite trades", {}),
        ("First program-specific draw this year", {}),
        ("the last three draws of 2025", {}),
        ("Ontario has issued 9000 invitations in 2025", {}),
        ("four draws in December", {}),
        ("six draws so far this month", {}),
    ],
)
def test_totals_claimed_for_a_year(text: str, claims: dict[str, int]) -> None:
    found = read_claims("A title", sentences(text), 2025)

    assert {one.fact: one.value for one in found} == claims
    assert {one.year for one in found} <= {2025}


def test_a_total_of_a_year_that_is_not_known_is_none() -> None:
    assert read_claims("22 PNP draws this year", [], None) == ()


@pytest.mark.parametrize("above", ["", "Express Entry\n", "Express Entry\nBy a reporter\n"])
def test_a_heading_is_no_title(above: str) -> None:
    entry = read_post(
        Post(
            title="Express Entry",
            text=f"{above}IRCC invites 1,000 candidates in health care draw\nCRS 476",
        )
    )

    assert (entry.kind, entry.invitations_issued, entry.crs_cut_off) == (Kind.EE_ROUND, 1000, 476)


def test_a_post_of_two_rounds_of_a_day_has_their_day_and_no_numbers() -> None:
    entry = read_post(
        Post(
            title="Trades and provincial nominees invited in May 26 Express Entry draw",
            text="In all, 543 were invited; the scores were 199 and 775.",
            published=datetime(2017, 5, 27, tzinfo=UTC),
        )
    )

    assert (entry.kind, entry.held_on) == (Kind.EE_ROUND, date(2017, 5, 26))
    assert (entry.category, entry.crs_cut_off, entry.invitations_issued) == (None, None, None)


def test_a_post_late_in_the_evening_belongs_to_ottawa_s_day() -> None:
    post = Post(title="x", published=datetime(2025, 11, 29, 3, tzinfo=UTC))

    assert post.published_on == FRIDAY
    assert Post(title="x").published_on is None


WORDS = st.sampled_from(
    [
        *("IRCC", "Express", "Entry", "draw", "draws", "round", "invites", "issued", "ITAs", "CRS"),
        *(
            "score",
            "of",
            "to",
            "the",
            "first",
            "385th",
            "#385",
            "4,200",
            "476",
            "2025",
            "this year",
        ),
        *(
            "before",
            "November 26",
            "07:44:30 UTC",
            "tie-breaking",
            "PNP",
            "CEC",
            "Ontario",
            "so far",
        ),
        *("total", "number of", "\n", "-", "|", ":", "(", ".", "%", "\u00a0", "à", "<b>", "today"),
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join), st.just(""))
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))


@settings(max_examples=150)
@given(TEXTS, TEXTS, MOMENTS)
def test_any_text_is_read(title: str, text: str, published: datetime | None) -> None:
    entry = read_post(Post(title=title, text=text, published=published))

    facts: list[Any] = [entry.number, entry.held_on, entry.category, entry.crs_cut_off]
    if entry.kind is not Kind.EE_ROUND:
        assert facts == [None] * 4
        assert (entry.invitations_issued, entry.tie_breaking_rule) == (None, None)
    assert entry.crs_cut_off is None or 0 <= entry.crs_cut_off <= 1200
    assert entry.invitations_issued is None or entry.invitations_issued > 0
    assert len(set(entry.claims)) == len(entry.claims)


REPEATED = [
    *(
        "a",
        "1 ",
        "-",
        "'",
        "\n",
        "(",
        "score ",
        "CRS score of 4 ",
        "4,000 candidates ",
        "first draw ",
    ),
    *(
        "December 1 ",
        "12:00 UTC December 1 ",
        "tie before December 1 ",
        "draw of 2025 ",
        "PNP CEC ",
    ),
    *("Draws in 2025\nPNP: 2 draws\n", "1000 ITAs to apply have ", "number of invitations ", "a-"),
    *(
        "previous draw, when ",
        "than a draw on May 1 that ",
        "I.R.C.C.",
        "(day) ",
        "two draws ",
        "Is it 5? ",
        "CRS 1st 2nd ",
        "Ontario ",
        "canada ",
        "invites a b c d e 12 ",
        "not a b c ",
        "total ITAs 2025 ",
        "today draw ",
    ),
]


@pytest.mark.timeout(60)  # seconds, of which it takes a tenth of one: else it goes on for minutes
@pytest.mark.parametrize("piece", REPEATED)
def test_a_hundred_thousand_characters_are_come_to_the_end_of(piece: str) -> None:
    long = piece * (100_000 // len(piece))

    read_post(Post(title=long, text=long, published=datetime(2025, 12, 1, tzinfo=UTC)))
    read_post(Post(title="IRCC invites 3,000 in Express Entry draw", text=long))


@settings(max_examples=25, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(REPEATED), min_size=1, max_size=4),
    times=st.integers(1, 2_000),
    stop=st.sampled_from(["", ". ", "\n"]),
)
def test_repetition_of_any_kind_is_read(pieces: list[str], times: int, stop: str) -> None:
    repeated = ("".join(pieces) + stop) * times
    title = "IRCC invites 3,000 in Express Entry draw"

    # Where the text is all about Ontario, it is a draw of Ontario.
    assert read_post(Post(title=title, text=repeated)).invitations_issued in (3000, None)
