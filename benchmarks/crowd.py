"""A database with so many subscribers, built once in a run and shared by the topics."""

import atexit
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.child import Facts, progress, run_step


@lru_cache(maxsize=1)
def saved(people: int) -> tuple[Path, Facts]:
    """The file, and what building it took; it goes away with this process."""
    folder = TemporaryDirectory(prefix="drawbell-bench-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "saved.db"
    progress(f"saving {people:,} subscribers")
    return path, run_step("match:build", path, people)
