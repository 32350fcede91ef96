"""A server in Discord's place, and our requests to it."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.transport import Rest
from tests.adapters.discord.requesting import a_rest
from tests.fakes.discord_api import FakeDiscord, serving


@pytest.fixture
async def api() -> AsyncIterator[FakeDiscord]:
    """A server to which everything that was sent must have been as documented."""
    async with serving(FakeDiscord()) as found:
        yield found
    assert found.complaints == []


@pytest.fixture
async def rest(api: FakeDiscord) -> AsyncIterator[Rest]:
    """Our transport to it."""
    async with a_rest(api.url) as found:
        yield found
