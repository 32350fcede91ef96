"""Claim -> send -> settle: drains the outbox to a notifier.

A crash between "sent" and "settled" can repeat a message, at most those of one batch; nothing is
ever lost, because the lease of an unsettled delivery runs out and it is due again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.core.delivery import PAUSED, Alert, Kind, Settled, State
from bot.core.errors import DeliveryError, OutcomeUnknown, TryLater
from bot.core.subscribers import Address, Subscriber
from bot.core.timing import QuietHours, retry_interval
from bot.ports import Notifier, Store

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
BATCH = 50


async def deliver(
    *,
    store: Store,
    notifier: Notifier,
    platform: str,
    clock: Callable[[], datetime],
    only: Address | None = None,
    limit: int = BATCH,
) -> int:
    """Send one batch of due deliveries; returns how many were claimed.

    Raises:
        StoreUnavailable: the database cannot be used; unsettled deliveries come back by lease.
    """
    started = clock()
    async with store.begin() as memory:
        alerts = await memory.outbox.claim(
            platform, now=_millis(started), lease=LEASE // _MILLISECOND, limit=limit, only=only
        )
    settled: list[Settled] = []
    try:
        for alert in alerts:
            if clock() < started + _SAFE_PART_OF_LEASE:
                one = await _deliver_one(alert, notifier, clock())
            else:
                one = Settled(key=alert.key, state=State.DUE)
            settled.append(one)
    finally:
        if settled:
            async with store.begin() as memory:
                await memory.outbox.settle(settled, _millis(clock()))
    return len(alerts)


# A slow platform must not carry us past our lease: somebody else would send the rest again.
_SAFE_PART_OF_LEASE = LEASE / 2
_MILLISECOND = timedelta(milliseconds=1)


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


async def _deliver_one(alert: Alert, notifier: Notifier, now: datetime) -> Settled:
    held_up = _held_up(alert, now)
    if held_up is not None:
        return held_up
    try:
        receipt = await notifier.send(alert)
    except TryLater as error:
        return _postponed(alert, error.retry_after, str(error), now)
    except OutcomeUnknown as error:
        log.warning("alert_uncertain", delivery=_name(alert), reason=str(error))
        return Settled(key=alert.key, state=State.UNCERTAIN, error=str(error))
    except DeliveryError as error:
        log.warning("alert_given_up", delivery=_name(alert), reason=str(error))
        return Settled(key=alert.key, state=State.GIVEN_UP, error=str(error))
    except Exception as error:
        # A fault of ours in one alert must not keep those behind it from their readers.
        log.exception("alert_failed", delivery=_name(alert))
        return _postponed(alert, None, type(error).__name__, now)
    log.info("alert_sent", delivery=_name(alert))
    return Settled(key=alert.key, state=State.SENT, receipt=receipt)


def _held_up(alert: Alert, now: datetime) -> Settled | None:
    """What keeps an alert from being sent now: quiet hours, a pause, nothing to say."""
    if alert.kind is Kind.NEWS and alert.to.is_paused(now):
        return Settled(key=alert.key, state=State.GIVEN_UP, error=PAUSED)
    if not alert.rounds:
        return Settled(key=alert.key, state=State.GIVEN_UP, error="nothing left to tell")
    until = quiet(alert.to, now)
    if until is None or alert.kind is Kind.TEST:
        return None
    return Settled(key=alert.key, state=State.DUE, not_before=_millis(until))


def _postponed(alert: Alert, asked: float | None, reason: str, now: datetime) -> Settled:
    wait = retry_interval(alert.attempts, None if asked is None else timedelta(seconds=asked))
    log.warning("alert_postponed", delivery=_name(alert), seconds=wait.total_seconds())
    return Settled(key=alert.key, state=State.DUE, not_before=_millis(now + wait), error=reason)


def quiet(to: Subscriber, now: datetime) -> datetime | None:
    """Until when a subscriber's quiet hours last, None when they may be told now."""
    if to.quiet_from is None or to.quiet_until is None:
        return None
    zone = ZoneInfo(to.time_zone or "UTC")
    return QuietHours(start=to.quiet_from, end=to.quiet_until, zone=zone).until(now)


def _name(alert: Alert) -> str:
    return f"{alert.key.announcement}/{alert.key.subscriber}"
