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

    def __init__(self, wire: Wire, answers: Answers) -> None:
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
