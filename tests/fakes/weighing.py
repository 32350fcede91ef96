"""What it costs to refuse a document."""

import tracemalloc
from collections.abc import Awaitable

import pytest

from bot.core.errors import SourceChanged, SourceUnavailable


async def peak_until_refused(reading: Awaitable[object]) -> int:
    """The most bytes of memory that were in use at once until a document was refused."""
    tracemalloc.start()
    try:
        with pytest.raises((SourceChanged, SourceUnavailable)):
            await reading
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
