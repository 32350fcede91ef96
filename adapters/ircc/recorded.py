"""A recorded stretch of real rounds (autumn 2025), for the demonstration."""

import json
from importlib import resources
from typing import Any, cast


def recorded_feeds(first_news: str) -> list[bytes]:
    """Payloads as IRCC published them one after the other.

    The first holds what was there before round `first_news`; each further one has one round more.
    """
    file = resources.files("adapters.ircc") / "recorded/2025-12.json"
    rows = cast(list[dict[str, Any]], json.loads(file.read_text(encoding="utf-8"))["rounds"])
    start = next(at for at, row in enumerate(rows) if row["drawNumber"] == first_news)
    return [_feed(rows[at:]) for at in range(start + 1, -1, -1)]


def _feed(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps({"rounds": rows}).encode()
