"""A platform that keeps what it was given to send."""

from collections.abc import Iterable

from bot.core.delivery import Alert
from bot.ports import Traits
from tests.fakes.people import PLATFORM

QUICK = Traits(platform=PLATFORM, per_second=1_000_000)
"""A console without limits."""


class FakeNotifier:
    """Records alerts in the order they were sent.

    `fails_with` has one entry for each call: an error to raise instead of sending, or None to
    send. After its end everything is sent.
    """

    def __init__(
        self,
        *,
        fails_with: Iterable[BaseException | None] = (),
        traits: Traits = QUICK,
    ) -> None:
        self._fails_with = list(fails_with)
        self.sent: list[Alert] = []
        self.tried: list[Alert] = []
        self.plain: list[Alert] = []
        self.traits = traits

    def is_group(self, chat: str) -> bool:
        """Groups have ids like Telegram's: negative."""
        return chat.startswith("-")

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        """See `bot.ports.Notifier`."""
        self.tried.append(alert)
        if plain:
            self.plain.append(alert)
        failure = self._fails_with.pop(0) if self._fails_with else None
        if failure is not None:
            raise failure
        self.sent.append(alert)
        return f"message-{len(self.sent)}"

    @property
    def told(self) -> list[str]:
        """The chats that were told, in order."""
        return [alert.to.address.chat for alert in self.sent]
