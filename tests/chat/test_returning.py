"""Whoever writes to us is there again, whatever they write."""

from dataclasses import replace

import pytest

from storage.unit_of_work import Database
from tests.chat.world import Person
from tests.fakes.clock import FakeClock
from tests.fakes.people import a_subscriber


@pytest.mark.parametrize(
    "said",
    ["/status", "/profile score 480", "well, hello?", "/stattus", "x" * 9000],
    ids=str.__len__,
)
async def test_somebody_gone_who_writes_is_back(
    memory: Database, clock: FakeClock, said: str
) -> None:
    ann = a_subscriber("ann")
    async with memory.begin() as work:
        await work.subscribers.save(replace(ann, gone_at=clock()))

    await Person(memory, "ann").says(said)

    async with memory.look() as work:
        saved = await work.subscribers.find(ann.address)
    assert saved is not None
    assert saved.gone_at is None
