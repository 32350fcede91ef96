"""What Discord accepts: bodies as its OpenAPI description has them, and limits beyond it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.data.shared import SHARED, shared_json

SPEC = "specs/discord-openapi.json"
Fields = dict[str, Any]
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_MARKS = ("<", "/")


class Spec:
    """The description as data; without it every body is taken as it is."""

    def __init__(self, paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._paths = {
            (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path))): one
            for path, methods in paths.items()
            for method, one in methods.items()
            if method != "parameters"
        }

    @classmethod
    def load(cls) -> "Spec":
        """The official copy, or nothing if it does not lie next to the checkout."""
        if not (SHARED / SPEC).is_file():
            return cls({}, {})
        loaded = shared_json(SPEC)
        return cls(loaded["paths"], loaded["components"]["schemas"])

    def complaints(self, method: str, path: str, body: object) -> list[str]:
        """What is wrong with a request; nothing if it is as described."""
        if not self._paths:
            return []
        described = self._described(method, path)
        if described is None:
            return [f"there is no {method} {path}"]
        asked = described.get("requestBody")
        if asked is None:
            return [f"{method} {path} takes no body"] if body not in (None, {}) else []
        if body is None:
            return [f"{method} {path} has no body"] if asked.get("required") else []
        schema = asked["content"].get("application/json", {}).get("schema", {})
        return [f"{method} {path}: {wrong}" for wrong in self._wrong(schema, body, "body")]

    def _described(self, method: str, path: str) -> Any:
        found = [
            (pattern.pattern.count("[^/]+"), one)
            for (known, pattern), one in self._paths.items()
            if known == method and pattern.fullmatch(path)
        ]
        return min(found, key=lambda one: one[0])[1] if found else None

    def _wrong(self, schema: Mapping[str, Any], value: Any, where: str) -> list[str]:
        if "$ref" in schema:
            return self._wrong(self._schemas[schema["$ref"].rsplit("/", 1)[1]], value, where)
        for several in ("oneOf", "anyOf"):
            if several in schema and "properties" not in schema:
                if "type" in schema and "enum" not in schema and _is(schema["type"], value):
                    return self._enumerated(schema[several], value, where)
                tried = [self._wrong(one, value, where) for one in schema[several]]
                return min(tried, key=len)
        return list(self._plainly_wrong(schema, value, where))

    def _enumerated(self, options: Any, value: object, where: str) -> list[str]:
        known = [one["const"] for one in options if "const" in one]
        return [] if not known or value in known else [f"{where} is none of {known}: {value!r}"]

    def _plainly_wrong(self, schema: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
        if schema.get("format") == "snowflake" and isinstance(value, int):
            return  # which Discord takes as well
        if "type" in schema and not _is(schema["type"], value):
            yield f"{where} is no {schema['type']}: {value!r:.80}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where} is none of {schema['enum']}: {value!r:.80}"
        yield from _out_of_bounds(schema, value, where)
        if isinstance(value, list):
            for at, one in enumerate(value):
                yield from self._wrong(schema.get("items", {}), one, f"{where}[{at}]")
        if isinstance(value, dict):
            yield from self._wrong_fields(schema, value, where)

    def _wrong_fields(self, schema: Mapping[str, Any], value: Fields, where: str) -> Iterator[str]:
        known = schema.get("properties", {})
        others = schema.get("additionalProperties")
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{where}.{name} is missing"
        for name, one in value.items():
            if name in known:
                yield from self._wrong(known[name], one, f"{where}.{name}")
            elif isinstance(others, dict):
                yield from self._wrong(others, one, f"{where}.{name}")
            elif known:
                yield f"{where}.{name} is unknown"


def _is(kinds: str | list[str], value: object) -> bool:
    wanted = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):
        return "boolean" in wanted
    return any(isinstance(value, _TYPES[kind]) for kind in wanted)


_BOUNDS: Mapping[str, tuple[str, type[Any]]] = {
    "maxLength": ("longer than", str),
    "minLength": ("shorter than", str),
    "maxItems": ("longer than", list),
    "minItems": ("shorter than", list),
    "maximum": ("above", int),
    "minimum": ("below", int),
}


def _out_of_bounds(schema: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    for name, (what, kind) in _BOUNDS.items():
        if name not in schema or not isinstance(value, kind):
            continue
        size: int = value if kind is int else len(value)
        if size > schema[name] if name.startswith("max") else size < schema[name]:
            yield f"{where} is {what} {schema[name]}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{where} does not fit {schema['pattern']}: {value!r:.80}"


def message_faults(body: Fields) -> list[str]:
    """What Discord refuses in a message beyond what its description says."""
    content, embeds = body.get("content") or "", body.get("embeds") or []
    found = []
    if len(content) > 2000:
        found.append("content is longer than 2000")
    if sum(map(embed_size, embeds)) > 6000:
        found.append("embeds are longer than 6000 together")
    if not (content.strip() or embeds or body.get("attachments")):
        found.append("empty")
    return found + list(_component_faults(body.get("components") or []))


def embed_size(embed: Fields) -> int:
    """How many characters of an embed count."""
    fields = embed.get("fields") or []
    texts = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("footer") or {}).get("text"),
        (embed.get("author") or {}).get("name"),
        *(one.get(part) for one in fields for part in ("name", "value")),
    ]
    return sum(len(text or "") for text in texts)


def _component_faults(rows: list[Fields]) -> Iterator[str]:
    if len(rows) > 5:
        yield "more than 5 rows"
    ids: list[str] = []
    for row in rows:
        inner = row.get("components") or []
        menus = [one for one in inner if one["type"] != 2]
        if not inner or len(inner) > 5 or (menus and len(inner) > 1):
            yield "a row holds one to five buttons, or one menu"
        ids += [one["custom_id"] for one in inner if one.get("custom_id")]
        for one in inner:
            yield from _control_faults(one)
    if len(set(ids)) != len(ids):
        yield "two components have the same custom_id"


def _control_faults(control: Fields) -> Iterator[str]:
    if control["type"] == 2:
        if not (control.get("label") or control.get("emoji")):
            yield "a button says nothing"
        if (control.get("style") == 5) != ("url" in control):
            yield "a link is a button with style 5"
    values = [one["value"] for one in control.get("options") or []]
    if len(set(values)) != len(values):
        yield "two options have the same value"
    if any(not (one.get("label") or "").strip() for one in control.get("options") or []):
        yield "an option says nothing"
