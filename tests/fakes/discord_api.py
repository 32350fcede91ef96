"""A Discord for tests: REST and gateway on one port, checking requests, failing as a test asks.

    async with serving(FakeDiscord()) as api:
        ...                        # a client whose API root is `api.url`
        done = api.slash(ANN, "latest")
        await api.until(lambda: done.shown)
        assert api.complaints == []

`api.url` is what the setting for the API's root takes, also of another process.
"""

import asyncio
import json
import re
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from aiohttp import web

from tests.fakes.apis import Tokens, Turns, Watched, dropped
from tests.fakes.discord_gateway import FakeGateway, Session
from tests.fakes.discord_spec import Fields, Spec, message_faults
from tests.fakes.serving import listening

TOKEN = "MTIz.Fake-x.secret_half_of_the_token_0123456789"  # noqa: S105 - of no bot
APP = 123_456_789_012_345_678
BOT: Fields = {
    "id": str(APP),
    "username": "drawbell",
    "discriminator": "0000",
    "global_name": None,
    "avatar": None,
    "bot": True,
}
EPHEMERAL, LOADING = 1 << 6, 1 << 7
_EPOCH = 1_420_070_400_000
_VIA = {"Via": "1.1 google"}
_LEAN = _VIA | {
    "X-RateLimit-Bucket": "messages",
    "X-RateLimit-Limit": "5",
    "X-RateLimit-Remaining": "4",
    "X-RateLimit-Reset-After": "5.000",
}
_EVERYTHING = str((1 << 53) - 1)


class Refused(Exception):
    """An answer that is no success. `via` is False for Cloudflare's own, which are no JSON."""

    def __init__(
        self,
        status: int,
        code: int = 0,
        message: str = "",
        *,
        via: bool = True,
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        super().__init__(message)
        self.status, self.via, self.headers = status, via, dict(headers or {})
        self.body: Fields = {"code": code, "message": message or str(status), **more}


@dataclass(kw_only=True)
class Fault(Turns):
    """What goes wrong with requests whose "METHOD /path" a pattern fits; `skip` go well first.

    `drop` closes the connection "before" the request is carried out or "after" it. `late` refuses
    only after it was carried out.
    """

    on: str = ""
    refused: Refused | None = None
    drop: Literal["before", "after"] | None = None
    late: bool = False
    delay: float = 0.0

    def strikes(self, call: str) -> bool:
        """Whether it is the turn of this request."""
        return re.search(self.on, call) is not None and self.come()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that arrived; `at` is in seconds of the loop's clock, `status` what it got."""

    name: str
    body: Any
    at: float
    status: int


@dataclass
class Bucket:
    """So many requests in a window that begins with the first of them."""

    limit: int
    window: float
    began: float = 0.0
    used: int = 0

    def take(self, now: float) -> float:
        """Take one; seconds to wait if there is none."""
        if now >= self.began + self.window:
            self.began, self.used = now, 0
        if self.used >= self.limit:
            return self.began + self.window - now
        self.used += 1
        return 0.0

    def headers(self, name: str, now: float) -> dict[str, str]:
        """What an answer says of it."""
        left = max(0.0, self.began + self.window - now)
        return {
            "X-RateLimit-Bucket": name,
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - self.used),
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        }


@dataclass(kw_only=True)
class Happening:
    """One interaction and what became of it.

    `shown` are the messages it led to, as they stand now; `modal` and `choices` are what else it
    can be answered with. `late` lets its three seconds be over at once.
    """

    id: int
    token: str
    kind: int
    channel: int
    user: int
    source: int | None = None
    acknowledged: int | None = None
    ephemeral: bool = False
    late: bool = False
    modal: Fields | None = None
    choices: list[Fields] | None = None
    original: Fields | None = None
    followups: list[Fields] = field(default_factory=list)
    edits: int = 0

    @property
    def shown(self) -> list[Fields]:
        """Messages that are no longer "thinking"."""
        first = [self.original] if self.original and not self.original["flags"] & LOADING else []
        return [*first, *self.followups]

    @property
    def text(self) -> str:
        """All that they say."""
        return "\n".join(text_of(one) for one in self.shown)


def text_of(message: Fields) -> str:
    """What a message says, embeds and all."""
    parts = [message.get("content") or ""]
    for embed in message.get("embeds") or []:
        parts += [embed.get("title") or "", embed.get("description") or ""]
        parts += [f"{one['name']}: {one['value']}" for one in embed.get("fields") or []]
        parts.append((embed.get("footer") or {}).get("text") or "")
    return "\n".join(part for part in parts if part)


def controls_of(message: Fields) -> dict[str, str]:
    """What can be pressed or picked under a message: what it says to us, by its label."""
    inner = [one for row in message.get("components") or [] for one in row["components"]]
    found = {
        one["label"]: one["custom_id"] for one in inner if one.get("custom_id") and "label" in one
    }
    for one in inner:
        found |= {option["label"]: option["value"] for option in one.get("options") or []}
    return found


class FakeDiscord(Watched):
    """The server's memory and what tests do to it.

    `lean` answers sends with next to no work, for benchmarks. `remembers` is for how many seconds
    nonces are known. `limit` is the limit of the whole bot, `channel_limit` that of each channel.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        lean: bool = False,
        latency: float = 0.0,
        remembers: float = 180.0,
        shards: int = 1,
    ) -> None:
        super().__init__()
        self.token, self.lean, self.latency = token, lean, latency
        self.remembers, self.shards = remembers, shards
        self.url = ""
        self.complaints: list[str] = []
        self.calls: list[Call] = []
        self.counts: Counter[int] = Counter()  # messages that were made, by channel
        self.times: list[float] = []
        self.limited = 0
        self.faults: list[Fault] = []
        self.limit: Tokens | Bucket | None = Tokens(50)
        self.channel_limit: tuple[int, float] | None = (5, 5.0)
        self.messages: dict[int, list[Fields]] = {}
        self.channels: dict[int, Fields] = {}
        self.dms: dict[int, int] = {}  # channels by person
        self.closed_dms: set[int] = set()
        self.strangers: set[int] = set()
        self.guilds: dict[int, Fields] = {}
        self.roles_given: dict[tuple[int, int], set[int]] = {}
        self.commands: list[Fields] = []
        self.synced = 0
        self.happenings: dict[int, Happening] = {}
        self.gateway = FakeGateway(token, self._ready)
        self._spec = Spec({}, {}) if lean else Spec.load()
        self._nonces: dict[tuple[int, str], tuple[float, Fields]] = {}
        self._buckets: dict[str, Bucket] = {}
        self._numbers = 0
        self._recent: deque[float] = deque(maxlen=100_000)

    # What tests look at.

    def texts(self, channel: int) -> list[str]:
        """What the messages in a channel say."""
        return [text_of(one) for one in self.messages.get(channel, [])]

    def told(self, user: int) -> list[str]:
        """What a person was told in private."""
        return self.texts(self.dms[user]) if user in self.dms else []

    def called(self, name: str) -> list[Call]:
        """The requests whose "METHOD /path" a pattern fits."""
        return [one for one in self.calls if re.search(name, one.name)]

    # What tests do.

    def fail(self, refused: Refused | None = None, **how: Any) -> None:
        """Let requests fail; see `Fault`."""
        self.faults.append(Fault(refused=refused, **how))

    def forget_nonces(self) -> None:
        """Let the window of every nonce be over."""
        self._nonces.clear()

    def dm(self, user: int) -> int:
        """The private channel of a person; made if there is none."""
        if user not in self.dms:
            self.dms[user] = self._id()
            self.channels[self.dms[user]] = {
                "id": str(self.dms[user]),
                "type": 1,
                "recipients": [_user(user)],
                "last_message_id": None,
                "flags": 0,
            }
        return self.dms[user]

    def guild(self, *, permissions: int = (1 << 53) - 1) -> int:
        """A server, in which everybody (the bot too) has these permissions."""
        number = self._id()
        everyone = _role(number, "@everyone", permissions)
        self.guilds[number] = {"id": str(number), "roles": [everyone], "channels": []}
        self._announce(number)
        return number

    def channel(self, guild: int, *, kind: int = 0, **changes: object) -> int:
        """A channel of a server: text 0, announcement 5, forum 15, thread 11."""
        number = self._id()
        made: Fields = {
            "id": str(number),
            "type": kind,
            "guild_id": str(guild),
            "name": f"channel-{number % 1000}",
            "position": 0,
            "permission_overwrites": [],
            "parent_id": None,
            "last_message_id": None,
            "flags": 0,
            **changes,
        }
        self.channels[number] = made
        self.guilds[guild]["channels"].append(made)
        self.gateway.dispatch("CHANNEL_CREATE", made, shard=self._shard(guild))
        return number

    def role(self, guild: int, name: str, *, permissions: int = 0, mentionable: bool = True) -> int:
        """A role of a server."""
        number = self._id()
        made = _role(number, name, permissions) | {"mentionable": mentionable}
        self.guilds[guild]["roles"].append(made)
        self.gateway.dispatch(
            "GUILD_ROLE_CREATE", {"guild_id": str(guild), "role": made}, shard=self._shard(guild)
        )
        return number

    def slash(self, user: int, name: str, *, late: bool = False, **where: Any) -> Happening:
        """Let a person use a command: "profile score" with `options={"score": 480}`."""
        options = where.pop("options", {})
        root, *path = name.split()
        found = next((one for one in self.commands if one["name"] == root), {"id": "1"})
        inner: list[Fields] = [_option(found, path, key, value) for key, value in options.items()]
        for step in reversed(path):
            inner = [{"name": step, "type": 1, "options": inner}]
        data = {"id": found["id"], "name": root, "type": 1, "options": inner}
        data |= {"resolved": where.pop("resolved")} if "resolved" in where else {}
        return self._happen(2, user, data, late=late, **where)

    def complete(self, user: int, name: str, option: str, typed: str, **where: Any) -> Happening:
        """Let a person type into an option that completes itself."""
        root, *path = name.split()
        inner: list[Fields] = [{"name": option, "type": 3, "value": typed, "focused": True}]
        for step in reversed(path):
            inner = [{"name": step, "type": 1, "options": inner}]
        return self._happen(
            4, user, {"id": "1", "name": root, "type": 1, "options": inner}, **where
        )

    def press(self, user: int, message: Fields, custom_id: str, **where: Any) -> Happening:
        """Let a person press a button."""
        data = {"component_type": 2, "custom_id": custom_id}
        where.setdefault("channel", int(message["channel_id"]))
        return self._happen(3, user, data, message=message, **where)

    def pick(self, user: int, message: Fields, value: str, **where: Any) -> Happening:
        """Let a person pick an option of whichever menu has it."""
        menus = [one for row in message["components"] for one in row["components"]]
        menu = next(
            one
            for one in menus
            if value in [option["value"] for option in one.get("options") or []]
        )
        data = {"component_type": 3, "custom_id": menu["custom_id"], "values": [value]}
        where.setdefault("channel", int(message["channel_id"]))
        return self._happen(3, user, data, message=message, **where)

    def submit(self, user: int, modal: Fields, typed: Mapping[str, str], **where: Any) -> Happening:
        """Let a person fill a form and send it."""
        rows = [
            {"type": 1, "components": [{"type": 4, "custom_id": key, "value": value}]}
            for key, value in typed.items()
        ]
        return self._happen(5, user, {"custom_id": modal["custom_id"], "components": rows}, **where)

    def say(self, user: int, text: str) -> None:
        """Let a person write to the bot in private."""
        channel = self.dm(user)
        message = self._message(channel, {"content": text}) | {"author": _user(user)}
        self.gateway.dispatch("MESSAGE_CREATE", message)

    def _happen(
        self,
        kind: int,
        user: int,
        data: Fields,
        *,
        channel: int | None = None,
        guild: int | None = None,
        message: Fields | None = None,
        locale: str = "en-US",
        permissions: str = _EVERYTHING,
        late: bool = False,
        again: Happening | None = None,
    ) -> Happening:
        where = channel or self.dm(user)
        known = again or Happening(
            id=self._id(),
            token=f"interaction-{self._numbers}",
            kind=kind,
            channel=where,
            user=user,
            source=int(message["id"]) if message else None,
            late=late,
        )
        self.happenings[known.id] = known
        payload: Fields = {
            "id": str(known.id),
            "application_id": str(APP),
            "type": kind,
            "token": known.token,
            "version": 1,
            "data": data,
            "channel_id": str(where),
            "channel": self.channels.get(where, {"id": str(where), "type": 1}),
            "locale": locale,
            "app_permissions": _EVERYTHING,
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 1 if guild is None else 0,
            "attachment_size_limit": 1,
        }
        person = _user(user)
        if guild is None:
            payload["user"] = person
        else:
            member = {**_member(person), "permissions": permissions}
            payload |= {"guild_id": str(guild), "member": member, "guild_locale": "en-US"}
        if message is not None:
            payload["message"] = message
        self.gateway.dispatch("INTERACTION_CREATE", payload, shard=self._shard(guild or 0))
        return known

    # The gateway.

    def _ready(self, session: Session) -> list[tuple[str, Fields]]:
        mine = [one for one in self.guilds if self._shard(one) == session.shard]
        ready: Fields = {
            "v": 10,
            "user": BOT,
            "guilds": [{"id": str(one), "unavailable": True} for one in mine],
            "session_id": session.id,
            "resume_gateway_url": self.gateway.url,
            "application": {"id": str(APP), "flags": 0},
            "shard": [session.shard, session.shards],
            "private_channels": [],
        }
        return [("READY", ready), *(("GUILD_CREATE", self._guild(one)) for one in mine)]

    def _announce(self, guild: int) -> None:
        self.gateway.dispatch("GUILD_CREATE", self._guild(guild), shard=self._shard(guild))

    def _guild(self, guild: int) -> Fields:
        known = self.guilds[guild]
        return {
            "id": str(guild),
            "name": "Server",
            "owner_id": "1",
            "member_count": 2,
            "large": False,
            "unavailable": False,
            "features": [],
            "emojis": [],
            "stickers": [],
            "roles": known["roles"],
            "channels": [one for one in known["channels"] if one["type"] != 11],
            "threads": [one for one in known["channels"] if one["type"] == 11],
            "members": [_member(BOT)],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "joined_at": "2025-01-01T00:00:00+00:00",
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "system_channel_flags": 0,
            "afk_timeout": 300,
            "premium_progress_bar_enabled": False,
        }

    def _shard(self, guild: int) -> int:
        return (guild >> 22) % self.shards

    # The server.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        if request.path == "/gateway":
            return await self.gateway.handle(request)
        body = await _read(request)  # before all else: its sender may be killed meanwhile
        if self.latency:
            await asyncio.sleep(self.latency)
        path = request.path.removeprefix("/api/v10")
        if self.lean and path.endswith("/messages") and request.method == "POST":
            return self._lean(path, body)
        return await self._carefully(request, path, body)

    async def _carefully(self, request: web.Request, path: str, body: Any) -> web.StreamResponse:
        name = f"{request.method} {path}"
        fault = next((one for one in self.faults if one.strikes(name)), Fault())
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop == "before":
            return dropped(request)
        status, headers, answer = self._outcome(request, name, path, body, fault)
        now = asyncio.get_running_loop().time()
        self.calls.append(Call(name=name, body=body, at=now, status=status))
        self.limited += status == 429
        self._bump()
        return dropped(request) if fault.drop == "after" else _answer(status, headers, answer)

    def _lean(self, path: str, body: Fields) -> web.StreamResponse:
        channel, now = int(path.split("/")[2]), asyncio.get_running_loop().time()
        wait = self.limit.take(now) if self.limit is not None else 0.0
        if wait:
            self.limited += 1
            answer = _limited(wait, everybody=True)
            return _answer(429, answer.headers | _VIA, answer.body)
        nonce = (channel, str(body.get("nonce")))
        if nonce not in self._nonces:
            self._nonces[nonce] = (now, {})
            self.counts[channel] += 1
            self.times.append(now)
        return web.Response(
            body=b'{"id":"%d","channel_id":"%d"}' % (len(self.times), channel),
            content_type="application/json",
            headers=_LEAN,
        )

    def _outcome(
        self, request: web.Request, name: str, path: str, body: Any, fault: Fault
    ) -> tuple[int, dict[str, str], Any]:
        headers = dict(_VIA)
        try:
            if fault.refused is not None and not fault.late:
                raise fault.refused
            headers |= self._pass(request, path)
            status, answer = self._carry_out(request.method, path, body)
            if fault.refused is not None:
                raise fault.refused
        except Refused as refused:
            if not refused.via:
                return refused.status, refused.headers, "error code: 1015"
            return refused.status, headers | refused.headers, refused.body
        return status, headers, answer

    def _pass(self, request: web.Request, path: str) -> dict[str, str]:
        """Check token and limits; returns what the answer says of the latter."""
        if path.startswith(("/interactions/", "/webhooks/")):
            return {}
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refused(401, 0, "401: Unauthorized")
        now = asyncio.get_running_loop().time()
        wait = self.limit.take(now) if self.limit is not None else 0.0
        if wait:
            raise _limited(wait, everybody=True)
        if self.channel_limit is None or not re.fullmatch(r"/channels/\d+/messages", path):
            return {}
        bucket = self._buckets.setdefault(path, Bucket(*self.channel_limit))
        wait = bucket.take(now)
        if wait:
            raise _limited(wait, everybody=False, headers=bucket.headers("messages", now))
        return bucket.headers("messages", now)

    def _carry_out(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        found = self._spec.complaints(method, path, _without_files(body))
        self.complaints += found
        if found:
            raise Refused(400, 50035, f"Invalid Form Body: {found[0]}")
        for wanted, pattern, do in _ROUTES:
            fits = re.fullmatch(pattern, path)
            if wanted == method and fits is not None:
                status, answer = do(self, body, *fits.groups())
                return status, answer
        self.complaints.append(f"the fake does not speak {method} {path}")
        raise Refused(404, 0, "404: Not Found")

    # Messages.

    def _id(self) -> int:
        self._numbers += 1
        return (int(time.time() * 1000) - _EPOCH) << 22 | self._numbers

    def _message(self, channel: int, body: Fields, **more: Any) -> Fields:
        made: Fields = {
            "id": str(self._id()),
            "channel_id": str(channel),
            "type": 0,
            "author": BOT,
            "content": body.get("content") or "",
            "embeds": body.get("embeds") or [],
            "components": body.get("components") or [],
            "attachments": body.get("attachments") or [],
            "flags": body.get("flags") or 0,
            "timestamp": "2025-12-11T19:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": (body.get("allowed_mentions") or {}).get("roles") or [],
            "pinned": False,
            **more,
        }
        return made

    def _check(self, body: Fields) -> None:
        wrong = message_faults(body)
        if wrong:
            self.complaints += wrong
            raise Refused(400, 50006 if wrong == ["empty"] else 50035, wrong[0])

    def send(self, body: Fields, channel: str) -> tuple[int, Fields]:
        """POST a message."""
        number, now = int(channel), asyncio.get_running_loop().time()
        if number not in self.channels:
            raise Refused(404, 10003, "Unknown Channel")
        person = next((who for who, where in self.dms.items() if where == number), None)
        if person in self.closed_dms:
            raise Refused(403, 50007, "Cannot send messages to this user")
        if self.channels[number]["type"] == 15:
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        self._check(body)
        key = (number, str(body.get("nonce")))
        known = self._nonces.get(key)
        if body.get("enforce_nonce") and known and now < known[0] + self.remembers:
            return 200, known[1]
        made = self._keep(number, body)
        if body.get("nonce") is not None:
            self._nonces[key] = (now, made)
        return 200, made

    def _keep(self, channel: int, body: Fields) -> Fields:
        made = self._message(channel, body)
        self.messages.setdefault(channel, []).append(made)
        self.counts[channel] += 1
        self.times.append(asyncio.get_running_loop().time())
        self.channels[channel]["last_message_id"] = made["id"]
        return made

    def open_dm(self, body: Fields) -> tuple[int, Fields]:
        """POST a private channel."""
        user = int(body["recipient_id"])
        if user in self.strangers:
            raise Refused(404, 10013, "Unknown User")
        return 200, self.channels[self.dm(user)]

    def channel_of(self, _body: object, channel: str) -> tuple[int, Fields]:
        """GET a channel."""
        if int(channel) not in self.channels:
            raise Refused(404, 10003, "Unknown Channel")
        return 200, self.channels[int(channel)]

    def start_thread(self, body: Fields, channel: str) -> tuple[int, Fields]:
        """POST a thread with its first message."""
        parent = self.channels.get(int(channel))
        if parent is None:
            raise Refused(404, 10003, "Unknown Channel")
        self._check(body["message"])
        number = self._id()
        self.channels[number] = {
            "id": str(number),
            "type": 11,
            "guild_id": parent["guild_id"],
            "parent_id": channel,
            "owner_id": str(APP),
            "name": body["name"],
            "last_message_id": None,
        }
        parent["last_message_id"] = str(number)
        made = self._keep(number, body["message"])
        return 201, self.channels[number] | {"message": made}

    # Everything else.

    def gateway_bot(self, _body: object) -> tuple[int, Fields]:
        """GET the gateway's address."""
        limits = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        return 200, {"url": self.gateway.url, "shards": self.shards, "session_start_limit": limits}

    def me(self, _body: object) -> tuple[int, Fields]:
        """GET who the bot is."""
        return 200, BOT

    def application(self, _body: object) -> tuple[int, Fields]:
        """GET what the bot's application is."""
        return 200, {
            "id": str(APP),
            "name": "drawbell",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "",
            "owner": _user(1),
            "team": None,
            "flags": 0,
        }

    def get_commands(self, _body: object, _app: str) -> tuple[int, list[Fields]]:
        """GET the commands."""
        return 200, self.commands

    def put_commands(self, body: list[Fields], _app: str) -> tuple[int, list[Fields]]:
        """PUT the commands."""
        self.synced += 1
        self.commands = [
            {**one, "id": str(number), "application_id": str(APP), "version": "1"}
            for number, one in enumerate(body, start=1)
        ]
        return 200, self.commands

    def give_role(self, _body: object, guild: str, user: str, role: str) -> tuple[int, None]:
        """PUT a role on a member."""
        self.roles_given.setdefault((int(guild), int(user)), set()).add(int(role))
        return 204, None

    def take_role(self, _body: object, guild: str, user: str, role: str) -> tuple[int, None]:
        """DELETE a role of a member."""
        self.roles_given.setdefault((int(guild), int(user)), set()).discard(int(role))
        return 204, None

    # Interactions.

    def callback(self, body: Fields, number: str, token: str) -> tuple[int, None]:
        """POST the first answer to an interaction."""
        known = self.happenings.get(int(number))
        if known is None or known.token != token or known.late:
            raise Refused(404, 10062, "Unknown interaction")
        if known.acknowledged is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body["type"], body.get("data") or {}
        if kind in (4, 7):
            self._check(data)
        flags = data.get("flags") or 0
        known.ephemeral = bool(flags & EPHEMERAL)
        if kind in (4, 5):
            first = data if kind == 4 else {"flags": flags | LOADING}
            known.original = self._message(known.channel, first)
        elif kind in (6, 7):
            known.original = self._source(known)
            known.original.update(data)
        known.choices = data["choices"] if kind == 8 else None
        known.modal = data if kind == 9 else None
        known.acknowledged = kind
        return 204, None

    def _source(self, known: Happening) -> Fields:
        shown = [one for some in self.happenings.values() for one in some.shown]
        kept = [one for some in self.messages.values() for one in some]
        return next(one for one in (*shown, *kept) if int(one["id"]) == known.source)

    def _by_token(self, token: str) -> Happening:
        known = next((one for one in self.happenings.values() if one.token == token), None)
        if known is None or known.acknowledged is None:
            raise Refused(404, 10015, "Unknown Webhook")
        return known

    def edit_original(self, body: Fields, _app: str, token: str) -> tuple[int, Fields]:
        """PATCH the first answer."""
        known = self._by_token(token)
        if known.original is None:
            raise Refused(404, 10008, "Unknown Message")
        changed = {**known.original, **body}
        self._check(changed)
        known.original.update(body, flags=known.original["flags"] & ~LOADING)
        known.edits += 1
        return 200, known.original

    def follow_up(self, body: Fields, _app: str, token: str) -> tuple[int, Fields]:
        """POST another answer."""
        known = self._by_token(token)
        self._check(body)
        made = self._message(known.channel, body)
        known.followups.append(made)
        return 200, made


_ID = r"(\d+)"
_HOOK = rf"/webhooks/{_ID}/([^/]+)"
_ROUTES: tuple[tuple[str, str, Callable[..., tuple[int, Any]]], ...] = (
    ("POST", rf"/channels/{_ID}/messages", FakeDiscord.send),
    ("POST", "/users/@me/channels", FakeDiscord.open_dm),
    ("GET", rf"/channels/{_ID}", FakeDiscord.channel_of),
    ("POST", rf"/channels/{_ID}/threads", FakeDiscord.start_thread),
    ("GET", "/gateway/bot", FakeDiscord.gateway_bot),
    ("GET", "/users/@me", FakeDiscord.me),
    ("GET", "/oauth2/applications/@me", FakeDiscord.application),
    ("GET", rf"/applications/{_ID}/commands", FakeDiscord.get_commands),
    ("PUT", rf"/applications/{_ID}/commands", FakeDiscord.put_commands),
    ("PUT", rf"/guilds/{_ID}/members/{_ID}/roles/{_ID}", FakeDiscord.give_role),
    ("DELETE", rf"/guilds/{_ID}/members/{_ID}/roles/{_ID}", FakeDiscord.take_role),
    ("POST", rf"/interactions/{_ID}/([^/]+)/callback", FakeDiscord.callback),
    ("PATCH", rf"{_HOOK}/messages/@original", FakeDiscord.edit_original),
    ("POST", _HOOK, FakeDiscord.follow_up),
)


def limited(
    wait: float, *, everybody: bool = False, via: bool = True, scope: str | None = None
) -> Refused:
    """A 429 as Discord says it, or as Cloudflare does (`via` False)."""
    if not via:
        return Refused(429, via=False, headers={"Retry-After": f"{wait:.0f}"} if wait else {})
    headers = {} if scope is None else {"X-RateLimit-Scope": scope}
    return _limited(wait, everybody=everybody, headers=headers)


def _limited(wait: float, *, everybody: bool, headers: Mapping[str, str] | None = None) -> Refused:
    said = {"X-RateLimit-Scope": "global" if everybody else "user"}
    said |= {"X-RateLimit-Global": "true"} if everybody else {}
    refused = Refused(429, 0, "You are being rate limited.", headers=said | dict(headers or {}))
    refused.headers.setdefault("Retry-After", str(int(wait) + 1))
    refused.body |= {"retry_after": round(wait, 3), "global": everybody}
    return refused


def _user(number: int) -> Fields:
    return {
        "id": str(number),
        "username": f"person{number}",
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
    }


def _member(user: Fields) -> Fields:
    return {
        "user": user,
        "roles": [],
        "joined_at": "2025-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def _role(number: int, name: str, permissions: int) -> Fields:
    return {
        "id": str(number),
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str(permissions),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _option(command: Fields, path: list[str], name: str, value: object) -> Fields:
    """An option with the type it is defined with, as a client sends it."""
    options = command.get("options") or []
    for step in path:
        inner: Fields = next((one for one in options if one["name"] == step), {})
        options = inner.get("options") or []
    kind = next((one["type"] for one in options if one["name"] == name), None)
    guessed = {int: 4, str: 3, bool: 5}.get(type(value), 3)
    return {"name": name, "type": kind or guessed, "value": value}


def _without_files(body: Any) -> Any:
    return (
        {key: one for key, one in body.items() if key != "_files"}
        if isinstance(body, dict)
        else body
    )


def _answer(status: int, headers: Mapping[str, str], answer: Any) -> web.Response:
    if isinstance(answer, str):
        return web.Response(status=status, text=answer, headers=headers)
    if answer is None:
        return web.Response(status=204, headers=headers)
    body = orjson.dumps(answer)
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


async def _read(request: web.Request) -> Any:
    if request.content_type == "application/json":
        return orjson.loads(await request.read())
    if not request.content_type.startswith("multipart/"):
        return None
    body: Fields = {}
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[value.filename] = value.file.read()
            value.file.close()
        elif name == "payload_json" and isinstance(value, str):
            body = json.loads(value)
    return body | {"_files": files}


@asynccontextmanager
async def serving(api: FakeDiscord) -> AsyncIterator[FakeDiscord]:
    """Let it answer on a free port of this machine; its `url` says which."""
    async with listening(api.handle) as root:
        api.url, api.gateway.url = f"{root}/api/v10", f"{root.replace('http', 'ws', 1)}/gateway"
        try:
            yield api
        finally:
            await api.gateway.close()
