"""Puts the facts of claimed deliveries together: who, which rounds, which verdicts.

A verdict is rebuilt from what was decided then: the round's revision, the profile version in
force for that announcement, and the eligibility kept for its audience. So it stays true after the
person edits the profile, IRCC corrects the round, or a rule changes.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    RowMapping,
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
    Doubt,
    Kind,
    ProfileVerdict,
    ReadMore,
    RoundVerdicts,
)
from bot.core.detect import in_order
from bot.core.match import Eligibility, Reason, stand, submission_of, verdict
from bot.core.rounds import Round
from storage.audiences import FACTS, WHOLE
from storage.facts import load_round
from storage.lookup import among
from storage.news import StoredNews
from storage.subscribers import StoredSubscribers, profile_of
from storage.tables import (
    announcement_rounds,
    announcements,
    audiences,
    openings,
    profile_history,
    profiles,
    round_revisions,
    tellings,
)
from storage.types import from_millis

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
    made_at, kind = made.created_at, Kind(made.kind)
    told = await verdicts(connection, announcement, announced, keys)
    more = {str(one.number): await _more(connection, one) for one in announced}
    before: dict[str, Round] = {}
    if kind is Kind.CORRECTION:
        before = await _before(connection, announcement)
    return {
        (announcement, row.subscriber_id): Alert(
            key=DeliveryKey(announcement=announcement, subscriber=row.subscriber_id),
            to=people[row.subscriber_id],
            announced_at=made_at,
            kind=kind,
            attempts=row.attempts,
            doubt=_doubt(row),
            rounds=tuple(
                _round_verdicts(round_, found, before.get(round_.number), more[str(round_.number)])
                for round_ in announced
                if (found := told.get((row.subscriber_id, round_.number)))
            ),
        )
        for row in rows
        if row.subscriber_id in people
    }


def _round_verdicts(
    round_: Round,
    found: Sequence[ProfileVerdict],
    before: Round | None,
    more: tuple[ReadMore, ...],
) -> RoundVerdicts:
    """What is told of a round; of a corrected one, only the verdicts that changed."""
    if before is None:
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


def _doubt(row: Row[Any]) -> Doubt | None:
    if row.doubt_at is None:
        return None
    return Doubt(since=from_millis(row.doubt_at), repeated=bool(row.repeated))


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
    for row in await connection.execute(_DECIDED, then_of(announcement, keys)):
        facts = row._mapping  # noqa: SLF001 - SQLAlchemy's public name
        about = by_number.get(facts["round_number"])
        told = None if about is None else _profile_verdict(about, facts)
        if told is not None:
            found[facts["subscriber_id"], facts["round_number"]].append(told)
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
    """Each profile version in force for the announcement, with what was decided for it."""
    return (
        select(
            then,
            *FACTS,
            openings.c.round_number,
            openings.c.eligibility,
            openings.c.reason,
            *(column for column in tellings.c if column.name.startswith("priority_")),
        )
        .select_from(
            then.join(WHOLE, audiences.c.id == then.c.audience_id)
            .join(
                openings,
                (openings.c.announcement_id == _ANNOUNCEMENT)
                & (openings.c.background_id == audiences.c.background_id),
            )
            .join(
                tellings,
                (tellings.c.announcement_id == _ANNOUNCEMENT)
                & (tellings.c.stance_id == audiences.c.stance_id)
                & (tellings.c.eligibility == openings.c.eligibility)
                & (tellings.c.round_number == openings.c.round_number),
            )
        )
        .order_by(then.c.subscriber_id, then.c.profile_id)
    )


_DECIDED = _decided(THEN)


def _profile_verdict(round_: Round, facts: RowMapping) -> ProfileVerdict | None:
    profile = profile_of(facts)
    submission = submission_of(round_, profile.submitted)
    priority = facts[f"priority_{int(submission)}"]
    if priority is None:
        return None
    standing = stand(
        round_,
        profile.candidate.crs_score,
        submission,
        Eligibility(facts["eligibility"]),
        Reason(facts["reason"]),
    )
    return ProfileVerdict(profile=profile, verdict=standing, priority=Priority(priority))


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
