"""What the operator sees while a round is open that only news sites report."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.timing import TORONTO
from storage.unit_of_work import Database, open_database
from tests.cli.running import drawbell
from tests.fakes.clock import FakeClock
from tests.fakes.databases import url_of
from tests.pipeline.reported import EARLIER, World, a_post, asking


async def an_open_round(store: Database, clock: FakeClock) -> None:
    """Reported today, told to one of two, and the source is still down."""
    today = clock.now.astimezone(TORONTO).date()
    world = World(store, clock)
    await world.begin(asking("ann"), asking("bob"))
    await world.publish(replace(EARLIER, held_on=today - timedelta(days=1)))
    clock.forward(hours=-1)
    await world.down_with(a_post(day=today, ago=None), minutes=60)
    await world.heard(only="ann")


async def test_status_names_the_round_its_reports_and_how_far_its_alert_is(
    database: Path, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    async with open_database(url_of(database)) as store:
        await an_open_round(store, FakeClock(now))
    number = f"{now.astimezone(TORONTO).date()}/healthcare?"

    said = drawbell("status", folder=tmp_path, database_url=url_of(database))
    told = json.loads(
        drawbell("status", "--json", folder=tmp_path, database_url=url_of(database)).out
    )

    assert said.code == 0
    lines = said.out.splitlines()
    [incident] = [line for line in lines if line.startswith(f"INCIDENT unconfirmed/{number} since")]
    assert incident.endswith(f"CRS cut-off 476: {a_post().link}")
    assert [line for line in lines if line.startswith("INCIDENT source_unavailable since")]
    [broadcast] = [line for line in lines if line.startswith("unconfirmed ")]
    assert broadcast.startswith(f"unconfirmed #{number}: 1 of 2 done (sent 1, given up 0")
    [facts] = told["broadcasts"]
    assert (facts["kind"], facts["rounds"], facts["to_send"]) == ("unconfirmed", [number], 1)
