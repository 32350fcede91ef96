"""What we have to know again after a restart, and the commands as Discord last got them."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, Protocol

import orjson
import structlog

from adapters.discord.sending import Wire
from bot.core.errors import DrawbellError
from bot.core.subscribers import Address

log = structlog.get_logger()

TRY_AGAIN = 600.0
"""Seconds until commands that Discord did not take are offered again."""


class Remembered(Protocol):
    """A few texts by their names, and facts of subscribers."""

    async def get(self, key: str) -> str | None:
        """What was kept under a name, None if nothing was."""

    async def set(self, key: str, value: str) -> None:
        """Keep something."""

    async def know(self, address: Address, name: str, value: str) -> None:
        """Keep a fact of whoever is at an address, if anybody is.

        Raises:
            StoreUnavailable: the database cannot be used.
        """


class InMemory:
    """Remembers for as long as the program runs: after a restart Discord gets it all once more."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """See `Remembered`."""
        return self._kept.get(key)

    async def set(self, key: str, value: str) -> None:
        """See `Remembered`."""
        self._kept[key] = value

    async def know(self, address: Address, name: str, value: str) -> None:
        """See `Remembered`: nobody is anywhere."""


async def sync_commands(
    wire: Wire, app: int, commands: Sequence[dict[str, Any]], remembered: Remembered
) -> bool:
    """Tell Discord our commands, if it does not know them as they are; says whether it was told.

    Raises:
        DrawbellError: Discord did not take them.
    """
    key, digest = f"discord/commands/{app}", _digest(commands)
    if await remembered.get(key) == digest:
        return False
    path = "/applications/{application_id}/commands"
    await wire.call("PUT", path, list(commands), application_id=app)
    await remembered.set(key, digest)
    log.info("commands_synced", commands=len(commands))
    return True


async def are_synced(
    wire: Wire, app: int, commands: Sequence[dict[str, Any]], remembered: Remembered
) -> bool:
    """The same; False when Discord did not take them, which is for the operator to know."""
    try:
        await sync_commands(wire, app, commands, remembered)
    except DrawbellError as error:
        log.error("commands_not_synced", reason=str(error))
        return False
    return True


async def sync_later(
    wire: Wire, app: int, commands: Sequence[dict[str, Any]], remembered: Remembered
) -> None:
    """Offer the commands until Discord takes them; those that it knows go on working meanwhile."""
    done = False
    while not done:
        await asyncio.sleep(TRY_AGAIN)
        done = await are_synced(wire, app, commands, remembered)


def _digest(commands: Sequence[dict[str, Any]]) -> str:
    text = orjson.dumps(list(commands), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()
