"""/profile: show and change what is saved about a person; also for their other profiles."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

from bot.chat import occupations
from bot.chat.edits import next_step, put, target_of
from bot.chat.looking_back import met_lately
from bot.chat.nomination import about_points, nominee
from bot.chat.reading import read_groups, read_score
from bot.chat.reply import Request, answer
from bot.core.categories import CATEGORIES, PROGRAMS, plain
from bot.core.errors import ProfileRejected
from bot.core.profiles import MAX_PROFILE_NAME, Answers, Profile, Submitted, checked_submission
from bot.core.submissions import read_submitted
from bot.core.subscribers import MAIN_PROFILE
from bot.wording.groups import group_name
from bot.wording.profiles import described, submission_text
from bot.wording.spans import BLANK, Emphasis, Line, Reply, line
from bot.wording.words import Words

Part = Callable[[Request, Profile, str], Awaitable[Reply]]

MOST_PROFILES = 10


async def profile(request: Request) -> Reply:
    """Show a profile, or change the part that is named."""
    name, rest = _named(request.arguments)
    word, _, value = rest.partition(" ")
    part = PARTS.get(plain(word).rstrip(":"))
    if part is not None:
        return await part(request, target_of(request, name), value.strip())
    if rest:
        return answer(
            request.words.say("I can save these parts of a profile:"), *_examples(request.words)
        )
    return _shown(request, name)


def _named(arguments: str) -> tuple[str, str]:
    """The profile's name in "of Sam score 431", and the rest."""
    found = re.fullmatch(r"(?:of|for|de|pour)\s+(\S.*)", arguments, re.IGNORECASE)
    if found is None:
        return MAIN_PROFILE, arguments
    words = found[1].split()
    at = next((at for at, word in enumerate(words) if at and plain(word) in PARTS), len(words))
    return _checked_name(" ".join(words[:at])), " ".join(words[at:])


def _checked_name(name: str) -> str:
    if len(name) > MAX_PROFILE_NAME or not name.isprintable() or plain(name) in PARTS:
        raise ProfileRejected("profile_name_unusable")
    return name


def _shown(request: Request, name: str) -> Reply:
    person, words = request.person, request.words
    if name != MAIN_PROFILE and person.profile(name) is None:
        raise ProfileRejected("profile_unknown", name=name)
    wanted = [one for one in person.profiles if name in (MAIN_PROFILE, one.name)]
    lines: list[Line] = []
    for one in wanted or person.profiles:
        lines += [*described(words, one, person.time_zone), BLANK]
    return answer(*lines[:-1])


async def score(request: Request, target: Profile, text: str) -> Reply:
    """Save the CRS score; on the first one, look back at once."""
    points = read_score(text)
    first = target.candidate.crs_score is None
    saved = await put(request, target, crs_score=points)
    lines: list[str | Line] = [
        request.words.say("Saved: your CRS score is {score}.", score=points)
        if saved.name == MAIN_PROFILE
        else request.words.say(
            "Saved: the CRS score of {name} is {score}.", name=saved.name, score=points
        )
    ]
    if first:
        lines += await met_lately(request, saved)
    return _with_points_asked(request, saved, lines)


def _with_points_asked(request: Request, saved: Profile, lines: list[str | Line]) -> Reply:
    """What was saved, then what matters most: a nominee's 600 points, else the next step."""
    question, choices = about_points(request, saved)
    return answer(*lines, *(question or next_step(request, saved)), choices=choices)


async def add(request: Request, target: Profile, text: str) -> Reply:
    """Save programs and categories as including the person."""
    words, groups = request.words, read_groups(text)
    before = target.candidate
    saved = await put(
        request,
        target,
        answers=before.answers.adding(groups),
        nominee=True if "pnp" in groups else before.nominee,
    )
    return _with_points_asked(
        request,
        saved,
        [
            words.say("Saved: {groups}.", groups=_listed(words, groups)),
            *_completed(words, groups, saved),
        ],
    )


async def remove(request: Request, target: Profile, text: str) -> Reply:
    """Save programs and categories as not including the person."""
    words, groups = request.words, read_groups(text)
    before = target.candidate
    await put(
        request,
        target,
        answers=before.answers.removing(groups),
        nominee=False if "pnp" in groups else before.nominee,
    )
    return answer(words.say("Saved: not {groups}.", groups=_listed(words, groups)))


async def also(request: Request, target: Profile, text: str) -> Reply:
    """Say yes to some groups without saying anything of the others."""
    words, groups = request.words, frozenset(read_groups(text))
    before = target.candidate
    changed = Answers(yes=before.answers.yes | groups, no=before.answers.no - groups)
    nominated = True if "pnp" in groups else before.nominee
    saved = await put(request, target, answers=changed, nominee=nominated)
    question, choices = about_points(request, saved)
    said = words.say("Saved: {groups}.", groups=_listed(words, sorted(groups)))
    return answer(said, *question, choices=choices)


async def unsure(request: Request, target: Profile, text: str) -> Reply:
    """Take back what was said of some groups."""
    words, groups = request.words, frozenset(read_groups(text))
    before = target.candidate
    changed = Answers(yes=before.answers.yes - groups, no=before.answers.no - groups)
    nominated = None if "pnp" in groups else before.nominee
    await put(request, target, answers=changed, nominee=nominated)
    return answer(words.say("Saved: not sure of {groups}.", groups=_listed(words, sorted(groups))))


async def submitted(request: Request, target: Profile, text: str) -> Reply:
    """Save when the profile was first submitted to the pool."""
    words, zone = request.words, request.person.time_zone
    local = ZoneInfo(zone) if zone else UTC
    read = read_submitted(text, local, request.now.astimezone(local).date())
    moment = checked_submission(read, request.now)
    await put(request, replace(target, submitted=moment))
    lines = [
        words.say("Saved. {submitted}.", submitted=submission_text(words, moment, zone)),
        words.say(
            "It matters when a cut-off is exactly your score. Editing a profile does not change "
            "this time; a new profile after 12 months does."
        ),
    ]
    if zone is None and _depends_on_zone(text, read, request):
        lines.append(
            words.say(
                "I read it as UTC. If that was your local time, type /timezone Toronto first, "
                "then the date again."
            )
        )
    return answer(*lines)


def _depends_on_zone(text: str, read: Submitted, request: Request) -> bool:
    """Whether a text means another moment to somebody whose clock is not in UTC."""
    return read_submitted(text, ZoneInfo("America/Toronto"), request.now.date()) != read


async def delete(request: Request, target: Profile, _text: str) -> Reply:
    """Delete one of several profiles; the main one is only emptied."""
    person, words = request.person, request.words
    if person.profile(target.name) is None:
        raise ProfileRejected("profile_unknown", name=target.name)
    if target.name == MAIN_PROFILE:
        await put(request, Profile(name=MAIN_PROFILE))
        return answer(words.say("Your profile is empty again."))
    kept = tuple(one for one in person.profiles if one.name != target.name)
    await request.memory.subscribers.save(replace(person, profiles=kept))
    return answer(words.say("The profile {name} is deleted.", name=target.name))


PARTS: dict[str, Part] = {
    **dict.fromkeys(("score", "crs", "note", "scg", "pointage"), score),
    **dict.fromkeys(("add", "ajouter", "ajoute"), add),
    **dict.fromkeys(("remove", "retirer", "retire", "enlever"), remove),
    **dict.fromkeys(("also", "aussi"), also),
    **dict.fromkeys(("unsure", "incertain"), unsure),
    **dict.fromkeys(("noc", "cnp", "occupation", "job", "profession", "metier"), occupations.noc),
    **dict.fromkeys(("nominee", "nominated", "nomination", "designe", "designation"), nominee),
    **dict.fromkeys(("submitted", "soumis", "depose", "submission"), submitted),
    **dict.fromkeys(("delete", "supprimer"), delete),
}


def _listed(words: Words, groups: list[str]) -> str:
    return words.listed([group_name(words, group) for group in groups])


def _completed(words: Words, added: list[str], saved: Profile) -> list[str]:
    """Say what naming some groups implies for the others of their kind."""
    said: list[str] = []
    if any(group in PROGRAMS for group in added):
        said.append(words.say("I take it that no other program includes you."))
    if any(group in CATEGORIES for group in added):
        yes = saved.candidate.answers.yes
        listed = _listed(words, [one for one in CATEGORIES if one in yes])
        said.append(words.say("I take it that your categories are: {groups}.", groups=listed))
    return said


def _examples(words: Words) -> list[Line]:
    """The parts of /profile, with an example each."""
    typed = (
        words.say("/profile score 480"),
        words.say("/profile add healthcare cec"),
        words.say("/profile remove cec"),
        words.say("/profile unsure stem"),
        words.say("/profile noc 31301 14 months canada"),
        words.say("/profile nominee yes"),
        words.say("/profile submitted 2025-11-20 14:03"),
        words.say("/profile of Sam score 431"),
        words.say("/profile of Sam delete"),
    )
    return [line(example, Emphasis.TYPED) for example in typed]
