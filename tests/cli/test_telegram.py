"""`drawbell run` on Telegram, as a process: whole stories against a server of the tests."""

import asyncio
import json
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from aiohttp import web

from adapters.telegram.notifier import MOST_IN_FLIGHT
from tests.builders import a_feed, a_row
from tests.cli.running import Ended, Running, drawbell
from tests.fakes.serving import listening
from tests.fakes.telegram_api import BOT_ID, TOKEN, FakeTelegram, serving

ANN, BEN, GROUP = 700_000_001, 700_000_002, -1001
SECRET = TOKEN.partition(":")[2]
MANY = 5000
HEADLINE = "Draw #{} Healthcare: you would have qualified, 480 vs 476 (+4)"


def feed(newest: int) -> bytes:
    return a_feed([a_row(drawNumber=str(number)) for number in range(newest, 383, -1)])


class Town:
    """The server, the feed behind HTTP, and the program in a folder of its own."""

    def __init__(self, api: FakeTelegram, folder: Path) -> None:
        self.api, self.folder = api, folder
        self.newest = 384
        self.feed_url = ""
        self.process: Running | None = None
        self.ended: list[Ended] = []

    async def give_feed(self, _request: web.Request) -> web.Response:
        return web.Response(body=feed(self.newest), content_type="application/json")

    def variables(self, **settings: str) -> dict[str, str]:
        chosen = {
            "telegram_token": TOKEN,
            "telegram_api_url": self.api.url,
            "ircc_feed_url": self.feed_url,
            "poll_seconds": "1",
            "log_level": "DEBUG",
        }
        return {f"DRAWBELL_{name.upper()}": value for name, value in (chosen | settings).items()}

    async def start(self, **settings: str) -> None:
        """Start the program; it is up when it asks for updates and knows the feed."""
        polls = self.api._polls
        self.process = Running("run", folder=self.folder, variables=self.variables(**settings))
        await self.until(lambda: self.api._polls > polls and self.newest_known() is not None)

    async def stop(self, number: int = signal.SIGTERM) -> Ended:
        assert self.process is not None
        ended = await asyncio.to_thread(self.process.stop, number, 15)
        self.ended.append(ended)
        return ended

    def publish(self, number: int) -> None:
        self.newest = number

    async def until(self, happened: Callable[[], object], seconds: float = 60) -> None:
        """Wait until something is true, while the program lives."""
        async with asyncio.timeout(seconds):
            while not happened():
                assert self.process is not None
                assert self.process._process.poll() is None, self.process.log()
                await asyncio.sleep(0.02)

    async def hears(self, chat: int, text: str) -> None:
        await self.until(lambda: any(text in one for one in self.api.texts(chat)))

    async def says(self, chat: int, text: str, *, user: int | None = None, thread: int = 0) -> str:
        before = len(self.api.messages(chat))
        self.api.say(chat, text, user=user, thread=thread)
        await self.until(lambda: len(self.api.messages(chat)) > before)
        return self.api.texts(chat)[-1]

    def labels(self, chat: int) -> dict[str, str]:
        """The buttons under the newest message: what each says by its label."""
        return self.api.buttons(chat, self.api.messages(chat)[-1]["message_id"])

    async def presses(self, chat: int, label: str) -> str:
        """Press a button of the newest message; returns the newest text, once it has changed."""
        newest, data = self.api.messages(chat)[-1], self.labels(chat)[label]
        before = (len(self.api.messages(chat)), json.dumps(newest))
        self.api.press(chat, newest["message_id"], data)
        await self.until(
            lambda: (
                (len(self.api.messages(chat)), json.dumps(self.api.messages(chat)[-1])) != before
            )
        )
        return self.api.texts(chat)[-1]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        path = self.folder / "drawbell.db"
        if not path.exists():
            return []
        with closing(sqlite3.connect(path)) as connection:
            try:
                with connection:
                    return list(connection.execute(query))
            except sqlite3.OperationalError:
                return []  # it is only being made

    def newest_known(self) -> object:
        return next(iter(self.rows("SELECT number FROM rounds LIMIT 1")), None)

    def bytes_on_disk(self) -> bytes:
        return b"".join(one.read_bytes() for one in sorted(self.folder.glob("drawbell.db*")))


@asynccontextmanager
async def a_town(api: FakeTelegram, folder: Path) -> AsyncIterator[Town]:
    async with serving(api):
        town = Town(api, folder)
        async with listening(town.give_feed) as root:
            town.feed_url = f"{root}/feed.json"
            try:
                yield town
            finally:
                if town.process is not None:
                    await asyncio.to_thread(town.process.kill)
    assert api.complaints == []
    assert not any(SECRET in one.err + one.out for one in town.ended)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(FakeTelegram(), tmp_path) as found:
        yield found


async def test_the_whole_story_of_a_person(town: Town) -> None:
    await town.start()

    assert "Welcome." in await town.says(ANN, "/start")
    assert "CRS score" in await town.presses(ANN, "English")
    assert "Saved: your CRS score is 480." in await town.says(ANN, "480")
    for label in ("No", "Skip", "Skip"):
        await town.presses(ANN, label)
    await town.presses(ANN, "Healthcare: not sure")
    assert "Healthcare: yes" in town.labels(ANN)
    await town.presses(ANN, "Done")
    await town.presses(ANN, "Skip")
    await town.presses(ANN, "Skip")
    assert "That is all." in await town.presses(ANN, "Skip")
    assert town.api.counts[ANN] == 2

    town.publish(385)
    await town.hears(ANN, HEADLINE.format(385))
    assert town.api.counts[ANN] == 3
    assert "480 against a CRS cut-off of 476" in await town.says(ANN, "/why 385")

    assert str(ANN).encode() in town.bytes_on_disk()
    await town.says(ANN, "/forget")
    assert "is deleted" in await town.presses(ANN, "Yes, delete everything")
    await town.until(lambda: str(ANN).encode() not in town.bytes_on_disk())

    town.publish(386)
    assert "Draw #386" in await _latest(town)
    ended = await town.stop()
    assert ended.code == 0
    assert not any("386" in text for text in town.api.texts(ANN))
    assert str(ANN).encode() not in town.bytes_on_disk()
    assert town.rows("SELECT count(*) FROM subscribers WHERE platform = 'telegram'") == [(0,)]


async def _latest(town: Town) -> str:
    """What /latest says, once the newest round is known."""
    newest = f"Draw #{town.newest}"
    async with asyncio.timeout(60):
        while newest not in (text := await town.says(BEN, "/latest")):
            pass
    return text


async def test_a_group_is_told_and_goes_with_its_migration(town: Town) -> None:
    new = -1_001_000
    town.api.chat(GROUP, type="group", title="Nurses")
    town.api.members[GROUP] = {ANN: "creator"}
    await town.start()
    await town.says(GROUP, "/follow healthcare", user=ANN)
    town.publish(385)
    await town.hears(GROUP, "Draw #385")

    town.api.migrate(GROUP, new)
    town.publish(386)
    await town.hears(new, "Draw #386")
    town.api.migrated[new] = new - 1  # and once more, unseen
    town.publish(387)
    await town.hears(new - 1, "Draw #387")

    assert town.rows("SELECT chat FROM subscribers WHERE platform = 'telegram'") == [
        (str(new - 1),)
    ]
    assert (await town.stop()).code == 0


async def test_a_closed_topic_falls_back_to_the_general_one(town: Town) -> None:
    town.api.topic(GROUP, 5, "open")
    town.api.members[GROUP] = {ANN: "administrator"}
    await town.start()
    await town.says(GROUP, "/follow healthcare", user=ANN, thread=5)
    town.api.topics[GROUP][5] = "closed"
    town.publish(385)
    await town.hears(GROUP, "Draw #385")

    answered, post = town.api.messages(GROUP)
    assert (answered.get("message_thread_id"), post.get("message_thread_id")) == (5, None)
    await town.until(lambda: town.rows("SELECT told FROM troubles") == [(0,)])
    assert (await town.stop()).code == 0

    # Whoever set it up is told a minute later, by the next program too.
    town.rows("UPDATE troubles SET since = since - 60000 RETURNING told")
    await town.start()
    await town.hears(ANN, "In Group the topic that I post in is closed or gone.")
    assert (await town.stop()).code == 0


async def test_who_set_a_group_up_hears_that_we_were_removed(town: Town) -> None:
    town.api.members[GROUP] = {ANN: "administrator"}
    await town.start()
    await town.says(GROUP, "/follow healthcare", user=ANN)
    town.api.my_chat_member(GROUP, "kicked", by=BEN)
    await town.hears(ANN, "I was removed from Group, so nothing is posted there.")
    assert (await town.stop()).code == 0


async def test_who_blocks_us_hears_nothing_until_they_come_back(town: Town) -> None:
    await town.start()
    for person in (ANN, BEN):
        await town.says(person, "480")
        await town.says(person, "/profile also healthcare")
    town.api.members[ANN] = {BOT_ID: "kicked"}  # nobody tells us
    town.publish(385)
    await town.hears(BEN, HEADLINE.format(385))
    gone = "SELECT chat FROM subscribers WHERE gone_at IS NOT NULL"
    await town.until(lambda: town.rows(gone) == [(str(ANN),)])
    tried = len(_tries(town, ANN))
    town.publish(386)
    await town.hears(BEN, HEADLINE.format(386))
    assert len(_tries(town, ANN)) == tried

    town.api.members[ANN] = {}
    assert "Nothing was changed" in await town.says(ANN, "/start")
    town.publish(387)
    await town.hears(ANN, HEADLINE.format(387))
    assert (await town.stop()).code == 0


def _tries(town: Town, chat: int) -> list[object]:
    return [one for one in town.api.called("sendMessage") if one["chat_id"] == chat]


async def test_a_second_program_with_the_same_token_is_loud_and_stops_nobody(
    town: Town, tmp_path: Path
) -> None:
    await town.start()
    (tmp_path / "other").mkdir()
    other = Running("run", folder=tmp_path / "other", variables=town.variables())
    try:
        both = (town.process, other)
        await town.until(lambda: any("second_instance" in one.log() for one in both if one))
        assert (await asyncio.to_thread(other.stop)).code == 0
    finally:
        await asyncio.to_thread(other.kill)

    assert (await town.stop()).code == 0


# The doctor.


async def examined(folder: Path, api_url: str, token: str = TOKEN) -> tuple[int, str]:
    """The doctor's exit code, and what it says of Telegram."""
    (folder / "feed.json").write_bytes(feed(384))
    settings = {"telegram_token": token, "telegram_api_url": api_url, "ircc_feed_url": "feed.json"}
    done = await asyncio.to_thread(lambda: drawbell("doctor", folder=folder, **settings))
    assert token.partition(":")[2] not in done.out + done.err
    [line] = [one for one in done.out.splitlines() if "Telegram:" in one]
    return done.code, line


async def test_the_doctor_says_who_the_bot_is(town: Town, tmp_path: Path) -> None:
    code, line = await examined(tmp_path, town.api.url)

    assert code == 0
    assert line == ("ok    Telegram: the bot is @drawbell_test_bot, https://t.me/drawbell_test_bot")
    assert {call.method for call in town.api.calls} == {"getMe"}


async def test_the_doctor_finds_a_token_that_is_refused(town: Town, tmp_path: Path) -> None:
    code, line = await examined(tmp_path, town.api.url, f"{BOT_ID}:some-other-token")

    assert code == 1
    assert line.startswith("WRONG Telegram: Telegram does not accept the token: check DRAWBELL_")


async def test_the_doctor_finds_that_nobody_answers(tmp_path: Path) -> None:
    code, line = await examined(tmp_path, "http://127.0.0.1:9")

    assert code == 1
    assert line.startswith("WRONG Telegram: ")
    assert "cannot be reached" in line


# A restart in the middle of a broadcast.


def crowd(folder: Path) -> Iterator[int]:
    """So many people who are to be told; their chats."""
    chats = range(1_000_000, 1_000_000 + MANY)
    profile = {"crs_score": 480, "yes": ["healthcare"]}
    lines = [
        json.dumps({"platform": "telegram", "chat": str(chat), "profiles": [profile]})
        for chat in chats
    ]
    file = folder / "people.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert drawbell("subscribers", "import", file, folder=folder).code == 0
    return iter(chats)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
async def test_a_restart_in_the_middle_of_a_broadcast_loses_nobody(
    number: signal.Signals, tmp_path: Path
) -> None:
    chats = set(await asyncio.to_thread(crowd, tmp_path))
    async with a_town(FakeTelegram(lean=True), tmp_path) as town:
        settings = {"telegram_per_second": "1000", "log_level": "INFO"}
        await town.start(**settings)
        town.publish(385)
        await town.until(lambda: town.api.counts.total() > MANY // 3)
        if number is signal.SIGKILL:
            assert town.process is not None
            await asyncio.to_thread(town.process.kill)
        else:
            assert (await town.stop()).code == 0
        before = Counter(town.api.counts)
        assert before.total() < MANY

        await town.start(**settings)
        await town.until(
            lambda: town.rows("SELECT count(*) FROM deliveries WHERE state <> 2") == [(0,)]
        )
        assert (await town.stop()).code == 0

    assert set(town.api.counts) == chats
    twice = town.api.counts.total() - MANY
    assert twice <= (MOST_IN_FLIGHT if number is signal.SIGKILL else 0)
    assert max(town.api.counts.values()) <= 2
