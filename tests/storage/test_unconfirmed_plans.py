"""What an unconfirmed alert and its end cost does not grow with all that was ever sent."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.pipeline.reported import EARLIER, World, a_post, asking

Statements = dict[str, Any]
OF_A_POLL = "CREATE TEMP TABLE told (audience_id, {})".format(
    ", ".join(f"priority_{way}" for way in range(5))
)


@pytest.fixture
def executed() -> Iterator[Statements]:
    """Each statement that is executed once or more, with the parameters of the last time."""
    found: Statements = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found[statement] = parameters[0] if isinstance(parameters, list) else parameters

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def plans(database: Path, statements: Statements) -> list[str]:
    """How SQLite goes about each of them."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(OF_A_POLL)
        return [
            row[3]
            for statement, parameters in statements.items()
            for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


async def test_no_statement_reads_through_deliveries(
    store: Database, database: Path, clock: FakeClock, executed: Statements
) -> None:
    world = World(store, clock)
    await world.begin(*(asking(f"chat-{number}") for number in range(3)))
    executed.clear()
    await world.down_with(a_post())
    await world.heard()
    await world.publish(a_round(crs_cut_off=480), EARLIER)
    assert len(await world.heard()) == 3

    about = {
        text: said
        for text, said in executed.items()
        if "deliveries" in text and text.startswith(("SELECT", "UPDATE", "INSERT"))
    }

    assert [text for text in about if text.startswith("UPDATE")]
    assert [step for step in plans(database, about) if step == "SCAN deliveries"] == []
