"""Messages as Telegram takes them: HTML within its limits, the same in plain text, and buttons.

Telegram counts in UTF-16 code units, and counts what is left of the text without its markup.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import groupby
from zlib import crc32

from bot.wording.spans import Choice, Emphasis, Message, Span

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
HTML_LIMIT = 30_000  # bytes; a little under what the server reads at all
CALLBACK_LIMIT = 64  # bytes
_LINK_LIMIT = 1000
_MOST_BUTTONS = 100
_HALF_A_ROW = 18  # a telephone shows about as much of a label that shares its row

_TAGS = {Emphasis.STRONG: "b", Emphasis.QUIET: "i", Emphasis.TYPED: "code"}
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile(r"[\u202a-\u202e]")  # they turn the text around; Telegram drops them too
_CONTROL = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x9f]")
_HALVES = re.compile(r"[\ud800-\udfff]")  # of a character: nothing that can be sent
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028-\u202e\ud800-\udfff]")

Keyboard = dict[str, list[list[dict[str, str]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message to send; `plain` says the same without markup, each link after its text."""

    html: str
    plain: str


def pieces(message: Message, limit: int = TEXT_LIMIT) -> tuple[Piece, ...]:
    """A message as one or, if it is too long, several; none if there is nothing to see.

    It is parted between paragraphs if it can be, else between lines, words or characters.
    """
    spans = list(_spans(message))
    whole = _piece(spans)
    if _units(whole.plain) <= limit and len(whole.html.encode()) <= HTML_LIMIT:
        return (whole,) if whole.plain.strip() else ()
    return tuple(_parted(list(_atoms(spans)), limit))


def caption(message: Message) -> Piece | None:
    """The message as the caption of a file; None if it needs a message of its own."""
    found = pieces(message, CAPTION_LIMIT)
    return found[0] if len(found) == 1 else None


def sendable(text: str) -> str:
    """Text as it can be sent: no control characters but line feeds, no halves of characters."""
    if text.isascii() and text.isprintable():
        return text
    text = _DROPPED.sub("", _LINE_ENDS.sub("\n", text))
    return _HALVES.sub("\ufffd", _CONTROL.sub(" ", text))


def keyboard(choices: Sequence[Choice], *, edits: bool = False) -> Keyboard | None:
    """Buttons under a message, two short ones to a row; None if there is nothing to pick.

    `edits` says that an answer may take the message's place, and that the choices are remembered
    as offered: one that is too long for a button then stands there by its mark. What is not
    remembered and too long, or is beyond the hundred buttons that Telegram shows, can be typed.
    """
    kind = "e" if edits else "s"
    buttons = [
        button
        for position, choice in enumerate(choices, 1)
        if (button := _button(position, choice, kind, remembered=edits)) is not None
    ]
    return {"inline_keyboard": list(_rows(buttons[:_MOST_BUTTONS]))} if buttons else None


def said(data: str, offered: Sequence[tuple[str, str]] = ()) -> str | None:
    """The command that a button stands for, given the choices that are remembered as offered.

    None if the button is none of ours, or what it stood for is no longer offered.
    """
    kind, _, rest = data.partition(":")
    if kind == "n":
        return next((says for _label, says in offered if _mark(says) == rest), None)
    return rest if kind in ("s", "e") and rest else None


def edits(data: str) -> bool:
    """Whether the answer to a button may take the place of its message."""
    return data.startswith("e:")


def _button(position: int, choice: Choice, kind: str, *, remembered: bool) -> dict[str, str] | None:
    data = f"{kind}:{choice.says}"
    if sendable(data) != data or "\n" in data or len(data.encode()) > CALLBACK_LIMIT:
        if not remembered:
            return None
        data = f"n:{_mark(choice.says)}"
    label = " ".join(sendable(choice.label).split())
    return {"text": label or str(position), "callback_data": data}


def _mark(says: str) -> str:
    """Short, and the same after a restart; a position would mean another choice by then."""
    return f"{crc32(says.encode(errors='surrogatepass')):08x}"


def _rows(buttons: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    for short, group in groupby(buttons, lambda one: _units(one["text"]) <= _HALF_A_ROW):
        row = list(group)
        width = 2 if short else 1
        yield from (row[start : start + width] for start in range(0, len(row), width))


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


_LINE_FEED = Span(text="\n")


def _spans(message: Message) -> Iterator[Span]:
    for number, line in enumerate(message.lines):
        if number:
            yield _LINE_FEED
        yield from map(_span, line)


@lru_cache(maxsize=1024)  # of the lines of a broadcast most are the same for all
def _span(span: Span) -> Span:
    """A span that can be sent; a command is plain, because then a touch sends it."""
    text, url = sendable(span.text), _NOT_IN_URL.sub("", span.link or "")
    if url:
        text = text if text.strip() else url
        if _units(f"{text} {url}") <= _LINK_LIMIT:
            return Span(text=text, link=url, emphasis=span.emphasis)
        text = f"{text} {url}"
    command = span.emphasis is Emphasis.TYPED and _COMMAND.fullmatch(text)
    return Span(text=text, emphasis=Emphasis.PLAIN if command else span.emphasis)


def _piece(spans: Sequence[Span]) -> Piece:
    shown = [_shown(span) for span in spans]
    return Piece(
        html="".join([one.html for one in shown]), plain="".join([one.plain for one in shown])
    )


@lru_cache(maxsize=1024)
def _shown(span: Span) -> Piece:
    return Piece(html=_html(span), plain=_plain(span))


def _plain(span: Span) -> str:
    return span.text if span.link in (None, span.text) else f"{span.text} {span.link}"


def _html(span: Span) -> str:
    inner = escape(span.text, quote=False)
    if span.link is not None:
        inner = f'<a href="{escape(span.link)}">{inner}</a>'
    tag = _TAGS.get(span.emphasis)
    return f"<{tag}>{inner}</{tag}>" if tag and inner else inner


def _atoms(spans: Iterable[Span]) -> Iterator[Span]:
    """What is never cut: links and single characters."""
    for span in spans:
        if span.link is not None:
            yield span
        else:
            yield from (replace(span, text=character) for character in span.text)


def _parted(atoms: list[Span], limit: int) -> Iterator[Piece]:
    start = 0
    while start < len(atoms):
        if atoms[start].text.isspace():
            start += 1
            continue
        end = start + _border(atoms[start:], _filling(atoms[start:], limit))
        shown = end
        while atoms[shown - 1].text.isspace():
            shown -= 1
        yield _piece(list(_joined(atoms[start:shown])))
        start = end


def _filling(atoms: Sequence[Span], limit: int) -> int:
    """How many of them go into one message; at least one."""
    units, size, style = 0, 0, None
    for count, atom in enumerate(atoms):
        html, text = len(_html(atom).encode()), len(escape(atom.text, quote=False).encode())
        units += _units(_plain(atom))
        size += html if atom.link is not None or atom.emphasis is not style else text
        style = atom.emphasis
        if count and (units > limit or size > HTML_LIMIT):
            return count
    return len(atoms)


def _border(atoms: Sequence[Span], count: int) -> int:
    """Where to end a message that has room for `count`, preferably not too early."""
    if count == len(atoms):
        return count
    text = "".join(atom.text if atom.link is None else "_" for atom in atoms[: count + 2])
    for earliest in (count // 2, 1):
        for border in ("\n\n", "\n", " "):
            found = text.rfind(border, earliest, count + len(border))
            if found > 0:
                return found
    return count


def _joined(atoms: Iterable[Span]) -> Iterator[Span]:
    for (emphasis, link), group in groupby(atoms, lambda atom: (atom.emphasis, atom.link)):
        if link is not None:
            yield from group
        else:
            yield Span(text="".join(atom.text for atom in group), emphasis=emphasis)
