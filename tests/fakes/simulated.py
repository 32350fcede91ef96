"""An event loop whose time passes the moment nobody has anything left to do before it."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")


class _Selector(selectors.SelectSelector):
    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for something that will never happen"
        self.skipped += max(timeout, 0.0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._selector_of_ours = _Selector()
        super().__init__(self._selector_of_ours)

    def time(self) -> float:
        return self._selector_of_ours.skipped


def simulated(main: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Run to the end in no time; nothing in it may use threads or sockets."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)


def moment() -> float:
    """What time the running loop says it is, in seconds from its start."""
    return asyncio.get_running_loop().time()
