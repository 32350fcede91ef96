"""Starts the program the way an operator does: as a process of its own, in a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a process left behind."""

    code: int
    out: str
    err: str


def database_url(folder: Path) -> str:
    """A database in a folder of the test."""
    return f"sqlite+aiosqlite:///{folder / 'drawbell.db'}"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Ours and nothing that the machine happens to set; `settings` go without their prefix."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DRAWBELL_")}
    own = {"DRAWBELL_DATABASE_URL": database_url(folder), "DRAWBELL_NEWS_FEEDS": "none"}
    own |= {f"DRAWBELL_{name.upper()}": value for name, value in settings.items()}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"} | own


def drawbell(
    *arguments: str | Path, folder: Path, typed: str | bytes = b"", **settings: str
) -> Ended:
    """Run one command to its end; whatever a user does, there is no traceback."""
    typed = typed.encode() if isinstance(typed, str) else typed
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        cwd=folder,
        env=environment(folder, **settings),
        input=typed,
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    return ended(done.returncode, done.stdout, done.stderr)


def shell(script: str, folder: Path, **settings: str) -> Ended:
    """Run a shell script in which `drawbell` is the command."""
    defined = f'drawbell() {{ "{sys.executable}" -m bot "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", defined + script],
        cwd=folder,
        env=environment(folder, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    return ended(done.returncode, done.stdout, done.stderr)


def ended(code: int, out: bytes, err: bytes) -> Ended:
    """The streams as text, checked for what no user may ever see."""
    found = Ended(code=code, out=out.decode(), err=err.decode())
    for stream in (found.out, found.err):
        assert "Traceback" not in stream, stream
        assert "Exception ignored" not in stream, stream
    return found


class Running:
    """A process that goes on until it is told to stop; its log is a file that can be read."""

    def __init__(
        self, *arguments: str | Path, folder: Path, variables: Mapping[str, str] | None = None
    ) -> None:
        self._log = folder / "stderr.log"
        self._answer = folder / "stdout.log"
        with self._log.open("wb") as log, self._answer.open("wb") as answer:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", *map(str, arguments)],
                cwd=folder,
                env=environment(folder) | dict(variables or {}),
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=log,
            )

    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text(encoding="utf-8")

    def answer(self) -> str:
        """What it has answered so far."""
        return self._answer.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> None:
        """Wait until a text has been logged."""
        self.wait_until(lambda: text in self.log(), f"{text!r} in the log")

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait until something is true, while the process lives."""
        until = time.monotonic() + LONGEST
        while not happened():
            assert self._process.poll() is None, f"it ended: {self.log()}"
            assert time.monotonic() < until, f"no {what}: {self.log()}"
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGTERM, within: float = 10) -> Ended:
        """Ask it to end."""
        self._process.send_signal(number)
        return self.end(within)

    def end(self, within: float = LONGEST) -> Ended:
        """Wait for its end."""
        code = self._process.wait(within)
        return ended(code, self._answer.read_bytes(), self._log.read_bytes())

    def kill(self) -> None:
        """Whatever became of the test, leave no process behind."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(LONGEST)
