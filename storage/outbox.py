"""The transactional outbox.

The rules of a delivery's states, which only this file writes:

1. It is born `due`, in the transaction that remembers its round. (announcement, subscriber) is
   its key: however often a poll is repeated, there is one.
2. `due -> leased`: one statement takes the most urgent rows whose moment has come and says until
   when. Two claimers can never take the same row.
3. `leased -> due`: by itself when the lease has run out (its holder died), or when the platform
   asked to try later.
4. `leased -> sent | given_up | uncertain`: settled; nothing leaves these states.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Audience, Decision
from bot.core.delivery import (
    Alert,
    DeliveryKey,
    DeliveryRecord,
    Kind,
    Settled,
    State,
    Story,
)
from bot.core.match import Submission, expiry_limit
from bot.core.rounds import Round
from bot.core.subscribers import Address
from storage import alerts, audiences, stories
from storage.tables import (
    announcement_rounds,
    announcements,
    decisions,
    deliveries,
    profiles,
    rounds,
    subscribers,
)

_BATCH = 5000
_ROUND_KEY = (deliveries.c.announcement_id, deliveries.c.subscriber_id)


class StoredOutbox:
    """See `bot.ports.Outbox`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def audiences(self) -> list[tuple[int, Audience]]:
        """Every distinct audience, with its id."""
        return await audiences.all_of(self._connection)

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

    async def queue(
        self,
        announcement: int,
        round_: Round,
        decided: Iterable[tuple[int, Decision]],
        now: datetime,
        only: Address | None = None,
    ) -> None:
        """Keep the decisions of one announced round and queue a delivery for each subscriber."""
        rows = (
            {
                "announcement_id": announcement,
                "round_number": round_.number,
                "audience_id": audience,
                "eligibility": decision.eligibility,
                "reason": decision.reason,
                **{f"priority_{way}": told for way, told in enumerate(decision.priorities)},
            }
            for audience, decision in decided
        )
        while batch := list(islice(rows, _BATCH)):
            await self._connection.execute(insert(decisions), batch)
        await self._connection.execute(_queue_deliveries(announcement, round_, now, only))

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
            _claim(platform, limit, only), {"now": now, "until": now + lease}
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
        deliveries.c.state == int(State.LEASED),
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
            deliveries.c.subscriber_id
            == select(subscribers.c.id).where(_is(only)).scalar_subquery()
        )
    return (
        update(deliveries)
        .where(tuple_(*_ROUND_KEY).in_(due))
        .values(
            state=int(State.LEASED),
            at=bindparam("until"),
            attempts=deliveries.c.attempts + 1,
        )
        .returning(*_ROUND_KEY, deliveries.c.priority, deliveries.c.attempts)
    )


def submission_column(round_: Round) -> ColumnElement[int]:
    """`core.match.submission_of` in SQL, for all profiles at once."""
    earliest, latest = profiles.c.submitted_earliest, profiles.c.submitted_latest
    tie_break = round_.tie_breaking_rule
    ways = [
        (latest.is_(None), int(Submission.NOT_SAID)),
        (latest < expiry_limit(round_.held_on), int(Submission.EXPIRED)),
    ]
    if tie_break is not None:
        ways += [
            (latest <= tie_break, int(Submission.IN_TIME)),
            (earliest > tie_break, int(Submission.LATE)),
        ]
    return case(*ways, else_=int(Submission.STRADDLES))


def _queue_deliveries(announcement: int, round_: Round, now: datetime, only: Address | None) -> Any:
    """One delivery for each subscriber with a profile to tell, at its best priority.

    The core decided for each audience; here people are only joined to those decisions. Whoever
    has paused is left out, unless they alone asked (a test).
    """
    submission = submission_column(round_)
    priority = case(
        *((submission == way, decisions.c[f"priority_{int(way)}"]) for way in Submission)
    )
    told = (
        select(literal(announcement), profiles.c.subscriber_id, subscribers.c.platform, priority)
        .select_from(
            profiles.join(decisions, decisions.c.audience_id == profiles.c.audience_id).join(
                subscribers, subscribers.c.id == profiles.c.subscriber_id
            )
        )
        .where(
            decisions.c.announcement_id == announcement,
            decisions.c.round_number == round_.number,
            priority.is_not(None),
            _listening(now) if only is None else _is(only),
        )
    )
    columns = ["announcement_id", "subscriber_id", "platform", "priority"]
    queue = sqlite.insert(deliveries).from_select(columns, told)
    return queue.on_conflict_do_update(
        index_elements=_ROUND_KEY,
        set_={"priority": func.min(deliveries.c.priority, queue.excluded.priority)},
    )


def _listening(now: datetime) -> ColumnElement[bool]:
    """`Subscriber.is_paused` in SQL, the other way round."""
    return or_(subscribers.c.paused.is_(False), subscribers.c.paused_until <= now)


def _is(address: Address) -> ColumnElement[bool]:
    return and_(subscribers.c.platform == address.platform, subscribers.c.chat == address.chat)
