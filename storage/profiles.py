"""Profiles and their versions: what an announcement rests on is kept in `profile_history`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, RowMapping, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Audience
from bot.core.profiles import Profile, Submitted
from bot.core.subscribers import Subscriber
from storage.audiences import FACTS, WHOLE, audience_of, ids_of
from storage.tables import announcements, audiences, profile_history, profiles

_LATEST_ANNOUNCEMENT = select(func.max(announcements.c.id))
_PROFILES = select(profiles).where(profiles.c.subscriber_id == bindparam("subscriber"))
_THIS_PROFILE = profiles.c.id == bindparam("profile")
_DROP_PROFILE = delete(profiles).where(_THIS_PROFILE)
_CHANGE_PROFILE = (
    update(profiles)
    .where(_THIS_PROFILE)
    .values(
        {
            name: bindparam(name)
            for name in ("name", "audience_id", "submitted_earliest", "submitted_latest", "since")
        }
    )
)
_EARLIER = (
    profile_history.c.name,
    profile_history.c.submitted_earliest,
    profile_history.c.submitted_latest,
)


async def add_profiles(connection: AsyncConnection, people: Mapping[int, Subscriber]) -> None:
    """Write the profiles of subscribers who are new, by their ids."""
    wanted = {_audience(one, profile) for one in people.values() for profile in one.profiles}
    audience_ids = await ids_of(connection, wanted)
    since = await _latest_announcement(connection)
    rows = [
        {"subscriber_id": key, "since": since} | _columns(one, profile, audience_ids)
        for key, one in people.items()
        for profile in one.profiles
    ]
    await connection.execute(insert(profiles), rows)


async def replace_profiles(connection: AsyncConnection, key: int, subscriber: Subscriber) -> None:
    """Write the profiles that changed; keep what an announcement was decided with."""
    wanted = {_audience(subscriber, profile) for profile in subscriber.profiles}
    audience_ids = await ids_of(connection, wanted)
    rows = {
        profile.name: _columns(subscriber, profile, audience_ids) for profile in subscriber.profiles
    }
    found = await connection.execute(_PROFILES, {"subscriber": key})
    saved = {row.name: row for row in found}
    changed = [row for name, row in saved.items() if _differs(row, rows.get(name))]
    fresh = [row for name, row in rows.items() if name not in saved]
    if not changed and not fresh:
        return
    latest = await _latest_announcement(connection)
    await _keep(connection, changed, latest)
    for row in changed:
        await _change(connection, row.id, rows.get(row.name), latest)
    if fresh:
        columns = {"subscriber_id": key, "since": latest}
        await connection.execute(insert(profiles), [columns | row for row in fresh])


async def earlier_profiles(connection: AsyncConnection, key: int | None) -> list[Profile]:
    """Profile versions of a subscriber that were replaced and are kept."""
    found = await connection.execute(
        select(*_EARLIER, *FACTS)
        .select_from(profile_history.join(WHOLE, audiences.c.id == profile_history.c.audience_id))
        .where(profile_history.c.subscriber_id == key)
        .order_by(profile_history.c.id)
    )
    return [profile_of(row) for row in found.mappings()]


def profile_of(row: RowMapping) -> Profile:
    """The profile that a row of profile and audience columns stands for."""
    earliest, latest = row["submitted_earliest"], row["submitted_latest"]
    submitted = None if earliest is None else Submitted(earliest=earliest, latest=latest)
    return Profile(name=row["name"], candidate=audience_of(row).candidate, submitted=submitted)


async def _latest_announcement(connection: AsyncConnection) -> int:
    return await connection.scalar(_LATEST_ANNOUNCEMENT) or 0


async def _keep(connection: AsyncConnection, changed: Sequence[Row[Any]], latest: int) -> None:
    kept = [row._mapping for row in changed if row.since < latest]  # noqa: SLF001 - public API
    if kept:
        await connection.execute(
            insert(profile_history),
            [
                {column: row[column] for column in row if column != "id"}
                | {"profile_id": row["id"], "until": latest}
                for row in kept
            ],
        )


async def _change(
    connection: AsyncConnection, profile: int, row: dict[str, object] | None, latest: int
) -> None:
    if row is None:
        await connection.execute(_DROP_PROFILE, {"profile": profile})
    else:
        await connection.execute(_CHANGE_PROFILE, {"profile": profile, "since": latest, **row})


def _audience(subscriber: Subscriber, profile: Profile) -> Audience:
    return Audience(candidate=profile.candidate, preference=subscriber.preference)


def _columns(
    subscriber: Subscriber, profile: Profile, audience_ids: dict[Audience, int]
) -> dict[str, object]:
    submitted = profile.submitted
    return {
        "name": profile.name,
        "audience_id": audience_ids[_audience(subscriber, profile)],
        "submitted_earliest": submitted and submitted.earliest,
        "submitted_latest": submitted and submitted.latest,
    }


def _differs(saved: Row[Any], wanted: dict[str, object] | None) -> bool:
    return wanted is None or any(getattr(saved, name) != value for name, value in wanted.items())
