"""`drawbell run` on Discord, killed again and again while it tells people of a round."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.discord.notifier import MOST_IN_FLIGHT
from bot.core.delivery import State
from tests.builders import a_feed, a_row
from tests.cli.running import Running, drawbell
from tests.fakes.apis import eventually
from tests.fakes.databases import integrity, rows_of
from tests.fakes.discord_api import TOKEN, FakeDiscord, serving

PEOPLE, KILLS = 1200, 5
LONGEST = 120.0
BEFORE, AFTER = a_feed([a_row(drawNumber="384")]), a_feed([a_row(), a_row(drawNumber="384")])


class Town:
    """The server, the people whose private channels are known, and the program in a folder."""

    def __init__(self, api: FakeDiscord, folder: Path) -> None:
        self.api, self.folder = api, folder
        self.people = range(700_000, 700_000 + PEOPLE)
        self.database = folder / "drawbell.db"
        self.feed = folder / "feed.json"

    def prepare(self) -> None:
        """Save everybody, and the rounds they know; then let there be a new one."""
        people = self.folder / "people.jsonl"
        people.write_text("\n".join(map(self._line, self.people)), encoding="utf-8")
        self.feed.write_bytes(BEFORE)
        for command in (("subscribers", "import", people), ("poll",)):
            done = drawbell(*command, folder=self.folder, ircc_feed_url=str(self.feed))
            assert done.code == 0, done.err
        self.feed.write_bytes(AFTER)

    def _line(self, person: int) -> str:
        profile = {"name": "me", "crs_score": 480, "yes": ["healthcare"]}
        facts = {"dm": str(self.api.dm(person))}
        chat = f"dm:{person}"
        line = {"platform": "discord", "chat": chat, "facts": facts, "profiles": [profile]}
        return json.dumps(line)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Running]:
        """`drawbell run`, quicker than Discord allows, killed at the end if it still runs."""
        settings = {
            "IRCC_FEED_URL": str(self.feed),
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": self.api.url,
            "DISCORD_PER_SECOND": "500",
        }
        variables = {f"DRAWBELL_{name}": value for name, value in settings.items()}
        process = Running("run", folder=self.folder, variables=variables)
        try:
            yield process
        finally:
            await asyncio.to_thread(process.kill)

    async def killed_after(self, messages: int) -> int:
        """Kill it when so many messages are there; returns how many it knows nothing of."""
        async with self.running():
            await self.api.until(lambda: self.api.counts.total() >= messages, LONGEST)
        # What had left before may still arrive, and be carried out.
        await asyncio.sleep(10 * self.api.latency)
        return len(self.api.counts) - self.in_state(State.SENT)

    async def finished(self) -> None:
        async with self.running() as process:
            await eventually(self._all_known, LONGEST)
            assert (await asyncio.to_thread(process.stop)).code == 0

    async def _all_known(self) -> bool:
        return self.in_state(State.SENT) == PEOPLE

    def in_state(self, state: State) -> int:
        counted = f"SELECT count(*) FROM deliveries WHERE state = {int(state)}"  # noqa: S608
        [[found]] = rows_of(self.database, counted)
        assert isinstance(found, int)
        return found

    def received(self) -> list[int]:
        return [len(self.api.told(one)) for one in self.people]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    api = FakeDiscord(latency=0.02)
    api.limit = None
    async with serving(api):
        found = Town(api, tmp_path)
        await asyncio.to_thread(found.prepare)
        yield found
    assert api.complaints == []


def moments(seed: int) -> list[int]:
    dice = random.Random(seed)  # noqa: S311 - moments, no secrets
    return sorted(dice.sample(range(1, PEOPLE - 100), KILLS))


@pytest.mark.parametrize("seed", [20251211])
async def test_killed_again_and_again_nobody_is_told_twice_while_nonces_are_known(
    seed: int, town: Town
) -> None:
    exposed = [await town.killed_after(messages) for messages in moments(seed)]
    await town.finished()

    assert town.received() == [1] * PEOPLE
    repeated = len(town.api.called("messages")) - PEOPLE
    assert 0 < repeated <= sum(exposed)
    assert integrity(town.database) == "ok"


@pytest.mark.parametrize("seed", [20251212])
async def test_killed_for_longer_than_nonces_are_known_only_what_was_in_flight_is_doubled(
    seed: int, town: Town
) -> None:
    exposed = []
    for messages in moments(seed):
        exposed.append(await town.killed_after(messages))
        town.api.forget_nonces()
    await town.finished()

    assert min(town.received()) == 1
    assert 0 < sum(town.received()) - PEOPLE <= sum(exposed)
    assert max(exposed) <= MOST_IN_FLIGHT
    assert integrity(town.database) == "ok"
