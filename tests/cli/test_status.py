"""`drawbell status`: how the source has been answering, and by what it is recognised."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ports import Validators
from storage.unit_of_work import open_database
from tests.cli.conftest import Command
from tests.cli.rows import feed_file
from tests.cli.running import database_url

ETAG, MODIFIED = '"5f3-abc"', "Thu, 11 Dec 2025 19:00:00 GMT"


async def running(folder: Path) -> None:
    """As a process leaves it that has polled over HTTP and polls again soon."""
    marks = Validators(etag=ETAG, last_modified=MODIFIED, digest="d" * 64)
    at = datetime.now(UTC)
    async with open_database(database_url(folder)) as store, store.begin() as memory:
        await memory.source.succeeded(marks, at - timedelta(minutes=5))
        await memory.source.failed("no answer", at - timedelta(seconds=20))
        await memory.process.beat("poll", at, "2025-12-11T20:00:00+00:00")
        until = at + timedelta(minutes=1)
        await memory.process.take("instance", "here", now=at, until=until)


def test_it_shows_success_age_failure_validators_and_the_next_poll(
    command: Command, tmp_path: Path
) -> None:
    asyncio.run(running(tmp_path))

    text, facts = command("status"), json.loads(command("status", "--json").out)["source"]

    assert "source: last read 5 min ago; failed 2" in text.out
    assert f"  validators: ETag {ETAG}, Last-Modified {MODIFIED}, SHA-256 dddddddddddd" in text.out
    assert "next at 2025-12-11T20:00:00+00:00" in text.out
    assert (facts["etag"], facts["last_modified"]) == (ETAG, MODIFIED)
    assert facts["digest"] == "d" * 64
    assert 300 <= facts["age_seconds"] < 360
    assert facts["next_poll_at"] == "2025-12-11T20:00:00+00:00"


def test_a_source_that_never_answered_is_said_with_its_failure(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "never read yet\n" in command("status").out
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(tmp_path / "nothing"))
    command("poll")

    text, facts = command("status"), json.loads(command("status", "--json").out)["source"]

    assert "source: never read yet; failed " in text.out
    assert "cannot be read" in text.out
    assert (facts["age_seconds"], facts["etag"], facts["next_poll_at"]) == (None, None, None)


def test_a_file_is_recognised_by_its_bytes(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(feed_file(tmp_path)))
    command("poll")

    assert "  validators: SHA-256 " in command("status").out
