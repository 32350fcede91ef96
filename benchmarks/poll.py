"""Topic `poll`: what a poll costs, and how soon after IRCC's answer the first alert goes out."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from adapters.ircc.recorded import recorded_feeds
from benchmarks import crowd
from benchmarks.child import Facts, progress, run_step
from benchmarks.feed import full_feed
from benchmarks.feed_server import a_feed_server
from benchmarks.match import ROUND
from benchmarks.report import Measure, Reference, Result

AIM_UNCHANGED_MILLISECONDS = 5.0
AIM_CHANGED_MILLISECONDS = 100.0
AIM_FIRST_ALERT_SECONDS = 2.0
REPEATS = 5
FEW = 1000


def measure(people: int) -> Result:
    """Measure the topic."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        body, origin = full_feed()
        feed = folder / "feed.json"
        feed.write_bytes(body)
        progress("poll: unchanged")
        with a_feed_server(feed) as url:
            cached = run_step("polls:unchanged", f"{url}/conditional", folder / "a.db")
            same = run_step("polls:unchanged", f"{url}/whole", folder / "b.db")
        changed = _changed(folder, body)
        first = _first_alert(folder, people)
    return Result(
        title=f"Poll ({origin}, {len(body):,} bytes), and the way to {people:,} subscribers",
        measures=[
            *_unchanged_rows("304", cached),
            *_unchanged_rows("200 with the same bytes", same),
            *_changed_rows(changed),
            *_first_rows(first),
        ],
        notes=[
            "over real HTTP on this machine, the server in a process of its own; CPU of all "
            "threads of ours; unchanged: medians of many polls in one process",
            f"changed: from the bytes to the commit, medians of {REPEATS} fresh processes that "
            f"took the list without its newest row before; {changed[0]['queued']:,.0f} alerts",
            f"first alert: from when the poll that finds round #{ROUND} asks for the list to when "
            f"the platform is handed the first of {median(one['queued'] for one in first):,.0f} "
            f"alerts, {REPEATS} fresh processes; the product's own poller and courier",
        ],
    )


def _unchanged_rows(what: str, found: Facts) -> list[Measure]:
    bare = Reference(name="bare request", value=found["bare_cpu"])
    return [
        Measure(
            what=f"unchanged, {what}: CPU",
            value=found["cpu"],
            unit="ms",
            aim=AIM_UNCHANGED_MILLISECONDS,
            reference=bare,
        ),
        Measure(what="its wall time", value=found["wall"], unit="ms"),
        Measure(what="its parses", value=found["parses"], unit="", aim=0),
    ]


def _changed(folder: Path, body: bytes) -> list[Facts]:
    feed, saved = json.loads(body), folder / "few.db"
    before, after = folder / "before.json", folder / "after.json"
    before.write_text(json.dumps({**feed, "rounds": feed["rounds"][1:]}), encoding="utf-8")
    after.write_bytes(body)
    run_step("match:build", saved, FEW)
    found = []
    for at in range(REPEATS):
        progress(f"poll: changed, {at + 1} of {REPEATS}")
        copy = folder / "changed.db"
        _fresh_copy(saved, copy)
        found.append(run_step("polls:changed", before, after, copy))
    return found


def _changed_rows(found: Sequence[Facts]) -> list[Measure]:
    plain = Reference(name="json.loads alone", value=median(one["json"] for one in found))
    rounds = f"{found[0]['rounds']:,.0f}"
    return [
        Measure(
            what=f"changed, {rounds} rows, {FEW:,} subscribers: wall",
            value=median(one["wall"] for one in found),
            unit="ms",
            aim=AIM_CHANGED_MILLISECONDS,
            reference=plain,
        ),
        Measure(
            what="its CPU",
            value=median(one["cpu"] for one in found),
            unit="ms",
            aim=AIM_CHANGED_MILLISECONDS,
        ),
    ]


def _first_alert(folder: Path, people: int) -> list[Facts]:
    saved, _built = crowd.saved(people)
    before, after, *_later = recorded_feeds(ROUND)
    feed, next_feed, copy = folder / "now.json", folder / "next.json", folder / "crowd.db"
    found = []
    with a_feed_server(feed) as url:
        for at in range(REPEATS):
            progress(f"poll: first alert, {at + 1} of {REPEATS}")
            feed.write_bytes(before)
            next_feed.write_bytes(after)
            _fresh_copy(saved, copy)
            found.append(run_step("polls:first_alert", f"{url}/conditional", copy, feed, next_feed))
    return found


def _first_rows(found: Sequence[Facts]) -> list[Measure]:
    return [
        Measure(
            what="publication to first alert handed over",
            value=median(one["first"] for one in found),
            unit="s",
            aim=AIM_FIRST_ALERT_SECONDS,
            reference=Reference(
                name="to the commit", value=median(one["committed"] for one in found)
            ),
        ),
        Measure(what="slowest", value=max(one["first"] for one in found), unit="s"),
    ]


def _fresh_copy(saved: Path, copy: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(saved, copy)
