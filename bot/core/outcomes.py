"""What follows from each way in which sending an alert can end: pure rules, no clock, no dice.

A delivery is tried until it is sent, refused for good, or no longer news. What nobody knows the
end of is repeated once and no more: a second message is a nuisance, a missing one a lost chance.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.delivery import PAUSED, Alert, Doubt, Kind, Settled, State
from bot.core.errors import DeliveryError, OutcomeUnknown, RecipientGone, RecipientMoved, TryLater
from bot.core.subscribers import Reader
from bot.core.timing import QuietHours, refused_interval, retry_interval

GIVE_UP = timedelta(hours=24)
"""How long an alert is news, unless the operator says otherwise."""

MOST_MOVES = 3
"""How often one delivery follows a chat to a new address before something must be wrong."""

UNSURE_WAIT = timedelta(minutes=5)
"""How long after a request of unknown outcome it is repeated, once."""

_SAFE_PART_OF_WINDOW = 0.8
OUTDATED = "no longer news"
NOTHING_TO_TELL = "nothing left to tell"
GONE = "the recipient is gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an alert is news, counted from when its round was detected.

    `idempotent_for` is how long the platform recognises a repeated request, None if it never does.
    """

    give_up: timedelta = GIVE_UP
    idempotent_for: timedelta | None = None


def quiet(to: Reader, now: datetime) -> datetime | None:
    """Until when a reader's quiet hours last, None when they may be told now."""
    if to.quiet_from is None or to.quiet_until is None:
        return None
    zone = ZoneInfo(to.time_zone or "UTC")
    return QuietHours(start=to.quiet_from, end=to.quiet_until, zone=zone).until(now)


def deadline(alert: Alert, patience: Patience) -> datetime:
    """When an alert stops being news; quiet hours it began in do not count."""
    return (quiet(alert.to, alert.announced_at) or alert.announced_at) + patience.give_up


def held_up(alert: Alert, now: datetime, patience: Patience) -> Settled | None:
    """What keeps an alert from being sent at all, or now; None when it may go."""
    if alert.to.gone_at is not None:
        return _given_up(alert, GONE)
    if alert.kind is not Kind.TEST and alert.to.is_paused(now):
        return _given_up(alert, PAUSED)
    if not any(told.profiles for told in alert.rounds):
        return _given_up(alert, NOTHING_TO_TELL)
    return None if alert.kind is Kind.TEST else _out_of_time(alert, now, patience)


def _out_of_time(alert: Alert, now: datetime, patience: Patience) -> Settled | None:
    until = quiet(alert.to, now)
    if (until or now) >= deadline(alert, patience):
        return _given_up(alert, OUTDATED)
    if until is None:
        return None
    return Settled(
        key=alert.key,
        state=State.DUE,
        not_before=until,
        doubt=alert.doubt,
        tried=False,
        held=True,
    )


def _given_up(alert: Alert, why: str) -> Settled:
    return Settled(key=alert.key, state=State.GIVEN_UP, error=why, doubt=alert.doubt, tried=False)


def sent(alert: Alert, receipt: str | None) -> Settled:
    """The platform took it."""
    return Settled(key=alert.key, state=State.SENT, receipt=receipt, doubt=alert.doubt)


def failed(
    alert: Alert,
    error: DeliveryError,
    *,
    began: datetime,
    now: datetime,
    patience: Patience,
    chance: float = 0.0,
) -> Settled:
    """What becomes of a delivery whose request, made at `began`, ended with an error."""
    match error:
        case TryLater():
            asked = None if error.retry_after is None else timedelta(seconds=error.retry_after)
            wait = retry_interval(alert.attempts, asked, chance)
            return _again(alert, error, now + wait, patience)
        case OutcomeUnknown():
            return _unsure(alert, error, began, now, patience, chance)
        case RecipientMoved() if alert.attempts <= MOST_MOVES:
            return _again(alert, error, now, patience)
        case RecipientGone(certain=False):
            return _again(alert, error, now + refused_interval(alert.attempts, chance), patience)
        case _:
            return replace(_given_up(alert, str(error)), tried=True)


def _again(alert: Alert, error: DeliveryError, at: datetime, patience: Patience) -> Settled:
    if at >= deadline(alert, patience):
        return replace(_given_up(alert, str(error)), tried=True)
    return Settled(
        key=alert.key,
        state=State.DUE,
        not_before=at,
        error=str(error),
        doubt=alert.doubt,
        held=bool(alert.also),  # one message stays one message
    )


def _unsure(
    alert: Alert,
    error: DeliveryError,
    began: datetime,
    now: datetime,
    patience: Patience,
    chance: float,
) -> Settled:
    """Repeat freely while the platform tells repetitions apart; after that once, then never."""
    window, ends = patience.idempotent_for or timedelta(), deadline(alert, patience)
    doubt = alert.doubt or Doubt(since=began)
    if alert.doubt is not None and began >= doubt.since + window:
        doubt = replace(doubt, repeated=True)  # a limit or a night has carried it out of its window
    soon = now + retry_interval(alert.attempts, None, chance)
    if soon < min(doubt.since + window * _SAFE_PART_OF_WINDOW, ends):
        return _doubtful(alert, State.DUE, doubt, error, soon)
    later = now + UNSURE_WAIT
    if doubt.repeated or later >= ends:
        return _doubtful(alert, State.UNCERTAIN, doubt, error)
    return _doubtful(alert, State.DUE, replace(doubt, repeated=True), error, later)


def _doubtful(
    alert: Alert, state: State, doubt: Doubt, error: DeliveryError, at: datetime | None = None
) -> Settled:
    held = state is State.DUE and bool(alert.also)
    return Settled(
        key=alert.key, state=state, not_before=at, error=str(error), doubt=doubt, held=held
    )
