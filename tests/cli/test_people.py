"""`drawbell subscribers import|export`: everything or nothing, for nobody else's eyes."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.cli.running import shell

FULL = {
    "platform": "telegram",
    "chat": "-100123",
    "language": "fr",
    "time_zone": "America/Toronto",
    "alerts": {"mode": "all", "near_points": 25},
    "quiet": ["22:00:00", "07:30:00"],
    "paused": True,
    "paused_until": "2027-01-01T00:00:00Z",
    "profiles": [
        {
            "name": "me",
            "crs_score": 480,
            "nominee": False,
            "yes": ["cec", "healthcare"],
            "no": ["pnp", "french"],
            "occupations": [{"noc": "31301", "months": 14, "in_canada": True}],
            "submitted": {"earliest": "2025-11-20T14:03:00Z", "latest": "2025-11-20T14:03:59Z"},
        },
        {
            "name": "Rosé & Söhne",
            "crs_score": None,
            "nominee": None,
            "yes": [],
            "no": [],
            "occupations": [{"noc": "00012", "months": None, "in_canada": None}],
            "submitted": None,
        },
    ],
}
ANNA = {"platform": "console", "chat": "a"}


pytestmark = pytest.mark.usefixtures("database")


def write(folder: Path, *lines: object) -> Path:
    path = folder / "people.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def exported(command: Command, folder: Path) -> list[dict[str, Any]]:
    path = folder / "export.jsonl"
    done = command("subscribers", "export", path)
    assert (done.code, done.out) == (0, ""), done.err
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert f"{len(found)} subscribers exported" in done.err
    return found


def test_what_is_imported_comes_out_the_same(command: Command, tmp_path: Path) -> None:
    done = command("subscribers", "import", write(tmp_path, FULL))

    assert (done.code, done.out) == (0, "")
    assert "1 subscribers imported" in done.err
    assert exported(command, tmp_path) == [FULL]


def test_an_export_can_be_imported_elsewhere_and_again(command: Command, tmp_path: Path) -> None:
    many = [{**FULL, "chat": str(number)} for number in range(1, 2_501)]
    assert command("subscribers", "import", write(tmp_path, *many)).code == 0
    first = exported(command, tmp_path)

    assert command("subscribers", "import", tmp_path / "export.jsonl").code == 0

    assert first == many
    assert exported(command, tmp_path) == first


def test_a_line_needs_only_an_address(command: Command, tmp_path: Path) -> None:
    assert command("subscribers", "import", write(tmp_path, ANNA)).code == 0

    (found,) = exported(command, tmp_path)
    assert (found["language"], found["time_zone"], found["quiet"]) == ("en", None, None)
    assert [profile["name"] for profile in found["profiles"]] == ["me"]


@pytest.mark.parametrize(
    ("said", "earliest", "latest"),
    [
        ("2025-11-20", "2025-11-20T00:00:00Z", "2025-11-20T23:59:59Z"),
        ("2025-11-20 14:03", "2025-11-20T14:03:00Z", "2025-11-20T14:03:59Z"),
        ("2025-11-20T14:03:05-05:00", "2025-11-20T19:03:05Z", "2025-11-20T19:03:05Z"),
    ],
)
def test_a_submission_may_be_a_text(
    said: str, earliest: str, latest: str, command: Command, tmp_path: Path
) -> None:
    line = {**ANNA, "profiles": [{"submitted": said}]}

    assert command("subscribers", "import", write(tmp_path, line)).code == 0

    (found,) = exported(command, tmp_path)
    assert found["profiles"][0]["submitted"] == {"earliest": earliest, "latest": latest}


def test_a_byte_order_mark_and_empty_lines_are_no_matter(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(b"\xef\xbb\xbf\r\n" + json.dumps(ANNA).encode() + b"\r\n\r\n   \r\n")

    assert command("subscribers", "import", path).code == 0
    assert len(exported(command, tmp_path)) == 1


def profile(**changes: object) -> dict[str, object]:
    return {**ANNA, "profiles": [changes]}


def submitted(earliest: str, latest: str) -> dict[str, object]:
    return profile(submitted={"earliest": earliest, "latest": latest})


WRONG = {
    "no json": "{",
    "a list": [],
    "a number": 5,
    "no address": {},
    "another platform": {**ANNA, "platform": "fax"},
    "an empty chat": {**ANNA, "chat": ""},
    "a name on telegram": {"platform": "telegram", "chat": "@someone"},
    "a name on discord": {"platform": "discord", "chat": "someone#1234"},
    "a chat of two lines": {**ANNA, "chat": "a\nb"},
    "half a character": '{"platform": "console", "chat": "\\ud800"}',
    "an unknown field": {**ANNA, "colour": "red"},
    "an unknown field of a profile": profile(colour="red"),
    "an unknown language": {**ANNA, "language": "de"},
    "a wrong zone": {**ANNA, "time_zone": "Toronto/America"},
    "a zone outside": {**ANNA, "time_zone": "../../etc/passwd"},
    "a wrong mode": {**ANNA, "alerts": {"mode": "loud"}},
    "quiet in utc": {**ANNA, "quiet": ["22:00Z", "07:00Z"]},
    "half quiet": {**ANNA, "quiet": ["22:00"]},
    "a pause without a zone": {**ANNA, "paused_until": "2027-01-01T00:00:00"},
    "a pause at the end of time": {**ANNA, "paused_until": "9999-12-31T23:59:59-14:00"},
    "a score of 1201": profile(crs_score=1201),
    "a score below": profile(crs_score=-1),
    "a score that is true": profile(crs_score=True),
    "a score in words": profile(crs_score="many"),
    "an unknown category": profile(yes=["cec", "gardening"]),
    "a wrong occupation": profile(occupations=[{"noc": "3130"}]),
    "an occupation in other digits": profile(occupations=[{"noc": "٣١٣٠١"}]),
    "a date that is none": profile(submitted="2025-02-30"),
    "a submission backwards": submitted("2025-12-31T00:00:00Z", "2024-12-31T00:00:00Z"),
    "a submission at the end of time": submitted(
        "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59-14:00"
    ),
    "the same name twice": {**ANNA, "profiles": [{"name": "Me"}, {"name": "me"}]},
    "no profile": {**ANNA, "profiles": []},
    "deep": "[" * 100_000,
    "another place on the same platform": {**ANNA, "also": [{"platform": "console", "chat": "b"}]},
    "two other places on one platform": {
        **ANNA,
        "also": [{"platform": "http", "chat": "b"}, {"platform": "http", "chat": "c"}],
    },
    "somebody else's place": {
        "platform": "telegram",
        "chat": "1",
        "also": [{"platform": ANNA["platform"], "chat": ANNA["chat"]}],
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_with_one_wrong_line_changes_nothing(
    name: str, command: Command, tmp_path: Path
) -> None:
    path = write(tmp_path, ANNA, "", WRONG[name])

    done = command("subscribers", "import", path)

    assert (done.code, done.out) == (1, "")
    assert "line 3: " in done.err
    assert "nothing was imported" in done.err
    assert exported(command, tmp_path) == []


@pytest.mark.parametrize(
    ("platform", "chat", "right"),
    [
        ("telegram", "@someone", "a chat is its number"),
        ("telegram", "123/x", "a topic follows after a slash"),
        ("discord", "someone", "a person is dm:NUMBER"),
        ("discord", "gu:1", "a channel of a server is ch:NUMBER"),
    ],
)
def test_what_is_no_address_is_told_with_what_is_one(
    platform: str, chat: str, right: str, command: Command, tmp_path: Path
) -> None:
    path = write(tmp_path, {"platform": platform, "chat": chat})

    done = command("subscribers", "import", path)

    assert done.code == 1
    assert f"line 1: chat: '{chat}' is no address" in done.err
    assert right in " ".join(done.err.split())


def test_a_person_on_discord_is_the_same_with_and_without_a_prefix(
    command: Command, tmp_path: Path
) -> None:
    lines = [{"platform": "discord", "chat": chat} for chat in ("81", "dm:81", "ch:81")]
    assert command("subscribers", "import", write(tmp_path, *lines)).code == 0

    assert [one["chat"] for one in exported(command, tmp_path)] == ["dm:81", "ch:81"]


def test_every_wrong_line_is_named_up_to_ten(command: Command, tmp_path: Path) -> None:
    done = command("subscribers", "import", write(tmp_path, *["{"] * 30))

    assert [f"line {number}: " in done.err for number in (1, 10, 11)] == [True, True, False]


@pytest.mark.parametrize("body", [b"\xff\xfe{\0}\0", b"\x80" * 100])
def test_a_file_that_is_no_text_is_refused(body: bytes, command: Command, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(body)

    done = command("subscribers", "import", path)

    assert (done.code, done.out) == (1, "")
    assert "no UTF-8 text" in done.err


@pytest.mark.parametrize("name", ["nothing.jsonl", ".", "people.jsonl/x"])
@pytest.mark.parametrize("action", ["import", "export"])
def test_a_place_that_is_no_file_is_named(
    action: str, name: str, command: Command, tmp_path: Path
) -> None:
    write(tmp_path, ANNA)
    target = f"missing/{name}" if action == "export" and name != "." else name

    done = command("subscribers", action, target)

    assert (done.code, done.out) == (1, "")
    assert target in done.err


def test_an_export_is_for_its_owner_only_even_over_an_older_file(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)

    exported(command, tmp_path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.glob("*export*")) == ["export.jsonl"]


def test_an_export_that_fails_leaves_the_older_one(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text("old", encoding="utf-8")
    (tmp_path / "text.db").write_text("no database at all\n" * 100, encoding="utf-8")
    monkeypatch.setenv("DRAWBELL_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'text.db'}")

    done = command("subscribers", "export", path)

    assert done.code == 1
    assert path.read_text(encoding="utf-8") == "old"


def test_pipes_an_export_may_be_one_an_import_may_not(tmp_path: Path) -> None:
    write(tmp_path, ANNA)
    refused = shell("cat people.jsonl | drawbell subscribers import /dev/stdin", tmp_path)
    shell("drawbell subscribers import people.jsonl", tmp_path)
    out = shell("drawbell subscribers export /dev/stdout | cat", tmp_path)

    assert refused.code == 1
    assert "pipe" in refused.err
    assert json.loads(out.out)["chat"] == "a"


def test_what_only_some_have_comes_out_too(command: Command, tmp_path: Path) -> None:
    rare = {
        **FULL,
        "paused_since": "2026-12-01T00:00:00Z",
        "gone_at": "2026-12-02T00:00:00Z",
        "facts": {"owner": "42"},
        "also": [
            {"platform": "discord", "chat": "dm:7", "gone_at": None, "gone_for": None},
            {
                "platform": "http",
                "chat": "nurse",
                "gone_at": "2026-12-03T00:00:00Z",
                "gone_for": "left",
            },
        ],
        "backup": False,
    }
    assert command("subscribers", "import", write(tmp_path, rare)).code == 0

    assert exported(command, tmp_path) == [rare]


ELSEWHERE = {"platform": "telegram", "chat": "77"}


@pytest.mark.parametrize(
    "lines",
    [
        [{**ANNA, "also": [ELSEWHERE]}, ELSEWHERE],
        [{**ANNA, "also": [ELSEWHERE]}, {**ANNA, "chat": "b", "also": [ELSEWHERE]}],
    ],
    ids=["leading there", "linked there too"],
)
def test_one_place_in_two_lines_changes_nothing(
    lines: list[object], command: Command, tmp_path: Path
) -> None:
    done = command("subscribers", "import", write(tmp_path, *lines))

    assert done.code == 1
    assert "line 2: one of its places is in another line too" in done.err
    assert exported(command, tmp_path) == []


def test_whoever_is_saved_in_a_place_is_replaced_there(command: Command, tmp_path: Path) -> None:
    other = {"platform": "telegram", "chat": "8", "also": [{"platform": "http", "chat": "x"}]}
    mine = {**ANNA, "also": [ELSEWHERE, {"platform": "http", "chat": "x"}]}
    assert command("subscribers", "import", write(tmp_path, ELSEWHERE, other)).code == 0
    assert command("subscribers", "import", write(tmp_path, mine)).code == 0

    found = {one["chat"]: one.get("also", []) for one in exported(command, tmp_path)}

    assert set(found) == {ANNA["chat"], "8"}
    assert [one["chat"] for one in found[str(ANNA["chat"])]] == ["x", "77"]
    assert found["8"] == []
