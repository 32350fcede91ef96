"""What the use cases need from the world: small protocols whose docstrings list what they raise."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.core.delivery import (
    Alert,
    DeliveryKey,
    DeliveryRecord,
    Kind,
    Progress,
    Settled,
    Story,
)
from bot.core.detect import Change, Known, KnownRound, Status
from bot.core.news_types import Post
from bot.core.profiles import Profile
from bot.core.rounds import Published, Round, UnreadableRow
from bot.core.subscribers import Address, Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """How a source recognises that nothing changed since the last payload."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A payload that differs from the last one, and how to recognise it next time."""

    published: Published
    validators: Validators


class RoundSource(Protocol):
    """Where rounds are published."""

    async def read(self, seen: Validators) -> Payload | None:
        """Read the source; None when nothing changed since `seen`.

        Raises:
            SourceUnavailable: no answer; the next poll may succeed.
            SourceChanged: an answer that cannot be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a platform is like, for whoever sends.

    `per_second` and `per_group_minute` are messages; `idempotent_for` is how long it recognises a
    repeated request as the same message, None if it never does.
    """

    platform: str
    per_second: float
    per_group_minute: float = 60.0
    in_flight: int = 64
    idempotent_for: timedelta | None = None


class Notifier(Protocol):
    """A platform that carries alerts to people."""

    @property
    def traits(self) -> Traits:
        """Its name, ceilings and habits."""

    def is_group(self, chat: str) -> bool:
        """Whether a chat is one of many people, with a limit of its own."""

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        """Send one alert; returns the platform's id of the message, if it has one.

        `plain` asks for text without any markup, after the platform refused it with.

        Raises:
            TryLater: nothing was sent: the platform is busy, limiting, down or out of reach.
            RecipientMoved: the chat has a new address.
            RecipientGone: nobody is there any more.
            AlertRejected: the platform refuses the message itself.
            OutcomeUnknown: the message may or may not have arrived.
        """


class Rounds(Protocol):
    """Memory of what IRCC has published."""

    async def known(self) -> Known:
        """Every round remembered, as last read."""

    async def find(self, number: str) -> KnownRound | None:
        """One round as last read."""

    async def since(self, day: date) -> list[Round]:
        """Rounds held on or after a day that people may be told of, oldest first."""

    async def latest(self) -> Round | None:
        """The newest round that people may be told of."""

    async def add(self, new: Iterable[Round], status: Status, now: datetime) -> None:
        """Remember rounds never seen before."""

    async def revise(self, round_: Round, change: Change, now: datetime) -> None:
        """Remember a known round as it reads now; what it was before is kept as a revision."""

    async def set_status(self, changed: Iterable[Round], status: Status) -> None:
        """Note what became of known rounds."""

    async def note_unreadable(
        self, rows: Sequence[UnreadableRow], now: datetime
    ) -> list[UnreadableRow]:
        """Remember unreadable rows; returns those never met before."""


class Subscribers(Protocol):
    """Memory of people. All methods keep earlier profile versions that alerts rest on."""

    async def find(self, address: Address) -> Subscriber | None:
        """The subscriber at an address, if there is one."""

    async def save(self, subscriber: Subscriber) -> None:
        """Add a subscriber or replace what is saved at that address."""

    async def save_all(self, many: Sequence[Subscriber]) -> None:
        """Save many at once; much faster than one by one when most are new."""

    async def forget(self, address: Address) -> bool:
        """Delete everything about a subscriber; False when there was none."""

    async def earlier(self, address: Address) -> list[Profile]:
        """Profile versions that were replaced and are kept because alerts rest on them."""

    async def in_chat(self, platform: str, chat: str) -> list[Subscriber]:
        """Whoever is at a chat or at one of its topics ("chat/topic")."""

    async def move(self, address: Address, chat: str) -> bool:
        """Follow a chat to a new address; False when somebody is there, who then stays."""

    async def with_ended_pauses(self, now: datetime, limit: int) -> list[Subscriber]:
        """Subscribers whose pause was to end before a moment."""

    async def page(self, after: int, limit: int) -> list[tuple[int, Subscriber]]:
        """Subscribers with ids above `after`, in order of id."""


class Outbox(Protocol):
    """Announcements and the deliveries that follow from them."""

    async def announce(
        self, announced: Sequence[Round], now: datetime, kind: Kind = Kind.NEWS
    ) -> int:
        """Open an announcement of rounds; returns its id."""

    async def queue(self, announcement: int, round_: Round, now: datetime) -> None:
        """Decide one announced round for everybody; queue a delivery for each who is told."""

    async def queue_correction(
        self, announcement: int, before: Round, after: Round, now: datetime
    ) -> None:
        """Decide a corrected round; queue a delivery for each whose answer may have changed."""

    async def queue_for(
        self, address: Address, announcement: int, round_: Round, *, everything: bool = False
    ) -> bool:
        """Decide one announced round for one subscriber; False when there is nothing to tell.

        `everything` decides as if they wanted to hear of every round.
        """

    async def missed(self, address: Address, since: datetime) -> list[Round]:
        """Rounds announced as news that a pause kept from a subscriber, oldest first."""

    async def queued(self, announcement: int) -> int:
        """How many deliveries an announcement has."""

    async def due(self, platform: str, now: datetime) -> bool:
        """Whether anything could be claimed; only reads."""

    async def claim(
        self,
        platform: str,
        *,
        now: datetime,
        lease: timedelta,
        limit: int,
        only: Address | None = None,
    ) -> list[Alert]:
        """Take the most urgent due deliveries under a lease; what waited together comes as one."""

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write down what became of claimed deliveries."""

    async def take_back(self, platform: str) -> int:
        """Make due again what a sender had claimed who is known to be dead; returns how much."""

    async def broadcasts(self, since: datetime, now: datetime) -> list[Progress]:
        """How far each announcement made since a moment is, oldest first."""

    async def waiting(self) -> list[DeliveryKey]:
        """Deliveries that are due or leased."""

    async def story(self, address: Address, number: str) -> Story | None:
        """What was decided about a subscriber when a round was announced; None if it never was."""

    async def records(self, address: Address) -> list[DeliveryRecord]:
        """Every delivery to a subscriber, oldest first."""


class Recipients(Protocol):
    """What platforms say of the people we write to, by the number that deliveries carry."""

    async def move(self, subscriber: int, chat: str) -> bool:
        """Follow a chat to its new address; False when somebody is there already."""

    async def gone(self, subscriber: int, now: datetime) -> None:
        """Stop writing to somebody; what they saved is kept for a while."""

    async def strike(self, subscriber: int, now: datetime) -> tuple[int, timedelta]:
        """Count a refusal; returns how many there were in a row, and over which time."""

    async def reached(self, keys: Sequence[int]) -> None:
        """Messages got through: earlier refusals no longer count."""

    async def restore(self, platform: str, since: datetime, reason: str, again: datetime) -> int:
        """Take back what was concluded from one reason since a moment; returns for how many.

        Their deliveries are due again at `again`.
        """

    async def forget_gone(self, before: datetime) -> int:
        """Delete those who have been gone since before a moment; returns how many."""


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
        """Open an incident; False when it is open already."""

    async def over(self, kind: str, now: datetime) -> bool:
        """End an incident; False when there was none."""

    async def incidents(self) -> list[Incident]:
        """Incidents that are open, or that the operator has not been told the end of."""

    async def told(self, incident: Incident) -> None:
        """The operator has been told how an incident stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """When the source last answered, and when and how it last failed (UTC)."""

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None


class SourceMemory(Protocol):
    """Memory of a source: validators, last success and failure."""

    async def health(self) -> SourceHealth:
        """How the source has been answering."""

    async def seen(self) -> Validators:
        """Validators of the last payload read."""

    async def succeeded(self, validators: Validators | None, now: datetime) -> None:
        """Note a successful poll; None when nothing had changed."""

    async def failed(self, reason: str, now: datetime) -> None:
        """Note a failed poll."""

    async def keep_sample(self, text: str, now: datetime) -> None:
        """Keep an answer that could not be read, for whoever looks into it."""

    async def sample(self) -> str | None:
        """The last answer that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLink:
    """A post about a round. `title` is the site's own; `feed` is the URL it came by."""

    feed: str
    link: str
    title: str
    round_number: str | None = None


class NewsMemory(Protocol):
    """Memory of what news sites wrote."""

    async def unseen(self, links: Sequence[str]) -> set[str]:
        """Those links that were never met before."""

    async def remember(self, posts: Sequence[NewsLink], now: datetime) -> None:
        """Remember posts, each once; a round's number that is known later is added."""

    async def about(self, number: str, limit: int) -> list[NewsLink]:
        """Posts about a round, the first to report it first."""

    async def unmatched(self, since: datetime) -> list[NewsLink]:
        """Posts met since a moment that no official round has been found for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsFetched:
    """Posts of a feed that changed, and how to recognise it next time."""

    posts: tuple[Post, ...]
    validators: Validators


class NewsFeed(Protocol):
    """One news feed."""

    @property
    def url(self) -> str:
        """Where it is."""

    async def read(self, seen: Validators) -> NewsFetched | None:
        """Read it; None when nothing changed since `seen`.

        Raises:
            SourceUnavailable: no answer.
            SourceChanged: an answer that is no feed.
        """


class UnitOfWork(Protocol):
    """One transaction over all of memory."""

    @property
    def rounds(self) -> Rounds:
        """Memory of rounds."""

    @property
    def subscribers(self) -> Subscribers:
        """Memory of people."""

    @property
    def outbox(self) -> Outbox:
        """Announcements and deliveries."""

    @property
    def recipients(self) -> Recipients:
        """What platforms say of people."""

    @property
    def process(self) -> ProcessMemory:
        """Memory of the running program."""

    @property
    def source(self) -> SourceMemory:
        """Memory of the source."""

    def feed(self, url: str) -> SourceMemory:
        """Memory of a news feed."""

    @property
    def news(self) -> NewsMemory:
        """Memory of what news sites wrote."""


class Store(Protocol):
    """The database."""

    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A read-and-write transaction: committed at the end of the block, or nothing of it.

        Raises:
            StoreUnavailable: locked for too long, full, or broken.
        """

    def look(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that only reads and does not wait for writers."""

    async def scrub(self) -> None:
        """Leave no bytes of what was deleted in the database's files."""
