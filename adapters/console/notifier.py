"""Shows alerts where the chat is."""

from collections.abc import Callable

from bot.core.delivery import Alert
from bot.ports import Traits
from bot.wording.alerts import alert_reply
from bot.wording.spans import Reply

PLATFORM = "console"


class ConsoleNotifier:
    """See `bot.ports.Notifier`. `show` gets each alert, with the chat it is for."""

    def __init__(self, show: Callable[[str, Reply], None]) -> None:
        self._show = show

    traits = Traits(platform=PLATFORM, per_second=1_000_000)

    def is_group(self, chat: str) -> bool:  # noqa: ARG002 - as the port has it
        """A terminal has one reader."""
        return False

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:  # noqa: ARG002
        """Show one alert; a terminal has no ids for what it shows."""
        self._show(alert.to.address.chat, alert_reply(alert))
        return None
