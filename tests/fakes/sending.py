"""Senders that live by a fake clock, and a platform that treats each chat in its own way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.core.delivery import Alert
from bot.core.outcomes import GIVE_UP, Patience
from bot.pipeline.breaker import Breaker
from bot.pipeline.deliver import Sender
from bot.pipeline.limiter import Limiter
from bot.ports import Notifier, Traits
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import QUICK, FakeNotifier

_SECOND = timedelta(seconds=1)


class ByChat(FakeNotifier):
    """Fails with what is said of a chat, one error after the other; then it is sent."""

    def __init__(
        self,
        errors: Mapping[str, Sequence[BaseException | None]] | None = None,
        *,
        traits: Traits = QUICK,
    ) -> None:
        super().__init__(traits=traits)
        self.errors: dict[str, list[BaseException | None]] = defaultdict(list)
        for chat, those in (errors or {}).items():
            self.errors[chat] = list(those)

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        """See `bot.ports.Notifier`."""
        waiting = self.errors[alert.to.address.chat]
        self._fails_with = [waiting.pop(0) if waiting else None]
        return await super().send(alert, plain=plain)


def a_patient_sender(
    notifier: Notifier,
    clock: FakeClock,
    *,
    give_up: timedelta = GIVE_UP,
    idempotent_for: timedelta | None = None,
) -> Sender:
    """One whose limiter goes by the fake clock too; limits are far off, and nothing jitters."""
    epoch = clock.now - timedelta(hours=1)
    return Sender(
        notifier=notifier,
        limiter=Limiter(1_000_000, group_interval=0.0, clock=lambda: (clock.now - epoch) / _SECOND),
        clock=clock,
        patience=Patience(give_up=give_up, idempotent_for=idempotent_for),
        breaker=Breaker(),
        chance=float,
    )
