"""The chat at a real terminal (a pty): prompt, colours, and alerts above a half-typed line."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.rows import ROWS, feed_file
from tests.cli.running import drawbell, environment

_MARKS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][A-Z0-9]|\x1b\][^\x07]*\x07")


class Screen:
    """What a terminal shows, and what is typed into it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.raw = ""

    @property
    def text(self) -> str:
        """Everything shown so far, without colours and movements."""
        return _MARKS.sub("", self.raw)

    def type(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def wait_for(self, wanted: str, seconds: float = 20, after: str = "") -> None:
        """Wait until something shows, after what is there already if that is said."""
        limit = time.monotonic() + seconds
        while not re.search(re.escape(after) + ".*" + re.escape(wanted), self.text, re.DOTALL):
            left = limit - time.monotonic()
            assert left > 0, f"{wanted!r} did not show in: {self.text[-2000:]!r}"
            if select.select([self._descriptor], [], [], left)[0]:
                self.raw += os.read(self._descriptor, 65536).decode(errors="replace")


@contextmanager
def at_a_terminal(
    folder: Path, *arguments: str
) -> Iterator[tuple[Screen, "subprocess.Popen[bytes]"]]:
    """The program with a terminal for its streams; killed at the end if it is still there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**environment(folder), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Screen(ours), process
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_an_alert_arrives_above_a_half_typed_line(tmp_path: Path) -> None:
    feed = feed_file(tmp_path, ROWS[6:])
    assert drawbell("poll", folder=tmp_path, ircc_feed_url=str(feed)).code == 0

    with at_a_terminal(tmp_path, "chat", "--as", "nurse") as (screen, process):
        screen.wait_for(">")
        screen.type("/profile score 480\r")
        screen.wait_for("Saved: your CRS score is 480.")
        screen.type("/profile add healthcare\r")
        screen.wait_for("I take it that your categories are: Healthcare.")
        screen.type("/hist")
        screen.wait_for("/hist")
        feed_file(tmp_path, ROWS[5:])
        assert drawbell("poll", folder=tmp_path, ircc_feed_url=str(feed)).code == 0
        screen.wait_for("you would have qualified, 480 vs 476 (+4)")
        screen.type("ory healthcare\r")
        screen.wait_for("Healthcare, 12 months: 1 round")
        screen.wait_for(">", after="12 months: 1 round")  # between two prompts nobody hears Ctrl-D
        screen.type("\x04")
        assert process.wait(timeout=30) == 0

    assert "\x1b[1m" in screen.raw  # the first line of an alert is bold
    assert "Traceback" not in screen.text
