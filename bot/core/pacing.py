"""How fast to send: slots a fixed distance apart (GCRA with burst 1), slower after being told so.

All times are seconds of one clock that never goes back.
"""

from dataclasses import dataclass, replace

from bot.core.errors import Scope

# A timer that wakes us late must not cost its slot: so much is made up for. At 30 in a second it
# is a third of a slot, so no second ever holds more than 31. After a complaint nothing is made
# up: a server that looks at each gap would complain of every one that is shorter.
_LATENESS = 0.010

# A machine that others share stops for longer now and then. Where hundreds go out a second, one in
# twenty-five of them may be made up for, and those of 20 ms leave together: what is sent, answered
# and written down in company takes a fifth less of the processor.
_MANY = 250.0
_LATENESS_OF_MANY = 0.040
_SHORTEST_NAP, _NAP_OF_MANY = 0.001, 0.020  # uvloop counts in milliseconds: less would be none

# How a server that allows less than we were told is approached: seven percent down at each
# complaint, half a minute without trying, then up again by a percent every ten seconds. The first
# step that is complained of leads back to the one before, for twice as long each time. A rate that
# had held for a while is nearly right: it goes down by a percent only.
_SLOWER = 0.93
_SLOWEST = 0.05
_STEADY, _STEADIEST = 30.0, 960.0
_FASTER_EVERY = 10.0
_FASTER = 1.01

LONGEST_SHARED_PAUSE = 60.0
"""A longer wait is one chat's: RSS-to-Telegram-Bot once met 43,838 s for a single one."""

_CHATS_THAT_MEAN_ALL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Slots of a platform. `ceiling` and `rate` are messages a second.

    `next_slot` is the earliest next one; `changed_at` is when the rate was last changed. `proven`
    is the rate before the last step up, None if it has been down since; `steady` is how long to
    leave it there before the next one, in seconds.
    """

    ceiling: float
    rate: float
    next_slot: float = 0.0
    changed_at: float = 0.0
    proven: float | None = None
    steady: float = _STEADY


def pace(ceiling: float) -> Pace:
    """A pace at its ceiling."""
    return Pace(ceiling=ceiling, rate=ceiling)


def take(slots: Pace, now: float) -> Pace:
    """Use the slot that is open now."""
    begins = max(slots.next_slot, now - _made_up(slots))
    return replace(slots, next_slot=begins + 1 / slots.rate)


def _made_up(slots: Pace) -> float:
    if slots.rate < slots.ceiling:
        return 0.0
    return _LATENESS if slots.ceiling < _MANY else _LATENESS_OF_MANY


def nap(slots: Pace) -> float:
    """How long to wait for a slot at least, once it is not open; in seconds."""
    many = slots.rate >= slots.ceiling >= _MANY
    return _NAP_OF_MANY if many else _SHORTEST_NAP


def slower(slots: Pace, now: float) -> Pace:
    """The platform complained."""
    if slots.proven is not None:
        steady = min(slots.steady * 2, _STEADIEST)
        return replace(slots, rate=slots.proven, proven=None, steady=steady, changed_at=now)
    held = slots.rate < slots.ceiling and now - slots.changed_at >= _STEADY
    rate = slots.rate / _FASTER if held else slots.rate * _SLOWER
    rate = max(rate, slots.ceiling * _SLOWEST)
    return replace(slots, rate=rate, steady=_STEADY, changed_at=now)


def faster(slots: Pace, now: float) -> Pace:
    """Nobody complained: after a steady time, a little faster every few seconds."""
    if slots.rate >= slots.ceiling:
        return slots
    wait = _FASTER_EVERY if slots.proven is not None else slots.steady + _FASTER_EVERY
    if now - slots.changed_at < wait:
        return slots
    rate = min(slots.rate * _FASTER, slots.ceiling)
    return replace(slots, rate=rate, proven=slots.rate, changed_at=now)


def shared_pause(wait: float, scope: Scope, chats_in_a_row: int) -> float:
    """How long everybody pauses after one chat was told to wait; seconds.

    Telegram does not say whom its limit is for. A short wait is taken as everybody's; a long one
    as that chat's own, until several different chats in a row are told the same.
    """
    if scope is Scope.CHAT:
        return 0.0
    everybody = scope is Scope.PLATFORM or chats_in_a_row >= _CHATS_THAT_MEAN_ALL
    alone = wait > LONGEST_SHARED_PAUSE or scope is Scope.PERHAPS_CHAT
    if alone and not everybody:
        return 0.0
    return min(wait, LONGEST_SHARED_PAUSE)
