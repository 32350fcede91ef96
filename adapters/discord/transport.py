"""discord.py's HTTP client with the sending done by us: any root, one try, every answer told apart.

discord.py's own `request` tries five times by itself, sleeps through limits of half a minute while
it holds a sender, and takes a request that broke off for one that failed. This one tries once and
says what happened; whoever asked knows what to do about it. It has one pool of connections, which
outlives gateways: `close`, which discord.py calls when it loses one for good, does nothing.
"""

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord
import orjson
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route

from adapters.discord.endings import Answer, Held, Limited, MaybeSent, NotSent, failure, refusal
from adapters.discord.limits import Buckets, Gate, Spacing

_LONGEST_WAIT_FOR_A_BUCKET = 1.0
_CONNECTIONS = 128
_JSON = "application/json"
_UNCOUNTED = ("/interactions/", "/webhooks/")
"""Paths that do not count towards the limit of the whole bot."""


class Rest(HTTPClient):
    """See `discord.http.HTTPClient`. `api_url` is the API's root with its version.

    `per_second` is how many requests are made of those that Discord counts together.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        *,
        per_second: float = math.inf,
        proxy: str | None = None,
        read_timeout: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(asyncio.get_running_loop(), proxy=proxy)
        self.token = token
        self.gate = Gate(clock)
        self._api_url = api_url
        self._free = Buckets(clock)
        self._spacing = Spacing(clock, per_second)
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=10.0, sock_connect=10.0, sock_read=read_timeout
        )
        self._pool: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the pool of connections."""
        self._pool = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.user_agent},
            proxy=self.proxy,
        )

    async def shut(self) -> None:
        """Close the pool."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def close(self) -> None:
        """Nothing: alerts go out whether or not there is a gateway."""

    async def static_login(self, token: str) -> Any:  # noqa: ARG002 - it is known from the start
        """Ask who we are."""
        return await self.request(Route("GET", "/users/@me"))

    async def request(
        self,
        route: Route,
        *,
        files: Sequence[discord.File] | None = None,
        form: Iterable[dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Make one request.

        Raises:
            Held: not sent, for a limit known from before.
            NotSent: no connection came about.
            MaybeSent: the connection broke or fell silent.
            Limited: there is a limit.
            discord.HTTPException: refused.
        """
        await self._turn(route)
        sent = _sending(kwargs, form, [*files] if files else [])
        broken: OSError | None = None
        try:
            answer = await self._ask(route, sent)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            broken = failure(error)
        if broken is not None:
            raise broken  # out here, so that nothing that has seen the request hangs on it
        return self._taken(route, answer)

    async def _turn(self, route: Route) -> None:
        """Wait a little for bucket and pace; whatever takes longer is for the caller to wait."""
        closed = self.gate.wait()
        if closed:
            raise Held(closed, everybody=True)
        wait = self._free.wait(route.key, route.major_parameters)
        if wait > _LONGEST_WAIT_FOR_A_BUCKET:
            raise Held(wait, everybody=False)
        if wait:
            await asyncio.sleep(wait)
        if not route.path.startswith(_UNCOUNTED):
            await self._spacing.turn()

    async def _ask(self, route: Route, sent: dict[str, Any]) -> Answer:
        if self._pool is None:
            raise NotSent("the connection to Discord is closed")
        sent["headers"]["Authorization"] = f"Bot {self.token}"
        url = self._api_url + route.url.removeprefix(Route.BASE)
        async with self._pool.request(
            route.method, url, timeout=self._timeout, allow_redirects=False, **sent
        ) as response:
            return Answer(
                status=response.status,
                reason=response.reason or "",
                headers=response.headers,
                body=_body(await response.read(), response.content_type),
            )

    def _taken(self, route: Route, answer: Answer) -> Any:
        self._free.learn(route.key, route.major_parameters, answer.headers)
        if answer.status < 300:
            self.gate.answered(answer.status)
            return answer.body
        if answer.status == 429:
            raise self._limited(answer)
        self.gate.answered(answer.status)
        raise refusal(answer)

    def _limited(self, answer: Answer) -> Limited:
        limited = Limited(answer)
        self.gate.answered(429, shared=limited.shared)
        if limited.everybody:
            self.gate.close(limited.retry_after)
        return limited

    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """Open a gateway's socket; the usual address stands for whichever Discord names us."""
        if self._pool is None:
            raise NotSent("the connection to Discord is closed")
        return await self._pool.ws_connect(
            await self._gateway(url),
            max_msg_size=0,
            timeout=aiohttp.ClientWSTimeout(ws_close=30.0),
            autoclose=False,
            compress=compress,
        )

    async def _gateway(self, url: str) -> str:
        asked = urlsplit(url)
        if asked.hostname != DiscordWebSocket.DEFAULT_GATEWAY.host:
            return url
        try:
            _shards, named, _limits = await self.get_bot_gateway()
        except discord.RateLimited as error:
            raise NotSent(str(error)) from None  # which discord.py tries again by itself
        return urlsplit(named)._replace(query=asked.query).geturl()


def _sending(
    kwargs: dict[str, Any], form: Iterable[dict[str, Any]] | None, files: list[discord.File]
) -> dict[str, Any]:
    """The arguments of discord.py's requests as those of aiohttp."""
    headers: dict[str, str] = {}
    sent: dict[str, Any] = {"headers": headers}
    if form is not None:
        for file in files:
            file.reset(seek=False)
        data = aiohttp.FormData(quote_fields=False)  # Discord reads no escaped brackets
        for part in form:
            data.add_field(**part)
        sent["data"] = data
    elif "json" in kwargs:
        headers["Content-Type"] = _JSON
        sent["data"] = orjson.dumps(kwargs["json"])
    if kwargs.get("reason"):
        headers["X-Audit-Log-Reason"] = str(kwargs["reason"])
    if "params" in kwargs:
        sent["params"] = kwargs["params"]
    return sent


def _body(payload: bytes, kind: str) -> object:
    if kind == _JSON:
        try:
            return orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            raise MaybeSent("Discord's answer cannot be read") from error
    return payload.decode("utf-8", "replace")
