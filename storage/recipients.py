"""What platforms say of the people we write to: moved, gone, refused, reached again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, exists, func, literal, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import State
from bot.core.outcomes import GONE
from bot.core.subscribers import Address
from storage.forgetting import forget, make_way
from storage.places import fall_back, known_at, move, take_back_falls
from storage.tables import deliveries, links, strikes, subscribers
from storage.troubles import StoredTroubles
from storage.types import Moment, to_millis


class StoredRecipients:
    """See `bot.ports.Recipients`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def move(self, subscriber: int, place: Address, chat: str) -> bool:
        """Follow a chat to its new address; False when somebody is there already.

        A group that follows nothing there is nobody.
        """
        there = await known_at(self._connection, place.platform, chat)
        if there and subscriber not in there:
            await make_way(self._connection, Address(platform=place.platform, chat=chat))
            there = await known_at(self._connection, place.platform, chat)
        if any(one != subscriber for one in there):
            return False
        if not there:
            await move(self._connection, place, chat)
        return True

    async def fall_back(self, subscriber: int, place: Address, reason: str, now: datetime) -> bool:
        """Let alerts go elsewhere that were refused at a place; False when they go there still."""
        return await fall_back(self._connection, subscriber, place, reason, now)

    async def gone(self, subscriber: int, now: datetime) -> None:
        """Stop writing to somebody; what they saved is kept for a while."""
        await self._connection.execute(
            update(subscribers)
            .where(subscribers.c.id == subscriber, subscribers.c.gone_at.is_(None))
            .values(gone_at=now)
        )

    async def strike(self, subscriber: int, now: datetime) -> tuple[int, timedelta]:
        """Count a refusal; returns how many there were in a row, and over which time."""
        # Selected, not given: who asked to be forgotten meanwhile must not break the batch.
        one = select(subscribers.c.id, literal(1), literal(now, Moment)).where(
            subscribers.c.id == subscriber
        )
        put = insert(strikes).from_select(["subscriber_id", "count", "first_at"], one)
        put = put.on_conflict_do_update(
            index_elements=[strikes.c.subscriber_id], set_={"count": strikes.c.count + 1}
        )
        found = await self._connection.execute(put.returning(strikes.c.count, strikes.c.first_at))
        row = found.first()
        if row is None:
            return 0, timedelta()
        count, first_at = row
        return count, now - first_at

    async def reached(self, keys: Sequence[int]) -> None:
        """Messages got through: earlier refusals no longer count."""
        any_strikes = await self._connection.scalar(_ANY_STRIKES)
        if any_strikes:
            await self._connection.execute(
                delete(strikes).where(strikes.c.subscriber_id == bindparam("key")),
                [{"key": key} for key in keys],
            )

    async def restore(self, platform: str, since: datetime, reason: str, again: datetime) -> int:
        """Take back what was concluded from one reason since a moment; returns for how many.

        Their deliveries are due again at `again`.
        """
        await StoredTroubles(self._connection).withdraw(platform, since, reason)
        fallen = await take_back_falls(self._connection, platform, since, reason, again)
        return fallen + await self._restore_gone(platform, since, reason, again)

    async def _restore_gone(
        self, platform: str, since: datetime, reason: str, again: datetime
    ) -> int:
        concluded = (
            select(subscribers.c.id)
            .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
            .where(
                subscribers.c.platform == platform,
                subscribers.c.gone_at >= since,
                deliveries.c.state == int(State.GIVEN_UP),
                deliveries.c.error == reason,
                deliveries.c.at >= to_millis(since),
            )
        )
        keys = list((await self._connection.scalars(concluded.distinct())).all())
        if not keys:
            return 0
        await self._connection.execute(
            update(subscribers).where(subscribers.c.id.in_(keys)).values(gone_at=None)
        )
        await self._connection.execute(delete(strikes).where(strikes.c.subscriber_id.in_(keys)))
        await self._connection.execute(
            update(deliveries)
            .where(
                deliveries.c.subscriber_id.in_(keys),
                deliveries.c.state == int(State.GIVEN_UP),
                deliveries.c.error.in_((reason, GONE)),
                deliveries.c.at >= to_millis(since),
            )
            .values(state=int(State.DUE), at=to_millis(again))
        )
        return len(keys)

    async def forget_gone(self, before: datetime) -> int:
        """Delete those who have been gone everywhere since before a moment; returns how many."""
        await self._connection.execute(delete(links).where(links.c.gone_at < before))
        gone = and_(
            subscribers.c.gone_at < before,
            ~exists().where(
                links.c.subscriber_id == subscribers.c.id,
                links.c.gone_at.is_(None),  # they are there, only alerts do not go there
            ),
        )
        theirs = deliveries.c.subscriber_id.in_(select(subscribers.c.id).where(gone))
        return await forget(self._connection, gone, theirs)


_ANY_STRIKES = select(func.count()).select_from(select(strikes.c.subscriber_id).limit(1).subquery())
