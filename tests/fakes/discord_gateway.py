"""The gateway of the tests' Discord: sessions that can be resumed, refused and broken off."""

import asyncio
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

Fields = dict[str, Any]
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
INVALID_SESSION, HELLO, ACK = 9, 10, 11


@dataclass
class Session:
    """One session of one shard: what it was told, and the socket it listens on, if there is one."""

    id: str
    shard: int = 0
    shards: int = 1
    intents: int = 0
    told: list[Fields] = field(default_factory=list)
    wire: "Wire | None" = None


class Wire:
    """One socket, compressed as a stream if the client asked for it."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self.broken_off = False
        self._stream = zlib.compressobj() if compressed else None

    async def send(self, payload: Fields) -> None:
        """Send one payload; nothing if the socket is closed."""
        if self.socket.closed:
            return
        text = json.dumps(payload)
        if self._stream is None:
            await self.socket.send_str(text)
            return
        squeezed = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(squeezed)


class FakeGateway:
    """What tests see of it: sessions, what came in, and ways to break it.

    `refuses` is a close code for whoever identifies; `forgets` lets no session be resumed; `mute`
    sends no answers to heartbeats. `ready` makes what READY and the first events tell a shard.
    """

    def __init__(self, token: str, ready: Callable[[Session], list[tuple[str, Fields]]]) -> None:
        self._token, self._ready = token, ready
        self.url = ""
        self.interval = 41.25
        self.refuses: int | None = None
        self.forgets = False
        self.mute = False
        self.sessions: dict[str, Session] = {}
        self.identified: list[Fields] = []
        self.resumed: list[str] = []
        self.beats = 0
        self._wires: set[Wire] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> list[Session]:
        """Sessions that somebody listens to."""
        return [one for one in self.sessions.values() if one.wire is not None]

    def dispatch(self, event: str, data: Fields, *, shard: int = 0) -> None:
        """Tell an event to the sessions of a shard, or keep it for when they resume."""
        for session in self.sessions.values():
            if session.shard == shard:
                self._tell(session, event, data)

    def _tell(self, session: Session, event: str, data: Fields) -> None:
        number = len(session.told) + 1
        payload = {"op": DISPATCH, "t": event, "s": number, "d": data}
        session.told.append(payload)
        if session.wire is not None:
            self._send(session.wire, payload)

    def _send(self, wire: Wire, payload: Fields) -> None:
        task = asyncio.ensure_future(wire.send(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask_to_reconnect(self) -> None:
        """Ask everybody to come again (op 7)."""
        for wire in list(self._wires):
            await wire.send({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Say that sessions are invalid (op 9)."""
        for wire in list(self._wires):
            await wire.send({"op": INVALID_SESSION, "d": resumable})
        if not resumable:
            self.sessions.clear()

    async def close(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close every socket."""
        for wire in list(self._wires):
            wire.broken_off = True
            await wire.socket.close(code=code)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One socket, until it closes."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        wire = Wire(socket, compressed=request.query.get("compress") == "zlib-stream")
        self._wires.add(wire)
        session: Session | None = None
        try:
            await wire.send({"op": HELLO, "d": {"heartbeat_interval": self.interval * 1000}})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    session = await self._heard(wire, json.loads(message.data)) or session
        finally:
            self._wires.discard(wire)
            if session is not None and session.wire is wire:
                session.wire = None
                if socket.close_code in (1000, 1001) and not wire.broken_off:
                    self.sessions.pop(session.id, None)
        return socket

    async def _heard(self, wire: Wire, payload: Fields) -> Session | None:
        match payload["op"]:
            case 1:
                self.beats += 1
                if not self.mute:
                    await wire.send({"op": ACK, "d": None})
            case 2:
                return await self._identify(wire, payload["d"])
            case 6:
                return await self._resume(wire, payload["d"])
            case _:
                return None
        return None

    async def _identify(self, wire: Wire, data: Fields) -> Session | None:
        self.identified.append(data)
        if data["token"] != self._token or self.refuses is not None:
            await wire.socket.close(code=self.refuses or 4004)
            return None
        shard, shards = data.get("shard", (0, 1))
        name = f"session-{len(self.identified)}"
        session = Session(id=name, shard=shard, shards=shards, intents=data["intents"])
        self.sessions[session.id] = session
        session.wire = wire
        for event, content in self._ready(session):
            self._tell(session, event, content)
        return session

    async def _resume(self, wire: Wire, data: Fields) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if session is None or self.forgets:
            await wire.send({"op": INVALID_SESSION, "d": False})
            return None
        self.resumed.append(session.id)
        session.wire = wire
        for payload in session.told[data["seq"] :]:
            await wire.send(payload)
        self._tell(session, "RESUMED", {"_trace": []})
        return session
