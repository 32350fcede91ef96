"""An alert in words, for every way a profile can stand in a round, in both languages."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from bot.core.alerts import priority_of
from bot.core.delivery import Alert, DeliveryKey, ProfileVerdict, RoundVerdicts
from bot.core.match import Eligibility, Reason, Standing, Submission, Verdict, verdict
from bot.core.profiles import Occupation, Profile, Submitted
from bot.core.rounds import Round, Stamp
from bot.core.subscribers import Address, Language, Subscriber
from bot.wording.alerts import alert_message
from bot.wording.spans import Emphasis
from tests.builders import a_profile, a_round

EARLY = Submitted.on(date(2025, 11, 20))
LATE = Submitted.on(date(2025, 12, 1))
THAT_DAY = Submitted.on(date(2025, 11, 26))
LONG_AGO = Submitted.on(date(2024, 1, 1))

NO_STAMP: dict[str, Any] = {"stamp": Stamp.NOT_PUBLISHED, "tie_breaking_rule": None}
NO_YEAR: dict[str, Any] = {"stamp": Stamp.UNREADABLE, "tie_breaking_rule": None}

QUALIFIED = "you would have qualified", "vous auriez rempli les conditions"
MAYBE = "you may have qualified", "vous avez peut-être rempli les conditions"
BY_TIE = (
    "you would have qualified, in by the tie-break",
    "vous auriez rempli les conditions, grâce au départage",
)
OUT = "out by the tie-break", "le départage joue contre vous"
DEPENDS = "it depends on the tie-break", "tout dépend du départage"
SHORT = "6 points short", "il manquait 6 points"
CLOSED = "not open to you", "ne vous était pas ouverte"
CHECK = "please check your submission date", "vérifiez votre date de soumission"


def told(round_: Round, profile: Profile) -> ProfileVerdict:
    found = verdict(round_, profile)
    return ProfileVerdict(profile=profile, verdict=found, priority=priority_of(found, 10))


def alert(
    *rounds: RoundVerdicts, language: Language = Language.ENGLISH, zone: str | None = None
) -> Alert:
    to = Subscriber(
        address=Address(platform="console", chat="me"), language=language, time_zone=zone
    )
    return Alert(
        key=DeliveryKey(announcement=1, subscriber=1),
        to=to,
        rounds=rounds,
        announced_at=datetime(2025, 12, 11, 19, tzinfo=UTC),
    )


def lines(
    round_: Round,
    *profiles: Profile,
    language: Language = Language.ENGLISH,
    zone: str | None = None,
) -> list[str]:
    found = RoundVerdicts(round=round_, profiles=tuple(told(round_, one) for one in profiles))
    return alert_message(alert(found, language=language, zone=zone)).plain().split("\n")


GOLDEN = (
    (a_round(), a_profile(480), QUALIFIED, "Healthcare", "Santé"),
    (a_round(), a_profile(480, yes=()), MAYBE, "Healthcare", "Santé"),
    (a_round(), a_profile(480, no=["healthcare"], yes=()), CLOSED, "Healthcare", "Santé"),
    (a_round(), a_profile(480, nominee=True), MAYBE, "Healthcare", "Santé"),
    (a_round(), a_profile(470), SHORT, "Healthcare", "Santé"),
    (a_round(), a_profile(470, yes=()), SHORT, "Healthcare", "Santé"),
    (a_round(), a_profile(470, no=["healthcare"], yes=()), CLOSED, "Healthcare", "Santé"),
    (a_round(), a_profile(476, submitted=EARLY), BY_TIE, "Healthcare", "Santé"),
    (a_round(), a_profile(476, submitted=LATE), OUT, "Healthcare", "Santé"),
    (a_round(), a_profile(476, submitted=THAT_DAY), DEPENDS, "Healthcare", "Santé"),
    (a_round(), a_profile(476), DEPENDS, "Healthcare", "Santé"),
    (a_round(), a_profile(476, yes=(), submitted=EARLY), MAYBE, "Healthcare", "Santé"),
    (a_round(), a_profile(480, submitted=LONG_AGO), CHECK, "Healthcare", "Santé"),
    (a_round(), a_profile(476, submitted=LONG_AGO), CHECK, "Healthcare", "Santé"),
    (a_round(), a_profile(470, submitted=LONG_AGO), SHORT, "Healthcare", "Santé"),
    (a_round(**NO_STAMP), a_profile(476), QUALIFIED, "Healthcare", "Santé"),
    (a_round(**NO_YEAR), a_profile(476, submitted=EARLY), DEPENDS, "Healthcare", "Santé"),
    (a_round(name="General"), a_profile(480, yes=()), QUALIFIED, "General", "Générale"),
    (
        a_round(name="Provincial Nominee Program"),
        a_profile(1080, yes=["pnp"], nominee=True),
        QUALIFIED,
        "Provincial Nominee Program",
        "Candidats des provinces",
    ),
    (a_round(name="Rural occupations"), a_profile(), MAYBE, "new category", "nouvelle catégorie"),
)


@pytest.mark.parametrize(("round_", "profile", "headline", "english", "french"), GOLDEN)
def test_the_first_line_says_it_all(
    round_: Round, profile: Profile, headline: tuple[str, str], english: str, french: str
) -> None:
    score = profile.candidate.crs_score
    assert score is not None
    margin = score - 476
    sign = "±0" if margin == 0 else f"+{margin}" if margin > 0 else f"\u2212{-margin}"

    assert lines(round_, profile)[0] == (
        f"Draw #385 {english}: {headline[0]}, {score} vs 476 ({sign})"
    )
    first = lines(round_, profile, language=Language.FRENCH)[0].replace("\u00a0", " ")
    assert first == f"Ronde nº 385 {french} : {headline[1]}, {score} contre 476 ({sign})"


PROFILES = tuple(
    a_profile(score, yes=yes, no=no, nominee=nominee, submitted=submitted, occupations=jobs)
    for score, (yes, no), nominee, submitted, jobs in product(
        (None, 470, 475, 476, 477, 480),
        ((("healthcare",), ()), ((), ("healthcare", "cec", "pnp")), ((), ()), (("pnp", "cec"), ())),
        (None, True),
        (None, EARLY, LATE, THAT_DAY, LONG_AGO),
        ((), (Occupation(noc_code="31301", months=5),), (Occupation(noc_code="99999"),)),
    )
)
ROUNDS = (
    a_round(),
    a_round(**NO_STAMP),
    a_round(**NO_YEAR),
    a_round(name="General"),
    a_round(name="Canadian Experience Class"),
    a_round(name="Provincial Nominee Program"),
    a_round(name="Healthcare occupations, 2027-Version 4", held_on=date(2027, 3, 1)),
    a_round(name="Physicians with Canadian Work Experience, 2026-Version 1"),
    a_round(name="Skilled Military Recruits, 2026-Version 1", held_on=date(2026, 3, 1)),
    a_round(name="Rural occupations, 2027-Version 1"),
)
CLAIMS = ("you were invited", "you have been invited", "vous avez été invité")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("round_", ROUNDS, ids=lambda one: f"{one.name[:20]} {one.stamp}")
def test_no_alert_claims_an_invitation_or_is_left_half_said(
    round_: Round, language: Language
) -> None:
    for profile in PROFILES:
        found = lines(round_, profile, language=language)
        text = "\n".join(found)
        assert not any(claim in text.casefold() for claim in CLAIMS)
        assert not re.search(r"[{}]|None|not_|_", re.sub(r"https://\S+", "", text))
        assert "385" in found[0]
        assert "476" in found[0]
        for one in found[1:]:
            sentences = re.sub(r"https?://\S+", "", one)
            assert len(re.findall(r"[.?!](?= [A-ZÀ-Ý])", sentences)) == 0, one


@pytest.mark.parametrize("round_", ROUNDS, ids=lambda one: f"{one.name[:20]} {one.stamp}")
def test_the_words_agree_with_the_verdict(round_: Round) -> None:
    for profile in PROFILES:
        found = verdict(round_, profile)
        text = "\n".join(lines(round_, profile))
        if found.would_have_qualified is True:
            assert "you would have qualified" in text
        if found.eligibility is Eligibility.NOT_ELIGIBLE:
            assert "would have qualified" not in text, (profile, text)
            assert "You are in by" not in text, (profile, text)
        elif found.would_have_qualified is False:
            assert "you would have qualified" not in text, (profile, text)


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("language", list(Language))
def test_every_reason_has_its_sentence(language: Language, reason: Reason) -> None:
    said = {}
    for one in (reason, Reason.SAID_YES, Reason.NOT_SAID):
        found = Verdict(
            standing=Standing.ABOVE,
            eligibility=Eligibility.UNKNOWN,
            reason=one,
            margin=4,
            submission=Submission.NOT_SAID,
            stamp=Stamp.PUBLISHED,
        )
        judged = replace(told(a_round(), a_profile()), verdict=found)
        verdicts = RoundVerdicts(round=a_round(), profiles=(judged,))
        said[one] = alert_message(alert(verdicts, language=language)).plain().split("\n")[2]

    assert said[reason].endswith(".")
    assert len(set(said.values())) == len(said)


def test_a_message_says_what_was_published_and_where() -> None:
    found = lines(a_round(), a_profile())

    assert "Healthcare and social services occupations (Version 2)" in found
    assert "1,000 invitations issued on December 11, 2025." in found
    assert "Tie-breaking rule: November 26, 2025 at 07:44:30 UTC." in found
    (page,) = [one for one in found if "https://" in one]
    assert page.startswith("Official page https://www.canada.ca/en/")
    assert page.endswith("q=385")
    assert found[-1] == "drawbell is not IRCC, and this is not advice."


def test_a_message_in_french() -> None:
    found = [
        one.replace("\u00a0", " ")
        for one in lines(a_round(), a_profile(), language=Language.FRENCH)
    ]

    assert "Professions de la santé et des services sociaux (Version 2)" in found
    assert "1 000 invitations émises le 11 décembre 2025." in found
    assert "Règle de départage : le 26 novembre 2025 à 07 h 44 min 30 s UTC." in found
    (page,) = [one for one in found if "https://" in one]
    assert page.startswith("Page officielle https://www.canada.ca/fr/")


def test_a_reader_with_a_zone_gets_both_times() -> None:
    found = lines(a_round(), a_profile(), zone="America/Toronto")

    (rule,) = [one for one in found if one.startswith("Tie-breaking rule")]
    assert "07:44:30 UTC" in rule
    assert "02:44:30 (Toronto time)" in rule


def test_an_unknown_category_keeps_its_published_name_in_french() -> None:
    new = a_round(name="Rural occupations, 2027-Version 1")

    assert new.name in lines(new, a_profile(), language=Language.FRENCH)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (NO_STAMP, "No tie-breaking rule was published."),
        (NO_YEAR, "The tie-breaking rule cannot be read as published."),
    ],
)
def test_a_missing_and_an_unreadable_stamp_are_told_apart(
    changes: dict[str, Any], said: str
) -> None:
    assert said in lines(a_round(**changes), a_profile())


def test_several_profiles_are_named_in_one_message_best_first() -> None:
    mine, partner = a_profile(470), a_profile(480, name="partner")

    found = lines(a_round(), mine, partner)

    assert "you would have qualified, 480 vs 476 (+4)" in found[0]
    assert found.index("Profile partner:") < found.index("Your profile")
    assert sum("invitations issued" in one for one in found) == 1
    assert sum(one.startswith("Draw #385") for one in found) == 1


def test_one_profile_with_a_name_of_its_own_is_named() -> None:
    assert "Profile partner:" in lines(a_round(), a_profile(name="partner"))
    assert not any(one.startswith("Profile") for one in lines(a_round(), a_profile()))


@pytest.mark.parametrize(
    ("language", "opening"),
    [
        (Language.ENGLISH, "4 rounds since you last heard from me"),
        (Language.FRENCH, "4 rondes depuis mon dernier message"),
    ],
)
def test_a_digest_says_how_many_and_each_verdict(language: Language, opening: str) -> None:
    rounds = [a_round(number=str(number), crs_cut_off=number + 90) for number in range(385, 389)]
    verdicts = [RoundVerdicts(round=one, profiles=(told(one, a_profile()),)) for one in rounds]

    found = alert_message(alert(*verdicts, language=language)).plain().split("\n")

    assert found[:2] == [opening, ""]
    firsts = [one for one in found if re.match(r"(Draw #|Ronde nº )38\d ", one)]
    assert [re.findall(r"38\d", one)[0] for one in firsts] == ["385", "386", "387", "388"]
    assert sum("https://" in one for one in found) == 4
    assert sum("IRCC" in one for one in found) == 1


def test_first_lines_stand_out_and_the_link_is_a_fact() -> None:
    verdicts = RoundVerdicts(round=a_round(), profiles=(told(a_round(), a_profile()),))
    message = alert_message(alert(verdicts))

    assert [span.emphasis for span in message.lines[0]] == [Emphasis.STRONG]
    assert [span.emphasis for span in message.lines[-1]] == [Emphasis.QUIET]
    links = [span.link for one in message.lines for span in one if span.link]
    assert len(links) == 1
    assert not any("https://" in span.text for one in message.lines for span in one)


def test_a_stamp_of_another_year_shows_its_year() -> None:
    old = a_round(tie_breaking_rule=datetime(2024, 2, 29, 0, 0, 0, tzinfo=UTC))

    assert "Tie-breaking rule: February 29, 2024 at 00:00:00 UTC." in lines(old, a_profile())
