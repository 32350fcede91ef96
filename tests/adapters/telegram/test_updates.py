"""How updates arrive: long polls, a second instance, a webhook, and a network that fails."""

import asyncio
import json
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters.telegram.errors import SecondInstance, TopicGone
from adapters.telegram.platform import TelegramSettings, telegram
from adapters.telegram.webhook import Webhook
from bot.core.errors import DrawbellError, Misconfigured
from bot.pipeline.limiter import Limiter
from storage.unit_of_work import Database
from tests.adapters.telegram.living import ANN, BEN, FORUM, GROUP, Life, living
from tests.fakes.clock import FakeClock
from tests.fakes.telegram_api import BOT_ID, TOKEN, FakeTelegram
from tests.fakes.telegram_spec import Refused

CONFLICT = Refused(409, "Conflict: terminated by other getUpdates request")
HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET = TOKEN.partition(":")[2]
KINDS = ["message", "channel_post", "callback_query", "my_chat_member"]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that a test can wait for."""
    monkeypatch.setattr("adapters.telegram.platform._PAUSE", 0.01)
    monkeypatch.setattr("adapters.telegram.platform._PAUSE_OF_SECOND", 0.01)


# Long polls.


async def test_only_the_kinds_that_matter_are_asked_for(life: Life) -> None:
    assert life.api._allowed == KINDS
    [call] = life.api.called("deleteWebhook")
    assert "drop_pending_updates" not in call


async def test_a_second_instance_is_loud_once_and_polling_goes_on(
    hurried: None, life: Life
) -> None:
    with capture_logs() as logs:
        life.api.fail(CONFLICT, method="getUpdates", times=5)
        assert "Draw #384" in await life.says(ANN, "/latest")
        await life.api.until(lambda: _count(life.api, 409) == 5)
        assert "Draw #384" in await life.says(BEN, "/latest")

    loud = [one for one in logs if one["log_level"] == "critical"]
    assert [one["event"] for one in loud] == ["second_instance"]
    assert "only one may run" in loud[0]["reason"]


async def test_every_conflict_after_peace_is_loud_again(hurried: None, life: Life) -> None:
    with capture_logs() as logs:
        for at in (1, 2):
            life.api.fail(CONFLICT, method="getUpdates")
            await life.says(ANN, "/latest")
            await life.api.until(partial(_has, life.api, 409, at))
            await life.says(ANN, "/latest")

    assert len([one for one in logs if one["event"] == "second_instance"]) == 2


def _has(api: FakeTelegram, status: int, count: int) -> bool:
    return _count(api, status) == count


def _count(api: FakeTelegram, status: int) -> int:
    return len([call for call in api.calls if call.status == status])


@pytest.mark.parametrize(
    "fault",
    [
        {"drop": "before"},
        {"drop": "after"},
        {"drop": "middle"},
        {"body": b"<html>"},
        {"body": b"{}"},
        {"status": 500},
        {"status": 502, "body": b"<html>Bad Gateway</html>"},
        {"refused": Refused(429, "Too Many Requests: retry after 1", retry_after=1)},
        {"refused": Refused(401, "Unauthorized")},
    ],
    ids=str,
)
async def test_a_poll_that_fails_is_made_again_and_loses_nothing(
    fault: dict[str, Any], hurried: None, life: Life
) -> None:
    life.api.fail(method="getUpdates", times=2, **fault)
    for number in range(5):
        life.api.say(100 + number, "/latest")
    await life.api.until(lambda: all(life.api.texts(100 + number) for number in range(5)))

    assert not life.task.done()


async def test_a_token_that_is_refused_says_where_it_comes_from(
    api: FakeTelegram, store: Database
) -> None:
    settings = TelegramSettings(
        token=f"{BOT_ID}:wrong", api_url=api.url, per_second=30, per_group_minute=20
    )
    async with telegram(settings) as bot:
        with pytest.raises(Misconfigured, match="DRAWBELL_TELEGRAM_TOKEN"):
            await bot.run(store, Limiter(30), FakeClock(), lambda: None)


@pytest.mark.parametrize(
    "refused",
    [
        Refused(429, "Too Many Requests: retry after 3600", retry_after=3600),
        Refused(400, "Bad Request: BOT_COMMAND_INVALID"),
    ],
    ids=lambda refused: str(refused.status),
)
async def test_a_menu_that_is_refused_keeps_nobody_waiting(
    refused: Refused, api: FakeTelegram, memory: Database
) -> None:
    api.fail(refused, method="setMyCommands", times=None)
    with capture_logs() as logs:
        async with living(api, memory) as life:
            assert "Welcome." in await life.says(ANN, "/start")

    [told] = [one for one in logs if one["event"] == "menu_not_offered"]
    assert told["again"] == (refused.status == 429)


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": "before"}], ids=str)
async def test_a_menu_that_did_not_get_through_is_offered_again(
    fault: dict[str, Any], api: FakeTelegram, memory: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.menu._PAUSE", 0.01)
    api.fail(method="setMyCommands", times=2, skip=1, **fault)
    async with living(api, memory):
        await api.until(lambda: len(api.commands) == 4)


async def test_the_loop_says_that_it_lives(api: FakeTelegram, store: Database) -> None:
    beats: list[int] = []
    settings = TelegramSettings(token=TOKEN, api_url=api.url, per_second=30, per_group_minute=20)
    async with telegram(settings) as bot:
        task = asyncio.create_task(
            bot.run(store, Limiter(30), FakeClock(), lambda: beats.append(1))
        )
        await api.until(lambda: api._polls)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert beats


# A webhook.


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def webhook(port: int) -> Webhook:
    return Webhook(url=f"http://127.0.0.1:{port}/telegram", host="127.0.0.1", port=port)


@pytest.fixture
async def hooked(
    api: FakeTelegram, memory: Database, webhook: Webhook, patient: None
) -> AsyncIterator[Life]:
    async with living(api, memory, webhook=webhook) as found:
        yield found


async def test_a_webhook_is_set_with_a_secret_and_brings_updates(
    hooked: Life, webhook: Webhook
) -> None:
    assert "Welcome." in await hooked.says(ANN, "/start")
    await hooked.presses(ANN, "English")

    [call] = hooked.api.called("setWebhook")
    assert (call["secret_token"], call["allowed_updates"]) == (webhook.secret, KINDS)
    assert hooked.api._polls == 0
    assert hooked.api.counts[ANN] == 1
    assert webhook.secret not in repr(webhook)


UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "date": 0,
        "chat": {"id": ANN, "type": "private"},
        "from": {"id": ANN, "is_bot": False, "first_name": "Ann"},
        "text": "/latest",
    },
}


async def post(webhook: Webhook, body: bytes, secret: str | None) -> int:
    headers = {} if secret is None else {HEADER: secret}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(webhook.url, data=body) as answer,
    ):
        return answer.status


async def test_what_telegram_brings_again_is_answered_once(hooked: Life, webhook: Webhook) -> None:
    for _time in range(3):
        assert await post(webhook, json.dumps(UPDATE).encode(), webhook.secret) == 200
    hooked.api.say(ANN, "/start")
    await hooked.api.until(lambda: any("Welcome." in one for one in hooked.api.texts(ANN)))

    assert hooked.api.counts[ANN] == 2


@pytest.mark.parametrize("secret", [None, "", "wrong", "é", "x" * 4000])
async def test_who_does_not_know_the_secret_is_turned_away(
    secret: str | None, hooked: Life, webhook: Webhook
) -> None:
    assert await post(webhook, json.dumps(UPDATE).encode(), secret) == 403

    await hooked.says(BEN, "/latest")
    assert hooked.api.texts(ANN) == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"5", b'"x"', b"null", b"\xff\xfe"])
async def test_garbage_is_a_bad_request(body: bytes, hooked: Life, webhook: Webhook) -> None:
    assert await post(webhook, body, webhook.secret) == 400


@pytest.mark.parametrize(
    "update", [{}, {"update_id": 5, "message": {}}, {"update_id": 5, "message": 5}, {"new": {}}]
)
async def test_an_update_that_nobody_can_read_is_taken_and_logged(
    update: dict[str, object], hooked: Life, webhook: Webhook
) -> None:
    with capture_logs() as logs:
        assert await post(webhook, json.dumps(update).encode(), webhook.secret) == 200

    assert [one["event"] for one in logs] == ["update_unreadable"]


async def test_half_a_character_does_not_come_back_for_ever(hooked: Life, webhook: Webhook) -> None:
    body = json.dumps(UPDATE).replace("/latest", "\\ud83d").encode()

    assert await post(webhook, body, webhook.secret) == 200
    assert "/help" in (await hooked.answer(ANN))["text"]


async def test_an_address_that_is_taken_is_named(
    hooked: Life, webhook: Webhook, memory: Database
) -> None:
    with pytest.raises(Misconfigured, match="DRAWBELL_TELEGRAM_WEBHOOK_LISTEN"):
        async with living(hooked.api, memory, webhook=webhook) as second:
            await second.task


async def test_other_paths_and_ways_are_not_there(hooked: Life, webhook: Webhook) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(webhook.url) as answer:
            assert answer.status == 405
        async with session.post(webhook.url + "x") as answer:
            assert answer.status == 404


# Secrets.


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every logger that there is, at its most talkative."""
    with caplog.at_level(logging.DEBUG):
        names = list(logging.Logger.manager.loggerDict)
        before = {name: logging.getLogger(name).level for name in names}
        for name in names:
            logging.getLogger(name).setLevel(logging.DEBUG)
        yield caplog
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


async def _a_bad_day(life: Life) -> None:
    """All that can go wrong, one after the other."""
    api = life.api
    page = f"<html>/bot{TOKEN}/sendMessage is down</html>".encode()
    for fault in (
        {"drop": "before"},
        {"drop": "middle"},
        {"status": 502, "body": page},
        {"refused": Refused(401, f"Unauthorized: {TOKEN}")},
        {"refused": Refused(404, f"Not Found: /bot{TOKEN}")},
        {"refused": Refused(400, f"Bad Request: {TOKEN}")},
        {"refused": CONFLICT},
    ):
        for method in ("getUpdates", "sendMessage", "answerCallbackQuery", "editMessageText"):
            api.fail(method=method, **fault)
        api.say(ANN, "/start score")
        api.press(ANN, 1, "e:/start score", stale=True)
        await api.until(lambda: not any(one.times for one in api.faults))
        api.faults.clear()
        await life.says(BEN, "/latest")
    api.members[GROUP] = {BOT_ID: "kicked", ANN: "administrator"}
    api.say(GROUP, "/follow all", user=ANN)
    api.topic(FORUM, 5, "closed")
    api.say(FORUM, "/latest", user=ANN, thread=5)
    await life.says(BEN, "/export")


async def test_the_token_is_in_no_log_line_whatever_happens(
    everything_logged: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    hurried: None,
    api: FakeTelegram,
    memory: Database,
    patient: None,
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    async with living(api, memory) as life:
        await _a_bad_day(life)
    loop.set_debug(False)

    streams = capsys.readouterr()
    said = everything_logged.text + streams.out + streams.err
    assert "sendMessage" in said or "SendMessage" in said
    assert SECRET not in said
    assert "Bad Gateway" in said or "update" in said
    assert api.complaints == []


@pytest.mark.parametrize(
    "fault",
    [
        {"drop": "before"},
        {"drop": "middle"},
        {"body": b"<html>"},
        {"status": 500},
        {"refused": Refused(401, "Unauthorized")},
        {"refused": Refused(404, "Not Found")},
        {"refused": CONFLICT},
        {"refused": Refused(400, "Bad Request: TOPIC_CLOSED")},
    ],
    ids=str,
)
async def test_the_token_is_in_no_traceback(fault: dict[str, Any], life: Life) -> None:
    life.api.fail(method="sendMessage", **fault)
    with pytest.raises((DrawbellError, SecondInstance, TopicGone)) as found:
        await life.bot._wire.call("SendMessage", chat_id=ANN, text="hello")

    assert SECRET not in "".join(traceback.format_exception(found.value))
    assert found.value.__cause__ is None


async def test_the_token_is_in_no_traceback_when_nobody_answers() -> None:
    settings = TelegramSettings(
        token=TOKEN, api_url="http://127.0.0.1:9", per_second=30, per_group_minute=20
    )
    async with telegram(settings) as bot:
        with pytest.raises(DrawbellError) as found:
            await bot.connect()

    text = "".join(traceback.format_exception(found.value))
    assert "cannot be reached" in text
    assert SECRET not in text + repr(settings)
