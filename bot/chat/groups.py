"""What can be said where many read along: which rounds are posted here, and nothing personal.

A group is a subscriber without a score. What it follows is kept as its answers: "yes" to what is
posted, "no" to everything else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat import looking_back, rounds
from bot.chat.account import read_language
from bot.chat.commands import BY_WORD
from bot.chat.reading import read_groups
from bot.chat.reply import Request, answer
from bot.chat.setup_questions import TOGGLE
from bot.chat.understand import LONGEST_TEXT, cleaned, typed_command
from bot.core.alerts import Mode, Preference
from bot.core.categories import GROUPS, plain
from bot.core.errors import ProfileRejected
from bot.core.profiles import Answers
from bot.core.subscribers import OWNER, TITLE, Address, Language, Subscriber
from bot.ports import Store
from bot.wording.groups import group_name
from bot.wording.rejections import rejection
from bot.wording.spans import Choice, Emphasis, Line, Reply, line, link
from bot.wording.words import Words, words_in

_ALL = frozenset({"all", "every", "everything", "tout", "toutes", "tous"})
_NONE = frozenset({"none", "nothing", "rien", "aucune", "aucun"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A group, channel, server channel or topic, and who speaks there.

    `title` is what people call it, empty if that is not known. `admin` says whether they may
    decide for it, `who` is where they can be told something in private, and `private` a link that
    opens a private chat with us.
    """

    address: Address
    title: str
    language: Language
    admin: bool
    who: str
    private: str


async def arrive(place: Place, store: Store) -> None:
    """Remember who brought us to a place, while nothing is posted there yet."""
    group = Subscriber(address=place.address, language=place.language, paused=True)
    async with store.begin() as memory:
        if await memory.subscribers.find(place.address) is None:
            await memory.subscribers.save(_as_known(group, place))


def is_for_admins(text: str) -> bool:
    """Whether somebody has to be an administrator for what they say, so that it must be known."""
    typed = typed_command(cleaned(text))
    return typed is not None and _BY_WORD.get(typed[0]) in _FOR_ADMINS


def refusal(words: Words) -> str:
    """What somebody hears who may not decide."""
    return words.say("Only administrators decide what is posted here.")


async def converse_in_group(
    text: str, place: Place, *, store: Store, clock: Callable[[], datetime]
) -> Reply | None:
    """Answer one thing said in a group; None where silence is best.

    Raises:
        StoreUnavailable: the database cannot be used; nothing was saved.
    """
    said = cleaned(text)
    typed = typed_command(said) if len(said) <= LONGEST_TEXT else None
    if typed is None:
        return None
    word, arguments = typed
    handler = _BY_WORD.get(word, _personal if word in _PERSONAL else None)
    if handler is None:
        return None
    async with store.begin() as memory:
        saved = await memory.subscribers.find(place.address)
        words = words_in(saved.language if saved else place.language)
        request = Request(
            arguments=arguments,
            address=place.address,
            saved=saved,
            words=words,
            memory=memory,
            now=clock(),
        )
        try:
            return await handler(request, place)
        except ProfileRejected as rejected:
            return answer(rejection(words, rejected))


async def _follow(request: Request, place: Place) -> Reply:
    """Show or change what is posted here."""
    if not place.admin:
        return answer(refusal(request.words))
    said = plain(request.arguments)
    if not said:
        return _shown(request.words, request.saved)
    followed = _following(request, said)
    group = _group(request, place, followed)
    await request.memory.subscribers.save(group)
    return _shown(request.words, group)


def _following(request: Request, said: str) -> frozenset[str]:
    if said in _ALL:
        return frozenset(GROUPS)
    before = followed_by(request.saved)
    if said.startswith(TOGGLE):
        return before ^ frozenset(read_groups(said.removeprefix(TOGGLE)))
    return before | frozenset(read_groups(said))


def _group(request: Request, place: Place, followed: frozenset[str]) -> Subscriber:
    group = _as_known(request.person, place)
    [profile, *_] = group.profiles
    candidate = replace(
        profile.candidate,
        answers=Answers(yes=followed, no=frozenset(GROUPS) - followed),
    )
    everything = followed == frozenset(GROUPS)
    return replace(
        group,
        profiles=(replace(profile, candidate=candidate),),
        preference=Preference(mode=Mode.ALL if everything else Mode.CATEGORIES),
        gone_at=None,
        paused=not followed,
    )


def _as_known(group: Subscriber, place: Place) -> Subscriber:
    """With who decides there and what it is called, as far as it is known by now."""
    known = {OWNER: place.who, TITLE: place.title}
    return group.with_facts(**{name: value for name, value in known.items() if value})


def followed_by(group: Subscriber | None) -> frozenset[str]:
    """The programs and categories that a group follows."""
    if group is None:
        return frozenset()
    return group.profiles[0].candidate.answers.yes


async def _unfollow(request: Request, place: Place) -> Reply:
    """Post less here, or nothing any more."""
    words = request.words
    if not place.admin:
        return answer(refusal(words))
    said = plain(request.arguments)
    if not said or said in _ALL:
        await request.memory.subscribers.forget(place.address)
        return answer(words.say("Nothing is posted here any more. /follow begins again."))
    rest = followed_by(request.saved) - frozenset(read_groups(said))
    group = _group(request, place, rest)
    await request.memory.subscribers.save(group)
    return _shown(words, group)


def _shown(words: Words, group: Subscriber | None) -> Reply:
    followed = followed_by(group)
    if followed == frozenset(GROUPS):
        text = words.say("I post every round here.")
    elif followed:
        names = words.listed([group_name(words, one) for one in GROUPS if one in followed])
        text = words.say("I post general rounds here, and those of {groups}.", groups=names)
    else:
        text = words.say("I post nothing here yet. Pick what to follow.")
    return answer(text, choices=_choices(words, followed))


def _choices(words: Words, followed: frozenset[str]) -> tuple[Choice, ...]:
    every = (
        ()
        if followed == frozenset(GROUPS)
        else (Choice(label=words.say("Every round"), says="/follow all"),)
    )
    toggles = tuple(
        Choice(
            label=words.say(
                "{group}: {state}",
                group=group_name(words, one),
                state=words.say("yes") if one in followed else words.say("no"),
            ),
            says=f"/follow {TOGGLE}{one}",
        )
        for one in GROUPS
    )
    return (*every, *toggles)


async def _language(request: Request, place: Place) -> Reply:
    if not place.admin:
        return answer(refusal(request.words))
    chosen = read_language(request.arguments)
    group = replace(request.person, language=chosen)
    await request.memory.subscribers.save(group if request.saved else replace(group, paused=True))
    return answer(words_in(chosen).say("From now on I write in English."))


async def _help(request: Request, place: Place) -> Reply:
    words = request.words
    commands = [
        (words.say("/follow healthcare cec"), words.say("post the rounds of these here")),
        (words.say("/follow all"), words.say("every round")),
        (words.say("/unfollow"), words.say("post nothing here any more")),
        (words.say("/latest"), words.say("the latest round")),
        (words.say("/round 385"), words.say("one round")),
        (words.say("/language fr"), words.say("change the language")),
    ]
    lines: list[Line] = [
        (*line(typed, Emphasis.TYPED), *line(f" – {summary}")) for typed, summary in commands
    ]
    return answer(
        words.say("I post each Express Entry round here, for everybody alike."),
        *lines,
        _private(words, place),
    )


def _private(words: Words, place: Place) -> Line:
    return link(words.say("Would you have qualified? Ask me in private."), place.private)


async def _personal(request: Request, place: Place) -> Reply:
    """Somebody is about to say something personal where everybody reads it."""
    words = request.words
    return answer(
        words.say("That is personal, and everybody here would read it."), _private(words, place)
    )


def _public(
    handler: Callable[[Request], Awaitable[Reply]],
) -> Callable[[Request, Place], Awaitable[Reply]]:
    """A command that says the same to everybody: answered as to somebody unknown."""

    async def answered(request: Request, _place: Place) -> Reply:
        reply = await handler(replace(request, saved=None))
        return replace(reply, choices=())

    return answered


_BY_WORD: dict[str, Callable[[Request, Place], Awaitable[Reply]]] = {
    **dict.fromkeys(("follow", "suivre"), _follow),
    **dict.fromkeys(("unfollow", "arreter"), _unfollow),
    **dict.fromkeys(("latest", "derniere", "dernier"), _public(rounds.latest)),
    **dict.fromkeys(("round", "ronde", "draw"), _public(rounds.round_)),
    **dict.fromkeys(("history", "historique"), _public(looking_back.history)),
    **dict.fromkeys(("language", "langue"), _language),
    **dict.fromkeys(("help", "aide", "start", "debut"), _help),
}
_PERSONAL = frozenset(BY_WORD) - frozenset(_BY_WORD)
_FOR_ADMINS = frozenset({_follow, _unfollow, _language})
