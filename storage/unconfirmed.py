"""Unconfirmed alerts once IRCC's own row is there: who was told, and who is to hear of the row.

Whoever was told gets a delivery in the announcement of the official row, whether that would have
told them anyway or not. A delivery exists once at most, so it is one message in either case.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import Kind, State
from bot.core.detect import Status
from bot.core.outcomes import NOTHING_TO_TELL
from bot.core.rounds import Round
from bot.core.subscribers import ON, UNCONFIRMED
from storage.deciding import listening
from storage.facts import load_round
from storage.lookup import among
from storage.tables import (
    announcement_rounds,
    announcements,
    deliveries,
    round_revisions,
    rounds,
    subscribers,
)
from storage.types import Moment, from_millis, to_millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a subscriber was told unconfirmed: the announcement, its round, and when (UTC)."""

    announcement: int
    round: Round
    at: datetime


def asked_for(now: datetime) -> ColumnElement[bool]:
    """`Subscriber.wants_unconfirmed`, neither paused nor gone, in SQL."""
    wants = func.json_extract(subscribers.c.facts, f"$.{UNCONFIRMED}") == ON
    asking = select(subscribers.c.id).where(subscribers.c.facts.is_not(None), wants)
    # A list of the few who ask, so that the profiles of the many who do not are never read.
    return and_(subscribers.c.id.in_(asking), listening(now))


async def drop_unsent(connection: AsyncConnection, number: str, now: datetime) -> None:
    """Give up what is left of an unconfirmed alert; what may have arrived is in doubt.

    That is also what is under way, until it is written down what became of it.
    """
    for statement in (_DROP, _DOUBT):
        await connection.execute(statement, {"number": number, "now": to_millis(now)})


async def queue_follow_up(
    connection: AsyncConnection, announcement: int, number: str, since: datetime, now: datetime
) -> None:
    """Queue a delivery of an official row for each who was told of it unconfirmed since then."""
    columns = ["announcement_id", "subscriber_id", "platform", "priority"]
    told = (
        select(
            bindparam("announcement", type_=Integer),
            deliveries.c.subscriber_id,
            subscribers.c.platform,
            deliveries.c.priority,
        )
        .select_from(_DELIVERED.join(subscribers, subscribers.c.id == deliveries.c.subscriber_id))
        .where(
            _OF_NUMBER,
            _MAY_HAVE_ARRIVED,
            announcements.c.created_at >= bindparam("since", type_=Moment),
            listening(now),
        )
    )
    queue = sqlite.insert(deliveries).from_select(columns, told).on_conflict_do_nothing()
    await connection.execute(
        queue, {"announcement": announcement, "number": number, "since": since}
    )


async def told_before(
    connection: AsyncConnection, announced: Iterable[Round], keys: Sequence[int]
) -> dict[tuple[int, str], Told]:
    """Who was told of which of these rounds unconfirmed.

    An official row is news to each of them once, so nobody has heard of it before.
    """
    overtaken = await _overtaken(connection, [str(round_.number) for round_ in announced])
    found: dict[tuple[int, str], Told] = {}
    for number, reported in overtaken.items():
        rows = await connection.execute(
            _TOLD,
            {
                "reported": json.dumps([str(one.number) for one in reported]),
                "keys": json.dumps(list(keys)),
            },
        )
        rounds_by_number = {str(one.number): one for one in reported}
        for row in rows:
            found[row.subscriber_id, number] = Told(
                announcement=row.announcement_id,
                round=rounds_by_number[row.round_number],
                at=from_millis(row.at),
            )
    return found


async def _overtaken(
    connection: AsyncConnection, official: Collection[str]
) -> dict[str, list[Round]]:
    """Rounds as they were reported, by the number of the official row that has come since."""
    rows = await connection.execute(_OVERTAKEN, {"official": json.dumps(list(official))})
    found: dict[str, list[Round]] = defaultdict(list)
    for row in rows:
        found[row.number].append(load_round(row.facts))
    return found


async def still_unconfirmed(connection: AsyncConnection, announced: Sequence[Round]) -> list[Round]:
    """Those rounds of an unconfirmed alert that IRCC's own row has not overtaken."""
    left = set(await connection.scalars(_STILL))
    return [round_ for round_ in announced if round_.number in left]


_DELIVERED = deliveries.join(
    announcements, announcements.c.id == deliveries.c.announcement_id
).join(announcement_rounds, announcement_rounds.c.announcement_id == announcements.c.id)
_OF_NUMBER = and_(
    announcements.c.kind == Kind.UNCONFIRMED,
    announcement_rounds.c.round_number == bindparam("number"),
)
_MAY_HAVE_ARRIVED = or_(
    deliveries.c.state.in_((int(State.SENT), int(State.UNCERTAIN))),
    deliveries.c.doubt_at.is_not(None),
)
# Claimed, and nothing written down of what became of it: whoever had claimed it has died.
_IN_DOUBT = or_(
    deliveries.c.doubt_at.is_not(None),
    and_(deliveries.c.attempts > 0, deliveries.c.error.is_(None)),
)
_OF_THIS = select(announcement_rounds.c.announcement_id).where(
    announcement_rounds.c.round_number == bindparam("number")
)
_DROP = (
    update(deliveries)
    .where(
        deliveries.c.announcement_id.in_(_OF_THIS),
        deliveries.c.state == int(State.DUE),
    )
    .values(
        state=case((_IN_DOUBT, int(State.UNCERTAIN)), else_=int(State.GIVEN_UP)),
        error=case((_IN_DOUBT, deliveries.c.error), else_=NOTHING_TO_TELL),
        at=bindparam("now"),
        held=0,
    )
)
_DOUBT = (
    update(deliveries)
    .where(
        deliveries.c.announcement_id.in_(_OF_THIS),
        deliveries.c.state == int(State.LEASED),
        deliveries.c.doubt_at.is_(None),
    )
    .values(doubt_at=bindparam("now"))
)
_STILL = select(rounds.c.number).where(rounds.c.status == Status.UNCONFIRMED)

_first, _last = round_revisions.alias("first"), round_revisions.alias("last")
_OFFICIAL_NUMBER: Any = func.json_extract(_last.c.facts, "$.number")
_OVERTAKEN = (
    select(_first.c.facts, _OFFICIAL_NUMBER.label("number"))
    .select_from(
        rounds.join(_first, (_first.c.number == rounds.c.number) & (_first.c.revision == 1)).join(
            _last, (_last.c.number == rounds.c.number) & (_last.c.revision == rounds.c.revision)
        )
    )
    .where(rounds.c.status == Status.OVERTAKEN, among(_OFFICIAL_NUMBER, "official"))
)

_TOLD = (
    select(
        deliveries.c.subscriber_id,
        deliveries.c.announcement_id,
        announcement_rounds.c.round_number,
        case(
            (deliveries.c.state == int(State.SENT), deliveries.c.at),
            else_=type_coerce(announcements.c.created_at, Integer),
        ).label("at"),
    )
    .select_from(_DELIVERED)
    .where(
        announcements.c.kind == Kind.UNCONFIRMED,
        among(announcement_rounds.c.round_number, "reported"),
        among(deliveries.c.subscriber_id),
        _MAY_HAVE_ARRIVED,
    )
)
