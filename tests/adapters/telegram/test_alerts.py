"""Alerts on Telegram: as they are sent, within its limits, whatever a round is called."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from adapters.telegram.chats import Chat
from adapters.telegram.platform import TelegramSettings, telegram
from adapters.telegram.render import TEXT_LIMIT
from bot.core.alerts import Mode, Preference
from bot.core.delivery import Alert
from bot.core.detect import Status
from bot.core.errors import AlertRejected, RecipientGone, TryLater
from bot.core.profiles import Profile
from bot.core.rounds import Round
from bot.core.subscribers import Subscriber
from bot.pipeline.poll import announce
from storage.unit_of_work import Database
from tests.adapters.telegram.living import ANN, FORUM, GROUP, Life, living
from tests.builders import a_profile, a_round
from tests.fakes.people import a_subscriber
from tests.fakes.telegram_api import BOT_ID, TOKEN, FakeTelegram
from tests.fakes.telegram_spec import Refused, units

NASTY = (
    "<b>Nurses & Co</b>",
    '<a href="https://evil.example/">Click</a>',
    "5 < 6 && 7 > 6",
    "</b></i></code>",
    "&lt;already&gt; &amp; &#x1F514;",
    "<script>alert('x')</script>",
    "*bold* _it_ [x](y) `code` ||spoiler||",
    "quo\"tes and 'apostrophes'",
    "🔔" * 40,
    "x" * 3000,
)


def somebody(chat: int | str, *profiles: Profile) -> Subscriber:
    preference = Preference(mode=Mode.ALL)
    return a_subscriber(str(chat), *profiles, platform="telegram", preference=preference)


async def alerts_of(life: Life, people: Sequence[Subscriber], *rounds: Round) -> list[Alert]:
    async with life.store.begin() as memory:
        await memory.subscribers.save_all(people)
        await memory.rounds.add(rounds, Status.ANNOUNCED, life.clock())
        await announce(memory, list(rounds), life.clock())
    async with life.store.begin() as memory:
        return await memory.outbox.claim(
            "telegram", now=life.clock(), lease=timedelta(minutes=1), limit=100
        )


async def an_alert(life: Life, chat: int | str = ANN, **changes: object) -> Alert:
    [alert] = await alerts_of(life, [somebody(chat)], a_round(number="900", **changes))
    return alert


async def test_the_first_line_says_it_all_and_stands_out(life: Life) -> None:
    await life.bot.notifier.send(await an_alert(life))

    [message] = life.api.messages(ANN)
    first = "Draw #900 Healthcare: you would have qualified, 480 vs 476 (+4)"
    assert message["text"].startswith(f"{first}\n")
    assert message["entities"][0] == {"type": "bold", "offset": 0, "length": units(first)}
    assert any(one["type"] == "text_link" for one in message["entities"])


async def test_the_receipt_is_the_number_of_the_message(life: Life) -> None:
    assert await life.bot.notifier.send(await an_alert(life)) == "1"


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("chat", [ANN, GROUP], ids=["private", "group"])
async def test_a_hostile_name_is_text_and_nothing_else(chat: int, name: str, life: Life) -> None:
    await life.bot.notifier.send(await an_alert(life, chat, name=name))

    [message] = life.api.messages(chat)
    assert name in message["text"]
    links = {one["url"] for one in message["entities"] if one["type"] == "text_link"}
    assert all(url.startswith("https://www.canada.ca/") for url in links)
    assert len([call for call in life.api.calls if call.method == "sendMessage"]) == 1


async def test_a_profile_may_be_called_anything(life: Life) -> None:
    profiles = [a_profile(name=name[:40]) for name in NASTY[:6]]
    [alert] = await alerts_of(life, [somebody(ANN, *profiles)], a_round(number="900"))
    await life.bot.notifier.send(alert)

    assert all(profile.name in life.api.texts(ANN)[0] for profile in profiles)


async def test_what_is_too_long_comes_in_pieces_with_the_buttons_last(life: Life) -> None:
    profiles = [a_profile(name=f"{number} {'é' * 36}", yes=()) for number in range(20)]
    long = a_round(number="900", name="Nurses " * 300)
    [alert] = await alerts_of(life, [somebody(ANN, *profiles)], long)

    assert await life.bot.notifier.send(alert) == "1"

    messages = life.api.messages(ANN)
    assert len(messages) > 1
    assert all(units(one["text"]) <= TEXT_LIMIT for one in messages)
    assert messages[0]["text"].startswith("Draw #900")
    assert "not advice" in messages[-1]["text"]
    whole = "\n".join(life.api.texts(ANN))
    assert all(profile.name in whole for profile in profiles)
    assert ["reply_markup" in one for one in messages[:-1]] == [False] * (len(messages) - 1)


async def test_a_button_that_could_not_be_kept_is_not_shown(life: Life) -> None:
    profiles = [a_profile(name="short", yes=()), a_profile(name="é" * 40, yes=())]
    [alert] = await alerts_of(life, [somebody(ANN, *profiles)], a_round(number="900"))
    await life.bot.notifier.send(alert)

    says = set(life.labels(ANN).values())
    assert says == {"s:/profile of short remove healthcare", "s:/profile of short also healthcare"}


async def test_links_have_no_preview_anywhere(life: Life) -> None:
    await life.bot.notifier.send(await an_alert(life))
    await life.says(ANN, "/start score")
    await life.presses(ANN, "Back")
    await life.says(GROUP, "/latest")

    for method in ("sendMessage", "editMessageText"):
        assert life.api.called(method)
        for call in life.api.called(method):
            assert call["link_preview_options"] == {"is_disabled": True}


async def test_refused_markup_costs_nobody_their_alert(life: Life) -> None:
    alert = await an_alert(life, name="Nurses & Co <b>")
    life.api.fail(Refused(400, "Bad Request: can't parse entities: Unexpected end tag"))

    assert await life.bot.notifier.send(alert)

    [message] = life.api.messages(ANN)
    assert "Nurses & Co <b>" in message["text"]
    assert "entities" not in message
    first, second = life.api.called("sendMessage")
    assert ("parse_mode" in first, "parse_mode" in second) == (True, False)


async def test_asked_for_plain_text_it_sends_that_and_tries_no_further(life: Life) -> None:
    alert = await an_alert(life)
    life.api.fail(Refused(400, "Bad Request: can't parse entities: what"))

    with pytest.raises(AlertRejected):
        await life.bot.notifier.send(alert, plain=True)
    assert await life.bot.notifier.send(alert, plain=True)

    assert all("parse_mode" not in call for call in life.api.called("sendMessage"))


@pytest.mark.parametrize("paid", [True, False])
async def test_paid_broadcast_is_asked_for_by_the_setting_and_for_alerts_alone(
    paid: bool, api: FakeTelegram, memory: Database, patient: None
) -> None:
    async with living(api, memory, paid=paid) as life:
        people = [somebody(ANN), somebody(GROUP)]
        for alert in await alerts_of(life, people, a_round(number="900")):
            await life.bot.notifier.send(alert)
        await life.says(ANN, "/start score")
        await life.presses(ANN, "Back")
        await life.says(ANN, "480")
        await life.says(ANN, "/export")
        await life.says(GROUP, "/latest")

    sent = api.called("sendMessage")
    assert [call.get("allow_paid_broadcast") for call in sent[:2]] == [paid or None] * 2
    others = [call.fields for call in api.calls if call.fields not in sent[:2]]
    assert {"editMessageText", "sendDocument", "setMyCommands"} <= {one.method for one in api.calls}
    assert not any("allow_paid_broadcast" in fields for fields in others)


@pytest.mark.parametrize(
    ("chat", "is_group"), [("11", False), ("-1001", True), ("-1001/5", True), ("-77", True)]
)
def test_groups_are_told_by_their_address(chat: str, is_group: bool) -> None:
    assert Chat.of(chat).is_group is is_group
    assert str(Chat.of(chat)) == chat


async def test_a_closed_topic_in_a_chat_without_topics_ends_nothing_for_good(life: Life) -> None:
    alert = await an_alert(life, FORUM)
    life.api.topic(FORUM, 0, "closed")

    with pytest.raises(RecipientGone) as gone:
        await life.bot.notifier.send(alert)

    assert not gone.value.certain


async def test_a_group_that_threw_us_out_is_gone_for_certain(life: Life) -> None:
    alert = await an_alert(life, GROUP)
    life.api.members[GROUP] = {BOT_ID: "kicked"}

    with pytest.raises(RecipientGone) as gone:
        await life.bot.notifier.send(alert)

    assert gone.value.certain


@pytest.mark.parametrize("chat", ["@someone", "", "0", "1/x", "1/2/3", "1_0", " 1", "\u0661"])
async def test_at_what_is_no_address_nobody_is(chat: str, life: Life) -> None:
    alert = await an_alert(life, chat)
    assert not life.bot.notifier.is_group(chat)
    with pytest.raises(RecipientGone, match="is no address on Telegram") as found:
        await life.bot.notifier.send(alert)
    assert found.value.certain


async def test_a_limit_says_for_how_long(life: Life) -> None:
    alert = await an_alert(life)
    life.api.fail(Refused(429, "Too Many Requests: retry after 7", retry_after=7))

    with pytest.raises(TryLater) as later:
        await life.bot.notifier.send(alert)

    assert later.value.retry_after == 7


async def test_posts_that_wait_at_a_start_are_sent_though_nobody_knows_our_name_yet(
    life: Life,
) -> None:
    groups = [somebody(chat) for chat in (GROUP, GROUP - 1)]
    alerts = await alerts_of(life, groups, a_round(number="900"))
    settings = TelegramSettings(
        token=TOKEN, api_url=life.api.url, per_second=30, per_group_minute=20
    )
    calls = len(life.api.called("getMe"))
    async with telegram(settings) as bot:
        await asyncio.gather(*(bot.notifier.send(alert) for alert in alerts))

    assert (life.api.counts[GROUP], life.api.counts[GROUP - 1]) == (1, 1)
    assert len(life.api.called("getMe")) == calls + 1


@pytest.mark.parametrize("drop", ["before", "after", "middle"])
async def test_our_name_that_cannot_be_had_is_no_post_that_may_have_arrived(
    drop: str, life: Life
) -> None:
    alert = await an_alert(life, GROUP)
    settings = TelegramSettings(
        token=TOKEN, api_url=life.api.url, per_second=30, per_group_minute=20
    )
    life.api.fail(method="getMe", drop=drop)
    async with telegram(settings) as bot:
        with pytest.raises(TryLater):
            await bot.notifier.send(alert)


@pytest.mark.parametrize("status", [400, 402, 403, 413, 429, 502])
async def test_a_page_of_something_on_the_way_costs_nobody_their_alert(
    status: int, life: Life
) -> None:
    alert = await an_alert(life)
    life.api.fail(method="sendMessage", status=status, body=b"<html>No way</html>")
    with pytest.raises(TryLater):
        await life.bot.notifier.send(alert)


@pytest.mark.parametrize("result", [b"true", b"null", b"{}", b"[]"])
async def test_what_telegram_took_without_a_number_is_not_sent_again(
    result: bytes, life: Life
) -> None:
    alert = await an_alert(life)
    body = b'{"ok":true,"result":%b}' % result
    life.api.fail(method="sendMessage", body=body)

    assert await life.bot.notifier.send(alert) is None
