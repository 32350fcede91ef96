"""Official names and what they mean, by edition and by day."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.categories import CATEGORIES, GROUPS, PROGRAMS, classify, classify_name, plain
from bot.core.category_tables import VERSIONS
from bot.core.category_types import CategoryVersion
from bot.core.noc_titles import NOC_TITLES
from bot.core.rounds import RoundType
from tests.builders import a_round
from tests.data.shared import needs_shared, shared_json

DAY = timedelta(days=1)
IN_2024, IN_2025, IN_2026 = date(2024, 6, 1), date(2025, 6, 1), date(2026, 6, 1)

# category, label, first and last day in force, months asked, in one go, in Canada, codes
_TABLE = [
    ("french", "2023-V1", "2023-05-31", "2026-02-05", None, 0),
    ("french", "2026-V2", "2026-02-06", None, None, 0),
    ("healthcare", "2023-V1", "2023-05-31", "2025-02-26", (6, True, False), 35),
    ("healthcare", "2025-V2", "2025-02-27", "2026-02-17", (6, True, False), 37),
    ("healthcare", "2026-V3", "2026-02-18", None, (12, False, False), 37),
    ("stem", "2023-V1", "2023-05-31", "2025-02-26", (6, True, False), 24),
    ("stem", "2025-V2 (assumed label)", "2025-02-27", "2026-02-17", (6, True, False), 11),
    ("stem", "2026 (label unknown)", "2026-02-18", None, (12, False, False), 11),
    ("trades", "2023-V1", "2023-05-31", "2025-02-26", (6, True, False), 10),
    ("trades", "2025-V2", "2025-02-27", "2026-02-17", (6, True, False), 25),
    ("trades", "2026-V3", "2026-02-18", None, (12, False, False), 25),
    ("transport", "2023-V1", "2023-05-31", "2025-02-26", (6, True, False), 10),
    ("transport", "2026-V2", "2026-02-18", None, (12, False, False), 4),
    ("agriculture", "2023-V1", "2023-05-31", "2025-02-26", (6, True, False), 3),
    ("agriculture", "2025-V2 (assumed label)", "2025-02-27", "2026-02-17", (6, True, False), 1),
    ("education", "2025-V1", "2025-02-27", "2026-02-17", (6, True, False), 5),
    ("education", "2026 (label unknown)", "2026-02-18", None, (12, False, False), 5),
    ("physicians", "2026-V1", "2025-12-08", None, (12, False, True), 3),
    ("senior_managers", "2026-V1", "2026-02-18", None, (12, False, True), 4),
    ("researchers", "2026-V1 (assumed label)", "2026-02-18", None, (12, False, True), 2),
    ("military", "2026-V1", "2026-02-18", None, None, 3),
]


def the_version(category: str, label: str) -> CategoryVersion:
    (found,) = [v for v in VERSIONS if (v.category, v.label) == (category, label)]
    return found


def test_there_are_twenty_one_versions_and_each_stands_once() -> None:
    assert [(version.category, version.label) for version in VERSIONS] == [
        row[:2] for row in _TABLE
    ]


@pytest.mark.parametrize(("category", "label", "since", "until", "asked", "codes"), _TABLE)
def test_a_version_has_its_days_its_experience_and_its_codes(
    category: str,
    label: str,
    since: str,
    until: str | None,
    asked: tuple[int, bool, bool] | None,
    codes: int,
) -> None:
    version = the_version(category, label)
    experience = version.experience

    assert version.since == date.fromisoformat(since)
    assert version.until == (date.fromisoformat(until) if until else None)
    assert len(version.noc_codes) == codes
    assert asked == (
        experience and (experience.min_months, experience.continuous, experience.canada_only)
    )
    assert experience is None or experience.within_years == 3
    assert (version.min_nclc == 7) == (category == "french")


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: f"{v.category} {v.label}")
def test_a_version_is_in_force_from_its_first_to_its_last_day(version: CategoryVersion) -> None:
    assert version.in_force(version.since)
    assert not version.in_force(version.since - DAY)
    if version.until is None:
        assert version.in_force(date(2099, 1, 1))
    else:
        assert version.in_force(version.until)
        assert not version.in_force(version.until + DAY)


def test_no_two_versions_of_a_category_are_in_force_on_one_day() -> None:
    for category in CATEGORIES:
        days = sorted((v.since, v.until or date.max) for v in VERSIONS if v.category == category)
        assert all(earlier[1] < later[0] for earlier, later in pairwise(days))


def test_every_category_has_a_version_and_no_version_is_of_anything_else() -> None:
    assert {version.category for version in VERSIONS} == set(CATEGORIES)
    assert GROUPS == PROGRAMS + CATEGORIES
    assert len(set(GROUPS)) == len(GROUPS) == 15


def test_every_code_of_a_version_has_five_digits_and_a_title() -> None:
    codes = {code for version in VERSIONS for code in version.noc_codes}

    assert all(len(code) == 5 and code.isdigit() for code in codes)
    assert codes == set(NOC_TITLES)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda v: f"{v.category} {v.label}")
def test_an_official_name_means_its_version_on_whatever_day(version: CategoryVersion) -> None:
    for name in version.names_en:
        for day in (version.since - DAY, version.since, date(2030, 1, 1)):
            found = classify_name(name, day)
            assert (found.group, found.version) == (version.category, version)
            assert found.type is RoundType.CATEGORY
            assert found.recognised


@pytest.mark.parametrize(
    ("name", "type_", "group"),
    [
        ("General", RoundType.GENERAL, None),
        ("No Program Specified", RoundType.GENERAL, None),
        ("  general  ", RoundType.GENERAL, None),
        ("General round", RoundType.GENERAL, None),
        ("Provincial Nominee Program", RoundType.PROGRAM, "pnp"),
        ("Canadian Experience Class", RoundType.PROGRAM, "cec"),
        ("CANADIAN EXPERIENCE CLASS", RoundType.PROGRAM, "cec"),
        ("Federal Skilled Worker", RoundType.PROGRAM, "fsw"),
        ("Federal Skilled Workers Program", RoundType.PROGRAM, "fsw"),
        ("Federal Skilled Trades", RoundType.PROGRAM, "fst"),
        ("Federal Skilled Trades Program", RoundType.PROGRAM, "fst"),
    ],
)
def test_a_general_or_program_name_has_no_version(
    name: str, type_: RoundType, group: str | None
) -> None:
    found = classify_name(name, IN_2025)

    assert (found.type, found.group, found.version) == (type_, group, None)
    assert found.recognised


@pytest.mark.parametrize(
    ("name", "day", "category", "label"),
    [
        ("Healthcare occupations", IN_2024, "healthcare", "2023-V1"),
        ("Healthcare occupations", IN_2025, "healthcare", "2025-V2"),
        ("Healthcare occupations", IN_2026, "healthcare", "2026-V3"),
        ("Health care occupations", IN_2026, "healthcare", "2026-V3"),
        ("Health-care occupations", IN_2026, "healthcare", "2026-V3"),
        (
            "Healthcare and social services occupations (Version 2)",
            IN_2025,
            *("healthcare", "2025-V2"),
        ),
        ("Healthcare occupations (2025-2)", IN_2025, "healthcare", "2025-V2"),
        ("Healthcare occupations 2026 Version 3", IN_2026, "healthcare", "2026-V3"),
        ("Healthcare occupations, 2026–Version 3", IN_2026, "healthcare", "2026-V3"),
        ("HEALTHCARE  OCCUPATIONS (V3)", IN_2026, "healthcare", "2026-V3"),
        ("French-language proficiency", date(2026, 2, 5), "french", "2023-V1"),
        ("French-language proficiency", date(2026, 2, 6), "french", "2026-V2"),
        ("French language proficiency 2026-Version 2", date(2026, 2, 6), "french", "2026-V2"),
        ("French", IN_2024, "french", "2023-V1"),
        ("Trades occupations (Version 1)", IN_2024, "trades", "2023-V1"),
        ("Trade Occupations, 2026-Version 3", IN_2026, "trades", "2026-V3"),
        ("STEM Occupations, 2026-Version 3", IN_2026, "stem", "2026 (label unknown)"),
        ("STEM occupations (Version 2)", IN_2025, "stem", "2025-V2 (assumed label)"),
        ("Education Occupations, 2026-Version 2", IN_2026, "education", "2026 (label unknown)"),
        (
            "Researchers with Canadian Work Experience, 2026-Version 1",
            IN_2026,
            "researchers",
            "2026-V1 (assumed label)",
        ),
        ("Senior Managers with Canadian work experience", IN_2026, "senior_managers", "2026-V1"),
        ("Skilled military recruits 2026-Version 1", IN_2026, "military", "2026-V1"),
        ("Physicians with Canadian work experience", date(2025, 12, 8), "physicians", "2026-V1"),
        ("Transport occupations", IN_2024, "transport", "2023-V1"),
        ("Agriculture and agri-food occupations", IN_2024, "agriculture", "2023-V1"),
    ],
)
def test_a_drifted_name_means_the_version_in_force_that_day(
    name: str, day: date, category: str, label: str
) -> None:
    assert classify_name(name, day).version == the_version(category, label)


@pytest.mark.parametrize(
    ("name", "day", "category"),
    [
        ("Healthcare occupations, 2027-Version 4", date(2027, 3, 1), "healthcare"),
        ("Healthcare occupations (Version 9)", IN_2025, "healthcare"),
        ("Healthcare occupations, 2027-Version 3", date(2027, 3, 1), "healthcare"),
        ("Transport occupations", IN_2025, "transport"),
        ("Physicians with Canadian work experience", date(2025, 12, 7), "physicians"),
        ("Agriculture occupations", IN_2026, "agriculture"),
        ("STEM occupations", date(2023, 5, 30), "stem"),
    ],
)
def test_an_edition_that_no_table_knows_has_no_version_but_its_category(
    name: str, day: date, category: str
) -> None:
    found = classify_name(name, day)

    assert (found.type, found.group, found.version) == (RoundType.CATEGORY, category, None)
    assert found.recognised


@pytest.mark.parametrize(
    "name",
    [
        "Rural and northern occupations, 2027-Version 1",
        "Skilled newcomers (Version 1)",
        "Generals of the armed forces",
        "General occupations",
        "Francophone minority communities",
        "French-speaking nurses (Version 1)",
        "Trades and transport (Version 1)",
        "Stemming occupations",
        "Military recruits",
        "Senior executives",
        "Canadian work experience",
        "Skilled Trades",
        "Version 2",
        "2026",
        "(((((",
        "-",
    ],
)
def test_a_name_that_nobody_has_seen_is_a_new_category_and_never_guessed(name: str) -> None:
    found = classify_name(name, IN_2026)

    assert (found.type, found.group, found.version) == (RoundType.CATEGORY, None, None)
    assert not found.recognised


def test_a_round_is_classified_by_its_name_and_its_day() -> None:
    assert classify(a_round()) == classify_name(a_round().name, a_round().held_on)
    assert classify(a_round()).version == the_version("healthcare", "2025-V2")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("  Éducation ", "education"),
        ("French\u00a0Language", "french language"),
        ("2026‑Version–3—x", "2026-version-3-x"),
        ("A\n\tB", "a b"),
    ],
)
def test_names_are_compared_without_case_accents_and_typography(text: str, same: str) -> None:
    assert plain(text) == same


@given(st.text(max_size=150), st.dates(date(2015, 1, 1), date(2099, 12, 31)))
def test_any_name_is_classified(name: str, day: date) -> None:
    found = classify_name(name, day)

    assert found.version is None or found.version.category == found.group
    assert found.recognised == (found.type is RoundType.GENERAL or found.group in GROUPS)


@given(
    st.sampled_from([name for version in VERSIONS for name in version.names_en]),
    st.dates(date(2023, 5, 31), date(2030, 1, 1)),
)
def test_case_and_blanks_do_not_change_what_a_name_means(name: str, day: date) -> None:
    expected = classify_name(name, day)

    assert classify_name(name.upper(), day) == expected
    assert classify_name(f"  {name.replace(' ', '  ')}\t", day) == expected
    assert classify_name(name.replace("-", "–"), day) == expected


@needs_shared
def test_the_tables_agree_with_the_gathered_facts() -> None:
    facts: list[dict[str, Any]] = shared_json("domain/categories.json")["versions"]

    def gathered(version: dict[str, Any]) -> tuple[object, ...]:
        conditions = version["conditions"]
        return (
            version["category"],
            version["version"],
            version["valid_from"],
            version["valid_to"],
            {job["noc"] for job in version["noc"] or ()},
            {*version["feed_names_en"], *version["feed_names_en_before_2024_rename"]},
            set(version["feed_names_fr"]),
            conditions.get("min_months"),
            conditions.get("location") == "Canada only",
            conditions.get("min_nclc"),
        )

    def ours(version: CategoryVersion) -> tuple[object, ...]:
        asked = version.experience
        return (
            version.category,
            version.label,
            version.since.isoformat(),
            version.until.isoformat() if version.until else None,
            set(version.noc_codes),
            set(version.names_en),
            set(version.names_fr),
            asked.min_months if asked else None,
            bool(asked and asked.canada_only),
            version.min_nclc,
        )

    assert [ours(version) for version in VERSIONS] == [gathered(version) for version in facts]


@needs_shared
def test_every_name_of_the_official_feed_is_recognised() -> None:
    rows = shared_json("ircc/ee_rounds_123_en.2026-08-07.json")["rounds"]
    found = [classify_name(row["drawName"], date.fromisoformat(row["drawDate"])) for row in rows]

    assert all(one.recognised for one in found)
    assert all(one.version for one in found if one.type is RoundType.CATEGORY)
    assert sum(one.type is RoundType.GENERAL for one in found) == 178


@needs_shared
def test_names_before_and_after_the_rename_mean_the_same() -> None:
    before = {
        row["drawNumber"]: row
        for row in shared_json("ircc/ee_rounds_123_en.2024-04-06.json")["rounds"]
    }
    renamed = 0
    for row in shared_json("ircc/ee_rounds_123_en.2026-08-07.json")["rounds"]:
        old = before.get(row["drawNumber"])
        if old is None or old["drawName"] == row["drawName"]:
            continue
        renamed += 1
        day = date.fromisoformat(row["drawDate"])
        assert classify_name(old["drawName"], day) == classify_name(row["drawName"], day)

    assert renamed == 23
