"""Facts that travel from the outbox to a platform."""

from dataclasses import dataclass
from enum import IntEnum

from bot.core.alerts import Priority
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
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a claimed delivery. Times are UTC, in milliseconds since 1970."""

    key: DeliveryKey
    state: State
    not_before: int = 0
    error: str | None = None
    receipt: str | None = None
