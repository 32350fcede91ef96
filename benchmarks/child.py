"""Runs one step in a process of its own, so that its start and its memory are its own.

`python -m benchmarks.child MODULE:FUNCTION ARGUMENT...` calls a function of this package with the
arguments as text, and prints what it returns, with the peak memory of the process, as JSON.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
"""The root of the repository; children run there."""

Facts = Mapping[str, float]


class StepFailed(Exception):
    """A step ended with an error; says which, and what it wrote to stderr."""


def run_step(step: str, *arguments: object) -> Facts:
    """Run `MODULE:FUNCTION` of this package in a fresh process; returns what it measured.

    Raises:
        StepFailed: it ended with an error.
    """
    command = ["-m", "benchmarks.child", step, *map(str, arguments)]
    return cast(Facts, json.loads(_python(command, {}).stdout))


def seconds_of(arguments: Sequence[str], settings: Mapping[str, str] | None = None) -> float:
    """Wall time of a fresh Python with these arguments, from start to exit.

    Raises:
        StepFailed: it ended with an error.
    """
    started = time.perf_counter()
    _python(arguments, settings or {})
    return time.perf_counter() - started


def _python(
    arguments: Sequence[str], settings: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if settings else None,  # steps show their progress
        text=True,
        check=False,
    )
    if done.returncode:
        raise StepFailed(f"{' '.join(arguments)} ended with {done.returncode}\n{done.stderr or ''}")
    return done


def _is_ours(name: str) -> bool:
    return name.startswith("DRAWBELL_")


def progress(message: str) -> None:
    """Say on stderr how far a long step is."""
    print(f"  .. {message}", file=sys.stderr, flush=True)


def peak_megabytes() -> float:
    """The most memory this process has held at once, in units of 1,000,000 bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1_000_000


def _main(step: str, *arguments: str) -> None:
    module, _, function = step.partition(":")
    facts = getattr(import_module(f"benchmarks.{module}"), function)(*arguments)
    print(json.dumps({**facts, "peak_megabytes": peak_megabytes()}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
