"""The tests' platforms as servers in processes of their own, next to idle.

`python -m benchmarks.server PLATFORM LATENCY PER_SECOND [CERTIFICATE_WITH_KEY]` says its address
on a line; each line it reads is answered with what came since the last one, as JSON. It refuses
what is more than so many in any second that begins with a request; 0 is no limit.
"""

import asyncio
import json
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from benchmarks.child import ROOT, Facts, StepFailed, run_step
from benchmarks.platforms import most_in_a_second, rate_of
from bot.loop import run
from tests.fakes import discord_api, telegram_api

_Api = telegram_api.FakeTelegram | discord_api.FakeDiscord


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
        """What has come since this was last asked: messages, people, refused, rate and peak."""
        assert self._process.stdin is not None
        self._process.stdin.write("taken\n")
        self._process.stdin.flush()
        facts: Facts = json.loads(self._line())
        return facts


@contextmanager
def a_server(
    platform: str, latency: float, *, per_second: int = 0, certificate: Path | None = None
) -> Iterator[Server]:
    """Let it run as long as the block lasts; the key lies in the file of the certificate."""
    tls = [] if certificate is None else [str(certificate)]
    arguments = [platform, str(latency), str(per_second), *tls]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "benchmarks.server", *arguments],
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


def checked(
    server: Server, wanted: int, step: str, *arguments: object, strict: bool = True
) -> Facts:
    """Run a step; what the server has taken is to be what was wanted, once to each person.

    Raises:
        StepFailed: it is not, and the check is `strict`.
    """
    server.taken()
    facts = run_step(step, *arguments)
    taken = server.taken()
    strays = abs(taken["messages"] - wanted) + abs(taken["people"] - wanted)
    if strays and strict:
        raise StepFailed(f"{step}: {wanted:,} were sent, and the server took {taken}")
    return {**facts, "strays": strays, **{f"server_{key}": one for key, one in taken.items()}}


async def _serve(platform: str, latency: float, per_second: int, certificate: str | None) -> None:
    tls = None if certificate is None else _tls(certificate)
    async with _serving(platform, latency, per_second, tls) as api:
        print(api.url, flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(_taken(api)), flush=True)


@asynccontextmanager
async def _serving(
    platform: str, latency: float, per_second: int, tls: ssl.SSLContext | None
) -> AsyncIterator[_Api]:
    if platform == "telegram":
        telegram = telegram_api.FakeTelegram(lean=True, latency=latency)
        async with telegram_api.serving(telegram, tls):
            yield telegram
    else:
        discord = discord_api.FakeDiscord(lean=True, latency=latency)
        discord.limit = discord_api.Bucket(per_second, 1.0) if per_second else None
        async with discord_api.serving(discord):
            yield discord


def _taken(api: _Api) -> Facts:
    times, people, refused = sorted(api.times), len(api.counts), 0
    api.times.clear()
    api.counts.clear()
    if isinstance(api, discord_api.FakeDiscord):
        refused, api.limited = api.limited, 0
    measured = {} if len(times) < 2 else {"rate": rate_of(times), "peak": most_in_a_second(times)}
    return {
        "messages": len(times),
        "people": people,
        "refused": refused,
        "cpu": time.process_time(),
        **measured,
    }


def _tls(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


if __name__ == "__main__":
    run(
        _serve(
            sys.argv[1],
            float(sys.argv[2]),
            int(sys.argv[3]),
            sys.argv[4] if len(sys.argv) > 4 else None,
        )
    )
