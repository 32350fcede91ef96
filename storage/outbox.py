"""The transactional outbox.

The rules of a delivery's states; `storage/deciding` queues, `storage/leasing` takes and settles:

1. It is born `due`, in the transaction that remembers its round. (announcement, subscriber) is
   its key: however often a poll is repeated, there is one.
2. `due -> leased`: one statement takes the most urgent rows whose moment has come and says until
   when. Two claimers can never take the same row.
3. `leased -> due`: by itself when the lease has run out (its holder died), at once when whoever
   alone may send on the platform now has found the holder dead (`bot/instance`), or not before a
   moment that its holder names (the platform asked to try later; the reader sleeps).
4. `leased -> sent | given_up | uncertain`: settled. Whoever settles after their lease ran out still
   counts: a message that was sent is not sent again.
5. Whoever leads a reader's alerts to another platform (`storage/places`) changes `platform` of
   what is due or leased in the same transaction: it says where a row is due next.
6. Nothing leaves these states, but for one: `given_up -> due` when a platform had called many
   readers gone at once, and was wrong (`storage/recipients`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Priority
from bot.core.delivery import (
    Alert,
    DeliveryKey,
    DeliveryRecord,
    Kind,
    Leased,
    Progress,
    Settled,
    Story,
    divided,
)
from bot.core.rounds import Round
from bot.core.subscribers import Address
from bot.core.unconfirmed import FOLLOWED_UP_FOR
from storage import alerts, leasing, progress, stories, unconfirmed
from storage.addresses import AT, at
from storage.alerts import together
from storage.deciding import judge_for_one, listening, queue_corrected, queue_for_all, queue_one
from storage.missed import missed
from storage.tables import announcement_rounds, announcements, deliveries, rounds, subscribers


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
        await queue_for_all(self._connection, announcement, round_, listening(now))

    async def queue_unconfirmed(self, announcement: int, round_: Round, now: datetime) -> None:
        """Decide a round that only news sites report, for those who asked to hear of such."""
        await queue_for_all(self._connection, announcement, round_, unconfirmed.asked_for(now))

    async def queue_follow_up(self, announcement: int, reported: Round, now: datetime) -> None:
        """Queue a delivery of the official row for each who was told of it unconfirmed.

        What is left of the unconfirmed alert is given up.
        """
        number, since = str(reported.number), now - FOLLOWED_UP_FOR
        await unconfirmed.drop_unsent(self._connection, number, now)
        await unconfirmed.queue_follow_up(self._connection, announcement, number, since, now)

    async def queue_correction(
        self, announcement: int, before: Round, after: Round, now: datetime
    ) -> None:
        """Decide a corrected round; queue a delivery for each whose answer may have changed.

        Whoever still waits for what it corrects gets both as one message: told one after the
        other, the first would be wrong, and the more urgent one may go before the older.
        """
        await queue_corrected(self._connection, announcement, before, after, now)
        await leasing.hold_together(self._connection, announcement, str(after.number))

    async def queue_for(
        self, address: Address, announcement: int, round_: Round, *, everything: bool = False
    ) -> bool:
        """Decide one announced round for one subscriber; False when there is nothing to tell."""
        who = await self._connection.execute(_WHO, at(address))
        row = who.first()
        if row is None:
            return False
        await judge_for_one(self._connection, announcement, round_, address, everything=everything)
        told = await alerts.to_tell(self._connection, announcement, [round_], [row.id])
        priorities = [one.priority for verdicts in told.values() for one in verdicts.profiles]
        if not priorities:
            return False
        priority = Priority.QUALIFIED if everything else min(priorities)
        await queue_one(self._connection, announcement, row.id, row.platform, priority)
        return True

    async def missed(self, address: Address, since: datetime) -> list[Round]:
        """Rounds announced as news that a pause kept from a subscriber, oldest first."""
        return await missed(self._connection, address, since)

    async def queued(self, announcement: int) -> int:
        """How many deliveries an announcement has."""
        found = await self._connection.scalar(
            select(func.count())
            .select_from(deliveries)
            .where(deliveries.c.announcement_id == announcement)
        )
        return found or 0

    async def due(self, platform: str, now: datetime) -> bool:
        """Whether anything could be claimed; only reads."""
        return await leasing.due(self._connection, platform, now)

    async def claim(
        self,
        platform: str,
        *,
        now: datetime,
        lease: timedelta,
        limit: int,
        only: Address | None = None,
    ) -> list[Alert]:
        """`lease` and `read` in one transaction, without what is to go to another platform."""
        leased = await self.lease(platform, now=now, lease=lease, limit=limit, only=only)
        ours, others = divided(await self.read(leased), platform)
        await self.give_back(others)
        return ours

    async def lease(
        self,
        platform: str,
        *,
        now: datetime,
        lease: timedelta,
        limit: int,
        only: Address | None = None,
    ) -> list[Leased]:
        """Take the most urgent due deliveries, and whatever waited together with them."""
        return await leasing.lease(
            self._connection, platform, now=now, until=now + lease, limit=limit, only=only
        )

    async def read(self, leased: Sequence[Leased]) -> list[Alert]:
        """What leased deliveries say; what waited together comes as one. Only reads."""
        waited = {one.key.subscriber for one in leased if one.held}
        return together(await alerts.load(self._connection, leased), waited)

    async def give_back(self, claimed: Sequence[Alert]) -> None:
        """Let those deliveries be claimed where their readers are to be told by now."""
        await leasing.give_back(self._connection, claimed)

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write down what became of claimed deliveries."""
        await leasing.settle(self._connection, settled, now)

    async def take_back(self, platform: str) -> int:
        """Make due again what a sender had claimed who is known to be dead; returns how much."""
        return await leasing.take_back(self._connection, platform)

    async def story(self, address: Address, number: str, kind: Kind = Kind.NEWS) -> Story | None:
        """What was decided about a subscriber when a round was announced; None if it never was."""
        return await stories.story(self._connection, address, number, kind)

    async def records(self, address: Address) -> list[DeliveryRecord]:
        """Every delivery to a subscriber, oldest first."""
        return await stories.records(self._connection, address)

    async def broadcasts(self, since: datetime, now: datetime) -> list[Progress]:
        """How far each announcement made since a moment is, oldest first."""
        return await progress.broadcasts(self._connection, since, now)

    async def waiting(self) -> list[DeliveryKey]:
        """Deliveries that are due or leased."""
        return await leasing.waiting(self._connection)


_WHO = select(subscribers.c.id, subscribers.c.platform).where(AT)
