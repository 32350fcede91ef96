"""The chat loop: a command a line, with alerts shown as they come."""

from collections.abc import Callable
from datetime import datetime

from adapters.console.faces import Face
from adapters.console.lines import every
from adapters.console.notifier import PLATFORM, ConsoleNotifier
from bot.chat.conversation import converse, offer
from bot.core.subscribers import Address, Language
from bot.pipeline.deliver import deliver
from bot.ports import Store
from bot.wording.spans import Choice, Reply

_LOOK_EVERY = 1.0
_ENDINGS = frozenset({"exit", "quit", "/exit", "/quit"})


async def chat(
    name: str,
    *,
    face: Face,
    store: Store,
    clock: Callable[[], datetime],
    language: Language,
) -> None:
    """Talk with whoever types, as `name`, until the input ends.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    address = Address(platform=PLATFORM, chat=name)
    await _show_alerts(address, face, store, clock)
    async for line in every(_LOOK_EVERY, face):
        if line is not None and line.strip().casefold() in _ENDINGS:
            break
        if line is not None and line.strip():
            reply = await converse(
                line, address=address, store=store, clock=clock, language=language
            )
            face.show(reply)
        await _show_alerts(address, face, store, clock)
    await _show_alerts(address, face, store, clock)


async def _show_alerts(
    address: Address, face: Face, store: Store, clock: Callable[[], datetime]
) -> None:
    """Show what is due; the choices of the last alert can then be picked by number."""
    offered: list[tuple[Choice, ...]] = []

    def show(_chat: str, reply: Reply) -> None:
        face.show(reply)
        offered.append(reply.choices)

    notifier = ConsoleNotifier(show)
    while await deliver(store=store, notifier=notifier, clock=clock, only=address):
        pass
    if offered and offered[-1]:
        await offer(store, address, offered[-1])
