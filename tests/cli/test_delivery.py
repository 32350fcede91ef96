"""A whole broadcast by real processes to a real server: killed, stopped, doubled, locked out."""

import json
import random
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.core.delivery import State
from tests.builders import a_feed, a_row
from tests.cli.running import Running, drawbell
from tests.fakes.databases import integrity, rows_of
from tests.fakes.http_platform import HttpPlatform, http_platform, slow

CROWD, SMALLER, FEW = 20_000, 4_000, 300
KILLS = 10
IN_FLIGHT = 128
"""How many alerts `adapters/http` has under way at once at this pace, until they are settled."""


def subscribers_file(folder: Path, count: int) -> Path:
    path = folder / "people.jsonl"
    lines = (
        json.dumps(
            {
                "platform": "http",
                "chat": f"chat-{number}",
                "profiles": [{"crs_score": 470 + number % 12, "yes": ["healthcare"]}],
            }
        )
        for number in range(count)
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def baselined(folder: Path, count: int) -> Path:
    """A database with so many subscribers that knows every round but the next one."""
    feed = folder / "before.json"
    feed.write_bytes(a_feed([a_row()]))
    for command in (("subscribers", "import", subscribers_file(folder, count)), ("poll",)):
        done = drawbell(*command, folder=folder, ircc_feed_url=str(feed))
        assert done.code == 0, done.err
    return folder / "drawbell.db"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return baselined(tmp_path_factory.mktemp("crowd"), CROWD)


@pytest.fixture(scope="module")
def smaller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return baselined(tmp_path_factory.mktemp("smaller"), SMALLER)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return baselined(tmp_path_factory.mktemp("few"), FEW)


@pytest.fixture
def platform() -> Iterator[HttpPlatform]:
    with http_platform() as listening:
        yield listening


class Place:
    """A folder with a database and the feed that has one round more."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder = folder
        self.database = Path(shutil.copy(database, folder / "drawbell.db"))
        self.feed = folder / "feed.json"
        self.feed.write_bytes(a_feed([a_row(drawNumber="386"), a_row()]))

    @contextmanager
    def running(
        self, url: str, *, name: str = "one", per_second: float = 10_000, **settings: Any
    ) -> Iterator[Running]:
        """`drawbell run`, ended whatever happens."""
        variables = {
            "IRCC_FEED_URL": self.feed,
            "HTTP_URL": url,
            "HTTP_PER_SECOND": per_second,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            **{key.upper(): value for key, value in settings.items()},
        }
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        process = Running(
            "run",
            folder=folder,
            variables={f"DRAWBELL_{key}": str(value) for key, value in variables.items()},
        )
        try:
            yield process
        finally:
            process.kill()

    def in_state(self, *states: State) -> set[str]:
        """The keys of deliveries in these states, as the server is told them."""
        wanted = ", ".join(str(int(state)) for state in states)
        found = rows_of(
            self.database,
            f"SELECT announcement_id, subscriber_id FROM deliveries WHERE state IN ({wanted})",  # noqa: S608
        )
        return {f"{one}-{two}" for one, two in found}

    @property
    def all_sent(self) -> bool:
        return not self.in_state(State.DUE, State.LEASED) and bool(self.in_state(State.SENT))

    def tell_all(self, running: Running) -> None:
        """Wait until a process has told everybody, and stop it."""
        running.wait_until(lambda: self.all_sent, "end of the broadcast")
        assert running.stop().code == 0


@pytest.fixture
def place(tmp_path: Path, few: Path) -> Place:
    return Place(tmp_path, few)


def settled_down(platform: HttpPlatform) -> None:
    """What a killed process had sent may still be on its way: wait until nothing more comes."""
    quiet_since, seen = time.monotonic(), len(platform.seen)
    while time.monotonic() < quiet_since + 0.1:
        time.sleep(0.01)
        if len(platform.seen) != seen:
            quiet_since, seen = time.monotonic(), len(platform.seen)


def wait_for_messages(running: Running, platform: HttpPlatform, count: int) -> None:
    running.wait_until(lambda: len(platform.accepted) >= count, f"{count} messages")


def killed_again_and_again(
    place: Place, platform: HttpPlatform, seed: int, **settings: Any
) -> list[int]:
    """Kill the sender ten times over a broadcast; returns how much was exposed at each kill.

    Exposed is what the server has taken and the database does not know as sent: what was in
    flight, and what was answered and not yet written down.
    """
    exposed, dice = [], random.Random(seed)  # noqa: S311 - moments, no secrets
    people = len(rows_of(place.database, "SELECT id FROM subscribers"))
    moments = sorted(dice.sample(range(100, people - 100), KILLS))
    for moment in moments:
        with place.running(platform.url, **settings) as running:
            wait_for_messages(running, platform, moment)
            running.kill()
        settled_down(platform)
        unsettled = place.in_state(State.DUE, State.LEASED)
        exposed.append(len(unsettled & platform.accepted.keys()))
    with place.running(platform.url, **settings) as running:
        place.tell_all(running)
    return exposed


@pytest.mark.parametrize("seed", [20251211])
def test_killed_ten_times_in_a_broadcast_nothing_is_lost_and_little_comes_twice(
    seed: int, crowd: Path, tmp_path: Path, platform: HttpPlatform
) -> None:
    place = Place(tmp_path, crowd)

    exposed = killed_again_and_again(place, platform, seed)

    assert len(platform.accepted) == CROWD
    assert place.in_state(State.SENT) == platform.accepted.keys()
    assert platform.duplicates <= sum(exposed)
    assert max(exposed) <= IN_FLIGHT
    assert max(platform.accepted.values()) <= 1 + KILLS
    assert integrity(place.database) == "ok"


@pytest.mark.parametrize("seed", [20251212])
def test_killed_ten_times_a_platform_that_recognises_repeats_shows_nothing_twice(
    seed: int, smaller: Path, tmp_path: Path, platform: HttpPlatform
) -> None:
    place = Place(tmp_path, smaller)
    platform.remembers = 3600

    exposed = killed_again_and_again(place, platform, seed, http_idempotent_seconds=3600)

    assert len(platform.accepted) == SMALLER
    assert place.in_state(State.SENT) == platform.accepted.keys()
    assert platform.duplicates == 0
    assert platform.recognised <= sum(exposed)


def test_told_to_stop_it_finishes_what_is_in_flight_and_the_rest_goes_out_later(
    place: Place, platform: HttpPlatform
) -> None:
    platform.everybody = slow(1.5)
    with place.running(platform.url, per_second=20) as running:
        running.wait_until(lambda: len(platform.seen) >= 10, "10 requests")
        done = running.stop(within=10)
    assert done.code == 0
    assert place.in_state(State.LEASED) == set()
    assert place.in_state(State.SENT) == platform.accepted.keys()
    untried = rows_of(place.database, "SELECT DISTINCT attempts FROM deliveries WHERE state = 0")
    assert untried == [(0,)]

    platform.everybody = None
    with place.running(platform.url) as running:
        place.tell_all(running)
    assert len(platform.accepted) == FEW
    assert platform.duplicates == 0


def test_told_to_stop_while_a_server_never_answers_it_ends_in_time_and_loses_nothing(
    place: Place, platform: HttpPlatform
) -> None:
    platform.everybody = slow(60)
    with place.running(platform.url, per_second=20) as running:
        running.wait_until(lambda: len(platform.seen) >= 5, "5 requests")
        done = running.stop(within=10)

    assert done.code == 0
    assert place.in_state(State.LEASED) == set()
    doubtful = rows_of(
        place.database, "SELECT count(*) FROM deliveries WHERE state = 0 AND doubt_at IS NOT NULL"
    )
    assert doubtful == [(len(platform.seen),)]


def test_told_to_stop_while_the_database_is_locked_it_still_ends_in_time(
    place: Place, platform: HttpPlatform
) -> None:
    with place.running(platform.url, per_second=50) as running:
        running.wait_until(lambda: len(platform.seen) >= 10, "10 requests")
        with closing(sqlite3.connect(place.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            done = running.stop(within=10)
            other.execute("ROLLBACK")
    assert done.code == 0

    with place.running(platform.url) as running:
        place.tell_all(running)
    assert len(platform.accepted) == FEW


def test_a_database_locked_for_a_while_loses_nothing_and_repeats_nothing(
    place: Place, platform: HttpPlatform
) -> None:
    with place.running(platform.url, per_second=100) as running:
        running.wait_until(lambda: len(platform.seen) >= 20, "20 requests")
        with closing(sqlite3.connect(place.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(2)  # for as long as somebody copies it, say
            other.execute("ROLLBACK")
        place.tell_all(running)

    assert len(platform.accepted) == FEW
    assert platform.duplicates == 0


def test_a_second_instance_stands_by_and_takes_over_when_the_first_is_killed(
    place: Place, platform: HttpPlatform
) -> None:
    with place.running(platform.url, per_second=10) as first:
        first.wait_until(lambda: len(platform.seen) >= 10, "10 requests")
        with place.running(platform.url, name="two") as second:
            second.wait_for("standing_by")
            sent_by_first = len(platform.seen)
            first.kill()
            assert "started" not in second.log()
            second.wait_for("started")
            place.tell_all(second)

    assert len(platform.accepted) == FEW
    assert len(platform.seen) > sent_by_first
    assert platform.duplicates <= IN_FLIGHT


def test_a_second_instance_that_is_told_to_stop_while_it_stands_by_ends_at_once(
    place: Place, platform: HttpPlatform
) -> None:
    with place.running(platform.url, per_second=20) as first:
        first.wait_for("started")
        with place.running(platform.url, name="two") as second:
            second.wait_for("standing_by")
            assert second.stop(within=5).code == 0
        first.wait_until(lambda: len(platform.seen) >= 10, "10 requests")
        assert first.stop().code == 0


def test_while_a_broadcast_runs_its_progress_can_be_asked_for(
    place: Place, platform: HttpPlatform
) -> None:
    settings = {"database_url": f"sqlite+aiosqlite:///{place.database}"}
    with place.running(platform.url, per_second=8) as running:
        running.wait_until(lambda: len(platform.seen) >= 16, "16 requests")
        said = drawbell("status", folder=place.folder, **settings)
        told = json.loads(drawbell("status", "--json", folder=place.folder, **settings).out)
        assert running.stop().code == 0
    after = drawbell("status", folder=place.folder, **settings)

    assert said.code == 0
    assert re.search(r"^running as .+/\d+/", said.out, re.MULTILINE)
    assert re.search(
        rf"^#386: \d+ of {FEW} done \(sent \d+, .+ to send at \d+\.\d/s", said.out, re.MULTILINE
    )
    [broadcast] = told["broadcasts"]
    assert told["running"] is True
    assert broadcast["rounds"] == ["386"]
    assert 0 < broadcast["sent"] <= len(platform.seen)
    assert broadcast["sent"] + broadcast["to_send"] == broadcast["total"] == FEW
    assert 0 < broadcast["per_second"] <= 9
    assert broadcast["seconds_left"] > 0
    assert after.out.startswith("not running")


def test_a_server_that_is_down_for_a_while_gets_everything_once_it_is_up(
    place: Place, platform: HttpPlatform
) -> None:
    platform.stop()
    with place.running(platform.url, per_second=200) as running:
        running.wait_for("platform_out_of_reach")
        assert place.in_state(State.SENT, State.GIVEN_UP, State.UNCERTAIN) == set()
        platform.start()
        place.tell_all(running)

    assert len(platform.accepted) == FEW
    assert platform.duplicates == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_with_nothing_to_do_it_ends_without_waiting(
    number: signal.Signals, place: Place, platform: HttpPlatform
) -> None:
    with place.running(platform.url) as running:
        running.wait_until(lambda: place.all_sent, "end of the broadcast")
        assert running.stop(number, within=5).code == 0
