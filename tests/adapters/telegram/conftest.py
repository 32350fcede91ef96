"""A server and a database that knows the rounds before #385, and the adapter between them."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.unit_of_work import Database, open_database
from tests.adapters.telegram.living import Life, living
from tests.chat.world import baselined
from tests.fakes.databases import url_of
from tests.fakes.telegram_api import FakeTelegram, serving


@pytest.fixture
async def api() -> AsyncIterator[FakeTelegram]:
    """A server to which everything that was sent must have been as documented."""
    async with serving(FakeTelegram()) as found:
        yield found
    assert found.complaints == []


@pytest.fixture(scope="session")
def watching(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file baselined on the recorded rounds up to #384."""
    path = Path(shutil.copy(migrated, tmp_path_factory.mktemp("watching") / "drawbell.db"))
    asyncio.run(baselined(path))
    return path


@pytest.fixture
def world(watching: Path, tmp_path: Path) -> Path:
    """A copy of that file for one test."""
    return Path(shutil.copy(watching, tmp_path / "drawbell.db"))


@pytest.fixture
async def memory(world: Path) -> AsyncIterator[Database]:
    """That copy, open."""
    async with open_database(url_of(world)) as opened:
        yield opened


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chats that may be written to as often as a test likes."""
    monkeypatch.setattr("bot.pipeline.limiter._CHAT_INTERVAL", 0.0)


@pytest.fixture
async def life(api: FakeTelegram, memory: Database, patient: None) -> AsyncIterator[Life]:
    """The adapter, running."""
    async with living(api, memory) as found:
        yield found
