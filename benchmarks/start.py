"""Topic `start`: from nothing to the end of the first poll, as an operator meets it."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.child import progress, seconds_of
from benchmarks.feed import write_full_feed
from benchmarks.report import Measure, Reference, Result

AIM_SECONDS = 1.5
REPEATS = 5


def measure(_subscribers: int) -> Result:
    """Measure the topic."""
    with TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.json"
        origin = write_full_feed(feed)
        progress("start: new databases")
        new = _median(lambda at: _poll(feed, Path(folder) / f"{at}.db"))
        progress("start: databases that are there")
        unchanged = _median(lambda at: _poll(feed, Path(folder) / f"{at}.db"))
        feed.write_bytes(feed.read_bytes() + b"\n")
        changed = _median(lambda at: _poll(feed, Path(folder) / f"{at}.db"))
    plain = Reference(name="python -c pass", value=_median(lambda _: seconds_of(["-c", "pass"])))
    return Result(
        title=f"Cold start to the end of the first poll ({origin})",
        measures=[
            _row("new database, full feed", new, plain),
            _row("known database, feed unchanged", unchanged, plain),
            _row("known database, feed with other bytes", changed, plain),
        ],
        notes=[f"`python -m bot poll`, a fresh process each; medians of {REPEATS}"],
    )


def _row(what: str, value: float, plain: Reference) -> Measure:
    return Measure(what=what, value=value, unit="s", aim=AIM_SECONDS, reference=plain)


def _median(run: Callable[[int], float]) -> float:
    return median(run(at) for at in range(REPEATS))


def _poll(feed: Path, database: Path) -> float:
    settings = {
        "DRAWBELL_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "DRAWBELL_IRCC_FEED_URL": str(feed),
    }
    return seconds_of(["-m", "bot", "poll"], settings)
