"""Requests over real sockets: one try each, and every way in which they can end."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord.http import Route

from adapters.discord.endings import Held, Limited, MaybeSent, NotSent
from adapters.discord.errors import translated
from adapters.discord.transport import Rest
from bot.core.errors import OutcomeUnknown, TryLater
from tests.adapters.discord.requesting import a_rest
from tests.fakes.discord_api import (
    APP,
    BOT,
    TOKEN,
    Bucket,
    FakeDiscord,
    Refused,
    limited,
    serving,
)

ANN = 11


def sending(channel: int) -> Route:
    return Route("POST", "/channels/{channel_id}/messages", channel_id=channel)


async def send(rest: Rest, channel: int, text: str = "hello", **more: object) -> Any:
    return await rest.request(sending(channel), json={"content": text, **more})


async def test_requests_go_to_the_root_that_was_set(api: FakeDiscord, rest: Rest) -> None:
    assert await rest.static_login("") == BOT
    made = await send(rest, api.dm(ANN))
    assert api.told(ANN) == ["hello"]
    assert made["content"] == "hello"


async def test_two_roots_do_not_disturb_each_other(api: FakeDiscord, rest: Rest) -> None:
    async with serving(FakeDiscord()) as other, a_rest(other.url) as second:
        await send(rest, api.dm(ANN), "here")
        await send(second, other.dm(ANN), "there")
        assert (api.told(ANN), other.told(ANN)) == (["here"], ["there"])
    assert Route.BASE == "https://discord.com/api/v10"


async def test_a_repeated_nonce_is_the_same_message(api: FakeDiscord, rest: Rest) -> None:
    channel = api.dm(ANN)
    key: dict[str, Any] = {"nonce": "1-1", "enforce_nonce": True}
    first = await send(rest, channel, **key)
    again = await send(rest, channel, **key)
    assert first["id"] == again["id"]
    api.forget_nonces()
    await send(rest, channel, **key)
    assert api.counts[channel] == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_a_fault_of_discord_is_told_after_one_try(
    api: FakeDiscord, rest: Rest, status: int
) -> None:
    api.fail(Refused(status))
    with pytest.raises(discord.DiscordServerError):
        await send(rest, api.dm(ANN))
    assert len(api.calls) == 1


async def test_nothing_listens_there() -> None:
    async with a_rest("http://127.0.0.1:9/api/v10") as rest:
        with pytest.raises(NotSent) as found:
            await send(rest, 1)
    assert isinstance(translated(found.value), TryLater)


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_connection_that_breaks_leaves_us_in_doubt(
    api: FakeDiscord, rest: Rest, drop: str
) -> None:
    api.fail(drop=drop)
    with pytest.raises(MaybeSent) as found:
        await send(rest, api.dm(ANN))
    assert isinstance(translated(found.value), OutcomeUnknown)


async def test_silence_is_a_broken_connection(api: FakeDiscord) -> None:
    api.fail(delay=5)
    async with a_rest(api.url, read_timeout=0.05) as rest:
        with pytest.raises(MaybeSent):
            await send(rest, api.dm(ANN))


async def test_a_closed_pool_sends_nothing(api: FakeDiscord, rest: Rest) -> None:
    await rest.close()  # which is discord.py's, when a gateway is lost
    await send(rest, api.dm(ANN))
    await rest.shut()
    with pytest.raises(NotSent):
        await send(rest, api.dm(ANN))


# Limits.


async def test_a_channels_limit_is_that_channels(api: FakeDiscord, rest: Rest) -> None:
    api.fail(limited(7, scope="user"))
    with pytest.raises(Limited) as found:
        await send(rest, api.dm(ANN))
    assert (found.value.retry_after, found.value.everybody) == (7, False)
    await send(rest, api.dm(ANN + 1))


async def test_a_spent_channel_is_left_alone_without_asking(api: FakeDiscord, rest: Rest) -> None:
    for number in range(5):
        await send(rest, api.dm(ANN), str(number))
    with pytest.raises(Held) as found:
        await send(rest, api.dm(ANN))
    assert found.value.retry_after > 1
    assert not found.value.everybody
    assert api.limited == 0


async def test_a_moment_is_waited_for(api: FakeDiscord, rest: Rest) -> None:
    api.channel_limit = (1, 0.05)
    await send(rest, api.dm(ANN))
    await send(rest, api.dm(ANN))
    assert api.limited == 0


@pytest.mark.parametrize(
    "refused", [limited(30, everybody=True), limited(90, via=False), limited(0, via=False)]
)
async def test_everybodys_limit_closes_the_gate_for_all(
    api: FakeDiscord, rest: Rest, refused: Refused
) -> None:
    api.fail(refused)
    with pytest.raises(Limited) as found:
        await send(rest, api.dm(ANN))
    assert found.value.everybody
    with pytest.raises(Held) as held:
        await send(rest, api.dm(ANN + 1))
    assert 0 < held.value.retry_after <= found.value.retry_after
    assert held.value.everybody
    assert len(api.calls) == 1


async def test_the_budget_of_invalid_requests_ends_before_discord_does_it(
    api: FakeDiscord,
) -> None:
    api.closed_dms.add(ANN)
    async with a_rest(api.url) as rest:
        rest.gate = type(rest.gate)(asyncio.get_running_loop().time, most=3)
        for _ in range(3):
            with pytest.raises(discord.Forbidden):
                await send(rest, api.dm(ANN))
        with pytest.raises(Held) as found:
            await send(rest, api.dm(ANN + 1))
    assert found.value.retry_after > 500
    assert len(api.calls) == 3


async def test_a_whole_bots_limit_comes_out_with_its_time(api: FakeDiscord, rest: Rest) -> None:
    api.channel_limit = None
    wanted = [send(rest, api.dm(person)) for person in range(60)]
    done = await asyncio.gather(*wanted, return_exceptions=True)
    assert sum(isinstance(one, Limited) for one in done) > 0
    assert sum(isinstance(one, dict) for one in done) >= 50


async def test_a_pace_keeps_the_whole_bot_below_its_limit(api: FakeDiscord) -> None:
    api.limit = Bucket(20, 0.2)
    async with a_rest(api.url, per_second=90) as rest:
        await asyncio.gather(*(send(rest, api.dm(person)) for person in range(60)))
    assert api.limited == 0


async def test_answers_to_interactions_are_outside_of_that_pace(api: FakeDiscord) -> None:
    path = "/webhooks/{webhook_id}/{webhook_token}"
    route = Route("POST", path, webhook_id=1, webhook_token=1)
    async with a_rest(api.url, per_second=0.01) as rest, asyncio.timeout(10):
        await send(rest, api.dm(ANN))  # the next one would have to wait for more than a minute
        with pytest.raises(discord.NotFound):
            await rest.request(route, json={"content": "hello"})


# What discord.py asks for through us.


async def test_files_go_with_their_message(api: FakeDiscord, rest: Rest) -> None:
    import io  # noqa: PLC0415

    from discord.http import handle_message_parameters  # noqa: PLC0415

    file = discord.File(io.BytesIO(b"{}"), "drawbell.json")
    with handle_message_parameters("here", file=file) as params:
        await rest.send_message(api.dm(ANN), params=params)
    assert api.called("messages")[0].body["_files"] == {"drawbell.json": b"{}"}


async def test_the_gateways_address_is_asked_for(api: FakeDiscord, rest: Rest) -> None:
    socket = await rest.ws_connect("wss://gateway.discord.gg/?v=10&encoding=json")
    hello = await socket.receive_json()
    await socket.close()
    assert hello["op"] == 10
    assert [one.name for one in api.calls] == ["GET /gateway/bot"]


async def test_a_named_gateway_is_taken_as_it_is(api: FakeDiscord, rest: Rest) -> None:
    socket = await rest.ws_connect(f"{api.gateway.url}?v=10")
    await socket.close()
    assert api.calls == []


# The token.


@pytest.mark.parametrize(
    "breaking",
    [
        lambda api: api.fail(Refused(401, 0, "401: Unauthorized")),
        lambda api: api.fail(Refused(500)),
        lambda api: api.fail(drop="after"),
        lambda api: api.fail(limited(0, via=False)),
    ],
)
async def test_no_error_shows_the_token(
    api: FakeDiscord,
    rest: Rest,
    breaking: Callable[[FakeDiscord], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    breaking(api)
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises((OSError, discord.DiscordException)) as found,
    ):
        await send(rest, api.dm(ANN))
    shown = "".join(traceback.format_exception(found.value)) + repr(vars(found.value)) + caplog.text
    assert TOKEN.rpartition(".")[2] not in shown
    assert str(APP) not in repr(found.value)
