"""Whatever a user does: an exit code, a sentence, never a traceback."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.rows import ROWS, feed_file
from tests.cli.running import drawbell

COMMANDS = ("run", "demo", "chat", "poll", "feed", "verdict", "doctor", "subscribers")
USING_THE_DATABASE = (
    ("poll",),
    ("chat",),
    ("verdict", "--round", "385", "--crs", "480"),
    ("subscribers", "export", "export.jsonl"),
)


def test_help_names_every_command(command: Command) -> None:
    done = command("--help")

    assert (done.code, done.err) == (0, "")
    assert {line.split()[0] for line in done.out.splitlines() if line.startswith("    ")} >= set(
        COMMANDS
    )


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["fly"],
        ["poll", "--jso"],
        ["poll", "now"],
        ["chat", "--as", ""],
        ["chat", "--as", "x" * 101],
        ["chat", "--as", "a\nb"],
        ["chat", "--language", "de"],
        ["demo", "--language"],
        ["subscribers"],
        ["subscribers", "import"],
        ["subscribers", "drop", "x"],
    ],
)
def test_wrong_usage_is_2_with_a_usage_line(wrong: list[str], command: Command) -> None:
    done = command(*wrong)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: drawbell")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("POLL_SECONDS", "soon", "DRAWBELL_POLL_SECONDS"),
        ("POLL_SECONDS", "0", "DRAWBELL_POLL_SECONDS"),
        ("LOG_LEVEL", "loud", "DRAWBELL_LOG_LEVEL"),
        ("LOG_FORMAT", "xml", "DRAWBELL_LOG_FORMAT"),
        ("TELEGRAM_TOKN", "1:x", "DRAWBELL_TELEGRAM_TOKEN"),
    ],
)
def test_wrong_settings_are_2_and_named(
    name: str, value: str, said: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DRAWBELL_{name}", value)

    done = command("doctor")

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_wrong_name_in_the_env_file_is_found(command: Command, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DRAWBELL_POL_SECONDS=60\n", encoding="utf-8")

    done = command("doctor")

    assert done.code == 2
    assert "DRAWBELL_POLL_SECONDS" in done.err


def bad_databases(folder: Path) -> dict[str, Path]:
    text = folder / "text.db"
    text.write_text("no database at all\n" * 100, encoding="utf-8")
    (folder / "directory").mkdir()
    return {
        "missing folder": folder / "missing" / "drawbell.db",
        "below a file": text / "drawbell.db",
        "directory": folder / "directory",
        "no database": text,
    }


@pytest.mark.parametrize("arguments", USING_THE_DATABASE, ids=lambda one: one[0])
@pytest.mark.parametrize("kind", ["missing folder", "below a file", "directory", "no database"])
def test_a_database_that_cannot_be_used_is_1_and_named(
    kind: str,
    arguments: tuple[str, ...],
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = bad_databases(tmp_path)[kind]
    monkeypatch.setenv("DRAWBELL_DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(feed_file(tmp_path)))

    done = command(*arguments)

    assert (done.code, done.out) == (1, "")
    assert "database" in done.err


def test_a_foreign_file_named_as_the_database_is_left_as_it_was(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = bad_databases(tmp_path)["no database"]
    text.chmod(0o644)
    before = text.read_bytes()
    monkeypatch.setenv("DRAWBELL_DATABASE_URL", f"sqlite+aiosqlite:///{text}")

    command("poll")

    assert text.read_bytes() == before


@pytest.mark.parametrize("command_", ["run", "poll"])
def test_a_process_with_an_unusable_database_ends_without_a_traceback(
    command_: str, tmp_path: Path
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/missing/drawbell.db"
    settings = {"telegram_token": "1:x", "telegram_api_url": "http://127.0.0.1:9"}

    done = drawbell(command_, folder=tmp_path, database_url=url, **settings)

    assert (done.code, done.out) == (1, "")
    assert "cannot be opened" in done.err


def test_the_doctor_says_what_is_well_and_what_is_to_do(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(feed_file(tmp_path)))

    done = command("doctor")

    assert (done.code, done.err) == (0, "")
    assert "17 rounds readable" in done.out
    assert "DRAWBELL_TELEGRAM_TOKEN" in done.out
    assert "DRAWBELL_DISCORD_TOKEN" in done.out
    assert "WRONG" not in done.out


def test_a_poll_says_what_followed(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(feed_file(tmp_path)))
    command("poll")
    corrected = dict(ROWS[0]) | {"drawCRS": "399"}
    bad = dict(ROWS[0]) | {"drawNumber": "501", "drawCRS": "soon"}
    feed_file(tmp_path, (corrected, bad, *ROWS[1:-1]))

    done = command("poll")

    assert done.out.splitlines() == [
        "No new round. Known rounds that changed: 1. Alerts queued: 0. "
        "Rounds known and not published: 1; they are kept. "
        "Rows that cannot be read: 1; `drawbell feed check` shows them."
    ]


def test_the_doctor_asks_for_a_discord_token_only_while_there_is_none(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(feed_file(tmp_path)))
    monkeypatch.setenv("DRAWBELL_DISCORD_TOKEN", "1.2.3")

    assert "ok    Discord: a token is set" in command("doctor").out


def test_an_answer_that_could_not_be_read_is_kept_and_the_doctor_says_so(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = tmp_path / "list.json"
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(feed))
    feed.write_bytes(feed_file(tmp_path).read_bytes())
    command("poll")
    assert "could not be read" not in command("doctor").out
    none = command("feed", "sample")
    assert (none.code, none.out) == (1, "")
    assert "no answer was kept" in none.err

    feed.write_text("<html>Back soon \x1b[2J é", encoding="utf-8")
    command("poll")

    kept = command("feed", "sample")
    assert (kept.code, kept.out) == (0, "<html>Back soon \ufffd[2J é\n")
    assert re.search(r"an answer could not be read at 20\d\d-\d\d-\d\d \d\d:\d\d UTC$", kept.err)
    [line] = [line for line in command("doctor").out.splitlines() if "could not be read" in line]
    assert line.startswith("todo ")
    assert line.endswith("see it with `drawbell feed sample`")

    feed.write_bytes(feed_file(tmp_path).read_bytes() + b"\n")
    command("poll")

    [line] = [line for line in command("doctor").out.splitlines() if "could not be read" in line]
    assert line.startswith("ok ")
    assert "the feed has been read since" in line


def test_the_doctor_finds_what_is_wrong_and_tells_no_secret(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWBELL_IRCC_FEED_URL", str(tmp_path / "nothing.json"))
    monkeypatch.setenv("DRAWBELL_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/missing/x.db")
    monkeypatch.setenv("DRAWBELL_DISCORD_TOKEN", "a-secret-token")
    monkeypatch.setenv("DRAWBELL_DISCORD_API_URL", "http://127.0.0.1:9")

    done = command("doctor")

    assert done.code == 1
    wrong = [line for line in done.out.splitlines() if line.startswith("WRONG")]
    assert [line.split()[1] for line in wrong[:2]] == ["Database:", "Feed:"]
    assert "a-secret-token" not in done.out + done.err


def test_a_chat_takes_any_bytes(tmp_path: Path) -> None:
    typed = b"\xff\xfe\x00\x80 /profile\n/profile score \xc3(480\n/help\n\x00\n" + b"\xf0" * 5000

    done = drawbell("chat", "--as", "noise", folder=tmp_path, typed=typed)

    assert (done.code, done.err) == (0, "")
    assert "/profile" in done.out


def test_a_chat_answers_in_french_and_ends_at_exit(tmp_path: Path) -> None:
    typed = "/start\n/quit\n/help\n"

    done = drawbell("chat", "--language", "fr", folder=tmp_path, typed=typed)

    assert (done.code, done.err) == (0, "")
    assert "Bienvenue" in done.out
    assert "Je connais" not in done.out
