"""Puts the facts of leased deliveries together: who, which rounds, which verdicts.

A verdict is rebuilt from what was decided then: the round's revision, the profile version in
force for that announcement, and the eligibility kept for its audience. So it stays true after the
person edits the profile, IRCC corrects the round, or a rule changes.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Table,
    bindparam,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Priority
from bot.core.corrections import differs, told_at_once
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
from bot.core.match import Eligibility, Reason, stand, submission_of, verdict
from bot.core.profiles import Profile, Submitted
from bot.core.rounds import Round
from storage.audiences import FACTS, audience_with
from storage.facts import load_round
from storage.lookup import among
from storage.news import StoredNews
from storage.readers import readers
from storage.tables import (
    announcement_rounds,
    announcements,
    audiences,
    backgrounds,
    openings,
    profile_history,
    profiles,
    round_revisions,
    stances,
    tellings,
)

_MOST_POSTS = 2
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
    more: Mapping[str, tuple[ReadMore, ...]]


async def load(connection: AsyncConnection, leased: Sequence[Leased]) -> list[Alert]:
    """The alerts of leased deliveries, in the order given."""
    by_announcement: dict[int, list[Leased]] = defaultdict(list)
    for one in leased:
        by_announcement[one.key.announcement].append(one)
    found: dict[DeliveryKey, Alert] = {}
    for announcement, those in by_announcement.items():
        about = await _announcement(connection, announcement)
        for first in range(0, len(those), _AT_ONCE):
            part = those[first : first + _AT_ONCE]
            found |= {alert.key: alert for alert in await _alerts(connection, about, part)}
    return [found[one.key] for one in leased if one.key in found]


async def _announcement(connection: AsyncConnection, key: int) -> _Announcement:
    rounds = await announced_rounds(connection, key)
    made = (await connection.execute(_MADE, {"announcement": key})).one()
    kind = Kind(made.kind)
    return _Announcement(
        key=key,
        kind=kind,
        made_at=made.created_at,
        rounds=rounds,
        before=await _before(connection, key) if kind is Kind.CORRECTION else {},
        more={str(one.number): await _more(connection, one) for one in rounds},
    )


async def _alerts(
    connection: AsyncConnection, about: _Announcement, leased: Sequence[Leased]
) -> list[Alert]:
    keys = [one.key.subscriber for one in leased]
    people = await readers(connection, keys)
    told = await verdicts(connection, about.key, about.rounds, keys)
    return [
        Alert(
            key=one.key,
            to=people[one.key.subscriber],
            announced_at=about.made_at,
            kind=about.kind,
            attempts=one.attempts,
            doubt=one.doubt,
            rounds=tuple(
                _round_verdicts(round_, found, about)
                for round_ in about.rounds
                if (found := told.get((one.key.subscriber, round_.number)))
            ),
        )
        for one in leased
        if one.key.subscriber in people
    ]


def _round_verdicts(
    round_: Round, found: Sequence[ProfileVerdict], about: _Announcement
) -> RoundVerdicts:
    """What is told of a round; of a corrected one, only the verdicts that changed."""
    before = about.before.get(round_.number)
    if before is None:
        more = about.more[round_.number]
        return RoundVerdicts(round=round_, profiles=tuple(found), more=more)
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


def together(alerts: Sequence[Alert], waited: Collection[int]) -> list[Alert]:
    """What waited for the same reader's morning is one message; the rest stays as it is."""
    leading: dict[tuple[int, ...], Alert] = {}
    for alert in alerts:
        reader, announcement = alert.key.subscriber, alert.key.announcement
        joins = reader in waited and alert.kind is not Kind.TEST
        whose = (reader,) if joins else (reader, announcement)
        first = leading.get(whose)
        leading[whose] = alert if first is None else _joined(first, alert)
    return list(leading.values())


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


async def verdicts(
    connection: AsyncConnection,
    announcement: int,
    announced: Sequence[Round],
    keys: Sequence[int],
) -> dict[tuple[int, str], list[ProfileVerdict]]:
    """The verdicts to be told of some rounds of an announcement, by subscriber and number."""
    by_number = {str(round_.number): round_ for round_ in announced}
    found: dict[tuple[int, str], list[ProfileVerdict]] = defaultdict(list)
    for subscriber, number, *facts in await connection.execute(
        _DECIDED, then_of(announcement, keys)
    ):
        about = by_number.get(number)
        told = None if about is None else _profile_verdict(about, *facts)
        if told is not None:
            found[subscriber, number].append(told)
    return found


def then_of(announcement: int, keys: Sequence[int]) -> dict[str, object]:
    """The parameters of `THEN`."""
    return {"announcement": announcement, "keys": json.dumps(list(keys))}


_ANNOUNCEMENT = bindparam("announcement", type_=Integer)


def _version_columns(table: Table) -> list[ColumnElement[Any]]:
    names = ("subscriber_id", "name", "audience_id", "submitted_earliest", "submitted_latest")
    profile_id = table.c.get("profile_id", table.c.id).label("profile_id")
    return [profile_id, *(table.c[name] for name in names)]


def _profiles_then() -> Subquery:
    current = select(*_version_columns(profiles)).where(
        among(profiles.c.subscriber_id), profiles.c.since < _ANNOUNCEMENT
    )
    earlier = select(*_version_columns(profile_history)).where(
        among(profile_history.c.subscriber_id),
        profile_history.c.since < _ANNOUNCEMENT,
        profile_history.c.until >= _ANNOUNCEMENT,
    )
    return union_all(current, earlier).subquery("then")


THEN = _profiles_then()
"""The profile versions of some subscribers that were in force for an announcement."""


def _decided(then: Subquery) -> Select[Any]:
    """Each profile version in force for the announcement, with what was decided for it.

    Outer joins, which SQLite does not turn around: from the openings of a million it once began.
    """
    return (
        select(
            then.c.subscriber_id,
            openings.c.round_number,
            openings.c.eligibility,
            openings.c.reason,
            then.c.name,
            then.c.submitted_earliest,
            then.c.submitted_latest,
            *FACTS,
            *(column for column in tellings.c if column.name.startswith("priority_")),
        )
        .select_from(
            then.join(audiences, audiences.c.id == then.c.audience_id, isouter=True)
            .join(backgrounds, backgrounds.c.id == audiences.c.background_id, isouter=True)
            .join(stances, stances.c.id == audiences.c.stance_id, isouter=True)
            .join(
                openings,
                (openings.c.announcement_id == _ANNOUNCEMENT)
                & (openings.c.background_id == audiences.c.background_id),
                isouter=True,
            )
            .join(
                tellings,
                (tellings.c.announcement_id == _ANNOUNCEMENT)
                & (tellings.c.stance_id == audiences.c.stance_id)
                & (tellings.c.eligibility == openings.c.eligibility)
                & (tellings.c.round_number == openings.c.round_number),
                isouter=True,
            )
        )
        .order_by(then.c.subscriber_id, then.c.profile_id)
    )


_DECIDED = _decided(THEN)


def _profile_verdict(
    round_: Round,
    eligibility: str,
    reason: str,
    name: str,
    earliest: datetime | None,
    latest: datetime | None,
    *facts: Any,
) -> ProfileVerdict | None:
    submitted = None
    if earliest is not None and latest is not None:
        submitted = Submitted(earliest=earliest, latest=latest)
    submission = submission_of(round_, submitted)
    priority = facts[len(FACTS) + submission]
    if priority is None:
        return None
    candidate = audience_with(*facts[: len(FACTS)]).candidate
    standing = stand(
        round_, candidate.crs_score, submission, Eligibility(eligibility), Reason(reason)
    )
    return ProfileVerdict(
        profile=Profile(name=name, candidate=candidate, submitted=submitted),
        verdict=standing,
        priority=Priority(priority),
    )


async def announced_rounds(connection: AsyncConnection, announcement: int) -> list[Round]:
    """The rounds of an announcement as they were announced, oldest first."""
    found = await connection.scalars(_ANNOUNCED, {"announcement": announcement})
    return in_order(load_round(facts) for facts in found)


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
_ANNOUNCED = (
    select(round_revisions.c.facts)
    .join(
        announcement_rounds,
        (announcement_rounds.c.round_number == round_revisions.c.number)
        & (announcement_rounds.c.revision == round_revisions.c.revision),
    )
    .where(announcement_rounds.c.announcement_id == _ANNOUNCEMENT)
)
