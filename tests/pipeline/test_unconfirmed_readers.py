"""Who hears how an unconfirmed round ended, and of what: nobody else, and of nothing else."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.chat.pauses import end_pause
from bot.core.alerts import Mode, Preference
from bot.core.delivery import Kind
from bot.core.errors import DeliveryError, OutcomeUnknown, TryLater
from storage.unit_of_work import Database
from tests.builders import a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of
from tests.fakes.people import a_subscriber
from tests.fakes.sending import ByChat
from tests.pipeline.reported import (
    DAY,
    EARLIER,
    OFFICIAL,
    OTHER_SHAPE,
    World,
    a_post,
    asking,
    text_of,
)

CONFIRMED = "This confirms what I told you unconfirmed"
GOOD_NEWS = Preference(mode=Mode.QUALIFIED)


@pytest.fixture
def world(store: Database, clock: FakeClock) -> World:
    return World(store, clock)


async def test_nobody_who_is_not_there_gets_a_delivery(world: World) -> None:
    people = [asking(name, preference=GOOD_NEWS) for name in ("ann", "bob", "cec", "dan")]
    quiet = asking("eve", preference=GOOD_NEWS, quiet_from=time(18), quiet_until=time(23))
    await world.begin(
        *people, quiet, asking("fay", paused=True), asking("gil", gone_at=world.clock.now)
    )

    await world.fail()
    await world.news(a_post())
    world.clock.forward(minutes=31)
    assert (await world.fail()).queued == 5
    assert len(await world.heard()) == 4
    async with world.store.begin() as memory:
        await memory.subscribers.save(replace(people[0], paused=True))
        await memory.subscribers.save(replace(people[1], gone_at=world.clock.now))

    assert (await world.publish(a_round(crs_cut_off=500), EARLIER)).queued == 2
    assert [one.to.address.chat for one in await world.heard()] == ["cec", "dan"]


@pytest.mark.parametrize(
    ("ends", "clock_said"),
    [(None, "19:40"), (OutcomeUnknown("no answer"), "19:31")],
    ids=["sent", "in-doubt"],
)
async def test_it_says_when_the_reader_was_told(
    world: World, ends: DeliveryError | None, clock_said: str
) -> None:
    """What may have arrived goes by when it was announced."""
    await world.begin(asking("ann"))
    await world.down_with(a_post())
    world.clock.forward(minutes=9)
    world.notifier = ByChat({"ann": [ends]})
    await world.heard()

    world.clock.forward(minutes=1)
    await world.publish(OFFICIAL, EARLIER)
    world.clock.forward(minutes=10)
    [alert] = [one for one in await world.heard() if one.kind is Kind.NEWS]

    assert f"{CONFIRMED} on December 11, 2025 at {clock_said} UTC." in text_of(alert)


async def test_a_profile_that_was_not_told_of_is_not_told_of_now(world: World) -> None:
    """The partner's profile is far off: only the reader's own was told, and is corrected."""
    partner = replace(a_profile(300), name="partner")
    ann = replace(asking("ann", preference=GOOD_NEWS), profiles=(a_profile(480), partner))
    bob = asking("bob", preference=GOOD_NEWS)
    await world.begin(ann, bob)
    await world.down_with(a_post())
    await world.heard()
    async with world.store.begin() as memory:
        await memory.subscribers.save(replace(bob, profiles=(replace(a_profile(470), name="new"),)))

    await world.publish(a_round(crs_cut_off=500), EARLIER)
    told = {one.to.address.chat: one.rounds[0].profiles for one in await world.heard()}

    assert [one.profile.name for one in told["ann"]] == ["me"]
    assert [one.profile.name for one in told["bob"]] == ["new"]


async def test_two_rounds_that_were_told_are_corrected_each_for_its_readers(world: World) -> None:
    """Everybody hears only of what is theirs, and silence is broken for nobody else."""
    partner = replace(a_profile(300), name="partner")
    cec = a_profile(540, yes=("cec",), no=("healthcare",))
    nurse, cook = (asking(name, preference=GOOD_NEWS) for name in ("nurse", "cook"))
    await world.begin(
        replace(nurse, profiles=(a_profile(480), partner)),
        replace(cook, profiles=(cec, partner)),
    )
    other = a_post(529, link="https://news.example/b", category="the Canadian Experience Class")
    await world.down_with(a_post(), other)
    assert len(await world.heard()) == 2

    row = a_round(number="386", name="Canadian Experience Class", crs_cut_off=545)
    report = await world.publish(row, a_round(crs_cut_off=500), EARLIER)
    assert report.queued == 2
    told = [
        (one.to.address.chat, of.round.number, [each.profile.name for each in of.profiles])
        for one in await world.heard()
        for of in one.rounds
    ]

    assert sorted(told) == [("cook", "386", ["me"]), ("nurse", "385", ["me"])]


async def test_a_refusal_for_now_before_the_row_came_means_never_told(
    world: World, database: Path
) -> None:
    await world.begin(asking("ann"))
    await world.down_with(a_post())
    world.notifier = ByChat({"ann": [TryLater("busy", retry_after=3600.0)]})
    await world.heard()

    await world.publish(OFFICIAL, EARLIER)
    [alert] = await world.heard()

    assert CONFIRMED not in text_of(alert)
    dropped = rows_of(database, "SELECT error, at FROM deliveries WHERE announcement_id = 1")
    assert dropped == [("nothing left to tell", world.clock.millis)]


async def test_a_source_that_was_down_before_is_not_down_since_then(world: World) -> None:
    await world.begin(asking("ann"))
    await world.fail(OTHER_SHAPE)
    await world.publish(EARLIER, a_round(number="1", held_on=DAY - timedelta(days=3000)))
    world.clock.forward(minutes=40)

    await world.news(a_post())
    await world.fail()

    assert await world.heard() == []


async def test_what_nobody_asked_for_is_no_incident(world: World, database: Path) -> None:
    await world.begin(a_subscriber("bob"))
    await world.down_with(a_post())

    open_ = rows_of(database, "SELECT kind FROM incidents WHERE ended_at IS NULL")
    assert open_ == [("source_unavailable",)]


async def test_its_reports_are_what_to_read_of_the_row(world: World) -> None:
    await world.begin(asking("ann"))
    await world.down_with(a_post())
    await world.heard()
    await world.publish(a_round(number="387"), EARLIER)

    [alert] = await world.heard()

    assert [post.link for post in alert.rounds[0].more] == [a_post().link]


async def test_it_ends_once(world: World) -> None:
    """Another round of its category a day later might have been it, were the row not there."""
    await world.begin(asking("ann"))
    await world.down_with(a_post())
    await world.heard()
    await world.publish(OFFICIAL, EARLIER)
    await world.heard()
    world.clock.forward(days=1)

    next_ = a_round(number="386", held_on=DAY + timedelta(days=1), crs_cut_off=470)
    await world.publish(next_, OFFICIAL, EARLIER)
    [alert] = await world.heard()

    assert alert.rounds[0].round.number == "386"
    assert alert.rounds[0].unconfirmed_at is None


async def test_a_summary_corrects_each_round_for_the_profile_that_was_told(world: World) -> None:
    cook = a_profile(540, name="cook", yes=("cec",), no=("healthcare",))
    nurse = a_profile(480, no=("cec",))
    ann = replace(asking("ann", preference=GOOD_NEWS), profiles=(nurse, cook))
    await world.begin(ann)
    other = a_post(529, link="https://news.example/b", category="the Canadian Experience Class")
    await world.down_with(a_post(), other)
    await world.heard()
    paused = replace(ann, paused=True, paused_since=world.clock.now)
    async with world.store.begin() as memory:
        await memory.subscribers.save(paused)
    world.clock.forward(minutes=1)
    row = a_round(number="386", name="Canadian Experience Class", crs_cut_off=545)
    await world.publish(row, a_round(crs_cut_off=500), EARLIER)
    async with world.store.begin() as memory:
        await end_pause(memory, paused, world.clock.now)

    [summary] = await world.heard()

    told = {of.round.number: [one.profile.name for one in of.profiles] for of in summary.rounds}
    assert told == {"385": ["me"], "386": ["cook"]}
