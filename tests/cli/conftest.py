"""`command`: the program in this process, which is quicker than starting one."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.cli.running import Ended, database_url, ended

Command = Callable[..., Ended]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    for name in [name for name in os.environ if name.startswith("DRAWBELL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DRAWBELL_DATABASE_URL", database_url(tmp_path))
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: str | Path) -> Ended:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        streams = capsys.readouterr()
        return ended(code, streams.out.encode(), streams.err.encode())

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)
