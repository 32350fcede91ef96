"""Work that is under way when somebody wants to stop."""

import asyncio
from collections.abc import Collection
from typing import Any


async def let_end(tasks: Collection[asyncio.Task[Any]], seconds: float) -> None:
    """Let tasks come to an end, for a while; those that take longer are cancelled."""
    if not tasks:
        return
    done, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*done, *late, return_exceptions=True)
