"""`drawbell run` with a token: polls until it is told to stop."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import a_feed, a_row
from tests.cli.running import Running

NOBODY = "http://127.0.0.1:9"
TOKEN = {"DRAWBELL_TELEGRAM_TOKEN": "1:x", "DRAWBELL_TELEGRAM_API_URL": NOBODY}


@pytest.fixture
def hanging() -> Iterator[socket.socket]:
    """A server that takes a call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield server


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_takes_a_baseline_sees_a_new_round_and_ends_when_told(
    number: signal.Signals, tmp_path: Path
) -> None:
    feed, next_feed = tmp_path / "feed.json", tmp_path / "next.json"
    feed.write_bytes(a_feed([a_row()]))
    next_feed.write_bytes(a_feed([a_row(drawNumber="386"), a_row()]))
    settings = {"DRAWBELL_IRCC_FEED_URL": str(feed), "DRAWBELL_POLL_SECONDS": "1"}
    running = Running("run", folder=tmp_path, variables=TOKEN | settings)
    try:
        running.wait_for("baseline_taken")
        next_feed.replace(feed)
        running.wait_for("round_detected")
        done = running.stop(number, within=10)
    finally:
        running.kill()

    assert (done.code, done.out) == (0, "")
    assert "demo" not in done.err


def test_it_ends_within_ten_seconds_though_the_feed_hangs(
    hanging: socket.socket, tmp_path: Path
) -> None:
    port = hanging.getsockname()[1]
    settings = {"DRAWBELL_IRCC_FEED_URL": f"http://127.0.0.1:{port}/feed.json"}
    running = Running("run", folder=tmp_path, variables=TOKEN | settings)
    try:
        call, _ = hanging.accept()
        with call:
            assert call.recv(100)
            done = running.stop(within=10)
    finally:
        running.kill()

    assert done.code == 0


def test_a_feed_that_breaks_and_comes_back_does_not_end_it(tmp_path: Path) -> None:
    feed = tmp_path / "feed.json"
    feed.write_bytes(b"<html>")
    settings = {"DRAWBELL_IRCC_FEED_URL": str(feed), "DRAWBELL_POLL_SECONDS": "1"}
    running = Running("run", folder=tmp_path, variables=TOKEN | settings)
    try:
        running.wait_for("source_changed")
        feed.write_bytes(a_feed([a_row()]))
        running.wait_for("baseline_taken")
        done = running.stop()
    finally:
        running.kill()

    assert done.code == 0


def test_logs_as_json_are_json_line_by_line(tmp_path: Path) -> None:
    feed = tmp_path / "feed.json"
    feed.write_bytes(a_feed([a_row()]))
    settings = {"DRAWBELL_IRCC_FEED_URL": str(feed), "DRAWBELL_LOG_FORMAT": "json"}
    running = Running("run", folder=tmp_path, variables=TOKEN | settings)
    try:
        running.wait_for("baseline_taken")
        done = running.stop()
    finally:
        running.kill()

    events = [json.loads(line)["event"] for line in done.err.splitlines()]
    assert {"started", "baseline_taken", "stopped"} <= set(events)
    assert TOKEN["DRAWBELL_TELEGRAM_TOKEN"] not in done.err
