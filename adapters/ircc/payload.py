"""Bytes -> the rows of the feed: encoding, JSON and outer shape; what a row holds is `parse`'s."""

import json
from collections.abc import Mapping
from typing import cast

from bot.core.errors import SourceChanged

MAX_BYTES = 10_000_000
"""The feed has grown to 0.7 MB in twelve years; more than this is something else."""

_MOST_ROWS = 10_000
"""At a hundred rounds in a year, they are those of a century."""

_LONGEST_SAMPLE = 60
_LONGEST_NUMBER = 30


def read_rows(body: bytes) -> list[object]:
    """The feed's rows as they stand in the payload.

    Raises:
        SourceChanged: it is not the feed; the message says what came instead.
    """
    if len(body) > MAX_BYTES:
        raise SourceChanged(f"the answer is larger than {MAX_BYTES // 1_000_000} MB")
    payload = _read_json(decode(body))
    if not isinstance(payload, Mapping):
        raise SourceChanged(f"the answer holds {_name_of(payload)} where an object was expected")
    rows = cast(Mapping[str, object], payload).get("rounds")
    if not isinstance(rows, list):
        raise SourceChanged("the answer has no list of rounds")
    if not rows:
        raise SourceChanged("the list of rounds is empty")
    if len(rows) > _MOST_ROWS:
        raise SourceChanged(f"the list of rounds has {len(rows):,} rows, more than there can be")
    return rows


def decode(body: bytes) -> str:
    """Text of a payload: UTF-8 (with or without mark), UTF-16 by its mark, else Windows-1252.

    The feed names no charset; the French twin has been served in both UTF-8 and Windows-1252.
    """
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _read_json(text: str) -> object:
    if not text.strip():
        raise SourceChanged("the answer is empty")
    if text.lstrip()[:1] == "<":
        raise SourceChanged("the answer is a web page, not the JSON feed")
    try:
        return cast(object, json.loads(text, parse_int=_whole))
    except RecursionError as error:
        raise SourceChanged("the answer is nested too deeply to be the feed") from error
    except ValueError as error:
        sample = " ".join(text.split())[:_LONGEST_SAMPLE]
        raise SourceChanged(f"the answer is not whole JSON ({error}); begins: {sample}") from error


def _whole(digits: str) -> int | str:
    """A whole number; one of absurd length stays text, so that it spoils its own row only."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _name_of(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number"}
    return names.get(type(value), "nothing" if value is None else "a number")
