"""What most tests of memory and of the two loops start from."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from storage.unit_of_work import Database, open_database
from tests.fakes.clock import FakeClock
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


@pytest.fixture
def clock() -> FakeClock:
    """The evening of 2025-12-11."""
    return FakeClock()
