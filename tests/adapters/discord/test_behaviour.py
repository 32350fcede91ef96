"""How it feels: real discord.py in a simulated Discord, driven as people drive it."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import Any

import discord
import pytest
import simcord

from adapters.discord.client import Listener, ManyShards, OneShard
from adapters.discord.definitions import definitions
from adapters.discord.doors import Doors
from adapters.discord.remembered import InMemory, Remembered, sync_commands
from adapters.discord.sending import Wire
from adapters.discord.subscribing import Subscribing
from adapters.discord.talk import Talk
from bot.core.detect import Status
from bot.core.subscribers import Subscriber
from bot.pipeline.limiter import Limiter
from bot.platforms import Notes
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.fakes.people import a_subscriber, an_address

MANAGER = discord.Permissions(manage_guild=True, view_channel=True, use_application_commands=True)


def a_client(
    store: Database,
    clock: Callable[[], datetime],
    remembered: Remembered,
    kind: type[OneShard | ManyShards] = OneShard,
) -> OneShard | ManyShards:
    async def listener(client: discord.Client) -> Listener:
        wire, limiter = Wire(client.http), Limiter(1000)
        await sync_commands(wire, client.application_id or 0, definitions(), remembered)
        doors = Doors(wire, partial(know, Notes(store)))
        subscribing = Subscribing(wire, doors, limiter, store)
        return Talk(client, wire, subscribing, limiter, store, clock)

    return kind(listener)


async def know(notes: Notes, person: int, channel: int) -> None:
    await notes.know(an_address(f"dm:{person}", "discord"), "dm", str(channel))


@pytest.fixture
def remembered() -> Remembered:
    return InMemory()


@pytest.fixture
async def env(
    store: Database, clock: FakeClock, remembered: Remembered
) -> AsyncIterator[simcord.Env]:
    async with store.begin() as memory:
        await memory.rounds.add([a_round()], Status.ANNOUNCED, clock())
    found = simcord.Env(a_client(store, clock, remembered))
    await found.start()
    yield found
    await found.shutdown()


async def saved(store: Database, chat: str) -> Subscriber | None:
    async with store.look() as memory:
        return await memory.subscribers.find(an_address(chat, "discord"))


def shown(result: simcord.InteractionResult) -> str:
    assert result.response is not None
    return "\n".join(one.content for one in (result.response, *result.followups))


async def test_a_member_asks_and_only_they_see_the_answer(env: simcord.Env) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    ann = guild.add_member(env.create_user("ann"))
    result = await ann.slash(channel, "latest")
    assert result.ephemeral
    assert "385" in shown(result)


async def test_a_score_is_saved_and_the_private_channel_opened(
    env: simcord.Env, store: Database
) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    user = env.create_user("ann")
    ann = guild.add_member(user)
    result = await ann.slash(channel, "profile score", score=480)
    assert "480" in shown(result)
    person = await saved(store, f"dm:{user.id}")
    assert person is not None
    assert person.fact("dm") == str(user.dm_channel.id)
    assert user.dm_channel.last_message is not None
    assert "alerts will come" in user.dm_channel.last_message.content


async def test_the_set_up_by_buttons_in_one_message(env: simcord.Env, store: Database) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    user = env.create_user("ann")
    ann = guild.add_member(user)
    started = await ann.slash(channel, "start")
    message = started.response
    assert message is not None
    await ann.click(message, label="Français")
    form = await ann.click(message, custom_id="w:")
    assert form.modal is not None
    await ann.submit_modal(form, {"text": "480"})
    person = await saved(store, f"dm:{user.id}")
    assert person is not None
    assert (str(person.language), person.profiles[0].candidate.crs_score) == ("fr", 480)
    assert started.response is not None
    assert "480" in started.response.content


async def test_the_profile_in_one_form(env: simcord.Env, store: Database) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    user = env.create_user("ann")
    ann = guild.add_member(user)
    form = await ann.slash(channel, "profile edit")
    result = await ann.submit_modal(form, {"score": "512", "noc": "31301 14 months"})
    assert result.ephemeral
    person = await saved(store, f"dm:{user.id}")
    assert person is not None
    assert person.profiles[0].candidate.crs_score == 512


async def test_autocomplete_knows_categories_occupations_and_rounds(env: simcord.Env) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    ann = guild.add_member(env.create_user("ann"))
    found = await ann.autocomplete(channel, "profile add", "category", "health")
    assert {"name": "Healthcare", "value": "healthcare"} in found
    found = await ann.autocomplete(channel, "profile noc", "occupation", "nurse")
    assert "31301" in [one["value"] for one in found]
    found = await ann.autocomplete(channel, "round", "number", "38")
    assert [one["value"] for one in found] == ["385"]


async def test_buttons_survive_a_restart_and_commands_are_not_synced_again(
    env: simcord.Env, store: Database, clock: FakeClock, remembered: Remembered
) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    ann = guild.add_member(env.create_user("ann"))
    asked = await ann.slash(channel, "alerts")
    message = asked.response
    assert message is not None
    await env.restart_bot(a_client(store, clock, remembered))
    await ann.click(message, label="Every round")
    assert asked.response is not None
    assert "You hear of every round." in asked.response.content
    puts = [
        one for one in env.http_requests if one.method == "PUT" and one.path.endswith("/commands")
    ]
    assert len(puts) == 1


async def test_a_manager_chooses_a_channel(env: simcord.Env, store: Database) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("draws")
    managers = guild.create_role("Managers", permissions=MANAGER)
    user = env.create_user("meg")
    meg = guild.add_member(user, roles=[managers])
    result = await meg.slash(channel, "follow", category="healthcare")
    assert "Healthcare" in shown(result)
    group = await saved(store, f"ch:{channel.id}")
    assert group is not None
    assert group.fact("owner") == f"dm:{user.id}"
    result = await meg.slash(channel, "unfollow")
    assert "Nothing is posted here any more" in shown(result)


async def test_members_do_not_even_see_that_command(env: simcord.Env) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("draws")
    ann = guild.add_member(env.create_user("ann"))
    with pytest.raises(simcord.SetupError):
        await ann.slash(channel, "follow", category="all")


async def test_closed_direct_messages_are_told(env: simcord.Env, store: Database) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    user = env.create_user("ann")
    ann = guild.add_member(user)
    env.inject_error("POST", f"/channels/{user.dm_channel.id}/messages", status=403, code=50007)
    result = await ann.slash(channel, "profile score", score=480)
    assert "cannot write to you in private" in shown(result)


async def test_in_private_the_same_by_typing(env: simcord.Env, store: Database) -> None:
    user = env.create_user("ann")
    await user.send_dm("480")
    person = await saved(store, f"dm:{user.id}")
    assert person is not None
    assert person.profiles[0].candidate.crs_score == 480


async def test_many_shards_answer_too(
    store: Database, clock: FakeClock, remembered: Remembered
) -> None:
    bot: Any = a_client(store, clock, remembered, ManyShards)
    async with simcord.run(bot, shard_count=2) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        ann = guild.add_member(env.create_user("ann"))
        result = await ann.slash(channel, "help")
        assert result.ephemeral


async def test_a_linked_person_gets_no_greeting_until_alerts_come_here(
    env: simcord.Env, store: Database, clock: FakeClock
) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    user = env.create_user("ann")
    ann = guild.add_member(user)
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber("7", platform="telegram"))
        code = await memory.link_codes.open(an_address("7", "telegram"), clock.now)

    joined = await ann.slash(channel, "link", code=f"{code} yes")
    assert joined.ephemeral
    assert "Alerts come on Telegram." in shown(joined)
    assert user.dm_channel.last_message is None

    assert "Alerts come here." in shown(await ann.slash(channel, "link", code="here"))
    assert user.dm_channel.last_message is not None
    person = await saved(store, f"dm:{user.id}")
    assert person is not None
    assert person.address.platform == "discord"
    assert person.fact("dm") == str(user.dm_channel.id)
