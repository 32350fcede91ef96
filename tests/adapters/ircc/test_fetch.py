"""The feed over HTTP, against a real server that behaves well and badly."""

import asyncio
import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from adapters.ircc.fetch import FallbackSource, FileSource, HttpSource, source_at
from adapters.ircc.payload import MAX_BYTES
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.ports import Payload, Unchanged, Validators
from tests.builders import a_feed, a_row
from tests.fakes.serving import Handler, raw, serving
from tests.fakes.serving import answering as answering_with
from tests.fakes.weighing import peak_until_refused

FEED = a_feed([a_row()])


def answering(
    body: bytes = FEED, status: int = 200, headers: dict[str, str] | None = None
) -> Handler:
    return answering_with(body, status, headers)


HURRIED = aiohttp.ClientTimeout(total=0.3)


async def read(handler: Handler, seen: Validators | None = None) -> Payload | None:
    async with serving(handler) as url:
        found = await HttpSource(url).read(seen or Validators())
    assert not isinstance(found, Unchanged)
    return found


async def test_a_payload_comes_with_what_recognises_it() -> None:
    found = await read(answering(headers={"ETag": '"a1"', "Last-Modified": "Thu, 11 Dec 2025"}))

    assert found is not None
    assert [str(one.number) for one in found.published.rounds] == ["385"]
    assert (found.validators.etag, found.validators.last_modified) == ('"a1"', "Thu, 11 Dec 2025")
    assert found.validators.digest is not None


async def test_the_next_request_is_conditional_and_a_304_is_nothing_new() -> None:
    asked: list[tuple[str | None, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        conditions = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        asked.append(conditions)
        if conditions[0] == '"a1"':
            return web.Response(status=304)
        return web.Response(body=FEED, headers={"ETag": '"a1"', "Last-Modified": "yesterday"})

    async with serving(answer) as url:
        source = HttpSource(url)
        first = await source.read(Validators())
        assert isinstance(first, Payload)
        second = await source.read(first.validators)

    assert second is None
    assert asked == [(None, None), ('"a1"', "yesterday")]


async def test_the_same_bytes_under_a_new_etag_are_nothing_new_but_the_etag() -> None:
    first = await read(answering(headers={"ETag": '"a1"'}))
    assert first is not None

    async with serving(answering(headers={"ETag": '"b2"'})) as url:
        second = await HttpSource(url).read(first.validators)

        again = replace(first.validators, etag='"b2"')
        assert second == Unchanged(validators=again)
        assert await HttpSource(url).read(again) is None


async def test_other_bytes_under_the_same_etag_are_new() -> None:
    first = await read(answering(headers={"ETag": '"a1"'}))
    assert first is not None
    changed = a_feed([a_row(drawNumber="386"), a_row()])

    found = await read(answering(changed, headers={"ETag": '"a1"'}), first.validators)

    assert found is not None
    assert [str(one.number) for one in found.published.rounds] == ["386", "385"]


@pytest.mark.parametrize(
    ("header", "dated"),
    [
        ("Thu, 11 Dec 2025 19:00:00 GMT", datetime(2025, 12, 11, 19, tzinfo=UTC)),
        ("yesterday", None),
        ("Thu, 11 Dec 2025 18:00:00", None),
        (None, None),
    ],
)
async def test_a_payload_says_when_it_was_written(
    header: str | None, dated: datetime | None
) -> None:
    found = await read(answering(headers={"Last-Modified": header} if header else {}))

    assert found is not None
    assert found.dated == dated
    assert found.validators.last_modified == header


@pytest.mark.parametrize("status", [204, 400, 403, 404, 429, 500, 502, 503])
async def test_another_status_is_no_answer_whatever_its_body(status: int) -> None:
    with pytest.raises(SourceUnavailable, match=str(status)):
        await read(answering(b"" if status == 204 else FEED, status))


async def test_a_redirect_on_the_same_site_is_followed() -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/feed.json":
            raise web.HTTPMovedPermanently("/moved.json")
        return web.Response(body=FEED)

    assert await read(answer) is not None


async def test_a_redirect_to_another_site_is_not_the_feed() -> None:
    async with serving(answering(), host="127.0.0.2") as elsewhere:

        async def answer(request: web.Request) -> web.Response:
            raise web.HTTPFound(elsewhere)

        with pytest.raises(SourceChanged, match=r"another site: http://127\.0\.0\.2:"):
            await read(answer)


async def test_another_site_cannot_say_that_nothing_changed() -> None:
    async with serving(answering(b"", 304), host="127.0.0.2") as elsewhere:

        async def answer(request: web.Request) -> web.Response:
            raise web.HTTPFound(elsewhere)

        with pytest.raises(SourceChanged, match="another site"):
            await read(answer, Validators(etag='"a1"'))


async def test_redirects_in_a_circle_end() -> None:
    async def answer(request: web.Request) -> web.Response:
        raise web.HTTPFound("/feed.json")

    with pytest.raises(SourceUnavailable):
        await read(answer)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!doctype html><title>Maintenance</title>", "web page"),
        (b"", "empty"),
        (FEED[: len(FEED) // 2], "not whole JSON"),
        (b'{"rounds": []}', "empty"),
        (b"[]", "a list"),
    ],
)
async def test_what_is_not_the_feed_is_said_as_such(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        await read(answering(body))


async def test_a_body_that_never_ends_is_left_after_the_limit() -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 100_000)
            sent += 100_000

    with pytest.raises(SourceChanged, match="larger than 10 MB"):
        await read(answer)

    assert sent < 3 * MAX_BYTES


async def test_a_compressed_feed_is_read() -> None:
    packed = answering(gzip.compress(FEED), headers={"Content-Encoding": "gzip"})

    assert await read(packed) is not None


async def test_a_compressed_bomb_costs_no_more_than_the_limit() -> None:
    bomb = gzip.compress(gzip.compress(b"") + b"\0" * 100_000_000)
    bombed = answering(bomb, headers={"Content-Encoding": "gzip"})

    peak = await peak_until_refused(read(bombed))

    assert peak < 5 * MAX_BYTES


async def test_what_only_claims_to_be_compressed_is_no_answer() -> None:
    with pytest.raises(SourceUnavailable):
        await read(answering(FEED, headers={"Content-Encoding": "gzip"}))


async def test_a_refused_connection_is_no_answer() -> None:
    async with serving(answering()) as url:
        pass

    with pytest.raises(SourceUnavailable, match="gave no answer"):
        await HttpSource(url).read(Validators())


async def test_a_server_that_never_answers_is_given_up() -> None:
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    async with serving(answer) as url:
        with pytest.raises(SourceUnavailable, match=r"gave no answer: .+"):
            await HttpSource(url, timeout=HURRIED).read(Validators())


async def test_a_body_that_comes_too_slowly_is_given_up() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    async with serving(answer) as url:
        with pytest.raises(SourceUnavailable, match=r"gave no answer: .+"):
            await HttpSource(url, timeout=HURRIED).read(Validators())


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + FEED[:500],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + FEED[:500] + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hosts\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    ],
)
async def test_a_broken_connection_is_no_answer(answer: bytes) -> None:
    async with raw(answer) as url:
        with pytest.raises(SourceUnavailable):
            await HttpSource(url).read(Validators())


@pytest.mark.parametrize(
    "url", ["http://", "http://127.0.0.1:99999/", f"http://{'a' * 70}.invalid/", "http://a..b/"]
)
async def test_what_is_hardly_a_url_is_no_answer(url: str) -> None:
    with pytest.raises(SourceUnavailable):
        await source_at(url).read(Validators())


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(SourceUnavailable, match="no URL"):
        source_at("http://[")


async def test_a_file_that_did_not_change_is_nothing_new(tmp_path: Path) -> None:
    path = tmp_path / "a feed.json"
    path.write_bytes(FEED)
    source = FileSource(path)

    first = await source.read(Validators())
    assert isinstance(first, Payload)
    second = await source.read(first.validators)
    path.write_bytes(a_feed([a_row(drawNumber="386")]))
    third = await source.read(first.validators)

    assert (first.validators.etag, second) == (None, None)
    assert third is not None


@pytest.mark.parametrize("location", ["{path}", "file://{quoted}"])
async def test_a_location_names_a_file(location: str, tmp_path: Path) -> None:
    path = tmp_path / "a feed.json"
    path.write_bytes(FEED)
    named = location.format(path=path, quoted=str(path).replace(" ", "%20"))

    assert await source_at(named).read(Validators()) is not None


async def test_a_file_that_cannot_be_read_is_no_answer(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path, tmp_path / "nul\0"):
        with pytest.raises(SourceUnavailable):
            await FileSource(path).read(Validators())


async def test_a_huge_file_is_not_read_whole() -> None:
    with pytest.raises(SourceChanged, match="larger than 10 MB"):
        await FileSource(Path("/dev/zero")).read(Validators())


class Scripted:
    """A source that gives or raises what a test says, and keeps what it was asked with."""

    def __init__(self, answer: Payload | Unchanged | Exception | None) -> None:
        self._answer = answer
        self.seen: list[Validators] = []

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        self.seen.append(seen)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


DOWN, CHANGED = SourceUnavailable("down"), SourceChanged("a web page")
SEEN = Validators(etag='"official"', last_modified="Thu, 11 Dec 2025 19:00:00 GMT", digest="d")


async def a_payload() -> Payload:
    found = await read(answering(headers={"ETag": '"mirror"'}))
    assert found is not None
    return found


@pytest.mark.parametrize("failure", [DOWN, CHANGED], ids=["down", "changed"])
async def test_while_the_first_place_cannot_be_read_the_next_one_is(failure: Exception) -> None:
    payload = await a_payload()
    first, broken, mirror = Scripted(failure), Scripted(DOWN), Scripted(payload)

    found = await FallbackSource(first, [broken, mirror]).read(SEEN)

    assert isinstance(found, Payload)
    assert (found.published, found.instead_of) == (payload.published, failure)
    # A mirror's marks are neither sent to the official site nor the other way round.
    assert found.validators == Validators(digest=payload.validators.digest)
    assert (first.seen, mirror.seen) == ([SEEN], [Validators(digest="d")])


async def test_a_first_place_that_answers_is_the_only_one_asked() -> None:
    mirror = Scripted(DOWN)

    assert await FallbackSource(Scripted(None), [mirror]).read(SEEN) is None
    assert mirror.seen == []


async def test_a_mirror_s_new_marks_are_not_the_official_site_s() -> None:
    mirror = Scripted(Unchanged(validators=Validators(etag='"mirror"', digest="d")))

    found = await FallbackSource(Scripted(DOWN), [mirror]).read(SEEN)

    assert found == Unchanged(instead_of=DOWN)


@pytest.mark.parametrize(("seconds", "asked"), [(300, 1), (0, 3), (None, 3), (0.000001, 3)])
async def test_a_first_place_that_asks_for_it_is_left_alone_and_a_mirror_is_not(
    seconds: float | None, asked: int
) -> None:
    first = Scripted(SourceUnavailable("busy", retry_after=seconds))
    mirror = Scripted(await a_payload())
    source = FallbackSource(first, [mirror])

    found = [await source.read(SEEN) for _ in range(3)]

    assert all(isinstance(one, Payload) for one in found)
    assert (len(first.seen), len(mirror.seen)) == (asked, 3)


async def test_when_no_place_can_be_read_the_first_one_s_error_counts() -> None:
    with pytest.raises(SourceChanged, match="a web page"):
        await FallbackSource(Scripted(CHANGED), [Scripted(DOWN)]).read(SEEN)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("soon", None),
        ("-5", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00", None),
        (None, None),
    ],
)
async def test_a_site_may_say_when_to_come_back(header: str | None, seconds: float | None) -> None:
    headers = {} if header is None else {"Retry-After": header}

    with pytest.raises(SourceUnavailable) as caught:
        await read(answering(status=503, headers=headers))

    assert caught.value.retry_after == seconds


async def test_a_site_is_told_whom_to_ask_about_us() -> None:
    agents: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        agents.append(request.headers["User-Agent"])
        return web.Response(body=FEED)

    async with serving(handler) as url:
        await source_at(url, "https://bot.example").read(Validators())
        await source_at(url).read(Validators())

    assert agents == ["drawbell/0.1 (+https://bot.example)", "drawbell/0.1"]


async def test_an_answer_that_cannot_be_read_comes_with_a_sample() -> None:
    with pytest.raises(SourceChanged) as caught:
        await read(answering(b"<html>"))

    assert caught.value.sample == b"<html>"


async def test_when_no_row_can_be_read_the_feed_has_changed_its_shape() -> None:
    renamed = a_feed([{"number": "386", "score": "470"}, {"number": "385", "score": "476"}])

    async with serving(answering(renamed)) as url:
        alone, mirror = HttpSource(url), Scripted(await a_payload())
        with pytest.raises(SourceChanged, match=r"none of its 2 rows .* no round number") as caught:
            await FallbackSource(alone, [alone]).read(Validators())

        assert b'"score": "470"' in (caught.value.sample or b"")
        assert isinstance(await FallbackSource(alone, [mirror]).read(Validators()), Payload)
