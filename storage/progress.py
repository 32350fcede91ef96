"""How far broadcasts are."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import Kind, Progress, State
from storage.tables import announcement_rounds, announcements, deliveries
from storage.types import Moment, to_millis

_LOOK_BACK = timedelta(seconds=30)


async def broadcasts(connection: AsyncConnection, since: datetime, now: datetime) -> list[Progress]:
    """Every announcement made since a moment that has deliveries, oldest first."""
    lately = to_millis(now - _LOOK_BACK)
    found = await connection.execute(_BROADCASTS, {"since": since, "lately": lately})
    return [_progress(row, now) for row in found]


def _progress(row: Any, now: datetime) -> Progress:
    running = min(_LOOK_BACK, now - row.created_at)
    return Progress(
        round_numbers=tuple(row.numbers.split()),
        announced_at=row.created_at,
        kind=Kind(row.kind),
        total=row.total,
        sent=row.sent,
        given_up=row.given_up,
        uncertain=row.uncertain,
        postponed=row.postponed,
        rate=row.settled_lately / max(running.total_seconds(), 1.0),
    )


def _count(*which: ColumnElement[bool]) -> ColumnElement[int]:
    condition = which[0] if len(which) == 1 else which[0] & which[1]
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_BROADCASTS = (
    select(
        announcements.c.created_at,
        announcements.c.kind,
        select(func.group_concat(announcement_rounds.c.round_number, " "))
        .where(announcement_rounds.c.announcement_id == announcements.c.id)
        .scalar_subquery()
        .label("numbers"),
        func.count().label("total"),
        _count(deliveries.c.state == int(State.SENT)).label("sent"),
        _count(deliveries.c.state == int(State.GIVEN_UP)).label("given_up"),
        _count(deliveries.c.state == int(State.UNCERTAIN)).label("uncertain"),
        _count(deliveries.c.state == int(State.DUE), deliveries.c.at > 0).label("postponed"),
        _count(deliveries.c.state > int(State.LEASED), deliveries.c.at > bindparam("lately")).label(
            "settled_lately"
        ),
    )
    .join(deliveries, deliveries.c.announcement_id == announcements.c.id)
    .where(announcements.c.created_at >= bindparam("since", type_=Moment))
    .group_by(announcements.c.id)
    .order_by(announcements.c.id)
)
