"""The server of the topic `telegram`: the tests' Bot API in a process of its own, next to idle.

`python -m benchmarks.telegram_server LATENCY [CERTIFICATE KEY]` says its address on a line; each
line it reads is answered with what came since the last one, as JSON.
"""

import asyncio
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.child import ROOT, Facts
from benchmarks.platforms import most_in_a_second, rate_of
from bot.loop import run
from tests.fakes.telegram_api import FakeTelegram, serving


class Server:
    """That process, as whoever started it sees it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.url = self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the server has ended"
        return line

    def taken(self) -> Facts:
        """What has come since this was last asked: messages, people, rate and peak."""
        assert self._process.stdin is not None
        self._process.stdin.write("taken\n")
        self._process.stdin.flush()
        facts: Facts = json.loads(self._line())
        return facts


@contextmanager
def a_server(latency: float, certificate: Path | None) -> Iterator[Server]:
    """Let it run as long as the block lasts; the key lies in the file of the certificate."""
    tls = [] if certificate is None else [str(certificate)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "benchmarks.telegram_server", str(latency), *tls],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(process)
    finally:
        process.terminate()
        process.communicate()


async def _serve(latency: float, certificate: str | None) -> None:
    api = FakeTelegram(lean=True, latency=latency)
    async with serving(api, None if certificate is None else _tls(certificate)):
        print(api.url, flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(_taken(api)), flush=True)


def _taken(api: FakeTelegram) -> Facts:
    times, people = sorted(api.times), len(api.counts)
    api.times.clear()
    api.counts.clear()
    measured = {} if len(times) < 2 else {"rate": rate_of(times), "peak": most_in_a_second(times)}
    return {"messages": len(times), "people": people, "cpu": time.process_time(), **measured}


def _tls(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


if __name__ == "__main__":
    run(_serve(float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
