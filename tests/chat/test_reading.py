"""What people type, and what it means: generous with words, strict with numbers."""

from datetime import time

import pytest

from bot.chat.account import read_language
from bot.chat.occupations import read_months, read_occupation, read_place
from bot.chat.preferences import read_preference
from bot.chat.reading import read_groups, read_round_number, read_score
from bot.chat.zones import read_zone
from bot.core.alerts import Mode, Preference
from bot.core.errors import ProfileRejected
from bot.core.subscribers import Language
from storage.unit_of_work import Database
from tests.chat.world import Person


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("cec", ["cec"]),
        ("CEC", ["cec"]),
        ("healthcare cec", ["healthcare", "cec"]),
        ("health care and french", ["healthcare", "french"]),
        ("Santé et métiers", ["healthcare", "trades"]),
        ("sante metiers", ["healthcare", "trades"]),
        ("soins de santé; agroalimentaire", ["healthcare", "agriculture"]),
        ("Canadian Experience Class", ["cec"]),
        ("catégorie de l’expérience canadienne", ["cec"]),
        ("categorie de l'experience canadienne", ["cec"]),
        ("senior managers/physicians", ["senior_managers", "physicians"]),
        ("skilled trades", ["trades"]),
        ("federal skilled trades", ["fst"]),
        ("federal skilled worker", ["fsw"]),
        ("STEM occupations", ["stem"]),
        ("stem stem STIM", ["stem"]),
        ("ＣＥＣ", ["cec"]),
        ("provincial nominee program", ["pnp"]),
        ("recrues militaires + chercheurs", ["military", "researchers"]),
    ],
)
def test_groups(text: str, groups: list[str]) -> None:
    assert read_groups(text) == groups


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "group_missing"),
        (" , ; ", "group_missing"),
        ("and", "group_missing"),
        ("plumbing", "group_unknown"),
        ("healthcare plumbing", "group_unknown"),
        ("canadian", "group_unknown"),
        ("480", "group_unknown"),
    ],
)
def test_no_groups(text: str, reason: str) -> None:
    with pytest.raises(ProfileRejected) as rejected:
        read_groups(text)
    assert rejected.value.reason == reason


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("480", 480),
        ("CRS 480", 480),
        ("480 points", 480),
        ("my score is 480.", 480),
        ("0", 0),
        ("1200", 1200),
        ("1,080", 1080),
        ("1 080", 1080),
        ("1\u00a0080", 1080),
        ("1\u202f080", 1080),
        ("٤٨٠", 480),
        ("４８０", 480),
        ("00480", 480),
    ],
)
def test_scores(text: str, score: int) -> None:
    assert read_score(text) == score


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "score_unclear"),
        ("many", "score_unclear"),
        ("480.5", "score_unclear"),
        ("480,5", "score_unclear"),
        ("-5", "score_unclear"),
        ("−5", "score_unclear"),
        ("- 480", "score_unclear"),
        ("480 490", "score_unclear"),
        ("480 or 490", "score_unclear"),
        ("480-490", "score_unclear"),
        ("4,80", "score_unclear"),
        ("48 000", "score_unclear"),
        ("1201", "score_out_of_range"),
        ("1,300", "score_out_of_range"),
        ("9" * 6, "score_out_of_range"),
        ("9" * 7, "score_unclear"),
        ("9" * 5000, "score_unclear"),
        ("²", "score_unclear"),
    ],
)
def test_no_scores(text: str, reason: str) -> None:
    with pytest.raises(ProfileRejected) as rejected:
        read_score(text)
    assert rejected.value.reason == reason


ALONE = [
    ("480", "480"),
    ("crs 480", "480"),
    ("CRS: 480", "480"),
    ("CRS=480", "480"),
    ("crs480", "480"),
    ("score 480", "480"),
    ("480 points", "480"),
    ("my CRS score is 480", "480"),
    ("ma note SCG est 480", "480"),
    ("mon pointage est de 480", None),
    ("note : 480", "480"),
    ("1,080", "1080"),
    ("1 080", "1080"),
    ("/profile score 480", "480"),
    ("/PROFIL NOTE 480", "480"),
    ("profile score 480", "480"),
    ("/profile crs: 480", "480"),
    ("4", None),
    ("48000", None),
]


async def test_a_score_on_its_own(memory: Database) -> None:
    for typed, score in ALONE:
        said = await Person(memory, typed).reads(typed)

        assert (f"your CRS score is {score}." in said) is (score is not None), typed


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("14", 14),
        ("14 months", 14),
        ("14 mois", 14),
        ("about 14 months", 14),
        ("12+", 12),
        ("2 years", 24),
        ("2 ans", 24),
        ("1 year", 12),
        ("0", 0),
        ("５", 5),
    ],
)
def test_months(text: str, months: int) -> None:
    assert read_months(text) == months


@pytest.mark.parametrize(
    "text", ["", "a while", "-5", "6-11", "1.5 years", "2030-01-01", "1 year 2 months", "999"]
)
def test_no_months(text: str) -> None:
    with pytest.raises(ProfileRejected) as rejected:
        read_months(text)
    assert rejected.value.reason == "months_unclear"


@pytest.mark.parametrize(
    ("text", "in_canada"),
    [
        ("canada", True),
        ("In Canada", True),
        ("au Canada", True),
        ("Canadian", True),
        ("abroad", False),
        ("outside Canada", False),
        ("not in Canada", False),
        ("hors du Canada", False),
        ("pas au Canada", False),
        ("à l’étranger", False),
        ("a l'etranger", False),
        ("ailleurs", False),
        ("the moon", None),
        ("", None),
    ],
)
def test_places(text: str, in_canada: bool | None) -> None:
    assert read_place(text) is in_canada


@pytest.mark.parametrize(
    ("rest", "months", "in_canada"),
    [
        ("", None, None),
        ("14 months canada", 14, True),
        ("14 months, in Canada", 14, True),
        ("2 years abroad", 24, False),
        ("2 ans à l’étranger", 24, False),
        ("8m outside canada", 8, False),
        ("canada", None, True),
        ("6 mois au Canada", 6, True),
        ("12 mois hors du Canada", 12, False),
    ],
)
def test_experience(rest: str, months: int | None, in_canada: bool | None) -> None:
    job = read_occupation("31301", rest)

    assert (job.months, job.in_canada) == (months, in_canada)


@pytest.mark.parametrize(
    ("code", "rest", "reason"),
    [
        ("39999", "", "noc_unknown"),
        ("3130", "", "noc_unknown"),
        ("٣١٣٠١", "", "noc_unknown"),
        ("31301", "14", "noc_unclear"),
        ("31301", "a long time", "noc_unclear"),
        ("31301", "14 months on Mars", "noc_unclear"),
    ],
)
def test_no_experience(code: str, rest: str, reason: str) -> None:
    with pytest.raises(ProfileRejected) as rejected:
        read_occupation(code, rest)
    assert rejected.value.reason == reason


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Toronto", "America/Toronto"),
        ("toronto.", "America/Toronto"),
        ("TORONTO", "America/Toronto"),
        ("Montréal", "America/Montreal"),
        ("Québec", "America/Toronto"),
        ("Quebec City", "America/Toronto"),
        ("Ottawa", "America/Toronto"),
        ("Calgary", "America/Edmonton"),
        ("Saskatoon", "America/Regina"),
        ("British Columbia", "America/Vancouver"),
        ("Colombie-Britannique", "America/Vancouver"),
        ("colombie britannique", "America/Vancouver"),
        ("Nova Scotia", "America/Halifax"),
        ("Nouvelle-Écosse", "America/Halifax"),
        ("Nouveau-Brunswick", "America/Halifax"),
        ("St. John's", "America/St_Johns"),
        ("St. John’s", "America/St_Johns"),
        ("Terre-Neuve", "America/St_Johns"),
        ("Whitehorse", "America/Whitehorse"),
        ("EST", "America/Toronto"),
        ("HNP", "America/Vancouver"),
        ("America/New_York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("New York", "America/New_York"),
        ("India", "Asia/Kolkata"),
        ("New Delhi", "Asia/Kolkata"),
        ("Ho Chi Minh", "Asia/Ho_Chi_Minh"),
        ("Casablanca", "Africa/Casablanca"),
        ("Côte d’Ivoire", "Africa/Abidjan"),
        ("Paris", "Europe/Paris"),
        ("UTC", "UTC"),
    ],
)
def test_zones(text: str, zone: str) -> None:
    assert read_zone(text) == zone


@pytest.mark.parametrize(
    "text", ["", "Atlantis", "UTC+5", "../../etc/passwd", "posix/UTC", "America", "5"]
)
def test_no_zones(text: str) -> None:
    with pytest.raises(ProfileRejected) as rejected:
        read_zone(text)
    assert rejected.value.reason == "time_zone_unknown"


NIGHT = (time(22), time(7))


HOURS = [
    ("22:00-07:00", NIGHT),
    ("22:00 - 7:00", NIGHT),
    ("22:00–07:00", NIGHT),
    ("22-7", NIGHT),
    ("22h-7h", NIGHT),
    ("22 h à 7 h", NIGHT),
    ("de 22 h à 7 h", NIGHT),
    ("22h00 a 7h00", NIGHT),
    ("10pm to 7am", NIGHT),
    ("from 10 PM until 7 AM", NIGHT),
    ("between 10 pm and 7 am", NIGHT),
    ("22:30-06:15", (time(22, 30), time(6, 15))),
    ("22 h 30 à 6 h 15", (time(22, 30), time(6, 15))),
    ("22:00-24:00", (time(22), time(0))),
    ("12am-12pm", (time(0), time(12))),
]


async def test_quiet_hours(memory: Database) -> None:
    for text, hours in HOURS:
        person = Person(memory, text)

        await person.says(f"/quiet {text}")

        async with memory.look() as seen:
            saved = await seen.subscribers.find(person.address)
        assert saved is not None, text
        assert (saved.quiet_from, saved.quiet_until) == hours, text


async def test_no_quiet_hours(memory: Database) -> None:
    for text in (
        "night",
        "22:00",
        "25:00-07:00",
        "22:60-07:00",
        "22:00-22:00",
        "13pm-7am",
        "2-7-8",
    ):
        person = Person(memory, text)

        assert "two times of day" in await person.reads(f"/quiet {text}"), text
        assert "nothing saved" in await person.reads("/export"), text


BEFORE = Preference(mode=Mode.ALL, near_points=7)


@pytest.mark.parametrize(
    ("text", "mode", "points"),
    [
        ("near 10", Mode.NEAR, 10),
        ("NEAR 25 points", Mode.NEAR, 25),
        ("near", Mode.NEAR, 7),
        ("15", Mode.NEAR, 15),
        ("near 0", Mode.NEAR, 0),
        ("proches 20", Mode.NEAR, 20),
        ("à 20 points près", Mode.NEAR, 20),
        ("only near misses", Mode.NEAR, 7),
        ("qualified", Mode.QUALIFIED, 7),
        ("qualifié", Mode.QUALIFIED, 7),
        ("only when I qualify", Mode.QUALIFIED, 7),
        ("categories", Mode.CATEGORIES, 7),
        ("every round in my categories", Mode.CATEGORIES, 7),
        ("toutes les rondes de mes catégories", Mode.CATEGORIES, 7),
        ("all", Mode.ALL, 7),
        ("every round", Mode.ALL, 7),
        ("toutes", Mode.ALL, 7),
    ],
)
def test_preferences(text: str, mode: Mode, points: int) -> None:
    assert read_preference(text, BEFORE) == Preference(mode=mode, near_points=points)


@pytest.mark.parametrize("text", ["", "sometimes", "near 5 10", "near 5000", "9" * 100])
def test_no_preferences(text: str) -> None:
    with pytest.raises(ProfileRejected) as rejected:
        read_preference(text, BEFORE)
    assert rejected.value.reason == "alerts_unclear"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("385", "385"),
        ("#385", "385"),
        ("# 385", "385"),
        ("no. 385", "385"),
        ("nº 385", "385"),
        ("round 385", "385"),
        ("Draw #385", "385"),
        ("ronde nº 385", "385"),
        ("91a", "91a"),
        ("91A", "91a"),
        ("0385", "385"),
        ("３８５", "385"),
    ],
)
def test_round_numbers(text: str, number: str) -> None:
    assert read_round_number(text) == number


@pytest.mark.parametrize("text", ["", "abc", "-1", "3.5", "384 385", "a91", "385ab", "9" * 6])
def test_no_round_numbers(text: str) -> None:
    with pytest.raises(ProfileRejected) as rejected:
        read_round_number(text)
    assert rejected.value.reason == "round_unclear"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en", Language.ENGLISH),
        ("English please", Language.ENGLISH),
        ("anglais", Language.ENGLISH),
        ("fr", Language.FRENCH),
        ("FRANÇAIS", Language.FRENCH),
        ("en français, s’il vous plaît", Language.FRENCH),
        ("in French", Language.FRENCH),
    ],
)
def test_languages(text: str, language: Language) -> None:
    assert read_language(text) is language


@pytest.mark.parametrize("text", ["", "german", "english or french", "e"])
def test_no_languages(text: str) -> None:
    with pytest.raises(ProfileRejected) as rejected:
        read_language(text)
    assert rejected.value.reason == "language_unknown"
