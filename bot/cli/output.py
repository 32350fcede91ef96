"""Answers on stdout, messages on stderr, and the exit codes between."""

import json
import sys
from datetime import date

DONE, FAILED, WRONG_USAGE = 0, 1, 2


def answer(text: str) -> None:
    """Print a part of the answer."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def answer_json(value: object) -> None:
    """Print the answer as JSON."""
    answer(json.dumps(value, ensure_ascii=False, indent=2))


def complain(text: str) -> None:
    """Say on stderr what is wrong."""
    sys.stderr.write(f"drawbell: {text}\n")


def iso(value: date | None) -> str | None:
    """A date or a UTC time in ISO form, with Z for UTC."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")
