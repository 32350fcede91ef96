"""discord.py's interactions as the few things that matter to us."""

from dataclasses import dataclass
from typing import Any, cast

import discord

from bot.core.subscribers import Language

_MANAGE_SERVER = 1 << 5
_EPHEMERAL = 1 << 6
_PARTS = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who did something, where, and how to answer. `manages` says: with Manage Server.

    `roles` are those of the member, for what happens in a server.
    """

    number: int
    token: str
    app: int
    person: int
    language: Language
    guild: int | None
    channel: int | None
    manages: bool
    roles: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A command was used; `resolved` is what Discord says of the channels and roles it names."""

    asked: Asked
    path: tuple[str, ...]
    given: dict[str, Any]
    resolved: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """Somebody types into an option that completes itself."""

    asked: Asked
    path: tuple[str, ...]
    option: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button was pressed, or an option of a menu picked; `own` says: under an answer of ours."""

    asked: Asked
    control: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A form was sent: what stands in each of its fields."""

    asked: Asked
    form: str
    fields: dict[str, str]
    own: bool


Event = Used | Typing | Pressed | Submitted


def event_of(interaction: discord.Interaction) -> Event | None:
    """What an interaction says; None if it is nothing to us."""
    data = cast(dict[str, Any], interaction.data or {})
    asked = _asked(interaction)
    match interaction.type:
        case discord.InteractionType.application_command:
            path, options = _walked(data)
            given = {one["name"]: one.get("value") for one in options}
            return Used(asked=asked, path=path, given=given, resolved=data.get("resolved", {}))
        case discord.InteractionType.autocomplete:
            return _typing(asked, data)
        case discord.InteractionType.component:
            [control, *_] = data.get("values") or [data["custom_id"]]
            return Pressed(asked=asked, control=control, own=_own(interaction))
        case discord.InteractionType.modal_submit:
            return Submitted(
                asked=asked, form=data["custom_id"], fields=_fields(data), own=_own(interaction)
            )
        case _:
            return None


def language_of(locale: discord.Locale) -> Language:
    """The language of somebody's Discord."""
    return Language.FRENCH if str(locale).startswith("fr") else Language.ENGLISH


def _asked(interaction: discord.Interaction) -> Asked:
    return Asked(
        number=interaction.id,
        token=interaction.token,
        app=interaction.application_id,
        person=interaction.user.id,
        language=language_of(interaction.locale),
        guild=interaction.guild_id,
        channel=interaction.channel_id,
        manages=bool(interaction.permissions.value & _MANAGE_SERVER)
        or interaction.permissions.administrator,
        roles=_roles(interaction.user),
    )


def _roles(user: discord.User | discord.Member) -> frozenset[int]:
    return (
        frozenset(one.id for one in user.roles) if isinstance(user, discord.Member) else frozenset()
    )


def _walked(data: dict[str, Any]) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The names on the way to the options, and those."""
    path, options = [str(data["name"])], list(data.get("options") or [])
    while len(options) == 1 and options[0]["type"] in _PARTS:
        path.append(options[0]["name"])
        options = list(options[0].get("options") or [])
    return tuple(path), options


def _typing(asked: Asked, data: dict[str, Any]) -> Typing | None:
    path, options = _walked(data)
    for one in options:
        if one.get("focused"):
            return Typing(
                asked=asked, path=path, option=one["name"], text=str(one.get("value") or "")
            )
    return None


def _fields(data: dict[str, Any]) -> dict[str, str]:
    inner = [one for row in data["components"] for one in _inner(row)]
    return {one["custom_id"]: str(one.get("value") or "") for one in inner if "custom_id" in one}


def _inner(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows hold several fields, labels one."""
    held = row.get("components") or row.get("component") or []
    return held if isinstance(held, list) else [held]


def _own(interaction: discord.Interaction) -> bool:
    message = interaction.message
    return message is not None and bool(message.flags.value & _EPHEMERAL)
