"""Looks many rows up at once, through an index."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Text, and_, bindparam, func, select


def matching(wanted: Column[int], key: Sequence[Column[Any]]) -> Select[Any]:
    """Select `wanted` and the key of the rows whose key is in `:wanted`, a JSON list of lists.

    `(a, b) IN (VALUES ...)` says the same, but SQLite reads the whole table for it.
    """
    asked = func.json_each(bindparam("wanted", type_=Text)).table_valued("value").alias("asked")
    parts = [
        part == func.json_extract(asked.c.value, f"$[{place}]") for place, part in enumerate(key)
    ]
    return select(wanted, *key).select_from(asked).join(wanted.table, and_(*parts))


def among(wanted: Column[Any], name: str = "keys") -> ColumnElement[bool]:
    """Whether a value is in a JSON list, the parameter `name`: one statement for any length."""
    listed = func.json_each(bindparam(name, type_=Text)).table_valued("value").alias(name)
    return wanted.in_(select(listed.c.value))
