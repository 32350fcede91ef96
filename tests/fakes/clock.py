"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Call it for the time, as `bot.app.now`."""

    def __init__(self, now: datetime = datetime(2025, 12, 11, 19, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **passed: float) -> None:
        """Let time pass; takes what `timedelta` takes."""
        self.now += timedelta(**passed)

    @property
    def millis(self) -> int:
        """Milliseconds since 1970, as the outbox counts."""
        return int(self.now.timestamp() * 1000)
