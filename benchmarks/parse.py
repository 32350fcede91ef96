"""Topic `parse`: bytes of the full feed -> typed rounds."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.child import Facts, progress, run_step
from benchmarks.feed import write_full_feed
from benchmarks.report import Measure, Reference, Result

AIM_MILLISECONDS = 40
PROCESSES = 7
REPEATS = 30


def measure(_subscribers: int) -> Result:
    """Measure the topic."""
    with TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.json"
        origin = write_full_feed(feed)
        size = feed.stat().st_size
        progress(f"parse: {PROCESSES} fresh processes")
        cold = [run_step("parse:first", feed) for _ in range(PROCESSES)]
        progress(f"parse: {REPEATS} times in one process")
        warm = run_step("parse:again", feed)
    plain = median(one["json"] for one in cold)
    return Result(
        title=f"Parse the full feed ({origin}, {cold[0]['rounds']:.0f} rounds, {size:,} bytes)",
        measures=[
            Measure(
                what="first parse of a fresh process",
                value=median(one["parse"] for one in cold),
                unit="ms",
                aim=AIM_MILLISECONDS,
                reference=Reference(name="json.loads, first", value=plain),
            ),
            Measure(
                what="the same again, its rows known",
                value=warm["parse"],
                unit="ms",
                aim=AIM_MILLISECONDS,
                reference=Reference(name="json.loads, warm", value=warm["json"]),
            ),
        ],
        notes=[f"medians of {PROCESSES} processes and of {REPEATS} repeats; imports not counted"],
    )


def first(path: str) -> Facts:
    """Step: the first parse of this process, in milliseconds."""
    from adapters.ircc.parse import parse  # noqa: PLC0415 - only the step needs it

    body = Path(path).read_bytes()
    plain = _milliseconds(lambda: json.loads(body))
    rounds = 0

    def parse_it() -> None:
        nonlocal rounds
        rounds = len(parse(body).rounds)

    took = _milliseconds(parse_it)
    return {"parse": took, "json": plain, "rounds": rounds}


def again(path: str) -> Facts:
    """Step: medians of many parses, each next to a plain `json.loads`, in milliseconds."""
    from adapters.ircc.parse import parse  # noqa: PLC0415 - only the step needs it

    body = Path(path).read_bytes()
    parse(body)
    pairs = [
        (_milliseconds(lambda: json.loads(body)), _milliseconds(lambda: parse(body)))
        for _ in range(REPEATS)
    ]
    return {"json": median(plain for plain, _ in pairs), "parse": median(ours for _, ours in pairs)}


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
