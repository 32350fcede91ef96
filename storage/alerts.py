"""Puts the facts of leased deliveries together: who, which rounds, which verdicts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.corrections import changed, told_at_once
from bot.core.delivery import (
    Alert,
    DeliveryKey,
    Kind,
    Leased,
    ProfileVerdict,
    ReadMore,
    RoundVerdicts,
)
from bot.core.detect import in_order
from bot.core.rounds import Round
from storage.facts import load_round
from storage.follow_ups import follow_ups
from storage.news import StoredNews
from storage.readers import readers
from storage.rounds import StoredRounds
from storage.tables import announcement_rounds, announcements, round_revisions
from storage.unconfirmed import Reported, reported_before, still_unconfirmed
from storage.verdicts import announced_rounds, verdicts

_ANNOUNCEMENT = bindparam("announcement", type_=Integer)
_MOST_POSTS = 2
# They say nothing of how something ended.
_OF_NO_ROW = (Kind.TEST, Kind.UNCONFIRMED)
# Between parts the event loop sees to others: 500 people at once take some 20 ms.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Announcement:
    """What all deliveries of an announcement have in common."""

    key: int
    kind: Kind
    made_at: datetime
    rounds: Sequence[Round]
    before: Mapping[str, Round]
    reported: Mapping[str, Sequence[Reported]]
    more: Mapping[str, tuple[ReadMore, ...]]


async def load(connection: AsyncConnection, leased: Sequence[Leased]) -> list[Alert]:
    """The alerts of leased deliveries, in the order given."""
    by_announcement: dict[int, list[Leased]] = defaultdict(list)
    for one in leased:
        by_announcement[one.key.announcement].append(one)
    found: dict[DeliveryKey, Alert] = {}
    for announcement, those in by_announcement.items():
        announced = await announced_rounds(connection, announcement)
        about = await _announcement(connection, announcement, announced)
        for first in range(0, len(those), _AT_ONCE):
            part = those[first : first + _AT_ONCE]
            found |= {alert.key: alert for alert in await _alerts(connection, about, part)}
    return [found[one.key] for one in leased if one.key in found]


async def _announcement(
    connection: AsyncConnection, key: int, rounds: Sequence[Round]
) -> _Announcement:
    made = (await connection.execute(_MADE, {"announcement": key})).one()
    kind = Kind(made.kind)
    if kind is Kind.UNCONFIRMED:
        rounds = await still_unconfirmed(connection, rounds)
    elif kind is Kind.CORRECTION:
        rounds = [await _as_it_is(connection, round_) for round_ in rounds]
    before = await _before(connection, key) if kind is Kind.CORRECTION else {}
    first = [] if kind in _OF_NO_ROW else [one for one in rounds if one.number not in before]
    return _Announcement(
        key=key,
        kind=kind,
        made_at=made.created_at,
        rounds=rounds,
        before=before,
        reported=await reported_before(connection, first) if first else {},
        more={str(one.number): await _more(connection, one) for one in rounds},
    )


async def _alerts(
    connection: AsyncConnection, about: _Announcement, leased: Sequence[Leased]
) -> list[Alert]:
    keys = [one.key.subscriber for one in leased]
    people = await readers(connection, keys)
    told = await _told(connection, about, keys)
    return [
        Alert(
            key=one.key,
            to=people[one.key.subscriber],
            announced_at=about.made_at,
            kind=about.kind,
            attempts=one.attempts,
            doubt=one.doubt,
            rounds=tuple(
                found
                for round_ in about.rounds
                if (found := told.get((one.key.subscriber, round_.number)))
            ),
        )
        for one in leased
        if one.key.subscriber in people
    ]


async def to_tell(
    connection: AsyncConnection, announcement: int, announced: Sequence[Round], keys: Sequence[int]
) -> dict[tuple[int, str], RoundVerdicts]:
    """What is told of some rounds of an announcement, by subscriber and number.

    Of an unconfirmed round nothing is, once IRCC's own row is there.
    """
    return await _told(connection, await _announcement(connection, announcement, announced), keys)


async def _told(
    connection: AsyncConnection, about: _Announcement, keys: Sequence[int]
) -> dict[tuple[int, str], RoundVerdicts]:
    found = await verdicts(connection, about.key, about.rounds, keys)
    by_number = {str(round_.number): round_ for round_ in about.rounds}
    told = {
        (key, number): _round_verdicts(by_number[number], profiles, about)
        for (key, number), profiles in found.items()
    }
    if about.reported:
        followed = await follow_ups(
            connection, about.key, about.rounds, about.reported, keys, found
        )
        told |= {
            (key, number): replace(one, more=about.more[number])
            for (key, number), one in followed.items()
        }
    return told


def _round_verdicts(
    round_: Round, found: Sequence[ProfileVerdict], about: _Announcement
) -> RoundVerdicts:
    """What is told of a round; of a corrected one, only the verdicts that changed."""
    before = about.before.get(round_.number)
    if before is None:
        more = about.more[round_.number]
        return RoundVerdicts(round=round_, profiles=tuple(found), more=more)
    return RoundVerdicts(round=round_, profiles=changed(before, found), before=before)


async def _more(connection: AsyncConnection, round_: Round) -> tuple[ReadMore, ...]:
    posts = await StoredNews(connection).about(round_.number, _MOST_POSTS)
    return tuple(ReadMore(title=post.title, link=post.link) for post in posts)


async def _as_it_is(connection: AsyncConnection, corrected: Round) -> Round:
    """A corrected round as it reads by now: a correction has to be right when it is sent."""
    known = await StoredRounds(connection).find(corrected.number)
    return corrected if known is None else known.round


async def _before(connection: AsyncConnection, announcement: int) -> dict[str, Round]:
    """How the rounds of a correction read before it."""
    found = await connection.scalars(_REVISION_BEFORE, {"announcement": announcement})
    return {str(one.number): one for one in (load_round(facts) for facts in found)}


def together(alerts: Sequence[Alert], waited: Collection[int]) -> list[Alert]:
    """What waited for the same reader is one message, told from its beginning; the rest stays."""
    messages: dict[tuple[int, ...], list[Alert]] = defaultdict(list)
    for alert in alerts:
        reader, announcement = alert.key.subscriber, alert.key.announcement
        joins = reader in waited and alert.kind is not Kind.TEST
        messages[(reader,) if joins else (reader, announcement)].append(alert)
    return [
        reduce(_joined, sorted(parts, key=lambda part: part.key.announcement))
        for parts in messages.values()
    ]


def _joined(first: Alert, other: Alert) -> Alert:
    rounds = {told.round.number: told for told in first.rounds}
    for told in other.rounds:
        earlier = rounds.get(told.round.number)
        rounds[told.round.number] = told if earlier is None else told_at_once(earlier, told)
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
