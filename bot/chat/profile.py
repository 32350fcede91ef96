"""/profile: show and change what is saved about a person's score, groups and submission time."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

from bot.chat.reading import read_groups, read_score
from bot.chat.reply import Reply, Request, answer
from bot.core.categories import CATEGORIES, PROGRAMS
from bot.core.profiles import Profile, checked_submission
from bot.core.submissions import read_submitted
from bot.wording.groups import group_name
from bot.wording.profiles import described, submission_text
from bot.wording.spans import Emphasis, Line, line
from bot.wording.words import Words

_Step = Callable[[Request, str], Awaitable[Reply]]


async def profile(request: Request) -> Reply:
    """Show the profile, or change the part that is named."""
    part, _, rest = request.arguments.partition(" ")
    step = _PARTS.get(part.casefold().rstrip(":"))
    if step is not None:
        return await step(request, rest.strip())
    if request.arguments:
        return answer(request.words.say("I can save these parts of a profile:"), *_examples())
    return answer(*described(request.words, _main(request), request.person.time_zone))


async def score(request: Request, text: str) -> Reply:
    """Save the CRS score."""
    points = read_score(text)
    saved = await _save(request, crs_score=points)
    return answer(
        request.words.say("Saved: your CRS score is {score}.", score=points), *_next(request, saved)
    )


async def add(request: Request, text: str) -> Reply:
    """Save programs and categories as including the person."""
    words, groups = request.words, read_groups(text)
    before = _main(request).candidate
    nominee = True if "pnp" in groups else before.nominee
    saved = await _save(request, answers=before.answers.adding(groups), nominee=nominee)
    named = words.listed([group_name(words, group) for group in groups])
    return answer(
        words.say("Saved: {groups}.", groups=named),
        *_completed(words, groups, saved),
        *_next(request, saved),
    )


async def remove(request: Request, text: str) -> Reply:
    """Save programs and categories as not including the person."""
    words, groups = request.words, read_groups(text)
    before = _main(request).candidate
    nominee = False if "pnp" in groups else before.nominee
    await _save(request, answers=before.answers.removing(groups), nominee=nominee)
    named = words.listed([group_name(words, group) for group in groups])
    return answer(words.say("Saved: not {groups}.", groups=named))


async def submitted(request: Request, text: str) -> Reply:
    """Save when the profile was first submitted to the pool."""
    words, zone = request.words, request.person.time_zone
    read = read_submitted(text, ZoneInfo(zone) if zone else UTC)
    moment = checked_submission(read, request.now)
    await _store(request, replace(_main(request), submitted=moment))
    return answer(
        words.say("Saved: {submitted}", submitted=submission_text(words, moment, zone)),
        words.say(
            "It matters when a cut-off is exactly your score. Editing a profile does not change "
            "this time; a new profile after 12 months does."
        ),
    )


_PARTS: dict[str, _Step] = {
    **dict.fromkeys(("score", "crs", "note", "scg", "pointage"), score),
    **dict.fromkeys(("add", "ajouter", "ajoute", "plus"), add),
    **dict.fromkeys(("remove", "retirer", "retire", "enlever", "not"), remove),
    **dict.fromkeys(("submitted", "soumis", "depose", "déposé", "submission"), submitted),
}


def _main(request: Request) -> Profile:
    return request.person.profile() or request.person.profiles[0]


async def _save(request: Request, **changes: object) -> Profile:
    before = _main(request)
    candidate = replace(before.candidate, **changes)  # type: ignore[arg-type] # checked by callers
    return await _store(request, replace(before, candidate=candidate))


async def _store(request: Request, changed: Profile) -> Profile:
    person = request.person
    profiles = tuple(changed if one.name == changed.name else one for one in person.profiles)
    await request.memory.subscribers.save(replace(person, profiles=profiles))
    return changed


def _completed(words: Words, added: list[str], saved: Profile) -> list[str]:
    """Say what naming some groups implies for the others of their kind."""
    said: list[str] = []
    if any(group in PROGRAMS for group in added):
        said.append(words.say("I take it that no other program includes you."))
    if any(group in CATEGORIES for group in added):
        listed = [
            group_name(words, one) for one in CATEGORIES if one in saved.candidate.answers.yes
        ]
        said.append(
            words.say("I take it that your categories are: {groups}.", groups=words.listed(listed))
        )
    return said


def _next(request: Request, saved: Profile) -> list[str]:
    """What is still missing for exact answers, one thing at a time."""
    words, candidate = request.words, saved.candidate
    if candidate.crs_score is None:
        return [words.say("Next, your score: /profile score 480")]
    if not candidate.answers.yes and not candidate.answers.no:
        return [words.say("Next, your programs and categories: /profile add healthcare cec")]
    if saved.submitted is None:
        return [words.say("Next, for ties: /profile submitted 2025-11-20 14:03")]
    return []


def _examples() -> list[Line]:
    typed = (
        "/profile score 480",
        "/profile add healthcare cec",
        "/profile remove cec",
        "/profile submitted 2025-11-20 14:03",
    )
    return [line(example, Emphasis.TYPED) for example in typed]
