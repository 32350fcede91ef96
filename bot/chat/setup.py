"""The guided set-up behind /start: questions that can be skipped, gone back to, left and resumed.

Each question is a `Step`: it asks, and it takes an answer. What a choice stands for is a command
("/start score unknown"), so an old choice still means something after a restart or an upgrade.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.chat import setup_answers as take
from bot.chat import setup_questions as ask
from bot.chat.looking_back import met_lately
from bot.chat.reply import Request, answer
from bot.core.categories import plain
from bot.core.profiles import Profile
from bot.core.subscribers import Conversation, Subscriber
from bot.wording.preferences import preference_sentence
from bot.wording.profiles import described
from bot.wording.spans import BLANK, Choice, Emphasis, Line, Reply, line
from bot.wording.words import words_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question. `take` returns whether the step is done (a list of toggles stays)."""

    name: str
    ask: Callable[[Request], ask.Question]
    take: Callable[[Request, str], Awaitable[take.Taken]]
    wanted: Callable[[Subscriber], bool] = lambda _person: True


def _has_occupation(person: Subscriber) -> bool:
    return bool(person.profiles[0].candidate.occupations)


STEPS: tuple[Step, ...] = (
    Step(name="language", ask=ask.language, take=take.language),
    Step(name="score", ask=ask.score, take=take.score),
    Step(name="nominee", ask=ask.nominee, take=take.nominee),
    Step(name="programs", ask=ask.programs, take=take.programs),
    Step(name="occupation", ask=ask.occupation, take=take.occupation),
    Step(name="months", ask=ask.months, take=take.months, wanted=_has_occupation),
    Step(name="place", ask=ask.place, take=take.place, wanted=_has_occupation),
    Step(name="categories", ask=ask.categories, take=take.categories),
    Step(name="zone", ask=ask.zone, take=take.zone),
    Step(name="submitted", ask=ask.submitted, take=take.submitted),
    Step(name="alerts", ask=ask.alerts, take=take.alerts),
)
_LEFT = "left:"
"""Marks a step that the person left: typed text is no answer to it, /start goes on with it."""

_BY_NAME = {step.name: step for step in STEPS}


async def start(request: Request) -> Reply:
    """Begin, go on, or take the answer to a question."""
    word, _, rest = request.arguments.partition(" ")
    word = plain(word)
    if request.saved is None:
        await request.memory.subscribers.save(request.person)
        if word not in _BY_NAME:
            return await _greeted(request)
    if word in _MOVES:
        return await _MOVES[word](request, plain(rest))
    if word in _BY_NAME:
        return await _answered(request, _BY_NAME[word], rest.strip())
    return await _welcome_back(request)


async def _greeted(request: Request) -> Reply:
    words = request.words
    greeting = [
        words.say(
            "Welcome. I tell you after each Express Entry round whether you would have "
            "qualified, by how much, and why."
        ),
        words.say("A few questions make it exact; each can be skipped. /help lists everything."),
        words.say("drawbell is not IRCC, and this is not advice."),
    ]
    return await _ask(request, STEPS[0], greeting)


async def _welcome_back(request: Request) -> Reply:
    words, person = request.words, request.person
    lines: list[str | Line] = [
        words.say("Welcome back. Nothing was changed; this is what I have saved.")
    ]
    for profile in person.profiles:
        lines += [BLANK, *described(words, profile, person.time_zone)]
    step = _BY_NAME.get((person.conversation.step or "").removeprefix(_LEFT))
    if step is not None:
        return await _ask(request, step, [*lines, BLANK, words.say("We were here:")])
    choices = (
        Choice(label=words.say("Go through the questions"), says="/start questions"),
        Choice(label=words.say("Show what I hear of"), says="/alerts"),
    )
    return answer(*lines, choices=choices)


async def _answered(request: Request, step: Step, text: str) -> Reply:
    if not step.wanted(request.person):  # an old choice: what it is about was taken back
        return await _go(request, step, -1, [])
    if not text:
        return await _ask(request, step, [])
    before = request.person.profiles[0]
    taken = await step.take(request, text)
    now = await _refreshed(request)
    lines: list[str | Line] = [*taken.lines]
    if step.name == "score" and before.candidate.crs_score is None:
        lines += await met_lately(now, now.person.profiles[0])
    if taken.choices:
        return answer(*lines, choices=(*taken.choices, *_moves(now, step)))
    if not taken.done:
        return await _ask(now, step, lines)
    return await _go(now, step, +1, lines)


async def _refreshed(request: Request) -> Request:
    """The request with the person as saved now, in the language they have now."""
    saved = await request.memory.subscribers.find(request.address)
    words = request.words if saved is None else words_in(saved.language)
    return replace(request, saved=saved, words=words, arguments="")


async def _go(request: Request, step: Step, way: int, lines: list[str | Line]) -> Reply:
    """Ask the next question that applies, or the one before; past the last one, sum up."""
    at = STEPS.index(step) + way
    while 0 <= at < len(STEPS) and not STEPS[at].wanted(request.person):
        at += way
    if at >= len(STEPS):
        return await _finished(request, lines)
    return await _ask(request, STEPS[max(at, 0)], lines)


async def _ask(request: Request, step: Step, before: list[str | Line] | list[str]) -> Reply:
    await _remember(request, step.name)
    question = step.ask(request)
    lines = [*before, *([BLANK] if before else []), line(question.text, Emphasis.STRONG)]
    return answer(*lines, *question.hints, choices=(*question.choices, *_moves(request, step)))


async def _remember(request: Request, step: str | None) -> None:
    person = request.person
    conversation = Conversation(step=step)
    await request.memory.subscribers.save(replace(person, conversation=conversation))


def _moves(request: Request, step: Step) -> tuple[Choice, ...]:
    """Ways on from a question; they name it, so that picking one twice goes one way, not two."""
    words = request.words
    return (
        Choice(label=words.say("Skip"), says=f"/start skip {step.name}"),
        Choice(label=words.say("Back"), says=f"/start back {step.name}"),
        Choice(label=words.say("Later"), says="/start later"),
    )


async def _finished(request: Request, lines: list[str | Line]) -> Reply:
    await _remember(request, None)
    words, person = request.words, request.person
    profile: Profile = person.profiles[0]
    return answer(
        *lines,
        words.say("That is all. After the next round you hear from me."),
        BLANK,
        *described(words, profile, person.time_zone),
        preference_sentence(words, person.preference),
        words.say("Try /test for a sample alert, /latest for the latest round."),
    )


async def _questions(request: Request, _from: str) -> Reply:
    return await _ask(request, STEPS[0], [])


async def _skip(request: Request, named: str) -> Reply:
    step = _left_behind(request, named)
    return await (_go(request, step, +1, []) if step else _welcome_back(request))


async def _back(request: Request, named: str) -> Reply:
    step = _left_behind(request, named)
    return await (_go(request, step, -1, []) if step else _questions(request, named))


def _left_behind(request: Request, named: str) -> Step | None:
    """The question that somebody goes on from: the named one, or else the one that waits."""
    return _BY_NAME.get(named) or _BY_NAME.get(request.person.conversation.step or "")


async def _later(request: Request, _from: str) -> Reply:
    step = (request.person.conversation.step or "").removeprefix(_LEFT)
    await _remember(request, f"{_LEFT}{step}" if step else None)
    return answer(
        request.words.say("Fine. /start goes on where we were; you hear of rounds anyway.")
    )


_MOVES: dict[str, Callable[[Request, str], Awaitable[Reply]]] = {
    **dict.fromkeys(("questions", "again"), _questions),
    **dict.fromkeys(("skip", "passer", "next"), _skip),
    **dict.fromkeys(("back", "retour"), _back),
    **dict.fromkeys(("later", "tard"), _later),
}
