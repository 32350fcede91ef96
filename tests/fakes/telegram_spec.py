"""What Telegram accepts: calls as its documentation describes them, and its dialect of HTML."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from tests.data.shared import SHARED, shared_json

SPEC = "specs/telegram-bot-api.min.json"
_TEXT = ("String", "InputFile")
_WORDS = frozenset(  # fields that stay text, for want of the documentation
    [
        "text",
        "caption",
        "description",
        "short_description",
        "name",
        "url",
        "secret_token",
        "callback_query_id",
        "language_code",
        "parse_mode",
        "action",
    ]
)
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes
    kind: str


def units(text: str) -> int:
    """The length of a text as Telegram counts, in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


class Spec:
    """The documentation as data; without it every call is taken as it is."""

    def __init__(self, methods: Mapping[str, Any], types: Mapping[str, Any]) -> None:
        self._methods = methods
        self._types = types

    @classmethod
    @cache
    def load(cls) -> "Spec":
        """The official copy, or nothing if it does not lie next to the checkout."""
        if not (SHARED / SPEC).is_file():
            return cls({}, {})
        loaded = shared_json(SPEC)
        return cls(loaded["methods"], loaded["types"])

    def decoded(self, method: str, fields: Mapping[str, object]) -> dict[str, object]:
        """Fields with their types: in forms, numbers and objects come as JSON in text."""
        types = {one["name"]: one["types"] for one in self._fields(method)}
        return {
            name: _decoded(value, types.get(name) or (_TEXT if name in _WORDS else ("Integer",)))
            for name, value in fields.items()
        }

    def gives(self, method: str, result: object) -> bool:
        """Whether a result is as documented."""
        kinds = self._methods.get(method, {}).get("returns", ())
        return not kinds or any(self.fits(result, kind) for kind in kinds)

    def complaints(self, method: str, fields: Mapping[str, object]) -> list[str]:
        """What is wrong with a call; nothing if it is as documented."""
        if not self._methods:
            return []
        if method not in self._methods:
            return [f"there is no method {method}"]
        return [f"{method}: {wrong}" for wrong in _wrong(self, self._fields(method), fields)]

    def fits(self, value: object, kind: str) -> bool:
        """Whether a value is of a documented type."""
        if kind.startswith("Array of "):
            inner = kind.removeprefix("Array of ")
            return isinstance(value, list) and all(self.fits(one, inner) for one in value)
        if kind in _PLAIN_TYPES:
            return _PLAIN_TYPES[kind](value)
        if not self._types:
            return True
        described = self._types.get(kind, {})
        if subtypes := described.get("subtypes"):
            return any(self.fits(value, one) for one in subtypes)
        return isinstance(value, dict) and not _wrong(self, described.get("fields", ()), value)

    def _fields(self, method: str) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self._methods.get(method, {}).get("fields", ())
        return found


_PLAIN_TYPES = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "String": lambda value: isinstance(value, str),
    "InputFile": lambda value: isinstance(value, Upload),
}


def _wrong(
    spec: Spec, fields: Sequence[Mapping[str, Any]], given: Mapping[str, object]
) -> list[str]:
    known = {one["name"]: one for one in fields}
    found = [f"{name} is unknown" for name in given if name not in known]
    for name, one in known.items():
        if name not in given:
            found += [f"{name} is missing"] if one["required"] else []
        elif not any(spec.fits(given[name], kind) for kind in one["types"]):
            found.append(f"{name} is no {' or '.join(one['types'])}: {given[name]!r}")
    return found


def _decoded(value: object, types: Sequence[str]) -> object:
    if not isinstance(value, str) or (set(types) & set(_TEXT) and "Integer" not in types):
        return value
    if value in ("True", "False"):
        return value == "True"
    try:
        decoded: object = json.loads(value)
    except ValueError:
        return value
    return decoded


class BadMarkup(Exception):
    """Telegram cannot read the markup; says where."""


_PIECES = re.compile(r"<(/?)([A-Za-z-]*)([^<>]*)>|&(?:#\d+|#x[0-9A-Fa-f]+|lt|gt|amp|quot);|<")
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
_ENTITIES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def parsed_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its markup, and the entities that the markup stands for.

    Raises:
        BadMarkup: a tag is unknown, unclosed or closed twice.
    """
    text, at = "", 0
    opened: list[tuple[str, int, str]] = []
    entities: list[dict[str, Any]] = []
    for found in _PIECES.finditer(source):
        text, at = text + source[at : found.start()], found.end()
        offset = len(source[: found.start()].encode())
        if found[0].startswith("&"):
            text += unescape(found[0])
        elif found[1]:
            entities += _closed(opened, found[2].lower(), text, offset)
        else:
            opened.append((_opened(found, offset), units(text), found[3]))
    if opened:
        raise BadMarkup(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return text + source[at:], sorted(entities, key=lambda one: (one["offset"], -one["length"]))


def _opened(found: re.Match[str], offset: int) -> str:
    if found[2] is None:
        raise BadMarkup(f"Unclosed start tag at byte offset {offset}")
    if found[2].lower() not in _ENTITIES:
        raise BadMarkup(f'Unsupported start tag "{found[2]}" at byte offset {offset}')
    return found[2].lower()


def _closed(
    opened: list[tuple[str, int, str]], tag: str, text: str, offset: int
) -> list[dict[str, Any]]:
    if not opened or opened[-1][0] != tag:
        raise BadMarkup(f"Unmatched end tag at byte offset {offset}")
    _tag, start, attributes = opened.pop()
    if units(text) == start:
        return []
    entity = {"type": _ENTITIES[tag], "offset": start, "length": units(text) - start}
    if tag == "a":
        found = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
        entity["url"] = found.get("href", "")
    return [entity]


class Refused(Exception):
    """An answer that is an error, as Telegram words it."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters

    @property
    def answer(self) -> Fields:
        """The body of the answer."""
        body: Fields = {"ok": False, "error_code": self.status, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


def shown(fields: Fields, name: str, limit: int) -> Fields:
    """The text of a call as it is shown, with its entities and buttons.

    Raises:
        Refused: Telegram would not show it.
    """
    text, entities = fields[name], fields.get("entities", [])
    try:
        if fields.get("parse_mode") == "HTML":
            text, entities = parsed_html(text)
        length = units(text)
    except BadMarkup as wrong:
        raise Refused(400, f"Bad Request: can't parse entities: {wrong}") from wrong
    except UnicodeEncodeError as wrong:
        raise Refused(400, "Bad Request: strings must be encoded in UTF-8") from wrong
    if not text.strip():
        raise Refused(400, f"Bad Request: {'message text' if name == 'text' else name} is empty")
    if length > limit:
        what = "message" if name == "text" else "message caption"
        raise Refused(400, f"Bad Request: {what} is too long")
    marked = {"entities" if name == "text" else "caption_entities": entities} if entities else {}
    return {name: text, **marked, **markup_of(fields)}


def markup_of(fields: Fields) -> Fields:
    """The buttons of a call, checked, if it has any."""
    markup = fields.get("reply_markup")
    if not markup or "inline_keyboard" not in markup:
        return {}
    buttons = list(buttons_of(fields))
    for button in buttons:
        _check_button(button)
    if len(buttons) > 100 or any(len(row) > 8 for row in markup["inline_keyboard"]):
        raise Refused(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
    return {"reply_markup": markup} if buttons else {}


def buttons_of(fields: Fields) -> Iterator[Fields]:
    """The buttons of a call or a message, one by one."""
    for row in fields.get("reply_markup", {}).get("inline_keyboard", ()):
        yield from row


def _check_button(button: Fields) -> None:
    kinds = button.keys() - {"text", "icon_custom_emoji_id", "style"}
    if len(kinds) != 1 or not button["text"].strip():
        text = "Bad Request: can't parse inline keyboard button: Text buttons are unallowed"
        raise Refused(400, f"{text} in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= 64:
        raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    if "url" in button and not re.match(r"(https?|tg)://\S", button["url"]):
        raise Refused(400, "Bad Request: BUTTON_URL_INVALID")
