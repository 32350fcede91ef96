"""Requests to Discord with our errors: messages, private channels, answers to interactions."""

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
import discord
import orjson
from discord.http import HTTPClient, Route

from adapters.discord.errors import translated

Body = dict[str, Any]
EPHEMERAL = 1 << 6
NOBODY: Body = {"parse": []}
"""Allowed mentions: none."""

_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError)


class Wire:
    """Calls of Discord's REST interface."""

    def __init__(self, http: HTTPClient) -> None:
        self._http = http

    async def call(self, method: str, path: str, json: Any = None, **parameters: Any) -> Any:
        """One request; `parameters` are those of the path.

        Raises:
            DrawbellError: as the table in `errors` says.
        """
        body = {} if json is None else {"json": json}
        return await self._asked(Route(method, path, **parameters), **body)

    async def _asked(self, route: Route, **sent: Any) -> Any:
        try:
            return await self._http.request(route, **sent)
        except _FAILURES as error:
            ours = translated(error)
        raise ours  # outside, so that nothing of the library's is chained to it

    async def send(self, channel: int, body: Body, nonce: str | None = None) -> str:
        """Send one message; the same `nonce` again within minutes is the same message.

        Raises:
            DrawbellError: see `call`.
        """
        once = {} if nonce is None else {"nonce": nonce, "enforce_nonce": True}
        whole = {"allowed_mentions": NOBODY, **body, **once}
        path = "/channels/{channel_id}/messages"
        made = await self.call("POST", path, whole, channel_id=channel)
        return str(made["id"])

    async def start_thread(self, channel: int, name: str, body: Body) -> str:
        """Begin a thread in a forum.

        Raises:
            DrawbellError: see `call`.
        """
        whole = {"name": name, "message": {"allowed_mentions": NOBODY, **body}}
        path = "/channels/{channel_id}/threads"
        made = await self.call("POST", path, whole, channel_id=channel)
        return str(made["id"])

    async def open_dm(self, person: int) -> int:
        """The private channel with a person, made if there is none.

        Raises:
            DrawbellError: see `call`.
        """
        made = await self.call("POST", "/users/@me/channels", {"recipient_id": str(person)})
        return int(made["id"])

    async def respond(self, number: int, token: str, kind: int, data: Body | None = None) -> None:
        """Answer an interaction for the first time.

        Raises:
            DrawbellError: see `call`.
        """
        await self.call(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            {"type": kind, **({} if data is None else {"data": data})},
            webhook_id=number,
            webhook_token=token,
        )

    async def edit_original(self, app: int, token: str, body: Body) -> None:
        """Put the answer in place of "thinking", or of the message whose control was used.

        Raises:
            DrawbellError: see `call`.
        """
        whole = {"allowed_mentions": NOBODY, **body}
        path = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
        await self.call("PATCH", path, whole, webhook_id=app, webhook_token=token)

    async def follow_up(
        self, app: int, token: str, body: Body, files: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        """Another answer, seen by the same person only.

        Raises:
            DrawbellError: see `call`.
        """
        whole = {"allowed_mentions": NOBODY, "flags": EPHEMERAL, **body}
        path = "/webhooks/{webhook_id}/{webhook_token}"
        route = Route("POST", path, webhook_id=app, webhook_token=token)
        await self._asked(route, **({"form": _form(whole, files)} if files else {"json": whole}))


def _form(body: Body, files: Sequence[tuple[str, bytes]]) -> list[dict[str, Any]]:
    named = [{"id": str(at), "filename": name} for at, (name, _content) in enumerate(files)]
    whole = orjson.dumps({**body, "attachments": named}).decode()
    parts: list[dict[str, Any]] = [{"name": "payload_json", "value": whole}]
    for at, (name, content) in enumerate(files):
        parts.append(
            {
                "name": f"files[{at}]",
                "value": content,
                "filename": name,
                "content_type": "application/octet-stream",
            }
        )
    return parts
