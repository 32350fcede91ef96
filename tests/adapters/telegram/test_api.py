"""The server of the tests, driven by a real Bot on our transport."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, TelegramError

from adapters.telegram.errors import MarkupRejected, SecondInstance, TopicGone, translated
from adapters.telegram.render import keyboard, pieces
from adapters.telegram.transport import AiohttpRequest, Timeouts, stand_in
from bot.core.errors import (
    AlertRejected,
    DrawbellError,
    Misconfigured,
    OutcomeUnknown,
    RecipientGone,
    RecipientMoved,
    TryLater,
)
from bot.wording.spans import Choice, Emphasis, Message, line, link
from tests.data.shared import needs_shared
from tests.fakes.serving import listening
from tests.fakes.telegram_api import TOKEN, Bucket, FakeTelegram, serving
from tests.fakes.telegram_spec import BadMarkup, Refused, parsed_html

ANN, GROUP, CHANNEL = 11, -1001, -1002
WEBHOOK_WORD = "open-sesame"
HURRIED = Timeouts(pool=5, connect=5, write=5, read=1.5)


@asynccontextmanager
async def a_bot(api: FakeTelegram, token: str = TOKEN) -> AsyncIterator[Bot]:
    polls, calls = (AiohttpRequest(token, timeouts=HURRIED) for _ in range(2))
    bot = Bot(stand_in(token), api.bot_url, request=calls, get_updates_request=polls)
    async with polls, calls:
        yield bot


@pytest.fixture
async def bot(api: FakeTelegram) -> AsyncIterator[Bot]:
    async with a_bot(api) as found:
        yield found


async def meaning(call: Awaitable[object]) -> DrawbellError:
    with pytest.raises(TelegramError) as found:
        await call
    return translated(found.value)


# Messages.


async def test_a_message_is_kept_with_what_its_markup_means(api: FakeTelegram, bot: Bot) -> None:
    said = Message(lines=(line("5 < 6 🔔", Emphasis.STRONG), link("page", "https://a/?b=1&c=2")))
    choices = keyboard([Choice(label="Yes", says="/yes")])
    (piece,) = pieces(said)

    first = await bot.send_message(ANN, piece.html, parse_mode="HTML")
    second = await bot.do_api_request(
        "SendMessage",  # Telegram does not mind its case, and PTB does not know it so
        {"chat_id": ANN, "text": piece.html, "parse_mode": "HTML", "reply_markup": choices},
    )

    assert (first.message_id, second["message_id"]) == (1, 2)
    assert api.texts(ANN) == ["5 < 6 🔔\npage"] * 2
    assert api.messages(ANN)[1]["entities"] == [
        {"type": "bold", "offset": 0, "length": 8},
        {"type": "text_link", "offset": 9, "length": 4, "url": "https://a/?b=1&c=2"},
    ]
    assert api.buttons(ANN, 2) == {"Yes": "s:/yes"}
    assert (api.counts[ANN], len(api.called("sendMessage"))) == (2, 2)


async def test_a_message_is_edited_once_and_then_the_same(api: FakeTelegram, bot: Bot) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="s:/yes")]])
    await bot.send_message(ANN, "one")
    await bot.edit_message_text("<i>two</i>", ANN, 1, parse_mode="HTML", reply_markup=buttons)

    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("<i>two</i>", ANN, 1, parse_mode="HTML", reply_markup=buttons)
    await bot.edit_message_reply_markup(ANN, 1, reply_markup=None)

    (message,) = api.messages(ANN)
    assert message["text"] == "two"
    assert message["entities"] == [{"type": "italic", "offset": 0, "length": 3}]
    assert "reply_markup" not in message


async def test_deleted_messages_are_gone_and_their_numbers_are_not_used_again(
    api: FakeTelegram, bot: Bot
) -> None:
    await bot.send_message(ANN, "one")
    assert await bot.delete_message(ANN, 1)
    with pytest.raises(BadRequest, match="to delete not found"):
        await bot.delete_message(ANN, 1)
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("two", ANN, 1)

    assert (await bot.send_message(ANN, "two")).message_id == 2


async def test_files_arrive_with_name_caption_and_content(api: FakeTelegram, bot: Bot) -> None:
    sent = await bot.send_document(
        ANN, b'{"a": 1}', filename="données.json", caption="<b>All</b>", parse_mode="HTML"
    )
    await bot.send_photo(ANN, b"png")

    assert sent.document is not None
    assert (sent.document.file_name, sent.caption) == ("données.json", "All")
    assert list(api.files.values()) == [b'{"a": 1}', b"png"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "text is empty"),
        ({"text": " \n"}, "text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🔔" * 2049}, "message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "\ud83d"}, "must be encoded in utf-8"),
    ],
)
async def test_texts_that_telegram_does_not_take(
    fields: dict[str, str], said: str, bot: Bot
) -> None:
    with pytest.raises(BadRequest) as found:
        await bot._post("sendMessage", {"chat_id": ANN, **fields})
    assert said in found.value.message.casefold()


async def test_texts_that_it_takes_just_so(api: FakeTelegram, bot: Bot) -> None:
    for text in ("🔔" * 2048, f"<b>{'&lt;' * 4096}</b>"):
        await bot.send_message(ANN, text, parse_mode="HTML")
    assert api.texts(ANN) == ["🔔" * 2048, "<" * 4096]


@pytest.mark.parametrize(
    "button",
    [
        {"text": "a", "callback_data": ""},
        {"text": "a", "callback_data": "é" * 33},
        {"text": "a", "url": "no url"},
        {"text": "a"},
        {"text": " ", "callback_data": "a"},
        {"text": "a", "callback_data": "a", "url": "https://a/"},
    ],
)
async def test_buttons_that_telegram_does_not_take(button: dict[str, str], bot: Bot) -> None:
    markup = {"inline_keyboard": [[button]]}
    call = bot._post("sendMessage", {"chat_id": ANN, "text": "a", "reply_markup": markup})
    assert type(await meaning(call)) is AlertRejected


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a &lt; b &amp;&#38;&#x26; c &foo; > d", "a < b &&& c &foo; > d"),
        ("<B>x</B><a href='u'>y</a>", "xy"),
        ('<blockquote><tg-spoiler>x</tg-spoiler></blockquote><span class="a">y</span>', "xy"),
    ],
)
def test_html_that_telegram_reads(source: str, text: str) -> None:
    assert parsed_html(source)[0] == text


@pytest.mark.parametrize("source", ["<b>", "</b>", "<b><i>x</b></i>", "<br>", "<p>x</p>", "1 < 2"])
def test_html_that_it_does_not_read(source: str) -> None:
    with pytest.raises(BadMarkup):
        parsed_html(source)


# What is checked against the documentation.


@needs_shared
@pytest.mark.parametrize(
    ("method", "fields", "complaint"),
    [
        ("sendMessage", {"chat_id": ANN}, "sendMessage: text is missing"),
        ("sendMessage", {"chat_id": ANN, "text": 5}, "sendMessage: text is no String: 5"),
        (
            "sendMessage",
            {"chat_id": ANN, "text": "a", "silent": True},
            "sendMessage: silent is unk",
        ),
        (
            "sendMessage",
            {"chat_id": ANN, "text": "a", "reply_markup": {"inline_keyboard": [[{"txt": "a"}]]}},
            "sendMessage: reply_markup is no InlineKeyboardMarkup or",
        ),
        ("sendMesage", {}, "there is no method sendMesage"),
        ("getStickerSet", {"name": "a"}, "the fake does not speak getStickerSet"),
    ],
)
async def test_a_call_against_the_documentation_is_refused_and_remembered(
    method: str, fields: dict[str, Any], complaint: str
) -> None:
    async with serving(FakeTelegram()) as api, a_bot(api) as bot:
        with pytest.raises(TelegramError):
            await bot._post(method, fields)
    assert api.complaints[0].startswith(complaint)


@pytest.mark.parametrize("form", [False, True])
async def test_forms_and_json_mean_the_same(api: FakeTelegram, form: bool) -> None:
    json_markup = '{"inline_keyboard": [[{"text": "1", "callback_data": "a"}]]}'
    fields = {"chat_id": str(ANN), "text": "5", "reply_markup": json_markup}
    body = aiohttp.FormData(fields) if form else aiohttp.JsonPayload(fields)
    url = f"{api.bot_url}{TOKEN}/sendMessage"
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as answer:
        assert (await answer.json())["result"]["text"] == "5"
    assert api.buttons(ANN, 1) == {"1": "a"}


# Updates.


async def updates(bot: Bot, offset: int = 0, wait: int = 0) -> list[Update]:
    return list(await bot.get_updates(offset=offset, timeout=wait))


async def test_updates_wait_until_they_are_confirmed(api: FakeTelegram, bot: Bot) -> None:
    api.say(ANN, "/start@drawbell_test_bot hello")
    (first,) = await updates(bot)
    (again,) = await updates(bot)

    assert first.update_id == again.update_id
    assert first.message is not None
    assert first.message.text == "/start@drawbell_test_bot hello"
    assert [(one.type, one.length) for one in first.message.entities] == [("bot_command", 24)]
    assert (first.message.chat.id, first.message.from_user and first.message.from_user.id) == (
        ANN,
        ANN,
    )
    assert await updates(bot, first.update_id + 1) == []


async def test_a_long_poll_ends_with_the_first_update(api: FakeTelegram, bot: Bot) -> None:
    polling = asyncio.create_task(updates(bot, wait=30))
    await api.until(lambda: api._polls)
    api.say(ANN, "hello")

    async with asyncio.timeout(5):
        assert len(await polling) == 1


async def test_a_second_poll_ends_the_first_loudly(api: FakeTelegram, bot: Bot) -> None:
    first = asyncio.create_task(updates(bot, wait=30))
    await api.until(lambda: api._polls == 1)
    second = asyncio.create_task(updates(bot, wait=30))

    assert type(await meaning(first)) is SecondInstance
    api.say(ANN, "hello")
    assert len(await second) == 1


async def test_conflicts_can_be_switched_off() -> None:
    async with serving(FakeTelegram(conflicts=False)) as api, a_bot(api) as bot:
        both = asyncio.gather(updates(bot, wait=30), updates(bot, wait=30))
        await api.until(lambda: api._polls == 2)
        api.say(ANN, "hello")
        assert [len(one) for one in await both] == [1, 1]


async def test_a_pressed_button_is_answered_once(api: FakeTelegram, bot: Bot) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="s:/yes")]])
    await bot.send_message(ANN, "?", reply_markup=buttons)
    with pytest.raises(AssertionError):
        api.press(ANN, 1, "s:/no")
    query = api.press(ANN, 1, "s:/yes")

    (update,) = await updates(bot)
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (query, "s:/yes")
    await bot.answer_callback_query(query, "Done")
    answered = api.queries[query]
    assert answered is not None
    assert answered["text"] == "Done"
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(query)


async def test_a_button_of_a_message_that_is_gone_can_be_pressed(
    api: FakeTelegram, bot: Bot
) -> None:
    api.press(ANN, 99, "old", stale=True)
    (update,) = await updates(bot)
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


async def test_groups_topics_and_channels_speak_as_they_do(api: FakeTelegram, bot: Bot) -> None:
    api.topic(GROUP, 5, "open")
    api.chat(CHANNEL, type="channel", title="News")
    api.say(GROUP, "in a topic", user=ANN, thread=5)
    api.say(CHANNEL, "a post")

    topic, post = await updates(bot)

    assert topic.message is not None
    assert (topic.message.message_thread_id, topic.message.is_topic_message) == (5, True)
    assert post.channel_post is not None
    assert post.channel_post.from_user is None


async def test_kinds_of_updates_that_nobody_asked_for_do_not_come(
    api: FakeTelegram, bot: Bot
) -> None:
    await bot.get_updates(timeout=0, allowed_updates=["callback_query"])
    api.say(ANN, "hello")
    api.press(ANN, 1, "a", stale=True)

    (update,) = await updates(bot)
    assert update.callback_query is not None


async def test_a_webhook_gets_updates_in_order_with_its_secret_and_again_if_refused(
    api: FakeTelegram, bot: Bot
) -> None:
    taken: list[tuple[str | None, str]] = []
    answers = [500, 200, 200]

    async def hook(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        taken.append((secret, (await request.json())["message"]["text"]))
        return web.Response(status=answers.pop(0))

    async with listening(hook) as root:
        await bot.set_webhook(f"{root}/hook", secret_token=WEBHOOK_WORD)
        assert isinstance(await meaning(updates(bot)), SecondInstance)
        api.say(ANN, "one")
        api.say(ANN, "two")
        await api.until(lambda: len(taken) == 3)
        assert (await bot.get_webhook_info()).url == f"{root}/hook"
        await bot.delete_webhook()

    assert taken == [(WEBHOOK_WORD, "one"), (WEBHOOK_WORD, "one"), (WEBHOOK_WORD, "two")]
    assert await updates(bot) == []


# Chats.


async def test_who_blocks_the_bot_cannot_be_reached_until_they_unblock_it(
    api: FakeTelegram, bot: Bot
) -> None:
    api.my_chat_member(ANN, "kicked", by=ANN)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(ANN, "hello")
    api.my_chat_member(ANN, "member", by=ANN)
    await bot.send_message(ANN, "hello")

    blocked, unblocked = await updates(bot)
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member is not None
    assert unblocked.my_chat_member.new_chat_member.status == "member"


@pytest.mark.parametrize(
    ("kind", "status", "certain"),
    [
        ("supergroup", "kicked", True),
        ("supergroup", "left", False),
        ("supergroup", "restricted", False),
        ("channel", "member", False),
        ("channel", "kicked", True),
    ],
)
async def test_a_bot_without_rights_is_turned_away(
    kind: str, status: str, certain: bool, api: FakeTelegram, bot: Bot
) -> None:
    api.chat(GROUP, type=kind)
    api.members[GROUP] = {bot_id(): status}
    found = await meaning(bot.send_message(GROUP, "hello"))
    assert isinstance(found, RecipientGone)
    assert found.certain is certain


def bot_id() -> int:
    return int(TOKEN.partition(":")[0])


async def test_a_migrated_group_names_its_new_address(api: FakeTelegram, bot: Bot) -> None:
    api.chat(-5, type="group", title="Friends")
    api.migrate(-5, GROUP)

    found = await meaning(bot.send_message(-5, "hello"))
    assert isinstance(found, RecipientMoved)
    assert found.new_address == str(GROUP)
    await bot.send_message(GROUP, "hello")
    old, new = await updates(bot)
    assert old.message is not None
    assert old.message.migrate_to_chat_id == GROUP
    assert new.message is not None
    assert new.message.migrate_from_chat_id == -5


@pytest.mark.parametrize("state", ["closed", "deleted", None])
async def test_a_topic_that_is_not_open_takes_nothing_and_general_does(
    state: Any, api: FakeTelegram, bot: Bot
) -> None:
    if state is not None:
        api.topic(GROUP, 5, state)
    call = bot.send_message(GROUP, "hello", message_thread_id=5)
    assert type(await meaning(call)) is TopicGone
    await bot.send_message(GROUP, "hello")


async def test_members_and_administrators_are_as_a_test_says(api: FakeTelegram, bot: Bot) -> None:
    api.members[GROUP] = {ANN: "creator", 12: "member", 13: "kicked", bot_id(): "administrator"}

    admins = await bot.get_chat_administrators(GROUP)
    assert {one.user.id: one.status for one in admins} == {
        ANN: "creator",
        bot_id(): "administrator",
    }
    assert (await bot.get_chat_member(GROUP, 12)).status == "member"
    assert (await bot.get_chat_member(GROUP, 13)).status == "kicked"
    assert (await bot.get_chat_member(GROUP, 14)).status == "left"
    assert (await bot.get_chat(GROUP)).title == "Group"
    await bot.leave_chat(GROUP)
    with pytest.raises(Forbidden):
        await bot.get_chat(GROUP)


async def test_commands_and_descriptions_are_kept_by_scope_and_language(
    api: FakeTelegram, bot: Bot
) -> None:
    scope = BotCommandScopeAllGroupChats()
    await bot.set_my_commands([BotCommand("help", "What I can do")])
    await bot.set_my_commands([("aide", "Ce que je sais faire")], scope, "fr")
    await bot.set_my_description("Tells you of rounds", "en")
    await bot.send_chat_action(ANN, "typing")

    assert (await bot.get_my_commands())[0].command == "help"
    assert (await bot.get_my_commands(scope, "fr"))[0].command == "aide"
    assert (await bot.get_my_description("en")).description == "Tells you of rounds"
    with pytest.raises(BadRequest):
        await bot.set_my_commands([("Aide!", "x")])


# Faults.


FAULTS: list[tuple[dict[str, Any], type[DrawbellError]]] = [
    ({"refused": Refused(429, "Too Many Requests: retry after 7", retry_after=7)}, TryLater),
    ({"refused": Refused(403, "Forbidden: bot was blocked by the user")}, RecipientGone),
    ({"refused": Refused(400, "Bad Request: chat not found")}, RecipientGone),
    ({"refused": Refused(400, "Bad Request: can't parse entities: x")}, MarkupRejected),
    ({"refused": Refused(400, "Bad Request: TOPIC_CLOSED")}, TopicGone),
    ({"refused": Refused(400, "Bad Request", migrate_to_chat_id=-9)}, RecipientMoved),
    ({"refused": Refused(401, "Unauthorized")}, Misconfigured),
    ({"refused": Refused(409, "Conflict: terminated by other")}, SecondInstance),
    ({"refused": Refused(500, "Internal Server Error")}, TryLater),
    ({"refused": Refused(504, "Gateway Timeout")}, TryLater),
    ({"body": b"<html>", "status": 502}, TryLater),
    ({"body": b"<html>", "status": 200}, OutcomeUnknown),
    ({"drop": "before"}, OutcomeUnknown),
    ({"drop": "after"}, OutcomeUnknown),
    ({"drop": "middle"}, OutcomeUnknown),
    ({"delay": 60}, OutcomeUnknown),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=lambda one: str(one)[:60])
async def test_every_fault_arrives_as_its_error_and_passes(
    fault: dict[str, Any], kind: type[DrawbellError], api: FakeTelegram, bot: Bot
) -> None:
    api.fail(**fault)
    assert type(await meaning(bot.send_message(ANN, "hello"))) is kind
    api.faults.clear()
    await bot.send_message(ANN, "hello again")
    assert "hello again" in api.texts(ANN)


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1), ("middle", 1)])
async def test_what_was_dropped_may_have_been_carried_out(
    when: str, kept: int, api: FakeTelegram, bot: Bot
) -> None:
    api.fail(drop=when)
    with pytest.raises(TelegramError):
        await bot.send_message(ANN, "hello")
    assert len(api.messages(ANN)) == kept


async def test_a_fault_meets_the_calls_it_is_meant_for(api: FakeTelegram, bot: Bot) -> None:
    api.fail(Refused(500, "no"), method="sendMessage", chat=ANN, skip=1, times=2)
    outcomes = []
    for chat in (ANN, 12, ANN, 12, ANN, ANN):
        with suppress(TelegramError):
            await bot.get_chat(chat)
            await bot.send_message(chat, "hello")
            outcomes.append(chat)
    assert outcomes == [ANN, 12, 12, ANN]
    assert [call.status for call in api.calls if call.method == "sendMessage"].count(500) == 2


async def test_limits_hold_for_all_and_for_a_chat(api: FakeTelegram, bot: Bot) -> None:
    api.limit = Bucket(0.001, 3, 9)
    api.chat_limit = lambda: Bucket(0.001, 1, 4)
    await bot.send_message(1, "hello")
    by_chat = await meaning(bot.send_message(1, "hello"))
    await bot.send_message(2, "hello")
    await bot.send_message(3, "hello")
    by_all = await meaning(bot.send_message(4, "hello"))

    waits = [one.retry_after for one in (by_chat, by_all) if isinstance(one, TryLater)]
    assert waits == [4.0, 9.0]


def test_a_bucket_fills_again() -> None:
    bucket = Bucket(10, 1, 1)
    bucket.take(0)
    with pytest.raises(Refused):
        bucket.take(0.05)
    bucket.take(0.15)


async def test_another_token_is_refused(api: FakeTelegram) -> None:
    async with a_bot(api, "123456:another") as bot:
        assert isinstance(await meaning(bot.send_message(ANN, "hello")), Misconfigured)
        assert isinstance(await meaning(bot.initialize()), Misconfigured)
    async with a_bot(api, "nonsense") as bot:
        assert isinstance(await meaning(bot.send_message(ANN, "hello")), Misconfigured)


async def test_a_conflict_can_be_arranged(api: FakeTelegram, bot: Bot) -> None:
    api.fail(Refused(409, "Conflict: terminated"), method="getUpdates", times=None)
    for _ in range(2):
        with pytest.raises(Conflict):
            await updates(bot)


async def test_waiting_for_what_does_not_come_ends(api: FakeTelegram) -> None:
    with pytest.raises(TimeoutError):
        await api.until(lambda: api.texts(ANN), seconds=0.05)


async def test_a_lean_server_counts_and_limits_and_keeps_nothing() -> None:
    async with serving(FakeTelegram(lean=True)) as api, a_bot(api) as bot:
        api.limit = Bucket(0.001, 50, 3)
        sends = (bot.send_message(chat, "hello") for chat in range(1, 61))
        found = await asyncio.gather(*sends, return_exceptions=True)
        assert (await bot.get_me()).username == "drawbell_test_bot"

    assert (sum(api.counts.values()), len(api.times)) == (50, 50)
    assert sum(isinstance(one, TelegramError) for one in found) == 10
    assert api.kept == {}
