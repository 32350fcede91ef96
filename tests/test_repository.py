"""What holds for the repository as a whole: locked requirements, documented dependencies, links."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def project() -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = tomllib.loads(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    return loaded


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None, requirement
    return re.sub(r"[._-]+", "-", found[0]).lower()


def pins(path: Path) -> dict[str, set[str]]:
    """Each pinned requirement of a file (`name==version ; marker`) with its hashes."""
    whole = path.read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, set[str]] = {}
    for text in filter(None, map(str.strip, whole.splitlines())):
        pin, *hashes = re.split(r"\s+--hash=", text)
        assert pin not in found, f"{path.name} pins {pin} twice"
        found[pin] = set(hashes)
    return found


def text_files() -> list[Path]:
    """Every file of the repository that could be tracked, apart from this one."""
    made = re.compile(r"^(\.git|\.venv|\.hypothesis|build|__pycache__|\..+_cache|.+\.egg-info)$")
    names = [path for path in ROOT.rglob("*") if path.is_file() and path != Path(__file__)]
    return [
        path
        for path in names
        if not any(made.match(part) for part in path.relative_to(ROOT).parts)
        and path.suffix
        in (".cfg", ".ini", ".json", ".md", ".po", ".py", ".toml", ".txt", ".yml", "")
    ]


def test_no_file_chooses_an_index() -> None:
    chosen = re.compile(r"(?i)--(?:extra-)?index-url|(?:PIP|UV)_(?:EXTRA_|DEFAULT_)?INDEX")
    found = [path for path in text_files() if chosen.search(path.read_text("utf-8", "replace"))]
    assert found == []


def test_both_requirement_files_are_there() -> None:
    assert [path.name for path in REQUIREMENTS] == ["dev.txt", "run.txt"]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_name_no_index_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\s*(?:--?[a-z][a-z-]*).*", text.replace("    --hash=", "")) == []
    assert re.findall(r"(?i)\S*(?:https?:|://|index-url|find-links|trusted-host)\S*", text) == []


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_and_hashed(path: Path) -> None:
    for pin, hashes in pins(path).items():
        assert re.fullmatch(r"[a-z0-9-]+==[A-Za-z0-9.+!]+(?: ; .+)?", pin), pin
        assert hashes, f"{pin} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), pin


def test_what_runs_is_tested_in_the_same_versions() -> None:
    run, dev = (pins(ROOT / "requirements" / name) for name in ("run.txt", "dev.txt"))
    assert {pin: dev.get(pin) for pin in run} == run


def test_every_direct_dependency_is_locked() -> None:
    run, dev = (
        {name_of(pin) for pin in pins(ROOT / "requirements" / name)}
        for name in ("run.txt", "dev.txt")
    )
    assert {name_of(one) for one in project()["project"]["dependencies"]} <= run
    assert {name_of(one) for one in project()["dependency-groups"]["dev"]} <= dev


def test_every_direct_dependency_has_its_line() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    wanted = [*project()["project"]["dependencies"], *project()["dependency-groups"]["dev"]]
    assert [row[0].strip(" `") for row in rows] == [name_of(one) for one in wanted]
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)


DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}
