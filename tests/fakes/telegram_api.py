"""A Bot API server for tests: it keeps chats, checks calls, and fails in the ways that a test asks.

    async with serving(FakeTelegram()) as api:
        bot = Bot(TOKEN, base_url=api.bot_url)
        ...
        api.say(ANN, "/start")
        await api.until(lambda: api.texts(ANN))
        assert api.complaints == []

`api.url` is the root that the setting for the API's address takes, also of another process.
"""

import asyncio
import json
import re
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
import orjson
from aiohttp import web

from tests.fakes.apis import Tokens, Turns, Watched, dropped
from tests.fakes.serving import listening
from tests.fakes.telegram_spec import (
    Fields,
    Refused,
    Spec,
    Upload,
    buttons_of,
    markup_of,
    shown,
    units,
)

TOKEN = "123456:AAF-secret_Half-of_the-token_0123456789"  # noqa: S105 - of no bot
BOT: Fields = {
    "id": 123456,
    "is_bot": True,
    "first_name": "drawbell",
    "username": "drawbell_test_bot",
}
BOT_ID = 123456
_ABOUT_ME = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
_COMMAND = re.compile(r"(?<!\S)/\w{1,32}(?:@\w+)?")
_CHAT_IN_FORM = re.compile(rb"^(?:[^{].*&)?chat_id=(-?\d+)(?:&|$)")
_COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")
_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
    *("can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info"),
    *("can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
    *("can_post_messages", "can_edit_messages"),
)
_FREEDOMS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
    *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
    *("can_send_other_messages", "can_add_web_page_previews", "can_react_to_messages"),
    *("can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages"),
    "can_manage_topics",
)
_MEMBER_FIELDS: Mapping[str, Mapping[str, object]] = {
    "creator": {"is_anonymous": False},
    "administrator": {name: name not in ("can_be_edited", "is_anonymous") for name in _RIGHTS},
    "kicked": {"until_date": 0},
    "restricted": {"is_member": True, "until_date": 0, **dict.fromkeys(_FREEDOMS, False)},
}
ANONYMOUS = 1087968824
_ANONYMOUS: Fields = {
    "id": ANONYMOUS,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_ANSWER_LIMIT = 200


@dataclass(kw_only=True)
class Fault(Turns):
    """What goes wrong with calls of a method, to a chat, or with any; `skip` of them go well first.

    `drop` closes the connection "before" the call is carried out, "after" it, or in the "middle" of
    the answer. `body` is an answer that is no JSON. `delay` is in seconds.
    """

    refused: Refused | None = None
    drop: Literal["before", "after", "middle"] | None = None
    body: bytes | None = None
    status: int = 200
    delay: float = 0.0
    method: str | None = None
    chat: int | None = None

    def strikes(self, method: str, chat: object) -> bool:
        """Whether it is the turn of this call."""
        return self.method in (None, method) and self.chat in (None, chat) and self.come()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that arrived; `at` is in seconds of the loop's clock, `status` what it got."""

    method: str
    fields: Fields
    at: float
    status: int


class Bucket:
    """So many a second, after a burst; what comes too early is to wait `retry_after` seconds."""

    def __init__(self, per_second: float, burst: float, retry_after: int) -> None:
        self._tokens, self._wait = Tokens(per_second, burst), retry_after

    def take(self, now: float) -> None:
        """Take one.

        Raises:
            Refused: there is none.
        """
        if self._tokens.take(now):
            text = f"Too Many Requests: retry after {self._wait}"
            raise Refused(429, text, retry_after=self._wait)


class FakeTelegram(Watched):
    """The server's memory and what tests do to it.

    `lean` answers sendMessage with next to no work, keeping only `counts` and `times`: for
    benchmarks. `latency` delays every answer. `conflicts`: a second poll ends the first.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        lean: bool = False,
        latency: float = 0.0,
        conflicts: bool = True,
    ) -> None:
        super().__init__()
        self.token, self.lean, self.latency, self.conflicts = token, lean, latency, conflicts
        self.url = ""
        self.complaints: list[str] = []
        self.calls: list[Call] = []
        self.counts: Counter[int] = Counter()  # sendMessage calls that were carried out, by chat
        self.times: list[float] = []
        self.faults: list[Fault] = []
        self.limit: Bucket | None = None
        self.chat_limit: Callable[[], Bucket] | None = None
        self.chats: dict[int, Fields] = {}
        self.kept: dict[int, dict[int, Fields]] = {}
        self.members: dict[int, dict[int, str]] = {}
        self.languages: dict[int, str] = {}  # of people, as their apps have it
        self.topics: dict[int, dict[int, str]] = {}
        self.migrated: dict[int, int] = {}
        self.files: dict[str, bytes] = {}
        self.commands: dict[tuple[str, str], list[Fields]] = {}
        self.about: dict[tuple[str, str], Fields] = {}
        self.queries: dict[str, Fields | None] = {}  # by id: what each was answered with
        self.webhook: Fields = {}
        self._spec = Spec({}, {}) if lean else Spec.load()
        self._buckets: dict[int, Bucket] = {}
        self._updates: list[Fields] = []
        self._allowed: list[str] = []
        self._next_update, self._polls = 1000, 0
        self._numbers: Counter[int] = Counter()  # of the last message of each chat
        self._posting: asyncio.Task[None] | None = None

    # What tests look at.

    @property
    def bot_url(self) -> str:
        """What PTB calls `base_url`."""
        return f"{self.url}/bot"

    def messages(self, chat: int) -> list[Fields]:
        """The bot's messages in a chat as they stand now, oldest first, without the deleted."""
        return [one for one in self.kept.get(chat, {}).values() if one.get("from") == BOT]

    def texts(self, chat: int) -> list[str]:
        """The texts and captions of those messages."""
        return [str(one.get("text") or one.get("caption") or "") for one in self.messages(chat)]

    def buttons(self, chat: int, message: int) -> dict[str, str]:
        """The buttons under a message that can be pressed: their data by their labels."""
        return {
            button["text"]: button["callback_data"]
            for button in buttons_of(self.kept[chat][message])
            if "callback_data" in button
        }

    def called(self, method: str) -> list[Fields]:
        """The fields of each call of a method, oldest first."""
        return [call.fields for call in self.calls if call.method == method]

    # What tests do.

    def fail(self, refused: Refused | None = None, **how: Any) -> None:
        """Let calls fail; see `Fault`."""
        self.faults.append(Fault(refused=refused, **how))

    def chat(self, chat: int, **changes: object) -> Fields:
        """A chat; made if it is new: with a person if its id is positive, else a supergroup."""
        if chat not in self.chats:
            known: Fields = {"type": "private", "first_name": f"Person {chat}"}
            self.chats[chat] = {"id": chat, **(known if chat > 0 else _GROUP)}
        self.chats[chat].update(changes)
        return self.chats[chat]

    def topic(self, chat: int, thread: int, state: Literal["open", "closed", "deleted"]) -> None:
        """Open, close or delete a topic of a forum."""
        self.chat(chat, is_forum=True)
        self.topics.setdefault(chat, {})[thread] = state

    def say(self, chat: int, text: str, *, user: int | None = None, thread: int = 0) -> int:
        """Let a person write to the bot or into a chat; in a channel, let it post."""
        return self.show(chat, user=user, thread=thread, text=text, **_commands_in(text))

    def show(
        self,
        chat: int,
        *,
        user: int | None = None,
        thread: int = 0,
        as_chat: int | None = None,
        **content: object,
    ) -> int:
        """The same with a message of any content; `as_chat` hides who of a group it is."""
        where = {"message_thread_id": thread} if thread else {}
        kind, sender = "message", {"from": self._sender(chat, user)}
        if as_chat is not None:
            sender = {"from": _ANONYMOUS, "sender_chat": self.chat(as_chat)}
        if self.chat(chat)["type"] == "channel":
            kind, sender = "channel_post", {"sender_chat": self.chat(chat)}
        message = self._message(chat, where, **sender, **content)
        self.push(kind, message)
        return int(message["message_id"])

    def press(
        self, chat: int, message: int, data: str, *, user: int | None = None, stale: bool = False
    ) -> str:
        """Let a person press a button, which has to be there unless `stale`; returns the query."""
        pressed = self.kept.get(chat, {}).get(message)
        if not stale:
            assert pressed is not None, f"there is no message {message}"
            assert data in self.buttons(chat, message).values(), f"no button says {data}"
        query = str(len(self.queries) + 1)
        self.queries[query] = None
        gone = {"chat": self.chat(chat), "message_id": message, "date": 0}
        self.push(
            "callback_query",
            {
                "id": query,
                "from": self._sender(chat, user),
                "message": pressed or gone,
                "chat_instance": str(chat),
                "data": data,
            },
        )
        return query

    def my_chat_member(self, chat: int, status: str, *, by: int, **rights: bool) -> None:
        """Change what the bot is in a chat: blocked is "kicked", unblocked is "member"."""
        before = self.status(chat, BOT_ID)
        self.members.setdefault(chat, {})[BOT_ID] = status
        changed = {
            "chat": self.chat(chat),
            "from": self._person(by),
            "date": int(time.time()),
            "old_chat_member": _member(BOT, before),
            "new_chat_member": _member(BOT, status) | rights,
        }
        self.push("my_chat_member", changed)

    def migrate(self, old: int, new: int) -> None:
        """Let a group become a supergroup, as both chats are told."""
        self.chat(new, type="supergroup", title=self.chat(old).get("title", "Group"))
        self.migrated[old] = new
        for chat, fact in (
            (old, {"migrate_to_chat_id": new}),
            (new, {"migrate_from_chat_id": old}),
        ):
            self.push(
                "message", self._message(chat, {}, **{"from": self._sender(chat, None)}, **fact)
            )

    def push(self, kind: str, content: Fields) -> None:
        """Let an update of any kind arrive."""
        update = {"update_id": self._next_update, kind: content}
        assert self._spec.fits(update, "Update"), update
        if kind in self._allowed or (not self._allowed and kind not in _NOT_BY_DEFAULT):
            self._updates.append(update)
            self._next_update += 1
            self._bump()

    def status(self, chat: int, user: int) -> str:
        """What somebody is in a chat; the bot is in every chat unless a test throws it out."""
        usual = "administrator" if self.chat(chat)["type"] == "channel" else "member"
        return self.members.get(chat, {}).get(user, usual if user == BOT_ID else "left")

    # The server.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        if self.latency:
            await asyncio.sleep(self.latency)
        _root, _slash, rest = request.path.partition("/bot")
        token, _slash, method = rest.partition("/")
        if token != self.token:
            refused = Refused(*((401, "Unauthorized") if ":" in token else (404, "Not Found")))
            return _answer(refused.answer, refused.status)
        method = _NAMES.get(method.casefold(), method)
        if self.lean and method == "sendMessage":
            return await self._lean(request)
        return await self._carefully(request, method)

    async def _lean(self, request: web.Request) -> web.Response:
        body = await request.read()
        form = _CHAT_IN_FORM.search(body)
        chat = orjson.loads(body)["chat_id"] if form is None else form[1]
        try:
            self._take(int(chat))
        except Refused as refused:
            return _answer(refused.answer, refused.status)
        self.counts[int(chat)] += 1
        self.times.append(asyncio.get_running_loop().time())
        number = len(self.times)
        return web.Response(body=_LEAN % (number, int(chat)), content_type="application/json")

    async def _carefully(self, request: web.Request, method: str) -> web.StreamResponse:
        fields = self._spec.decoded(method, await _fields(request))
        chat = fields.get("chat_id")
        fault = next((one for one in self.faults if one.strikes(method, chat)), Fault())
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop == "before":
            return dropped(request)
        status, answer = await self._outcome(method, fields, fault)
        at = asyncio.get_running_loop().time()
        self.calls.append(Call(method=method, fields=fields, at=at, status=status))
        self._bump()
        if fault.drop == "after":
            return dropped(request)
        if fault.drop == "middle":
            return await _cut(request, answer)
        if fault.body is not None:
            return web.Response(body=fault.body, status=fault.status)
        return _answer(answer, status)

    async def _outcome(self, method: str, fields: Fields, fault: Fault) -> tuple[int, Fields]:
        try:
            if fault.refused is not None or fault.status != 200:
                raise fault.refused or Refused(fault.status, "")
            return 200, {"ok": True, "result": await self._carry_out(method, fields)}
        except Refused as refused:
            return refused.status, refused.answer

    async def _carry_out(self, method: str, fields: Fields) -> object:
        do = getattr(self, _METHODS.get(method, ""), _not_spoken)
        found = self._spec.complaints(method, fields)
        if do is _not_spoken:
            found.append(f"the fake does not speak {method}")
        self.complaints += found
        if found and do is not _not_spoken:
            raise Refused(400, f"Bad Request: {found[0]}")
        if method.startswith(("send", "edit")):
            self._take(fields.get("chat_id", 0))
        result = do(fields)
        if asyncio.iscoroutine(result):
            result = await result
        if not self._spec.gives(method, result):
            self.complaints.append(f"the fake itself gives no result of {method}: {result}")
        return result

    def _take(self, chat: int) -> None:
        now = asyncio.get_running_loop().time()
        if self.chat_limit is not None:
            self._buckets.setdefault(chat, self.chat_limit()).take(now)
        if self.limit is not None:
            self.limit.take(now)

    # Messages.

    def _message(self, chat: int, fields: Mapping[str, Any], **content: object) -> Fields:
        self._numbers[chat] += 1
        number = self._numbers[chat]
        message = {"message_id": number, "date": int(time.time()), "chat": self.chat(chat)}
        if thread := fields.get("message_thread_id"):
            message |= {"message_thread_id": thread, "is_topic_message": True}
        message |= content
        self.kept.setdefault(chat, {})[number] = message
        return message

    def _person(self, user: int) -> Fields:
        if user == ANONYMOUS:
            return _ANONYMOUS
        person = {"id": user, "is_bot": False, "first_name": f"Person {user}"}
        spoken = self.languages.get(user)
        return person if spoken is None else {**person, "language_code": spoken}

    def _sender(self, chat: int, user: int | None) -> Fields:
        """Who writes in a chat if nobody is named: in private the only one who can."""
        return self._person((chat if chat > 0 else 1) if user is None else user)

    def _may_send(self, fields: Fields) -> int:
        chat = fields["chat_id"]
        if not isinstance(chat, int):
            raise Refused(400, "Bad Request: chat not found")
        if chat in self.migrated:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, text, migrate_to_chat_id=self.migrated[chat])
        kind, status = self.chat(chat)["type"], self.status(chat, BOT_ID)
        if (kind, status) in _MAY_NOT or (None, status) in _MAY_NOT:
            code, text = _MAY_NOT.get((kind, status)) or _MAY_NOT[None, status]
            raise Refused(code, text.format(kind=kind))
        self._check_topic(chat, fields.get("message_thread_id"))
        return chat

    def _check_topic(self, chat: int, thread: int | None) -> None:
        state = self.topics.get(chat, {}).get(thread or 0, "open" if thread is None else "deleted")
        if state != "open":
            closed = state == "closed"
            said = "TOPIC_CLOSED" if closed else "message thread not found"
            raise Refused(400, f"Bad Request: {said}")

    def _do_send_message(self, fields: Fields) -> Fields:
        chat, content = self._may_send(fields), shown(fields, "text", 4096)
        self.counts[chat] += 1
        return self._message(chat, fields, **{"from": BOT}, **content)

    def _do_send_document(self, fields: Fields) -> Fields:
        return self._send_file(fields, "document")

    def _do_send_photo(self, fields: Fields) -> Fields:
        return self._send_file(fields, "photo")

    def _send_file(self, fields: Fields, kind: str) -> Fields:
        chat, upload = self._may_send(fields), fields[kind]
        content = shown(fields, "caption", 1024) if fields.get("caption") else markup_of(fields)
        number = f"{kind}-{len(self.files) + 1}"
        self.files[number] = upload.content if isinstance(upload, Upload) else b""
        file: Fields = {"file_id": number, "file_unique_id": number}
        if kind == "document" and isinstance(upload, Upload):
            file |= {"file_name": upload.name, "mime_type": upload.kind}
        photo = [{**file, "width": 1, "height": 1}]
        content |= {kind: photo if kind == "photo" else file}
        return self._message(chat, fields, **{"from": BOT}, **content)

    def _do_edit_message_text(self, fields: Fields) -> Fields:
        return self._edit(fields, shown(fields, "text", 4096))

    def _do_edit_message_reply_markup(self, fields: Fields) -> Fields:
        message = self._to_edit(fields)
        same = {name: message[name] for name in ("text", "entities") if name in message}
        return self._edit(fields, same | markup_of(fields))

    def _edit(self, fields: Fields, content: Fields) -> Fields:
        message = self._to_edit(fields)
        names = ("text", "entities", "reply_markup")
        if all(message.get(name) == content.get(name) for name in names):
            raise Refused(400, _NOT_MODIFIED)
        for name in names:
            message.pop(name, None)
        message |= {**content, "edit_date": int(time.time())}
        return message

    def _to_edit(self, fields: Fields) -> Fields:
        self._may_send({"chat_id": fields["chat_id"]})
        message = self.kept.get(fields["chat_id"], {}).get(fields["message_id"])
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if message.get("from") != BOT:
            raise Refused(400, "Bad Request: message can't be edited")
        return message

    def _do_delete_message(self, fields: Fields) -> bool:
        if self.kept.get(fields["chat_id"], {}).pop(fields["message_id"], None) is None:
            raise Refused(400, "Bad Request: message to delete not found")
        return True

    def _do_answer_callback_query(self, fields: Fields) -> bool:
        if self.queries.get(fields["callback_query_id"], fields) is not None:
            raise Refused(400, _TOO_OLD)
        if units(fields.get("text", "")) > _ANSWER_LIMIT:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        self.queries[fields["callback_query_id"]] = fields
        return True

    def _do_send_chat_action(self, fields: Fields) -> bool:
        self._may_send(fields)
        return True

    # Chats and members.

    def _do_get_chat(self, fields: Fields) -> Fields:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        accepted = dict.fromkeys((*gifts, "gifts_from_channels"), False)
        full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
        return self.chat(self._may_look(fields)) | full

    def _do_get_chat_member(self, fields: Fields) -> Fields:
        chat, user = self._may_look(fields), fields["user_id"]
        return _member(self._user(user), self.status(chat, user))

    def _do_get_chat_administrators(self, fields: Fields) -> list[Fields]:
        chat = self._may_look(fields)
        known = {BOT_ID: self.status(chat, BOT_ID), **self.members.get(chat, {})}
        admins = {user: is_ for user, is_ in known.items() if is_ in ("creator", "administrator")}
        return [_member(self._user(user), is_) for user, is_ in admins.items()]

    def _user(self, user: int) -> Fields:
        return BOT if user == BOT_ID else self._person(user)

    def _may_look(self, fields: Fields) -> int:
        return self._may_send({"chat_id": fields["chat_id"]})

    def _do_leave_chat(self, fields: Fields) -> bool:
        self.members.setdefault(fields["chat_id"], {})[BOT_ID] = "left"
        return True

    # The bot itself.

    def _do_get_me(self, _fields: Fields) -> Fields:
        return BOT | _ABOUT_ME

    def _do_log_out(self, _fields: Fields) -> bool:
        return True

    _do_close = _do_log_out

    def _do_set_my_commands(self, fields: Fields) -> bool:
        for command in fields["commands"]:
            if not _COMMAND_NAME.fullmatch(command["command"]):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= units(command["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        if len(fields["commands"]) > 100:
            raise Refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        self.commands[_scope(fields)] = fields["commands"]
        return True

    def _do_get_my_commands(self, fields: Fields) -> list[Fields]:
        return self.commands.get(_scope(fields), [])

    def _do_delete_my_commands(self, fields: Fields) -> bool:
        self.commands.pop(_scope(fields), None)
        return True

    def _do_set_my_description(self, fields: Fields) -> bool:
        return self._set_about("description", fields, 512)

    def _do_set_my_short_description(self, fields: Fields) -> bool:
        return self._set_about("short_description", fields, 120)

    def _do_set_my_name(self, fields: Fields) -> bool:
        return self._set_about("name", fields, 64)

    def _set_about(self, name: str, fields: Fields, limit: int) -> bool:
        if units(fields.get(name, "")) > limit:
            raise Refused(400, f"Bad Request: {name} is too long")
        self.about[name, fields.get("language_code", "")] = {name: fields.get(name, "")}
        return True

    def _do_get_my_description(self, fields: Fields) -> Fields:
        return self._get_about("description", fields)

    def _do_get_my_short_description(self, fields: Fields) -> Fields:
        return self._get_about("short_description", fields)

    def _do_get_my_name(self, fields: Fields) -> Fields:
        return self._get_about("name", fields)

    def _get_about(self, name: str, fields: Fields) -> Fields:
        return self.about.get((name, fields.get("language_code", "")), {name: ""})

    # Updates.

    async def _do_get_updates(self, fields: Fields) -> list[Fields]:
        if self.webhook:
            raise Refused(409, _WEBHOOK_IS_SET)
        self._polls += 1
        mine = self._polls
        self._bump()
        self._allowed = fields.get("allowed_updates", self._allowed)
        self._confirm(fields.get("offset", 0))
        with suppress(TimeoutError):
            async with asyncio.timeout(fields.get("timeout", 0)):
                while not self._updates and not (self.conflicts and mine != self._polls):
                    await self._changed.wait()
        if self.conflicts and mine != self._polls:
            raise Refused(409, _TWO_POLLS)
        return self._updates[: fields.get("limit", 100)]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            del self._updates[:offset]
        else:
            self._updates = [one for one in self._updates if one["update_id"] >= offset]

    def _do_set_webhook(self, fields: Fields) -> bool:
        self._stop_posting()
        self.webhook = fields if fields["url"] else {}
        self._allowed = fields.get("allowed_updates", self._allowed)
        if fields.get("drop_pending_updates"):
            self._updates.clear()
        if self.webhook:
            self._posting = asyncio.create_task(self._post())
        return True

    def _do_delete_webhook(self, fields: Fields) -> bool:
        return self._do_set_webhook({**fields, "url": ""})

    def _do_get_webhook_info(self, _fields: Fields) -> Fields:
        url, waiting = self.webhook.get("url", ""), len(self._updates)
        return {"url": url, "has_custom_certificate": False, "pending_update_count": waiting}

    async def _post(self) -> None:
        """Bring updates to the webhook, one after the other, each until it is taken."""
        secret = self.webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            while True:
                changed = self._changed
                if not self._updates:
                    await changed.wait()
                elif await _taken(session, self.webhook["url"], self._updates[0]):
                    del self._updates[0]
                    self._bump()
                else:
                    await asyncio.sleep(0.05)

    def _stop_posting(self) -> None:
        if self._posting is not None:
            self._posting.cancel()
        self._posting = None


def _named(attribute: str) -> str:
    first, *more = attribute.removeprefix("_do_").split("_")
    return first + "".join(map(str.capitalize, more))


_METHODS = {_named(one): one for one in vars(FakeTelegram) if one.startswith("_do_")}
_NAMES = {name.casefold(): name for name in _METHODS}  # the case of a name means nothing
_GROUP = {"type": "supergroup", "title": "Group"}
_LEAN = (
    b'{"ok":true,"result":{"message_id":%d,"date":0,"chat":{"id":%d,"type":"private"},"text":""}}'
)
_MAY_NOT: dict[tuple[str | None, str], tuple[int, str]] = {
    ("private", "kicked"): (403, "Forbidden: bot was blocked by the user"),
    (None, "kicked"): (403, "Forbidden: bot was kicked from the {kind} chat"),
    (None, "left"): (403, "Forbidden: bot is not a member of the {kind} chat"),
    (None, "restricted"): (400, "Bad Request: not enough rights to send text messages to the chat"),
    ("channel", "member"): (400, "Bad Request: need administrator rights in the channel chat"),
}
_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message"
)
_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
_TWO_POLLS = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)
_WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
    " webhook first"
)


def _not_spoken(_fields: Fields) -> Fields:
    raise Refused(404, "Not Found: method not found")


def _answer(body: Fields, status: int) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(), status=status, content_type="application/json"
    )


async def _taken(session: aiohttp.ClientSession, url: str, update: Fields) -> bool:
    try:
        async with session.post(url, json=update) as answer:
            return answer.ok
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _cut(request: web.Request, answer: Fields) -> web.StreamResponse:
    whole = json.dumps(answer).encode()
    response = web.StreamResponse()
    response.content_length = len(whole)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _fields(request: web.Request) -> Fields:
    fields: Fields = dict(request.query)
    if request.content_type == "application/json":
        fields |= json.loads(await request.read() or b"{}")
        return fields
    for name, value in (await request.post()).items():
        fields[name] = value
        if isinstance(value, web.FileField):
            content = value.file.read()
            value.file.close()
            fields[name] = Upload(value.filename, content, value.content_type)
    return _with_attached(fields)


def _with_attached(fields: Fields) -> Fields:
    """Fields that name a file of the same call get it."""
    attached = {f"attach://{name}": one for name, one in fields.items() if isinstance(one, Upload)}
    named = {name: one for name, one in fields.items() if isinstance(one, str) and one in attached}
    used = {one.removeprefix("attach://") for one in named.values()}
    rest = {name: one for name, one in fields.items() if name not in used}
    return rest | {name: attached[one] for name, one in named.items()}


def _commands_in(text: str) -> Fields:
    entities = [
        {"type": "bot_command", "offset": units(text[: found.start()]), "length": len(found[0])}
        for found in _COMMAND.finditer(text)
    ]
    return {"entities": entities} if entities else {}


def _member(user: Fields, status: str) -> Fields:
    fields = _MEMBER_FIELDS.get(status, {})
    return {"user": user, "status": status, **fields}


def _scope(fields: Fields) -> tuple[str, str]:
    scope = json.dumps(fields.get("scope", {"type": "default"}), sort_keys=True)
    return scope, fields.get("language_code", "")


@asynccontextmanager
async def serving(
    api: FakeTelegram, tls: ssl.SSLContext | None = None
) -> AsyncIterator[FakeTelegram]:
    """Let it answer on a free port of this machine; its `url` says which."""
    async with listening(api.handle, tls=tls) as api.url:
        try:
            yield api
        finally:
            api._stop_posting()
