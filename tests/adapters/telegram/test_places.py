"""Groups, channels and topics: who may decide, what is posted, and what becomes of the place."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.telegram.chats import PLATFORM
from bot.chat.groups import followed_by
from bot.core.alerts import Mode, Preference
from bot.core.categories import GROUPS
from bot.core.delivery import State
from bot.core.subscribers import OWNER, TITLE, Language, OtherPlace, Subscriber
from storage.unit_of_work import Database
from tests.adapters.telegram.living import (
    ANN,
    BEN,
    CHANNEL,
    FORUM,
    GROUP,
    OUR_NAME,
    Life,
    living,
)
from tests.builders import a_profile
from tests.fakes.apis import eventually
from tests.fakes.databases import rows_of
from tests.fakes.people import a_subscriber, an_address
from tests.fakes.telegram_api import ANONYMOUS, BOT_ID, FakeTelegram
from tests.fakes.telegram_spec import Refused

ONLY_ADMINS = "Only administrators decide what is posted here."
PERSONAL = "That is personal, and everybody here would read it."
PRIVATE = f"https://t.me/{OUR_NAME}"


def make_admin(api: FakeTelegram, chat: int, user: int, status: str = "administrator") -> None:
    api.members.setdefault(chat, {})[user] = status


@pytest.fixture
def forum(life: Life) -> Life:
    """A forum with two topics, whose administrator is Ann."""
    make_admin(life.api, FORUM, ANN)
    life.api.topic(FORUM, 5, "open")
    life.api.topic(FORUM, 6, "open")
    return life


async def followed(life: Life, chat: int | str) -> set[str]:
    return set(followed_by(await life.saved(chat)))


def thread_of(message: dict[str, object]) -> object:
    return message.get("message_thread_id")


# Who may decide.


@pytest.mark.parametrize("status", ["creator", "administrator"])
async def test_administrators_decide(status: str, life: Life) -> None:
    make_admin(life.api, GROUP, ANN, status)

    text = await life.says(GROUP, "/follow healthcare", user=ANN)

    assert text == "I post general rounds here, and those of Healthcare."
    assert await followed(life, GROUP) == {"healthcare"}


@pytest.mark.parametrize("status", ["member", "restricted", "left"])
async def test_nobody_else_does(status: str, life: Life) -> None:
    make_admin(life.api, GROUP, ANN, status)

    assert await life.says(GROUP, "/follow healthcare", user=ANN) == ONLY_ADMINS
    assert await life.saved(GROUP) is None


async def test_whoever_speaks_as_the_group_is_an_administrator(life: Life) -> None:
    life.api.show(GROUP, as_chat=GROUP, text="/follow healthcare")
    await life.answer(GROUP)

    assert await followed(life, GROUP) == {"healthcare"}
    assert life.api.called("getChatMember") == []


async def test_whoever_speaks_as_another_channel_is_not(life: Life) -> None:
    life.api.show(GROUP, as_chat=CHANNEL, text="/follow healthcare")

    assert (await life.answer(GROUP))["text"] == ONLY_ADMINS


async def test_a_channels_post_that_arrives_in_its_group_is_no_command_there(life: Life) -> None:
    life.api.show(GROUP, as_chat=CHANNEL, is_automatic_forward=True, text="/follow all")
    await life.says(GROUP, "/help")

    assert life.api.counts[GROUP] == 1


async def test_nobody_is_asked_about_for_what_everybody_may(life: Life) -> None:
    for text in ("/latest", "/help", "/profile"):
        await life.says(GROUP, text, user=BEN)

    assert life.api.called("getChatMember") == []


async def test_an_administrator_is_asked_about_once_a_minute(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow", user=ANN)
    for _ in range(3):
        await life.presses(GROUP, "Healthcare: no", user=ANN)
        await life.presses(GROUP, "Healthcare: yes", user=ANN)

    assert len(life.api.called("getChatMember")) == 1


async def test_who_cannot_be_asked_about_does_not_decide(life: Life) -> None:
    life.api.fail(method="getChatMember", status=500)

    assert await life.says(GROUP, "/follow all", user=ANN) == ONLY_ADMINS


# What is said there.


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        (f"/help@{OUR_NAME}", True),
        (f"/help@{OUR_NAME.upper()}", True),
        (f"/follow@{OUR_NAME}\nhealthcare", True),
        ("/help@another_bot", False),
        ("/follow@another_bot healthcare", False),
        ("/weather", False),
        (f"/weather@{OUR_NAME}", False),
        ("hello, all of you", False),
        ("480", False),
        (f"@{OUR_NAME} hello", False),
    ],
)
async def test_what_is_for_us_is_answered_and_the_rest_gets_silence(
    text: str, answered: bool, life: Life
) -> None:
    life.api.say(GROUP, text, user=ANN)
    life.api.say(GROUP, "/latest", user=ANN)
    await life.api.until(lambda: any("Draw #384" in one for one in life.api.texts(GROUP)))

    assert life.api.counts[GROUP] == 1 + answered


async def test_personal_matters_are_sent_to_the_private_chat(life: Life) -> None:
    text = await life.says(GROUP, "/profile score 480", user=ANN)

    assert text.startswith(PERSONAL)
    [entity] = life.api.messages(GROUP)[-1]["entities"]
    assert entity["url"] == PRIVATE
    assert await life.saved(GROUP) is None


async def test_buttons_edit_one_message_and_only_administrators_press_them(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow", user=ANN)
    await life.presses(GROUP, "Healthcare: no", user=ANN)
    await life.presses(GROUP, "STEM: no", user=ANN)

    [message] = life.api.messages(GROUP)
    assert "Healthcare and STEM" in message["text"]

    query = life.api.press(GROUP, message["message_id"], life.labels(GROUP)["French: no"], user=BEN)
    told = await life.api.until(lambda: life.api.queries[query])
    assert told == {"callback_query_id": query, "text": ONLY_ADMINS}
    assert await life.says(GROUP, "/latest", user=BEN)
    assert "Healthcare and STEM" in life.api.texts(GROUP)[0]
    assert await followed(life, GROUP) == {"healthcare", "stem"}


async def test_buttons_show_what_two_administrators_changed_at_once(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    make_admin(life.api, GROUP, BEN)
    await life.says(GROUP, "/follow", user=ANN)
    labels = life.labels(GROUP)
    life.api.fail(method="editMessageText", delay=0.3)
    life.api.press(GROUP, 2, labels["Healthcare: no"], user=ANN)
    await eventually(partial(followed, life, GROUP))
    life.api.press(GROUP, 2, labels["STEM: no"], user=BEN)
    await life.api.until(lambda: len(life.api.called("editMessageText")) == 2)

    assert await followed(life, GROUP) == {"healthcare", "stem"}
    assert "Healthcare and STEM" in life.api.texts(GROUP)[0]


@pytest.mark.parametrize("chat", [GROUP, CHANNEL])
@pytest.mark.parametrize("data", ["e:/help", "s:/latest", "e:/profile", "x:1", "e:/unfollow"])
async def test_nobody_changes_or_makes_a_post_by_a_button_of_their_own(
    data: str, chat: int, life: Life
) -> None:
    if chat == CHANNEL:
        life.api.chat(CHANNEL, type="channel", title="News")
    async with life.store.begin() as memory:
        await memory.subscribers.save(_follower(str(chat)))
    await life.publishes()
    await life.delivers()
    [post] = life.api.texts(chat)

    query = life.api.press(chat, 1, data, user=BEN, stale=True)
    told = await life.api.until(lambda: life.api.queries[query])
    await life.says(BEN, "/latest")

    assert told == {"callback_query_id": query, "text": ONLY_ADMINS}
    assert life.api.texts(chat) == [post]
    assert await followed(life, chat) == {"healthcare"}


@pytest.mark.parametrize("data", ["x:1", "n:0badf00d", "s:", "e:/no_such"])
async def test_old_and_garbled_buttons_are_answered_in_groups_too(data: str, life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    query = life.api.press(GROUP, 9, data, user=ANN, stale=True)
    await life.api.until(lambda: life.api.queries[query] is not None)
    await life.says(GROUP, "/latest", user=ANN)

    assert life.api.complaints == []


async def test_a_flood_in_a_group_gets_no_remark(life: Life) -> None:
    for _ in range(60):
        life.api.say(GROUP, "/latest", user=ANN)
    await life.says(GROUP, "/help", user=BEN)
    await life.says(GROUP, "/help", user=BEN)

    assert not any("quicker" in text for text in life.api.texts(GROUP))


async def test_answers_to_many_people_keep_the_pace_of_their_group(
    api: FakeTelegram, memory: Database
) -> None:
    async with living(api, memory, group_interval=0.1):
        for user in range(100, 106):
            api.say(GROUP, "/latest", user=user)
        await api.until(lambda: api.counts[GROUP] == 6)

    times = [call.at for call in api.calls if call.method == "sendMessage"]
    assert times[-1] - times[0] >= 0.45


async def test_french_is_spoken_to_whoever_speaks_it_first(life: Life) -> None:
    life.api.languages[ANN] = "fr"
    make_admin(life.api, GROUP, ANN)

    text = await life.says(GROUP, "/suivre sante", user=ANN)

    assert text.startswith("Je publie ici")
    assert (await life.saved(GROUP) or a_subscriber()).language is Language.FRENCH


# What is posted.


async def test_one_post_for_a_round_with_the_way_to_a_private_answer(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(ANN, "478")
    await life.says(GROUP, "/follow healthcare", user=ANN)
    await life.publishes()

    assert await life.delivers() == 2

    post = life.api.messages(GROUP)[-1]
    assert post["text"].startswith("Draw #385 Healthcare: CRS cut-off 476\n")
    assert "478" not in post["text"]
    [[button]] = post["reply_markup"]["inline_keyboard"]
    assert button == {"text": "Would I have qualified?", "url": f"{PRIVATE}?start=round_385"}
    assert life.api.counts[GROUP] == 2


async def test_the_button_leads_to_the_readers_own_answer(life: Life) -> None:
    await life.publishes()
    await life.says(BEN, "480")
    await life.says(BEN, "/profile add healthcare")

    text = await life.says(BEN, "/start round_385")

    assert "you would have qualified, 480 vs 476 (+4)" in text


async def test_a_channel_is_set_up_by_a_post_and_gets_posts(life: Life) -> None:
    life.api.chat(CHANNEL, type="channel", title="News")
    text = await life.says(CHANNEL, "/follow healthcare")
    await life.publishes()
    await life.delivers()

    assert text == "I post general rounds here, and those of Healthcare."
    assert life.api.texts(CHANNEL)[-1].startswith("Draw #385 Healthcare")


async def test_talk_in_a_group_leaves_its_turn_to_a_post_that_waits_for_it(life: Life) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    life.limiter.keep(str(GROUP), -2.5)
    await life.says(GROUP, "/latest", user=BEN)

    assert loop.time() - began >= 0.45


# Topics.


async def test_each_topic_is_answered_and_told_in_its_own_thread(forum: Life) -> None:
    await forum.says(FORUM, "/follow healthcare", user=ANN, thread=5)
    await forum.says(FORUM, "/follow stem", user=ANN, thread=6)
    assert await followed(forum, f"{FORUM}/5") == {"healthcare"}
    await forum.publishes()
    await forum.delivers()

    assert [thread_of(one) for one in forum.api.messages(FORUM)] == [5, 6, 5]


async def test_a_reply_in_an_ordinary_group_is_no_topic(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    life.api.show(GROUP, user=ANN, text="/follow healthcare", message_thread_id=77)
    await life.answer(GROUP)

    [call] = life.api.called("sendMessage")
    assert "message_thread_id" not in call
    assert await followed(life, GROUP) == {"healthcare"}


async def test_the_general_topic_must_not_be_named(life: Life) -> None:
    async with life.store.begin() as memory:
        await memory.subscribers.save(_follower(f"{FORUM}/1"))
    await life.publishes()
    await life.delivers()

    [call] = life.api.called("sendMessage")
    assert (call["chat_id"], call.get("message_thread_id")) == (FORUM, None)


@pytest.mark.parametrize("state", ["closed", "deleted"])
async def test_what_a_closed_topic_does_not_take_goes_to_the_general_one(
    state: str, forum: Life
) -> None:
    await forum.says(FORUM, "/follow healthcare", user=ANN, thread=5)
    forum.api.topics[FORUM][5] = state
    await forum.publishes()
    await forum.delivers()

    answered, post = forum.api.messages(FORUM)
    assert (thread_of(answered), thread_of(post)) == (5, None)
    assert post["text"].startswith("Draw #385")
    assert not await forum.is_gone(f"{FORUM}/5")


async def test_two_topics_that_are_gone_make_one_post_of_what_both_follow(forum: Life) -> None:
    for thread in (5, 6):
        await forum.says(FORUM, "/follow healthcare", user=ANN, thread=thread)
        forum.api.topics[FORUM][thread] = "closed"
    forum.api.fail(
        Refused(429, "Too Many Requests: retry after 1", retry_after=1), chat=FORUM, skip=1
    )
    await forum.publishes()
    await forum.delivers()
    forum.clock.forward(minutes=1)
    await eventually(partial(_all_settled, forum))

    posts = [one for one in forum.api.messages(FORUM) if thread_of(one) is None]
    assert len(posts) == 1
    forum.clock.forward(minutes=2)
    await forum.owners_hear()
    assert forum.api.counts[ANN] == 1


async def _all_settled(life: Life) -> bool:
    await life.delivers()
    async with life.store.look() as memory:
        return not await memory.outbox.waiting()


async def test_who_set_a_closed_topic_up_is_told_once(forum: Life) -> None:
    forum.api.chat(FORUM, type="supergroup", title="Newcomers")
    await forum.says(FORUM, "/follow all", user=ANN, thread=5)
    forum.api.topics[FORUM][5] = "closed"
    for number in (1, 2):
        await forum.publishes(number)
        await forum.delivers()
        forum.clock.forward(minutes=2)
        await forum.owners_hear()

    [told] = forum.api.texts(ANN)
    assert told == (
        "In Newcomers the topic that I post in is closed or gone. Until that changes, or /follow "
        "is used in another topic, I post in the general one."
    )


async def test_a_topic_that_closes_again_is_told_again(forum: Life) -> None:
    await forum.says(FORUM, "/follow all", user=ANN, thread=5)
    for number, state in ((1, "closed"), (2, "open"), (3, "closed")):
        forum.api.topics[FORUM][5] = state
        await forum.publishes(number)
        await forum.delivers()
        forum.clock.forward(minutes=2)
        await forum.owners_hear()

    assert forum.api.counts[ANN] == 2


async def test_when_the_general_topic_is_closed_too_it_is_tried_again_later(
    forum: Life, world: Path
) -> None:
    await forum.says(FORUM, "/follow healthcare", user=ANN, thread=5)
    forum.api.topics[FORUM] |= {5: "closed", 0: "closed"}
    await forum.publishes()
    assert await forum.delivers() == 1

    tried = [call.fields.get("message_thread_id") for call in forum.api.calls if call.status == 400]
    assert tried == [5, None]
    assert not await forum.is_gone(f"{FORUM}/5")

    forum.api.topics[FORUM][0] = "open"
    forum.clock.forward(hours=2)
    assert await forum.delivers() == 1
    assert forum.api.texts(FORUM)[-1].startswith("Draw #385")


# What becomes of the place.


async def test_being_added_is_greeted_with_help_and_remembers_by_whom(life: Life) -> None:
    life.api.members[GROUP] = {BOT_ID: "left"}
    life.api.my_chat_member(GROUP, "member", by=ANN)

    assert "I post each Express Entry round here" in (await life.answer(GROUP))["text"]
    saved = await life.saved(GROUP)
    assert saved is not None
    assert (saved.fact(OWNER), saved.paused) == (str(ANN), True)


async def test_a_channel_remembers_who_brought_us_though_nobody_speaks_there(life: Life) -> None:
    life.api.chat(CHANNEL, type="channel", title="News")
    life.api.members[CHANNEL] = {BOT_ID: "left"}
    life.api.my_chat_member(CHANNEL, "administrator", by=ANN)
    await life.answer(CHANNEL)
    await life.says(ANN, "/latest")
    await life.says(CHANNEL, "/follow all")

    life.api.my_chat_member(CHANNEL, "administrator", by=BEN, can_post_messages=False)
    await eventually(lambda: life.is_gone(CHANNEL))
    await life.owners_hear()

    assert life.api.texts(ANN)[1:] == ["I may no longer write in News, so nothing is posted there."]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("kicked", "I was removed from Group, so nothing is posted there."),
        ("left", "I was removed from Group, so nothing is posted there."),
        ("restricted", "I may no longer write in Group, so nothing is posted there."),
    ],
)
async def test_losing_a_group_is_told_to_who_set_it_up_and_no_more_is_posted(
    status: str, said: str, life: Life
) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow healthcare", user=ANN)
    life.api.my_chat_member(GROUP, status, by=BEN)
    await eventually(lambda: life.is_gone(GROUP))
    for _look in range(2):
        await life.owners_hear()

    assert life.api.texts(ANN) == [said]
    await life.publishes()
    await life.delivers()
    assert life.api.counts[GROUP] == 1


async def test_the_owner_is_told_in_their_language(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(ANN, "/language fr")
    await life.says(GROUP, "/follow healthcare", user=ANN)

    life.api.my_chat_member(GROUP, "kicked", by=BEN)
    await eventually(lambda: life.is_gone(GROUP))
    await life.owners_hear()

    assert life.api.texts(ANN)[-1] == "J’ai été retiré de Group\u00a0; plus rien n’y est publié."


async def test_a_place_where_nothing_was_posted_is_left_without_a_word(life: Life) -> None:
    life.api.members[GROUP] = {BOT_ID: "left"}
    life.api.my_chat_member(GROUP, "member", by=ANN)
    await life.answer(GROUP)
    life.api.my_chat_member(GROUP, "kicked", by=ANN)
    await eventually(lambda: life.is_gone(GROUP))
    await life.owners_hear()

    await life.says(ANN, "/latest")
    assert life.api.counts[ANN] == 1


async def test_an_owner_who_blocked_us_is_no_trouble(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow healthcare", user=ANN)
    life.api.members[ANN] = {BOT_ID: "kicked"}
    life.api.my_chat_member(GROUP, "kicked", by=BEN)

    await eventually(lambda: life.is_gone(GROUP))
    for _look in range(2):
        await life.owners_hear()
    assert len([call for call in life.api.calls if call.status == 403]) == 1
    assert "Draw #384" in await life.says(BEN, "/latest")


async def test_what_only_a_refused_post_shows_is_told_to_who_set_the_group_up(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow healthcare", user=ANN)
    life.api.members[GROUP][BOT_ID] = "kicked"  # while we were not listening
    await life.publishes()
    await life.delivers()
    await life.owners_hear()
    assert not life.api.texts(ANN)  # the platform may take it back

    life.clock.forward(minutes=1)
    for _look in range(2):
        await life.owners_hear()

    assert life.api.texts(ANN) == [
        "I could not post in Group. Please check that I am there and may write."
    ]


async def test_coming_back_goes_on_where_it_ended(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow healthcare", user=ANN)
    life.api.my_chat_member(GROUP, "kicked", by=BEN)
    await eventually(lambda: life.is_gone(GROUP))

    life.api.my_chat_member(GROUP, "member", by=ANN)
    await eventually(lambda: _is_back(life, GROUP))

    await life.publishes()
    await life.delivers()
    assert life.api.texts(GROUP)[-1].startswith("Draw #385")
    assert await followed(life, GROUP) == {"healthcare"}


async def test_coming_back_without_a_voice_is_no_coming_back(life: Life) -> None:
    life.api.chat(CHANNEL, type="channel", title="News")
    await life.says(CHANNEL, "/follow all")
    life.api.my_chat_member(CHANNEL, "kicked", by=BEN)
    await eventually(lambda: life.is_gone(CHANNEL))

    life.api.my_chat_member(CHANNEL, "administrator", by=ANN, can_post_messages=False)
    await life.says(BEN, "/latest")
    assert await life.is_gone(CHANNEL)

    life.api.my_chat_member(CHANNEL, "administrator", by=ANN)
    await eventually(lambda: _is_back(life, CHANNEL))


async def test_who_brings_us_as_the_group_itself_is_not_taken_for_a_person(life: Life) -> None:
    life.api.members[GROUP] = {BOT_ID: "left"}
    life.api.my_chat_member(GROUP, "member", by=ANONYMOUS)
    await life.answer(GROUP)
    life.api.show(GROUP, as_chat=GROUP, text="/follow healthcare")
    await life.answer(GROUP, after=1)

    saved = await life.saved(GROUP)
    assert saved is not None
    assert saved.fact(OWNER) is None
    assert followed_by(saved) == {"healthcare"}


async def test_a_new_name_is_noticed_when_somebody_decides_there(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow", user=ANN)
    life.api.chat(GROUP, type="supergroup", title="Nurses of Halifax")
    await life.presses(GROUP, "Healthcare: no", user=ANN)

    saved = await life.saved(GROUP)
    assert saved is not None
    assert saved.fact(TITLE) == "Nurses of Halifax"


async def test_a_group_that_is_lost_twice_is_told_twice(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow healthcare", user=ANN)
    for _time in range(2):
        life.api.my_chat_member(GROUP, "kicked", by=BEN)
        await eventually(lambda: life.is_gone(GROUP))
        await life.owners_hear()
        life.api.my_chat_member(GROUP, "member", by=ANN)
        await eventually(lambda: _is_back(life, GROUP))

    assert life.api.counts[ANN] == 2


async def _is_back(life: Life, chat: int | str) -> bool:
    return await life.saved(chat) is not None and not await life.is_gone(chat)


async def test_all_topics_go_and_come_back_with_their_forum(forum: Life) -> None:
    for thread in (5, 6):
        await forum.says(FORUM, "/follow healthcare", user=ANN, thread=thread)
    forum.api.my_chat_member(FORUM, "kicked", by=BEN)
    for thread in (5, 6):
        await eventually(partial(forum.is_gone, f"{FORUM}/{thread}"))
    await forum.owners_hear()
    assert "removed" in forum.api.texts(ANN)[-1]

    forum.api.my_chat_member(FORUM, "administrator", by=ANN)
    for thread in (5, 6):
        await eventually(partial(_is_back, forum, f"{FORUM}/{thread}"))
    await forum.publishes()
    assert await forum.delivers() == 2

    assert [thread_of(one) for one in forum.api.messages(FORUM)[2:]] == [5, 6]
    assert forum.api.counts[ANN] == 1


async def test_a_block_ends_alerts_until_the_person_is_back(life: Life) -> None:
    await life.says(ANN, "480")
    await life.says(ANN, "/alerts all")
    life.api.my_chat_member(ANN, "kicked", by=ANN)
    await eventually(lambda: life.is_gone(ANN))
    await life.publishes()
    assert await life.delivers() == 0

    life.api.my_chat_member(ANN, "member", by=ANN)
    await eventually(lambda: _is_back(life, ANN))
    await life.publishes(2)
    await life.delivers()

    assert any("Draw #386" in text for text in life.api.texts(ANN))


async def test_a_block_that_nobody_told_us_of_is_noticed_and_undone_by_a_word(life: Life) -> None:
    await life.says(ANN, "480")
    life.api.members[ANN] = {BOT_ID: "kicked"}
    await life.publishes()
    await life.delivers()
    assert await life.is_gone(ANN)

    life.api.members[ANN] = {}
    await life.says(ANN, "/start")
    assert not await life.is_gone(ANN)


# Migration.


@pytest.mark.parametrize("told", [True, False], ids=["told", "found out by sending"])
async def test_a_group_that_becomes_a_supergroup_is_followed(
    told: bool, life: Life, world: Path
) -> None:
    old, new = -77, -1077
    life.api.chat(old, type="group", title="Old")
    make_admin(life.api, old, ANN)
    await life.says(old, "/follow healthcare", user=ANN)
    with capture_logs() as logs:
        if told:
            life.api.migrate(old, new)
            await eventually(lambda: life.saved(new))
        else:
            life.api.migrated[old] = new
        await life.publishes()
        await life.delivers()

    assert await life.saved(old) is None
    assert await followed(life, new) == {"healthcare"}
    assert life.api.texts(new)[-1].startswith("Draw #385")
    assert life.api.counts[new] == 1
    assert {"chat_migrated", "recipient_moved"} & {one["event"] for one in logs}


@pytest.mark.parametrize(
    "order",
    [
        ["left", "migrated"],
        ["migrated", "joined"],
        ["joined", "migrated"],
        ["joined", "found out by sending"],
    ],
    ids=" then ".join,
)
async def test_a_group_that_we_join_anew_under_its_new_id_follows_what_it_did(
    order: list[str], life: Life
) -> None:
    old, new = -77, -1077
    life.api.chat(old, type="group", title="Old")
    life.api.chat(new, title="Old")
    make_admin(life.api, old, ANN)
    await life.says(old, "/follow healthcare", user=ANN)
    for what in order:
        if what == "left":
            life.api.my_chat_member(old, "left", by=ANN)
            await eventually(lambda: life.is_gone(old))
        elif what == "migrated":
            life.api.migrate(old, new)
            await eventually(lambda: _is_away(life, old))
        elif what == "joined":
            await _joins(life, new)
    life.api.migrated[old] = new
    await life.publishes()
    await life.delivers()
    await life.owners_hear()

    assert await life.saved(old) is None
    assert await followed(life, new) == {"healthcare"}
    assert sum(text.startswith("Draw #385") for text in life.api.texts(new)) == 1
    assert life.api.texts(ANN) == []


async def _joins(life: Life, chat: int) -> None:
    life.api.members[chat] = {BOT_ID: "left"}
    life.api.my_chat_member(chat, "member", by=ANN)
    await eventually(lambda: _is_back(life, chat))


async def test_topics_move_with_their_chat(life: Life) -> None:
    old, new = -77, -1077
    async with life.store.begin() as memory:
        for chat in (old, f"{old}/5", f"{old}/6", -777, "-77777"):
            await memory.subscribers.save(_follower(str(chat)))

    life.api.migrate(old, new)
    await eventually(lambda: life.saved(f"{new}/6"))

    for chat in (new, f"{new}/5", f"{new}/6", -777, -77777):
        assert await life.saved(chat) is not None, chat
    for chat in (old, f"{old}/5", f"{old}/6"):
        assert await life.saved(chat) is None


async def test_a_topic_that_moves_while_sending_keeps_its_thread(life: Life) -> None:
    old, new = -77, -1077
    life.api.topic(new, 5, "open")
    async with life.store.begin() as memory:
        await memory.subscribers.save(_follower(f"{old}/5"))
    life.api.migrated[old] = new
    await life.publishes()
    await life.delivers()

    assert [thread_of(one) for one in life.api.messages(new)] == [5]
    assert await life.saved(f"{new}/5") is not None


@pytest.mark.parametrize("told", [True, False], ids=["told", "found out by sending"])
async def test_whoever_is_there_already_stays_and_is_told_once(
    told: bool, life: Life, world: Path
) -> None:
    old, new = -77, -1077
    async with life.store.begin() as memory:
        await memory.subscribers.save(_follower(str(old)))
        await memory.subscribers.save(_follower(str(new), "stem", "healthcare"))
    if told:
        life.api.migrate(old, new)
        await eventually(lambda: _is_away(life, old))
    else:
        life.api.migrated[old] = new
    await life.publishes()
    await life.delivers()

    assert await followed(life, new) == {"stem", "healthcare"}
    assert life.api.counts[new] == 1
    assert told or await life.is_gone(old)
    states = {row[0] for row in rows_of(world, "SELECT state FROM deliveries")}
    assert states <= {State.SENT, State.GIVEN_UP}


async def _is_away(life: Life, chat: int) -> bool:
    return await life.saved(chat) is None


def _follower(chat: str, *groups: str) -> Subscriber:
    """A group that follows these, or health care."""
    yes = groups or ("healthcare",)
    profile = a_profile(None, yes=yes, no=set(GROUPS) - set(yes))
    preference = Preference(mode=Mode.CATEGORIES)
    return a_subscriber(chat, profile, platform=PLATFORM, preference=preference)


async def test_whoever_blocks_us_and_has_another_place_is_alerted_there(life: Life) -> None:
    await life.says(ANN, "480")
    person = await life.saved(ANN)
    assert person is not None
    other = OtherPlace(address=an_address("dm:7", "discord"))
    async with life.store.begin() as memory:
        await memory.subscribers.save(replace(person, also=(other,)))

    life.api.my_chat_member(ANN, "kicked", by=ANN)
    await eventually(lambda: _leads(life, "discord"))
    life.api.my_chat_member(ANN, "member", by=ANN)
    text = await life.says(ANN, "/status")

    assert not await life.is_gone(ANN)
    assert "Alerts could not be delivered here, so they come on Discord now." in text
    assert "could not be delivered" not in await life.says(ANN, "/status")
    assert "Alerts come here." in await life.says(ANN, "/link here")
    assert await _leads(life, "telegram")


async def _leads(life: Life, platform: str) -> bool:
    person = await life.saved(ANN)
    return person is not None and person.address.platform == platform


async def test_a_group_is_not_linked(life: Life) -> None:
    make_admin(life.api, GROUP, ANN)
    await life.says(GROUP, "/follow healthcare", user=ANN)

    assert (await life.says(GROUP, "/link", user=ANN)).startswith(PERSONAL)
    assert (await life.says(GROUP, "/lier ABCD-EFGH", user=ANN)).startswith(PERSONAL)
