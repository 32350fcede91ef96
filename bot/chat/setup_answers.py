"""What the guided set-up does with an answer; the same saving as the typed commands."""

from dataclasses import dataclass, replace

from bot.chat import occupations as jobs
from bot.chat.account import read_language
from bot.chat.edits import put
from bot.chat.nomination import nominee as save_nominee
from bot.chat.preferences import read_preference
from bot.chat.profile import submitted as save_submitted
from bot.chat.reading import read_groups, read_score
from bot.chat.reply import Request
from bot.chat.setup_questions import TOGGLE
from bot.chat.zones import read_zone
from bot.core.categories import CATEGORIES, plain
from bot.core.errors import ProfileRejected
from bot.core.profiles import Answer, Answers, Profile
from bot.wording.spans import Choice, Line

_UNKNOWN = frozenset(
    {"unknown", "inconnu", "inconnue", "?", "no idea", "i don't know", "je ne sais pas"}
)
_NONE = frozenset({"none", "no", "non", "aucun", "aucune", "rien"})
_DONE = frozenset({"done", "fini", "ok", "terminé", "termine", "fait"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an answer did: lines to show, whether the question is done, choices instead of it."""

    lines: tuple[str | Line, ...] = ()
    done: bool = True
    choices: tuple[Choice, ...] = ()


def _main(request: Request) -> Profile:
    return request.person.profiles[0]


async def language(request: Request, text: str) -> Taken:
    """Save the language."""
    chosen = read_language(text)
    await request.memory.subscribers.save(replace(request.person, language=chosen))
    return Taken()


async def score(request: Request, text: str) -> Taken:
    """Save the score, or that it is not known."""
    if plain(text).strip(" .") in _UNKNOWN:
        return Taken(lines=(request.words.say("Fine; tell me later with /profile score 480."),))
    points = read_score(text)
    await put(request, _main(request), crs_score=points)
    return Taken(lines=(request.words.say("Saved: your CRS score is {score}.", score=points),))


async def nominee(request: Request, text: str) -> Taken:
    """Save whether there is a nomination."""
    reply = await save_nominee(request, _main(request), text)
    choices = tuple(
        replace(one, says=one.says.replace("/profile nominee", "/start nominee"))
        for one in reply.choices
    )
    return Taken(lines=tuple(reply.message.lines), choices=choices)


async def programs(request: Request, text: str) -> Taken:
    """Toggle a program, or take several as the whole list."""
    return await _groups(request, text, ("cec", "fsw", "fst"))


async def categories(request: Request, text: str) -> Taken:
    """Toggle a category, or take several as the whole list."""
    return await _groups(request, text, CATEGORIES)


async def _groups(request: Request, text: str, kind: tuple[str, ...]) -> Taken:
    answers = _main(request).candidate.answers
    if plain(text) in _DONE:
        return Taken()
    if plain(text) in _NONE:
        unsaid = frozenset(one for one in kind if answers.about(one) is Answer.NOT_SAID)
        await _save(request, Answers(yes=answers.yes, no=answers.no | unsaid))
        return Taken()
    if text.removeprefix(TOGGLE) in kind and text.startswith(TOGGLE):
        await _save(request, _toggled(answers, text.removeprefix(TOGGLE)))
        return Taken(done=False)
    await _save(request, answers.adding(read_groups(text)))
    return Taken()


def _toggled(answers: Answers, group: str) -> Answers:
    """Not sure, yes, no, and round again."""
    yes, no = answers.yes - {group}, answers.no - {group}
    match answers.about(group):
        case Answer.NOT_SAID:
            return Answers(yes=yes | {group}, no=no)
        case Answer.YES:
            return Answers(yes=yes, no=no | {group})
        case Answer.NO:
            return Answers(yes=yes, no=no)


async def _save(request: Request, answers: Answers) -> None:
    await put(request, _main(request), answers=answers)


async def occupation(request: Request, text: str) -> Taken:
    """Save an occupation; words bring the codes they can mean."""
    reply = await jobs.noc(request, _main(request), text)
    choices = tuple(
        replace(one, says=one.says.replace("/profile noc", "/start occupation"))
        for one in reply.choices
    )
    return Taken(lines=tuple(reply.message.lines[:2]), choices=choices)


async def months(request: Request, text: str) -> Taken:
    """Save how long the last named occupation was worked in."""
    await _change_last(request, months=jobs.read_months(text))
    return Taken()


async def place(request: Request, text: str) -> Taken:
    """Save where the last named occupation was worked in."""
    in_canada = jobs.read_place(text)
    if in_canada is None:
        raise ProfileRejected("place_unclear")
    await _change_last(request, in_canada=in_canada)
    return Taken()


async def _change_last(request: Request, **changes: object) -> None:
    main = _main(request)
    *others, last = main.candidate.occupations
    changed = replace(last, **changes)  # type: ignore[arg-type] # months or in_canada
    await put(request, main, occupations=(*others, changed))


async def zone(request: Request, text: str) -> Taken:
    """Save the time zone."""
    found = read_zone(text)
    await request.memory.subscribers.save(replace(request.person, time_zone=found))
    return Taken()


async def submitted(request: Request, text: str) -> Taken:
    """Save when the profile was submitted."""
    if plain(text).strip(" .") in _UNKNOWN:
        return Taken()
    reply = await save_submitted(request, _main(request), text)
    saved, _why_it_matters, *in_utc = reply.message.lines
    return Taken(lines=(saved, *in_utc))


async def alerts(request: Request, text: str) -> Taken:
    """Save what the person wants to hear of."""
    person = request.person
    preference = read_preference(text, person.preference)
    await request.memory.subscribers.save(replace(person, preference=preference))
    return Taken()
