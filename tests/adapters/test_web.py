"""One document of a site, over real sockets: what comes back, and what is never believed."""

import pytest
from aiohttp import web
from yarl import URL

from adapters.web import Answer, Manner, get, is_same_site
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.ports import Validators
from tests.fakes.serving import answering, raw, serving

ANY, OURS = (Manner(accept="*/*", longest=1000, same_site=same_site) for same_site in (False, True))
BODY = b"a document"


async def ask(url: str, manner: Manner = ANY) -> Answer:
    found = await get(url, Validators(), manner)
    assert found is not None
    return found


def an_answer(*headers: bytes, status: bytes = b"200 OK") -> bytes:
    """An answer of which not even the headers have to be text."""
    length = f"Content-Length: {len(BODY)}".encode()
    return b"\r\n".join((b"HTTP/1.1 " + status, length, *headers, b"", BODY))


async def test_nobody_says_that_nothing_changed_without_being_asked() -> None:
    async with serving(answering(b"", 304)) as url:
        with pytest.raises(SourceUnavailable, match="304"):
            await get(url, Validators(digest="d"), ANY)
        assert await get(url, Validators(etag='"a1"'), ANY) is None


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
@pytest.mark.parametrize(
    "mark",
    [b'"\xff\xfe"', b'"a\x01b"', b'"' + b"a" * 7000 + b'"'],
    ids=["no UTF-8", "a control character", "7 kB"],
)
async def test_what_could_not_be_kept_or_sent_back_recognises_nothing(
    name: str, mark: bytes
) -> None:
    async with raw(an_answer(name.encode() + b": " + mark)) as url:
        found = await ask(url)

    assert (found.body, found.validators) == (BODY, Validators())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"9" * 30, 86_400),
        (b"9" * 400, 86_400),
        (b"Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        (b"Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        (b"\xff\xfe", None),
    ],
    ids=["30 digits", "400 digits", "the last day", "no year", "no text"],
)
async def test_a_wait_is_a_day_at_most(header: bytes, seconds: float | None) -> None:
    async with raw(an_answer(b"Retry-After: " + header, status=b"503 Busy")) as url:
        with pytest.raises(SourceUnavailable) as caught:
            await ask(url)

    assert caught.value.retry_after == seconds


async def test_a_broken_answer_is_said_in_one_line() -> None:
    async with raw(an_answer(b"Content-Encoding: gzip")) as url:
        with pytest.raises(SourceUnavailable) as caught:
            await ask(url)

    assert "\n" not in str(caught.value)


async def test_another_site_is_not_even_asked() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPFound(home)

    async def answer(request: web.Request) -> web.Response:
        if asked:
            return web.Response(body=BODY)
        raise web.HTTPFound(away)

    async with serving(elsewhere) as away, serving(answer) as home:
        # The other one is this machine too, under another port: no way back makes it ours.
        with pytest.raises(SourceChanged, match="led to another site: http://127"):
            await ask(home, OURS)
        assert asked == []
        assert (await ask(home)).body == BODY


@pytest.mark.parametrize(
    ("home", "other", "is_same"),
    [
        ("https://a.example/x", "https://a.example/y", True),
        ("https://a.example/", "https://a.example:443/", True),
        ("http://a.example/", "https://a.example/", True),
        ("https://a.example/", "http://a.example/", False),
        ("https://a.example/", "https://www.a.example/", False),
        ("https://a.example/", "https://a.example:8443/", False),
        ("http://a.example/", "https://a.example:8443/", False),
        ("http://a.example:8080/", "https://a.example/", False),
        ("https://a.example/", "https://a.example@b.example/", False),
    ],
)
def test_a_site_is_a_host_and_a_port_and_at_least_as_safe(
    home: str, other: str, is_same: bool
) -> None:
    assert is_same_site(URL(home), URL(other)) is is_same
