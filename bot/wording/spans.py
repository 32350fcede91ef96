"""Text that any platform can render: lines of spans, with emphasis and links as facts."""

from dataclasses import dataclass
from enum import StrEnum


class Emphasis(StrEnum):
    """How a span stands out."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    TYPED = "typed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of text; `link` is a URL it leads to."""

    text: str
    emphasis: Emphasis = Emphasis.PLAIN
    link: str | None = None


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Lines to show; an empty line separates paragraphs."""

    lines: tuple[Line, ...]

    def plain(self) -> str:
        """The message as plain text, one line each; a link stands after its text."""
        return "\n".join("".join(_plain(span) for span in line) for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something a person can pick instead of typing; picking it says the command `says`."""

    label: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a reply."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What every platform renders: a message, what can be picked next, perhaps a file."""

    message: Message
    choices: tuple[Choice, ...] = ()
    attachment: Attachment | None = None


def _plain(span: Span) -> str:
    if span.link is None or span.link == span.text:
        return span.text
    return f"{span.text} {span.link}"


def line(text: str, emphasis: Emphasis = Emphasis.PLAIN) -> Line:
    """A line of one span."""
    return (Span(text=text, emphasis=emphasis),)


def link(text: str, url: str) -> Line:
    """A line that leads somewhere."""
    return (Span(text=text, link=url),)


BLANK: Line = ()
