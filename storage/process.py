"""The running program in the database: who may send, which loops live, what went wrong."""

import json
from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Heartbeat, Incident, LeaseHolder
from storage.lookup import among
from storage.tables import heartbeats, incidents, leases, notes
from storage.types import Moment


class StoredProcess:
    """See `bot.ports.ProcessMemory`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def holder(self, name: str) -> LeaseHolder | None:
        """Who holds a lease, or held it last."""
        found = await self._connection.execute(
            select(leases.c.owner, leases.c.until).where(leases.c.name == name)
        )
        row = found.first()
        return None if row is None else LeaseHolder(owner=row.owner, until=row.until)

    async def take(
        self, name: str, owner: str, *, now: datetime, until: datetime, instead_of: str = ""
    ) -> bool:
        """Take or renew a lease; False while somebody else holds it.

        `instead_of` is an owner who is known to be dead: their lease counts no longer.
        """
        put = insert(leases).values(name=name, owner=owner, until=until)
        put = put.on_conflict_do_update(
            index_elements=[leases.c.name],
            set_={"owner": owner, "until": until},
            where=or_(leases.c.owner.in_((owner, instead_of)), leases.c.until <= now),
        )
        taken = await self._connection.execute(put.returning(leases.c.name))
        return taken.first() is not None

    async def leave(self, name: str, owner: str) -> None:
        """Give a lease back."""
        await self._connection.execute(
            delete(leases).where(leases.c.name == name, leases.c.owner == owner)
        )

    async def beat(self, name: str, now: datetime, note: str | None = None) -> None:
        """Note that a loop lives."""
        await self._connection.execute(
            insert(heartbeats)
            .values(name=name, at=now, note=note)
            .on_conflict_do_update(
                index_elements=[heartbeats.c.name], set_={"at": now, "note": note}
            )
        )

    async def heartbeats(self) -> list[Heartbeat]:
        """When each loop was last alive."""
        found = await self._connection.execute(select(heartbeats).order_by(heartbeats.c.name))
        return [Heartbeat(name=row.name, at=row.at, note=row.note) for row in found]

    async def note(self, key: str) -> str | None:
        """What was noted under a key."""
        return await self._connection.scalar(_NOTE, {"note": key})

    async def keep_note(self, key: str, value: str) -> None:
        """Note something for the next start."""
        await self._connection.execute(
            insert(notes)
            .values(key=key, value=value)
            .on_conflict_do_update(index_elements=[notes.c.key], set_={"value": value})
        )

    async def incident(self, kind: str, reason: str, now: datetime) -> bool:
        """Open an incident; False when it is open already.

        It takes the place of earlier ones of its kind of which the operator needs no word more.
        """
        opened = await self._connection.execute(
            insert(incidents)
            .values(kind=kind, reason=reason, began_at=now)
            .on_conflict_do_nothing()
            .returning(incidents.c.id)
        )
        if opened.first() is None:
            return False
        await self._connection.execute(_DROP_EARLIER, {"kind": kind})
        return True

    async def over(
        self, *kinds: str, now: datetime, begun_before: datetime | None = None
    ) -> list[str]:
        """End the incidents of some kinds, all or the older ones; says of which there were any."""
        which = {"kinds": json.dumps(kinds), "now": now, "before": begun_before}
        return list(await self._connection.scalars(_OVER, which))

    async def incidents(self) -> list[Incident]:
        """Incidents that are open, or that the operator has not been told the end of."""
        found = await self._connection.execute(_INCIDENTS)
        return [
            Incident(
                key=row.id,
                kind=row.kind,
                reason=row.reason,
                began_at=row.began_at,
                ended_at=row.ended_at,
                told_begin=row.told >= _TOLD_BEGIN,
                told_end=row.told >= _TOLD_END,
            )
            for row in found
        ]

    async def told(self, incident: Incident) -> None:
        """The operator has been told how an incident stands."""
        level = _TOLD_BEGIN if incident.ended_at is None else _TOLD_END
        await self._connection.execute(
            update(incidents)
            .where(incidents.c.id == incident.key)
            .values(told=func.max(incidents.c.told, level))
        )


_TOLD_BEGIN, _TOLD_END = 1, 2
_BEFORE = bindparam("before", type_=Moment)
# Every poll asks for these, and hardly ever finds any: statements that are put together once.
_NOTE = select(notes.c.value).where(notes.c.key == bindparam("note"))
_INCIDENTS = (
    select(incidents)
    .where(or_(incidents.c.ended_at.is_(None), incidents.c.told < _TOLD_END))
    .order_by(incidents.c.id)
)
_OVER = (
    update(incidents)
    .where(
        incidents.c.ended_at.is_(None),
        among(incidents.c.kind, "kinds"),
        or_(_BEFORE.is_(None), incidents.c.began_at < _BEFORE),
    )
    .values(ended_at=bindparam("now"))
    .returning(incidents.c.kind)
)
# What has begun to be told is told to its end; of the rest one is enough, however things flap.
_DROP_EARLIER = delete(incidents).where(
    incidents.c.kind == bindparam("kind"),
    incidents.c.ended_at.is_not(None),
    incidents.c.told != _TOLD_BEGIN,
)
