"""A database that knows the rounds before #385, made once and copied for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.unit_of_work import Database, open_database
from tests.chat.world import baselined
from tests.fakes.codes import foreseen
from tests.fakes.databases import url_of


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
    """That copy, open; its codes can be foreseen."""
    async with open_database(url_of(world), foreseen()) as opened:
        yield opened
