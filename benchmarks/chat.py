"""Topic `chat`: how quickly the core answers commands while everybody is subscribed."""

import random
import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from adapters.ircc.parse import parse
from adapters.ircc.recorded import recorded_feeds
from benchmarks import crowd
from benchmarks.child import Facts, progress, run_step
from benchmarks.match import NOW, ROUND
from benchmarks.report import Measure, Reference, Result
from bot.chat.conversation import converse
from bot.core.detect import Status
from bot.core.subscribers import Address
from bot.loop import run
from bot.pipeline.poll import announce
from storage.unit_of_work import open_database

AIM_MILLISECONDS = 10.0
COMMANDS = 4000
_SAID = (
    "/latest",
    "/round 385",
    "/why 385",
    "/status",
    "/help",
    "/profile",
    "/alerts",
    "/history healthcare",
    "/profile score {score}",
    "{score}",
    "/profile add healthcare cec",
    "/profile noc 31301 14 months canada",
    "/profile submitted 2025-11-20 14:03",
    "/alerts near 10",
    "/timezone Toronto",
    "/start",
    "what is this?",
)


def measure(people: int) -> Result:
    """Measure the topic."""
    saved, _built = crowd.saved(people)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chat.db"
        shutil.copyfile(saved, path)
        progress(f"chat: {COMMANDS:,} commands from people among {people:,}")
        found = run_step("chat:talk", path)
    commit = Reference(name="bare commit of one row", value=found["commit"])
    return Result(
        title=f"Answer {COMMANDS:,} commands at {people:,} subscribers",
        measures=[
            Measure(what="half answered within", value=found["p50"], unit="ms"),
            Measure(
                what="99 % answered within",
                value=found["p99"],
                unit="ms",
                aim=AIM_MILLISECONDS,
                reference=commit,
            ),
            Measure(what="slowest", value=found["slowest"], unit="ms"),
        ],
        notes=[
            f"a mix of {len(_SAID)} kinds, a third of them saving something; one in twenty from "
            "somebody new; one after the other, each with its transaction",
            f"share answered within {AIM_MILLISECONDS:.0f} ms: {found['share']:.2%}",
        ],
    )


def talk(path: str) -> Facts:
    """Step: announce a round, then let random people say random things."""
    return run(_talk(path))


async def _talk(path: str) -> Facts:
    chats = chats_of(path)
    dice = random.Random(385)  # noqa: S311 - the same mix each time
    taken = []
    async with open_database(f"sqlite+aiosqlite:///{path}") as store:
        rounds = parse(recorded_feeds(ROUND)[1]).rounds
        async with store.begin() as memory:
            await memory.rounds.add(rounds[1:], Status.BASELINE, NOW)
            await memory.rounds.add(rounds[:1], Status.ANNOUNCED, NOW)
            await announce(memory, rounds[:1], NOW)
        for number in range(COMMANDS):
            said, address = something_said(dice, number, chats)
            started = time.perf_counter()
            await converse(said, address=address, store=store, clock=lambda: NOW)
            taken.append((time.perf_counter() - started) * 1000)
    return {**spread(taken), "commit": _bare_commit(path)}


def something_said(dice: random.Random, number: int, chats: Sequence[str]) -> tuple[str, Address]:
    """What somebody says, one of those chats or somebody new; and who it is."""
    chat = f"new-{number}" if dice.random() < 0.05 else dice.choice(chats)
    said = dice.choice(_SAID).format(score=dice.randint(300, 600))
    return said, Address(platform="telegram", chat=chat)


def chats_of(path: str) -> Sequence[str]:
    """The chats of everybody on Telegram."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT chat FROM subscribers WHERE platform = 'telegram'").fetchall()
    connection.close()
    return [chat for (chat,) in rows]


def spread(taken: list[float]) -> dict[str, float]:
    """How long most took, and almost all; which share was as quick as we want."""
    hundredths = quantiles(taken, n=100)
    return {
        "p50": hundredths[49],
        "p99": hundredths[98],
        "slowest": max(taken),
        "share": sum(one < AIM_MILLISECONDS for one in taken) / len(taken),
    }


def _bare_commit(path: str) -> float:
    """Milliseconds of a transaction that writes one row, with our settings."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE bare (number INTEGER)")
    started = time.perf_counter()
    for number in range(200):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare VALUES (?)", (number,))
        connection.execute("COMMIT")
    spent = time.perf_counter() - started
    connection.close()
    return spent / 200 * 1000
