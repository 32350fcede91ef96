"""What most tests of memory and of the two loops start from."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from storage.unit_of_work import Database, open_database
from tests.chat.world import baselined
from tests.fakes.clock import FakeClock
from tests.fakes.codes import foreseen
from tests.fakes.databases import migrate, url_of

# How long an example takes says more of the machine than of us.
settings.register_profile("drawbell", deadline=None)
settings.load_profile("drawbell")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A test that starts the program sets up its logs; the next one must not inherit them."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest schema with nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "drawbell.db"
    migrate(path)
    return path


@pytest.fixture
def database(tmp_path: Path, migrated: Path) -> Path:
    """A database file with nothing in it."""
    return Path(shutil.copy(migrated, tmp_path / "drawbell.db"))


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Database]:
    """That database, open."""
    async with open_database(url_of(database)) as opened:
        yield opened


@pytest.fixture(scope="session")
def watching(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that knows the recorded rounds up to #384, to be copied."""
    path = Path(shutil.copy(migrated, tmp_path_factory.mktemp("watching") / "drawbell.db"))
    asyncio.run(baselined(path))
    return path


@pytest.fixture
def world(watching: Path, tmp_path: Path) -> Path:
    """A copy of that file for one test."""
    return Path(shutil.copy(watching, tmp_path / "drawbell.db"))


@pytest.fixture
async def memory(world: Path) -> AsyncIterator[Database]:
    """That copy, open; its codes can be foreseen."""
    async with open_database(url_of(world), foreseen()) as opened:
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    """The evening of 2025-12-11."""
    return FakeClock()
