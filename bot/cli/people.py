"""`drawbell subscribers import|export FILE`: JSON lines, one each (docs/operating.md)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from adapters.addresses import chat_of
from bot.cli.output import DONE, FAILED, complain
from bot.cli.people_lines import SubscriberLine, line_of, subscriber_of
from bot.core.subscribers import Address
from bot.settings import Settings
from storage.unit_of_work import open_database

_BATCH = 2000
_SHOWN_ERRORS = 10


async def import_file(settings: Settings, path: Path) -> int:
    """Read and check the whole file, then save it; a file with errors changes nothing."""
    if _is_pipe(path):
        complain(f"{path} is no file; it is read twice, to check it first, so a pipe will not do")
        return FAILED
    try:
        total = _check(path)
    except OSError as error:
        complain(f"{path} cannot be read: {error.strerror}")
        return FAILED
    except UnicodeDecodeError:
        complain(f"{path} is no UTF-8 text")
        return FAILED
    if total is None:
        complain(f"{path} has errors; nothing was imported")
        return FAILED
    await _save(settings, path, total)
    complain(f"{total} subscribers imported")
    return DONE


def _is_pipe(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _check(path: Path) -> int | None:
    """How many subscribers the file holds; None when it has errors, which are then printed."""
    total = errors = 0
    for number, found in _in_one_place_each(path):
        total += 1
        if isinstance(found, str):
            errors += 1
            if errors <= _SHOWN_ERRORS:
                complain(f"{path} line {number}: {found}")
    return None if errors else total


def _in_one_place_each(path: Path) -> Iterator[tuple[int, SubscriberLine | str]]:
    """The lines; a sentence in place of one with a place that is somebody else's other place."""
    leading: set[Address] = set()
    others: set[Address] = set()
    for number, found in _lines(path):
        if isinstance(found, str):
            yield number, found
            continue
        address, *also = found.places
        twice = address in others or any(one in others or one in leading for one in also)
        leading.add(address)
        others.update(also)
        yield number, "one of its places is in another line too" if twice else found


def _lines(path: Path) -> Iterator[tuple[int, SubscriberLine | str]]:
    """Each line that is not empty, with its number; a sentence in place of a wrong one."""
    with path.open(encoding="utf-8-sig") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                yield number, _read(text)


def _read(text: str) -> SubscriberLine | str:
    try:
        line = SubscriberLine.model_validate_json(text)
        return line.model_copy(update={"chat": chat_of(line.platform, line.chat)})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        return f"{place}: {what}" if place else what
    except ValueError as error:
        return f"chat: {error}"


async def _save(settings: Settings, path: Path, total: int) -> None:
    lines = (found for _number, found in _lines(path) if not isinstance(found, str))
    people = map(subscriber_of, lines)
    async with open_database(settings.database_url) as store:
        with _progress() as progress:
            task = progress.add_task("Importing", total=total)
            while batch := list(islice(people, _BATCH)):
                async with store.begin() as memory:
                    await memory.subscribers.save_all(batch)
                progress.advance(task, len(batch))


async def export_file(settings: Settings, path: Path) -> int:
    """Write every subscriber to a file that only its owner may read."""
    try:
        with _opened(path) as file:
            count = await _write(settings, file)
    except OSError as error:
        complain(f"{path} cannot be written: {error.strerror}")
        return FAILED
    complain(f"{count} subscribers exported")
    return DONE


async def _write(settings: Settings, file: TextIO) -> int:
    count = after = 0
    async with open_database(settings.database_url) as store:
        while True:
            async with store.look() as memory:
                page = await memory.subscribers.page(after, _BATCH)
            if not page:
                return count
            file.writelines(line_of(one).as_json() + "\n" for _key, one in page)
            after, count = page[-1][0], count + len(page)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """A file to write; an earlier export stays as it is until the new one is whole."""
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8") as device:
            yield device
        return
    target = path.resolve()
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with _private_file(unfinished) as file:
            yield file
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _private_file(path: Path) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8")


def _progress() -> Progress:
    return Progress(console=Console(stderr=True), transient=True)
