"""Whatever is offered leads somewhere: to newcomers, to regulars, in the middle and long after."""

from collections import deque

import pytest

from bot.chat.commands import COMMANDS
from bot.chat.setup import STEPS
from bot.core.categories import GROUPS, plain
from bot.core.profiles import Occupation
from bot.core.subscribers import Conversation, Language, Subscriber
from bot.wording.spans import Reply
from storage.unit_of_work import Database
from tests.builders import a_profile
from tests.chat.world import FEEDS, Person, publish, understood
from tests.fakes.people import a_subscriber

SEEDS = (
    *(f"/{command.name}" for command in COMMANDS),
    *(f"/start {step.name}" for step in STEPS),
    *("/start skip", "/start back", "/start later", "/start questions"),
    *("/profile noc nurse", "/profile of Sam noc nurse", "/profile nominee yes", "/statsu"),
    *(f"/profile {word} {group}" for group in GROUPS[::3] for word in ("remove", "also")),
)
MOST = 400


async def regular(memory: Database, name: str, language: Language) -> Person:
    person = Person(memory, name, language=language)
    await person.says("480", "/profile of Sam score 431", "/profile noc 31301")
    return person


def offered(reply: Reply) -> list[str]:
    return [choice.says for choice in reply.choices]


@pytest.mark.parametrize("language", list(Language))
async def test_every_choice_leads_to_an_answer(language: Language, memory: Database) -> None:
    """Breadth-first over all choices: once for somebody new, once for somebody well known."""
    known = await regular(memory, "nurse", language)
    waiting, seen, count = deque(SEEDS), set(SEEDS), 0
    while waiting:
        says, count = waiting.popleft(), count + 1
        assert count < MOST, "there is no end of choices"
        replies = [] if says == "/forget yes" else [await known.says(says)]
        if says in SEEDS or language is Language.ENGLISH:
            replies.append(await Person(memory, f"new {count}", language=language).says(says))
        for reply in replies:
            text = reply.message.plain()
            assert text.strip(), says
            assert understood(text) or says == "/statsu", says
            for more in offered(reply):
                if more not in seen:
                    seen.add(more)
                    waiting.append(more)
    assert {"/forget yes", "/alerts all", "/profile of Sam noc 31301"} <= seen
    assert {f"/start categories ~{group}" for group in GROUPS[4:]} <= seen


def knowledge(person: Subscriber | None) -> tuple[object, ...]:
    """What is saved, but for whom, in which language, and the labels offered."""
    assert person is not None
    offered = tuple(says for _label, says in person.conversation.offered)
    return person.profiles, person.preference, person.time_zone, person.conversation.step, offered


@pytest.mark.parametrize("step", [step.name for step in STEPS])
async def test_number_words_and_command_are_the_same(step: str, memory: Database) -> None:
    """In French, the words are typed without accents."""
    nurse = a_profile(occupations=[Occupation(noc_code="31301")])
    asked = {}
    for language in Language:
        asked[language] = await Person(memory, "x", language=language).says(f"/start {step}")
        await Person(memory, "x").says("/forget yes")
    assert offered(asked[Language.ENGLISH])
    labels = [choice.label for choice in asked[Language.FRENCH].choices]
    for number, choice in enumerate(asked[Language.ENGLISH].choices, 1):
        outcomes = []
        for way, typed, language in (
            ("command", choice.says, Language.ENGLISH),
            ("number", f"{number}.", Language.ENGLISH),
            ("capitals", choice.label.upper(), Language.ENGLISH),
            ("unaccented", plain(labels[number - 1]), Language.FRENCH),
        ):
            person = Person(memory, f"{number} {way}")
            conversation = Conversation(
                step=step,
                offered=tuple((one.label, one.says) for one in asked[language].choices),
            )
            begun = a_subscriber(
                person.address.chat, nurse, language=language, conversation=conversation
            )
            async with memory.begin() as changed:
                await changed.subscribers.save(begun)
            reply = await person.says(typed)
            assert understood(reply.message.plain())
            async with memory.look() as seen:
                outcomes.append(knowledge(await seen.subscribers.find(person.address)))
        assert outcomes[1:] == outcomes[:1] * 3, choice


@pytest.mark.parametrize("language", list(Language))
async def test_a_newcomer_can_answer_what_a_command_offers(
    language: Language, memory: Database
) -> None:
    for at, command in enumerate(("/alerts", "/profile noc nurse")):
        person = Person(memory, f"new {at}", language=language)
        reply = await person.says(command)
        for number in range(1, len(reply.choices) + 1):
            assert understood(await person.reads(str(number)))
            await person.says(command)


async def test_a_choice_that_is_no_longer_offered_is_not_picked(memory: Database) -> None:
    person = Person(memory)

    await person.says("480", "/start", "/start later")

    assert not understood(await person.reads("1"))
    assert not understood(await person.reads("Toronto"))


async def test_an_alert_may_be_answered_days_later(memory: Database) -> None:
    person = Person(memory)
    await person.says("480")
    await publish(memory, FEEDS[1], person.clock)
    (alert,) = await person.hears()
    assert [one.round.number for one in alert.rounds] == ["385"]
    person.clock.forward(days=40)

    await person.says("/latest", "/status", "/profile remove healthcare")

    assert "do not meet those of: Healthcare" in await person.reads("/profile")
