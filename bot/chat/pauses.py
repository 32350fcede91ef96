"""The end of a pause: alerts come again, and what was missed is told once, as a summary."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.core.delivery import Kind
from bot.core.subscribers import Subscriber
from bot.ports import Store, UnitOfWork

log = structlog.get_logger()

MOST_ROUNDS = 10
"""A summary names so many rounds, the newest; older ones are in the history."""

_AT_ONCE = 200


async def end_pauses(store: Store, clock: Callable[[], datetime]) -> int:
    """End the pauses whose time has come; returns how many.

    Raises:
        StoreUnavailable: the database cannot be used; nothing was changed.
    """
    ended = 0
    while True:
        async with store.begin() as memory:
            people = await memory.subscribers.with_ended_pauses(clock(), _AT_ONCE)
            for person in people:
                await end_pause(memory, person, clock())
        ended += len(people)
        if len(people) < _AT_ONCE:
            return ended


async def end_pause(memory: UnitOfWork, person: Subscriber, now: datetime) -> int:
    """Let alerts come again; returns of how many rounds a summary was queued."""
    await memory.subscribers.save(
        replace(person, paused=False, paused_since=None, paused_until=None)
    )
    if person.paused_since is None:
        return 0
    rounds = await memory.outbox.missed(person.address, person.paused_since)
    if not rounds:
        return 0
    newest = rounds[-MOST_ROUNDS:]
    announcement = await memory.outbox.announce(newest, now, Kind.SUMMARY)
    told = False
    for round_ in newest:
        told |= await memory.outbox.queue_for(person.address, announcement, round_)
    log.info("pause_ended", rounds=len(rounds), told=told)
    return len(newest) if told else 0
