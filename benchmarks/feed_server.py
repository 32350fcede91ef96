"""The server of the topic `poll`: a feed in a process of its own, so that its work is not ours.

`python -m benchmarks.feed_server FILE` says its address on a line. Under `/conditional` it keeps
to ETags, under any other path it sends the whole file each time.
"""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

from benchmarks.child import ROOT
from bot.loop import run


@contextmanager
def a_feed_server(feed: Path) -> Iterator[str]:
    """Let it run as long as the block lasts; gives its address."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "benchmarks.feed_server", str(feed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, "the server has ended"
        yield address
    finally:
        process.terminate()
        process.communicate()


async def _serve(feed: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        body = await asyncio.to_thread(feed.read_bytes)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        wanted = request.headers.get("If-None-Match")
        if request.path == "/conditional" and wanted == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, headers={"ETag": etag}, content_type="application/json")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    run(_serve(Path(sys.argv[1])))
