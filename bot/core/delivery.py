"""Facts that travel from the outbox to a platform."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.core.alerts import Preference, Priority
from bot.core.match import Verdict
from bot.core.profiles import Profile
from bot.core.rounds import Round
from bot.core.subscribers import Subscriber


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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DeliveryKey:
    """One message to one subscriber about one announcement; it exists at most once."""

    announcement: int
    subscriber: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVerdict:
    """How one profile stands, with the profile as it stood when the round was decided."""

    profile: Profile
    verdict: Verdict
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundVerdicts:
    """One round and what it means for those of a subscriber's profiles that are to be told."""

    round: Round
    profiles: tuple[ProfileVerdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Everything one message says, and to whom."""

    key: DeliveryKey
    to: Subscriber
    rounds: tuple[RoundVerdicts, ...]
    kind: Kind = Kind.NEWS
    attempts: int = 1


PAUSED = "paused"
"""The error of a delivery that was given up because its reader had paused alerts meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a claimed delivery. Times are UTC, in milliseconds since 1970."""

    key: DeliveryKey
    state: State
    not_before: int = 0
    error: str | None = None
    receipt: str | None = None


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
