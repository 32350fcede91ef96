"""/help leads to every command, and everything it shows works as shown."""

import pytest

from bot.chat.commands import BY_WORD, COMMANDS
from bot.chat.help import TOPICS, examples, usages
from bot.chat.understand import understand
from bot.core.categories import plain
from bot.core.subscribers import Language
from bot.wording.words import words_in
from storage.unit_of_work import Database
from tests.chat.world import FEEDS, Person, publish, understood
from tests.fakes.clock import FakeClock

LANGUAGES = list(Language)
TYPED = [(language, typed) for language in Language for typed in examples(language)]
REJECTED = (
    "Type for example",
    "Type one of",
    "Type:",
    "Écrivez",
    "I need",
    "Il me faut",
    "I know:",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_in_the_help(language: Language) -> None:
    found = {
        meaning.command.name
        for typed in examples(language)
        if (meaning := understand(typed, None)) is not None
    }

    assert found == {command.name for command in COMMANDS}


def test_the_french_help_shows_the_same_commands_in_the_same_order() -> None:
    shown = {
        language: [understand(typed, None) for typed in examples(language)] for language in Language
    }

    assert [one and one.command for one in shown[Language.ENGLISH]] == [
        one and one.command for one in shown[Language.FRENCH]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_everything_in_the_help_is_accepted(language: Language, memory: Database) -> None:
    clock = FakeClock()
    await publish(memory, FEEDS[1], clock)
    clock.forward(days=300)  # "/pause until 2026-12-24" is still to come
    for typed in examples(language):
        person = Person(memory, typed, clock=clock, language=language)
        await person.says("480")

        text = await person.reads(typed)

        expected = understand(typed, None)
        assert expected is not None, typed
        assert understood(text), typed
        if expected.command.name not in ("forget", "help"):
            assert not any(sentence in text for sentence in REJECTED), text
        if "385" in typed:
            assert "385" in text, typed


@pytest.mark.parametrize(("language", "typed"), TYPED, ids=str)
def test_it_can_be_typed_without_accents_in_capitals_and_with_an_exclamation_mark(
    language: Language, typed: str
) -> None:
    meant = understand(typed, None)
    assert meant is not None

    for other in (plain(typed), typed.upper(), "!" + typed[1:], f"  {typed[1:]} "):
        found = understand(other.strip(), None)
        assert found is not None
        assert found.command is meant.command


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
async def test_a_topic_shows_its_commands_and_no_others(
    topic: str, language: Language, memory: Database
) -> None:
    all_usages = usages(words_in(language))
    for typed, _summary in all_usages[topic]:
        word = typed.split()[0]
        shown = await Person(memory, language=language).reads(f"/help {word}")

        lines = [line.split(" – ")[0] for line in shown.split("\n") if line.startswith("/")]
        assert lines == [typed for typed, _summary in all_usages[topic]]


async def test_help_saves_nothing(memory: Database) -> None:
    person = Person(memory)

    await person.says("/help", "/help alerts", "/latest", "/privacy", "/status", "/profil", "/prof")

    assert "nothing saved" in await person.reads("/export")


def test_no_word_means_two_commands() -> None:
    words = [word for command in COMMANDS for word in (command.name, *command.french)]

    assert len(words) == len(set(words)) == len(BY_WORD)
    assert all(plain(word) == word for word in words)
