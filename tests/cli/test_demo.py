"""`drawbell demo`, and `drawbell run` before there is a token, as a machine runs them."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Ended, Running

LONGEST_DEMO = 120

DEMOS = {
    "english": ["demo"],
    "french": ["demo", "--language", "fr"],
    "run": ["run"],
}


def start(arguments: list[str], folder: Path) -> Running:
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    return Running(*arguments, folder=folder, variables={"TMPDIR": str(temporary)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def shown(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    """All at once: a demo mostly waits. "again" comes after "english" in the same folder."""
    others = {name: tmp_path_factory.mktemp("demo") for name in DEMOS if name != "english"}
    folders = {"english": folder} | others
    running = {name: start(DEMOS[name], folders[name]) for name in DEMOS}
    try:
        ended = {name: one.end(LONGEST_DEMO) for name, one in running.items()}
        running["again"] = start(DEMOS["english"], folder)
        yield ended | {"again": running["again"].end(LONGEST_DEMO)}
    finally:
        for one in running.values():
            one.kill()


@pytest.mark.parametrize("name", [*DEMOS, "again"])
def test_a_demo_ends_by_itself(name: str, shown: dict[str, Ended]) -> None:
    assert shown[name].code == 0


def alert_for(chat: str, out: str, opening: str = "--- alert for") -> list[str]:
    """The lines of the alert about #385 for one of the sample subscribers."""
    round_ = next(part for part in out.split("\n=== ") if "385" in part.partition("\n")[0])
    alert = round_.partition(f"{opening} {chat}\n")[2]
    return alert.partition("\n---")[0].splitlines()


@pytest.mark.parametrize("name", ["english", "again", "run"])
def test_the_alert_for_385_is_there_each_sentence_on_one_line(
    name: str, shown: dict[str, Ended]
) -> None:
    lines = alert_for("nurse-480", shown[name].out)

    assert lines[0] == "Draw #385 Healthcare: you would have qualified, 480 vs 476 (+4)"
    assert "480 against a CRS cut-off of 476: you would have qualified, 4 points above." in lines
    assert "1,000 invitations issued on December 11, 2025." in lines
    assert any("385" in one and "476" in one and "would have qualified" in one for one in lines)


@pytest.mark.parametrize(
    ("chat", "said"),
    [
        ("nurse-476-early", "you would have qualified, in by the tie-break"),
        ("nurse-476-late", "out by the tie-break"),
        ("nurse-476", "it depends on the tie-break"),
        ("nurse-470", "6 points short"),
    ],
)
def test_the_samples_show_every_verdict(chat: str, said: str, shown: dict[str, Ended]) -> None:
    assert said in alert_for(chat, shown["english"].out)[0]


def test_who_is_not_concerned_by_385_is_not_shown(shown: dict[str, Ended]) -> None:
    assert alert_for("francophone-410", shown["english"].out) == []


def test_it_speaks_french_when_asked(shown: dict[str, Ended]) -> None:
    lines = alert_for("nurse-480", shown["french"].out, "--- alerte pour")

    assert "vous auriez rempli les conditions, 480 contre 476 (+4)" in lines[0]
    assert lines[0].startswith("Ronde nº 385 Santé")
    for english in ("would have", "qualified", "invitations issued", "cut-off", "alert for"):
        assert english not in shown["french"].out


def test_twice_in_a_row_it_shows_the_same(shown: dict[str, Ended]) -> None:
    assert shown["again"].out == shown["english"].out


def test_without_a_token_run_is_the_demo_and_says_so_in_one_line(shown: dict[str, Ended]) -> None:
    assert shown["run"].out == shown["english"].out
    assert shown["run"].err.count("\n") == 1
    assert "token" in shown["run"].err
    assert "demo" in shown["run"].err
    assert shown["english"].err == ""


def test_it_leaves_nothing_behind(shown: dict[str, Ended], folder: Path) -> None:
    assert shown
    assert {path.name for path in folder.iterdir()} == {"stdout.log", "stderr.log", "tmp"}
    assert list((folder / "tmp").iterdir()) == []


def test_ctrl_c_ends_it_at_once_and_cleanly(tmp_path: Path) -> None:
    running = start(["demo"], tmp_path)
    try:
        running.wait_until(lambda: "===" in running.answer(), "first round")
        done = running.stop(signal.SIGINT)
    finally:
        running.kill()

    assert (done.code, done.err) == (0, "")
    assert list((tmp_path / "tmp").iterdir()) == []
