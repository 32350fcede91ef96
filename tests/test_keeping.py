"""Loops that are kept alive, in simulated time."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.core.errors import TryLater
from bot.keeping import keep
from tests.fakes.simulated import moment, simulated


class Loop:
    """Fails with each of `errors`, after `lasting` seconds; then it ends."""

    def __init__(self, *errors: Exception, lasting: float = 0.0) -> None:
        self._errors = list(errors)
        self._lasting = lasting
        self.begun: list[float] = []

    async def run(self) -> None:
        self.begun.append(round(moment(), 3))
        await asyncio.sleep(self._lasting)
        if self._errors:
            raise self._errors.pop(0)


def test_a_loop_that_fails_is_begun_again_later_and_later() -> None:
    loop = Loop(*[KeyError("bug")] * 9)

    with capture_logs() as logs:
        simulated(keep("chores", loop.run))

    assert loop.begun == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
    assert [entry["again_in"] for entry in logs] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_loop_that_went_well_for_a_while_is_begun_again_soon() -> None:
    loop = Loop(*[KeyError("bug")] * 4, lasting=61)

    with capture_logs() as logs:
        simulated(keep("chores", loop.run))

    assert [entry["again_in"] for entry in logs] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("error", "traced"), [(KeyError("bug"), True), (TryLater("out of reach"), False)]
)
def test_only_a_fault_of_ours_is_logged_with_its_trace(error: Exception, traced: bool) -> None:
    with capture_logs() as logs:
        simulated(keep("talk", Loop(error).run))

    assert [entry["exc_info"] for entry in logs] == [traced]


@pytest.mark.parametrize("after", [0.0, 0.5, 100.0])
def test_once_all_of_it_ends_no_loop_is_begun_again(after: float) -> None:
    async def scene() -> None:
        loop, ending = Loop(*[KeyError("bug")] * 100), asyncio.Event()
        kept = asyncio.create_task(keep("deliver", loop.run, ending))
        await asyncio.sleep(after)
        before = list(loop.begun)
        ending.set()
        await kept
        assert loop.begun == before
        assert moment() == after

    with capture_logs():
        simulated(scene())
