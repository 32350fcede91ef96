"""The French twin over HTTP: in every encoding it has been served in, and when it is not itself."""

import gzip
import json
from pathlib import Path

import pytest

from adapters.ircc.french import FrenchTwin
from bot.core.errors import SourceChanged, SourceUnavailable
from tests.builders import a_french_row
from tests.fakes.serving import answering, serving

NAME = "Professions de la santé et des services sociaux (Version 2)"


def a_twin(*rows: object) -> str:
    return json.dumps({"rounds": rows or [a_french_row()]}, ensure_ascii=False)


async def names(
    body: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> dict[str, str]:
    async with serving(answering(body, status, headers)) as url:
        return {str(number): name for number, name in (await FrenchTwin(url).names()).items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("blank", [" ", "\u00a0"], ids=["blank", "no-break"])
async def test_names_are_read_in_either_encoding(encoding: str, blank: str) -> None:
    body = a_twin(a_french_row(drawSize=f"1{blank}000")).encode(encoding)

    assert await names(body) == {"385": NAME}


async def test_a_compressed_twin_is_read() -> None:
    packed = gzip.compress(a_twin().encode("cp1252"))

    assert await names(packed, headers={"Content-Encoding": "gzip"}) == {"385": NAME}


async def test_a_row_that_is_odd_hides_no_other() -> None:
    odd = [
        5,
        {},
        a_french_row(drawNumber="386", drawName=""),
        a_french_row(drawNumber="387", drawName="<b>Professions</b>"),
        a_french_row(drawNumber="388", drawName="x" * 500),
        a_french_row(drawNumber="no number", drawName=NAME),
    ]

    assert await names(a_twin(*odd, a_french_row(), a_french_row(drawNumber="91A")).encode()) == {
        "385": NAME,
        "91a": NAME,
    }


async def test_nothing_but_number_and_name_has_to_be_readable() -> None:
    row = {"drawNumber": "385", "drawName": NAME, "drawCRS": "?", "drawDate": None}

    assert await names(a_twin(row).encode()) == {"385": NAME}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!doctype html><title>Maintenance</title>", "web page"),
        (a_twin().encode("cp1252")[:200], "not whole JSON"),
        (b'{"rounds": []}', "empty"),
    ],
    ids=["html", "half", "empty"],
)
async def test_what_is_no_twin_is_said_as_such(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        await names(body)


@pytest.mark.parametrize("status", [304, 404, 503])
async def test_another_status_is_no_answer(status: int) -> None:
    with pytest.raises(SourceUnavailable):
        await names(b"", status)


async def test_it_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "ee_fr.json"
    file.write_bytes(a_twin().encode("cp1252"))

    assert await FrenchTwin(str(file)).names() == {"385": NAME}
