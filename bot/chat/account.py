"""/language, /forget, /export, /privacy: the person's own data and language."""

import json
import re
from dataclasses import asdict, replace
from datetime import date, datetime, time

from bot.chat.reply import Request, answer
from bot.core.categories import GROUPS, plain
from bot.core.delivery import DeliveryRecord
from bot.core.errors import ProfileRejected
from bot.core.profiles import Profile
from bot.core.subscribers import Language, Subscriber
from bot.wording.places import shared_sentence
from bot.wording.spans import Attachment, Choice, Message, Reply, line
from bot.wording.words import words_in


async def language(request: Request) -> Reply:
    """Change the language."""
    chosen = read_language(request.arguments)
    await request.memory.subscribers.save(replace(request.person, language=chosen))
    return answer(words_in(chosen).say("From now on I write in English."))


def read_language(text: str) -> Language:
    """The language that a text names, in either.

    Raises:
        ProfileRejected: it is none of ours.
    """
    said = plain(text).strip(" .")
    named = {_LANGUAGES[word] for word in re.findall(r"\w{3,}", said) if word in _LANGUAGES}
    if said in _LANGUAGES:
        return _LANGUAGES[said]
    if len(named) != 1:
        raise ProfileRejected("language_unknown")
    return named.pop()


_LANGUAGES = {
    **dict.fromkeys(("en", "english", "anglais", "en anglais", "eng"), Language.ENGLISH),
    **dict.fromkeys(("fr", "french", "francais", "en francais", "fra"), Language.FRENCH),
}


async def forget(request: Request) -> Reply:
    """Ask once, then delete everything about the person."""
    words = request.words
    if request.saved is None:
        return answer(words.say("I have nothing saved about you."))
    if plain(request.arguments) not in ("yes", "oui"):
        also = (
            [shared_sentence(words, request.saved, request.address)] if request.saved.also else []
        )
        return answer(
            words.say("This deletes your profiles, settings and waiting alerts, for good."),
            *also,
            words.say("To go on, type: /forget yes"),
            choices=(
                Choice(label=words.say("Yes, delete everything"), says="/forget yes"),
                Choice(label=words.say("No, keep it"), says="/profile"),
            ),
        )
    await request.memory.subscribers.forget(request.address)
    return answer(words.say("Done: everything about you is deleted. /start begins anew."))


async def privacy(request: Request) -> Reply:
    """What is kept, for how long, and how to have it deleted."""
    words = request.words
    return answer(
        words.say("I keep what you tell me: language, time zone, profiles and what you hear of."),
        words.say(
            "I keep which alerts were sent to you, and the profile each was decided with, so "
            "that /why stays true."
        ),
        words.say(
            "I keep this chat's id, so that I can write to you; no e-mail, and nothing else that "
            "you did not type here."
        ),
        words.say("If you link another platform with /link, I keep your chat's id there too."),
        words.say("Nobody else sees it, and it is sold to nobody."),
        words.say("/export shows all of it; /forget deletes all of it at once."),
    )


async def export(request: Request) -> Reply:
    """Everything held about the person, as JSON."""
    words = request.words
    if request.saved is None:
        return answer(words.say("I have nothing saved about you."))
    records = await request.memory.outbox.records(request.address)
    earlier = await request.memory.subscribers.earlier(request.address)
    facts = _facts(request.saved, records)
    facts["earlier_profiles"] = [_profile_facts(profile) for profile in earlier]
    text = json.dumps(facts, ensure_ascii=False, indent=2, default=_plainly)
    return Reply(
        message=Message(lines=(line(words.say("This is everything I hold about you.")),)),
        attachment=Attachment(name="drawbell.json", text=text),
    )


def _facts(person: Subscriber, records: list[DeliveryRecord]) -> dict[str, object]:
    kept = asdict(replace(person, profiles=()))
    return kept | {
        "profiles": [_profile_facts(profile) for profile in person.profiles],
        "alerts": [asdict(record) | {"state": record.state.name.lower()} for record in records],
    }


def _profile_facts(profile: Profile) -> dict[str, object]:
    candidate = profile.candidate
    return {
        "name": profile.name,
        "crs_score": candidate.crs_score,
        "nominee": candidate.nominee,
        "yes": [group for group in GROUPS if group in candidate.answers.yes],
        "no": [group for group in GROUPS if group in candidate.answers.no],
        "occupations": [asdict(job) for job in candidate.occupations],
        "submitted": profile.submitted and asdict(profile.submitted),
    }


def _plainly(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)
