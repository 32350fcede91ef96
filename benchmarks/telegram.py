"""Topic `telegram`: messages a second and what each costs, ours and stock python-telegram-bot."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from adapters.ircc.parse import parse
from adapters.ircc.recorded import recorded_feeds
from benchmarks.child import Facts, StepFailed, progress, run_step
from benchmarks.match import ROUND
from benchmarks.people import NEWEST_SUBMISSION
from benchmarks.platforms import PLATFORM
from benchmarks.report import Measure, Reference, Result
from benchmarks.telegram_server import Server, a_server
from bot.core.delivery import Alert, State
from bot.core.detect import Status
from bot.core.profiles import Answers, Candidate, Profile, Submitted
from bot.core.subscribers import MAIN_PROFILE, Address, Language, Subscriber
from bot.logs import configure_logs
from bot.loop import run
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import a_sender
from bot.pipeline.poll import announce
from bot.ports import Store
from storage.unit_of_work import open_database
from tests.fakes.telegram_api import TOKEN

if TYPE_CHECKING:
    from adapters.telegram.platform import TelegramSettings

_One = TypeVar("_One")
AIM_TIMES = 10.0
AIM_RATE, AIM_CORE = 990.0, 60.0
LATENCY = 0.05
REPEATS = 3
_IN_FLIGHT, _FEWER = 128, 16
_OURS, _STOCK, _PACED = 6000, 400, 10_000
_PER_SECOND = 1000.0
_HTTP_NOTE = "over plain HTTP, because no `openssl` is there to make a certificate"


def measure(_subscribers: int) -> Result:
    """Measure the topic."""
    with TemporaryDirectory() as folder:
        certificate = _certificate(Path(folder))
        queued = Path(folder) / "queued.db"
        progress(f"telegram: {_PACED:,} people are to be told")
        run_step("telegram:queue", queued, _PACED)
        with a_server(LATENCY, certificate) as server, _trusting(certificate):
            stock, fewer, ours = _side_by_side(server, queued)
            progress(f"telegram: {_PACED:,} messages at {_PER_SECOND:,.0f} a second")
            paced = _checked(server, _PACED, "telegram:paced", server.url, queued)
    return Result(
        title=f"Telegram, answers take {LATENCY * 1000:.0f} ms",
        measures=[*_rates(stock, fewer, ours), *_costs(stock, fewer, ours), *_held(paced)],
        notes=[
            "both against the same server in a process of its own, "
            + ("over TLS" if certificate else _HTTP_NOTE)
            + f"; {REPEATS} fresh processes each, taking turns; medians",
            f"ours: wording, rendering and sending of {_OURS:,} alerts by the notifier",
            f"stock: Bot.send_message on HTTPXRequest, {_STOCK:,} texts that are ready; it slows "
            f"down with more in flight, so {_FEWER} in flight is shown, too",
            f"paced: courier, limiter, database and notifier, {_PACED:,} people due; the core is "
            "all that this process used, all threads",
        ],
    )


def _side_by_side(server: Server, queued: Path) -> tuple[Facts, Facts, Facts]:
    found: dict[str, list[Facts]] = {"stock": [], "fewer": [], "ours": []}
    for at in range(REPEATS):
        progress(f"telegram: stock and ours, {at + 1} of {REPEATS}")
        for name, in_flight in (("stock", _IN_FLIGHT), ("fewer", _FEWER)):
            arguments = (server.url, queued, _STOCK, in_flight)
            found[name].append(_checked(server, _STOCK, "telegram:stock", *arguments))
        arguments = (server.url, queued, _OURS, _IN_FLIGHT)
        found["ours"].append(_checked(server, _OURS, "telegram:ours", *arguments))
    stock, fewer, ours = (
        {key: median(one[key] for one in runs) for key in ("rate", "cpu")}
        for runs in found.values()
    )
    return stock, fewer, ours


def _checked(server: Server, wanted: int, step: str, *arguments: object) -> Facts:
    """Run a step; what the server has taken must be what was wanted, once to each person."""
    server.taken()
    facts = run_step(step, *arguments)
    taken = server.taken()
    strays = abs(taken["messages"] - wanted) + abs(taken["people"] - wanted)
    if strays and step != "telegram:paced":
        raise StepFailed(f"{step}: {wanted:,} were sent, and the server took {taken}")
    return {**facts, "strays": strays, "server_rate": taken["rate"], "peak": taken["peak"]}


def _rates(stock: Facts, fewer: Facts, ours: Facts) -> list[Measure]:
    return [
        Measure(
            what=f"messages, {_IN_FLIGHT} in flight",
            value=ours["rate"],
            unit="/s",
            aim=AIM_TIMES * stock["rate"],
            reference=Reference(name="stock", value=stock["rate"]),
            more_is_better=True,
        ),
        Measure(
            what=f"the same, stock with {_FEWER} in flight",
            value=ours["rate"],
            unit="/s",
            reference=Reference(name="stock", value=fewer["rate"]),
            more_is_better=True,
        ),
    ]


def _costs(stock: Facts, fewer: Facts, ours: Facts) -> list[Measure]:
    return [
        Measure(
            what="CPU for each",
            value=ours["cpu"],
            unit="ms",
            reference=Reference(name="stock", value=stock["cpu"]),
        ),
        Measure(
            what=f"the same, stock with {_FEWER} in flight",
            value=ours["cpu"],
            unit="ms",
            reference=Reference(name="stock", value=fewer["cpu"]),
        ),
    ]


def _held(paced: Facts) -> list[Measure]:
    return [
        Measure(
            what=f"paced at {_PER_SECOND:,.0f}/s",
            value=paced["server_rate"],
            unit="/s",
            aim=AIM_RATE,
            more_is_better=True,
        ),
        Measure(what="most in any one second", value=paced["peak"], unit=""),
        Measure(what="of a core, all of it", value=paced["core"], unit="%", aim=AIM_CORE),
        Measure(what="lost or doubled", value=paced["strays"] + paced["unsent"], unit="", aim=0),
    ]


def _certificate(folder: Path) -> Path | None:
    """A certificate for this machine with its key in one file; None without `openssl`."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603 - what the system calls openssl
        [
            *(openssl, "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    with certificate.open("a") as file:
        file.write(key.read_text())
    return certificate


@contextmanager
def _trusting(certificate: Path | None) -> Iterator[None]:
    """Let the processes that are started meanwhile trust the certificate."""
    if certificate is None:
        yield
        return
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(certificate)
    try:
        yield
    finally:
        del os.environ["SSL_CERT_FILE"]
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before


# Steps, each in a process of its own.


def queue(path: str, people: str) -> Facts:
    """Step: a database in which so many people are to be told of a round."""
    return run(_queue(path, int(people)))


async def _queue(path: str, people: int) -> Facts:
    dice = Random(385)  # noqa: S311 - the same people each time
    newest, *others = parse(recorded_feeds(ROUND)[1]).rounds
    async with _store(path) as store, store.begin() as memory:
        await memory.subscribers.save_all([_person(dice, 1_000 + one) for one in range(people)])
        await memory.rounds.add(others, Status.BASELINE, _now())
        await memory.rounds.add([newest], Status.ANNOUNCED, _now())
        due = await announce(memory, [newest], _now())
    assert due == people, due
    return {"due": due}


def _person(dice: Random, chat: int) -> Subscriber:
    """Somebody whom the round concerns: above the cut-off, near it, or in an open question."""
    yes = frozenset({"healthcare"} if dice.random() < 0.8 else ())
    candidate = Candidate(crs_score=dice.randint(477, 560), answers=Answers(yes=yes))
    day = NEWEST_SUBMISSION - timedelta(days=30, minutes=dice.randrange(400_000))
    submitted = Submitted.at(day) if dice.random() < 0.3 else None
    return Subscriber(
        address=Address(platform=PLATFORM, chat=str(chat)),
        language=dice.choice([Language.ENGLISH, Language.ENGLISH, Language.FRENCH]),
        profiles=(Profile(name=MAIN_PROFILE, candidate=candidate, submitted=submitted),),
    )


def ours(url: str, path: str, count: str, in_flight: str) -> Facts:
    """Step: let the notifier send so many alerts as quickly as it can."""
    return run(_ours(url, path, int(count), int(in_flight)))


async def _ours(url: str, path: str, count: int, in_flight: int) -> Facts:
    from adapters.telegram.platform import telegram  # noqa: PLC0415 - half a second of imports

    alerts = await _alerts(path, count)
    async with telegram(_settings(url)) as bot:
        await bot.connect()
        return await _timed(alerts, bot.notifier.send, in_flight)


def stock(url: str, path: str, count: str, in_flight: str) -> Facts:
    """Step: let python-telegram-bot as it comes send so many texts as quickly as it can."""
    return run(_stock(url, path, int(count), int(in_flight)))


async def _stock(url: str, path: str, count: int, in_flight: int) -> Facts:
    from telegram import Bot, LinkPreviewOptions  # noqa: PLC0415 - likewise
    from telegram.request import HTTPXRequest  # noqa: PLC0415

    from adapters.telegram.render import pieces  # noqa: PLC0415
    from bot.wording.alerts import alert_message  # noqa: PLC0415

    no_preview = LinkPreviewOptions(is_disabled=True)
    texts = [
        (int(alert.to.address.chat), pieces(alert_message(alert))[0].html)
        for alert in await _alerts(path, count)
    ]
    request = HTTPXRequest(connection_pool_size=in_flight)
    async with Bot(TOKEN, base_url=f"{url}/bot", request=request) as bot:

        async def send(one: tuple[int, str]) -> object:
            chat, text = one
            return await bot.send_message(
                chat, text, parse_mode="HTML", link_preview_options=no_preview
            )

        return await _timed(texts, send, in_flight)


def paced(url: str, path: str) -> Facts:
    """Step: deliver all that is due at a thousand a second, as `drawbell run` does."""
    return run(_paced(url, path))


async def _paced(url: str, path: str) -> Facts:
    from adapters.telegram.platform import telegram  # noqa: PLC0415 - half a second of imports

    async with _store(path) as store, telegram(_settings(url)) as bot:
        await bot.connect()
        courier = Courier(store=store, sender=a_sender(bot.notifier, _now))
        cpu, started = time.process_time(), time.perf_counter()
        running = asyncio.create_task(courier.run())
        while courier.busy or await _due(store):  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.05)
        cpu, spent = time.process_time() - cpu, time.perf_counter() - started
        courier.stop()
        await running
    return {"core": cpu / spent * 100, "unsent": _unsent(path)}


async def _due(store: Store) -> bool:
    async with store.look() as memory:
        return await memory.outbox.due(PLATFORM, _now())


def _unsent(path: str) -> float:
    connection = sqlite3.connect(path)
    asked = "SELECT count(*) FROM deliveries WHERE state <> ?"
    [found] = connection.execute(asked, (int(State.SENT),)).fetchone()
    connection.close()
    return float(found)


async def _timed(
    work: Sequence[_One], send: Callable[[_One], Awaitable[object]], in_flight: int
) -> Facts:
    """Do all of it, so much at a time; messages a second, and milliseconds of CPU for each."""
    left = iter(work)

    async def go_on() -> None:
        for one in left:
            await send(one)

    cpu, started = time.process_time(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(go_on())
    cpu, spent = time.process_time() - cpu, time.perf_counter() - started
    return {"rate": len(work) / spent, "cpu": cpu / len(work) * 1000}


async def _alerts(path: str, count: int) -> list[Alert]:
    """So many of what is due, on a copy: a lease here must not keep the next step from them."""
    with TemporaryDirectory() as folder:
        copy = shutil.copyfile(path, Path(folder) / "copy.db")
        async with _store(str(copy)) as store, store.begin() as memory:
            return await memory.outbox.claim(
                PLATFORM, now=_now(), lease=timedelta(minutes=1), limit=count
            )


def _settings(url: str) -> "TelegramSettings":
    from adapters.telegram.platform import TelegramSettings  # noqa: PLC0415 - as above

    return TelegramSettings(token=TOKEN, api_url=url, per_second=_PER_SECOND, per_group_minute=20.0)


@asynccontextmanager
async def _store(path: str) -> AsyncIterator[Store]:
    configure_logs("ERROR", "json")
    async with open_database(f"sqlite+aiosqlite:///{path}") as store:
        yield store


def _now() -> datetime:
    return datetime.now(UTC)
