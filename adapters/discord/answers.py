"""Replies as the bodies of messages, and interactions answered with them: seen by one person."""

from dataclasses import replace

from adapters.discord.components import rows
from adapters.discord.events import Asked
from adapters.discord.render import contents
from adapters.discord.sending import EPHEMERAL, Body, Wire
from bot.core.subscribers import Language
from bot.wording.spans import Line, Message, Reply, line
from bot.wording.words import words_in

_DEFERRED, _DEFERRED_EDIT, _COMPLETIONS, _FORM = 5, 6, 8, 9
_IN_SETUP = "/start skip"
"""Who can skip a question can answer it, also by typing."""


def reply_of(*texts: str | Line) -> Reply:
    """A reply of a few lines."""
    return Reply(
        message=Message(lines=tuple(line(one) if isinstance(one, str) else one for one in texts))
    )


def bodies(reply: Reply, language: Language) -> list[Body]:
    """What a reply is as messages; its controls stand under the last. At least one."""
    asks = any(choice.says.startswith(_IN_SETUP) for choice in reply.choices)
    write = words_in(language).say("Type the answer") if asks else None
    found: list[Body] = [
        {"content": text, "embeds": [], "components": []} for text in contents(reply.message)
    ]
    found = found or [{"content": "\u2026", "embeds": [], "components": []}]
    found[-1]["components"] = rows(reply.choices, write=write)
    return found


def files_of(reply: Reply) -> list[tuple[str, bytes]]:
    """The file that goes with a reply, if there is one."""
    file = reply.attachment
    return [] if file is None else [(file.name, file.text.encode())]


class Answers:
    """Answers to interactions: acknowledged first, written when there is something to say."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def acknowledge(self, asked: Asked, *, own: bool = False) -> None:
        """Say that we are at it; `own` lets the answer take the place of ours that was used.

        Raises:
            InteractionOver: too late, or somebody is at it already.
            DrawbellError: Discord was not told.
        """
        kind, data = (_DEFERRED_EDIT, None) if own else (_DEFERRED, {"flags": EPHEMERAL})
        await self._wire.respond(asked.number, asked.token, kind, data)

    async def show(self, asked: Asked, reply: Reply, language: Language) -> None:
        """Write the answer.

        Raises:
            DrawbellError: Discord did not take it.
        """
        first, *more = bodies(reply, language)
        await self._wire.edit_original(asked.app, asked.token, first)
        for body in more:
            await self._wire.follow_up(asked.app, asked.token, body)
        files = files_of(reply)
        if files:
            await self._wire.follow_up(asked.app, asked.token, {}, files)

    async def add(self, asked: Asked, reply: Reply, language: Language) -> None:
        """Write something beside the answer.

        Raises:
            DrawbellError: Discord did not take it.
        """
        for body in bodies(replace(reply, attachment=None), language):
            await self._wire.follow_up(asked.app, asked.token, body)

    async def complete(self, asked: Asked, choices: list[dict[str, str]]) -> None:
        """Offer completions.

        Raises:
            DrawbellError: Discord was not told.
        """
        await self._wire.respond(asked.number, asked.token, _COMPLETIONS, {"choices": choices})

    async def open_form(self, asked: Asked, form: Body) -> None:
        """Open a form.

        Raises:
            DrawbellError: Discord was not told.
        """
        await self._wire.respond(asked.number, asked.token, _FORM, form)
