"""Facts that travel from the outbox to a platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.core.alerts import Preference, Priority
from bot.core.match import Verdict
from bot.core.profiles import Profile
from bot.core.rounds import Round
from bot.core.subscribers import Reader


class State(IntEnum):
    """Where a delivery stands; `storage/outbox` holds the rules between them."""

    DUE = 0
    LEASED = 1
    SENT = 2
    GIVEN_UP = 3
    UNCERTAIN = 4


class Kind(StrEnum):
    """Why an announcement was made."""

    NEWS = "news"
    TEST = "test"
    SUMMARY = "summary"
    """What was missed during a pause, told once at its end."""

    CORRECTION = "correction"
    """IRCC has corrected a round; told to those whose own answer changed."""

    UNCONFIRMED = "unconfirmed"
    """News sites report a round while IRCC's own data cannot be read; told to who asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DeliveryKey:
    """One message to one subscriber about one announcement; it exists at most once."""

    announcement: int
    subscriber: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVerdict:
    """How one profile stands, with the profile as it stood when the round was decided.

    `earlier` is how it stood before a correction, or by what was told unconfirmed.
    """

    profile: Profile
    verdict: Verdict
    priority: Priority
    earlier: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMore:
    """A post about a round, under the site's own title."""

    title: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundVerdicts:
    """One round and what it means for those of a subscriber's profiles that are to be told.

    `before` is how the round read before a correction, or as the reader was told of it unconfirmed
    at `unconfirmed_at` (UTC); `more` is what news sites wrote about it.
    """

    round: Round
    profiles: tuple[ProfileVerdict, ...]
    before: Round | None = None
    unconfirmed_at: datetime | None = None
    more: tuple[ReadMore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """An earlier request of a delivery may have arrived although nothing was heard of it.

    `since` (UTC) is when the first such request was made; `repeated` says that it was made once
    more although the platform could not tell the two apart.
    """

    since: datetime
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A delivery taken under a lease; `Alert` is what it says, once that has been read.

    `held`: it waited for the end of its reader's quiet hours, or beside a correction of its round.
    """

    key: DeliveryKey
    attempts: int
    doubt: Doubt | None
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Everything one message says, and to whom.

    `attempts` counts this one. `also` are deliveries that go with it in the same message, because
    all of them waited for the end of the reader's quiet hours.
    """

    key: DeliveryKey
    to: Reader
    rounds: tuple[RoundVerdicts, ...]
    announced_at: datetime
    kind: Kind = Kind.NEWS
    attempts: int = 1
    doubt: Doubt | None = None
    also: tuple[DeliveryKey, ...] = ()

    @property
    def keys(self) -> tuple[DeliveryKey, ...]:
        """Every delivery that this message settles."""
        return (self.key, *self.also)


def divided(alerts: Sequence[Alert], platform: str) -> tuple[list[Alert], list[Alert]]:
    """Alerts for a platform, and those whose readers want to be told on another one by now.

    The same id of a chat means somebody else there.
    """
    ours = [one for one in alerts if one.to.address.platform == platform]
    return ours, [one for one in alerts if one.to.address.platform != platform]


PAUSED = "paused"
"""The error of a delivery that was given up because its reader had paused alerts meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a claimed delivery. Times are UTC.

    `not_before` is for what is due again. `tried` is False when nothing was sent, so that the
    attempt does not count. `held` says that it waits for its reader's quiet hours to end, together
    with whatever else does.
    """

    key: DeliveryKey
    state: State
    not_before: datetime | None = None
    error: str | None = None
    receipt: str | None = None
    doubt: Doubt | None = None
    tried: bool = True
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """What happened to one delivery. `at` (UTC) is when it was settled or may next be tried."""

    round_numbers: tuple[str, ...]
    kind: Kind
    state: State
    attempts: int
    at: datetime
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one broadcast is. `postponed` wait for a moment of their own (quiet hours, limits).

    `rate` is deliveries a second of late, `announced_at` UTC.
    """

    round_numbers: tuple[str, ...]
    announced_at: datetime
    kind: Kind
    total: int
    sent: int
    given_up: int
    uncertain: int
    postponed: int
    rate: float

    @property
    def settled(self) -> int:
        """How many have come to an end."""
        return self.sent + self.given_up + self.uncertain

    @property
    def running(self) -> int:
        """How many can be sent at once."""
        return self.total - self.settled - self.postponed

    @property
    def left(self) -> timedelta | None:
        """How long it still takes at the rate of late; None when that cannot be told."""
        if self.rate <= 0:
            return None
        return timedelta(seconds=round(self.running / self.rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that was decided about one subscriber when a round was announced.

    `profiles` and `preference` are as they stood then; `told` holds the verdicts that were to be
    told, and `record` what became of the message, None if there was none to send.
    """

    round: Round
    decided_at: datetime
    profiles: tuple[Profile, ...]
    preference: Preference
    told: tuple[ProfileVerdict, ...]
    record: DeliveryRecord | None
