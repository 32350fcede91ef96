"""A round that was held is told once the operator says so."""

from pathlib import Path

import pytest

from tests.builders import a_feed, a_row
from tests.cli.conftest import Command


@pytest.fixture
def held(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A memory with one subscriber, in which #386 waits for the operator."""
    feed = tmp_path / "feed.json"
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(feed))
    people = tmp_path / "people.jsonl"
    people.write_text(
        '{"platform":"console","chat":"nurse","profiles":[{"crs_score":480,"yes":["healthcare"]}]}\n',
        encoding="utf-8",
    )
    feed.write_bytes(a_feed([a_row()]))
    assert command("subscribers", "import", str(people)).code == 0
    assert command("poll").code == 0
    feed.write_bytes(
        a_feed([a_row(drawNumber="386", drawDate="2025-12-15", drawCRS="470*"), a_row()])
    )
    assert "#386" in command("poll").out
    return command


def test_a_held_round_is_listed_and_told_after_confirmation(held: Command) -> None:
    assert "#386" in held("doctor").out

    done = held("round", "confirm", "#386")

    assert (done.code, done.out) == (0, "Round #386 is announced. Alerts queued: 1.\n")
    assert held("round", "confirm", "386").code == 1


@pytest.mark.parametrize("number", ["385", "999", "nonsense"])
def test_what_is_not_held_cannot_be_confirmed(number: str, held: Command) -> None:
    done = held("round", "confirm", number)

    assert (done.code, done.out) == (1, "")
    assert "is not held" in done.err


def test_months_without_an_occupation_are_wrong_usage(command: Command) -> None:
    done = command("verdict", "--round", "385", "--crs", "480", "--months", "6")

    assert (done.code, done.out) == (2, "")
    assert "--noc" in done.err


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/db", "sqlite+aiosqlite"])
def test_a_database_url_that_is_none_is_a_wrong_setting(
    url: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWBELL_DATABASE_URL", url)

    done = command("poll")

    assert (done.code, done.out) == (2, "")
    assert "DRAWBELL_DATABASE_URL" in done.err
