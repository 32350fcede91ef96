"""`drawbell news check`: what posts say, and where IRCC's rows say otherwise."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_feed, a_row
from tests.cli.conftest import Command
from tests.data.shared import SHARED, needs_shared
from tests.fakes.feeds import an_item, an_rss

ENTRY_KEYS = {
    *("title", "link", "kind", "number", "held_on", "category", "crs_cut_off"),
    *("invitations_issued", "tie_breaking_rule", "disagreements"),
}
ROUND_385 = an_item(
    "IRCC invites 1,000 healthcare workers in Express Entry draw #385",
    "<p>The December 11 draw had a minimum CRS of 477. Profiles had to be created before "
    "7:44 a.m. UTC on November 26, 2025.</p>",
)
PROVINCIAL = an_item("Ontario invites 500 Express Entry candidates", "The OINP issued NOIs.")
OTHER = an_item("Express Entry draw prediction", "We expect a draw.", published="")


def a_file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def entries(
    command: Command, source: Path, *options: str | Path, code: int = 0
) -> list[dict[str, Any]]:
    done = command("news", "check", source, *options, "--json")
    assert done.code == code, done.err
    found: list[dict[str, Any]] = json.loads(done.out)["entries"]
    return found


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    return a_file(tmp_path, "posts.rss", an_rss([ROUND_385, PROVINCIAL, OTHER]))


@pytest.fixture
def official(tmp_path: Path) -> Path:
    return a_file(tmp_path, "official.json", a_feed([a_row()]))


def test_posts_as_facts(command: Command, posts: Path, official: Path) -> None:
    found = entries(command, posts, "--feed", official)

    assert [set(one) for one in found] == [ENTRY_KEYS] * 3
    assert [one["kind"] for one in found] == ["ee_round", "provincial", "other"]
    assert found[0] == {
        "title": "IRCC invites 1,000 healthcare workers in Express Entry draw #385",
        "link": "https://news.example/1",
        "kind": "ee_round",
        "number": "385",
        "held_on": "2025-12-11",
        "category": "healthcare",
        "crs_cut_off": 477,
        "invitations_issued": 1000,
        "tie_breaking_rule": "2025-11-26T07:44Z",
        "disagreements": [{"fact": "crs_cut_off", "news": 477, "official": 476}],
    }
    assert found[1]["number"] is None
    assert found[1]["disagreements"] == []


def test_posts_as_lines(command: Command, posts: Path, official: Path) -> None:
    done = command("news", "check", posts, "--feed", official)

    assert done.code == 0
    assert "3 entries: 1 report a federal round, 1 a provincial draw, 1 neither." in done.out
    assert "(#385, held 2025-12-11, for healthcare, CRS 477, invitations 1000" in done.out
    assert "crs_cut_off: it says 477, the official rows say 476." in done.out


def test_a_round_without_a_single_fact_is_a_line_too(command: Command, tmp_path: Path) -> None:
    item = an_item("IRCC sets record in latest Express Entry draw", published="")
    done = command("news", "check", a_file(tmp_path, "posts.rss", an_rss([item])))

    assert done.code == 0
    assert "(no facts of a round)" in done.out


def test_without_a_payload_it_compares_with_what_is_remembered(
    command: Command, posts: Path, official: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert entries(command, posts)[0]["disagreements"] == []

    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(official))
    assert command("poll").code == 0

    assert len(entries(command, posts)[0]["disagreements"]) == 1


def test_an_ordinal_is_measured_against_the_official_rounds(
    command: Command, tmp_path: Path
) -> None:
    title, text = "Express Entry draw invites 500", "It was the 450th Express Entry draw."
    item = an_item(title, text, published="Mon, 01 Mar 2027 20:00:00 +0000")
    posts = a_file(tmp_path, "posts.rss", an_rss([item]))
    rows = [
        a_row(drawNumber="471", drawDate="2027-01-05"),
        a_row(drawNumber="470", drawDate="2026-12-20"),
    ]
    official = a_file(tmp_path, "official.json", a_feed(rows))

    assert entries(command, posts)[0]["number"] == "450"
    assert entries(command, posts, "--feed", official)[0]["number"] is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"<html>Maintenance</html>", "no RSS or Atom feed"), (b"", "empty")],
)
def test_what_is_no_feed_fails_with_a_sentence(
    content: bytes, reason: str, command: Command, tmp_path: Path
) -> None:
    source = a_file(tmp_path, "posts.rss", content)

    done = command("news", "check", source)
    assert done.code == 1
    assert reason in done.err
    assert entries(command, source, code=1) == []


def test_a_payload_that_cannot_be_read_fails_with_a_sentence(
    command: Command, posts: Path, tmp_path: Path
) -> None:
    done = command("news", "check", posts, "--feed", tmp_path / "nothing.json")

    assert done.code == 1
    assert "cannot be read" in done.err


def test_a_feed_without_entries_is_read(command: Command, tmp_path: Path) -> None:
    assert entries(command, a_file(tmp_path, "posts.rss", an_rss())) == []


@needs_shared
@pytest.mark.parametrize("wrap", ["\n".join, "<br>".join])
def test_a_post_about_385_with_wrong_totals(wrap: Any, command: Command, tmp_path: Path) -> None:
    lines = (SHARED / "news" / "draw-385-article.txt").read_text(encoding="utf-8").splitlines()
    item = an_item(lines[1], "An excerpt.", content=wrap(lines[2:]))
    source = a_file(tmp_path, "posts.rss", an_rss([item]))
    feed = SHARED / "ircc" / "ee_rounds_123_en.2025-12-11.json"

    (found,) = entries(command, source, "--feed", feed)

    assert (found["kind"], found["number"], found["held_on"]) == ("ee_round", "385", "2025-12-11")
    assert (found["category"], found["crs_cut_off"]) == ("healthcare", 476)
    assert found["invitations_issued"] == 1000
    assert found["tie_breaking_rule"] == "2025-11-26T07:44Z"
    assert found["disagreements"] == [
        {"fact": "invitations_in_year", "news": 106_599, "official": 102_599},
        {"fact": "rounds_in_year:pnp", "news": 22, "official": 23},
        {"fact": "rounds_in_year:healthcare", "news": 6, "official": 7},
    ]
