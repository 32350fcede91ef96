"""Claim -> send -> settle: what one alert goes through.

A crash between "sent" and "settled" can repeat a message, at most those in flight; nothing is ever
lost, because the lease of an unsettled delivery runs out and it is due again. `courier` does this
without end for a platform; `deliver` does it once, for whatever is due now.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.core.delivery import Alert, Settled, State
from bot.core.errors import (
    AlertRejected,
    DeliveryError,
    OutcomeUnknown,
    RecipientGone,
    SentElsewhere,
    TryLater,
)
from bot.core.outcomes import GIVE_UP, Patience, failed, held_up, sent
from bot.core.subscribers import Address
from bot.pipeline.breaker import Breaker
from bot.pipeline.limiter import Lane, Limiter
from bot.pipeline.settle import Outcome, settle
from bot.ports import Notifier, Store

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""How long a claimed delivery is ours."""

BATCH = 50

# A slow platform must not carry us past our lease: somebody else would send the rest again.
_SAFE_PART_OF_LEASE = LEASE / 2
_LONGEST_REQUEST = 25.0
_WORTH_WAITING = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Everything that sending on one platform takes. `chance` gives 0 to 1, to spread retries."""

    notifier: Notifier
    limiter: Limiter
    clock: Callable[[], datetime]
    patience: Patience
    breaker: Breaker
    chance: Callable[[], float]


async def send(alert: Alert, sender: Sender, claimed_at: datetime) -> Outcome:
    """Send one claimed alert when its turn comes; says what became of it, whatever happens."""
    try:
        return await _send(alert, sender, claimed_at)
    except Exception as error:
        # A fault of ours in one alert must not keep those behind it from their readers.
        log.exception("alert_failed", delivery=_name(alert))
        return _failed(alert, TryLater(type(error).__name__), sender, sender.clock())


async def _send(alert: Alert, sender: Sender, claimed_at: datetime) -> Outcome:
    stopped = held_up(alert, sender.clock(), sender.patience)
    if stopped is not None:
        return Outcome(alert=alert, settled=stopped)
    chat, give_back_at = alert.to.address.chat, claimed_at + _SAFE_PART_OF_LEASE
    if sender.clock() >= give_back_at:
        return _released(alert)
    wait = sender.limiter.wait_of(chat)
    if wait > _WORTH_WAITING:
        return _kept_waiting(alert, sender, wait)
    if wait:
        await asyncio.sleep(wait)
    await sender.limiter.turn(Lane.ALERT)
    began, wait = sender.clock(), sender.limiter.wait_of(chat)
    if began >= give_back_at:
        return _released(alert)
    if wait:  # another message to the same chat went out while this one waited for its turn
        return _kept_waiting(alert, sender, wait)
    sender.limiter.used(chat, group=sender.notifier.is_group(chat))
    return await _request(alert, sender, began)


def _kept_waiting(alert: Alert, sender: Sender, seconds: float) -> Outcome:
    """Back it goes until its chat may be written to; that turn is its own."""
    sender.limiter.keep(alert.to.address.chat, seconds)
    return _released(alert, sender.clock() + timedelta(seconds=seconds))


def _released(alert: Alert, until: datetime | None = None) -> Outcome:
    """Back it goes, as if it had never been claimed."""
    return Outcome(
        alert=alert,
        settled=Settled(
            key=alert.key,
            state=State.DUE,
            not_before=until,
            doubt=alert.doubt,
            tried=False,
            held=bool(alert.also),
        ),
    )


def released(alert: Alert) -> Outcome:
    """A claimed alert that nobody will send now."""
    return _released(alert)


async def _request(alert: Alert, sender: Sender, began: datetime) -> Outcome:
    try:
        return await _ask(alert, sender)
    except AlertRejected as error:
        return await _as_plain_text(alert, sender, began, error)
    except DeliveryError as error:
        return _failed(alert, error, sender, began)


async def _ask(alert: Alert, sender: Sender, *, plain: bool = False) -> Outcome:
    """One request, which ends before the lease does: after that the alert would go out again."""
    try:
        async with asyncio.timeout(_LONGEST_REQUEST):
            return _sent(alert, await sender.notifier.send(alert, plain=plain), sender)
    except SentElsewhere as elsewhere:
        return replace(_sent(alert, elsewhere.receipt, sender), error=elsewhere)
    except TimeoutError as error:
        raise OutcomeUnknown(f"no answer within {_LONGEST_REQUEST:g} s") from error
    except asyncio.CancelledError as error:
        raise OutcomeUnknown("stopped while the request was under way") from error


def _sent(alert: Alert, receipt: str | None, sender: Sender) -> Outcome:
    sender.limiter.passed()
    return Outcome(alert=alert, settled=sent(alert, receipt))


async def _as_plain_text(
    alert: Alert, sender: Sender, began: datetime, rejected: AlertRejected
) -> Outcome:
    """Our markup may be at fault, which must not cost anybody their alert."""
    log.error("alert_rejected", delivery=_name(alert), reason=str(rejected))
    try:
        await sender.limiter.turn(Lane.ALERT)
        outcome = await _ask(alert, sender, plain=True)
    except DeliveryError as error:
        outcome = _failed(alert, error, sender, began)
    return replace(outcome, rejected=str(rejected))


def _failed(alert: Alert, error: DeliveryError, sender: Sender, began: datetime) -> Outcome:
    _tell_limiter(alert, error, sender.limiter)
    settled = failed(
        alert,
        error,
        began=began,
        now=sender.clock(),
        patience=sender.patience,
        chance=sender.chance(),
    )
    log.warning(
        "alert_not_sent",
        delivery=_name(alert),
        error=type(error).__name__,
        reason=str(error),
        state=settled.state.name.lower(),
        again=settled.not_before and settled.not_before.isoformat(timespec="seconds"),
    )
    return Outcome(alert=alert, settled=settled, error=error)


def _tell_limiter(alert: Alert, error: DeliveryError, limiter: Limiter) -> None:
    match error:
        case TryLater(retry_after=float() | int() as seconds):
            limiter.told_to_wait(alert.to.address.chat, seconds, error.scope)
        case TryLater() | OutcomeUnknown():
            limiter.trouble()
        case RecipientGone():
            limiter.refused()
        case _:
            limiter.passed()


async def deliver(
    *,
    store: Store,
    notifier: Notifier,
    clock: Callable[[], datetime],
    only: Address | None = None,
    limit: int = BATCH,
    sender: Sender | None = None,
) -> int:
    """Send one batch of due deliveries, one after the other; returns how many were claimed.

    Raises:
        StoreUnavailable: the database cannot be used; unsettled deliveries come back by lease.
    """
    sender = sender or a_sender(notifier, clock)
    platform, claimed_at = notifier.traits.platform, clock()
    async with store.begin() as memory:
        alerts = await memory.outbox.claim(
            platform, now=claimed_at, lease=LEASE, limit=limit, only=only
        )
    outcomes: list[Outcome] = []
    try:
        for alert in alerts:
            outcomes.append(await send(alert, sender, claimed_at))  # noqa: PERF401 - see finally
    finally:
        if outcomes:
            with sender.breaker.unless_undone():
                async with store.begin() as memory:
                    await settle(memory, outcomes, sender.breaker, platform, clock())
    return sum(len(alert.keys) for alert in alerts)


def a_sender(
    notifier: Notifier,
    clock: Callable[[], datetime],
    give_up: timedelta = GIVE_UP,
    chance: Callable[[], float] = float,
) -> Sender:
    """A sender as a platform's traits ask for it; `chance` spreads nothing unless given."""
    traits = notifier.traits
    return Sender(
        notifier=notifier,
        limiter=Limiter(
            traits.per_second,
            group_interval=60 / traits.per_group_minute,
            refusals_per_minute=traits.refusals_per_minute,
        ),
        clock=clock,
        patience=Patience(give_up=give_up, idempotent_for=traits.idempotent_for),
        breaker=Breaker(),
        chance=chance,
    )


def _name(alert: Alert) -> str:
    return f"{alert.key.announcement}/{alert.key.subscriber}"
