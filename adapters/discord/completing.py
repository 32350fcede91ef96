"""What an option offers while somebody types into it."""

from adapters.discord import options
from adapters.discord.events import Typing
from bot.core.categories import GROUPS, plain
from bot.core.history import a_year_before
from bot.core.noc_titles import NOC_TITLES
from bot.core.occupations import find_occupations
from bot.core.rounds import Round
from bot.ports import UnitOfWork
from bot.wording.groups import group_name
from bot.wording.rounds import round_title
from bot.wording.words import Words

MOST = 25
_LONGEST = 100
Completion = dict[str, str]


async def completions(typing: Typing, words: Words, memory: UnitOfWork) -> list[Completion]:
    """At most 25 things that may be meant, each with what it says to us.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    match typing.option:
        case options.CATEGORY:
            return _categories(typing, words)
        case options.OCCUPATION:
            return _occupations(typing.text)
        case options.NUMBER:
            return _rounds(typing.text, words, await _last_year(memory))
        case _:
            return []


def _categories(typing: Typing, words: Words) -> list[Completion]:
    """Several may be typed one after the other: only the last word is completed."""
    before, blank, last = typing.text.rpartition(" ")
    names = [(group_name(words, group), group) for group in GROUPS]
    if typing.path[0] in ("follow", "unfollow"):
        names.insert(0, (words.say("Every round"), "all"))
    if typing.path[0] == "history":
        names.insert(0, (words.say("General"), "general"))
    whole = [one for one in names if _begins(one, typing.text)]
    if whole or not blank:
        return _shown(whole)
    return _shown(
        [
            (f"{before} + {name}", f"{before} {group}")
            for name, group in names
            if _begins((name, group), last)
        ]
    )


def _begins(one: tuple[str, str], text: str) -> bool:
    wanted = plain(text)
    name, group = one
    return plain(name).startswith(wanted) or f" {wanted}" in plain(name) or group.startswith(wanted)


def _occupations(text: str) -> list[Completion]:
    if text.strip().isdigit():
        codes = [code for code in NOC_TITLES if code.startswith(text.strip())]
    else:
        codes = find_occupations(text)
    return _shown([(f"{code} {NOC_TITLES[code]}", code) for code in codes])


def _rounds(text: str, words: Words, rounds: list[Round]) -> list[Completion]:
    wanted = plain(text).lstrip("#")
    titles = [
        (f"{round_title(words, one)}, {words.day(one.held_on)}", one.number) for one in rounds
    ]
    return _shown(
        [
            (title, number)
            for title, number in titles
            if number.startswith(wanted) or wanted in plain(title)
        ]
    )


async def _last_year(memory: UnitOfWork) -> list[Round]:
    """The rounds of a year, newest first."""
    newest = await memory.rounds.latest()
    if newest is None:
        return []
    return (await memory.rounds.since(a_year_before(newest.held_on)))[::-1]


def _shown(found: list[tuple[str, str]]) -> list[Completion]:
    return [
        {"name": name[:_LONGEST], "value": value}
        for name, value in found[:MOST]
        if len(value) <= _LONGEST
    ]
