"""Topic `deliver`: the outbox emptied at every pace, to platforms that answer in this process."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import crowd
from benchmarks.child import Facts, progress, run_step
from benchmarks.report import Measure, Reference, Result

AIM_CPU_MILLISECONDS = 0.15
AIM_ANSWERED_MILLISECONDS = 150.0
AIM_OF_ALLOWED = 95.0
REPEATS = 3

_SLOW, _SLOW_AIM, _SLOW_SECONDS, _SLOW_PEAK = 30, 99.5, 20, 31
_FAST, _FAST_AIM, _FAST_SECONDS, _ANSWER_AFTER = 1000, 99.0, 10, 0.05
_ALLOWED, _BURSTS, _STRICT_SECONDS = 25, (25, 1), 180
_COMMANDS, _COMMANDS_PER_SECOND = 400, 20
_POSTPONED = 0.2


def measure(people: int) -> Result:
    """Measure the topic."""
    saved, _built = crowd.saved(people)
    with TemporaryDirectory() as folder:
        queued = Path(folder) / "queued.db"
        shutil.copyfile(saved, queued)
        progress(f"deliver: announcing until {people:,} deliveries are due")
        due = run_step("couriers:queue", queued, people)["due"]
        few = min(20_000, people // 50)
        measures = [
            *_overhead(queued, few),
            *_held(queued),
            *_strict(queued),
            *_talk(queued),
            *_drain(queued, few, int(people * _POSTPONED)),
        ]
    return Result(
        title=f"Deliver from an outbox with {due:,.0f} due rows",
        measures=measures,
        notes=[
            "the product's own courier, limiter and database; a platform that answers at once or "
            "as said, in the same process and on the same event loop",
            f"overhead: median of {REPEATS} fresh processes; CPU of all threads, {few:,} each",
            f"a stricter server allows {_ALLOWED}/s, asks to wait whole seconds, and knows "
            f"{_STRICT_SECONDS} s; lost: what it took but we did not note, or what ended otherwise",
            f"{_COMMANDS} commands, {_COMMANDS_PER_SECOND} a second, timed from when they should "
            "have begun to when the limiter lets their answer go",
        ],
    )


@contextmanager
def _copy(of: Path) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "copy.db"
        shutil.copyfile(of, path)
        yield path


def _overhead(queued: Path, few: int) -> list[Measure]:
    ours, bare = [], []
    for at in range(REPEATS):
        progress(f"deliver: overhead, {at + 1} of {REPEATS}")
        with _copy(queued) as path:
            ours.append(run_step("couriers:deliver", path, 0, 0, few)["cpu"])
            bare.append(run_step("couriers:bare", path, few)["cpu"])
    return [
        Measure(
            what="CPU for each delivery, no platform",
            value=median(ours),
            unit="ms",
            aim=AIM_CPU_MILLISECONDS,
            reference=Reference(name="bare claim and settle", value=median(bare)),
        )
    ]


def _held(queued: Path) -> list[Measure]:
    progress(f"deliver: {_SLOW} and {_FAST:,} a second")
    with _copy(queued) as path:
        slow = run_step("couriers:deliver", path, _SLOW, 0, _SLOW * _SLOW_SECONDS)
    with _copy(queued) as path:
        most = _FAST * _FAST_SECONDS
        fast = run_step("couriers:deliver", path, _FAST, _ANSWER_AFTER, most)
    return [
        _share("30/s held", slow["rate"] / _SLOW, _SLOW_AIM),
        Measure(what="most in any one second", value=slow["peak"], unit="", aim=_SLOW_PEAK),
        _share("1,000/s held, answers take 50 ms", fast["rate"] / _FAST, _FAST_AIM),
        Measure(what="most in any one second", value=fast["peak"], unit=""),
    ]


def _share(what: str, share: float, aim: float) -> Measure:
    return Measure(what=what, value=share * 100, unit="%", aim=aim, more_is_better=True)


def _strict(queued: Path) -> list[Measure]:
    progress(f"deliver: {_SLOW} a second to servers that allow {_ALLOWED}, {_STRICT_SECONDS} s")
    with ThreadPoolExecutor() as side_by_side:
        found = list(side_by_side.map(lambda burst: _to_strict(queued, burst), _BURSTS))
    shares = [
        _share(
            f"of what {_ALLOWED}/s with burst {burst} allows",
            one["taken"] / (_ALLOWED * _STRICT_SECONDS + burst),
            AIM_OF_ALLOWED,
        )
        for burst, one in zip(_BURSTS, found, strict=True)
    ]
    lost = sum(one["lost"] for one in found)
    return [*shares, Measure(what="lost by it", value=lost, unit="", aim=0)]


def _to_strict(queued: Path, burst: int) -> Facts:
    with _copy(queued) as path:
        arguments = (_SLOW, _STRICT_SECONDS, _ALLOWED, burst)
        return run_step("couriers:deliver_to_strict", path, *arguments)


def _talk(queued: Path) -> list[Measure]:
    progress(f"deliver: {_COMMANDS} commands while {_FAST:,} a second go out")
    with _copy(queued) as path:
        arguments = (_FAST, _ANSWER_AFTER, _COMMANDS, _COMMANDS_PER_SECOND)
        found = run_step("couriers:talk", path, *arguments)
    return [
        Measure(
            what="99 % of commands answered meanwhile",
            value=found["p99"],
            unit="ms",
            aim=AIM_ANSWERED_MILLISECONDS,
            reference=Reference(name="half of them", value=found["p50"]),
        ),
        Measure(what="slowest", value=found["slowest"], unit="ms"),
        Measure(what="the bulk meanwhile", value=found["rate"], unit="/s"),
    ]


def _drain(queued: Path, few: int, postponed: int) -> list[Measure]:
    progress("deliver: the first and the last of the queue")
    with _copy(queued) as path:
        first = run_step("couriers:deliver", path, 0, 0, few)
        run_step("couriers:jump", path, few)
        last = run_step("couriers:deliver", path, 0, 0, few)
    with _copy(queued) as path:
        waiting = run_step("couriers:postpone", path, postponed)["waiting"]
        behind = run_step("couriers:deliver", path, 0, 0, few)
    reference = Reference(name=f"first {few:,}", value=first["drained"])
    return [
        Measure(what=what, value=one["drained"], unit="/s", reference=reference)
        for what, one in (
            (f"drained: the last {few:,}", last),
            (f"drained: {few:,} behind {waiting:,.0f} that wait", behind),
        )
    ]
