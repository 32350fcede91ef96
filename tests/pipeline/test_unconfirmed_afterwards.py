"""Whatever somebody does after an unconfirmed alert, they hear once how it ended."""

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.chat.pauses import end_pause
from bot.core.alerts import Mode, Preference
from bot.core.rounds import Round
from bot.core.subscribers import Subscriber
from storage.unit_of_work import open_database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import url_of
from tests.fakes.people import an_address
from tests.pipeline.reported import EARLIER, OFFICIAL, World, a_post, asking

CORRECTED = replace(OFFICIAL, crs_cut_off=490)
NEXT = a_round(number="386", name="Canadian Experience Class", crs_cut_off=479)
STEPS = st.lists(
    st.sampled_from(["pause", "resume", "publish", "correct", "next", "down", "deliver"]),
    max_size=12,
)


class Ann(World):
    """A world with one person in it, a minute older at each step."""

    published: tuple[Round, ...] = (EARLIER,)

    async def step(self, name: str) -> None:
        self.clock.forward(minutes=1)
        await getattr(self, f"do_{name}")()

    async def me(self) -> Subscriber:
        async with self.store.look() as memory:
            found = await memory.subscribers.find(an_address("ann"))
        assert found is not None
        return found

    async def do_pause(self) -> None:
        me = await self.me()
        since = me.paused_since or self.clock.now
        async with self.store.begin() as memory:
            await memory.subscribers.save(replace(me, paused=True, paused_since=since))

    async def do_resume(self) -> None:
        async with self.store.begin() as memory:
            await end_pause(memory, await self.me(), self.clock.now)

    async def do_publish(self) -> None:
        if OFFICIAL not in self.published and CORRECTED not in self.published:
            self.published = (OFFICIAL, *self.published)
        await self.publish(*self.published)

    async def do_correct(self) -> None:
        self.published = tuple(CORRECTED if one is OFFICIAL else one for one in self.published)
        await self.publish(*self.published)

    async def do_next(self) -> None:
        if NEXT not in self.published:
            self.published = (NEXT, *self.published)
        await self.publish(*self.published)

    async def do_down(self) -> None:
        await self.down_with(a_post())

    async def do_deliver(self) -> None:
        await self.heard()


@settings(max_examples=25)
@example(steps=["publish", "correct"], mode=Mode.ALL)  # both wait, and go as one
@given(steps=STEPS, mode=st.sampled_from([Mode.ALL, Mode.QUALIFIED]))
async def test_how_it_ended_is_said_once(migrated: Path, steps: list[str], mode: Mode) -> None:
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(migrated, Path(folder) / "drawbell.db"))
        async with open_database(url_of(path)) as store:
            world = Ann(store, FakeClock())
            await world.begin(asking("ann", preference=Preference(mode=mode)))
            await world.down_with(a_post())
            for step in ("deliver", *steps, "publish", "resume", "deliver"):
                await world.step(step)

    ended = [
        told.round.number
        for alert in world.notifier.sent
        for told in alert.rounds
        if told.unconfirmed_at is not None
    ]
    assert ended == ["385"]
