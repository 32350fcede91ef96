"""Topic `telegram`: messages a second and what each costs, ours and stock python-telegram-bot."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.bulk import a_store, alerts_of, delivered, timed
from benchmarks.child import Facts, progress, run_step
from benchmarks.platforms import PLATFORM
from benchmarks.report import Measure, Reference, Result
from benchmarks.server import Server, a_server, checked
from bot.loop import run
from bot.pipeline.limiter import Lane, Limiter
from tests.fakes.telegram_api import TOKEN

if TYPE_CHECKING:
    from adapters.telegram.platform import TelegramSettings

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
        run_step("bulk:queue", queued, PLATFORM, _PACED)
        with a_server(PLATFORM, LATENCY, certificate=certificate) as server, _trusting(certificate):
            stock, fewer, ours = _side_by_side(server, queued)
            progress(f"telegram: {_PACED:,} messages at {_PER_SECOND:,.0f} a second")
            bare = checked(server, _PACED, "telegram:bare", server.url, queued, strict=False)
            paced = checked(server, _PACED, "telegram:paced", server.url, queued, strict=False)
    return Result(
        title=f"Telegram, answers take {LATENCY * 1000:.0f} ms",
        measures=[*_rates(stock, fewer, ours), *_costs(stock, fewer, ours), *_held(paced, bare)],
        notes=[
            "both against the same server in a process of its own, "
            + ("over TLS" if certificate else _HTTP_NOTE)
            + f"; {REPEATS} fresh processes each, taking turns; medians",
            f"ours: wording, rendering and sending of {_OURS:,} alerts by the notifier",
            f"stock: Bot.send_message on HTTPXRequest, {_STOCK:,} texts that are ready; it slows "
            f"down with more in flight, so {_FEWER} in flight is shown, too",
            f"paced: courier, limiter, database and notifier, {_PACED:,} people due; the core is "
            "all that this process used, all threads; aiohttp alone: bytes that are ready, at "
            "the same pace",
        ],
    )


def _side_by_side(server: Server, queued: Path) -> tuple[Facts, Facts, Facts]:
    found: dict[str, list[Facts]] = {"stock": [], "fewer": [], "ours": []}
    for at in range(REPEATS):
        progress(f"telegram: stock and ours, {at + 1} of {REPEATS}")
        for name, in_flight in (("stock", _IN_FLIGHT), ("fewer", _FEWER)):
            arguments = (server.url, queued, _STOCK, in_flight)
            found[name].append(checked(server, _STOCK, "telegram:stock", *arguments))
        arguments = (server.url, queued, _OURS, _IN_FLIGHT)
        found["ours"].append(checked(server, _OURS, "telegram:ours", *arguments))
    stock, fewer, ours = (
        {key: median(one[key] for one in runs) for key in ("rate", "cpu")}
        for runs in found.values()
    )
    return stock, fewer, ours


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


def _held(paced: Facts, bare: Facts) -> list[Measure]:
    return [
        Measure(
            what=f"paced at {_PER_SECOND:,.0f}/s",
            value=paced["server_rate"],
            unit="/s",
            aim=AIM_RATE,
            reference=Reference(name="aiohttp alone", value=bare["server_rate"]),
            more_is_better=True,
        ),
        Measure(what="most in any one second", value=paced["server_peak"], unit=""),
        Measure(
            what="of a core, all of it",
            value=paced["core"],
            unit="%",
            aim=AIM_CORE,
            reference=Reference(name="aiohttp alone", value=bare["core"]),
        ),
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


def ours(url: str, path: str, count: str, in_flight: str) -> Facts:
    """Step: let the notifier send so many alerts as quickly as it can."""
    return run(_ours(url, path, int(count), int(in_flight)))


async def _ours(url: str, path: str, count: int, in_flight: int) -> Facts:
    from adapters.telegram.platform import telegram  # noqa: PLC0415 - half a second of imports

    alerts = await alerts_of(path, PLATFORM, count)
    async with telegram(_settings(url)) as bot:
        await bot.connect()
        return await timed(alerts, bot.notifier.send, in_flight)


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
        for alert in await alerts_of(path, PLATFORM, count)
    ]
    request = HTTPXRequest(connection_pool_size=in_flight)
    async with Bot(TOKEN, base_url=f"{url}/bot", request=request) as bot:

        async def send(one: tuple[int, str]) -> object:
            chat, text = one
            return await bot.send_message(
                chat, text, parse_mode="HTML", link_preview_options=no_preview
            )

        return await timed(texts, send, in_flight)


def paced(url: str, path: str) -> Facts:
    """Step: deliver all that is due at a thousand a second, as `drawbell run` does."""
    return run(_paced(url, path))


async def _paced(url: str, path: str) -> Facts:
    from adapters.telegram.platform import telegram  # noqa: PLC0415 - half a second of imports

    async with a_store(path) as store, telegram(_settings(url)) as bot:
        await bot.connect()
        return await delivered(store, bot.notifier)


def bare(url: str, path: str) -> Facts:
    """Step: let aiohttp post the same texts at the same pace, and nothing else."""
    return run(_bare(url, path))


async def _bare(url: str, path: str) -> Facts:
    import aiohttp  # noqa: PLC0415 - likewise
    import orjson  # noqa: PLC0415

    from adapters.telegram.render import pieces  # noqa: PLC0415
    from bot.wording.alerts import alert_message  # noqa: PLC0415

    bodies = [
        orjson.dumps(
            {
                "chat_id": int(alert.to.address.chat),
                "text": pieces(alert_message(alert))[0].html,
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            }
        )
        for alert in await alerts_of(path, PLATFORM, _PACED)
    ]
    limiter = Limiter(_PER_SECOND)
    async with aiohttp.ClientSession(
        f"{url}/bot{TOKEN}/",
        connector=aiohttp.TCPConnector(limit=2 * _IN_FLIGHT),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Content-Type": "application/json"},
    ) as session:

        async def send(body: bytes) -> None:
            await limiter.turn(Lane.ALERT)
            async with session.post("sendMessage", data=body) as answer:
                await answer.read()

        found = await timed(bodies, send, 2 * _IN_FLIGHT)
    return {"core": found["cpu"] * found["rate"] / 10}


def _settings(url: str) -> "TelegramSettings":
    from adapters.telegram.platform import TelegramSettings  # noqa: PLC0415 - as above

    return TelegramSettings(token=TOKEN, api_url=url, per_second=_PER_SECOND, per_group_minute=20.0)
