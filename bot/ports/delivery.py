"""Platforms, and memory of what is to be sent on them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.delivery import (
    Alert,
    DeliveryKey,
    DeliveryRecord,
    Kind,
    Leased,
    Progress,
    Settled,
    Story,
)
from bot.core.rounds import Round
from bot.core.subscribers import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a platform is like, for whoever sends.

    `per_second` and `per_group_minute` are messages; `refusals_per_minute` is how many chats may
    refuse one before it holds that against us; `idempotent_for` is how long it recognises a
    repeated request as the same message, None if it never does.
    """

    platform: str
    per_second: float
    per_group_minute: float = 60.0
    refusals_per_minute: float = math.inf
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
            SentElsewhere: it was sent, as near as can be to where it was to go.
            AlertRejected: the platform refuses the message itself.
            OutcomeUnknown: the message may or may not have arrived.
        """


class Outbox(Protocol):
    """Announcements and the deliveries that follow from them."""

    async def announce(
        self, announced: Sequence[Round], now: datetime, kind: Kind = Kind.NEWS
    ) -> int:
        """Open an announcement of rounds; returns its id."""

    async def queue(self, announcement: int, round_: Round, now: datetime) -> None:
        """Decide one announced round for everybody; queue a delivery for each who is told."""

    async def queue_unconfirmed(self, announcement: int, round_: Round, now: datetime) -> None:
        """Decide a round that only news sites report, for those who asked to hear of such."""

    async def queue_follow_up(self, announcement: int, reported: Round, now: datetime) -> None:
        """Queue a delivery of the official row for each who was told of it unconfirmed.

        What is left of the unconfirmed alert is given up.
        """

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
        """`lease` and `read` in one transaction, without what is to go to another platform."""

    async def lease(
        self,
        platform: str,
        *,
        now: datetime,
        lease: timedelta,
        limit: int,
        only: Address | None = None,
    ) -> list[Leased]:
        """Take the most urgent due deliveries, and whatever waited together with them."""

    async def read(self, leased: Sequence[Leased]) -> list[Alert]:
        """What leased deliveries say; what waited together comes as one. Only reads."""

    async def give_back(self, claimed: Sequence[Alert]) -> None:
        """Let those deliveries be claimed where their readers are to be told by now."""

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write down what became of claimed deliveries."""

    async def take_back(self, platform: str) -> int:
        """Make due again what a sender had claimed who is known to be dead; returns how much."""

    async def broadcasts(self, since: datetime, now: datetime) -> list[Progress]:
        """How far each announcement made since a moment is, oldest first."""

    async def waiting(self) -> list[DeliveryKey]:
        """Deliveries that are due or leased."""

    async def story(self, address: Address, number: str, kind: Kind = Kind.NEWS) -> Story | None:
        """What was decided about a subscriber when a round was announced; None if it never was."""

    async def records(self, address: Address) -> list[DeliveryRecord]:
        """Every delivery to a subscriber, oldest first."""
