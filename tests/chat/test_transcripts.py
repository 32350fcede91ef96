"""Golden transcripts: conversations as people have them, each a file in `transcripts/`.

A line that begins with "> " is typed; what follows is what the console shows. A line that begins
with "--- " says what happens in the world:

    --- as partner          another chat; the first one is "you"
    --- on telegram         the same person in their chat on another platform; also "on console"
    --- publish             IRCC publishes the next round (#385 first), and it is read
    --- later 2 hours       time passes
    --- fails TryLater      the next alert meets this error instead of being shown

Lines above the first of these say what the conversation is about. `UPDATE_TRANSCRIPTS=1` writes
the answers anew; read them before they are committed.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.console.notifier import ConsoleNotifier
from adapters.console.render import rendered_reply
from bot.chat.conversation import offer
from bot.core import errors
from bot.core.subscribers import Language
from bot.wording.spans import Choice, Reply
from storage.unit_of_work import Database
from tests.chat.world import FEEDS, Person, publish
from tests.fakes.clock import FakeClock

UPDATE = bool(os.environ.get("UPDATE_TRANSCRIPTS"))
FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))
TYPED, HAPPENS = "> ", "--- "
FAILURES = {
    "TryLater": errors.TryLater("busy"),
    "RecipientGone": errors.RecipientGone("left"),
    "AlertRejected": errors.AlertRejected("too long"),
    "OutcomeUnknown": errors.OutcomeUnknown("timed out"),
}


class Transcript:
    """Plays a script as the console does, and writes down all of it."""

    def __init__(self, script: str, store: Database, language: Language) -> None:
        lines = script.splitlines()
        first = next(at for at, line in enumerate(lines) if line.startswith((TYPED, HAPPENS)))
        self.written = lines[:first]
        self._todo = [line for line in lines if line.startswith((TYPED, HAPPENS))]
        self._store = store
        self._clock = FakeClock()
        self._person = Person(store, "you", clock=self._clock, language=language)
        self._feeds: Iterator[bytes] = iter(FEEDS[1:])
        self._fails: list[Exception] = []
        self._alert_choices: tuple[Choice, ...] = ()

    async def play(self) -> str:
        """The whole transcript as it is now."""
        for line in self._todo:
            self.written.append(line)
            if line.startswith(TYPED):
                self._show(await self._person.says(line.removeprefix(TYPED)))
            else:
                await self._happens(*line.removeprefix(HAPPENS).split(maxsplit=1))
            await self._show_alerts()
        assert not self._fails, "an alert was to fail, but none was sent"
        return "\n".join(self.written).rstrip() + "\n"

    async def _happens(self, word: str, rest: str = "") -> None:
        match word:
            case "as":
                language = self._person.language
                self._person = Person(self._store, rest, clock=self._clock, language=language)
            case "on":
                language = self._person.language
                self._person = Person(
                    self._store, "you", clock=self._clock, language=language, platform=rest
                )
            case "publish":
                await publish(self._store, next(self._feeds), self._clock)
            case "later":
                count, unit = rest.split()
                self._clock.forward(**{unit: int(count)})
            case "fails":
                self._fails.append(FAILURES[rest])
            case _:
                pytest.fail(f"unknown in a transcript: {word}")
        self.written.append("")

    async def _show_alerts(self) -> None:
        async with self._store.look() as memory:
            if not await memory.outbox.waiting():
                return
        notifier = ConsoleNotifier(self._show_alert)
        notifier.traits = replace(notifier.traits, platform=self._person.address.platform)
        shown = await self._person.hears_through(notifier)
        if shown and self._alert_choices:
            await offer(self._store, self._person.address, self._alert_choices)

    def _show_alert(self, _chat: str, reply: Reply) -> None:
        if self._fails:
            raise self._fails.pop()
        self._alert_choices = reply.choices
        self._show(reply)

    def _show(self, reply: Reply) -> None:
        self.written += [*rendered_reply(reply).split("\n"), ""]


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def write(file: Path, played: str) -> None:
    file.write_text(played, encoding="utf-8")


def language_of(file: Path) -> Language:
    return Language(file.suffixes[-2].removeprefix("."))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".txt"))
async def test_a_conversation_goes_as_written(file: Path, memory: Database) -> None:
    written = read(file)

    played = await Transcript(written, memory, language_of(file)).play()

    if UPDATE and not os.environ.get("CI") and played != written:
        write(file, played)
    else:
        assert played == written


def test_transcripts_are_written_by_people() -> None:
    assert not (UPDATE and os.environ.get("CI")), "UPDATE_TRANSCRIPTS is not for CI"


def test_every_conversation_is_held_in_both_languages() -> None:
    topics = {
        language: {file.name.split(".")[0] for file in FILES if language_of(file) is language}
        for language in Language
    }

    assert topics[Language.ENGLISH] == topics[Language.FRENCH]
    assert topics[Language.ENGLISH]
