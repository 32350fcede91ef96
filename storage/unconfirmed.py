"""Unconfirmed alerts once IRCC's own row is there: who was told, and who is to hear of the row.

Whoever was told gets a delivery in the announcement of the official row, whether that would have
told them anyway or not. A delivery exists once at most, so it is one message in either case.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
class Reported:
    """A round as it was announced unconfirmed, and when (UTC)."""

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
        .select_from(deliveries.join(subscribers, subscribers.c.id == deliveries.c.subscriber_id))
        .where(deliveries.c.announcement_id.in_(_SINCE), _MAY_HAVE_ARRIVED, listening(now))
    )
    queue = sqlite.insert(deliveries).from_select(columns, told).on_conflict_do_nothing()
    await connection.execute(
        queue, {"announcement": announcement, "number": number, "since": since}
    )


async def reported_before(
    connection: AsyncConnection, official: Iterable[Round]
) -> dict[str, list[Reported]]:
    """How official rounds were announced unconfirmed, by number; those that never were are not."""
    numbers = json.dumps([str(round_.number) for round_ in official])
    overtaken = {
        row.before: row for row in await connection.execute(_OVERTAKEN, {"official": numbers})
    }
    found: dict[str, list[Reported]] = defaultdict(list)
    if overtaken:
        which = {"reported": json.dumps([*overtaken]), "many": len(overtaken)}
        for key, number, made_at in await connection.execute(_ANNOUNCED, which):
            round_ = load_round(overtaken[number].facts)
            found[overtaken[number].official].append(
                Reported(announcement=key, round=round_, at=made_at)
            )
    return found


async def told_before(
    connection: AsyncConnection, reported: Mapping[str, Sequence[Reported]], keys: Sequence[int]
) -> dict[tuple[int, str], Reported]:
    """Who was told of which official round unconfirmed; `at` is when they were, as far as known.

    An official row is news to each of them once, so nobody has heard of it before.
    """
    by_announcement = {
        one.announcement: (number, one) for number, those in reported.items() for one in those
    }
    among_those = {"keys": json.dumps(list(keys)), "announcements": json.dumps([*by_announcement])}
    found: dict[tuple[int, str], Reported] = {}
    for row in await connection.execute(_TOLD, among_those):
        number, one = by_announcement[row.announcement_id]
        sent = row.state == int(State.SENT)
        found[row.subscriber_id, number] = replace(one, at=from_millis(row.at)) if sent else one
    return found


async def still_unconfirmed(connection: AsyncConnection, announced: Sequence[Round]) -> list[Round]:
    """Those rounds of an unconfirmed alert that IRCC's own row has not overtaken."""
    left = set(await connection.scalars(_STILL))
    return [round_ for round_ in announced if round_.number in left]


_SINCE = (
    select(announcements.c.id)
    .join(announcement_rounds, announcement_rounds.c.announcement_id == announcements.c.id)
    .where(
        announcements.c.kind == Kind.UNCONFIRMED,
        announcements.c.created_at >= bindparam("since", type_=Moment),
        announcement_rounds.c.round_number == bindparam("number"),
    )
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
    )
)
_DOUBT = (
    update(deliveries)
    .where(
        deliveries.c.announcement_id.in_(_OF_THIS),
        deliveries.c.state == int(State.LEASED),
    )
    .values(doubt_at=bindparam("now"))
)
_STILL = select(rounds.c.number).where(rounds.c.status == Status.UNCONFIRMED)

_first, _last = round_revisions.alias("first"), round_revisions.alias("last")
_OFFICIAL_NUMBER: Any = func.json_extract(_last.c.facts, "$.number")
_OVERTAKEN = (
    select(rounds.c.number.label("before"), _first.c.facts, _OFFICIAL_NUMBER.label("official"))
    .select_from(
        rounds.join(_first, (_first.c.number == rounds.c.number) & (_first.c.revision == 1)).join(
            _last, (_last.c.number == rounds.c.number) & (_last.c.revision == rounds.c.revision)
        )
    )
    .where(rounds.c.status == Status.OVERTAKEN, among(_OFFICIAL_NUMBER, "official"))
)
# Each was announced once, and not long ago: from the newest announcement back until all are found.
_ANNOUNCED = (
    select(
        announcement_rounds.c.announcement_id,
        announcement_rounds.c.round_number,
        announcements.c.created_at,
    )
    .join(announcements, announcements.c.id == announcement_rounds.c.announcement_id)
    .where(among(announcement_rounds.c.round_number, "reported"))
    .order_by(announcement_rounds.c.announcement_id.desc())
    .limit(bindparam("many", type_=Integer))
)
_TOLD = select(
    deliveries.c.subscriber_id, deliveries.c.announcement_id, deliveries.c.state, deliveries.c.at
).where(
    among(deliveries.c.announcement_id, "announcements"),
    among(deliveries.c.subscriber_id),
    _MAY_HAVE_ARRIVED,
)
