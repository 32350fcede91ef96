"""The bytes of an RSS or Atom feed -> posts. `feedparser` reads, and never fetches anything.

It mends feeds that break every rule, at a cost: what cannot be a feed, or is built to keep it
busy, is refused before.
"""

import io
import re
from calendar import timegm
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from time import struct_time
from typing import Any, cast
from urllib.parse import urljoin

import feedparser

from adapters.news.text import plain
from bot.core.errors import SourceChanged
from bot.core.news_types import Post

MAX_BYTES = 5_000_000
"""Of a feed, decompressed. Twenty years of one site's headlines are 1.5 MB."""

MOST_POSTS = 5_000
_MOST_TAGS = 200_000
_MOST_ATTRIBUTES = 100_000
_MOST_IN_A_TAG = 300
_MOST_BROKEN = 2_000
_LONGEST_TITLE = 1_000
_YEARS = range(2000, 2100)
_LONGEST_LINK = 2_000
_LONGEST_SAMPLE = 60

_A_FEED = re.compile(rb"<(?:[A-Za-z]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_WHOLE_TAG = re.compile(rb"</?[A-Za-z][^<>]*>|<!--|<!\[CDATA\[|<[!?][A-Za-z]")
_OVERLOADED_TAG = re.compile(rb"<[^!<>](?:[^<>=]*+=){%d}" % _MOST_IN_A_TAG)
_ATTRIBUTE = re.compile(rb"=\s?[\"']")
_BROKEN_REFERENCE = re.compile(rb"&(?!#?\w{1,20};)")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_feed(body: bytes, content_type: str | None = None, base: str = "") -> tuple[Post, ...]:
    """The posts of a feed in its order, each with its text stripped of HTML.

    What is broken is read as far as it goes. `content_type` is the HTTP header, which may name
    the encoding; `base` is where the feed is, which links may leave out.

    Raises:
        SourceChanged: it is no feed, too large, or built to keep a reader busy.
    """
    body, content_type = _in_utf8(body, content_type)
    _refuse_what_is_no_feed(body)
    parsed = _parsed(body, content_type or "application/xml")
    entries = cast(list[dict[str, Any]], parsed.get("entries") or [])
    if not entries and not parsed.get("version"):
        raise SourceChanged(f"the answer is no RSS or Atom feed; begins: {_sample(body)}")
    return tuple(_posts(entries[:MOST_POSTS], base))


def _parsed(body: bytes, content_type: str) -> dict[str, Any]:
    # A stream: of plain bytes feedparser would take "/etc/passwd" for the name of a file.
    try:
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type},
            resolve_relative_uris=False,
            sanitize_html=False,  # we keep text only, see `plain`; and sanitising can be kept busy
        )
    except Exception as error:  # it lets through whatever its parsers raise
        raise SourceChanged("the feed is broken beyond reading") from error
    return cast(dict[str, Any], parsed)


def _in_utf8(body: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    if body[:2] not in _UTF16:
        return body, content_type
    text = body.decode("utf-16", errors="replace")
    declared = re.sub(r"^(<\?xml[^>]*?)\s+encoding=[\"'][^\"']*[\"']", r"\1", text)
    return declared.encode("utf-8", errors="replace"), "application/xml; charset=utf-8"


def _refuse_what_is_no_feed(body: bytes) -> None:
    if not body.strip():
        raise SourceChanged("the answer is empty")
    if len(body) > MAX_BYTES:
        raise SourceChanged(f"the answer is larger than {MAX_BYTES // 1_000_000} MB")
    if not _A_FEED.search(body):
        raise SourceChanged(f"the answer is no RSS or Atom feed; begins: {_sample(body)}")
    if _keeps_busy(body):
        raise SourceChanged("the answer is built like no feed: too many tags, or broken ones")


def _keeps_busy(body: bytes) -> bool:
    """Whether reading would take many seconds; a feed of 5 MB that is well made takes one."""
    tags = body.count(b"<")
    if tags > _MOST_TAGS or tags - _count(_WHOLE_TAG, body) > _MOST_BROKEN:
        return True
    if _more(_ATTRIBUTE, body, than=_MOST_ATTRIBUTES) or _OVERLOADED_TAG.search(body):
        return True
    return _more(_BROKEN_REFERENCE, body, than=10 * _MOST_BROKEN)


def _count(what: re.Pattern[bytes], body: bytes) -> int:
    return sum(1 for _ in what.finditer(body))


def _more(what: re.Pattern[bytes], body: bytes, *, than: int) -> bool:
    """Counts no further than it must: of `&` alone there can be five million."""
    return next(islice(what.finditer(body), than, None), None) is not None


def _sample(body: bytes) -> str:
    return " ".join(body[:500].decode("utf-8", errors="replace").split())[:_LONGEST_SAMPLE]


def _posts(entries: Iterable[dict[str, Any]], base: str) -> Iterable[Post]:
    for entry in entries:
        contents = [part.get("value") for part in entry.get("content") or ()]
        texts = dict.fromkeys(_text(part) for part in (entry.get("summary"), *contents))
        yield Post(
            title=_one_line(_text(entry.get("title")))[:_LONGEST_TITLE],
            text="\n".join(text for text in texts if text),
            link=_link(entry.get("link"), base),
            published=_published(entry),
        )


def _text(value: object) -> str:
    return plain(value) if isinstance(value, str) else ""


def _one_line(text: str) -> str:
    """Without what does not show, or turns the text around."""
    visible = (char if char.isprintable() or char.isspace() else "" for char in text)
    return " ".join("".join(visible).split())


def _link(value: object, base: str) -> str | None:
    if not isinstance(value, str) or not value or not value.isprintable():
        return None
    try:
        link = urljoin(base, value)
    except ValueError:
        return None
    is_one = re.fullmatch(r"https?://[^\s<>\"]+", link, re.IGNORECASE)
    return link if is_one and len(link) <= _LONGEST_LINK else None


def _published(entry: dict[str, Any]) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        # feedparser warns where it answers for one key with the value of another
        value = dict.get(entry, key)
        if isinstance(value, struct_time):
            return _moment(value)
    return None


def _moment(parsed: struct_time) -> datetime | None:
    """A moment of this century; feedparser makes a year of any four digits."""
    if parsed.tm_year not in _YEARS:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
