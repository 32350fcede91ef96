"""The two faces of the console: plain lines through a pipe, a comfortable prompt at a terminal."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from adapters.console.lines import Lines
from adapters.console.render import rendered_reply, shown
from bot.wording.spans import Reply


class Face(Protocol):
    """Where a conversation takes place."""

    async def next(self) -> str | None:
        """The next thing typed; None when there is no more."""

    def show(self, reply: Reply) -> None:
        """Show an answer or an alert."""


class Piped(Lines):
    """A command a line in, plain text out."""

    def show(self, reply: Reply) -> None:
        """Show a reply, with an empty line after it."""
        sys.stdout.write(rendered_reply(reply) + "\n\n")
        sys.stdout.flush()


class Terminal:
    """A prompt with completion and history; what arrives while one types leaves the line whole.

    History lives as long as the chat: what people type is personal.
    """

    def __init__(self, typed: Sequence[str]) -> None:
        completer = WordCompleter(list(typed), sentence=True, match_middle=False)
        self._session: PromptSession[str] = PromptSession(
            "> ", completer=completer, history=InMemoryHistory(), complete_while_typing=True
        )

    async def next(self) -> str | None:
        """The next line; None at Ctrl-C and Ctrl-D."""
        try:
            return await self._session.prompt_async()
        except (EOFError, KeyboardInterrupt):
            return None

    def show(self, reply: Reply) -> None:
        """Show a reply in colour, broken between words."""
        sys.stdout.write(shown(reply, Console(file=sys.stdout, force_terminal=True)))


@asynccontextmanager
async def face(typed: Sequence[str]) -> AsyncIterator[Face]:
    """The face that fits standard input; `typed` is what a prompt completes."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield Piped()
        return
    with patch_stdout(raw=True):
        yield Terminal(typed)
