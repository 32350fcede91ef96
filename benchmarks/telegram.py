"""Topic `telegram`: messages a second and what each costs, ours and stock python-telegram-bot."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.child import Facts, progress, run_step
from benchmarks.platforms import PLATFORM
from benchmarks.report import Measure, Reference, Result
from benchmarks.sendings import IN_FLIGHT as _IN_FLIGHT
from benchmarks.sendings import PACED as _PACED
from benchmarks.sendings import PER_SECOND as _PER_SECOND
from benchmarks.server import Server, a_server, checked

AIM_TIMES = 10.0
AIM_RATE, AIM_CORE = 990.0, 60.0
LATENCY = 0.05
REPEATS = 3
_FEWER = 16
_OURS, _STOCK = 6000, 400
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
            bare, sent, delivered = (
                checked(server, _PACED, f"sendings:{step}", server.url, queued, strict=False)
                for step in ("bare", "sent", "delivered")
            )
    return Result(
        title=f"Telegram, answers take {LATENCY * 1000:.0f} ms",
        measures=[
            *_rates(stock, fewer, ours),
            *_costs(stock, fewer, ours),
            *_held(sent, delivered, bare),
        ],
        notes=[
            "both against the same server in a process of its own, "
            + ("over TLS" if certificate else _HTTP_NOTE)
            + f"; {REPEATS} fresh processes each, taking turns; medians",
            f"ours: wording, rendering and sending of {_OURS:,} alerts by the notifier",
            f"stock: Bot.send_message on HTTPXRequest, {_STOCK:,} texts that are ready; it slows "
            f"down with more in flight, so {_FEWER} in flight is shown, too",
            f"paced: {_PACED:,} alerts by limiter and notifier; delivered: by courier and database "
            "as well; the core is all that the process used, all threads; aiohttp alone: bytes "
            "that are ready, at the same pace",
        ],
    )


def _side_by_side(server: Server, queued: Path) -> tuple[Facts, Facts, Facts]:
    found: dict[str, list[Facts]] = {"stock": [], "fewer": [], "ours": []}
    for at in range(REPEATS):
        progress(f"telegram: stock and ours, {at + 1} of {REPEATS}")
        for name, in_flight in (("stock", _IN_FLIGHT), ("fewer", _FEWER)):
            arguments = (server.url, queued, _STOCK, in_flight)
            found[name].append(checked(server, _STOCK, "sendings:stock", *arguments))
        arguments = (server.url, queued, _OURS, _IN_FLIGHT)
        found["ours"].append(checked(server, _OURS, "sendings:ours", *arguments))
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


def _held(sent: Facts, delivered: Facts, bare: Facts) -> list[Measure]:
    return [
        *_paced(f"paced at {_PER_SECOND:,.0f}/s", sent, bare),
        *_paced("delivered at the same pace", delivered, bare),
    ]


def _paced(what: str, found: Facts, bare: Facts) -> list[Measure]:
    return [
        Measure(
            what=what,
            value=found["server_rate"],
            unit="/s",
            aim=AIM_RATE,
            reference=Reference(name="aiohttp alone", value=bare["server_rate"]),
            more_is_better=True,
        ),
        Measure(what="most in any one second", value=found["server_peak"], unit=""),
        Measure(
            what="of a core, all of it",
            value=found["core"],
            unit="%",
            aim=AIM_CORE,
            reference=Reference(name="aiohttp alone", value=bare["core"]),
        ),
        Measure(
            what="lost or doubled",
            value=found["strays"] + found.get("unsent", 0),
            unit="",
            aim=0,
        ),
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
