"""The transactional outbox.

The rules of a delivery's states, which only this file writes:

1. It is born `due`, in the transaction that remembers its round. (announcement, subscriber) is
   its key: however often a poll is repeated, there is one.
2. `due -> leased`: one statement takes the most urgent rows whose moment has come and says until
   when. Two claimers can never take the same row.
3. `leased -> due`: by itself when the lease has run out (its holder died), or when the platform
   asked to try later.
4. `leased -> sent | given_up | uncertain`: settled; nothing leaves these states. Whoever settles
   after their lease ran out still counts: a message that was sent is not sent again.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import (
    Alert,
    DeliveryKey,
    DeliveryRecord,
    Kind,
    Settled,
    State,
    Story,
)
from bot.core.rounds import Round
from bot.core.subscribers import Address
from storage import alerts, stories
from storage.addresses import AT, at
from storage.deciding import queue_for_all, queue_for_one
from storage.tables import (
    announcement_rounds,
    announcements,
    deliveries,
    rounds,
    subscribers,
)

_BATCH = 5000
_ROUND_KEY = (deliveries.c.announcement_id, deliveries.c.subscriber_id)


class StoredOutbox:
    """See `bot.ports.Outbox`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def announce(
        self, announced: Sequence[Round], now: datetime, kind: Kind = Kind.NEWS
    ) -> int:
        """Open an announcement of rounds; returns its id."""
        key = await self._connection.scalar(
            insert(announcements).values(created_at=now, kind=kind).returning(announcements.c.id)
        )
        numbers = [round_.number for round_ in announced]
        await self._connection.execute(
            insert(announcement_rounds).from_select(
                ["announcement_id", "round_number", "revision"],
                select(literal(key), rounds.c.number, rounds.c.revision).where(
                    rounds.c.number.in_(numbers)
                ),
            )
        )
        return int(key or 0)

    async def queue(self, announcement: int, round_: Round, now: datetime) -> None:
        """Decide one announced round for everybody; queue a delivery for each who is told."""
        await queue_for_all(self._connection, announcement, round_, now)

    async def queue_for(self, address: Address, announcement: int, round_: Round) -> None:
        """Decide one announced round for one subscriber as if they wanted every round."""
        await queue_for_one(self._connection, announcement, round_, address)

    async def queued(self, announcement: int) -> int:
        """How many deliveries an announcement has."""
        found = await self._connection.scalar(
            select(func.count())
            .select_from(deliveries)
            .where(deliveries.c.announcement_id == announcement)
        )
        return found or 0

    async def claim(
        self, platform: str, *, now: int, lease: int, limit: int, only: Address | None = None
    ) -> list[Alert]:
        """Take the most urgent due deliveries under a lease (times in milliseconds since 1970)."""
        await self._connection.execute(_LEASES_BACK, {"now": now})
        claimed = await self._connection.execute(
            _claim(platform, limit, only),
            {"now": now, "until": now + lease} | ({} if only is None else at(only)),
        )
        keys = [
            (row.priority, DeliveryKey(announcement=row[0], subscriber=row[1]), row.attempts)
            for row in claimed
        ]
        return await alerts.load(
            self._connection, [(key, attempts) for _, key, attempts in sorted(keys)]
        )

    async def settle(self, settled: Sequence[Settled], now: int) -> None:
        """Write down what became of claimed deliveries."""
        by_kind = sorted(settled, key=lambda one: one.state is State.DUE)
        for retry, group in groupby(by_kind, key=lambda one: one.state is State.DUE):
            await self._connection.execute(
                _SETTLE,
                [
                    {
                        "announcement": one.key.announcement,
                        "subscriber": one.key.subscriber,
                        "to_state": int(one.state),
                        "to_at": one.not_before if retry else now,
                        "to_error": one.error,
                        "to_receipt": one.receipt,
                    }
                    for one in group
                ],
            )

    async def story(self, address: Address, number: str) -> Story | None:
        """What was decided about a subscriber when a round was announced; None if it never was."""
        return await stories.story(self._connection, address, number)

    async def records(self, address: Address) -> list[DeliveryRecord]:
        """Every delivery to a subscriber, oldest first."""
        return await stories.records(self._connection, address)

    async def waiting(self) -> list[DeliveryKey]:
        """Deliveries that are due or leased."""
        found = await self._connection.execute(
            select(*_ROUND_KEY).where(deliveries.c.state.in_((int(State.DUE), int(State.LEASED))))
        )
        return [DeliveryKey(announcement=one, subscriber=two) for one, two in found]


_LEASES_BACK = (
    update(deliveries)
    .where(deliveries.c.state == int(State.LEASED), deliveries.c.at <= bindparam("now"))
    .values(state=int(State.DUE), at=0)
)

_SETTLE = (
    update(deliveries)
    .where(
        deliveries.c.announcement_id == bindparam("announcement"),
        deliveries.c.subscriber_id == bindparam("subscriber"),
        deliveries.c.state <= int(State.LEASED),
    )
    .values(
        state=bindparam("to_state"),
        at=bindparam("to_at"),
        error=bindparam("to_error"),
        receipt=bindparam("to_receipt"),
    )
)


def _claim(platform: str, limit: int, only: Address | None) -> Any:
    due = (
        select(*_ROUND_KEY)
        .where(
            deliveries.c.platform == platform,
            deliveries.c.state == int(State.DUE),
            deliveries.c.at <= bindparam("now"),
        )
        .order_by(deliveries.c.priority, *_ROUND_KEY)
        .limit(limit)
    )
    if only is not None:
        due = due.where(
            deliveries.c.subscriber_id == select(subscribers.c.id).where(AT).scalar_subquery()
        )
    # Joined, not `(a, b) IN (SELECT ...)`: for that SQLite may read the whole table.
    chosen = due.subquery("chosen")
    return (
        update(deliveries)
        .where(
            deliveries.c.announcement_id == chosen.c.announcement_id,
            deliveries.c.subscriber_id == chosen.c.subscriber_id,
        )
        .values(
            state=int(State.LEASED),
            at=bindparam("until"),
            attempts=deliveries.c.attempts + 1,
        )
        .returning(*_ROUND_KEY, deliveries.c.priority, deliveries.c.attempts)
    )
