"""The full feed to measure with: the newest official file at hand, else one of the same length."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from adapters.ircc.recorded import recorded_feeds
from benchmarks.child import ROOT

OFFICIAL = ROOT.parent / "shared/data/ircc/ee_rounds_123_en.2026-08-07.json"
ROWS = 435


def full_feed() -> tuple[bytes, str]:
    """The bytes of a full feed, and where they come from."""
    if OFFICIAL.is_file():
        return OFFICIAL.read_bytes(), f"official file {OFFICIAL.name}"
    return _grown(), f"{ROWS} rows grown from the recorded rounds"


def write_full_feed(path: Path) -> str:
    """Write a full feed to a file; returns where it comes from."""
    body, origin = full_feed()
    path.write_bytes(body)
    return origin


def _grown() -> bytes:
    """The recorded rows again and again, each with a number and a day of its own."""
    rows = cast(list[dict[str, Any]], json.loads(recorded_feeds("385")[-1])["rounds"])
    newest = date(2026, 8, 7)
    grown = [
        {
            **rows[at % len(rows)],
            "drawNumber": str(ROWS - at),
            "drawDate": (newest - timedelta(days=9 * at)).isoformat(),
            "drawDateTime": "",
        }
        for at in range(ROWS)
    ]
    return json.dumps({"rounds": grown}).encode()
