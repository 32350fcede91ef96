"""The transport against servers that behave well and badly; the token stays inside."""

import asyncio
import io
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from adapters.telegram.transport import AiohttpRequest, MaybeSent, NotSent, Timeouts, stand_in
from bot.core.errors import Misconfigured
from tests.fakes.serving import Handler, listening
from tests.fakes.telegram_api import TOKEN

SECRET = TOKEN.partition(":")[2]
USUAL = Timeouts()
HURRIED = Timeouts(pool=0.5, connect=0.5, write=0.2, read=0.3)


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[str]:
    """The URL of a method on a server of this machine, as PTB knows it."""
    async with listening(handler) as root:
        yield f"{root}/bot{stand_in(TOKEN)}/sendMessage"


@asynccontextmanager
async def speaking(answer: Callable[[asyncio.StreamWriter], None]) -> AsyncIterator[str]:
    """The same on a server that does what HTTP servers do not; it closes after its answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        answer(writer)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/bot{stand_in(TOKEN)}/sendMessage"


def data_of(**parameters: object) -> RequestData:
    return RequestData([RequestParameter.from_input(*item) for item in parameters.items()])


def answering(body: bytes, status: int = 200) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, status=status)

    return answer


def ok(result: object = True) -> web.Response:
    return web.Response(body=orjson.dumps({"ok": True, "result": result}))


async def ask(url: str, timeouts: Timeouts = USUAL, **parameters: object) -> Any:
    async with AiohttpRequest(TOKEN, timeouts=timeouts) as request:
        return await request.post(url, data_of(**parameters))


async def test_parameters_are_nested_json_and_the_token_is_in_the_path() -> None:
    seen: list[tuple[str, str, object]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.path, request.content_type, orjson.loads(await request.read())))
        return ok({"message_id": 1})

    async with served(answer) as url:
        markup = {"inline_keyboard": [[{"text": "é", "callback_data": "s:/yes"}]]}
        result = await ask(url, chat_id=1, text="5 < 6", reply_markup=markup, silent=True)

    assert result == {"message_id": 1}
    body = {"chat_id": 1, "text": "5 < 6", "reply_markup": markup, "silent": True}
    assert seen == [(f"/bot{TOKEN}/sendMessage", "application/json", body)]


async def test_half_a_character_is_left_for_telegram_to_refuse() -> None:
    seen: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(await request.read())
        return ok()

    async with served(answer) as url:
        await ask(url, text="\ud83d")

    assert seen == [b'{"text": "\\ud83d"}']


@pytest.mark.parametrize("size", [0, 3, 2_000_000])
@pytest.mark.parametrize("handle", [False, True])
async def test_a_file_is_uploaded_with_its_name_and_the_other_parameters(
    size: int, handle: bool
) -> None:
    seen: list[dict[str, object]] = []

    async def answer(request: web.Request) -> web.Response:
        form = await request.post()
        file = form["document"]
        assert isinstance(file, web.FileField)
        with file.file as opened:
            size = len(opened.read())
        seen.append({"name": file.filename, "kind": file.content_type, "size": size})
        seen.append({"chat": form["chat_id"], "markup": form["reply_markup"]})
        return ok()

    content = io.BytesIO(b"x" * size) if handle else b"x" * size
    file = InputFile(content, filename='données "1".json', read_file_handle=False)
    async with served(answer) as url:
        await ask(url, chat_id=7, document=file, reply_markup={"inline_keyboard": []})

    name = 'données "1".json'
    assert seen[0] == {"name": name, "kind": "application/json", "size": size}
    assert seen[1] == {"chat": "7", "markup": '{"inline_keyboard": []}'}


async def test_a_file_is_fetched_with_a_plain_get() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=f"{request.method} {request.path}".encode())

    async with served(answer) as url, AiohttpRequest(TOKEN) as request:
        assert await request.retrieve(url) == f"GET /bot{TOKEN}/sendMessage".encode()


async def test_a_redirect_is_not_followed_with_the_token_in_hand() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with served(answer) as url:
        with pytest.raises(NetworkError, match="307"):
            await ask(url)

    assert asked == [f"/bot{TOKEN}/sendMessage"]


async def test_half_a_character_in_an_answer_does_not_spoil_it() -> None:
    async with served(answering(b'{"ok": true, "result": {"a": "\\ud83d", "b": "\xff"}}')) as url:
        assert await ask(url) == {"a": "\ud83d", "b": "\ufffd"}


# Not sent, perhaps sent.


async def refused_connection() -> TelegramError:
    async with served(answering(b"")) as url:
        pass  # nobody listens there any more
    return await failure_of(url)


async def unknown_host() -> TelegramError:
    return await failure_of(f"http://nowhere.invalid/bot{stand_in(TOKEN)}/sendMessage")


async def no_url() -> TelegramError:
    return await failure_of(f"http://:/bot{stand_in(TOKEN)}/sendMessage")


async def broken_tls() -> TelegramError:
    async with served(answering(b"")) as url:
        return await failure_of(url.replace("http:", "https:"))


async def no_free_connection() -> TelegramError:
    released = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await released.wait()
        return ok()

    timeouts = Timeouts(pool=0.5, connect=0.5, read=30)
    request = AiohttpRequest(TOKEN, connections=1, timeouts=timeouts)
    async with served(answer) as url, request:
        first = asyncio.create_task(request.post(url, data_of()))
        await asyncio.sleep(0)
        second = await caught(request.post(url, data_of()))
        released.set()
        assert await first is True
    return second


async def refused_by_a_proxy() -> TelegramError:
    async with served(answering(b"", 407)) as url:
        proxy = url.partition("/bot")[0]
        request = AiohttpRequest(TOKEN, proxy=proxy)
        async with request:
            return await caught(request.post(f"https://nowhere.invalid/bot{stand_in(TOKEN)}/x"))


async def after_the_end() -> TelegramError:
    request = AiohttpRequest(TOKEN)
    await request.initialize()
    await request.shutdown()
    await request.shutdown()
    return await caught(request.post(f"http://127.0.0.1:1/bot{stand_in(TOKEN)}/x"))


NOT_SENT = [
    refused_connection,
    unknown_host,
    no_url,
    broken_tls,
    no_free_connection,
    refused_by_a_proxy,
    after_the_end,
]


async def silence() -> TelegramError:
    async def answer(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return ok()

    async with served(answer) as url:
        return await failure_of(url)


async def hung_up() -> TelegramError:
    async with speaking(lambda writer: None) as url:
        return await failure_of(url)


async def reset() -> TelegramError:
    async with speaking(lambda writer: writer.transport.abort()) as url:
        return await failure_of(url)


async def cut_in_the_middle() -> TelegramError:
    head = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":'
    async with speaking(lambda writer: writer.write(head)) as url:
        return await failure_of(url)


async def no_http() -> TelegramError:
    async with speaking(lambda writer: writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")) as url:
        return await failure_of(url)


async def no_json() -> TelegramError:
    async with served(answering(b"<html>welcome to the hotel</html>")) as url:
        return await failure_of(url)


async def no_object() -> TelegramError:
    async with served(answering(b"[]")) as url:
        return await failure_of(url)


async def a_stuck_upload() -> TelegramError:
    async def answer(request: web.Request) -> web.Response:
        await asyncio.Event().wait()  # and does not read
        return ok()

    async with served(answer) as url:
        return await failure_of(url, document=InputFile(b"x" * 30_000_000, filename="a"))


MAYBE_SENT = [
    silence,
    hung_up,
    reset,
    cut_in_the_middle,
    no_http,
    no_json,
    no_object,
    a_stuck_upload,
]


async def caught(call: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as found:
        async with asyncio.timeout(10):
            await call
    return found.value


async def failure_of(url: str, **parameters: object) -> TelegramError:
    return await caught(ask(url, HURRIED, **parameters))


@pytest.mark.parametrize("situation", NOT_SENT)
async def test_what_never_left_is_not_sent(
    situation: Callable[[], Awaitable[TelegramError]],
) -> None:
    assert type(await situation()) is NotSent


@pytest.mark.parametrize("situation", MAYBE_SENT)
async def test_what_left_without_an_answer_is_perhaps_sent(
    situation: Callable[[], Awaitable[TelegramError]],
) -> None:
    assert type(await situation()) is MaybeSent


def a_bot(url: str, request: AiohttpRequest) -> Bot:
    root = url.partition(stand_in(TOKEN))[0]
    return Bot(stand_in(TOKEN), root, request=request, get_updates_request=request)


async def error_page() -> TelegramError:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=f"<p>{request.path} is not here</p>".encode(), status=502)

    async with served(answer) as url:
        return await failure_of(url)


async def error_in_json() -> TelegramError:
    async def answer(request: web.Request) -> web.Response:
        body = {"ok": False, "description": f"Bad Request: {request.path}"}
        return web.Response(body=orjson.dumps(body), status=400)

    async with served(answer) as url:
        return await failure_of(url)


async def refused_token() -> TelegramError:
    async with served(answering(b'{"ok":false,"description":"Unauthorized"}', 401)) as url:
        request = AiohttpRequest(TOKEN)
        bot = a_bot(url, request)
        async with request:
            return await caught(bot.initialize())


@pytest.mark.parametrize(
    "situation", [*NOT_SENT, *MAYBE_SENT, error_page, error_in_json, refused_token]
)
async def test_the_token_is_in_no_error_and_in_no_log(
    situation: Callable[[], Awaitable[TelegramError]], caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.get_running_loop().set_debug(True)
    with caplog.at_level(logging.DEBUG):
        error = await situation()

    told = [str(error), repr(error), repr(error.__context__), caplog.text]
    told += traceback.TracebackException.from_exception(error, capture_locals=False).format()
    told += [repr(record.args) for record in caplog.records]
    assert SECRET not in "\n".join(told)


async def test_the_token_is_in_no_log_of_a_bot_at_work(caplog: pytest.LogCaptureFixture) -> None:
    me = {"id": 123456, "is_bot": True, "first_name": "d", "username": "d_bot"}

    async def answer(request: web.Request) -> web.Response:
        return ok(me)

    with caplog.at_level(logging.DEBUG):
        async with served(answer) as url:
            request = AiohttpRequest(TOKEN)
            async with a_bot(url, request) as bot:
                assert bot.id == 123456
                shown = f"{bot!r} {bot.token} {bot.base_url} {request!r}"

    assert "Set Bot API URL" in caplog.text
    assert SECRET not in caplog.text + shown


@pytest.mark.parametrize(
    ("token", "public"), [(TOKEN, "123456:hidden"), ("1:", "1:hidden"), ("mistyped", "0:hidden")]
)
def test_the_stand_in_has_the_id_and_no_secret(token: str, public: str) -> None:
    assert stand_in(token) == public


# Limits.


async def test_a_call_may_ask_for_less_time_than_usual() -> None:
    async def answer(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return ok()

    async with served(answer) as url, AiohttpRequest(TOKEN) as request:
        assert isinstance(await caught(request.post(url, data_of(), read_timeout=0.1)), MaybeSent)


async def test_a_call_may_ask_for_more_time_than_usual() -> None:
    go = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await go.wait()
        return ok()

    request = AiohttpRequest(TOKEN, timeouts=Timeouts(read=0.05))
    async with served(answer) as url, request:
        asyncio.get_running_loop().call_later(0.3, go.set)
        assert await request.post(url, data_of(), read_timeout=None) is True
    assert request.read_timeout == 0.05


async def test_connections_are_kept_and_no_more_are_opened_than_allowed() -> None:
    together, most, peers = 0, 0, set()

    async def answer(request: web.Request) -> web.Response:
        nonlocal together, most
        together += 1
        most = max(most, together)
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        await asyncio.sleep(0)
        together -= 1
        return ok()

    request = AiohttpRequest(TOKEN, connections=3)
    async with served(answer) as url, request:
        await asyncio.gather(*(request.post(url, data_of()) for _ in range(30)))

    assert (most, len(peers)) == (3, 3)


async def test_requests_go_through_the_proxy() -> None:
    asked: list[str] = []

    async def proxy(request: web.Request) -> web.Response:
        asked.append(str(request.url))
        return ok()

    async with served(proxy) as url:
        request = AiohttpRequest(TOKEN, proxy=url.partition("/bot")[0])
        async with request:
            await request.post(f"http://telegram.invalid/bot{stand_in(TOKEN)}/getMe")

    assert asked == [f"http://telegram.invalid/bot{TOKEN}/getMe"]


@pytest.mark.parametrize("proxy", ["socks5://user:password@127.0.0.1:1", "127.0.0.1:1", ""])
def test_a_proxy_of_another_kind_is_refused_without_its_password(proxy: str) -> None:
    with pytest.raises(Misconfigured) as found:
        AiohttpRequest(TOKEN, proxy=proxy)
    assert "password" not in str(found.value)


async def test_a_transport_can_be_started_twice_and_again() -> None:
    async with served(answering(b'{"ok":true,"result":true}')) as url:
        request = AiohttpRequest(TOKEN)
        for _ in range(2):
            await request.initialize()
            await request.initialize()
            assert await request.post(url) is True
            await request.shutdown()


@pytest.mark.parametrize(
    ("status", "kind"), [(400, BadRequest), (401, InvalidToken), (404, InvalidToken)]
)
async def test_what_telegram_answers_is_ptbs_to_raise(
    status: int, kind: type[TelegramError]
) -> None:
    async with served(answering(b'{"ok":false,"description":"no"}', status)) as url:
        assert type(await failure_of(url)) is kind
