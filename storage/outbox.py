"""The transactional outbox.

The rules of a delivery's states, which only this file writes:

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

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Update,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.core.alerts import Priority
from bot.core.delivery import (
    PAUSED,
    Alert,
    DeliveryKey,
    DeliveryRecord,
    Doubt,
    Kind,
    Leased,
    Progress,
    Settled,
    State,
    Story,
    divided,
)
from bot.core.detect import in_order
from bot.core.rounds import Round
from bot.core.subscribers import Address
from bot.core.unconfirmed import FOLLOWED_UP_FOR
from storage import alerts, progress, stories, unconfirmed
from storage.addresses import AT, at
from storage.alerts import together
from storage.deciding import judge_for_one, listening, queue_corrected, queue_for_all
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
from storage.waiting import IS_DUE, IS_HELD, IS_LEASED, IS_WAITING

_KEY = (deliveries.c.announcement_id, deliveries.c.subscriber_id)


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
        await self._connection.execute(
            _HOLD_TOGETHER, {"correction": announcement, "number": str(after.number)}
        )

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
        await self._connection.execute(
            _QUEUE_ONE,
            {
                "announcement_id": announcement,
                "subscriber_id": row.id,
                "platform": row.platform,
                "priority": int(Priority.QUALIFIED if everything else min(priorities)),
            },
        )
        return True

    async def missed(self, address: Address, since: datetime) -> list[Round]:
        """Rounds announced as news that a pause kept from a subscriber, oldest first."""
        found = await self._connection.scalars(
            _MISSED, at(address) | {"since": since, "paused": PAUSED}
        )
        return in_order(load_round(facts) for facts in found)

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
        found = await self._connection.scalar(
            _ANY_DUE, {"on_platform": platform, "now": to_millis(now)}
        )
        return bool(found)

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
        moment = {"now": to_millis(now), "until": to_millis(now + lease)}
        await self._connection.execute(_LEASES_BACK, moment)
        await self._connection.execute(_RIPE, moment)
        where = {"on_platform": platform, "limit": limit} | ({} if only is None else at(only))
        found = await self._connection.execute(
            _CLAIM if only is None else _CLAIM_ONLY, moment | where
        )
        rows = sorted(found.all(), key=_order)
        waited = [row.subscriber_id for row in rows if row.held]
        if waited:
            more = await self._connection.execute(
                _CLAIM_REST, moment | {"keys": json.dumps(waited)}
            )
            rows += sorted(more.all(), key=_order)
        return [_leased(row) for row in rows]

    async def read(self, leased: Sequence[Leased]) -> list[Alert]:
        """What leased deliveries say; what waited together comes as one. Only reads."""
        waited = {one.key.subscriber for one in leased if one.held}
        return together(await alerts.load(self._connection, leased), waited)

    async def give_back(self, claimed: Sequence[Alert]) -> None:
        """Let those deliveries be claimed where their readers are to be told by now."""
        for alert in claimed:
            values = {"platform": alert.to.address.platform}
            for key in alert.keys:
                row = {"announcement": key.announcement, "subscriber": key.subscriber}
                await self._connection.exec_driver_sql(_GIVE_BACK, values | row)

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write down what became of claimed deliveries."""
        if settled:
            millis = to_millis(now)
            rows = [_settlement(one, millis) for one in settled]
            await self._connection.exec_driver_sql(_SETTLE, rows)

    async def take_back(self, platform: str) -> int:
        """Make due again what a sender had claimed who is known to be dead; returns how much."""
        found = await self._connection.execute(_TAKE_BACK, {"on_platform": platform})
        return found.rowcount

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
        found = await self._connection.execute(
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

_WHO = select(subscribers.c.id, subscribers.c.platform).where(AT)
_NEW_DELIVERY = sqlite.insert(deliveries).values(
    {name: bindparam(name) for name in ("announcement_id", "subscriber_id", "platform", "priority")}
)
_QUEUE_ONE = _NEW_DELIVERY.on_conflict_do_update(
    index_elements=_KEY,
    set_={"priority": func.min(deliveries.c.priority, _NEW_DELIVERY.excluded.priority)},
)
_SINCE = bindparam("since", type_=Moment)
_THEIRS = exists().where(
    deliveries.c.announcement_id == announcements.c.id,
    deliveries.c.subscriber_id == select(subscribers.c.id).where(AT).scalar_subquery(),
)
_PAUSED_AWAY = _THEIRS.where(
    deliveries.c.error == bindparam("paused"),
    deliveries.c.at >= _SINCE,  # not in an earlier pause, which had its own summary
)
_MISSED = (
    select(round_revisions.c.facts)
    .select_from(
        announcements.join(
            announcement_rounds, announcement_rounds.c.announcement_id == announcements.c.id
        )
        .join(rounds, rounds.c.number == announcement_rounds.c.round_number)
        .join(
            round_revisions,
            (round_revisions.c.number == rounds.c.number)
            & (round_revisions.c.revision == rounds.c.revision),
        )
    )
    .where(
        announcements.c.kind == Kind.NEWS,
        # A delivery of its own means that the pause was over, though nobody had noted it yet.
        or_(and_(announcements.c.created_at >= _SINCE, ~_THEIRS), _PAUSED_AWAY),
    )
    .distinct()
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
    due = (
        select(*_KEY)
        .where(IS_DUE, _MINE, *which)
        .order_by(deliveries.c.priority, *_KEY)
        .limit(bindparam("limit", type_=Integer))
    )
    # Joined, not `(a, b) IN (SELECT ...)`: for that SQLite may read the whole table.
    chosen = due.subquery("chosen")
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
