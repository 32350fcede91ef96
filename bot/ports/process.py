"""Memory of the running program."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseHolder:
    """Who holds a lease, and until when (UTC)."""

    owner: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """When a loop was last alive (UTC), and what it has to say."""

    name: str
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something the operator should know of; open until `ended_at` (UTC).

    `told_begin` and `told_end` say of which of the two they have been told.
    """

    key: int
    kind: str
    reason: str
    began_at: datetime
    ended_at: datetime | None = None
    told_begin: bool = False
    told_end: bool = False


class ProcessMemory(Protocol):
    """Memory of the running program itself."""

    async def holder(self, name: str) -> LeaseHolder | None:
        """Who holds a lease, or held it last."""

    async def take(
        self, name: str, owner: str, *, now: datetime, until: datetime, instead_of: str = ""
    ) -> bool:
        """Take or renew a lease; False while somebody else holds it.

        `instead_of` is an owner who is known to be dead: their lease counts no longer.
        """

    async def leave(self, name: str, owner: str) -> None:
        """Give a lease back."""

    async def beat(self, name: str, now: datetime, note: str | None = None) -> None:
        """Note that a loop lives."""

    async def heartbeats(self) -> list[Heartbeat]:
        """When each loop was last alive."""

    async def note(self, key: str) -> str | None:
        """What was noted under a key."""

    async def keep_note(self, key: str, value: str) -> None:
        """Note something for the next start."""

    async def incident(self, kind: str, reason: str, now: datetime) -> bool:
        """Open an incident; False when it is open already.

        It takes the place of earlier ones of its kind of which the operator needs no word more.
        """

    async def over(
        self, *kinds: str, now: datetime, begun_before: datetime | None = None
    ) -> list[str]:
        """End the incidents of some kinds, all or the older ones; says of which there were any."""

    async def incidents(self) -> list[Incident]:
        """Incidents that are open, or that the operator has not been told the end of."""

    async def told(self, incident: Incident) -> None:
        """The operator has been told how an incident stands."""
