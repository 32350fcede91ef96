"""A news feed over HTTP, against a real server that behaves well and badly, and from a file."""

import gzip
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from adapters.news.feeds import MAX_BYTES
from adapters.news.fetch import HttpFeed, feed_at
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.ports import NewsFetched, Validators
from tests.fakes.feeds import an_item, an_rss
from tests.fakes.serving import Handler, serving
from tests.fakes.serving import answering as answering_with
from tests.fakes.weighing import peak_until_refused

FEED = an_rss([an_item("Express Entry draw")])


def answering(
    body: bytes = FEED, status: int = 200, headers: dict[str, str] | None = None
) -> Handler:
    return answering_with(body, status, headers)


async def read(handler: Handler, seen: Validators | None = None) -> NewsFetched | None:
    async with serving(handler) as url:
        return await feed_at(url).read(seen or Validators())


async def test_a_feed_comes_with_what_recognises_it() -> None:
    found = await read(answering(headers={"ETag": '"a1"'}))

    assert found is not None
    assert [post.title for post in found.posts] == ["Express Entry draw"]
    assert found.validators.etag == '"a1"'
    assert found.validators.digest is not None


async def test_the_next_request_is_conditional_and_a_304_is_nothing_new() -> None:
    asked: list[tuple[str | None, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((request.headers.get("If-None-Match"), request.headers.get("User-Agent")))
        if len(asked) > 1:
            return web.Response(status=304)
        return web.Response(body=FEED, headers={"ETag": '"a1"'})

    async with serving(answer) as url:
        feed = feed_at(url, contact="https://bot.example")
        first = await feed.read(Validators())
        assert first is not None
        assert await feed.read(first.validators) is None
        assert feed.url == url

    agent = "drawbell/0.1 (+https://bot.example)"
    assert asked == [(None, agent), ('"a1"', agent)]


async def test_the_same_bytes_again_are_nothing_new() -> None:
    first = await read(answering())
    assert first is not None

    assert await read(answering(), first.validators) is None


async def test_the_same_bytes_under_a_new_etag_are_no_new_posts() -> None:
    first = await read(answering(headers={"ETag": '"a1"'}))
    assert first is not None

    second = await read(answering(headers={"ETag": '"b2"'}), first.validators)

    assert second == NewsFetched(posts=(), validators=replace(first.validators, etag='"b2"'))


async def test_a_site_may_move_its_feed_to_another_host() -> None:
    async with serving(answering(), host="127.0.0.2") as elsewhere:

        async def answer(request: web.Request) -> web.Response:
            raise web.HTTPFound(elsewhere)

        assert await read(answer) is not None


async def test_redirects_in_a_circle_end() -> None:
    async def answer(request: web.Request) -> web.Response:
        raise web.HTTPFound("/feed")

    with pytest.raises(SourceUnavailable):
        await read(answer)


async def test_the_encoding_may_stand_in_the_header() -> None:
    body = an_rss([an_item("Entrée")], head="").decode().encode("cp1252")

    found = await read(answering(body, headers={"Content-Type": "text/xml; charset=cp1252"}))

    assert found is not None
    assert found.posts[0].title == "Entrée"


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
async def test_another_status_is_no_answer(status: int) -> None:
    with pytest.raises(SourceUnavailable, match=str(status)):
        await read(answering(status=status))


@pytest.mark.parametrize(("header", "requests"), [("600", 1), ("0", 2), (None, 2)])
async def test_a_site_that_asks_to_be_left_alone_is(header: str | None, requests: int) -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=503, headers={"Retry-After": header} if header else {})

    async with serving(answer) as url:
        feed = feed_at(url)
        for _ in range(2):
            with pytest.raises(SourceUnavailable, match="status 503"):
                await feed.read(Validators())

    assert len(asked) == requests


async def test_what_is_no_feed_is_said_as_such_with_a_sample() -> None:
    with pytest.raises(SourceChanged, match="no RSS or Atom feed") as caught:
        await read(answering(b"<html>Maintenance</html>"))

    assert caught.value.sample == b"<html>Maintenance</html>"


async def test_a_body_that_never_ends_is_left_after_the_limit() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 100_000)

    with pytest.raises(SourceChanged, match="larger than 5 MB"):
        await read(answer)


async def test_a_compressed_bomb_costs_no_more_than_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 100_000_000)
    bombed = answering(bomb, headers={"Content-Encoding": "gzip"})

    peak = await peak_until_refused(read(bombed))

    assert peak < 10 * MAX_BYTES


async def test_a_server_that_is_too_slow_is_given_up() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")

    async with serving(answer) as url:
        feed = HttpFeed(url, timeout=aiohttp.ClientTimeout(total=0.2))
        with pytest.raises((SourceUnavailable, SourceChanged)):
            await feed.read(Validators())


@pytest.mark.parametrize("location", ["{path}", "file://{path}"])
async def test_a_location_names_a_file(location: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.rss"
    path.write_bytes(FEED)
    feed = feed_at(location.format(path=path))

    found = await feed.read(Validators())

    assert found is not None
    assert await feed.read(found.validators) is None
    assert feed.url == location.format(path=path)


async def test_a_file_that_cannot_be_read_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable):
        await feed_at(str(tmp_path / "nothing")).read(Validators())


async def test_a_huge_file_is_not_read_whole() -> None:
    with pytest.raises(SourceChanged):
        await feed_at("/dev/zero").read(Validators())


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(SourceUnavailable, match="no URL"):
        feed_at("http://[")
