"""A server in Telegram's place, and the adapter between it and a database."""

from collections.abc import AsyncIterator

import pytest

from storage.unit_of_work import Database
from tests.adapters.telegram.living import Life, living
from tests.fakes.telegram_api import FakeTelegram, serving


@pytest.fixture
async def api() -> AsyncIterator[FakeTelegram]:
    """A server to which everything that was sent must have been as documented."""
    async with serving(FakeTelegram()) as found:
        yield found
    assert found.complaints == []


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chats that may be written to as often as a test likes."""
    monkeypatch.setattr("bot.pipeline.limiter._CHAT_INTERVAL", 0.0)


@pytest.fixture
async def life(api: FakeTelegram, memory: Database, patient: None) -> AsyncIterator[Life]:
    """The adapter, running."""
    async with living(api, memory) as found:
        yield found
