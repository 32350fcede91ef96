"""Rebuilds verdicts from what was decided then.

They rest on the round's revision, the profile version in force for that announcement, and the
eligibility kept for its audience. So they stay true after the person edits the profile, IRCC
corrects the round, or a rule changes.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
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

from bot.core.alerts import Preference, Priority
from bot.core.delivery import ProfileVerdict
from bot.core.detect import in_order
from bot.core.match import Eligibility, Reason, stand, submission_of
from bot.core.profiles import Profile, Submitted
from bot.core.rounds import Round
from storage.audiences import FACTS, WHOLE, audience_of, audience_with
from storage.facts import load_round
from storage.lookup import among
from storage.profiles import profile_of
from storage.tables import (
    announcement_rounds,
    audiences,
    backgrounds,
    openings,
    profile_history,
    profiles,
    round_revisions,
    stances,
    tellings,
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


async def profiles_then(
    connection: AsyncConnection, announcement: int, keys: Sequence[int]
) -> dict[int, list[tuple[Profile, Preference]]]:
    """The profiles of some subscribers as they stood for an announcement, with what they wanted."""
    found: dict[int, list[tuple[Profile, Preference]]] = defaultdict(list)
    for row in (await connection.execute(_THEN, then_of(announcement, keys))).mappings():
        found[row["subscriber_id"]].append((profile_of(row), audience_of(row).preference))
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

_THEN = (
    select(THEN, *FACTS)
    .select_from(THEN.join(WHOLE, audiences.c.id == THEN.c.audience_id))
    .order_by(THEN.c.subscriber_id, THEN.c.profile_id)
)


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


# Looked up, not called: thousands of rows pass.
_ELIGIBILITIES = {str(one): one for one in Eligibility}
_REASONS = {str(one): one for one in Reason}
_PRIORITIES = {int(one): one for one in Priority}


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
        round_, candidate.crs_score, submission, _ELIGIBILITIES[eligibility], _REASONS[reason]
    )
    return ProfileVerdict(
        profile=Profile(name=name, candidate=candidate, submitted=submitted),
        verdict=standing,
        priority=_PRIORITIES[priority],
    )


async def announced_rounds(connection: AsyncConnection, announcement: int) -> list[Round]:
    """The rounds of an announcement as they were announced, oldest first."""
    found = await connection.scalars(_ANNOUNCED, {"announcement": announcement})
    return in_order(load_round(facts) for facts in found)


_ANNOUNCED = (
    select(round_revisions.c.facts)
    .join(
        announcement_rounds,
        (announcement_rounds.c.round_number == round_revisions.c.number)
        & (announcement_rounds.c.revision == round_revisions.c.revision),
    )
    .where(announcement_rounds.c.announcement_id == _ANNOUNCEMENT)
)
