"""Slash commands beside the one command table: their options, and what they stand for, typed.

`says` are pieces of what would be typed; a piece whose option was not given is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.discord.options import (
    CHOSEN_ROLE,
    CITY,
    CODE,
    FOLLOWED,
    HOURS,
    INCLUDED,
    JOB,
    LANGUAGE,
    MODE,
    MONTHS,
    NOMINATED,
    OF,
    PLACE,
    POINTS,
    SCORE,
    TOPIC,
    UNTIL,
    WHEN,
    WHERE,
    Option,
    Text,
    category,
    number,
)

Given = Mapping[str, object]
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a command, or a whole one that has no parts (`name` is empty then)."""

    name: str = ""
    french: str = ""
    what: Text = lambda _words: ""
    options: tuple[Option, ...] = ()
    says: tuple[str, ...] = ()


EDIT = "edit"
PROFILE: tuple[Part, ...] = (
    Part(
        name="show",
        french="voir",
        what=lambda words: words.say("show your profile"),
        options=(OF,),
        says=("of {of}",),
    ),
    Part(
        name=EDIT,
        french="modifier",
        what=lambda words: words.say("score, submission and occupation in one form"),
    ),
    Part(
        name="score",
        french="note",
        what=lambda words: words.say("save your CRS score"),
        options=(SCORE, OF),
        says=("of {of}", "score {score}"),
    ),
    Part(
        name="add",
        french="ajouter",
        what=lambda words: words.say("say which programs and categories include you"),
        options=(INCLUDED, OF),
        says=("of {of}", "add {category}"),
    ),
    Part(
        name="remove",
        french="retirer",
        what=lambda words: words.say("say which do not"),
        options=(INCLUDED, OF),
        says=("of {of}", "remove {category}"),
    ),
    Part(
        name="unsure",
        french="incertain",
        what=lambda words: words.say("take back what you said of one"),
        options=(INCLUDED, OF),
        says=("of {of}", "unsure {category}"),
    ),
    Part(
        name="noc",
        french="cnp",
        what=lambda words: words.say("save your occupation"),
        options=(JOB, MONTHS, PLACE, OF),
        says=("of {of}", "noc {occupation}", "{months} months", "{place}"),
    ),
    Part(
        name="nominee",
        french="nomination",
        what=lambda words: words.say("save a provincial nomination"),
        options=(NOMINATED, OF),
        says=("of {of}", "nominee {answer}"),
    ),
    Part(
        name="submitted",
        french="soumis",
        what=lambda words: words.say("save when your profile was submitted"),
        options=(WHEN, OF),
        says=("of {of}", "submitted {when}"),
    ),
    Part(
        name="delete",
        french="supprimer",
        what=lambda words: words.say("delete a profile, or empty yours"),
        options=(OF,),
        says=("of {of}", "delete"),
    ),
)

WHOLE_COMMANDS: Mapping[str, Part] = {
    "alerts": Part(options=(MODE, POINTS), says=("{mode}", "{points}")),
    "quiet": Part(options=(HOURS,), says=("{hours}",)),
    "pause": Part(options=(UNTIL,), says=("until {until}",)),
    "timezone": Part(options=(CITY,), says=("{city}",)),
    "link": Part(options=(CODE,), says=("{code}",)),
    "language": Part(options=(LANGUAGE,), says=("{language}",)),
    "round": Part(options=(number(required=True),), says=("{number}",)),
    "why": Part(options=(number(required=False),), says=("{number}",)),
    "history": Part(
        options=(category(lambda words: words.say("a program or category")),),
        says=("{category}",),
    ),
    "help": Part(options=(TOPIC,), says=("{topic}",)),
}

SERVER_COMMANDS: Mapping[str, Part] = {
    "follow": Part(options=(WHERE, FOLLOWED, CHOSEN_ROLE), says=("{category}",)),
    "unfollow": Part(options=(WHERE, FOLLOWED), says=("{category}",)),
}


def typed(path: tuple[str, ...], given: Given) -> str:
    """The command that somebody would have typed instead."""
    root, *names = path
    part = _part(root, names[0] if names else "")
    pieces = [piece for piece in part.says if all(one in given for one in _FIELD.findall(piece))]
    return " ".join([f"/{root}", *(piece.format_map(given) for piece in pieces)])


def _part(root: str, name: str) -> Part:
    if root == "profile":
        return next((part for part in PROFILE if part.name == name), PROFILE[0])
    return WHOLE_COMMANDS.get(root) or SERVER_COMMANDS.get(root) or Part()
