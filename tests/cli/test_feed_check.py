"""`drawbell feed check`: what a payload holds, for people and for programs."""

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.core.categories import CATEGORIES, PROGRAMS
from tests.builders import a_feed, a_row
from tests.cli.conftest import Command
from tests.cli.rows import ROWS, feed_file
from tests.cli.running import drawbell, shell
from tests.data.shared import SHARED, needs_shared, shared_json

ROUND_KEYS = {
    *("number", "held_on", "held_at", "type", "category", "category_version", "name"),
    *("invitations_issued", "crs_cut_off", "tie_breaking_rule", "programs", "pool"),
}
CATEGORIES_OF: dict[str, set[str | None]] = {
    "general": {None},
    "program": {*PROGRAMS},
    "category": {*CATEGORIES, None},
}
FILES = {"2024-04-06": 292, "2025-12-10": 385, "2025-12-11": 386, "2026-08-07": 435}


def official(day: str) -> Path:
    return SHARED / "ircc" / f"ee_rounds_123_en.{day}.json"


def facts(command: Command, source: str | Path, code: int = 0) -> dict[str, Any]:
    done = command("feed", "check", source, "--json")
    assert done.code == code, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def by_number(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {round_["number"]: round_ for round_ in found["rounds"]}


def test_a_round_as_facts(command: Command, tmp_path: Path) -> None:
    found = facts(command, feed_file(tmp_path, (a_row(),)))

    pool = found["rounds"][0].pop("pool")
    assert found["rounds"] == [
        {
            "number": "385",
            "held_on": "2025-12-11",
            "held_at": "2025-12-11T11:51:44Z",
            "type": "category",
            "category": "healthcare",
            "category_version": "2025-V2",
            "name": "Healthcare and social services occupations (Version 2)",
            "invitations_issued": 1000,
            "crs_cut_off": 476,
            "tie_breaking_rule": "2025-11-26T07:44:30Z",
            "programs": ["fsw", "cec", "fst"],
        }
    ]
    assert (found["unreadable"], found["doubtful"]) == ([], [])
    assert (pool["as_on"], pool["total"], pool["bands"]["501-600"]) == (
        "2025-12-07",
        242_379,
        27_096,
    )


@pytest.mark.parametrize(
    ("number", "type_", "category", "version"),
    [
        ("500", "category", None, None),
        ("430", "category", "military", "2026-V1"),
        ("422", "category", "healthcare", "2026-V3"),
        ("384", "program", "cec", None),
        ("383", "program", "pnp", None),
        ("294", "general", None, None),
        ("240", "program", "fsw", None),
        ("91a", "program", "fst", None),
        ("91b", "program", "pnp", None),
        ("1", "general", None, None),
    ],
)
def test_type_and_category_of_each_kind_of_round(
    number: str,
    type_: str,
    category: str | None,
    version: str | None,
    command: Command,
    tmp_path: Path,
) -> None:
    found = by_number(facts(command, feed_file(tmp_path)))[number]

    assert (found["type"], found["category"], found["category_version"]) == (
        type_,
        category,
        version,
    )


def test_a_stamp_is_iso_utc_or_null(command: Command, tmp_path: Path) -> None:
    found = facts(command, feed_file(tmp_path))
    stamps = {number: round_["tie_breaking_rule"] for number, round_ in by_number(found).items()}

    assert (stamps["208"], stamps["76"], stamps["1"]) == (None, None, None)
    assert (stamps["258"], stamps["383"]) == ("2023-06-15T23:49:05Z", "2025-03-05T05:10:48Z")
    assert {row["number"] for row in found["doubtful"]} == {"383", "258", "208"}


def test_null_and_missing_fields_leave_a_round_and_a_reason(
    command: Command, tmp_path: Path
) -> None:
    odd = a_row(drawNumber="386", drawDateTime=None, drawCutOff=None, drawText2=None, dd3=None)
    bare = {
        key: a_row()[key] for key in ("drawNumber", "drawDate", "drawName", "drawSize", "drawCRS")
    }

    found = facts(command, feed_file(tmp_path, (odd, bare)))

    rounds = by_number(found)
    assert set(rounds) == {"386", "385"}
    for round_ in rounds.values():
        assert set(round_) == ROUND_KEYS
        empty = (round_["held_at"], round_["tie_breaking_rule"], round_["pool"])
        assert (empty, round_["programs"]) == ((None, None, None), [])
    assert {row["number"] for row in found["doubtful"]} == {"386", "385"}
    assert all(row["reason"] for row in found["doubtful"])


@pytest.mark.parametrize(
    ("row", "number"),
    [
        (a_row(drawNumber=None), None),
        (a_row(drawNumber="386", drawCRS="-5"), "386"),
        (a_row(drawNumber="386", drawCRS="1201"), "386"),
        (a_row(drawNumber="386", drawSize="0"), "386"),
        (a_row(drawNumber="386", drawName=""), "386"),
        (a_row(drawNumber="386", drawDate="soon", drawDateFull=None), "386"),
        ("text", None),
        (None, None),
    ],
)
def test_an_unreadable_row_hides_no_other_and_fails_only_as_the_first(
    row: object, number: str | None, command: Command, tmp_path: Path
) -> None:
    last = facts(command, feed_file(tmp_path, (a_row(), row)))
    first = facts(command, feed_file(tmp_path, (row, a_row())), code=1)

    for found in (last, first):
        assert [round_["number"] for round_ in found["rounds"]] == ["385"]
        assert [line["number"] for line in found["unreadable"]] == [number]
        assert found["unreadable"][0]["reason"]


def test_for_people_it_counts_and_lists(command: Command, tmp_path: Path) -> None:
    wrong = a_row(drawNumber="386", drawCRS="-5")

    good = command("feed", "check", feed_file(tmp_path))
    bad = command("feed", "check", feed_file(tmp_path, (wrong, *ROWS)))

    assert (good.code, good.err) == (0, "")
    lines = good.out.splitlines()
    assert lines[0] == f"{len(ROWS)} rounds, 3 of them doubtful, 0 rows unreadable."
    assert lines[1].startswith("First: #500, 2027-03-02, Rural occupations")
    assert [line.split(":")[1].strip() for line in lines[2:]] == ["#383", "#258", "#208"]
    assert bad.code == 1
    assert "Unreadable: #386" in bad.out
    assert "first row is unreadable" in bad.err


BODIES = {
    "empty": b"",
    "blank": b" \n\t ",
    "page": b"<!DOCTYPE html><html><body>Maintenance</body></html>",
    "half": a_feed(ROWS)[:5000],
    "no rounds": b'{"rounds": []}',
    "rounds null": b'{"rounds": null}',
    "list": b"[1, 2]",
    "number": b"385",
    "null": b"null",
    "brackets": b"[" * 100_000,
    "objects": b'{"rounds":' * 50_000,
    "bytes": bytes(range(256)) * 40,
    "zeros": b"\0" * 1000,
    "huge": b" " * 10_000_001,
}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_not_the_feed_is_an_error_with_a_reason(
    name: str, command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(BODIES[name])

    plain = command("feed", "check", path)
    found = command("feed", "check", path, "--json")

    assert (plain.code, plain.out) == (1, "")
    assert plain.err.startswith("drawbell: ")
    assert len(plain.err) < 400
    assert found.code == 1
    answer = json.loads(found.out)
    assert (answer["rounds"], answer["unreadable"], answer["doubtful"]) == ([], [], [])
    assert f"drawbell: {answer['error']}\n" == found.err


@pytest.mark.parametrize(
    "source",
    [
        "nothing.json",
        ".",
        "",
        "http://127.0.0.1:1/feed.json",
        "http://[",
        "http://",
        "http://127.0.0.1:99999/",
        f"http://{'a' * 70}.invalid/",
        "http://a..b/",
        "file:///nothing.json",
        "ftp://127.0.0.1/feed.json",
        "x" * 5000,
    ],
)
def test_a_source_that_cannot_be_had_is_an_error_with_a_reason(
    source: str, command: Command
) -> None:
    done = command("feed", "check", source)

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("drawbell: ")


def test_a_file_url_and_a_path_are_the_same(command: Command, tmp_path: Path) -> None:
    path = feed_file(tmp_path)
    spaced = tmp_path / "the feed é.json"
    spaced.write_bytes(path.read_bytes())

    assert facts(command, spaced) == facts(command, spaced.as_uri()) == facts(command, path)


@pytest.mark.parametrize("wrong", [[], ["check"], ["look", "x"], ["check", "a", "b"]])
def test_wrong_usage(wrong: list[str], command: Command) -> None:
    done = command("feed", *wrong)

    assert (done.code, done.out) == (2, "")
    assert "usage: drawbell" in done.err


@cache
def version_labels() -> set[tuple[str, str]]:
    versions = shared_json("domain/categories.json")["versions"]
    return {(version["category"], version["version"]) for version in versions}


@needs_shared
@pytest.mark.parametrize("day", FILES)
def test_an_official_file_has_exactly_these_keys_and_kinds_of_values(
    day: str, command: Command
) -> None:
    found = facts(command, official(day))

    assert set(found) == {"rounds", "unreadable", "doubtful"}
    assert (len(found["rounds"]), found["unreadable"]) == (FILES[day], [])
    assert all({"number", "reason"} <= set(row) for row in found["doubtful"])
    for round_ in found["rounds"]:
        assert set(round_) == ROUND_KEYS
        check_values(round_)


def check_values(round_: dict[str, Any]) -> None:
    category, version = round_["category"], round_["category_version"]
    assert isinstance(round_["number"], str)
    assert date.fromisoformat(round_["held_on"]).isoformat() == round_["held_on"]
    for moment in (round_["held_at"], round_["tie_breaking_rule"]):
        assert moment is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)
    assert category in CATEGORIES_OF[round_["type"]]
    assert (version is not None) == (category in CATEGORIES)
    assert version is None or (category, version) in version_labels()
    assert isinstance(round_["invitations_issued"], int)
    assert 0 <= round_["crs_cut_off"] <= 1200
    assert set(round_["programs"]) <= set(PROGRAMS)
    assert round_["programs"]
    assert round_["pool"] is None or round_["pool"]["total"] > 0


@needs_shared
def test_an_official_file_agrees_with_its_own_rows(command: Command) -> None:
    found = by_number(facts(command, official("2026-08-07")))
    rows = shared_json("ircc/ee_rounds_123_en.2026-08-07.json")["rounds"]

    assert list(found) == [row["drawNumber"] for row in rows]
    for row in rows:
        round_ = found[row["drawNumber"]]
        assert round_["name"] == row["drawName"]
        assert round_["held_on"] == row["drawDate"]
        assert round_["crs_cut_off"] == int(row["drawCRS"])
        assert round_["invitations_issued"] == int(row["drawSize"].replace(",", ""))
        no_stamp = not row["drawCutOff"] or row["drawNumber"] == "208"
        assert (round_["tie_breaking_rule"] is None) == no_stamp


@needs_shared
def test_the_oddities_of_the_newest_official_file(command: Command) -> None:
    found = facts(command, official("2026-08-07"))
    doubts = {row["number"]: row["reason"] for row in found["doubtful"]}
    rounds = by_number(found)

    assert {"383", "258", "208", "247"} <= set(doubts)
    assert "no year" in doubts["208"]
    assert "UTC" in doubts["258"]
    assert {"91a", "91b"} <= set(rounds)
    assert rounds["262"]["tie_breaking_rule"] == "2023-07-04T19:36:18Z"
    assert rounds["434"]["category_version"] == "2026-V2"


@needs_shared
def test_a_process_gives_the_same_answer_and_nothing_else(command: Command, tmp_path: Path) -> None:
    source = official("2025-12-11")

    done = drawbell("feed", "check", source, "--json", folder=tmp_path, log_level="DEBUG")

    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == facts(command, source)


def test_a_reader_that_has_had_enough_is_no_error_to_see(tmp_path: Path) -> None:
    rows = tuple(a_row(drawNumber=str(number)) for number in range(1, 400))
    feed = feed_file(tmp_path, rows)

    done = shell(f'drawbell feed check "{feed}" --json | head -1', tmp_path)
    closed = shell(
        f'drawbell feed check "{feed}" --json | (exec <&-; sleep 0.01); echo "${{PIPESTATUS[0]}}"',
        tmp_path,
    )

    assert (done.out, done.err) == ("{\n", "")
    assert (closed.out.strip() in {"0", "1"}, closed.err) == (True, "")


@pytest.mark.parametrize(
    ("redirection", "codes"), [(">/dev/full", {1}), (">&-", {0, 1}), ("<&-", {0})]
)
def test_a_closed_or_full_stream_is_no_traceback(
    redirection: str, codes: set[int], tmp_path: Path
) -> None:
    feed = feed_file(tmp_path)

    done = shell(f'drawbell feed check "{feed}" --json {redirection}', tmp_path)

    assert done.code in codes
