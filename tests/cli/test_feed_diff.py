"""`drawbell feed diff`: what changed between two payloads, and what would be told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_feed, a_row
from tests.cli.conftest import Command
from tests.data.shared import SHARED, needs_shared

KEYS = {"new", "renamed", "corrected", "pool_changed", "missing", "older_payload"}
NO_POOL: dict[str, object] = {f"dd{band}": "0" for band in range(1, 19)}
LATER = {
    "drawDate": "2025-12-12",
    "drawDateFull": "December 12, 2025",
    "drawDateTime": "December 12, 2025 at 15:00:00 UTC",
}


def payload(folder: Path, name: str, *rows: object) -> Path:
    path = folder / name
    path.write_bytes(a_feed(rows))
    return path


def facts(command: Command, old: Path, new: Path) -> dict[str, Any]:
    done = command("feed", "diff", old, new, "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    assert set(found) == KEYS
    return found


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return payload(tmp_path, "old.json", a_row(), a_row(drawNumber="384"))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return payload(
        tmp_path,
        "new.json",
        a_row(drawNumber="386", **LATER),
        a_row(drawCRS="475", **NO_POOL),
        a_row(drawNumber="384", drawName="Healthcare and Social Services (Version 2)"),
    )


def test_differences_as_facts(command: Command, old: Path, new: Path) -> None:
    found = facts(command, old, new)

    assert [(one["number"], one["told"]) for one in found["new"]] == [("386", True)]
    assert found["renamed"] == [
        {
            "number": "384",
            "told": False,
            "before": {"name": "Healthcare and social services occupations (Version 2)"},
            "after": {"name": "Healthcare and Social Services (Version 2)"},
        }
    ]
    assert found["corrected"] == [
        {
            "number": "385",
            "told": True,
            "before": {"crs_cut_off": 476},
            "after": {"crs_cut_off": 475},
        }
    ]
    (change,) = found["pool_changed"]
    assert (change["number"], change["kept"], change["after"]) == ("385", True, None)
    assert change["before"]["total"] == 242_379
    assert (found["missing"], found["older_payload"]) == ([], False)


def test_differences_as_lines(command: Command, old: Path, new: Path) -> None:
    done = command("feed", "diff", old, new)

    assert done.code == 0
    assert done.out.splitlines() == [
        "New: #386; 1 of them would be told.",
        "Renamed: #384.",
        "Corrected: #385: crs_cut_off 476 -> 475.",
        "The pool's figures of #385 changed; the figures are kept as they were.",
    ]


def test_an_older_payload_lacks_rounds_and_changes_nothing(
    command: Command, old: Path, new: Path
) -> None:
    found = facts(command, new, old)

    assert found["older_payload"] is True
    assert [one["number"] for one in found["missing"]] == ["386"]
    assert [found[name] for name in ("new", "renamed", "corrected", "pool_changed")] == [[]] * 4
    assert "An older payload: it lacks #386." in command("feed", "diff", new, old).out


def test_a_round_may_be_missing_from_a_newer_payload(command: Command, tmp_path: Path) -> None:
    before = payload(tmp_path, "before.json", a_row(), a_row(drawNumber="384"))
    after = payload(tmp_path, "after.json", a_row(drawNumber="386", **LATER), a_row())

    assert "Missing: #384." in command("feed", "diff", before, after).out


def test_a_payload_that_cannot_be_read_fails_with_a_sentence(
    command: Command, old: Path, tmp_path: Path
) -> None:
    for options in ((), ("--json",)):
        done = command("feed", "diff", old, tmp_path / "nothing.json", *options)

        assert done.code == 1
        assert "cannot be read" in done.err


def official(day: str) -> Path:
    return SHARED / "ircc" / f"ee_rounds_123_en.{day}.json"


@needs_shared
def test_two_years_of_the_official_feed(command: Command) -> None:
    found = facts(command, official("2024-04-06"), official("2026-08-07"))

    assert [one["number"] for one in found["new"]] == [str(number) for number in range(292, 435)]
    assert all(one["told"] for one in found["new"])
    assert len(found["renamed"]) == 23
    assert found["corrected"] == [
        {
            "number": "262",
            "told": False,
            "before": {"tie_breaking_rule": "2023-08-01T12:59:52Z"},
            "after": {"tie_breaking_rule": "2023-07-04T19:36:18Z"},
        }
    ]
    assert [one["number"] for one in found["pool_changed"]] == ["223", "224", "226", "227"]
    assert all(one["after"] is None for one in found["pool_changed"])
    assert (found["missing"], found["older_payload"]) == ([], False)


@needs_shared
def test_two_years_backwards_tell_nothing(command: Command) -> None:
    found = facts(command, official("2026-08-07"), official("2024-04-06"))

    assert found["older_payload"] is True
    assert len(found["missing"]) == 143
    assert [found[name] for name in ("new", "renamed", "corrected", "pool_changed")] == [[]] * 4


@needs_shared
def test_one_day_of_the_official_feed(command: Command) -> None:
    done = command("feed", "diff", official("2025-12-10"), official("2025-12-11"))

    assert done.out.splitlines()[0] == "New: #385; 1 of them would be told."
