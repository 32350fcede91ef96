"""Writes down what became of alerts, and what that says of the people they were for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.core.delivery import Alert, Settled, State
from bot.core.errors import DeliveryError, RecipientGone, RecipientMoved, SentElsewhere
from bot.core.subscribers import OWNER
from bot.core.troubles import Trouble
from bot.pipeline.breaker import WINDOW, Breaker
from bot.ports import UnitOfWork

log = structlog.get_logger()

STRIKES, STRIKES_OVER = 3, timedelta(hours=24)
"""So many refusals in a row, over at least this time, and nobody is there any more."""

# While a platform refuses everybody: ten minutes, twenty, and so on up to 160.
_MOST_DOUBLINGS = 4

TAKEN = "somebody else is at the new address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One alert after its turn. `rejected` is why the platform refused its markup, if it did."""

    alert: Alert
    settled: Settled
    error: DeliveryError | None = None
    rejected: str | None = None


async def settle(
    memory: UnitOfWork,
    outcomes: Sequence[Outcome],
    breaker: Breaker,
    platform: str,
    now: datetime,
) -> None:
    """Write down a batch of outcomes, all in the caller's transaction."""
    if breaker.incidents is None:  # a restart forgets that the breaker was open, but no incident
        breaker.incidents = {
            one.kind for one in await memory.process.incidents() if not one.ended_at
        }
    for reason in _opened(outcomes, breaker, now):
        await _call_a_halt(memory, reason, platform, now)
        breaker.incidents.add(_refusals(platform))
    concluded = [await _concluded(memory, one, breaker, now) for one in outcomes]
    await memory.outbox.settle(
        [
            *concluded,
            *(
                replace(settled, key=key)
                for outcome, settled in zip(outcomes, concluded, strict=True)
                for key in outcome.alert.also
            ),
        ],
        now,
    )
    reached = [one.key.subscriber for one in concluded if one.state is State.SENT]
    if reached:
        await memory.recipients.reached(reached)
        await _well_again(memory, outcomes)
        log.debug("alerts_sent", platform=platform, deliveries=len(reached))
    is_well = breaker.closed(now) or (bool(reached) and breaker.open_for is None)
    if is_well and _refusals(platform) in breaker.incidents:
        breaker.incidents.discard(_refusals(platform))
        await memory.process.over(_refusals(platform), now=now)
        log.warning("refusals_over", platform=platform)
    await _note_markup(memory, outcomes, breaker.incidents, platform, now)


async def _note_markup(
    memory: UnitOfWork, outcomes: Sequence[Outcome], known: set[str], platform: str, now: datetime
) -> None:
    """Markup that is refused is an incident until an alert announced later is taken with it.

    Of one announcement some may be refused and others not, as names and time zones differ.
    """
    kind = f"rejected/{platform}"
    refused = [one.rejected for one in outcomes if one.rejected is not None]
    taken = [one.alert.announced_at for one in outcomes if one.settled.state is State.SENT]
    if refused:
        await memory.process.incident(kind, refused[0], now)
        known.add(kind)
        return
    is_known = taken and kind in known
    if is_known and await memory.process.over(kind, now=now, begun_before=max(taken)):
        known.discard(kind)
        log.info("markup_taken_again", platform=platform)


def _opened(outcomes: Sequence[Outcome], breaker: Breaker, now: datetime) -> list[str]:
    """Count refusals and successes; returns the reason that opened the breaker, if one did."""
    opened = []
    for one in outcomes:
        if isinstance(one.error, RecipientGone) and breaker.refused(str(one.error), now):
            opened.append(str(one.error))
        elif one.settled.state is State.SENT:
            breaker.passed(now)
    return opened


async def _concluded(
    memory: UnitOfWork, outcome: Outcome, breaker: Breaker, now: datetime
) -> Settled:
    subscriber, settled = outcome.alert.key.subscriber, outcome.settled
    await _note_trouble(memory, outcome, breaker, now)
    match outcome.error:
        case RecipientMoved(new_address=address):
            moved = await memory.recipients.move(subscriber, outcome.alert.to.address, address)
            log.info("recipient_moved", subscriber=subscriber, merged=not moved)
            if moved:
                return settled
            if await _led_elsewhere(memory, outcome, TAKEN, now):
                return _due_elsewhere(outcome)
            await memory.recipients.gone(subscriber, now)  # whoever is there hears of rounds too
            return replace(settled, state=State.GIVEN_UP, not_before=None, error=TAKEN)
        case RecipientGone() as error:
            return await _refused(memory, outcome, error, breaker, now)
        case _:
            return settled


async def _refused(
    memory: UnitOfWork,
    outcome: Outcome,
    error: RecipientGone,
    breaker: Breaker,
    now: datetime,
) -> Settled:
    reason, subscriber = str(error), outcome.alert.key.subscriber
    if breaker.open_for == reason:
        again = now + WINDOW * 2 ** min(outcome.alert.attempts - 1, _MOST_DOUBLINGS)
        return replace(outcome.settled, state=State.DUE, not_before=again)
    if await _led_elsewhere(memory, outcome, reason, now):
        return _due_elsewhere(outcome)
    if error.certain or await _struck_out(memory, subscriber, now):
        await memory.recipients.gone(subscriber, now)
        log.info("recipient_gone", subscriber=subscriber, reason=reason)
        return replace(outcome.settled, state=State.GIVEN_UP, not_before=None)
    return outcome.settled


async def _note_trouble(
    memory: UnitOfWork, outcome: Outcome, breaker: Breaker, now: datetime
) -> None:
    """Remember for whoever set a group up that it has stopped working."""
    alert, error = outcome.alert, outcome.error
    if error is None or not alert.to.fact(OWNER) or str(error) == breaker.open_for:
        return
    trouble = next((found for kind, found in _TROUBLES if isinstance(error, kind)), None)
    if trouble is not None:
        await memory.troubles.note(alert.key.subscriber, trouble, str(error), now)


async def _well_again(memory: UnitOfWork, outcomes: Sequence[Outcome]) -> None:
    well = [
        one.alert.key.subscriber
        for one in outcomes
        if one.settled.state is State.SENT and one.error is None and one.alert.to.fact(OWNER)
    ]
    if well:
        await memory.troubles.over(well)


_TROUBLES = ((SentElsewhere, Trouble.TOPIC_GONE), (RecipientGone, Trouble.REFUSED))


async def _led_elsewhere(memory: UnitOfWork, outcome: Outcome, reason: str, now: datetime) -> bool:
    """Whether the person's alerts go to another place of theirs, now or since a while."""
    alert = outcome.alert
    fell = await memory.recipients.fall_back(alert.key.subscriber, alert.to.address, reason, now)
    if fell:
        log.info("recipient_elsewhere", subscriber=alert.key.subscriber, reason=reason)
    return fell


def _due_elsewhere(outcome: Outcome) -> Settled:
    """At once, and afresh: another platform knows nothing of earlier requests."""
    alert = outcome.alert
    return replace(
        outcome.settled, state=State.DUE, not_before=None, doubt=None, held=bool(alert.also)
    )


async def _struck_out(memory: UnitOfWork, subscriber: int, now: datetime) -> bool:
    count, over = await memory.recipients.strike(subscriber, now)
    return count >= STRIKES and over >= STRIKES_OVER


async def _call_a_halt(memory: UnitOfWork, reason: str, platform: str, now: datetime) -> None:
    """So many alike are no coincidence: take back what was concluded from the first of them."""
    restored = await memory.recipients.restore(
        platform, since=now - WINDOW, reason=reason, again=now + WINDOW
    )
    await memory.process.incident(_refusals(platform), reason, now)
    log.critical("many_refusals", platform=platform, reason=reason, restored=restored)


def _refusals(platform: str) -> str:
    return f"refusals/{platform}"
