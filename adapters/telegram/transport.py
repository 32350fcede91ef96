"""PTB's transport on aiohttp and orjson, several times as fast as the one it brings.

It knows the bot's token, and PTB does not: PTB gets `stand_in(token)`, which it may log, put into
errors or show as it likes. The transport puts the token into the URL at the last moment and lets
no error out that has seen it.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import urlsplit

import aiohttp
import orjson
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from adapters.unanswered import unanswered
from bot.core.errors import Misconfigured

Seconds = float | None
_Given = object  # seconds, None for no limit, or PTB's own mark for "as usual"
_USUAL = BaseRequest.DEFAULT_NONE
_AS_USUAL = (_USUAL, _USUAL, _USUAL, _USUAL)
_HIDDEN = "hidden"


class NotSent(NetworkError):
    """No connection came about: Telegram has not seen the request."""

    __slots__ = ()


class MaybeSent(NetworkError):
    """The request left and no whole answer came: it may have been carried out."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """In seconds, None for no limit: wait for a free connection, connect, send, hear something."""

    pool: Seconds = 10.0
    connect: Seconds = 10.0
    write: Seconds = 30.0
    read: Seconds = 30.0


class _Body(TypedDict, total=False):
    data: aiohttp.BytesPayload | aiohttp.FormData


def stand_in(token: str) -> str:
    """What PTB gets instead of the token: the bot's id, which is public, without the secret."""
    bot_id, colon, _secret = token.partition(":")
    return f"{bot_id if colon else 0}:{_HIDDEN}"


class AiohttpRequest(BaseRequest):
    """See `telegram.request.BaseRequest`. `proxy` is an http or https URL.

    Raises:
        Misconfigured: the proxy is of another kind.
    """

    def __init__(
        self,
        token: str,
        *,
        connections: int = 256,
        timeouts: Timeouts = Timeouts(),
        proxy: str | None = None,
    ) -> None:
        _check(proxy)
        self._token, self._stand_in = token, stand_in(token)
        self._secret = token.rpartition(":")[2].encode()
        self._connections, self._proxy = connections, proxy
        self._timeouts = timeouts
        self._usual = _client_timeout(timeouts)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> Seconds:
        """How long to wait for an answer if a call does not say; PTB adds it to a long poll."""
        return self._timeouts.read

    async def initialize(self) -> None:
        """Open the pool of connections; does nothing if it is open."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close the pool; `initialize` opens it again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Given = _USUAL,
        write_timeout: _Given = _USUAL,
        connect_timeout: _Given = _USUAL,
        pool_timeout: _Given = _USUAL,
    ) -> tuple[int, bytes]:
        """Make one request; returns the status and the body.

        Raises:
            NotSent: no connection was free or came about in time.
            MaybeSent: the connection broke or fell silent after that.
        """
        given = (pool_timeout, connect_timeout, write_timeout, read_timeout)
        try:
            return await self._ask(url, method, request_data, given)
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            failure = unanswered(error, "Telegram", not_sent=NotSent, maybe_sent=MaybeSent)
        # Raised out here, so that no error that has seen the URL hangs on it as its context.
        raise failure

    async def _ask(
        self, url: str, method: str, data: RequestData | None, given: tuple[_Given, ...]
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("the connection to Telegram is closed")
        async with self._session.request(
            method,
            url.replace(self._stand_in, self._token, 1),
            timeout=self._limits(given, data),
            allow_redirects=False,
            **_body(data),
        ) as answer:
            payload = await answer.read()
        if answer.status >= 300:
            return answer.status, self._without_token(payload)
        if method == "POST" and b'"result"' not in payload:  # PTB takes it for granted
            raise MaybeSent("Telegram's answer says nothing")
        return answer.status, payload

    def _without_token(self, payload: bytes) -> bytes:
        """An error page may quote the URL; PTB quotes error pages."""
        return payload.replace(self._secret, _HIDDEN.encode()) if self._secret else payload

    def _limits(self, given: tuple[_Given, ...], data: RequestData | None) -> aiohttp.ClientTimeout:
        uploads = data is not None and data.contains_files
        if not uploads and given == _AS_USUAL:
            return self._usual
        usual = self._timeouts
        pool, connect, write, read = map(
            _seconds, given, (usual.pool, usual.connect, usual.write, usual.read)
        )
        chosen = Timeouts(pool=pool, connect=connect, write=write, read=read)
        return _client_timeout(chosen, uploads=uploads)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read Telegram's answer.

        Raises:
            MaybeSent: it cannot be read; after a status of success the request was carried out.
        """
        answer = _parsed(payload)
        if not isinstance(answer, dict):
            raise MaybeSent("Telegram's answer cannot be read")
        return answer


def _check(proxy: str | None) -> None:
    if proxy is not None and urlsplit(proxy).scheme not in ("http", "https"):
        raise Misconfigured("the proxy for Telegram has to begin with http:// or https://")


def _seconds(given: _Given, usual: Seconds) -> Seconds:
    if given is _USUAL:
        return usual
    return float(given) if isinstance(given, int | float) else None


def _client_timeout(timeouts: Timeouts, *, uploads: bool = False) -> aiohttp.ClientTimeout:
    """To aiohttp the wait for a free connection is part of connecting; sending has no limit.

    What is not an upload fits into the buffers of a socket; an upload gets a limit as a whole.
    """
    waiting = _sum(timeouts.pool, timeouts.connect)
    return aiohttp.ClientTimeout(
        total=_sum(waiting, timeouts.write, timeouts.read) if uploads else None,
        connect=waiting,
        sock_connect=timeouts.connect,
        sock_read=timeouts.read,
    )


def _sum(*parts: Seconds) -> Seconds:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _body(data: RequestData | None) -> _Body:
    if data is None:
        return {}
    if data.contains_files:
        return {"data": _form(data)}
    encoded = _encoded(data.parameters)
    return {"data": aiohttp.BytesPayload(encoded, content_type="application/json")}


def _encoded(parameters: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(parameters)
    except TypeError:  # half a character: stricter than JSON, and for Telegram to refuse
        return json.dumps(parameters).encode()


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # Telegram shows names as they are written
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=kind)
    return form


def _parsed(payload: bytes) -> object:
    try:
        return orjson.loads(payload)
    except ValueError:
        pass
    try:  # half a character in one update must not stop the polling for ever
        return json.loads(payload.decode("utf-8", "replace"))
    except ValueError:
        return None
