"""Puts the facts of claimed deliveries together: who, which rounds, which verdicts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Integer, Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.corrections import differs
from bot.core.delivery import (
    Alert,
    DeliveryKey,
    Doubt,
    Kind,
    ProfileVerdict,
    ReadMore,
    RoundVerdicts,
)
from bot.core.detect import in_order
from bot.core.match import verdict
from bot.core.rounds import Round
from storage.facts import load_round
from storage.follow_ups import follow_ups
from storage.news import StoredNews
from storage.subscribers import StoredSubscribers
from storage.tables import announcement_rounds, announcements, round_revisions
from storage.types import from_millis
from storage.unconfirmed import still_unconfirmed
from storage.verdicts import announced_rounds, verdicts

_ANNOUNCEMENT = bindparam("announcement", type_=Integer)
_MOST_POSTS = 2


async def load(connection: AsyncConnection, claimed: Sequence[Row[Any]]) -> list[Alert]:
    """The alerts of claimed rows, in the order given."""
    by_announcement: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in claimed:
        by_announcement[row.announcement_id].append(row)
    found: dict[tuple[int, int], Alert] = {}
    for announcement, rows in by_announcement.items():
        found |= await _of_announcement(connection, announcement, rows)
    keys = [(row.announcement_id, row.subscriber_id) for row in claimed]
    return [found[key] for key in keys if key in found]


async def _of_announcement(
    connection: AsyncConnection, announcement: int, rows: Sequence[Row[Any]]
) -> dict[tuple[int, int], Alert]:
    keys = [row.subscriber_id for row in rows]
    people = await StoredSubscribers(connection).with_ids(keys)
    announced = await announced_rounds(connection, announcement)
    made = (await connection.execute(_MADE, {"announcement": announcement})).one()
    told = await to_tell(connection, announcement, announced, keys)
    return {
        (announcement, row.subscriber_id): Alert(
            key=DeliveryKey(announcement=announcement, subscriber=row.subscriber_id),
            to=people[row.subscriber_id],
            announced_at=made.created_at,
            kind=Kind(made.kind),
            attempts=row.attempts,
            doubt=_doubt(row),
            rounds=tuple(
                found
                for round_ in announced
                if (found := told.get((row.subscriber_id, round_.number)))
            ),
        )
        for row in rows
        if row.subscriber_id in people
    }


async def to_tell(
    connection: AsyncConnection, announcement: int, announced: Sequence[Round], keys: Sequence[int]
) -> dict[tuple[int, str], RoundVerdicts]:
    """What is told of the rounds of an announcement, by subscriber and number.

    Of an unconfirmed round nothing is, once IRCC's own row is there.
    """
    made = (await connection.execute(_MADE, {"announcement": announcement})).one()
    kind = Kind(made.kind)
    if kind is Kind.UNCONFIRMED:
        announced = await still_unconfirmed(connection, announced)
    found = await verdicts(connection, announcement, announced, keys)
    before = await _before(connection, announcement) if kind is Kind.CORRECTION else {}
    told = {
        (key, number): _round_verdicts(round_, found[key, number], before.get(number))
        for round_ in announced
        for key in keys
        if (key, number := str(round_.number)) in found
    }
    if kind not in (Kind.TEST, Kind.UNCONFIRMED):
        first = [round_ for round_ in announced if round_.number not in before]
        told |= await follow_ups(connection, announcement, first, keys, found)
    more = {str(one.number): await _more(connection, one) for one in announced}
    return {
        (key, number): one if number in before else replace(one, more=more[number])
        for (key, number), one in told.items()
    }


def _round_verdicts(
    round_: Round, found: Sequence[ProfileVerdict], before: Round | None
) -> RoundVerdicts:
    """What is told of a round; of a corrected one, only the verdicts that changed."""
    if before is None:
        return RoundVerdicts(round=round_, profiles=tuple(found))
    compared = [replace(one, earlier=verdict(before, one.profile)) for one in found]
    changed = tuple(one for one in compared if one.earlier and differs(one.earlier, one.verdict))
    return RoundVerdicts(round=round_, profiles=changed, before=before)


async def _more(connection: AsyncConnection, round_: Round) -> tuple[ReadMore, ...]:
    posts = await StoredNews(connection).about(round_.number, _MOST_POSTS)
    return tuple(ReadMore(title=post.title, link=post.link) for post in posts)


async def _before(connection: AsyncConnection, announcement: int) -> dict[str, Round]:
    """How the rounds of a correction read before it."""
    found = await connection.scalars(_REVISION_BEFORE, {"announcement": announcement})
    return {str(one.number): one for one in (load_round(facts) for facts in found)}


def _doubt(row: Row[Any]) -> Doubt | None:
    if row.doubt_at is None:
        return None
    return Doubt(since=from_millis(row.doubt_at), repeated=bool(row.repeated))


def together(alerts: Sequence[Alert], waited: Collection[int]) -> list[Alert]:
    """What waited for the same reader's morning is one message; the rest stays as it is."""
    leading: dict[tuple[int, ...], Alert] = {}
    for alert in alerts:
        reader, announcement = alert.key.subscriber, alert.key.announcement
        joins = reader in waited and alert.kind not in (Kind.TEST, Kind.UNCONFIRMED)
        whose = (reader,) if joins else (reader, announcement)
        first = leading.get(whose)
        leading[whose] = alert if first is None else _joined(first, alert)
    return list(leading.values())


def _joined(first: Alert, other: Alert) -> Alert:
    rounds = {told.round.number: told for told in (*first.rounds, *other.rounds)}
    order = in_order(told.round for told in rounds.values())
    return replace(
        first,
        rounds=tuple(rounds[round_.number] for round_ in order),
        also=(*first.also, other.key),
        announced_at=max(first.announced_at, other.announced_at),
        doubt=first.doubt or other.doubt,
    )


_MADE = select(announcements.c.kind, announcements.c.created_at).where(
    announcements.c.id == _ANNOUNCEMENT
)
_REVISION_BEFORE = (
    select(round_revisions.c.facts)
    .join(
        announcement_rounds,
        (announcement_rounds.c.round_number == round_revisions.c.number)
        & (announcement_rounds.c.revision - 1 == round_revisions.c.revision),
    )
    .where(announcement_rounds.c.announcement_id == _ANNOUNCEMENT)
)
