"""Runs a command on the quickest event loop there is: uvloop, or asyncio's own where it is not."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")
_NEW_OBJECTS = 20_000  # between two searches for cycles


def run(main: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Run to the end; as `asyncio.run`."""
    gc.freeze()  # what is loaded by now stays: looking through it again cost a tenth of a second
    gc.set_threshold(_NEW_OBJECTS)  # as often as Python does it, it was a twelfth of a broadcast
    with asyncio.Runner(loop_factory=_factory()) as runner:
        return runner.run(main)


def _factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not to be had everywhere
    except ImportError:
        return None
    return uvloop.new_event_loop
