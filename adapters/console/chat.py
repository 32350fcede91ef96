"""The chat loop: a command a line, with alerts shown as they come."""

import sys
from collections.abc import Callable
from datetime import datetime

from adapters.console.lines import Lines, every
from adapters.console.notifier import PLATFORM, ConsoleNotifier
from adapters.console.render import rendered_reply
from bot.chat.conversation import converse
from bot.core.subscribers import Address, Language
from bot.pipeline.deliver import deliver
from bot.ports import Store

_LOOK_EVERY = 1.0
_ENDINGS = frozenset({"exit", "quit", "/exit", "/quit"})


async def chat(
    name: str,
    *,
    store: Store,
    clock: Callable[[], datetime],
    language: Language,
    write: Callable[[str], None],
) -> None:
    """Talk with whoever types, as `name`, until the input ends.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    address = Address(platform=PLATFORM, chat=name)
    notifier = ConsoleNotifier(lambda _chat, text: write(f"{text}\n"))

    async def show_alerts() -> None:
        while await deliver(
            store=store, notifier=notifier, platform=PLATFORM, clock=clock, only=address
        ):
            pass

    await show_alerts()
    prompt = "> " if sys.stdin.isatty() else ""
    write_prompt(prompt)
    async for line in every(_LOOK_EVERY, Lines()):
        if line is not None:
            if line.strip().casefold() in _ENDINGS:
                break
            if line.strip():
                reply = await converse(
                    line, address=address, store=store, clock=clock, language=language
                )
                write(f"{rendered_reply(reply)}\n")
            write_prompt(prompt)
        await show_alerts()
    await show_alerts()


def write_prompt(prompt: str) -> None:
    """Show that it is the person's turn; nothing through a pipe."""
    if prompt:
        sys.stdout.write(prompt)
        sys.stdout.flush()
