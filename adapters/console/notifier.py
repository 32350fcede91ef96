"""Shows alerts where the chat is."""

from collections.abc import Callable

from bot.core.delivery import Alert
from bot.wording.alerts import alert_reply
from bot.wording.spans import Reply

PLATFORM = "console"


class ConsoleNotifier:
    """See `bot.ports.Notifier`. `show` gets each alert, with the chat it is for."""

    def __init__(self, show: Callable[[str, Reply], None]) -> None:
        self._show = show

    async def send(self, alert: Alert) -> str | None:
        """Show one alert; a terminal has no ids for what it shows."""
        self._show(alert.to.address.chat, alert_reply(alert))
        return None
