"""HTML as feeds carry it -> plain text with a line for each block and item."""

import re
from html.parser import HTMLParser

LONGEST_HTML = 60_000
"""Characters of one field that are read: facts stand at its beginning."""

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"),
        *(
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tbody",
            "tfoot",
            "thead",
            "tr",
            "ul",
        ),
    )
)
_CELLS = frozenset(("td", "th"))
_SILENT = frozenset(("script", "style", "template", "noscript"))
_HAS_BLOCKS = re.compile(r"<(?:p|br|div|li|ul|ol|table|tr|h[1-6])\b", re.IGNORECASE)
_LINES = re.compile(r"[^\S\n]*\n\s*")


def plain(html: str) -> str:
    """The text of a piece of HTML; plain text keeps its lines."""
    html = html[:LONGEST_HTML]
    if _HAS_BLOCKS.search(html):
        html = " ".join(html.split("\n"))
    if "<" not in html and "&" not in html:
        return _LINES.sub("\n", html).strip()
    stripper = _Stripper()
    stripper.feed(html)
    stripper.close()
    return _LINES.sub("\n", stripper.text()).strip()


class _Stripper(HTMLParser):
    """Collects text; cells of a table are set apart by a bar, as "CRS | 476"."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - html.parser calls it so
        self._break(tag)
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        self._break(" | " if tag in _CELLS else tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data)

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._parts.append("\n")
        elif tag == " | ":
            self._parts.append(tag)

    def text(self) -> str:
        """All text met so far."""
        return "".join(self._parts)
