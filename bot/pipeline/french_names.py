"""Official French names of rounds whose English name is new: looked up once, never waited for long.

What could not be had is asked for again at the next poll, and then ever more rarely: after twice
the time that has passed. Until then French alerts show the English name.
"""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.core.categories import french_name
from bot.core.detect import Change
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.core.rounds import Published, RoundNumber
from bot.ports import NameSource, Store, UnitOfWork

log = structlog.get_logger()

PATIENCE = 3.0
"""Seconds that an alert may wait for a name."""

_GIVE_UP = timedelta(days=3)
_NOTE = "french_names"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Rounds without a French name; `since` and `again` (UTC): asked for first, and next."""

    numbers: frozenset[RoundNumber]
    since: datetime
    again: datetime


Names = Mapping[RoundNumber, str]


async def recall(memory: UnitOfWork) -> Wanted | None:
    """What earlier polls could not find a name for."""
    note = await memory.process.note(_NOTE)
    if not note:
        return None
    facts = json.loads(note)
    return Wanted(
        numbers=frozenset(facts["numbers"]),
        since=datetime.fromisoformat(facts["since"]),
        again=datetime.fromisoformat(facts["again"]),
    )


async def wanted_for(
    published: Published, earlier: Wanted | None, store: Store, now: datetime
) -> Wanted | None:
    """What is wanted once a payload has come: a name that nobody has seen is asked for at once."""
    nameless = [round_ for round_ in published.rounds if french_name(round_) is None]
    if not nameless:
        return earlier
    async with store.look() as memory:
        known = (await memory.rounds.known()).rounds
    fresh = frozenset(
        one.number
        for one in nameless
        if one.number not in known or known[one.number].round.name != one.name
    )
    if not fresh:
        return earlier
    older = earlier.numbers if earlier else frozenset()
    return Wanted(numbers=fresh | older, since=now, again=now)


async def look_up(twin: NameSource | None, wanted: Wanted | None, now: datetime) -> Names:
    """The names that are wanted and due, as far as they can be had; never fails, never hangs."""
    if twin is None or wanted is None or now < wanted.again:
        return {}
    try:
        async with asyncio.timeout(PATIENCE):
            names = await twin.names()
    except (SourceUnavailable, SourceChanged, TimeoutError) as error:
        log.warning("french_names_unread", reason=str(error) or f"no answer within {PATIENCE:g} s")
        return {}
    except Exception:
        log.exception("french_names_failed")  # a name is worth no alert
        return {}
    return {number: names[number] for number in wanted.numbers if number in names}


def named(published: Published, names: Names) -> Published:
    """A payload whose rounds bear the French names that were looked up."""
    if not names:
        return published
    rounds = (replace(one, name_fr=names.get(one.number)) for one in published.rounds)
    return replace(published, rounds=tuple(rounds))


async def note_down(memory: UnitOfWork, wanted: Wanted | None, names: Names, now: datetime) -> None:
    """Fill in names that came late, silently, and remember what is still wanted."""
    if wanted is None or now < wanted.again:
        return
    for number, name in names.items():
        known = await memory.rounds.find(number)
        if known is not None and known.round.name_fr != name:
            round_ = replace(known.round, name_fr=name)
            await memory.rounds.revise(round_, Change.REFRESHED, now)
            log.info("french_name_found", round=number)
    await memory.process.keep_note(_NOTE, _left(wanted, names, now))


def _left(wanted: Wanted, found: Collection[RoundNumber], now: datetime) -> str:
    numbers, waited = wanted.numbers.difference(found), now - wanted.since
    if not numbers or waited >= _GIVE_UP:
        return ""
    again = now + waited
    return json.dumps(
        {"numbers": sorted(numbers), "since": wanted.since.isoformat(), "again": again.isoformat()}
    )
