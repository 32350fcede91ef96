"""Our bot on the tests' Discord, as a program would run it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from adapters.discord.platform import Discord, DiscordSettings, discord_bot
from adapters.discord.remembered import Remembered
from bot.pipeline.limiter import Limiter
from bot.platforms import Notes
from bot.ports import Store
from tests.fakes.apis import eventually
from tests.fakes.discord_api import FakeDiscord


def settings_for(api: FakeDiscord, **changes: Any) -> DiscordSettings:
    """Settings that lead to the tests' Discord."""
    given: dict[str, Any] = {"token": api.token, "api_url": api.url, "per_second": 45, **changes}
    return DiscordSettings(**given)


@asynccontextmanager
async def running(
    api: FakeDiscord,
    store: Store,
    clock: Callable[[], datetime],
    remembered: Remembered | None = None,
    **changes: Any,
) -> AsyncIterator[Discord]:
    """A bot that is connected, and stopped at the end."""
    async with discord_bot(settings_for(api, **changes), remembered or Notes(store)) as bot:
        before = len(api.gateway.identified)
        task = asyncio.create_task(bot.run(store, Limiter(1000), clock, lambda: None))
        try:
            await connected(api, task, before)
            yield bot
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def connected(api: FakeDiscord, task: "asyncio.Task[None]", before: int = 0) -> None:
    """Wait until the gateway knows us; fails as the bot does if it gives up."""

    async def known() -> bool:
        if task.done():
            task.result()
        return len(api.gateway.identified) > before and bool(api.gateway.connected)

    await eventually(known)
