"""The official copies and tables next to the checkout, where they are to be had."""

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2].parent / "shared" / "data"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="../shared/data is not there: no official copies to check against"
)


def shared_bytes(name: str) -> bytes:
    """A file of the shared data as it lies there."""
    return (SHARED / name).read_bytes()


def shared_json(name: str) -> Any:
    """A JSON file of the shared data."""
    return json.loads(shared_bytes(name))
