"""What was decided about one person, and what became of it: for "why" and for export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Preference
from bot.core.delivery import DeliveryRecord, Kind, State, Story
from bot.core.subscribers import Address
from storage.addresses import id_at
from storage.tables import announcement_rounds, announcements, deliveries
from storage.types import from_millis
from storage.verdicts import announced_rounds, profiles_then, verdicts


async def story(
    connection: AsyncConnection, address: Address, number: str, kind: Kind
) -> Story | None:
    """What was decided about a subscriber when a round was last announced as this kind."""
    subscriber = await id_at(connection, address)
    announced = (await connection.execute(_ANNOUNCED, {"number": number, "kind": kind})).first()
    if subscriber is None or announced is None:
        return None
    rounds = await announced_rounds(connection, announced.id)
    then = (await profiles_then(connection, announced.id, [subscriber])).get(subscriber, [])
    told = await verdicts(connection, announced.id, rounds, [subscriber])
    return Story(
        round=next(round_ for round_ in rounds if round_.number == number),
        decided_at=announced.created_at,
        profiles=tuple(profile for profile, _ in then),
        preference=then[0][1] if then else Preference(),
        told=tuple(told.get((subscriber, number), ())),
        record=next(iter(await _records(connection, subscriber, announced.id)), None),
    )


async def records(connection: AsyncConnection, address: Address) -> list[DeliveryRecord]:
    """Every delivery to a subscriber, oldest first."""
    subscriber = await id_at(connection, address)
    return [] if subscriber is None else await _records(connection, subscriber)


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
        announcements.c.kind == bindparam("kind"),
    )
    .order_by(announcements.c.id.desc())
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
