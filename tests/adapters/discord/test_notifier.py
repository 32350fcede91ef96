"""Alerts over real sockets: to people by direct message, to servers as posts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.discord.doors import Doors
from adapters.discord.errors import DmsClosed, MayNot
from adapters.discord.notifier import DiscordNotifier, nonce_of
from adapters.discord.sending import Wire
from adapters.discord.transport import Rest
from bot.core.alerts import Priority
from bot.core.delivery import Alert, DeliveryKey, ProfileVerdict, RoundVerdicts
from bot.core.errors import AlertRejected, OutcomeUnknown, RecipientGone, Scope, TryLater
from bot.core.match import verdict
from bot.core.profiles import Profile
from tests.builders import a_profile, a_round
from tests.fakes.discord_api import FakeDiscord, Refused, limited
from tests.fakes.people import a_subscriber

ANN, BEN = 11, 12


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def doors(rest: Rest, ticks: Ticks) -> Doors:
    return Doors(Wire(rest), per_minute=2, clock=ticks)


@pytest.fixture
def notifier(rest: Rest, doors: Doors) -> DiscordNotifier:
    return DiscordNotifier(Wire(rest), doors, per_second=45)


def an_alert(
    chat: str = f"dm:{ANN}",
    *,
    profile: Profile | None = None,
    announcement: int = 1,
    facts: dict[str, str] | None = None,
    **changes: Any,
) -> Alert:
    round_, profile = a_round(), profile or a_profile()
    told = ProfileVerdict(
        profile=profile, verdict=verdict(round_, profile), priority=Priority.QUALIFIED
    )
    person = a_subscriber(chat, platform="discord").with_facts(**(facts or {}))
    return Alert(
        key=DeliveryKey(announcement=announcement, subscriber=7),
        to=person,
        rounds=(RoundVerdicts(round=round_, profiles=(told,)),),
        announced_at=datetime.now(UTC) - timedelta(seconds=5),
        **changes,
    )


def test_what_the_platform_is_like(notifier: DiscordNotifier) -> None:
    traits = notifier.traits
    assert (traits.platform, traits.per_second, traits.in_flight) == ("discord", 45, 45)
    assert traits.idempotent_for == timedelta(minutes=3)
    assert notifier.is_group("ch:1")
    assert not notifier.is_group("dm:1")


@pytest.mark.parametrize("chat", ["x:1", "dm:", "dm:x", "ch:-1", "dm:0", "dm:\u0663", "1 ", ""])
async def test_at_what_is_no_address_nobody_is(
    api: FakeDiscord, notifier: DiscordNotifier, chat: str
) -> None:
    assert not notifier.is_group(chat)
    with pytest.raises(RecipientGone, match="is no address at Discord") as found:
        await notifier.send(an_alert(chat))
    assert found.value.certain
    assert api.calls == []


async def test_a_channel_that_is_none_is_opened(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    await notifier.send(an_alert(facts={"dm": "general"}))
    assert len(api.told(ANN)) == 1


async def test_a_person_is_told_by_direct_message(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    receipt = await notifier.send(an_alert())
    [message] = api.messages[api.dm(ANN)]
    assert receipt == message["id"]
    assert message["embeds"][0]["title"].startswith("Draw #385")
    body = api.called("messages")[0].body
    assert (body["nonce"], body["enforce_nonce"]) == ("1-7", True)
    assert body["allowed_mentions"] == {"parse": []}


async def test_a_known_channel_is_not_opened_again(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    await notifier.send(an_alert(facts={"dm": str(api.dm(ANN))}))
    assert api.called("users/@me/channels") == []


async def test_a_channel_that_is_gone_is_opened_again(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    await notifier.send(an_alert(facts={"dm": "99"}))
    assert len(api.told(ANN)) == 1


async def test_what_was_not_said_can_be_answered_by_a_button(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    await notifier.send(an_alert(profile=a_profile(yes=())))
    [message] = api.messages[api.dm(ANN)]
    [row] = message["components"]
    assert [one["custom_id"] for one in row["components"]] == [
        "s:/profile remove healthcare",
        "s:/profile also healthcare",
    ]


@pytest.mark.parametrize("late", [False, True])
async def test_a_repeated_alert_is_one_message_while_discord_remembers(
    api: FakeDiscord, notifier: DiscordNotifier, *, late: bool
) -> None:
    api.fail(Refused(502), on="messages", late=late)
    with pytest.raises(TryLater):
        await notifier.send(an_alert())
    await notifier.send(an_alert())
    await notifier.send(an_alert())
    assert len(api.told(ANN)) == 1


async def test_after_that_it_is_a_second_one(api: FakeDiscord, notifier: DiscordNotifier) -> None:
    api.fail(drop="after", on="messages")
    with pytest.raises(OutcomeUnknown):
        await notifier.send(an_alert())
    api.forget_nonces()
    await notifier.send(an_alert())
    assert len(api.told(ANN)) == 2


async def test_two_announcements_are_two_messages(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    await notifier.send(an_alert())
    await notifier.send(an_alert(announcement=2))
    assert len(api.told(ANN)) == 2


@pytest.mark.parametrize(
    ("announcement", "subscriber", "part"), [(1, 1, 0), (10**9, 10**9, 9), (2**63, 2**63, 15)]
)
def test_a_nonce_has_at_most_25_characters(announcement: int, subscriber: int, part: int) -> None:
    alert = replace(an_alert(), key=DeliveryKey(announcement=announcement, subscriber=subscriber))
    assert 0 < len(nonce_of(alert, part)) <= 25


async def test_closed_direct_messages_are_remembered_until_they_are_open(
    api: FakeDiscord, notifier: DiscordNotifier, doors: Doors
) -> None:
    api.closed_dms.add(ANN)
    with pytest.raises(DmsClosed) as found:
        await notifier.send(an_alert())
    assert not found.value.certain
    assert doors.closed == {ANN}
    api.closed_dms.clear()
    await notifier.send(an_alert())
    assert doors.closed == set()


async def test_new_channels_are_opened_a_few_a_minute(
    api: FakeDiscord, notifier: DiscordNotifier, ticks: Ticks
) -> None:
    await notifier.send(an_alert("dm:21"))
    ticks.now = 10
    await notifier.send(an_alert("dm:22"))
    with pytest.raises(TryLater) as found:
        await notifier.send(an_alert("dm:23"))
    assert (found.value.retry_after, found.value.scope) == (50, Scope.CHAT)
    await notifier.send(an_alert("dm:22", announcement=2))  # which is open already
    ticks.now = 60
    await notifier.send(an_alert("dm:23"))
    assert len(api.called("users/@me/channels")) == 3


async def test_somebody_who_does_not_exist_is_gone(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    api.strangers.add(ANN)
    with pytest.raises(RecipientGone) as found:
        await notifier.send(an_alert())
    assert found.value.certain


async def test_discord_calls_new_messages_too_many(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    api.fail(Refused(400, 40003, "You are opening direct messages too fast."), on="@me/channels")
    with pytest.raises(TryLater) as found:
        await notifier.send(an_alert())
    assert found.value.scope is Scope.PLATFORM


async def test_what_was_refused_goes_as_plain_text(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    api.fail(Refused(400, 50035, "Invalid Form Body"), on="messages")
    with pytest.raises(AlertRejected):
        await notifier.send(an_alert())
    await notifier.send(an_alert(), plain=True)
    [message] = api.messages[api.dm(ANN)]
    assert message["embeds"] == []
    assert "healthcare" in message["content"].casefold()


@pytest.mark.parametrize("via", [True, False])
async def test_a_limit_of_everybody_is_the_platforms(
    api: FakeDiscord, notifier: DiscordNotifier, *, via: bool
) -> None:
    api.fail(limited(20, everybody=True, via=via), on="messages")
    for person in (ANN, BEN):
        with pytest.raises(TryLater) as found:
            await notifier.send(an_alert(f"dm:{person}"))
        assert found.value.scope is Scope.PLATFORM
    assert len(api.called("messages")) == 1


# Servers.


async def test_a_server_reads_the_round_and_nothing_of_anybody(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    channel = api.channel(api.guild())
    await notifier.send(an_alert(f"ch:{channel}"))
    [message] = api.messages[channel]
    assert "480" not in str(message["embeds"])
    [row] = message["components"]
    assert [one["custom_id"] for one in row["components"]] == ["s:/round 385"]
    assert message["mention_roles"] == []


async def test_only_the_chosen_role_is_mentioned(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    guild = api.guild()
    channel, role, other = api.channel(guild), api.role(guild, "Health"), api.role(guild, "Other")
    facts = {"role:healthcare": str(role), "role:cec": str(other)}
    await notifier.send(an_alert(f"ch:{channel}", facts=facts))
    [call] = api.called("messages")
    assert call.body["content"] == f"<@&{role}>"
    assert call.body["allowed_mentions"] == {"parse": [], "roles": [str(role)]}
    [row] = call.body["components"]
    assert row["components"][1]["custom_id"] == f"r:{role}"


async def test_what_may_not_be_done_is_not_tried(
    api: FakeDiscord, rest: Rest, doors: Doors
) -> None:
    notifier = DiscordNotifier(
        Wire(rest), doors, per_second=45, missing=lambda _channel: ("embed_links",)
    )
    with pytest.raises(MayNot, match="embed_links"):
        await notifier.send(an_alert("ch:5"))
    assert api.calls == []


async def test_a_forum_gets_a_thread_for_each_round(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    forum = api.channel(api.guild(), kind=15)
    thread = await notifier.send(an_alert(f"ch:{forum}", facts={"kind": "forum"}))
    assert thread is not None
    assert api.channels[int(thread)]["name"] == "Draw #385 Healthcare: CRS cut-off 476"
    assert len(api.messages[int(thread)]) == 1


async def test_a_thread_that_is_there_already_is_not_begun_again(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    forum = api.channel(api.guild(), kind=15)
    api.fail(drop="after", on="threads")
    alert = an_alert(f"ch:{forum}", facts={"kind": "forum"})
    with pytest.raises(OutcomeUnknown):
        await notifier.send(alert)
    again = await notifier.send(replace(alert, attempts=2))
    assert again is not None
    assert len(api.messages) == 1


async def test_a_thread_of_another_round_is_none_of_that(
    api: FakeDiscord, notifier: DiscordNotifier
) -> None:
    forum = api.channel(api.guild(), kind=15)
    alert = an_alert(f"ch:{forum}", facts={"kind": "forum"})
    await notifier.send(alert)
    later = replace(alert.rounds[0], round=a_round(number="386"))
    await notifier.send(replace(alert, rounds=(later,), attempts=2))
    await notifier.send(replace(alert, announced_at=datetime.now(UTC), attempts=2))
    assert len(api.messages) == 3


@pytest.mark.parametrize(
    ("status", "code"), [(404, 10003), (404, 10004), (403, 50001), (403, 50013)]
)
async def test_a_channel_that_refuses_is_not_given_up_at_once(
    api: FakeDiscord, notifier: DiscordNotifier, status: int, code: int
) -> None:
    channel = api.channel(api.guild())
    api.fail(Refused(status, code, "no"), on="messages")
    with pytest.raises(RecipientGone) as found:
        await notifier.send(an_alert(f"ch:{channel}"))
    assert not found.value.certain
