"""Deliveries under a lease: taken, given back, settled (rules 2 to 4 of `storage/outbox`)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Update, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.core.delivery import Alert, DeliveryKey, Doubt, Leased, Settled, State
from bot.core.subscribers import Address
from storage.addresses import AT, at
from storage.lookup import among
from storage.tables import announcement_rounds, deliveries, subscribers
from storage.types import from_millis, to_millis
from storage.waiting import IS_DUE, IS_HELD, IS_LEASED, IS_WAITING

_KEY = (deliveries.c.announcement_id, deliveries.c.subscriber_id)


async def due(connection: AsyncConnection, platform: str, now: datetime) -> bool:
    """Whether anything could be leased; only reads."""
    found = await connection.scalar(_ANY_DUE, {"on_platform": platform, "now": to_millis(now)})
    return bool(found)


async def lease(
    connection: AsyncConnection,
    platform: str,
    *,
    now: datetime,
    until: datetime,
    limit: int,
    only: Address | None = None,
) -> list[Leased]:
    """Take the most urgent due deliveries, and whatever waited together with them."""
    moment = {"now": to_millis(now), "until": to_millis(until)}
    await connection.execute(_LEASES_BACK, moment)
    await connection.execute(_RIPE, moment)
    where = {"on_platform": platform, "limit": limit} | ({} if only is None else at(only))
    found = await connection.execute(_CLAIM if only is None else _CLAIM_ONLY, moment | where)
    rows = sorted(found.all(), key=_order)
    waited = [row.subscriber_id for row in rows if row.held]
    if waited:
        more = await connection.execute(_CLAIM_REST, moment | {"keys": json.dumps(waited)})
        rows += sorted(more.all(), key=_order)
    return [_leased(row) for row in rows]


async def hold_together(connection: AsyncConnection, correction: int, number: str) -> None:
    """Let a correction of a round and the other news of it that a reader waits for go as one."""
    await connection.execute(_HOLD_TOGETHER, {"correction": correction, "number": number})


async def give_back(connection: AsyncConnection, claimed: Sequence[Alert]) -> None:
    """Let those deliveries be claimed where their readers are to be told by now."""
    for alert in claimed:
        values = {"platform": alert.to.address.platform}
        for key in alert.keys:
            row = {"announcement": key.announcement, "subscriber": key.subscriber}
            await connection.exec_driver_sql(_GIVE_BACK, values | row)


async def settle(connection: AsyncConnection, settled: Sequence[Settled], now: datetime) -> None:
    """Write down what became of claimed deliveries."""
    if settled:
        millis = to_millis(now)
        await connection.exec_driver_sql(_SETTLE, [_settlement(one, millis) for one in settled])


async def take_back(connection: AsyncConnection, platform: str) -> int:
    """Make due again all that is leased on a platform; returns how much."""
    return (await connection.execute(_TAKE_BACK, {"on_platform": platform})).rowcount


async def waiting(connection: AsyncConnection) -> list[DeliveryKey]:
    """Deliveries that are due or leased."""
    found = await connection.execute(
        select(*_KEY).where(deliveries.c.state.in_((int(State.DUE), int(State.LEASED))))
    )
    return [DeliveryKey(announcement=one, subscriber=two) for one, two in found]


def _order(row: Any) -> tuple[int, int, int]:
    return row.priority, row.announcement_id, row.subscriber_id


def _leased(row: Any) -> Leased:
    announcement, subscriber, _priority, attempts, doubt_at, repeated, held = row
    doubt = None
    if doubt_at is not None:
        doubt = Doubt(since=from_millis(doubt_at), repeated=bool(repeated))
    key = DeliveryKey(announcement=announcement, subscriber=subscriber)
    return Leased(key=key, attempts=attempts, doubt=doubt, held=bool(held))


def _settlement(one: Settled, now: int) -> dict[str, object]:
    doubt, not_before = one.doubt, one.not_before
    due_at = 0 if not_before is None else to_millis(not_before)
    return {
        "announcement": one.key.announcement,
        "subscriber": one.key.subscriber,
        "state": int(one.state),
        "at": due_at if one.state is State.DUE else now,
        "error": one.error,
        "receipt": one.receipt,
        "doubt_at": None if doubt is None else to_millis(doubt.since),
        "repeated": int(doubt is not None and doubt.repeated),
        "held": int(one.held),
        "untried": int(not one.tried),
    }


_MINE = deliveries.c.platform == bindparam("on_platform")
_RIPENED = deliveries.c.at <= bindparam("now")

_LEASES_BACK = update(deliveries).where(IS_LEASED, _RIPENED).values(state=int(State.DUE), at=0)
_TAKE_BACK = update(deliveries).where(IS_LEASED, _MINE).values(state=int(State.DUE), at=0)
_RIPE = update(deliveries).where(IS_WAITING, _RIPENED).values(at=0)
_ANY_DUE = select(
    or_(
        exists().where(IS_DUE, _MINE),
        exists().where(IS_WAITING, _RIPENED, _MINE),
        exists().where(IS_LEASED, _RIPENED, _MINE),
    )
)

# Bare SQL, as hundreds of rows pass: the driver takes what `_settlement` gives as it is.
_SETTLE = f"""UPDATE deliveries
    SET state = :state, at = :at, error = :error, receipt = :receipt, doubt_at = :doubt_at,
        repeated = :repeated, held = :held, attempts = attempts - :untried
    WHERE announcement_id = :announcement AND subscriber_id = :subscriber
        AND state <= {int(State.LEASED)}"""  # noqa: S608 - our own number

_GIVE_BACK = f"""UPDATE deliveries
    SET platform = :platform, state = {int(State.DUE)}, at = 0, attempts = attempts - 1
    WHERE announcement_id = :announcement AND subscriber_id = :subscriber
        AND state = {int(State.LEASED)}"""  # noqa: S608 - as above


def _taking(statement: Update) -> ReturningUpdate[Any]:
    """Take rows under a lease, and say what is needed of them."""
    taken = statement.values(
        state=int(State.LEASED), at=bindparam("until"), attempts=deliveries.c.attempts + 1
    )
    return taken.returning(
        *_KEY,
        deliveries.c.priority,
        deliveries.c.attempts,
        deliveries.c.doubt_at,
        deliveries.c.repeated,
        deliveries.c.held,
    )


def _claim(*which: ColumnElement[bool]) -> ReturningUpdate[Any]:
    urgent = (
        select(*_KEY)
        .where(IS_DUE, _MINE, *which)
        .order_by(deliveries.c.priority, *_KEY)
        .limit(bindparam("limit", type_=Integer))
    )
    # Joined, not `(a, b) IN (SELECT ...)`: for that SQLite may read the whole table.
    chosen = urgent.subquery("chosen")
    return _taking(
        update(deliveries).where(
            deliveries.c.announcement_id == chosen.c.announcement_id,
            deliveries.c.subscriber_id == chosen.c.subscriber_id,
        )
    )


_CLAIM = _claim()
_CLAIM_ONLY = _claim(
    deliveries.c.subscriber_id == select(subscribers.c.id).where(AT).scalar_subquery()
)
_CLAIM_REST = _taking(
    update(deliveries).where(IS_HELD, deliveries.c.at == 0, among(deliveries.c.subscriber_id))
)

_OF_CORRECTED = select(announcement_rounds.c.announcement_id).where(
    announcement_rounds.c.round_number == bindparam("number")
)
_hearing, _waiting = deliveries.alias(), deliveries.alias()
_HEARING = select(_hearing.c.subscriber_id).where(
    _hearing.c.announcement_id == bindparam("correction", type_=Integer)
)
_WAITING_TWICE = (
    select(_waiting.c.subscriber_id)
    .where(
        _waiting.c.announcement_id.in_(_OF_CORRECTED),
        _waiting.c.subscriber_id.in_(_HEARING),
        _waiting.c.state == int(State.DUE),
    )
    .group_by(_waiting.c.subscriber_id)
    .having(func.count() > 1)
)
_HOLD_TOGETHER = (
    update(deliveries)
    .where(
        deliveries.c.announcement_id.in_(_OF_CORRECTED),
        deliveries.c.subscriber_id.in_(_WAITING_TWICE),
        deliveries.c.state == int(State.DUE),
    )
    .values(held=1)
)
