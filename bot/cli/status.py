"""`drawbell status`: whether it runs, how the source answers, how far broadcasts are."""

import asyncio
import sys
from datetime import datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bot.app import now
from bot.chores import RECENT
from bot.cli.output import DONE, answer, answer_json, iso
from bot.core import delivery
from bot.ports import Heartbeat, Incident, LeaseHolder, SourceHealth, Store, Validators
from bot.settings import Settings
from storage.unit_of_work import open_database

_LOOK_EVERY = 0.5
_BAR_WIDTH = 40
_SILENT_AFTER = timedelta(minutes=2)


async def show(settings: Settings, *, as_json: bool, follow: bool) -> int:
    """Say how things stand; with `follow` go on until nothing is left to send."""
    async with open_database(settings.database_url) as store:
        if follow:
            await _follow(store)
        status = await _look(store)
    if as_json:
        answer_json(_facts(status))
    else:
        for line in _lines(status):
            answer(line)
    return DONE


class _Status:
    """Everything that there is to say, as of one moment."""

    def __init__(
        self,
        at: datetime,
        holder: LeaseHolder | None,
        beats: list[Heartbeat],
        source: SourceHealth,
        marks: Validators,
        broadcasts: list[delivery.Progress],
        incidents: list[Incident],
    ) -> None:
        self.at = at
        self.running = holder is not None and holder.until > at
        self.owner = holder.owner if holder is not None and self.running else None
        self.beats = beats
        self.source = source
        self.marks = marks
        self.next_poll = next((beat.note for beat in beats if beat.name == "poll"), None)
        self.broadcasts = broadcasts
        self.incidents = [one for one in incidents if one.ended_at is None]


async def _look(store: Store) -> _Status:
    at = now()
    async with store.look() as memory:
        return _Status(
            at,
            await memory.process.holder("instance"),
            await memory.process.heartbeats(),
            await memory.source.health(),
            await memory.source.seen(),
            await memory.outbox.broadcasts(at - RECENT, at),
            await memory.process.incidents(),
        )


def _lines(status: _Status) -> list[str]:
    lines = [f"running as {status.owner}" if status.running else "not running"]
    lines += [_loop(beat, status) for beat in status.beats if status.running]
    lines += [_source(status), *_marks(status.marks)]
    lines += [_incident(one) for one in status.incidents]
    lines += [_broadcast(one) for one in status.broadcasts] or ["no broadcast in two days"]
    return lines


def _loop(beat: Heartbeat, status: _Status) -> str:
    silent = status.at - beat.at
    warning = "  SILENT" if silent > _SILENT_AFTER and beat.name != "poll" else ""
    if beat.name == "poll":
        return f"  poll: {_ago(silent)}, next at {beat.note}"
    return f"  {beat.name}: last alive {_ago(silent)}{warning}"


def _source(status: _Status) -> str:
    health = status.source
    read, failed = health.succeeded_at, health.failed_at
    text = "source: never read yet" if read is None else f"source: last read {_since(status, read)}"
    if failed is not None and (read is None or failed > read):
        text += f"; failed {_since(status, failed)}: {health.failure}"
    return text


def _marks(marks: Validators) -> list[str]:
    """By what the source recognises that nothing has changed."""
    digest = marks.digest and marks.digest[:12]
    named = {"ETag": marks.etag, "Last-Modified": marks.last_modified, "SHA-256": digest}
    said = [f"{name} {value}" for name, value in named.items() if value]
    return [f"  validators: {', '.join(said)}"] if said else []


def _incident(incident: Incident) -> str:
    return f"INCIDENT {incident.kind} since {iso(incident.began_at)}: {incident.reason}"


def _broadcast(one: delivery.Progress) -> str:
    text = f"{_title(one)}: {one.settled:,} of {one.total:,} done"
    text += f" (sent {one.sent:,}, given up {one.given_up:,}, uncertain {one.uncertain:,})"
    if one.postponed:
        text += f", {one.postponed:,} wait for their moment"
    if one.running:
        left = "" if one.left is None else f", about {one.left} left"
        text += f"; {one.running:,} to send at {one.rate:.1f}/s{left}"
        if sys.stdout.isatty():
            text += f"\n  {_bar(one.settled / one.total)}"
    return text


def _title(one: delivery.Progress) -> str:
    rounds = ", ".join(f"#{number}" for number in one.round_numbers)
    return rounds if one.kind is delivery.Kind.NEWS else f"{one.kind} {rounds}"


def _bar(share: float) -> str:
    """A picture of how far a broadcast is, for people who would rather look than read."""
    full = round(share * _BAR_WIDTH)
    return f"[{'#' * full}{'.' * (_BAR_WIDTH - full)}] {share:.0%}"


def _since(status: _Status, moment: datetime) -> str:
    return _ago(status.at - moment)


def _ago(passed: timedelta) -> str:
    seconds = max(0, int(passed.total_seconds()))
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago" if seconds < 7200 else f"{seconds // 3600} h ago"


def _facts(status: _Status) -> dict[str, object]:
    health = status.source
    read = health.succeeded_at
    return {
        "running": status.running,
        "owner": status.owner,
        "loops": [{"name": beat.name, "alive_at": iso(beat.at)} for beat in status.beats],
        "source": {
            "succeeded_at": iso(read),
            "failed_at": iso(health.failed_at),
            "failure": health.failure,
            "age_seconds": None if read is None else int((status.at - read).total_seconds()),
            "etag": status.marks.etag,
            "last_modified": status.marks.last_modified,
            "digest": status.marks.digest,
            "next_poll_at": status.next_poll if status.running else None,
        },
        "incidents": [
            {"kind": one.kind, "since": iso(one.began_at), "reason": one.reason}
            for one in status.incidents
        ],
        "broadcasts": [_progress_facts(one) for one in status.broadcasts],
    }


def _progress_facts(one: delivery.Progress) -> dict[str, object]:
    return {
        "kind": one.kind,
        "rounds": list(one.round_numbers),
        "announced_at": iso(one.announced_at),
        "total": one.total,
        "sent": one.sent,
        "given_up": one.given_up,
        "uncertain": one.uncertain,
        "postponed": one.postponed,
        "to_send": one.running,
        "per_second": round(one.rate, 2),
        "seconds_left": None if one.left is None else int(one.left.total_seconds()),
    }


async def _follow(store: Store) -> None:
    """A bar for each broadcast, until none has anything to send."""
    tasks: dict[str, TaskID] = {}
    with _bars() as bars:
        while True:
            broadcasts = (await _look(store)).broadcasts
            for one in broadcasts:
                title = _title(one)
                if title not in tasks:
                    tasks[title] = bars.add_task(title, total=one.total)
                bars.update(
                    tasks[title],
                    completed=one.settled,
                    total=one.total - one.postponed,
                    rate=f"{one.rate:.0f}/s",
                )
            if not any(one.running for one in broadcasts):
                return
            await asyncio.sleep(_LOOK_EVERY)


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
