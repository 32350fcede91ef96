"""Baselined on one day, polled on the next, told once: processes on one database, real files."""

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from shutil import copyfile

import pytest

from tests.cli.conftest import Command
from tests.cli.running import Ended, drawbell
from tests.data.shared import SHARED, needs_shared

pytestmark = needs_shared

SUBSCRIBING = "/start\n/profile score 480\n/profile add healthcare\n"
OTHERS = (
    ("early", 476, ["healthcare"], "2025-11-20"),
    ("late", 476, ["healthcare"], "2025-12-01"),
    ("undated", 476, ["healthcare"], None),
    ("near", 470, ["healthcare"], None),
    ("far", 465, ["healthcare"], None),
    ("francophone", 480, ["french"], None),
    ("expired", 480, ["healthcare"], "2024-11-30"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What each process said, in the order of things."""

    folder: Path
    nothing_known: Ended
    baseline: Ended
    subscribed: Ended
    imported: Ended
    unchanged: Ended
    news: Ended
    again: Ended
    told: Ended
    quiet: Ended


def line(chat: str, score: int, yes: list[str], submitted: str | None) -> str:
    no = ["french" if "healthcare" in yes else "healthcare"]
    profile = {"crs_score": score, "yes": yes, "no": no, "submitted": submitted}
    return json.dumps({"platform": "console", "chat": chat, "profiles": [profile]})


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    feed, people = folder / "feed.json", folder / "people.jsonl"
    people.write_text("\n".join(line(*other) for other in OTHERS), encoding="utf-8")

    def publish(day: str) -> None:
        copyfile(SHARED / "ircc" / f"ee_rounds_123_en.{day}.json", feed)

    def poll() -> Ended:
        return drawbell("poll", "--json", folder=folder, ircc_feed_url=str(feed))

    def chat(typed: str = "", name: str = "nurse") -> Ended:
        return drawbell("chat", "--as", name, folder=folder, typed=typed)

    nothing_known = chat("/latest\n", name="early bird")
    publish("2025-12-10")
    baseline = poll()
    subscribed = chat(SUBSCRIBING)
    imported = drawbell("subscribers", "import", people, folder=folder)
    unchanged = poll()
    publish("2025-12-11")
    news, again = poll(), poll()
    return Story(
        folder=folder,
        nothing_known=nothing_known,
        baseline=baseline,
        subscribed=subscribed,
        imported=imported,
        unchanged=unchanged,
        news=news,
        again=again,
        told=chat(),
        quiet=chat(),
    )


@pytest.fixture
def hears(
    story: Story, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Ended]:
    """What a person sees at their next chat, on a copy of the database."""
    for file in story.folder.glob("drawbell.db*"):
        copyfile(file, tmp_path / file.name)

    def chat(name: str) -> Ended:
        monkeypatch.setattr(sys, "stdin", StringIO())
        return command("chat", "--as", name)

    return chat


def report(done: Ended) -> tuple[bool, list[str], int]:
    assert done.code == 0, done.err
    found = json.loads(done.out)
    return found["baseline"], found["new"], found["alerts"]


def test_before_the_first_poll_the_chat_says_so(story: Story) -> None:
    assert story.nothing_known.code == 0
    assert "not read any round yet" in story.nothing_known.out


def test_the_first_poll_tells_nobody_and_the_next_day_brings_one_round(story: Story) -> None:
    assert report(story.baseline) == (True, [], 0)
    assert report(story.unchanged) == (False, [], 0)
    assert report(story.news) == (False, ["385"], 6)
    assert report(story.again) == (False, [], 0)


def test_a_person_subscribes_through_a_pipe(story: Story) -> None:
    assert (story.subscribed.code, story.subscribed.err) == (0, "")
    assert "480" in story.subscribed.out
    assert "Healthcare" in story.subscribed.out
    assert "Draw #" not in story.subscribed.out


def test_the_alert_is_shown_once(story: Story) -> None:
    assert (story.told.code, story.told.err) == (0, "")
    assert story.told.out.count("Draw #385") == 1
    lines = story.told.out.splitlines()
    assert lines[0] == "Draw #385 Healthcare: you would have qualified, 480 vs 476 (+4)"
    assert "480 against a CRS cut-off of 476: you would have qualified, 4 points above." in lines
    assert (story.quiet.code, story.quiet.out, story.quiet.err) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("early", "you would have qualified, in by the tie-break"),
        ("late", "out by the tie-break"),
        ("undated", "it depends"),
        ("near", "6 points short"),
        ("expired", "please check your submission date"),
    ],
)
def test_everybody_hears_what_concerns_them(
    name: str, said: str, hears: Callable[[str], Ended]
) -> None:
    told = hears(name)

    assert told.code == 0
    first = told.out.splitlines()[0]
    assert first.startswith("Draw #385 Healthcare: ")
    assert said in first
    assert told.out.count("Draw #") == 1


@pytest.mark.parametrize("name", ["far", "francophone"])
def test_who_is_not_concerned_hears_nothing(name: str, hears: Callable[[str], Ended]) -> None:
    told = hears(name)

    assert (told.code, told.out) == (0, "")


def test_six_alerts_were_for_six_people_and_the_database_is_private(story: Story) -> None:
    database = story.folder / "drawbell.db"

    assert database.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(database)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM deliveries").fetchone()
    assert count == 6


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Maintenance</html>",
        b"",
        b'{"rounds": []}',
        b"[]",
        (b"[" * 100_000),
        b'{"rounds": [{"drawNumber": "386"',
    ],
)
def test_a_broken_feed_fails_and_changes_nothing(
    body: bytes,
    story: Story,
    tmp_path: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for file in story.folder.glob("drawbell.db*"):
        copyfile(file, tmp_path / file.name)
    feed = tmp_path / "feed.json"
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(feed))
    feed.write_bytes(body)

    broken = command("poll", "--json")
    feed.write_bytes((SHARED / "ircc" / "ee_rounds_123_en.2025-12-11.json").read_bytes())
    mended = command("poll", "--json")

    assert broken.code == 1
    assert json.loads(broken.out)["failure"] in broken.err
    assert report(mended) == (False, [], 0)
