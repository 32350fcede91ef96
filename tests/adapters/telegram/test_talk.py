"""Conversations in private: commands, buttons, links, floods, and what is no speech at all."""

import asyncio
import sqlite3
from collections.abc import MutableMapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.telegram.talk import MOST_WAITING
from bot.chat.menu import group_menu, private_menu
from bot.core.categories import CATEGORIES
from bot.core.errors import StoreUnavailable
from bot.core.subscribers import Language
from bot.wording.words import words_in
from storage.unit_of_work import Database
from tests.adapters.telegram.living import ANN, BEN, GROUP, OUR_NAME, Life, living
from tests.chat.world import understood
from tests.fakes.apis import eventually
from tests.fakes.telegram_api import FakeTelegram
from tests.fakes.telegram_spec import Refused

STICKER = {
    "file_id": "sticker",
    "file_unique_id": "sticker",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}
PHOTO = [{"file_id": "photo", "file_unique_id": "photo", "width": 1, "height": 1}]
MENU = [
    (language, name) for language in Language for name, _what in private_menu(words_in(language))
]
SET_UP = (
    *("English", "Skip", "No", "Canadian Experience Class: not sure", "Done", "Skip"),
    *("Healthcare: not sure", "STEM: not sure", "Done", "Skip", "Skip", "Skip"),
)


def offered(api: FakeTelegram, scope: str, language: str) -> list[tuple[str, str]]:
    key = (f'{{"type": "{scope}"}}', language)
    return [(one["command"], one["description"]) for one in api.commands[key]]


# Commands.


async def test_the_menus_are_offered_in_both_languages(life: Life) -> None:
    await life.api.until(lambda: len(life.api.commands) == 4)
    for language in Language:
        code = "" if language is Language.ENGLISH else str(language)
        words = words_in(language)
        assert offered(life.api, "all_private_chats", code) == private_menu(words)
        assert offered(life.api, "all_chat_administrators", code) == group_menu(words)


@pytest.mark.parametrize(("language", "name"), MENU)
async def test_every_command_of_the_menu_answers(language: Language, name: str, life: Life) -> None:
    life.api.languages[ANN] = f"{language}-CA"

    text = await life.says(ANN, f"/{name}")

    assert text.strip()
    assert understood(text)


async def test_a_command_may_name_the_bot(life: Life) -> None:
    assert "Welcome." in await life.says(ANN, f"/start@{OUR_NAME}")


async def test_start_again_loses_nothing(life: Life) -> None:
    await life.says(ANN, "/start")
    await life.says(ANN, "/profile score 480")
    await life.says(ANN, "/profile add healthcare")
    before = await life.saved(ANN)
    assert before is not None

    text = await life.says(ANN, "/start")

    after = await life.saved(ANN)
    assert after is not None
    assert "Nothing was changed" in text
    assert "480" in text
    assert (after.profiles, after.preference) == (before.profiles, before.preference)


async def test_unknown_text_gets_a_helpful_answer(life: Life) -> None:
    assert "/help" in await life.says(ANN, "the weather is nice")
    assert "Did you mean /profile?" in await life.says(BEN, "/profle")


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": STICKER},
        {"photo": PHOTO},
        {"location": {"latitude": 45.4, "longitude": -75.7}},
        {"contact": {"phone_number": "1", "first_name": "A"}},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
)
async def test_what_has_no_words_gets_help_and_answers_no_question(
    content: dict[str, Any], life: Life
) -> None:
    await life.says(ANN, "/start score")
    life.api.show(ANN, **content)
    answer = await life.answer(ANN, after=1)

    assert "/profile" in answer["text"]
    assert await life.step(ANN) == "score"


async def test_an_album_gets_help_once(api: FakeTelegram, memory: Database, patient: None) -> None:
    for _picture in range(10):
        api.show(ANN, photo=PHOTO, media_group_id="1")
    async with living(api, memory) as life:
        assert "Draw #384" in await life.says(BEN, "/latest")
        api.say(ANN, "/latest")
        await api.until(lambda: any("Draw #384" in text for text in api.texts(ANN)))

    assert api.counts[ANN] == 2


async def test_the_words_under_a_photo_count(life: Life) -> None:
    life.api.show(ANN, photo=PHOTO, caption="480")

    assert "Saved: your CRS score is 480." in (await life.answer(ANN))["text"]


async def test_a_person_is_one_in_all_topics_of_their_chat(life: Life) -> None:
    life.api.topics[ANN] = {5: "open"}
    await life.says(ANN, "480", thread=5)

    assert "480" in await life.says(ANN, "/profile")
    assert await life.saved(f"{ANN}/5") is None


async def test_what_nobody_said_gets_silence(life: Life) -> None:
    life.api.show(ANN, message_auto_delete_timer_changed={"message_auto_delete_time": 60})
    life.api.show(GROUP, new_chat_members=[{"id": 5, "is_bot": False, "first_name": "New"}])
    life.api.show(GROUP, sticker=STICKER)

    await life.says(ANN, "/latest")
    await life.says(GROUP, "/latest")

    assert (life.api.counts[ANN], life.api.counts[GROUP]) == (1, 1)


async def test_an_export_comes_as_a_file_with_its_caption(life: Life) -> None:
    await life.says(ANN, "480")

    assert await life.says(ANN, "/export") == "This is everything I hold about you."
    [content] = life.api.files.values()
    assert b'"crs_score": 480' in content
    [call] = life.api.called("sendDocument")
    assert call["document"].name == "drawbell.json"


async def test_a_file_waits_as_a_message_does_when_it_comes_too_early(life: Life) -> None:
    await life.says(ANN, "480")
    life.api.fail(Refused(429, "Too Many Requests: retry after 1", retry_after=1))

    assert await life.says(ANN, "/export") == "This is everything I hold about you."


# Buttons.


async def test_the_set_up_by_buttons_edits_one_message(life: Life) -> None:
    await life.says(ANN, "/start")

    for label in SET_UP:
        await life.presses(ANN, label)

    [message] = life.api.messages(ANN)
    person = await life.saved(ANN)
    assert person is not None
    answers = person.profiles[0].candidate.answers
    assert "That is all." in message["text"]
    assert answers.yes == {"cec", "healthcare", "stem"}
    assert life.api.counts[ANN] == 1


async def test_several_categories_are_picked_in_one_message(life: Life) -> None:
    await life.says(ANN, "/start categories")
    picked = CATEGORIES[:5]
    for group in picked:
        await life.sends(ANN, 2, f"e:/start categories ~{group}")

    shown = life.labels(ANN)
    assert sum(label.endswith(": yes") for label in shown) == len(picked)
    await life.sends(ANN, 2, f"e:/start categories ~{picked[0]}")
    assert sum(label.endswith(": no") for label in life.labels(ANN)) == 1
    assert life.api.counts[ANN] == 1


async def test_every_button_is_answered_before_anything_else(life: Life) -> None:
    await life.says(ANN, "/start")
    calls = len(life.api.calls)

    await life.presses(ANN, "Skip")

    done = [call.method for call in life.api.calls[calls:] if call.method != "getUpdates"]
    assert done == ["answerCallbackQuery", "editMessageText"]


@pytest.mark.parametrize(
    "fault",
    [
        {"refused": Refused(429, "Too Many Requests: retry after 1", retry_after=1)},
        {"status": 502, "body": b"<html>Bad Gateway</html>"},
    ],
    ids=["429", "502"],
)
async def test_an_edit_that_comes_too_early_waits_and_stays_an_edit(
    fault: dict[str, Any], life: Life
) -> None:
    await life.says(ANN, "/start")
    life.api.fail(method="editMessageText", **fault)
    life.api.press(ANN, 2, life.labels(ANN)["English"])
    await life.api.until(lambda: len(life.api.called("editMessageText")) == 2)

    first, second = [call for call in life.api.calls if call.method == "editMessageText"]
    assert second.at - first.at >= 0.95
    assert "CRS score" in life.api.texts(ANN)[0]
    assert life.api.counts[ANN] == 1


async def test_an_edit_that_is_to_wait_for_long_is_given_up_without_a_message(life: Life) -> None:
    await life.says(ANN, "/start")
    too_many = Refused(429, "Too Many Requests: retry after 500", retry_after=500)
    life.api.fail(too_many, method="editMessageText")
    with capture_logs() as logs:
        life.api.press(ANN, 2, life.labels(ANN)["English"])
        await eventually(lambda: _logged(logs, "answer_failed"))

    assert len(life.api.called("editMessageText")) == 1
    assert life.api.counts[ANN] == 1


async def _logged(logs: list[MutableMapping[str, Any]], event: str) -> bool:
    return any(one["event"] == event for one in logs)


@pytest.mark.parametrize(
    ("label", "asked"), [("Skip", "Has a province"), ("Back", "Which language")]
)
async def test_pressing_a_way_on_many_times_goes_it_once(
    label: str, asked: str, life: Life
) -> None:
    await life.says(ANN, "/start score")
    data = life.labels(ANN)[label]
    for _ in range(5):
        await life.sends(ANN, 2, data, stale=True)

    [message] = life.api.messages(ANN)
    assert message["text"].startswith(asked)


async def test_pressing_twice_says_it_once(life: Life) -> None:
    await life.says(ANN, "/start alerts")
    newest = life.api.messages(ANN)[-1]
    for _ in range(2):
        query = life.api.press(ANN, newest["message_id"], "e:/start score", stale=True)
    await life.api.until(lambda: len(life.api.called("editMessageText")) == 2)

    assert life.api.queries[query] is not None
    assert await life.says(ANN, "480")
    assert life.api.counts[ANN] == 2


@pytest.mark.parametrize(
    "data",
    ["x:1", "1", "menu|settings|2", "e:", "s:", "n:0badf00d", "🔔", "e:/no_such_command", "s:???"],
)
async def test_a_button_of_another_version_leads_somewhere(data: str, life: Life) -> None:
    await life.says(ANN, "480")

    answer = await life.sends(ANN, 2, data, stale=True)

    assert "/help" in answer["text"]


async def test_a_button_of_a_message_that_is_gone_is_answered_anew(life: Life) -> None:
    await life.says(ANN, "480")

    answer = await life.sends(ANN, 999, "e:/start score", stale=True)

    assert answer["message_id"] != 999
    assert "CRS score" in answer["text"]


async def test_a_button_too_long_for_its_data_means_what_it_meant(life: Life) -> None:
    name = "é" * 40
    await life.says(ANN, f"/profile of {name} noc nurse")
    message = life.api.messages(ANN)[-1]
    data = next(one for one in life.labels(ANN).values() if one.startswith("n:"))
    await life.sends(ANN, message["message_id"], data)
    saved = await life.saved(ANN)
    assert saved is not None
    assert saved.profiles[-1].candidate.occupations

    await life.says(ANN, "/forget")
    answer = await life.sends(ANN, message["message_id"], data)

    assert await life.saved(ANN) is not None
    assert "/help" in answer["text"]


async def test_an_alert_stays_when_its_button_is_pressed(life: Life) -> None:
    await life.says(ANN, "480")
    await life.publishes()
    assert await life.delivers() == 1
    alert = life.api.messages(ANN)[-1]
    text = alert["text"]

    answer = await life.presses(ANN, "I meet the conditions of Healthcare")

    assert answer["message_id"] != alert["message_id"]
    assert life.api.kept[ANN][alert["message_id"]]["text"] == text
    saved = await life.saved(ANN)
    assert saved is not None
    assert "healthcare" in saved.profiles[0].candidate.answers.yes


async def test_buttons_work_after_a_restart(
    api: FakeTelegram, memory: Database, patient: None
) -> None:
    async with living(api, memory) as life:
        await life.says(ANN, "/start")
    polls = api._polls
    async with living(api, memory) as life:
        await api.until(lambda: api._polls > polls)
        await life.presses(ANN, "English")

    [message] = api.messages(ANN)
    assert "score" in message["text"]


# Links.


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("round_384", "Draw #384"),
        ("category_healthcare", "Healthcare, 12 months"),
        ("category_senior_managers", "Senior managers"),
    ],
)
async def test_a_link_shows_its_matter_and_greets_whoever_is_new(
    payload: str, said: str, life: Life
) -> None:
    life.api.say(ANN, f"/start {payload}")
    await life.answer(ANN, after=1)
    await life.says(BEN, "480")
    about = await life.says(BEN, f"/start {payload}")
    await life.says(BEN, "/privacy")

    first, second = life.api.texts(ANN)
    assert said in first
    assert "Welcome." in second
    assert said in about
    assert "not done" not in about
    assert life.api.counts[BEN] == 3


@pytest.mark.parametrize("payload", ["hello", "round_", "round_385;drop", "category_", "é" * 60])
async def test_a_link_of_nothing_known_is_a_start(payload: str, life: Life) -> None:
    assert "Welcome." in await life.says(ANN, f"/start {payload}")
    assert life.api.counts[ANN] == 1


async def test_a_link_to_what_there_is_not_says_so(life: Life) -> None:
    life.api.say(ANN, "/start round_9999")
    await life.answer(ANN, after=1)

    assert "I do not know a round #9999." in life.api.texts(ANN)[0]


# Floods.


async def test_a_flood_is_answered_a_little_told_once_and_slows_nobody(
    api: FakeTelegram, memory: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.limiter._CHAT_INTERVAL", 0.2)
    async with living(api, memory) as life:
        for _ in range(200):
            api.say(ANN, "/latest")
        api.say(BEN, "/latest")
        await api.until(lambda: api.texts(BEN))
        early = len(api.texts(ANN))
        told = await eventually(
            lambda: _said(api, ANN, "That was quicker than I can answer, so I left some of it out.")
        )
        assert "Draw #384" in await life.says(ANN, "/latest")

    assert early <= 2
    assert told == MOST_WAITING + 2
    assert len(api.texts(ANN)) == told + 1


async def _said(api: FakeTelegram, chat: int, text: str) -> int:
    """How many messages there are, once the newest is this one."""
    texts = api.texts(chat)
    return len(texts) if texts and texts[-1] == text else 0


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_who_is_told_to_wait_for_asking_too_much_slows_nobody_else(
    method: str, life: Life
) -> None:
    await life.says(ANN, "/start")
    too_many = Refused(429, "Too Many Requests: retry after 20", retry_after=20)
    life.api.fail(too_many, method=method, chat=ANN)
    life.api.press(ANN, 2, "e:/latest" if method == "editMessageText" else "s:/latest", stale=True)
    await life.api.until(lambda: any(call.status == 429 for call in life.api.calls))

    assert "Draw #384" in await life.says(BEN, "/latest")


async def test_a_flood_of_buttons_keeps_the_pace_of_its_chat(
    api: FakeTelegram, memory: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.limiter._CHAT_INTERVAL", 0.3)
    async with living(api, memory) as life:
        await life.says(ANN, "/start score")
        for number in range(8):
            step = ("score", "nominee")[number % 2]
            await life.sends(ANN, 2, f"e:/start {step}", stale=True)

    edits = [call.at for call in api.calls if call.method == "editMessageText"]
    assert edits[7] - edits[0] >= 0.9 - 0.05
    assert len(edits) == 8


async def test_a_flood_of_buttons_is_answered_each_and_loses_no_command_of_others(
    life: Life,
) -> None:
    await life.says(ANN, "/start score")
    queries = [life.api.press(ANN, 2, "e:/start score", stale=True) for _ in range(50)]
    people = range(100, 150)
    for person in people:
        life.api.say(person, "480")
    await life.api.until(lambda: all(life.api.texts(person) for person in people))

    assert all("480" in life.api.texts(person)[0] for person in people)
    await life.api.until(lambda: all(life.api.queries[one] is not None for one in queries))


async def test_who_blocks_us_in_the_middle_of_a_flood_leaves_nothing_hanging(life: Life) -> None:
    life.api.members[ANN] = {123456: "kicked"}
    for _ in range(50):
        life.api.say(ANN, "/latest")
    await life.api.until(
        lambda: len([call for call in life.api.calls if call.status == 403]) >= MOST_WAITING + 2
    )
    life.api.members[ANN] = {}

    assert "Draw #384" in await life.says(ANN, "/latest")


# Mishaps.


async def test_a_database_that_breaks_is_apologised_for(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr("adapters.telegram.talk.converse", broken)

    assert "nothing was saved" in await life.says(ANN, "480")


async def test_an_update_that_cannot_be_read_stops_none_behind_it(life: Life) -> None:
    life.api._updates.append({"update_id": life.api._next_update, "message": {"text": "half"}})
    life.api._next_update += 1

    assert "Draw #384" in await life.says(ANN, "/latest")
    assert all("no result of getUpdates" in one for one in life.api.complaints)
    life.api.complaints.clear()


async def test_what_was_answered_before_a_restart_is_not_answered_again(
    api: FakeTelegram, memory: Database
) -> None:
    async with living(api, memory) as life:
        await life.says(ANN, "/latest")
    assert api._updates == []


async def test_a_conversation_goes_on_while_alerts_are_sent(life: Life) -> None:
    await life.says(ANN, "/start score")
    await life.says(ANN, "480")
    await life.publishes()
    _, text = await asyncio.gather(life.delivers(), life.says(BEN, "/latest"))

    assert "Draw #385" in text
    assert await life.step(ANN) == "nominee"


async def test_forgetting_leaves_nothing_of_the_chat(life: Life, world: Path) -> None:
    chat = 987_654_321
    await life.says(chat, "480")
    await life.publishes()
    await life.delivers()

    await life.says(chat, "/forget")
    answer = await life.presses(chat, "Yes, delete everything")

    assert "everything about you is deleted" in answer["text"]
    assert await life.saved(chat) is None
    with closing(sqlite3.connect(world)) as connection:
        assert str(chat) not in "\n".join(connection.iterdump())
