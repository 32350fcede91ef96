"""Lines as Discord's markdown. What is said by others can neither format nor mention.

Lengths are counted in UTF-16 code units, which are never fewer than what Discord counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.wording.spans import Emphasis, Line, Span

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TURNED = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # they turn the text around
_CONTROL = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x9f]")
_HALVES = re.compile(r"[\ud800-\udfff]")  # of a character: nothing that can be sent
_ANYWHERE = re.compile(r"[\\*_~|`\[\]<>]")
_AT_LINE_START = re.compile(r"^([ ]*)([#+-]|\d+(?=[.)]))", re.MULTILINE)
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028-\u202e\ud800-\udfff<>]")
_MARKS = {Emphasis.STRONG: "**", Emphasis.QUIET: "*"}
_NOTHING = "\u200b"  # keeps two marks apart, and an @ from its name


def units(text: str) -> int:
    """How long a text is."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def sendable(text: str) -> str:
    """Text as it can be sent: no control characters but line feeds, no halves of characters."""
    if text.isascii() and text.isprintable():
        return text
    text = _TURNED.sub("", _LINE_ENDS.sub("\n", text))
    return _HALVES.sub("\ufffd", _CONTROL.sub(" ", text))


def escaped(text: str) -> str:
    """Text that shows as it is: no format, no mention, no link by itself."""
    text = _ANYWHERE.sub(r"\\\g<0>", sendable(text))
    text = _AT_LINE_START.sub(_started, text)
    return text.replace("://", "\\://").replace("@", f"@{_NOTHING}")


def _started(found: re.Match[str]) -> str:
    """A list or heading would begin here; of a number it is the dot that is escaped."""
    if found[2].isdigit():
        return f"{found[1]}{found[2]}\\"
    return f"{found[1]}\\{found[2]}"


def marked(line: Line) -> str:
    """One line with its emphasis and links."""
    text = ""
    for span in line:
        part = _span(span)
        apart = _NOTHING if text.endswith("*") and part.startswith("*") else ""
        text += apart + part
    return text


def _span(span: Span) -> str:
    url = _NOT_IN_URL.sub("", span.link or "")
    if url:
        return _linked(span.text, url)
    if not span.text.strip():
        return sendable(span.text)
    if span.emphasis is Emphasis.TYPED:
        inner = sendable(span.text).replace("`", "ˋ").replace("\n", " ")
        return f"`{inner}`"
    mark = _MARKS.get(span.emphasis)
    if mark is None:
        return escaped(span.text)
    inner = span.text.strip()
    before, after = span.text.split(inner, 1)
    return f"{sendable(before)}{mark}{escaped(inner)}{mark}{sendable(after)}"


def _linked(text: str, url: str) -> str:
    """A link without a preview."""
    if not text.strip() or text == url:
        return f"<{url}>"
    return f"[{escaped(' '.join(text.split()))}](<{url}>)"


def parted(lines: Sequence[Line], limit: int) -> Iterator[str]:
    """Lines as texts of at most so many units each; nothing if there is nothing to see.

    A text ends between lines if it can, else between words or characters.
    """
    shown = ""
    for line in lines:
        for part in _fitting(line, limit):
            text = marked(part)
            if shown and units(shown) + 1 + units(text) > limit:
                yield from _visible(shown)
                shown = text
            else:
                shown = f"{shown}\n{text}" if shown else text
    yield from _visible(shown)


def _visible(text: str) -> Iterator[str]:
    text = text.strip(" \n")
    if text.replace(_NOTHING, "").strip():
        yield text


def _fitting(line: Line, limit: int) -> Iterator[Line]:
    """A line, in as many parts as it takes for each to fit."""
    if units(marked(line)) <= limit:
        yield line
        return
    for half in _halves(line):
        yield from _fitting(half, limit)


def _halves(line: Line) -> tuple[Line, ...]:
    if len(line) > 1:
        middle = len(line) // 2
        return line[:middle], line[middle:]
    [span] = line
    if span.link is not None:
        return ((replace(span, link=None),),)  # a link as long as that is none
    middle = len(span.text) // 2
    blank = span.text.rfind(" ", 1, middle + 1)
    cut = blank if blank > middle // 2 else middle
    return (
        (replace(span, text=span.text[:cut]),),
        (replace(span, text=span.text[cut:].lstrip(" ")),),
    )
