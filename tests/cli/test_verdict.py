"""`drawbell verdict`: every way a profile can stand in a round, asked on the command line."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from bot.core.categories import CATEGORIES, PROGRAMS
from tests.cli.conftest import Command
from tests.cli.rows import ROWS, feed_file
from tests.cli.running import drawbell

KEYS = ["round", "standing", "eligibility", "margin", "would_have_qualified", "reason"]
IN, OUT, UNKNOWN = "eligible", "not_eligible", "unknown"
YES, NO, OPEN = True, False, None

# What is asked, standing, eligibility, margin, would_have_qualified.
CASES = (
    # a category round asks only for the category
    ("385 480 --category healthcare", "above", IN, 4, YES),
    ("385 480 --category healthcare --program cec", "above", IN, 4, YES),
    ("385 480 --category french", "above", OUT, 4, NO),
    ("385 480 --category french --category healthcare", "above", IN, 4, YES),
    ("385 480", "above", UNKNOWN, 4, OPEN),
    ("385 480 --program cec", "above", UNKNOWN, 4, OPEN),
    ("385 480 --nominee", "above", UNKNOWN, 4, OPEN),
    ("385 480 --nominee --category healthcare", "above", UNKNOWN, 4, OPEN),
    ("385 470 --category healthcare", "below", IN, -6, NO),
    ("385 470", "below", UNKNOWN, -6, NO),
    ("385 470 --category stem", "below", OUT, -6, NO),
    ("385 470 --nominee", "below", UNKNOWN, -6, NO),
    ("385 0 --category healthcare", "below", IN, -476, NO),
    ("385 1200 --category healthcare", "above", IN, 724, YES),
    # at the cut-off the tie-breaking rule decides: 2025-11-26T07:44:30Z
    ("385 476 --category healthcare", "tied_unknown", IN, 0, OPEN),
    ("385 476 --category healthcare --submitted 2025-11-20", "tied_in", IN, 0, YES),
    ("385 476 --category healthcare --submitted 2025-11-26", "tied_unknown", IN, 0, OPEN),
    ("385 476 --category healthcare --submitted 2025-11-27", "tied_out", IN, 0, NO),
    ("385 476 --category healthcare --submitted 2025-12-01", "tied_out", IN, 0, NO),
    ("385 476 --category healthcare --submitted 2025-11-26T07:43Z", "tied_in", IN, 0, YES),
    ("385 476 --category healthcare --submitted 2025-11-26T07:44Z", "tied_unknown", IN, 0, OPEN),
    ("385 476 --category healthcare --submitted 2025-11-26T07:45Z", "tied_out", IN, 0, NO),
    ("385 476 --category healthcare --submitted 2025-11-26T07:44:29", "tied_in", IN, 0, YES),
    ("385 476 --category healthcare --submitted 2025-11-26T07:44:30Z", "tied_in", IN, 0, YES),
    ("385 476 --category healthcare --submitted 2025-11-26T07:44:31Z", "tied_out", IN, 0, NO),
    ("385 476 --category healthcare --submitted 2025-11-26T02:44:30-05:00", "tied_in", IN, 0, YES),
    ("385 476 --category healthcare --submitted 2025-11-26T02:44:31-05:00", "tied_out", IN, 0, NO),
    ("385 476 --category healthcare --submitted 2025-11-26T07:44:30+01:00", "tied_in", IN, 0, YES),
    ("385 476 --category french", "tied_unknown", OUT, 0, NO),
    ("385 476 --category french --submitted 2025-11-20", "tied_in", OUT, 0, NO),
    ("385 476 --category french --submitted 2025-12-01", "tied_out", OUT, 0, NO),
    ("385 476 --submitted 2025-11-20", "tied_in", UNKNOWN, 0, OPEN),
    ("385 476 --submitted 2025-12-01", "tied_out", UNKNOWN, 0, NO),
    ("385 476", "tied_unknown", UNKNOWN, 0, OPEN),
    ("385 480 --category healthcare --submitted 2025-12-01", "above", IN, 4, YES),
    ("385 470 --category healthcare --submitted 2025-11-01", "below", IN, -6, NO),
    # a profile submitted more than 12 months before the round had expired
    ("385 480 --category healthcare --submitted 2024-12-10", "above", UNKNOWN, 4, OPEN),
    ("385 480 --category healthcare --submitted 2024-12-11", "above", IN, 4, YES),
    ("385 476 --category healthcare --submitted 2024-12-10", "tied_unknown", UNKNOWN, 0, OPEN),
    ("385 476 --category healthcare --submitted 2024-12-11", "tied_in", IN, 0, YES),
    ("385 470 --category healthcare --submitted 2020-01-01", "below", UNKNOWN, -6, NO),
    ("385 480 --category french --submitted 2020-01-01", "above", OUT, 4, NO),
    # occupations: six months until 2026-02-17, twelve after
    ("385 480 --noc 31301", "above", IN, 4, YES),
    ("385 480 --noc 31301 --months 5", "above", OUT, 4, NO),
    ("385 480 --noc 31301 --months 6", "above", IN, 4, YES),
    ("385 480 --noc 21231", "above", OUT, 4, NO),
    ("385 480 --noc 21231 --noc 31301", "above", IN, 4, YES),
    ("385 480 --noc 31301 --category french", "above", IN, 4, YES),
    ("385 480 --noc 21231 --category healthcare", "above", IN, 4, YES),
    ("422 480 --noc 31301", "above", IN, 5, YES),
    ("422 480 --noc 31301 --months 6", "above", OUT, 5, NO),
    ("422 480 --noc 31301 --months 11", "above", OUT, 5, NO),
    ("422 480 --noc 31301 --months 12", "above", IN, 5, YES),
    ("368 510 --noc 63200", "above", IN, 5, YES),
    ("408 480 --noc 63200", "above", OUT, 3, NO),
    ("421 300 --noc 31100", "above", IN, 77, YES),
    ("421 300 --noc 31100 --months 11", "above", OUT, 77, NO),
    ("430 400 --category military", "above", IN, 32, YES),
    ("430 400 --noc 42102", "above", UNKNOWN, 32, OPEN),
    ("258 400 --noc 31301", "above", UNKNOWN, 25, OPEN),
    # a program round asks for the program
    ("384 532 --program cec", "above", IN, 12, YES),
    ("384 532 --program fsw", "above", OUT, 12, NO),
    ("384 532 --program fsw --program cec", "above", IN, 12, YES),
    ("384 532", "above", UNKNOWN, 12, OPEN),
    ("384 532 --category healthcare", "above", UNKNOWN, 12, OPEN),
    ("384 532 --noc 31301", "above", UNKNOWN, 12, OPEN),
    ("384 1120 --nominee --program cec", "above", UNKNOWN, 600, OPEN),
    ("240 490 --program fsw", "above", IN, 1, YES),
    ("91a 289 --program fst", "above", IN, 1, YES),
    ("91A 288 --program fst --submitted 2018-01-01", "tied_out", IN, 0, NO),
    ("#91b 902 --nominee --submitted 2018-03-01", "tied_in", IN, 0, YES),
    # nominees
    ("383 745 --nominee", "above", IN, 16, YES),
    ("383 745 --program pnp", "above", IN, 16, YES),
    ("383 745 --program cec", "above", OUT, 16, NO),
    ("383 745", "above", UNKNOWN, 16, OPEN),
    ("383 729 --nominee --submitted 2025-03-05T05:10:48", "tied_in", IN, 0, YES),
    ("383 729 --nominee --submitted 2025-03-05T05:10:49", "tied_out", IN, 0, NO),
    ("258 375 --category french --submitted 2023-06-15T23:49:05Z", "tied_in", IN, 0, YES),
    ("258 375 --category french --submitted 2023-06-15T23:49:06Z", "tied_out", IN, 0, NO),
    # a stamp without a year: nobody can tell
    ("208 744 --nominee --submitted 2021-09-01", "tied_unknown", IN, 0, OPEN),
    ("208 744 --nominee", "tied_unknown", IN, 0, OPEN),
    ("208 745 --nominee", "above", IN, 1, YES),
    ("208 743 --nominee", "below", IN, -1, NO),
    # no stamp (#1 to #76): everybody at the cut-off was in
    ("1 886", "tied_in", IN, 0, YES),
    ("1 886 --submitted 2015-01-30", "tied_in", IN, 0, YES),
    ("1 885", "below", IN, -1, NO),
    ("76 241 --program fst", "tied_in", IN, 0, YES),
    ("76 241 --program cec", "tied_in", OUT, 0, NO),
    ("76 241", "tied_in", UNKNOWN, 0, OPEN),
    # a general round admits everybody
    ("294 530", "above", IN, 1, YES),
    ("294 530 --program fst", "above", IN, 1, YES),
    ("294 1130 --nominee", "above", IN, 601, YES),
    ("294 529", "tied_unknown", IN, 0, OPEN),
    ("294 529 --submitted 2023-11-08", "tied_unknown", IN, 0, OPEN),
    ("294 529 --submitted 2023-11-07", "tied_in", IN, 0, YES),
    # a category that nobody knows yet
    ("500 480 --category healthcare", "above", UNKNOWN, 80, OPEN),
    ("500 399 --category healthcare", "below", UNKNOWN, -1, NO),
    ("500 480 --noc 31301", "above", UNKNOWN, 80, OPEN),
)


def arguments(asked: str, feed: Path) -> list[str]:
    number, score, *more = asked.split()
    return ["verdict", "--round", number, "--crs", score, *more, "--feed", str(feed), "--json"]


@pytest.mark.parametrize(("asked", "standing", "eligibility", "margin", "would"), CASES)
def test_a_verdict_is_the_one_that_the_rules_give(
    asked: str,
    standing: str,
    eligibility: str,
    margin: int,
    would: bool | None,
    command: Command,
    tmp_path: Path,
) -> None:
    done = command(*arguments(asked, feed_file(tmp_path)))

    found = json.loads(done.out)
    assert (done.code, done.err, list(found)) == (0, "", KEYS)
    assert found["round"] == asked.split(maxsplit=1)[0].lstrip("#").lower()
    assert (found["standing"], found["eligibility"]) == (standing, eligibility)
    assert (found["margin"], found["would_have_qualified"]) == (margin, would)
    assert found["reason"].endswith(".")
    assert "you were invited" not in found["reason"].casefold()


def test_the_cases_cover_every_pair_of_standing_and_eligibility() -> None:
    pairs = {(standing, eligibility) for _asked, standing, eligibility, *_ in CASES}

    assert pairs == {
        (standing, eligibility)
        for standing in ("above", "tied_in", "tied_out", "tied_unknown", "below")
        for eligibility in (IN, OUT, UNKNOWN)
    }


def expected(standing: str, eligibility: str) -> bool | None:
    """The formula as the interface states it."""
    if standing in ("below", "tied_out") or eligibility == OUT:
        return False
    return None if standing == "tied_unknown" or eligibility == UNKNOWN else True


def test_the_answer_follows_from_standing_and_eligibility_whatever_is_asked(
    command: Command, tmp_path: Path
) -> None:
    feed, dice = feed_file(tmp_path), random.Random(385)  # noqa: S311 - no secret
    cut_offs = {str(row["drawNumber"]): int(str(row["drawCRS"])) for row in ROWS}
    seen = set()
    for _ in range(250):
        number = dice.choice(list(cut_offs))
        score = min(max(cut_offs[number] + dice.choice([-600, -1, 0, 0, 0, 1, 600]), 0), 1200)
        found = json.loads(command(*arguments(f"{number} {score} {more(dice)}", feed)).out)
        standing, eligibility = found["standing"], found["eligibility"]
        seen.add((standing, eligibility))
        assert found["margin"] == score - cut_offs[number]
        assert found["would_have_qualified"] is expected(standing, eligibility)
        assert (standing == "above", standing == "below") == (
            found["margin"] > 0,
            found["margin"] < 0,
        )
    assert len(seen) > 10


def more(dice: random.Random) -> str:
    parts = [f"--program {one}" for one in dice.sample(PROGRAMS, dice.choice([0, 0, 1, 2]))]
    parts += [f"--category {one}" for one in dice.sample(CATEGORIES, dice.choice([0, 0, 1, 3]))]
    noc = f"--noc {dice.choice(['31301', '63200', '42102', '99999'])}"
    parts += dice.choice([[], [], [noc], [noc, f"--months {dice.randint(0, 24)}"]])
    parts += dice.choice([[], [], ["--nominee"]])
    when = dice.choice(["2014-06-01", "2017-06-07", "2023-06-15T23:49", "2025-11-26", "2026-05-30"])
    parts += dice.choice([[], [f"--submitted {when}"]])
    return " ".join(parts)


def sentence(command: Command, feed: Path, asked: str) -> str:
    done = command(*arguments(asked, feed)[:-1])
    assert (done.code, done.err) == (0, "")
    return done.out


def test_without_json_the_answer_is_one_readable_line(command: Command, tmp_path: Path) -> None:
    feed = feed_file(tmp_path)

    qualified = sentence(command, feed, "385 480 --category healthcare")
    short = sentence(command, feed, "385 470 --category healthcare")

    assert qualified.startswith("Round #385 of 2025-12-11, Healthcare and social services")
    assert "you would have qualified, 4 points above." in qualified
    assert "6 points short." in short
    assert (qualified.count("\n"), short.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    "asked",
    [
        "385 476 --category french",
        "385 476 --category french --submitted 2025-11-20",
        "385 480 --category french",
        "76 241 --program cec",
    ],
)
def test_nobody_is_told_they_would_have_qualified_where_the_round_was_not_open_to_them(
    asked: str, command: Command, tmp_path: Path
) -> None:
    answer = sentence(command, feed_file(tmp_path), asked).casefold()

    assert "would have qualified" not in answer
    assert "you are in by" not in answer


def test_an_unreadable_and_a_missing_tie_break_are_explained_differently(
    command: Command, tmp_path: Path
) -> None:
    feed = feed_file(tmp_path)

    assert "published incompletely" in sentence(command, feed, "208 744 --nominee")
    assert "No tie-breaking rule was published" in sentence(command, feed, "1 886")


def test_an_expired_profile_is_asked_for_its_new_date(command: Command, tmp_path: Path) -> None:
    asked = "385 480 --category healthcare --submitted 2024-12-01"

    assert "more than 12 months before" in sentence(command, feed_file(tmp_path), asked)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("verdict", "--round"),
        ("verdict --round 385", "--crs"),
        ("verdict --crs 480", "--round"),
        ("verdict --round 385 --crs 1201", "1201"),
        ("verdict --round 385 --crs -1", "-1"),
        ("verdict --round 385 --crs 480.5", "480.5"),
        ("verdict --round 385 --crs many", "many"),
        (f"verdict --round 385 --crs {'9' * 5000}", "--crs"),
        ("verdict --round 385 --crs 480 --program french", "french"),
        ("verdict --round 385 --crs 480 --category cec", "cec"),
        ("verdict --round 385 --crs 480 --noc 3130", "3130"),
        ("verdict --round 385 --crs 480 --noc 313011", "313011"),
        ("verdict --round 385 --crs 480 --noc ٣١٣٠١", "NOC"),
        ("verdict --round 385 --crs 480 --noc 31301 --months -1", "-1"),
        ("verdict --round 385 --crs 480 --submitted yesterday", "2025-11-20"),
        ("verdict --round 385 --crs 480 --submitted 2025-02-30", "2025-11-20"),
        ("verdict --round 385 --crs 480 --submitted 2025-11-20T25:00", "2025-11-20"),
        ("verdict --round 385 --crs 480 --submitted 0001-01-01T00:00+14:00", "2025-11-20"),
        ("verdict --rou 385 --crs 480", "--round"),
        ("verdict --round 385 --crs 480 --unknown", "--unknown"),
    ],
)
def test_wrong_usage_says_what_is_wrong(wrong: str, said: str, command: Command) -> None:
    done = command(*wrong.split())

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_round_that_is_not_there_is_no_crash(command: Command, tmp_path: Path) -> None:
    done = command(*arguments("386 480", feed_file(tmp_path)))

    assert (done.code, done.out) == (1, "")
    assert "no readable round #386" in done.err


def test_a_feed_that_cannot_be_read_is_named(command: Command, tmp_path: Path) -> None:
    done = command(*arguments("385 480", tmp_path / "nothing.json"))

    assert (done.code, done.out) == (1, "")
    assert "nothing.json" in done.err


@pytest.mark.usefixtures("database")
def test_without_a_feed_memory_answers(command: Command, tmp_path: Path) -> None:
    asked = ["verdict", "--round", "385", "--crs", "480", "--category", "healthcare", "--json"]

    before = command(*asked)
    environment: dict[str, Any] = {"ircc_feed_url": str(feed_file(tmp_path))}
    assert drawbell("poll", folder=tmp_path, **environment).code == 0
    after = command(*asked)

    assert (before.code, before.out) == (1, "")
    assert "drawbell poll" in before.err
    assert (after.code, json.loads(after.out)["would_have_qualified"]) == (0, True)
