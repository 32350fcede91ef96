"""Our transport to a Discord of the tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.discord.transport import Rest
from tests.fakes.discord_api import TOKEN


@asynccontextmanager
async def a_rest(url: str, token: str = TOKEN, **how: Any) -> AsyncIterator[Rest]:
    """A transport that is open, and shut at the end."""
    rest = Rest(token, url, **how)
    await rest.open()
    try:
        yield rest
    finally:
        await rest.shut()
