"""What is read from outside, and memory of how it answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.errors import SourceChanged, SourceUnavailable
from bot.core.rounds import Published, RoundNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """How a source recognises that nothing changed since the last payload."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A payload that differs from the last one, and how to recognise it next time.

    `dated` (UTC) is when the site says that it was written, None if it does not say. `instead_of`
    is given for a mirror's payload, whose dates are its own: why the official one cannot be read.
    """

    published: Published
    validators: Validators
    dated: datetime | None = None
    instead_of: SourceUnavailable | SourceChanged | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The same payload as last time, with more to say of it than None does.

    `validators` recognise it from now on, if they are others; `instead_of` is as for `Payload`.
    """

    validators: Validators | None = None
    instead_of: SourceUnavailable | SourceChanged | None = None


class RoundSource(Protocol):
    """Where rounds are published."""

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        """Read the source; None when nothing changed since `seen`.

        Raises:
            SourceUnavailable: no answer; the next poll may succeed.
            SourceChanged: an answer that cannot be read.
        """


class NameSource(Protocol):
    """Where rounds are published under other names."""

    async def names(self) -> Mapping[RoundNumber, str]:
        """The names there are, by round.

        Raises:
            SourceUnavailable: no answer.
            SourceChanged: an answer that cannot be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """When the source last answered, and when and how it last failed (UTC)."""

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The beginning of an answer that could not be read, and when it came (UTC)."""

    text: str
    kept_at: datetime


class SourceMemory(Protocol):
    """Memory of a source: validators, last success and failure."""

    async def health(self) -> SourceHealth:
        """How the source has been answering."""

    async def seen(self) -> Validators:
        """Validators of the last payload read."""

    async def succeeded(self, validators: Validators | None, now: datetime) -> None:
        """Note a successful poll; None when nothing had changed."""

    async def forget_validators(self) -> None:
        """The next payload is read whatever it is."""

    async def failed(self, reason: str, now: datetime) -> None:
        """Note a failed poll."""

    async def keep_sample(self, text: str, now: datetime) -> None:
        """Keep an answer that could not be read, for whoever looks into it."""

    async def sample(self) -> Sample | None:
        """The last answer that could not be read."""
