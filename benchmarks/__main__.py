"""`python -m benchmarks [TOPIC...] [--subscribers N]`: measure, and print tables with ratios.

A new topic is a module with a function `measure(subscribers) -> Result`, named in `TOPICS`.
"""

import os
import platform
import sqlite3
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from benchmarks.child import StepFailed
from benchmarks.report import Result, print_result

TOPICS = ("parse", "start", "poll", "match", "chat", "deliver", "telegram", "discord")
DEFAULT_SUBSCRIBERS = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the topics asked for; 0 however slow they are, 1 if a step failed."""
    parser = ArgumentParser(prog="python -m benchmarks", description="Measure speed and memory.")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"of: {', '.join(TOPICS)}")
    parser.add_argument("--subscribers", type=_positive, default=DEFAULT_SUBSCRIBERS, metavar="N")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.topics if name not in TOPICS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(TOPICS)}")
    print(
        f"{_machine()}. A ratio marked ! misses its aim; ratios say more than absolute values.",
        flush=True,
    )
    try:
        for name in asked.topics or TOPICS:
            print_result(_measure(name)(asked.subscribers))
    except StepFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _positive(text: str) -> int:
    number = int(text.replace(",", "").replace("_", ""))
    if number < 1:
        raise ValueError
    return number


def _measure(topic: str) -> Callable[[int], Result]:
    module = import_module(f"benchmarks.{topic}")
    return cast(Callable[[int], Result], module.measure)


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{os.cpu_count()} CPUs, {platform.system()}"
    )


if __name__ == "__main__":
    sys.exit(main())
