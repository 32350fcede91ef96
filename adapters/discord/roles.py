"""Roles: chosen by those who manage a server, given to members by themselves with a button."""

from typing import Any

import discord

from adapters.discord.answers import Answers, reply_of
from adapters.discord.events import Asked, Used
from adapters.discord.notifier import GENERAL, ROLE
from adapters.discord.sending import Wire
from bot.chat.reading import read_groups
from bot.core.categories import GROUPS, plain
from bot.core.errors import ProfileRejected, RecipientGone
from bot.wording.words import Words, words_in

_EVERY = (*GROUPS, GENERAL)


class Roles:
    """See the module."""

    def __init__(self, client: discord.Client, wire: Wire, answers: Answers) -> None:
        self._client = client
        self._wire = wire
        self._answers = answers

    def chosen(self, event: Used, words: Words) -> tuple[dict[str, str], str]:
        """The facts to keep of a chosen role, none if it will not do, and what to say of it."""
        number = str(event.given["role"])
        role: dict[str, Any] = event.resolved.get("roles", {}).get(number, {})
        if number == str(event.asked.guild) or role.get("managed") or _elevated(role):
            return {}, words.say(
                "That role I will not give to everybody; pick one without special permissions."
            )
        facts = {f"{ROLE}{group}": number for group in _groups(event)}
        name = str(role.get("name", ""))
        said = words.say(
            "I mention {role} there, and members can give it to themselves.", role=name
        )
        return facts, said

    async def toggle(self, asked: Asked, role: int) -> None:
        """Give a member a role, or take it back."""
        await self._answers.acknowledge(asked)
        words = words_in(asked.language)
        has = role in asked.roles
        if not has and self._is_elevated_by_now(asked.guild, role):
            text = words.say("I do not give that role: it has special permissions.")
            await self._answers.show(asked, reply_of(text), words.language)
            return
        where = {"guild_id": asked.guild, "user_id": asked.person, "role_id": role}
        path = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
        try:
            await self._wire.call("DELETE" if has else "PUT", path, **where)
        except RecipientGone:
            text = words.say("I may not give that role: my own has to stand above it.")
        else:
            text = (
                words.say("You are no longer mentioned.")
                if has
                else words.say("From now on you are mentioned. Press again to end it.")
            )
        await self._answers.show(asked, reply_of(text), words.language)

    def _is_elevated_by_now(self, guild: int | None, role: int) -> bool:
        """A role that was harmless when it was chosen may have been given powers since."""
        server = None if guild is None else self._client.get_guild(guild)
        known = None if server is None else server.get_role(role)
        return known is not None and _elevated({"permissions": known.permissions.value})


def _elevated(role: dict[str, Any]) -> bool:
    held = discord.Permissions(int(role.get("permissions", 0)))
    return bool(held.value & discord.Permissions.elevated().value)


def _groups(event: Used) -> tuple[str, ...]:
    """What a role is for: the categories named, or every round."""
    said = str(event.given.get("category") or "")
    try:
        return tuple(read_groups(said))
    except ProfileRejected:
        return (GENERAL,) if plain(said) == GENERAL else _EVERY
