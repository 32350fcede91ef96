"""Decides a round for everybody: the core judges, SQL joins people to what was judged.

1. The core says of each distinct background whether the round was open to it (`openings`), and of
   each distinct stance with which priority it is told, for each eligibility (`tellings`).
2. Both are kept for good: with them a verdict stays true after rules or profiles change.
3. A scratch table puts them together for each audience, and one statement queues a delivery for
   each subscriber, at the best priority among their profiles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import (
    Mode,
    Preference,
    Priorities,
    Priority,
    Stance,
    judge_backgrounds,
    judge_stances,
)
from bot.core.categories import classify
from bot.core.corrections import judge_corrected
from bot.core.match import Eligibility, Reason, Submission, expiry_limit
from bot.core.profiles import Candidate
from bot.core.rounds import Round
from bot.core.subscribers import Address
from storage.audiences import audiences_at, backgrounds_of, stances_of
from storage.tables import deliveries, profiles, subscribers

_BATCH = 5000
_COLUMNS = ("announcement_id", "subscriber_id", "platform", "priority")
_PRIORITIES = ", ".join(f"priority_{int(way)}" for way in Submission)


async def queue_for_all(
    connection: AsyncConnection, announcement: int, round_: Round, who: ColumnElement[bool]
) -> None:
    """Decide for everybody, and queue a delivery for each of `who` that is told."""
    backgrounds = await backgrounds_of(connection, classify(round_).group)
    stances = await stances_of(connection)
    await _judge(connection, announcement, round_, backgrounds, stances)
    await _queue_told(connection, announcement, round_, who)


async def _queue_told(
    connection: AsyncConnection, announcement: int, round_: Round, who: ColumnElement[bool]
) -> None:
    for statement in _FRESH_TOLD:
        await connection.exec_driver_sql(statement)
    number = str(round_.number)
    await connection.exec_driver_sql(_FILL_TOLD, (announcement, number, announcement, number))
    await connection.execute(_queue(announcement, round_, who))


async def queue_corrected(
    connection: AsyncConnection, announcement: int, before: Round, after: Round, now: datetime
) -> None:
    """Queue a delivery for each whose answer a correction may have changed."""
    backgrounds = await backgrounds_of(connection, classify(after).group)
    stances = judge_corrected(before, after, await stances_of(connection))
    await _keep(connection, announcement, after, judge_backgrounds(after, backgrounds), stances)
    await _queue_told(connection, announcement, after, listening(now))


async def judge_for_one(
    connection: AsyncConnection,
    announcement: int,
    round_: Round,
    address: Address,
    *,
    everything: bool,
) -> None:
    """Decide for one subscriber: as they want it, or as if they wanted every round."""
    audience_ids = await audiences_at(connection, address)
    stances = await stances_of(connection, audience_ids)
    if everything:
        wanted = Preference(mode=Mode.ALL)
        stances = ((key, replace(stance, preference=wanted)) for key, stance in stances)
    opened = await backgrounds_of(connection, classify(round_).group, audience_ids)
    await _judge(connection, announcement, round_, opened, stances)


async def queue_one(
    connection: AsyncConnection,
    announcement: int,
    subscriber: int,
    platform: str,
    priority: Priority,
) -> None:
    """Queue a delivery for one subscriber."""
    values = (announcement, subscriber, platform, int(priority))
    await connection.execute(_QUEUE_ONE, dict(zip(_COLUMNS, values, strict=True)))


async def _judge(
    connection: AsyncConnection,
    announcement: int,
    round_: Round,
    backgrounds: Iterable[tuple[Sequence[int], Candidate]],
    stances: Iterable[tuple[int, Stance]],
) -> None:
    """Let the core judge, and keep what it says."""
    opened, told = judge_backgrounds(round_, backgrounds), judge_stances(round_, stances)
    await _keep(connection, announcement, round_, opened, told)


async def _keep(
    connection: AsyncConnection,
    announcement: int,
    round_: Round,
    opened: Iterable[tuple[int, Eligibility, Reason]],
    told: Iterable[tuple[int, Eligibility, Priorities]],
) -> None:
    number = str(round_.number)
    openings = ((announcement, number, *opening) for opening in opened)
    tellings = (
        (announcement, number, key, eligibility, *priorities)
        for key, eligibility, priorities in told
    )
    await _insert(connection, _INSERT_OPENING, openings)
    await _insert(connection, _INSERT_TELLING, tellings)


async def _insert(
    connection: AsyncConnection, statement: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        await connection.exec_driver_sql(statement, batch)


# Bare SQL where 30,000 rows pass: the driver takes tuples as they are.
_INSERT_OPENING = """INSERT INTO openings
    (announcement_id, round_number, background_id, eligibility, reason) VALUES (?, ?, ?, ?, ?)"""
_INSERT_TELLING = f"""INSERT INTO tellings
    (announcement_id, round_number, stance_id, eligibility, {_PRIORITIES})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""  # noqa: S608 - our own column names
_FRESH_TOLD = (
    "DROP TABLE IF EXISTS temp.told",
    f"CREATE TEMP TABLE told (audience_id INTEGER PRIMARY KEY, {_PRIORITIES})",
)
# CROSS JOIN: SQLite keeps that order, whatever it thinks of tables it has never counted.
_FILL_TOLD = f"""INSERT INTO temp.told SELECT audiences.id, {_PRIORITIES}
    FROM audiences
    CROSS JOIN openings ON openings.announcement_id = ? AND openings.round_number = ?
        AND openings.background_id = audiences.background_id
    CROSS JOIN tellings ON tellings.announcement_id = ? AND tellings.round_number = ?
        AND tellings.stance_id = audiences.stance_id
        AND tellings.eligibility = openings.eligibility"""  # noqa: S608 - our own column names
_told = table(
    "told", column("audience_id"), *(column(f"priority_{int(way)}") for way in Submission)
)


def submission_column(round_: Round) -> ColumnElement[int]:
    """`core.match.submission_of` in SQL, for all profiles at once."""
    earliest, latest = profiles.c.submitted_earliest, profiles.c.submitted_latest
    tie_break = round_.tie_breaking_rule
    ways = [
        (latest.is_(None), int(Submission.NOT_SAID)),
        (latest < expiry_limit(round_.held_on), int(Submission.EXPIRED)),
    ]
    if tie_break is not None:
        ways += [
            (latest <= tie_break, int(Submission.IN_TIME)),
            (earliest > tie_break, int(Submission.LATE)),
        ]
    return case(*ways, else_=int(Submission.STRADDLES))


def _queue(announcement: int, round_: Round, who: ColumnElement[bool]) -> sqlite.Insert:
    """One delivery for each subscriber with a profile to tell, at its best priority."""
    priority = case(
        {int(way): _told.c[f"priority_{int(way)}"] for way in Submission},
        value=submission_column(round_),
    ).label("priority")
    told = (
        select(literal(announcement), profiles.c.subscriber_id, subscribers.c.platform, priority)
        .select_from(
            profiles.join(_told, _told.c.audience_id == profiles.c.audience_id).join(
                subscribers, subscribers.c.id == profiles.c.subscriber_id
            )
        )
        .where(text("priority IS NOT NULL"), who)
    )
    return _at_best_priority(sqlite.insert(deliveries).from_select(_COLUMNS, told))


def _at_best_priority(queue: sqlite.Insert) -> sqlite.Insert:
    """A delivery exists once; of several priorities it has the most urgent one."""
    return queue.on_conflict_do_update(
        index_elements=[deliveries.c.announcement_id, deliveries.c.subscriber_id],
        set_={"priority": func.min(deliveries.c.priority, queue.excluded.priority)},
    )


_QUEUE_ONE = _at_best_priority(
    sqlite.insert(deliveries).values({name: bindparam(name) for name in _COLUMNS})
)


def listening(now: datetime) -> ColumnElement[bool]:
    """Neither `Subscriber.is_paused` nor gone, in SQL."""
    listening = or_(subscribers.c.paused.is_(False), subscribers.c.paused_until <= now)
    return and_(listening, subscribers.c.gone_at.is_(None))
