"""Subscribers and their profiles; what alerts rested on is kept in `profile_history`."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Integer,
    Row,
    RowMapping,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Audience
from bot.core.delivery import State
from bot.core.profiles import Profile, Submitted
from bot.core.subscribers import Address, Language, Subscriber
from storage.addresses import AT, LED, at
from storage.audiences import FACTS, WHOLE, audience_of, drop_unused, ids_of
from storage.facts import dump_conversation, dump_facts, load_conversation, load_facts
from storage.lookup import among, matching
from storage.places import (
    ALSO,
    forget_tries,
    known_at,
    lead,
    load_places,
    move_link,
    unlink,
    write_places,
)
from storage.readers import clock_time
from storage.tables import (
    announcements,
    audiences,
    deliveries,
    profile_history,
    profiles,
    subscribers,
)
from storage.types import Moment

_PROFILE = (profiles.c.name, profiles.c.submitted_earliest, profiles.c.submitted_latest)
_WITH_PROFILES = (
    select(
        subscribers.c.id.label("subscriber_id"),
        *(column for column in subscribers.c if column.name != "id"),
        ALSO.label("also"),
        *_PROFILE,
        *FACTS,
    )
    .select_from(
        subscribers.join(profiles, profiles.c.subscriber_id == subscribers.c.id).join(
            WHOLE, audiences.c.id == profiles.c.audience_id
        )
    )
    .order_by(subscribers.c.id, profiles.c.id)
)
_FIND = _WITH_PROFILES.where(AT)
_WITH_IDS = _WITH_PROFILES.where(among(subscribers.c.id))
ID_AT = select(subscribers.c.id).where(AT)
"""The id of the subscriber who is known at an address."""

_ID_LED = select(subscribers.c.id).where(LED)
_REPLACE = (
    update(subscribers)
    .where(LED)
    .values({name: bindparam(name) for name in subscribers.c.keys() if name != "id"})  # noqa: SIM118
    .returning(subscribers.c.id, ALSO.label("also"))
)
_ENDED_PAUSES = (
    select(subscribers.c.id)
    .where(
        text("subscribers.paused_until IS NOT NULL"),
        subscribers.c.paused_until <= bindparam("now", type_=Moment),
    )
    .limit(bindparam("limit", type_=Integer))
)
_MOVE = update(subscribers).where(LED).values(chat=bindparam("to_chat"))
# A pause of somebody's own has a beginning; a group that follows nothing is just kept silent.
_IDLE = select(subscribers.c.id).where(
    LED, subscribers.c.paused.is_(True), subscribers.c.paused_since.is_(None)
)
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
_ADDRESS = (subscribers.c.platform, subscribers.c.chat)


class StoredSubscribers:
    """See `bot.ports.Subscribers`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, address: Address) -> Subscriber | None:
        """The subscriber who is known at an address, if there is one."""
        found = await self._load(_FIND, at(address))
        return next(iter(found.values()), None)

    async def earlier(self, address: Address) -> list[Profile]:
        """Profile versions that were replaced and are kept because alerts rest on them."""
        found = await self._connection.execute(
            select(*_EARLIER, *FACTS)
            .select_from(
                profile_history.join(WHOLE, audiences.c.id == profile_history.c.audience_id)
            )
            .where(profile_history.c.subscriber_id == await self._id(address))
            .order_by(profile_history.c.id)
        )
        return [profile_of(row) for row in found.mappings()]

    async def in_chat(self, platform: str, chat: str) -> list[tuple[int, Subscriber]]:
        """Whoever is known at a chat or at one of its topics ("chat/topic"), with their ids."""
        topics = await self._connection.scalars(
            select(subscribers.c.id).where(
                subscribers.c.platform == platform,
                subscribers.c.chat.between(f"{chat}/", f"{chat}/~"),
            )
        )
        keys = [*await known_at(self._connection, platform, chat), *topics]
        return sorted((await self.with_ids(keys)).items())

    async def lead(self, address: Address) -> bool:
        """Let alerts go to this place of its person from now on; False if they do, or nobody is."""
        person = await self.find(address)
        if person is None or person.address == address:
            return False
        await lead(self._connection, await self._id(address) or 0, address)
        return True

    async def move(self, address: Address, chat: str) -> bool:
        """Follow a chat to a new address; False when somebody is there, who then stays.

        A group that follows nothing there is nobody.
        """
        there = Address(platform=address.platform, chat=chat)
        await make_way(self._connection, there)
        if await self._id(there) is not None:
            await self.forget(address)
            return False
        await self._connection.execute(_MOVE, at(address) | {"to_chat": chat})
        await move_link(self._connection, address, chat)
        return True

    async def with_ended_pauses(self, now: datetime, limit: int) -> list[Subscriber]:
        """Subscribers whose pause was to end before a moment."""
        found = await self._connection.scalars(_ENDED_PAUSES, {"now": now, "limit": limit})
        return list((await self.with_ids(list(found))).values())

    async def page(self, after: int, limit: int) -> list[tuple[int, Subscriber]]:
        """Subscribers with ids above `after`, in order of id."""
        found = await self._connection.scalars(
            select(subscribers.c.id)
            .where(subscribers.c.id > after)
            .order_by(subscribers.c.id)
            .limit(limit)
        )
        return sorted((await self.with_ids(list(found))).items())

    async def with_ids(self, keys: Sequence[int]) -> dict[int, Subscriber]:
        """Subscribers by id, with their profiles in the order they were added."""
        return await self._load(_WITH_IDS, {"keys": json.dumps(list(keys))})

    async def _load(self, query: Select[Any], which: dict[str, str]) -> dict[int, Subscriber]:
        found = await self._connection.execute(query, which)
        by_subscriber = groupby(found.mappings(), key=lambda row: row["subscriber_id"])
        return {key: _subscriber(list(rows)) for key, rows in by_subscriber}

    async def save(self, subscriber: Subscriber) -> None:
        """Add a subscriber or replace what is saved at that address.

        Whoever else was known in one of their other places is forgotten there.
        """
        values = at(subscriber.address) | _columns(subscriber)
        saved = (await self._connection.execute(_REPLACE, values)).first()
        if saved is None:
            await self._add([subscriber])
            return
        await self._replace_profiles(saved.id, subscriber)
        if load_places(saved.also) != subscriber.also:
            await self._link(saved.id, subscriber)

    async def _link(self, key: int, subscriber: Subscriber) -> None:
        for place in subscriber.also:
            other = await self._connection.scalar(_ID_LED, at(place.address))
            if other is not None:
                await _forget(self._connection, other)
        await write_places(self._connection, key, subscriber.also)

    async def save_all(self, many: Sequence[Subscriber]) -> None:
        """Save many at once; much faster than one by one when most are new."""
        last = {one.address: one for one in many}
        known = await self._ids(last)
        await self._add([one for address, one in last.items() if address not in known])
        for address in known:
            await self.save(last[address])

    async def forget(self, address: Address) -> bool:
        """Delete everything about a subscriber; False when there was none.

        What was delivered stays counted, under a number that leads to nobody.
        """
        key = await self._id(address)
        if key is not None:
            await _forget(self._connection, key)
        return key is not None

    async def _id(self, address: Address) -> int | None:
        return await self._connection.scalar(ID_AT, at(address))

    async def _ids(self, addresses: Iterable[Address]) -> dict[Address, int]:
        """The ids of those addresses that are known."""
        pairs = [(address.platform, address.chat) for address in addresses]
        rows = await self._connection.execute(
            matching(subscribers.c.id, _ADDRESS), {"wanted": json.dumps(pairs)}
        )
        return {Address(platform=row[1], chat=row[2]): row[0] for row in rows}

    async def _add(self, new: Sequence[Subscriber]) -> None:
        if not new:
            return
        await unlink(self._connection, [one.address for one in new])
        await self._connection.execute(insert(subscribers), [_columns(one) for one in new])
        keys = await self._ids([one.address for one in new])
        wanted = {_audience(one, profile) for one in new for profile in one.profiles}
        audience_ids = await ids_of(self._connection, wanted)
        since = await self._latest_announcement()
        rows = [
            {"subscriber_id": keys[one.address], "since": since}
            | _profile_columns(one, profile, audience_ids)
            for one in new
            for profile in one.profiles
        ]
        await self._connection.execute(insert(profiles), rows)
        for one in new:
            if one.also:
                await self._link(keys[one.address], one)

    async def _latest_announcement(self) -> int:
        return await self._connection.scalar(_LATEST_ANNOUNCEMENT) or 0

    async def _replace_profiles(self, key: int, subscriber: Subscriber) -> None:
        """Write the profiles that changed; keep what an announcement was decided with."""
        wanted = {_audience(subscriber, profile) for profile in subscriber.profiles}
        audience_ids = await ids_of(self._connection, wanted)
        rows = {
            profile.name: _profile_columns(subscriber, profile, audience_ids)
            for profile in subscriber.profiles
        }
        found = await self._connection.execute(_PROFILES, {"subscriber": key})
        saved = {row.name: row for row in found}
        changed = [row for name, row in saved.items() if _differs(row, rows.get(name))]
        fresh = [row for name, row in rows.items() if name not in saved]
        if not changed and not fresh:
            return
        latest = await self._latest_announcement()
        await self._keep(changed, latest)
        for row in changed:
            await self._change(row.id, rows.get(row.name), latest)
        if fresh:
            columns = {"subscriber_id": key, "since": latest}
            await self._connection.execute(insert(profiles), [columns | row for row in fresh])

    async def _keep(self, changed: Sequence[Row[Any]], latest: int) -> None:
        kept = [row._mapping for row in changed if row.since < latest]  # noqa: SLF001 - public API
        if kept:
            await self._connection.execute(
                insert(profile_history),
                [
                    {column: row[column] for column in row if column != "id"}
                    | {"profile_id": row["id"], "until": latest}
                    for row in kept
                ],
            )

    async def _change(self, profile: int, row: dict[str, object] | None, latest: int) -> None:
        if row is None:
            await self._connection.execute(_DROP_PROFILE, {"profile": profile})
        else:
            await self._connection.execute(
                _CHANGE_PROFILE, {"profile": profile, "since": latest, **row}
            )


async def make_way(connection: AsyncConnection, address: Address) -> None:
    """Forget a group that follows nothing yet, for one that moves to its address."""
    idle = await connection.scalar(_IDLE, at(address))
    if idle is not None:
        await _forget(connection, idle)


async def _forget(connection: AsyncConnection, key: int) -> None:
    mine = deliveries.c.subscriber_id == key
    open_states = (int(State.DUE), int(State.LEASED))
    await connection.execute(delete(deliveries).where(mine, deliveries.c.state.in_(open_states)))
    await connection.execute(update(deliveries).where(mine).values(error=None, receipt=None))
    await forget_tries(connection, key)
    await connection.execute(delete(subscribers).where(subscribers.c.id == key))
    await drop_unused(connection)


def profile_of(row: RowMapping) -> Profile:
    """The profile that a row of profile and audience columns stands for."""
    earliest, latest = row["submitted_earliest"], row["submitted_latest"]
    submitted = None if earliest is None else Submitted(earliest=earliest, latest=latest)
    return Profile(name=row["name"], candidate=audience_of(row).candidate, submitted=submitted)


def _subscriber(rows: Sequence[RowMapping]) -> Subscriber:
    row = rows[0]
    return Subscriber(
        address=Address(platform=row["platform"], chat=row["chat"]),
        language=Language(row["language"]),
        time_zone=row["time_zone"],
        preference=audience_of(row).preference,
        quiet_from=clock_time(row["quiet_from"]),
        quiet_until=clock_time(row["quiet_until"]),
        paused=row["paused"],
        paused_since=row["paused_since"],
        paused_until=row["paused_until"],
        gone_at=row["gone_at"],
        facts=load_facts(row["facts"]),
        profiles=tuple(profile_of(profile) for profile in rows),
        conversation=load_conversation(row["conversation"]),
        also=load_places(row["also"]),
        backup=row["backup"],
    )


def _columns(subscriber: Subscriber) -> dict[str, object]:
    quiet_from, quiet_until = subscriber.quiet_from, subscriber.quiet_until
    return {
        "platform": subscriber.address.platform,
        "chat": subscriber.address.chat,
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "quiet_from": quiet_from and quiet_from.isoformat("minutes"),
        "quiet_until": quiet_until and quiet_until.isoformat("minutes"),
        "paused": subscriber.paused,
        "paused_since": subscriber.paused_since,
        "paused_until": subscriber.paused_until,
        "gone_at": subscriber.gone_at,
        "facts": dump_facts(subscriber.facts),
        "conversation": dump_conversation(subscriber.conversation),
        "backup": subscriber.backup,
    }


def _audience(subscriber: Subscriber, profile: Profile) -> Audience:
    return Audience(candidate=profile.candidate, preference=subscriber.preference)


def _profile_columns(
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
