"""Saving changes to a profile, and what to ask for next."""

from dataclasses import replace

from bot.chat.reply import Request
from bot.core.errors import ProfileRejected
from bot.core.profiles import Profile
from bot.core.subscribers import MAIN_PROFILE

MOST_PROFILES = 10


def target_of(request: Request, name: str) -> Profile:
    """The profile of that name, or a new one to be filled.

    Raises:
        ProfileRejected: there are too many profiles already.
    """
    person = request.person
    found = person.profile(name)
    if found is None and len(person.profiles) >= MOST_PROFILES:
        raise ProfileRejected("too_many_profiles")
    return found or Profile(name=name)


async def put(request: Request, target: Profile, **changes: object) -> Profile:
    """Save a profile with changes to its candidate; returns what is saved now."""
    candidate = replace(target.candidate, **changes)  # type: ignore[arg-type] # names checked by callers
    changed = replace(target, candidate=candidate)
    await request.memory.subscribers.save(request.person.with_profile(changed))
    return changed


def next_step(request: Request, saved: Profile) -> list[str]:
    """What is still missing for exact answers, one thing at a time; only for the main profile."""
    words, candidate = request.words, saved.candidate
    if saved.name != MAIN_PROFILE or request.person.conversation.step is not None:
        return []
    if candidate.crs_score is None:
        return [words.say("Next, your score: /profile score 480")]
    if not candidate.answers.yes and not candidate.answers.no and not candidate.occupations:
        return [words.say("Next, your programs and categories: /profile add healthcare cec")]
    if saved.submitted is None:
        return [words.say("Next, for ties: /profile submitted 2025-11-20 14:03")]
    return []
