"""The console: lines in, replies and alerts out."""

import io
import os
import sys

import pytest
from rich.console import Console

from adapters.console.chat import chat
from adapters.console.faces import Piped, face
from adapters.console.lines import Lines, every
from adapters.console.notifier import PLATFORM, ConsoleNotifier
from adapters.console.render import rendered_reply, shown
from bot.core.alerts import Priority
from bot.core.delivery import Alert, DeliveryKey, ProfileVerdict, RoundVerdicts
from bot.core.detect import Status
from bot.core.match import verdict
from bot.core.subscribers import Address, Language, Subscriber
from bot.pipeline.poll import announce
from bot.wording.alerts import alert_reply
from bot.wording.spans import Attachment, Choice, Emphasis, Message, Reply, line, link
from storage.unit_of_work import Database
from tests.builders import a_profile, a_round
from tests.fakes.clock import FakeClock

ME = Address(platform=PLATFORM, chat="me")


def an_alert() -> Alert:
    round_, profile = a_round(), a_profile()
    told = ProfileVerdict(
        profile=profile, verdict=verdict(round_, profile), priority=Priority.QUALIFIED
    )
    return Alert(
        key=DeliveryKey(announcement=1, subscriber=1),
        to=Subscriber(address=ME, profiles=(profile,)),
        announced_at=FakeClock().now,
        rounds=(RoundVerdicts(round=round_, profiles=(told,)),),
    )


async def test_an_alert_is_shown_where_the_chat_is() -> None:
    shown: list[tuple[str, Reply]] = []
    alert = an_alert()

    receipt = await ConsoleNotifier(lambda name, reply: shown.append((name, reply))).send(alert)

    assert receipt is None
    assert shown == [("me", alert_reply(alert))]
    text = rendered_reply(shown[0][1])
    assert text.startswith("Draw #385 Healthcare: you would have qualified")


async def lines_of(text: str) -> list[str | None]:
    return [line async for line in every(30, Lines(io.StringIO(text)))]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("one\n", ["one"]),
        ("one\ntwo", ["one", "two"]),
        ("one\r\n\n\ttwo \n", ["one", "", "\ttwo "]),
    ],
)
async def test_each_line_comes_without_its_end(text: str, lines: list[str]) -> None:
    assert await lines_of(text) == lines


async def test_input_closed_under_us_is_the_end_of_it() -> None:
    closed = io.StringIO("one\n")
    closed.close()

    assert [line async for line in every(30, Lines(closed))] == []


async def test_while_nobody_types_time_passes_in_steps() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as source, os.fdopen(writing, "w") as keyboard:
        seen: list[str | None] = []
        async for line in every(0.01, Lines(source)):
            seen.append(line)
            if seen == [None, None]:
                keyboard.write("one\n")
                keyboard.flush()
            if line is not None:
                keyboard.close()

    assert [line for line in seen if line is not None] == ["one"]
    assert seen[:2] == [None, None]


async def talk(
    typed: str,
    store: Database,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    name: str = "me",
    language: Language = Language.ENGLISH,
) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    said: list[str] = []

    class Recording(Piped):
        def show(self, reply: Reply) -> None:
            said.append(rendered_reply(reply))

    await chat(name, face=Recording(), store=store, clock=clock, language=language)
    return "\n".join(said)


async def subscribe_and_announce(store: Database, clock: FakeClock) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(Subscriber(address=ME, profiles=(a_profile(),)))
    async with store.begin() as memory:
        await memory.rounds.add([a_round()], Status.ANNOUNCED, clock())
        assert await announce(memory, [a_round()], clock()) == 1


async def test_a_waiting_alert_is_shown_first_and_once(
    store: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe_and_announce(store, clock)

    first = await talk("/profile\n", store, clock, monkeypatch)
    second = await talk("/profile\n", store, clock, monkeypatch)

    assert first.startswith("Draw #385 Healthcare: you would have qualified")
    assert first.index("Draw #385") < first.index("480", first.index("drawbell is not IRCC"))
    assert "Draw #" not in second


async def test_an_alert_is_not_shown_to_another(
    store: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe_and_announce(store, clock)

    assert await talk("", store, clock, monkeypatch, name="somebody else") == ""


@pytest.mark.parametrize("word", ["exit", "quit", "/exit", "/quit", " EXIT "])
async def test_words_that_end_it(
    word: str, store: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await talk(f"{word}\n/help\n", store, clock, monkeypatch) == ""


async def test_empty_lines_get_no_answer(
    store: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await talk("\n  \n\t\n", store, clock, monkeypatch) == ""


async def test_somebody_new_is_answered_in_the_language_asked_for(
    store: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    french = await talk("/start\n", store, clock, monkeypatch, language=Language.FRENCH)

    assert "Bienvenue" in french


async def test_through_a_pipe_there_is_no_prompt_and_an_empty_line_after_each_reply(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    async with face(["/help"]) as shown:
        shown.show(Reply(message=Message(lines=(line("one"),))))
        assert await shown.next() is None

    assert capsys.readouterr().out == "one\n\n"


REPLY = Reply(
    message=Message(
        lines=(line("First", Emphasis.STRONG), link("Page:", "https://example.org/a_[b]"))
    ),
    choices=(Choice(label="Yes [bold]", says="/yes"), Choice(label="No", says="/no")),
    attachment=Attachment(name="data.json", text="{}"),
)


def test_a_reply_as_text_has_its_attachment_and_numbered_choices() -> None:
    assert rendered_reply(REPLY).split("\n") == [
        "First",
        "Page: https://example.org/a_[b]",
        "{}",
        "  1. Yes [bold]",
        "  2. No",
    ]


def test_a_reply_in_colour_says_the_same() -> None:
    assert shown(REPLY, Console(width=100)).rstrip("\n") == rendered_reply(REPLY)
    assert "\x1b[1mFirst" in shown(REPLY, Console(width=100, force_terminal=True))


@pytest.mark.parametrize("width", range(12, 40))
def test_a_line_is_broken_between_words_and_not_before_a_french_colon(width: int) -> None:
    said = "Ils peuvent se tromper\u00a0; tapez ceci\u00a0: /aide"
    lines = shown(Reply(message=Message(lines=(line(said),))), Console(width=width)).split("\n")

    assert " ".join(filter(None, (one.rstrip() for one in lines))) == said
    assert all(len(one.rstrip()) <= width for one in lines)
    assert not any(one.lstrip().startswith((";", ":")) for one in lines)
