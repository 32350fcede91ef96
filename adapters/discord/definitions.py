"""Our slash commands as Discord wants them described, with their French names and words."""

from typing import Any

from adapters.discord.options import CHANNEL, Option, Text
from adapters.discord.slash import PROFILE, SERVER_COMMANDS, WHOLE_COMMANDS, Part
from bot.chat.menu import group_menu, private_menu
from bot.core.subscribers import Language
from bot.wording.words import words_in

_PART_OF_COMMAND = 1
_SERVER, _PERSON = 0, 1
_IN_SERVER, _IN_DM, _ELSEWHERE = 0, 1, 2
_MANAGE_SERVER = 1 << 5
_DESCRIPTION, _CHOICE = 100, 100
_POSTED_IN = [0, 5, 10, 11, 12, 15]
"""Text, announcements, threads of three kinds, forums."""

Definition = dict[str, Any]


def definitions() -> list[Definition]:
    """Every command: the personal ones for servers and accounts, two for servers only."""
    english, french = words_in(Language.ENGLISH), words_in(Language.FRENCH)
    personal = zip(private_menu(english), private_menu(french), strict=True)
    in_groups = zip(group_menu(english), group_menu(french), strict=True)
    return [
        *(_personal(one, other) for one, other in personal),
        *(_of_server(one, other) for one, other in in_groups if one[0] in SERVER_COMMANDS),
    ]


_Line = tuple[str, str]


def _personal(english: _Line, french: _Line) -> Definition:
    name = english[0]
    part = WHOLE_COMMANDS.get(name, Part())
    parts = [_part(one) for one in PROFILE] if name == "profile" else []
    return {
        **_named(english, french),
        "options": [*parts, *map(_option, part.options)],
        "contexts": [_IN_SERVER, _IN_DM, _ELSEWHERE],
        "integration_types": [_SERVER, _PERSON],
    }


def _of_server(english: _Line, french: _Line) -> Definition:
    return {
        **_named(english, french),
        "options": [_option(one) for one in SERVER_COMMANDS[english[0]].options],
        "contexts": [_IN_SERVER],
        "integration_types": [_SERVER],
        "default_member_permissions": _MANAGE_SERVER,
    }


def _named(english: _Line, french: _Line) -> Definition:
    return {
        "name": english[0],
        "name_localizations": {"fr": french[0]},
        "description": english[1][:_DESCRIPTION],
        "description_localizations": {"fr": french[1][:_DESCRIPTION]},
        "type": 1,
    }


def _part(part: Part) -> Definition:
    return {
        **_worded(part.name, part.french, part.what),
        "type": _PART_OF_COMMAND,
        "options": [_option(one) for one in part.options],
    }


def _option(option: Option) -> Definition:
    found: Definition = {
        **_worded(option.name, option.french, option.what),
        "type": option.kind,
        "required": option.required,
    }
    if option.choices:
        found["choices"] = [_choice(value, shown) for value, shown in option.choices]
    if option.completes:
        found["autocomplete"] = True
    if option.kind == CHANNEL:
        found["channel_types"] = _POSTED_IN
    bounds = {"min_value": option.least, "max_value": option.most}
    return found | {name: bound for name, bound in bounds.items() if bound is not None}


def _worded(name: str, french: str, what: Text) -> Definition:
    return {
        "name": name,
        "name_localizations": {"fr": french},
        "description": what(words_in(Language.ENGLISH))[:_DESCRIPTION],
        "description_localizations": {"fr": what(words_in(Language.FRENCH))[:_DESCRIPTION]},
    }


def _choice(value: str, shown: Text) -> Definition:
    return {
        "name": shown(words_in(Language.ENGLISH))[:_CHOICE],
        "name_localizations": {"fr": shown(words_in(Language.FRENCH))[:_CHOICE]},
        "value": value,
    }
