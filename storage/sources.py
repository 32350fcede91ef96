"""What we remember of a source: its validators, and when it last answered."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Sample, SourceHealth, Validators
from storage.tables import sources

OFFICIAL = "ircc"
"""The official feed; news feeds go by their URLs."""

_MINE = sources.c.name == bindparam("source")
_LONGEST_SAMPLE = 64 * 1024
_SEEN = select(sources.c.etag, sources.c.last_modified, sources.c.digest).where(_MINE)
_HEALTH = select(sources.c.succeeded_at, sources.c.failed_at, sources.c.failure).where(_MINE)
_SAMPLE = select(sources.c.sample, sources.c.sampled_at).where(_MINE)

# What nearly every poll writes, put together once.
_UNCHANGED = insert(sources).values(name=bindparam("name"), succeeded_at=bindparam("succeeded_at"))
_UNCHANGED = _UNCHANGED.on_conflict_do_update(
    index_elements=[sources.c.name], set_={"succeeded_at": _UNCHANGED.excluded.succeeded_at}
)


class StoredSource:
    """See `bot.ports.SourceMemory`."""

    def __init__(self, connection: AsyncConnection, name: str = OFFICIAL) -> None:
        self._connection = connection
        self._name = name

    async def seen(self) -> Validators:
        """Validators of the last payload read."""
        found = await self._connection.execute(_SEEN, {"source": self._name})
        row = found.first()
        if row is None:
            return Validators()
        return Validators(etag=row.etag, last_modified=row.last_modified, digest=row.digest)

    async def health(self) -> SourceHealth:
        """How the source has been answering."""
        found = await self._connection.execute(_HEALTH, {"source": self._name})
        row = found.first()
        if row is None:
            return SourceHealth()
        return SourceHealth(
            succeeded_at=row.succeeded_at, failed_at=row.failed_at, failure=row.failure
        )

    async def succeeded(self, validators: Validators | None, now: datetime) -> None:
        """Note a successful poll; None when nothing had changed."""
        if validators is None:
            await self._connection.execute(_UNCHANGED, {"name": self._name, "succeeded_at": now})
            return
        await self._note(
            {
                "succeeded_at": now,
                "etag": validators.etag,
                "last_modified": validators.last_modified,
                "digest": validators.digest,
            }
        )

    async def forget_validators(self) -> None:
        """The next payload is read whatever it is."""
        await self._note({"etag": None, "last_modified": None, "digest": None})

    async def failed(self, reason: str, now: datetime) -> None:
        """Note a failed poll."""
        await self._note({"failed_at": now, "failure": reason})

    async def keep_sample(self, text: str, now: datetime) -> None:
        """Keep an answer that could not be read, for whoever looks into it."""
        await self._note({"sample": text[:_LONGEST_SAMPLE], "sampled_at": now})

    async def sample(self) -> Sample | None:
        """The last answer that could not be read."""
        found = await self._connection.execute(_SAMPLE, {"source": self._name})
        row = found.first()
        if row is None or row.sample is None:
            return None
        return Sample(text=row.sample, kept_at=row.sampled_at)

    async def _note(self, values: dict[str, object]) -> None:
        await self._connection.execute(
            insert(sources)
            .values(name=self._name, **values)
            .on_conflict_do_update(index_elements=[sources.c.name], set_=values)
        )
