"""Messages as Discord takes them: plain content for answers, embeds for alerts."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from adapters.discord.markdown import escaped, marked, parted, sendable, units
from bot.core.alerts import Priority
from bot.core.delivery import Alert
from bot.wording.spans import Emphasis, Line, Message, Span

CONTENT_LIMIT = 2000
TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
FIELD_NAME_LIMIT, FIELD_LIMIT, MOST_FIELDS = 256, 1024, 25
FOOTER_LIMIT = 2048
TOGETHER_LIMIT = 6000
_SAFE_DESCRIPTION = 3500
"""So long is each part of what is too long for one embed; title and footer find room beside it."""

POST_COLOUR = 0xD52B1E
_COLOURS = {
    Priority.QUALIFIED: 0x2E7D32,
    Priority.CANNOT_TELL: 0xF9A825,
    Priority.NEAR_MISS: 0xEF6C00,
    Priority.OTHER: 0x607D8B,
}
_UNCONFIRMED_COLOUR = 0x9E9E9E

Embed = dict[str, Any]
Paragraph = list[Line]


def contents(message: Message, limit: int = CONTENT_LIMIT) -> tuple[str, ...]:
    """A message as plain content, in as many parts as it takes."""
    return tuple(parted(message.lines, limit))


def unmarked(message: Message) -> tuple[str, ...]:
    """The same without any emphasis or link of its own, for when that was refused."""
    plain = [(Span(text=text),) for text in message.plain().split("\n")]
    return tuple(parted(plain, CONTENT_LIMIT))


def colour_of(alert: Alert) -> int:
    """What the best of an alert's verdicts looks like; what is unconfirmed is no colour.

    Both may come together in the morning.
    """
    certain = [
        one.priority for told in alert.rounds for one in told.profiles if not told.round.unconfirmed
    ]
    return _COLOURS[min(certain)] if certain else _UNCONFIRMED_COLOUR


def embeds(message: Message, colour: int) -> tuple[Embed, ...]:
    """A message as embeds, each for a message of its own; one unless it is very long.

    Its first line is the title, small print at its end the footer, and a paragraph that begins
    with a strong line is a field.
    """
    title, paragraphs = _titled(_paragraphs(message.lines))
    footer, paragraphs = _footed(paragraphs)
    whole = _whole(title, footer, paragraphs, colour)
    return (whole,) if whole is not None else tuple(_parts(message.lines, colour))


def _paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    groups = groupby(lines, lambda line: any(span.text.strip() for span in line))
    return [list(group) for seen, group in groups if seen]


def _titled(paragraphs: list[Paragraph]) -> tuple[str, list[Paragraph]]:
    """The first strong line, if it is short enough for a title, and the rest."""
    if not paragraphs or not _all(paragraphs[0][0], Emphasis.STRONG):
        return "", paragraphs
    title = escaped(_flat(paragraphs[0][0]))
    if units(title) > TITLE_LIMIT:
        return "", paragraphs
    return title, [one for one in (paragraphs[0][1:], *paragraphs[1:]) if one]


def _footed(paragraphs: list[Paragraph]) -> tuple[str, list[Paragraph]]:
    """The last paragraph, if it is small print, which shows no markdown; and the rest."""
    if not paragraphs or not all(_all(line, Emphasis.QUIET) for line in paragraphs[-1]):
        return "", paragraphs
    footer = "\n".join(sendable(_flat(line)) for line in paragraphs[-1])
    return (footer, paragraphs[:-1]) if units(footer) <= FOOTER_LIMIT else ("", paragraphs)


def _all(line: Line, emphasis: Emphasis) -> bool:
    return all(span.emphasis is emphasis and span.link is None for span in line)


def _flat(line: Line) -> str:
    return " ".join("".join(span.text for span in line).split())


def _whole(title: str, footer: str, paragraphs: Sequence[Paragraph], colour: int) -> Embed | None:
    """All of it in one embed; None if that is too much for one."""
    described: list[str] = []
    fields: list[dict[str, str]] = []
    for paragraph in paragraphs:
        field = _field(paragraph)
        if field is None or len(fields) == MOST_FIELDS:
            described.append("\n".join(map(marked, paragraph)))
        else:
            fields.append(field)
    text = "\n\n".join(described)
    size = units(title) + units(footer) + units(text)
    size += sum(units(one["name"]) + units(one["value"]) for one in fields)
    if units(text) > DESCRIPTION_LIMIT or size > TOGETHER_LIMIT:
        return None
    return _embed(title, text, footer, colour) | ({"fields": fields} if fields else {})


def _field(paragraph: Paragraph) -> dict[str, str] | None:
    """A paragraph under a strong line as a field; None if it is none, or too long for one."""
    [first, *rest] = paragraph
    if not rest or not _all(first, Emphasis.STRONG):
        return None
    name, value = escaped(_flat(first)), "\n".join(map(marked, rest))
    if units(name) > FIELD_NAME_LIMIT or units(value) > FIELD_LIMIT:
        return None
    return {"name": name, "value": value}


def _parts(lines: Sequence[Line], colour: int) -> Iterator[Embed]:
    for text in parted(lines, _SAFE_DESCRIPTION):
        yield _embed("", text, "", colour)


def _embed(title: str, text: str, footer: str, colour: int) -> Embed:
    return {
        **({"title": title} if title else {}),
        **({"description": text} if text else {}),
        **({"footer": {"text": footer}} if footer else {}),
        "color": colour,
    }
