"""Standard streams in all conditions: closed, full, of another encoding."""

import os
import sys


def _open_missing() -> None:
    """A stream that was closed before we started (`<&-`, some daemons) is empty, not missing."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - lives as long as we do
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def drop_stdout() -> None:
    """Python flushes stdout once more at exit, and must not complain then."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare_streams() -> None:
    """Take any bytes people pipe in, and never fail on a character a terminal lacks."""
    _open_missing()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
