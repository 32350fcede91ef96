"""Shows alerts where the chat is."""

from collections.abc import Callable

from adapters.console.render import rendered
from bot.core.delivery import Alert
from bot.wording.alerts import alert_message

PLATFORM = "console"


class ConsoleNotifier:
    """See `bot.ports.Notifier`. `show` gets each alert as text, with the chat it is for."""

    def __init__(self, show: Callable[[str, str], None]) -> None:
        self._show = show

    async def send(self, alert: Alert) -> str | None:
        """Show one alert; a terminal has no ids for what it shows."""
        self._show(alert.to.address.chat, rendered(alert_message(alert)))
        return None
