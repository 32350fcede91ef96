"""When to poll, when to stay quiet, when to try again: functions of now."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

TORONTO = ZoneInfo("America/Toronto")

# All of 113 rounds observed appeared between 14:00 and 23:00 UTC on the day they were held; an
# hour on either side costs little. Three rounds before 2025 were held on a Saturday.
_BUSY_FROM, _BUSY_UNTIL = time(8, 0), time(19, 30)
BUSY_INTERVAL = timedelta(seconds=60)
IDLE_INTERVAL = timedelta(minutes=10)

_FIRST_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(minutes=10)
_JITTER = 0.25
# A refusal is rarely mended within minutes, and Discord bans who asks too often in vain.
_REFUSED_RETRIES = (timedelta(hours=1), timedelta(hours=3), timedelta(hours=9))


_LONGEST_ASKED = timedelta(hours=1)


def poll_interval(
    now: datetime,
    fixed: timedelta | None = None,
    *,
    asked: timedelta | None = None,
    busy: timedelta = BUSY_INTERVAL,
    idle: timedelta = IDLE_INTERVAL,
) -> timedelta:
    """How long to wait before the next poll: `fixed` if the operator set one.

    Never less than the source `asked` for, up to an hour: a site that says "next week" is broken.
    """
    usual = fixed if fixed is not None else (busy if _is_busy(now) else idle)
    return max(usual, min(asked or timedelta(), _LONGEST_ASKED))


def _is_busy(now: datetime) -> bool:
    local = now.astimezone(TORONTO)
    return local.weekday() < 5 and _BUSY_FROM <= local.time() < _BUSY_UNTIL


def retry_interval(attempts: int, asked: timedelta | None = None, chance: float = 0.0) -> timedelta:
    """How long to wait after `attempts` failures; never less than what the platform asked.

    `chance` (0 to 1) spreads those who failed together, by up to a quarter.
    """
    doubled: timedelta = _FIRST_RETRY * 2 ** min(max(attempts, 1) - 1, 16)
    return max(min(doubled, _LONGEST_RETRY), asked or timedelta()) * (1 + _JITTER * chance)


def refused_interval(attempts: int, chance: float = 0.0) -> timedelta:
    """How long to wait after a chat refused us `attempts` times."""
    longest = len(_REFUSED_RETRIES)
    return _REFUSED_RETRIES[min(max(attempts, 1), longest) - 1] * (1 + _JITTER * chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Hours in which no alert may ring, in the subscriber's own zone; they may span midnight.

    Hours that end when they begin are none at all: nobody is silenced for ever.
    """

    start: time
    end: time
    zone: ZoneInfo

    def until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours that hold `now`, or None when it is not quiet.

        Reads the wall clock, so a night with a clock change still ends at the hour said.
        """
        if self.start == self.end:
            return None
        local = now.astimezone(self.zone)
        clock = local.time()
        spans_midnight = self.end < self.start
        if spans_midnight:
            quiet = clock >= self.start or clock < self.end
        else:
            quiet = self.start <= clock < self.end
        if not quiet:
            return None
        next_day = spans_midnight and clock >= self.start
        end_day = local.date() + timedelta(days=1) if next_day else local.date()
        end = datetime.combine(end_day, self.end, tzinfo=self.zone)
        # In the hour that comes twice, the clock may have shown the end once already.
        return end if end.astimezone(UTC) > now else end.replace(fold=1)
