"""The whole bot on the tests' Discord: commands, controls, forms, servers, lost gateways."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord.platform import Discord, discord_bot
from adapters.discord.remembered import InMemory
from bot.core.detect import Status
from bot.core.errors import Misconfigured, TryLater
from bot.core.subscribers import Subscriber
from bot.owners import Owners
from bot.pipeline.deliver import deliver
from bot.pipeline.limiter import Limiter
from bot.pipeline.poll import announce
from bot.wording.spans import Message, Reply, line
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.apis import eventually
from tests.fakes.clock import FakeClock
from tests.fakes.discord_api import FakeDiscord, Refused, controls_of, serving
from tests.fakes.discord_bot import connected, running, settings_for
from tests.fakes.people import a_subscriber, an_address

ANN, BEN = 11, 12


@pytest.fixture(autouse=True)
def quiet_library() -> Iterator[None]:
    logger = logging.getLogger("discord")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


@pytest.fixture
async def bot(api: FakeDiscord, store: Database, clock: FakeClock) -> AsyncIterator[Discord]:
    async with store.begin() as memory:
        await memory.rounds.add([a_round()], Status.ANNOUNCED, clock())
    async with running(api, store, clock) as found:
        yield found


async def saved(store: Database, chat: str) -> Subscriber | None:
    async with store.look() as memory:
        return await memory.subscribers.find(an_address(chat, "discord"))


async def subscribed(store: Database, person: int) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(
            a_subscriber(f"dm:{person}", platform="discord").with_facts(dm="1")
        )


# Commands.


async def test_every_command_is_offered_in_both_languages(api: FakeDiscord, bot: Discord) -> None:
    names = {one["name"]: one["name_localizations"]["fr"] for one in api.commands}
    assert names["profile"] == "profil"
    assert names["follow"] == "suivre"
    assert {"latest", "round", "why", "alerts", "forget", "privacy", "export"} <= set(names)
    for one in api.commands:
        personal = one["name"] not in ("follow", "unfollow")
        assert one["contexts"] == ([0, 1, 2] if personal else [0])
        assert one["integration_types"] == ([0, 1] if personal else [0])
        assert len(one["description"]) <= 100
    assert api.commands[-1]["default_member_permissions"] == 32


async def test_nothing_that_we_hear_is_privileged(api: FakeDiscord, bot: Discord) -> None:
    privileged = (1 << 1) | (1 << 8) | (1 << 15)
    assert api.gateway.identified[0]["intents"] & privileged == 0


async def test_commands_are_synced_only_when_they_changed(
    api: FakeDiscord, store: Database, clock: FakeClock
) -> None:
    remembered = InMemory()
    for _ in range(2):
        async with running(api, store, clock, remembered):
            pass
    assert api.synced == 1
    await remembered.set(f"discord/commands/{api.commands[0]['application_id']}", "old")
    async with running(api, store, clock, remembered):
        assert api.synced == 2


async def test_commands_that_discord_does_not_take_keep_nobody_from_those_it_knows(
    api: FakeDiscord, store: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.remembered.TRY_AGAIN", 0.01)
    # As when too many were made in a day.
    api.fail(Refused(400, code=30034), on="PUT .*/commands", times=None)
    with capture_logs() as logs:
        async with running(api, store, clock):
            done = api.slash(ANN, "help")
            await api.until(lambda: done.shown)
            assert api.synced == 0
            api.faults.clear()
            await api.until(lambda: api.synced == 1)
    assert "commands_not_synced" in [one["event"] for one in logs]


async def test_an_answer_is_seen_by_one_person_only(api: FakeDiscord, bot: Discord) -> None:
    guild = api.guild()
    done = api.slash(ANN, "latest", guild=guild, channel=api.channel(guild))
    await api.until(lambda: done.shown)
    assert "385" in done.text
    assert done.ephemeral
    assert done.acknowledged == 5


async def test_somebody_with_a_french_discord_is_answered_in_french(
    api: FakeDiscord, bot: Discord
) -> None:
    done = api.slash(ANN, "latest", locale="fr")
    await api.until(lambda: done.shown)
    assert "Ronde" in done.text or "ronde" in done.text


async def test_a_score_is_saved_and_the_private_channel_with_it(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    done = api.slash(ANN, "profile score", options={"score": 480})
    again = api.slash(ANN, "profile show")
    await api.until(lambda: again.shown)
    assert "480" in done.text
    assert api.told(ANN) == ["This is where your alerts will come. Nothing to do here."]
    person = await saved(store, f"dm:{ANN}")
    assert person is not None
    assert person.fact("dm") == str(api.dm(ANN))


async def test_closed_direct_messages_are_told_at_once(api: FakeDiscord, bot: Discord) -> None:
    api.closed_dms.add(ANN)
    done = api.slash(ANN, "profile score", options={"score": 480})
    await api.until(lambda: len(done.followups) == 1)
    assert "cannot write to you in private" in done.text
    assert done.followups[0]["flags"] & 64


async def test_an_interaction_that_comes_twice_is_done_once(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    done = api.slash(ANN, "profile score", options={"score": 480})
    api.slash(ANN, "profile score", options={"score": 470}, again=done)
    await api.until(lambda: len(api.called("callback")) == 2)
    await api.until(lambda: done.shown)
    assert {one.status for one in api.called("callback")} == {204, 400}
    person = await saved(store, f"dm:{ANN}")
    assert person is not None
    assert done.edits == 1


async def test_an_interaction_that_comes_too_late_does_nothing(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    api.slash(ANN, "profile score", options={"score": 480}, late=True)
    await api.until(lambda: api.called("callback"))
    done = api.slash(ANN, "latest")
    await api.until(lambda: done.shown)
    assert await saved(store, f"dm:{ANN}") is None


async def test_everything_is_exported_as_a_file(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    await subscribed(store, ANN)
    done = api.slash(ANN, "export")
    await api.until(lambda: done.followups)
    [call] = api.called("POST /webhooks")
    assert b'"crs_score": 480' in call.body["_files"]["drawbell.json"]
    assert call.body["flags"] == 64


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("profile add", {"category": "healthcare"}, "Healthcare"),
        ("profile remove", {"category": "cec"}, "not Canadian Experience Class"),
        ("profile unsure", {"category": "cec"}, "not sure of"),
        ("profile noc", {"occupation": "31301", "months": 14, "place": "canada"}, "31301"),
        ("profile nominee", {"answer": "no"}, "not nominated"),
        ("profile submitted", {"when": "2025-11-20 14:03"}, "2025"),
        ("profile score", {"score": 431, "of": "Sam"}, "Sam is 431"),
        ("profile show", {}, "480"),
        ("profile delete", {}, "empty again"),
        ("alerts", {}, "You hear of"),
        ("alerts", {"mode": "near", "points": 7}, "7 points"),
        ("quiet", {"hours": "22:00-07:00"}, "22:00"),
        ("pause", {"until": "2026-12-24"}, "Paused until"),
        ("resume", {}, "Alerts are on"),
        ("timezone", {"city": "Toronto"}, "America/Toronto"),
        ("language", {"language": "fr"}, "français"),
        ("round", {"number": "385"}, "385"),
        ("why", {"number": "385"}, "385"),
        ("history", {"category": "healthcare"}, "Healthcare"),
        ("status", {}, "385"),
        ("test", {}, "on its way"),
        ("privacy", {}, "/forget"),
        ("help", {"topic": "alerts"}, "/quiet"),
        ("start", {}, "Welcome back"),
        ("forget", {}, "/forget yes"),
    ],
)
async def test_every_command_answers(
    api: FakeDiscord,
    bot: Discord,
    store: Database,
    name: str,
    options: dict[str, object],
    said: str,
) -> None:
    await subscribed(store, ANN)
    done = api.slash(ANN, name, options=options)
    await api.until(lambda: done.shown)
    assert said in done.text


async def test_an_account_that_has_us_may_ask_in_a_server_that_has_us_not(
    api: FakeDiscord, bot: Discord
) -> None:
    done = api.slash(ANN, "latest", guild=77 << 22, channel=5)
    await api.until(lambda: done.shown)
    assert "385" in done.text
    refused = api.slash(ANN, "follow", options={"category": "all"}, guild=77 << 22, channel=5)
    await api.until(lambda: refused.shown)
    assert "no channel that I can see" in refused.text


async def test_who_asks_faster_than_we_answer_is_told_so(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    async with store.begin():  # which keeps everybody else from saving
        many = [api.slash(ANN, "alerts", options={"mode": "all"}) for _ in range(8)]
        await api.until(lambda: sum(bool(one.shown) for one in many) == 2)
    await api.until(lambda: all(one.shown for one in many))
    assert sum("quicker" in one.text for one in many) == 2
    assert all(one.acknowledged == 5 for one in many)


# Controls and forms.


async def test_the_set_up_goes_on_in_the_same_message(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    done = api.slash(ANN, "start")
    await api.until(lambda: done.shown)
    [first] = done.shown
    assert "s:/start language fr" in controls_of(first).values()
    pressed = api.press(ANN, first, "s:/start language fr")
    await api.until(lambda: pressed.edits)
    assert pressed.acknowledged == 6
    assert "SCG" in done.text
    asked = api.press(ANN, first, "w:")
    await api.until(lambda: asked.modal)
    assert asked.modal is not None
    typed = api.submit(ANN, asked.modal, {"text": "480"}, message=first)
    await api.until(lambda: typed.edits)
    person = await saved(store, f"dm:{ANN}")
    assert person is not None
    assert person.profiles[0].candidate.crs_score == 480


async def test_categories_are_picked_in_a_menu(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    await subscribed(store, ANN)
    done = api.slash(ANN, "start")
    await api.until(lambda: done.shown)
    steps = [api.press(ANN, done.shown[0], "s:/start questions")]
    await api.until(lambda: steps[-1].edits)
    while "conditions of?" not in steps[-1].text:
        steps.append(api.press(ANN, done.shown[0], "s:/start skip"))
        await api.until(lambda: steps[-1].edits)
    picked = api.pick(ANN, done.shown[0], "s:/start categories ~stem")
    await api.until(lambda: picked.edits)
    person = await saved(store, f"dm:{ANN}")
    assert person is not None
    assert "stem" in person.profiles[0].candidate.answers.yes


async def test_a_profile_is_edited_in_one_form(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    await subscribed(store, ANN)
    asked = api.slash(ANN, "profile edit")
    await api.until(lambda: asked.modal)
    assert asked.modal is not None
    fields = [row["components"][0] for row in asked.modal["components"]]
    assert [one.get("value") for one in fields] == ["480", None, None]
    typed = {"score": "512", "submitted": "2025-11-20", "noc": "31301 14 months canada"}
    done = api.submit(ANN, asked.modal, typed)
    await api.until(lambda: done.shown)
    person = await saved(store, f"dm:{ANN}")
    assert person is not None
    candidate = person.profiles[0].candidate
    assert (candidate.crs_score, candidate.occupations[0].noc_code) == (512, "31301")
    assert person.profiles[0].submitted is not None


async def test_a_button_of_before_a_restart_still_answers(
    api: FakeDiscord, store: Database, clock: FakeClock
) -> None:
    await subscribed(store, ANN)
    async with running(api, store, clock):
        done = api.slash(ANN, "alerts")
        await api.until(lambda: done.shown)
    async with running(api, store, clock):
        pressed = api.press(ANN, done.shown[0], "s:/alerts all")
        await api.until(lambda: pressed.edits)
    assert "You hear of every round." in done.text


async def test_an_unknown_button_leads_to_the_help(api: FakeDiscord, bot: Discord) -> None:
    done = api.slash(ANN, "latest")
    await api.until(lambda: done.shown)
    pressed = api.press(ANN, done.shown[0], "of another version")
    await api.until(lambda: pressed.edits)
    assert "/help" in done.text


@pytest.mark.parametrize(
    ("name", "option", "typed", "value"),
    [
        ("profile add", "category", "heal", "healthcare"),
        ("profile add", "category", "healthcare ste", "healthcare stem"),
        ("profile noc", "occupation", "nurse", "31301"),
        ("profile noc", "occupation", "3130", "31301"),
        ("round", "number", "38", "385"),
        ("why", "number", "#38", "385"),
        ("history", "category", "gen", "general"),
        ("follow", "category", "", "all"),
    ],
)
async def test_options_complete_themselves(
    api: FakeDiscord, bot: Discord, name: str, option: str, typed: str, value: str
) -> None:
    done = api.complete(ANN, name, option, typed)
    await api.until(lambda: done.choices is not None)
    assert done.choices is not None
    assert value in [one["value"] for one in done.choices]
    assert len(done.choices) <= 25


async def test_what_is_written_in_private_is_the_same_conversation(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    api.say(ANN, "480")
    await api.until(lambda: len(api.told(ANN)) == 1)
    person = await saved(store, f"dm:{ANN}")
    assert person is not None
    assert person.fact("dm") == str(api.dm(ANN))


# Servers.


async def test_a_channel_is_chosen_with_a_role_for_a_category(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    guild = api.guild()
    channel, role = api.channel(guild), api.role(guild, "Health")
    options = {"category": "healthcare", "role": str(role)}
    resolved = {"roles": {str(role): api.guilds[guild]["roles"][-1]}}
    done = api.slash(
        ANN, "follow", options=options, resolved=resolved, guild=guild, channel=channel
    )
    await api.until(lambda: done.shown)
    assert "Healthcare" in done.text
    assert "Health there" in done.text
    group = await saved(store, f"ch:{channel}")
    assert group is not None
    assert dict(group.facts) == {
        "owner": f"dm:{ANN}",
        "title": f"#{api.channels[channel]['name']} (Server)",
        "role:healthcare": str(role),
    }
    picked = api.pick(
        ANN, done.shown[0], f"s:@{channel} /follow ~stem", guild=guild, channel=channel
    )
    await api.until(lambda: picked.edits)
    group = await saved(store, f"ch:{channel}")
    assert group is not None
    assert group.profiles[0].candidate.answers.yes == {"healthcare", "stem"}


async def test_members_without_manage_server_decide_nothing(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    guild = api.guild()
    channel = api.channel(guild)
    done = api.slash(
        ANN, "follow", options={"category": "all"}, guild=guild, channel=channel, permissions="0"
    )
    await api.until(lambda: done.shown)
    assert "Only administrators" in done.text
    assert await saved(store, f"ch:{channel}") is None


async def test_missing_permissions_are_named_before_anything_is_saved(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    guild = api.guild(permissions=1 << 10)  # see, and nothing else
    channel = api.channel(guild)
    done = api.slash(ANN, "follow", options={"category": "all"}, guild=guild, channel=channel)
    await api.until(lambda: done.shown)
    assert "Embed Links and Send Messages" in done.text
    assert await saved(store, f"ch:{channel}") is None


async def test_a_forum_is_known_as_one(api: FakeDiscord, bot: Discord, store: Database) -> None:
    guild = api.guild()
    here, forum = api.channel(guild), api.channel(guild, kind=15)
    options = {"category": "all", "channel": str(forum)}
    done = api.slash(ANN, "follow", options=options, guild=guild, channel=here)
    await api.until(lambda: done.shown)
    group = await saved(store, f"ch:{forum}")
    assert group is not None
    assert group.fact("kind") == "forum"


async def test_a_role_with_powers_is_not_given_to_everybody(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    guild = api.guild()
    channel, role = api.channel(guild), api.role(guild, "Mods")
    resolved = {"roles": {str(role): {"id": str(role), "name": "Mods", "permissions": "8"}}}
    options = {"category": "all", "role": str(role)}
    done = api.slash(
        ANN, "follow", options=options, resolved=resolved, guild=guild, channel=channel
    )
    await api.until(lambda: done.shown)
    assert "will not give" in done.text
    group = await saved(store, f"ch:{channel}")
    assert group is not None
    assert group.fact("role:healthcare") is None


async def test_members_give_themselves_a_role_and_ask_about_themselves(
    api: FakeDiscord, bot: Discord, store: Database
) -> None:
    guild = api.guild()
    channel, role = api.channel(guild), api.role(guild, "Health")
    where = {"guild": guild, "channel": channel}
    post = {"id": "5", "channel_id": str(channel), "flags": 0, **_BARE}
    done = api.press(BEN, post, f"r:{role}", **where)
    await api.until(lambda: done.shown)
    assert api.roles_given[guild, BEN] == {role}
    assert done.ephemeral
    asked = api.press(BEN, post, "s:/round 385", **where)
    await api.until(lambda: asked.shown)
    assert (asked.ephemeral, asked.acknowledged) == (True, 5)


_BARE: dict[str, object] = {
    "type": 0,
    "author": {"id": "1", "username": "x", "discriminator": "0", "avatar": None},
    "content": "",
    "embeds": [],
    "attachments": [],
    "components": [],
    "timestamp": "2025-12-11T19:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "pinned": False,
}


async def test_a_role_that_was_given_powers_since_is_not_given_any_more(
    api: FakeDiscord, bot: Discord
) -> None:
    guild = api.guild()
    channel = api.channel(guild)
    role = api.role(guild, "Health", permissions=discord.Permissions(ban_members=True).value)
    post = {"id": "5", "channel_id": str(channel), "flags": 0, **_BARE}
    done = api.press(BEN, post, f"r:{role}", guild=guild, channel=channel)
    await api.until(lambda: done.shown)
    assert "special permissions" in done.text
    assert (guild, BEN) not in api.roles_given


async def test_a_role_above_ours_is_refused_in_words(api: FakeDiscord, bot: Discord) -> None:
    guild = api.guild()
    channel, role = api.channel(guild), api.role(guild, "High")
    api.fail(Refused(403, 50013, "Missing Permissions"), on="PUT /guilds")
    post = {"id": "5", "channel_id": str(channel), "flags": 0, **_BARE}
    done = api.press(BEN, post, f"r:{role}", guild=guild, channel=channel)
    await api.until(lambda: done.shown)
    assert "may not give" in done.text


async def test_a_server_that_throws_us_out_is_posted_to_no_more(
    api: FakeDiscord, bot: Discord, store: Database, clock: FakeClock
) -> None:
    guild = api.guild()
    channel = api.channel(guild)
    title = f"#{api.channels[channel]['name']} (Server)"
    done = api.slash(ANN, "follow", options={"category": "all"}, guild=guild, channel=channel)
    await api.until(lambda: done.shown)
    api.gateway.dispatch("GUILD_DELETE", {"id": str(guild)})

    async def gone() -> bool:
        group = await saved(store, f"ch:{channel}")
        return group is not None and group.gone_at is not None

    assert await eventually(gone)
    assert await told_by_owners(bot, store, clock) == [
        (f"dm:{ANN}", f"I was removed from {title}, so nothing is posted there.")
    ]


async def test_who_chose_a_channel_that_refuses_a_post_is_told(
    api: FakeDiscord, bot: Discord, store: Database, clock: FakeClock
) -> None:
    guild = api.guild()
    channel = api.channel(guild)
    done = api.slash(ANN, "follow", options={"category": "all"}, guild=guild, channel=channel)
    await api.until(lambda: done.shown)
    async with store.begin() as memory:
        await memory.rounds.add([a_round(number="386")], Status.ANNOUNCED, clock())
        await announce(memory, [a_round(number="386")], clock())
    api.fail(Refused(403, 50013, "Missing Permissions"), on=f"POST /channels/{channel}")
    await deliver(store=store, notifier=bot.notifier, clock=clock)
    clock.forward(minutes=1)

    [(chat, text)] = await told_by_owners(bot, store, clock)
    assert (chat, text.partition(" in ")[0]) == (f"dm:{ANN}", "I could not post")


async def told_by_owners(bot: Discord, store: Database, clock: FakeClock) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []

    async def tell(chat: str, reply: Reply) -> None:
        told.append((chat, reply.message.plain()))
        await bot.tell(chat, reply, Limiter(1000))

    await Owners({bot.name: tell}, store, clock).look()
    return told


# The gateway.


async def test_a_lost_gateway_is_resumed_and_nothing_is_missed(
    api: FakeDiscord, bot: Discord
) -> None:
    await api.gateway.close(4000)
    done = api.slash(ANN, "latest")
    await api.until(lambda: done.shown)
    assert len(api.gateway.resumed) == 1
    assert len(api.gateway.identified) == 1


async def test_discord_asks_to_reconnect(api: FakeDiscord, bot: Discord) -> None:
    await api.gateway.ask_to_reconnect()
    done = api.slash(ANN, "latest")
    await api.until(lambda: done.shown)
    assert len(api.gateway.resumed) == 1


async def test_an_invalid_session_begins_a_new_one(api: FakeDiscord, bot: Discord) -> None:
    await api.gateway.invalidate(resumable=False)

    async def again() -> bool:
        return len(api.gateway.identified) == 2 and bool(api.gateway.connected)

    await eventually(again)
    done = api.slash(ANN, "latest")
    await api.until(lambda: done.shown)
    assert api.synced == 1


async def test_without_a_gateway_alerts_still_go_out(
    api: FakeDiscord, store: Database, clock: FakeClock
) -> None:
    async with discord_bot(settings_for(api)) as bot:
        hello = Reply(message=Message(lines=(line("hello"),)))
        await bot.tell(f"dm:{ANN}", hello, Limiter(1000))
        assert api.told(ANN) == ["hello"]


async def test_a_refused_token_is_a_wrong_setting(
    api: FakeDiscord, store: Database, clock: FakeClock
) -> None:
    async with discord_bot(settings_for(api, token="MTIz.wrong.token")) as bot:  # noqa: S106
        with pytest.raises(Misconfigured, match="DRAWBELL_DISCORD_TOKEN") as found:
            await bot.run(store, Limiter(1000), clock, lambda: None)
    assert "wrong" not in str(found.value)


@pytest.mark.parametrize("code", [4004, 4014])
async def test_a_gateway_that_refuses_us_is_a_wrong_setting(
    api: FakeDiscord, store: Database, clock: FakeClock, code: int
) -> None:
    api.gateway.refuses = code
    async with discord_bot(settings_for(api)) as bot:
        with pytest.raises(Misconfigured):
            await bot.run(store, Limiter(1000), clock, lambda: None)


def test_settings_do_not_show_the_token(api: FakeDiscord) -> None:
    assert api.token not in repr(settings_for(api))


async def test_a_discord_that_is_down_can_be_tried_again(store: Database, clock: FakeClock) -> None:
    async with serving(FakeDiscord()) as api:
        settings = settings_for(api, api_url="http://127.0.0.1:9/api/v10")
        async with discord_bot(settings) as bot:
            with pytest.raises(TryLater):
                await bot.run(store, Limiter(1000), clock, lambda: None)


async def test_the_same_bot_can_be_run_again(
    api: FakeDiscord, store: Database, clock: FakeClock
) -> None:
    beats: list[None] = []
    async with discord_bot(settings_for(api)) as bot:
        for number in range(2):
            task = asyncio.create_task(
                bot.run(store, Limiter(1000), clock, lambda: beats.append(None))
            )
            await connected(api, task, number)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    assert len(beats) >= 2


async def test_many_shards_are_started_when_discord_asks_for_them(
    store: Database, clock: FakeClock
) -> None:
    async with serving(FakeDiscord(shards=2)) as api:
        async with running(api, store, clock):

            async def both() -> bool:
                return len(api.gateway.connected) == 2

            await eventually(both)
            assert [one["shard"] for one in api.gateway.identified] == [[0, 2], [1, 2]]
            done = api.slash(ANN, "latest")
            await api.until(lambda: done.shown)
        assert api.complaints == []
