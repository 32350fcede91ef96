"""/link: one person on several platforms, by a code that is shown on one and typed on another."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.chat.preferences import OFF_WORDS, ON_WORDS
from bot.chat.reply import Request, answer
from bot.core.categories import plain
from bot.core.errors import ProfileRejected
from bot.core.links import CODE_LASTS, read_code, spelled
from bot.core.subscribers import Address, Conversation, OtherPlace, Subscriber
from bot.wording.places import platform_name, platforms, shared_sentence, where_alerts_go
from bot.wording.spans import Choice, Emphasis, Reply, line
from bot.wording.words import Words, words_in

_YES = frozenset({"yes", "oui"})
_BACKUP = frozenset({"backup", "secours"})


async def link(request: Request) -> Reply:
    """Show a code or what is linked; join by a code; say where alerts go; end it."""
    word, _, rest = plain(request.arguments).partition(" ")
    if word in _BACKUP and (rest in ON_WORDS or rest in OFF_WORDS):
        return await _backup(request, on=rest in ON_WORDS)
    part = _PARTS.get(plain(request.arguments))
    return await (part(request) if part else _typed_code(request))


async def _shown(request: Request) -> Reply:
    if request.saved is None or not request.saved.also:
        return await _code(request)
    return _state(request.words, request.saved, request.address)


def _state(words: Words, person: Subscriber, here: Address, *before: str) -> Reply:
    """How things stand, with what can be changed."""
    lines = [shared_sentence(words, person, here), *where_alerts_go(words, person, here)]
    return answer(*before, *lines, choices=_choices(words, person, here))


def _choices(words: Words, person: Subscriber, here: Address) -> tuple[Choice, ...]:
    lead = Choice(label=words.say("Alerts come here"), says="/link here")
    if person.backup:
        backup = Choice(label=words.say("Never elsewhere"), says="/link backup off")
    else:
        backup = Choice(label=words.say("Elsewhere if need be"), says="/link backup on")
    unlink = Choice(label=words.say("Unlink"), says="/link off")
    return (*(() if person.address == here else (lead,)), backup, unlink)


async def _code(request: Request) -> Reply:
    words = request.words
    if request.saved is None:
        return answer(
            words.say(
                "There is no profile here yet. /link shows a code where you have one; type it here."
            ),
            words.say("You are not subscribed yet: /start begins."),
        )
    code = spelled(await request.memory.link_codes.open(request.address, request.now))
    return answer(
        words.say("To use this profile on another platform too, type there:"),
        line(words.say("/link {code}", code=code), Emphasis.TYPED),
        words.say(
            "The code is good once, for {time}. Whoever types it reads and changes your profile: "
            "show it to nobody.",
            time=words.lasting(CODE_LASTS),
        ),
        words.say("Alerts go on coming here, until you type /link here there."),
    )


async def _typed_code(request: Request) -> Reply:
    """Join the person whose code it is, if nothing speaks against it."""
    text, _, last = request.arguments.rpartition(" ")
    confirmed = plain(last) in _YES
    code = read_code(text if confirmed else request.arguments)
    if code is None:
        raise ProfileRejected("link_unclear")
    words, memory, here = request.words, request.memory, request.address
    if not await memory.link_codes.may_try(here, request.now):
        return answer(words.say("Too many wrong codes came from here. Try again in an hour."))
    owner = await memory.link_codes.owner(code, request.now)
    person = None if owner is None else await memory.subscribers.find(owner)
    if person is None:
        await memory.link_codes.wrong(here, request.now)
        return answer(
            words.say("That code is not right, or no longer good. /link shows a new one there.")
        )
    objection = _objection(request, person)
    if objection is not None:
        return answer(objection)
    if _has_told_something(request.saved) and not confirmed:
        return _asked(words, person, code)
    await memory.link_codes.close(code)
    return await _joined(request, person)


def _objection(request: Request, person: Subscriber) -> str | None:
    """Why this chat cannot become a place of a person."""
    words, saved, here = request.words, request.saved, request.address
    if saved is not None and saved.address == person.address:
        return words.say("That is your own profile already: type the code on another platform.")
    if saved is not None and saved.also:
        return words.say("This chat is linked with another profile. /link off ends that.")
    if person.on(here.platform) is not None:
        name = platform_name(words, here.platform)
        return words.say("That profile is used on {platform} already, in one chat.", platform=name)
    return None


def _has_told_something(saved: Subscriber | None) -> bool:
    """Whether anything would be lost with what is saved of this chat."""
    if saved is None:
        return False
    passing = replace(saved, conversation=Conversation(), facts=(), gone_at=None)
    return passing != Subscriber(address=saved.address, language=saved.language)


def _asked(words: Words, person: Subscriber, code: str) -> Reply:
    name = platform_name(words, person.address.platform)
    return answer(
        words.say(
            "This chat has a profile of its own. Linking deletes it, with its settings and "
            "alerts, for good; the one on {platform} is used here then.",
            platform=name,
        ),
        words.say("To go on, type: /link {code} yes", code=spelled(code)),
        choices=(
            Choice(label=words.say("Yes, use that one"), says=f"/link {code} yes"),
            Choice(label=words.say("No, keep this one"), says="/profile"),
        ),
    )


async def _joined(request: Request, person: Subscriber) -> Reply:
    here = request.address
    places = (*person.also, OtherPlace(address=here))
    joined = replace(person, also=tuple(sorted(places, key=lambda one: one.address.platform)))
    await request.memory.subscribers.save(joined)
    words = words_in(joined.language)
    return _state(words, joined, here, words.say("Linked."))


async def _here(request: Request) -> Reply:
    """Let alerts come to this chat."""
    words, saved = request.words, request.saved
    if saved is None or not saved.also:
        return _not_linked(words)
    await request.memory.subscribers.lead(request.address)
    return await _now(request, saved)


async def _now(request: Request, before: Subscriber) -> Reply:
    """How things stand after a change."""
    person = await request.memory.subscribers.find(request.address)
    return _state(request.words, person or before, request.address)


async def _off(request: Request) -> Reply:
    """Take this chat away from the person; or, where alerts go, all others."""
    words, saved, here = request.words, request.saved, request.address
    if saved is None or not saved.also:
        return _not_linked(words)
    # What a platform noted of a chat (where to write in private) may be about one that leaves.
    if saved.address != here:
        also = tuple(one for one in saved.also if one.address != here)
        await request.memory.subscribers.save(replace(saved, also=also, facts=()))
        name = platform_name(words, saved.address.platform)
        return answer(
            words.say("Unlinked: in this chat I know nothing of you any more; /start begins anew."),
            words.say("Your profile stays, and alerts come on {platform}.", platform=name),
        )
    await request.memory.subscribers.save(replace(saved, also=(), facts=()))
    gone = platforms(words, [one.address for one in saved.also])
    return answer(
        words.say("Unlinked: on {platforms} I know nothing of you any more.", platforms=gone),
        words.say("Your profile stays here, and alerts come here."),
    )


async def _backup(request: Request, *, on: bool) -> Reply:
    saved = request.saved
    if saved is None or not saved.also:
        return _not_linked(request.words)
    await request.memory.subscribers.save(replace(saved, backup=on))
    if on and saved.gone_at is not None:  # so this is the other place, and it is needed now
        return await _here(request)
    return await _now(request, saved)


def _not_linked(words: Words) -> Reply:
    return answer(
        words.say("This chat is not linked with one on another platform."),
        words.say("/link shows a code for that; type it there."),
    )


_PARTS: dict[str, Callable[[Request], Awaitable[Reply]]] = {
    "": _shown,
    **dict.fromkeys(("code", "new", "nouveau"), _code),
    **dict.fromkeys(("here", "ici"), _here),
    **dict.fromkeys(("unlink", "delier", *OFF_WORDS), _off),
}
