"""What was decided about one person, and what became of it: for "why" and for export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Preference
from bot.core.delivery import DeliveryRecord, Kind, State, Story
from bot.core.profiles import Profile
from bot.core.subscribers import Address
from storage import alerts
from storage.addresses import at
from storage.audiences import FACTS, WHOLE, audience_of
from storage.subscribers import ID_AT, profile_of
from storage.tables import (
    announcement_rounds,
    announcements,
    audiences,
    deliveries,
)
from storage.types import from_millis


async def story(connection: AsyncConnection, address: Address, number: str) -> Story | None:
    """What was decided about a subscriber when a round was last announced as news."""
    subscriber = await _id(connection, address)
    announced = (await connection.execute(_ANNOUNCED, {"number": number})).first()
    if subscriber is None or announced is None:
        return None
    rounds = await alerts.announced_rounds(connection, announced.id)
    profiles, preference = await _profiles(connection, announced.id, subscriber)
    told = await alerts.verdicts(connection, announced.id, rounds, [subscriber])
    return Story(
        round=next(round_ for round_ in rounds if round_.number == number),
        decided_at=announced.created_at,
        profiles=profiles,
        preference=preference,
        told=tuple(told.get((subscriber, number), ())),
        record=next(iter(await _records(connection, subscriber, announced.id)), None),
    )


async def records(connection: AsyncConnection, address: Address) -> list[DeliveryRecord]:
    """Every delivery to a subscriber, oldest first."""
    subscriber = await _id(connection, address)
    return [] if subscriber is None else await _records(connection, subscriber)


async def _id(connection: AsyncConnection, address: Address) -> int | None:
    return await connection.scalar(ID_AT, at(address))


async def _profiles(
    connection: AsyncConnection, announcement: int, subscriber: int
) -> tuple[tuple[Profile, ...], Preference]:
    found = await connection.execute(_THEN, alerts.then_of(announcement, [subscriber]))
    rows = found.mappings().all()
    preference = audience_of(rows[0]).preference if rows else Preference()
    return tuple(profile_of(row) for row in rows), preference


async def _records(
    connection: AsyncConnection, subscriber: int, announcement: int | None = None
) -> list[DeliveryRecord]:
    which = {"subscriber": subscriber, "announcement": announcement}
    query = _RECORDS if announcement is None else _RECORD
    return _as_records((await connection.execute(query, which)).all())


_ANNOUNCED = (
    select(announcements.c.id, announcements.c.created_at)
    .join(announcement_rounds)
    .where(
        announcement_rounds.c.round_number == bindparam("number"),
        announcements.c.kind == Kind.NEWS,
    )
    .order_by(announcements.c.id.desc())
)
_THEN = (
    select(alerts.THEN, *FACTS)
    .select_from(alerts.THEN.join(WHOLE, audiences.c.id == alerts.THEN.c.audience_id))
    .order_by(alerts.THEN.c.profile_id)
)
_RECORDS = (
    select(
        deliveries.c.state,
        deliveries.c.attempts,
        deliveries.c.at,
        deliveries.c.error,
        announcements.c.kind,
        func.group_concat(announcement_rounds.c.round_number, " ").label("numbers"),
    )
    .join(announcements, announcements.c.id == deliveries.c.announcement_id)
    .join(announcement_rounds, announcement_rounds.c.announcement_id == announcements.c.id)
    .where(deliveries.c.subscriber_id == bindparam("subscriber"))
    .group_by(deliveries.c.announcement_id)
    .order_by(deliveries.c.announcement_id)
)
_RECORD = _RECORDS.where(deliveries.c.announcement_id == bindparam("announcement"))


def _as_records(rows: Sequence[Any]) -> list[DeliveryRecord]:
    return [
        DeliveryRecord(
            round_numbers=tuple(row.numbers.split()),
            kind=Kind(row.kind),
            state=State(row.state),
            attempts=row.attempts,
            at=from_millis(row.at),
            error=row.error,
        )
        for row in rows
    ]
