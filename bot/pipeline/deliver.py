"""Claim -> send -> settle: drains the outbox to a notifier.

A crash between "sent" and "settled" can repeat a message, at most those of one batch; nothing is
ever lost, because the lease of an unsettled delivery runs out and it is due again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.core.delivery import Alert, Settled, State
from bot.core.errors import AlertRejected, OutcomeUnknown, RecipientGone, RecipientMoved, TryLater
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
    now = _millis(clock())
    async with store.begin() as memory:
        alerts = await memory.outbox.claim(
            platform, now=now, lease=LEASE // _MILLISECOND, limit=limit, only=only
        )
    settled: list[Settled] = []
    try:
        for alert in alerts:
            settled.append(await _deliver_one(alert, notifier, clock()))  # noqa: PERF401 - kept if one fails
    finally:
        if settled:
            async with store.begin() as memory:
                await memory.outbox.settle(settled, _millis(clock()))
    return len(alerts)


_MILLISECOND = timedelta(milliseconds=1)


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


async def _deliver_one(alert: Alert, notifier: Notifier, now: datetime) -> Settled:
    quiet_until = quiet(alert.to, now)
    if quiet_until is not None:
        return Settled(key=alert.key, state=State.DUE, not_before=_millis(quiet_until))
    if not alert.rounds:
        return Settled(key=alert.key, state=State.GIVEN_UP, error="nothing left to tell")
    try:
        receipt = await notifier.send(alert)
    except TryLater as error:
        return _postponed(alert, error, now)
    except (RecipientGone, RecipientMoved, AlertRejected) as error:
        log.warning("alert_given_up", delivery=_name(alert), reason=str(error))
        return Settled(key=alert.key, state=State.GIVEN_UP, error=str(error))
    except OutcomeUnknown as error:
        log.warning("alert_uncertain", delivery=_name(alert), reason=str(error))
        return Settled(key=alert.key, state=State.UNCERTAIN, error=str(error))
    log.info("alert_sent", delivery=_name(alert))
    return Settled(key=alert.key, state=State.SENT, receipt=receipt)


def _postponed(alert: Alert, error: TryLater, now: datetime) -> Settled:
    asked = None if error.retry_after is None else timedelta(seconds=error.retry_after)
    wait = retry_interval(alert.attempts, asked)
    log.warning("alert_postponed", delivery=_name(alert), seconds=wait.total_seconds())
    return Settled(key=alert.key, state=State.DUE, not_before=_millis(now + wait), error=str(error))


def quiet(to: Subscriber, now: datetime) -> datetime | None:
    """Until when a subscriber's quiet hours last, None when they may be told now."""
    if to.quiet_from is None or to.quiet_until is None:
        return None
    zone = ZoneInfo(to.time_zone or "UTC")
    return QuietHours(start=to.quiet_from, end=to.quiet_until, zone=zone).until(now)


def _name(alert: Alert) -> str:
    return f"{alert.key.announcement}/{alert.key.subscriber}"
