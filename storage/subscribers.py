"""Subscribers: found, saved and forgotten, each with all that is theirs."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, RowMapping, Select, bindparam, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.profiles import Profile
from bot.core.subscribers import Address, Language, Subscriber
from storage.addresses import AT, LED, at, id_at
from storage.audiences import FACTS, WHOLE, audience_of
from storage.facts import dump_conversation, dump_facts, load_conversation, load_facts
from storage.forgetting import forget_one, make_way
from storage.lookup import among, matching
from storage.places import (
    ALSO,
    known_at,
    lead,
    load_places,
    move,
    unlink,
    write_places,
)
from storage.profiles import add_profiles, earlier_profiles, profile_of, replace_profiles
from storage.readers import clock_time
from storage.tables import audiences, profiles, subscribers
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
        return await earlier_profiles(self._connection, await id_at(self._connection, address))

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
        await lead(self._connection, await id_at(self._connection, address) or 0, address)
        return True

    async def move(self, address: Address, chat: str) -> bool:
        """Follow a chat to a new address; False when somebody is there, who then stays.

        A group that follows nothing there is nobody.
        """
        there = Address(platform=address.platform, chat=chat)
        await make_way(self._connection, there)
        if await id_at(self._connection, there) is not None:
            await self.forget(address)
            return False
        await move(self._connection, address, chat)
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
        await replace_profiles(self._connection, saved.id, subscriber)
        if load_places(saved.also) != subscriber.also:
            await self._link(saved.id, subscriber)

    async def _link(self, key: int, subscriber: Subscriber) -> None:
        for place in subscriber.also:
            other = await self._connection.scalar(_ID_LED, at(place.address))
            if other is not None:
                await forget_one(self._connection, other)
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
        key = await id_at(self._connection, address)
        if key is not None:
            await forget_one(self._connection, key)
        return key is not None

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
        await add_profiles(self._connection, {keys[one.address]: one for one in new})
        for one in new:
            if one.also:
                await self._link(keys[one.address], one)


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
