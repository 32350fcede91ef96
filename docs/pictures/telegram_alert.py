"""Draws `telegram-alert.svg`: a real alert as the program renders it for Telegram, in a bubble.

`make picture` writes it anew. The text and its emphasis come from the
renderer; only where lines are broken, and the look of the bubble, are ours to imagine.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path

from adapters.ircc.parse import parse
from adapters.ircc.recorded import recorded_feeds
from adapters.telegram.render import keyboard, pieces
from bot.core.alerts import priority_of
from bot.core.delivery import Alert, DeliveryKey, ProfileVerdict, RoundVerdicts
from bot.core.match import verdict
from bot.core.profiles import Answers, Candidate, Profile
from bot.core.subscribers import MAIN_PROFILE, Address, Subscriber
from bot.wording.alerts import alert_reply

PICTURE = Path(__file__).with_name("telegram-alert.svg")
ROUND = "385"
_WIDTH, _PADDING, _LINE, _BUTTON = 520, 16, 22, 36
_LETTERS = 58  # so many fit into a line of the bubble; strong ones are wider
_WIDER = 1.2
_STYLES = {"b": "font-weight:600", "i": "font-style:italic", "a": "fill:#2481cc", "code": ""}

Run = tuple[str, str]
"""A piece of text, and the tag that it stands in ("" for none)."""


def an_alert() -> Alert:
    """What somebody in health care with a score of 480 is told of round #385."""
    round_ = parse(recorded_feeds(ROUND)[1]).rounds[0]
    candidate = Candidate(crs_score=480, answers=Answers(yes=frozenset({"healthcare"})))
    person = Subscriber(
        address=Address(platform="telegram", chat="1"),
        profiles=(Profile(name=MAIN_PROFILE, candidate=candidate),),
    )
    [profile] = person.profiles
    found = verdict(round_, profile)
    priority = priority_of(found, person.preference.near_points)
    told = ProfileVerdict(profile=profile, verdict=found, priority=priority)
    return Alert(
        key=DeliveryKey(announcement=1, subscriber=1),
        to=person,
        rounds=(RoundVerdicts(round=round_, profiles=(told,)),),
        announced_at=datetime(2025, 12, 11, tzinfo=UTC),
    )


class _Runs(HTMLParser):
    """Telegram's HTML as runs of text."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[Run] = []
        self._tag = ""

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag

    def handle_endtag(self, _tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        self.runs.append((data, self._tag))


def lines_of(html: str) -> list[list[Run]]:
    """The text as lines that fit into the bubble, each of runs."""
    parser = _Runs()
    parser.feed(html)
    parser.close()
    lines: list[list[Run]] = [[]]
    for text, tag in parser.runs:
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append((part, tag))
    return [wrapped for line in lines for wrapped in _wrapped(line)]


def _wrapped(line: list[Run]) -> Iterator[list[Run]]:
    words = [(word, tag) for text, tag in line for word in text.split(" ")]
    shown: list[Run] = []
    length = 0.0
    for word, tag in words:
        wide = (len(word) + 1) * (_WIDER if tag == "b" else 1)
        if shown and length + wide > _LETTERS:
            yield shown
            shown, length = [], 0.0
        shown.append((word, tag))
        length += wide
    yield shown


def drawn(alert: Alert) -> str:
    """The picture."""
    reply = alert_reply(alert)
    [piece] = pieces(reply.message)
    lines, board = lines_of(piece.html), keyboard(reply.choices)
    rows = board["inline_keyboard"] if board else []
    bubble = 2 * _PADDING + _LINE * len(lines)
    height = bubble + _BUTTON * len(rows) + 2 * _PADDING
    parts = [_text(line, _PADDING * 2 + _LINE * at) for at, line in enumerate(lines, 1)]
    for at, row in enumerate(rows):
        parts += _buttons([button["text"] for button in row], _PADDING + bubble + _BUTTON * at)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="An alert on Telegram">\n'
        f'<rect width="{_WIDTH}" height="{height}" rx="12" fill="#d5e3ee"/>\n'
        f'<rect x="{_PADDING}" y="{_PADDING}" width="{_WIDTH - 2 * _PADDING}" height="{bubble}" '
        'rx="14" fill="#ffffff"/>\n'
        '<g font-family="-apple-system, Roboto, Helvetica, Arial, sans-serif" font-size="15" '
        'fill="#111111">\n' + "\n".join(parts) + "\n</g>\n</svg>\n"
    )


def _text(line: list[Run], y: int) -> str:
    spans = []
    for tag, words in groupby(line, lambda run: run[1]):
        style = f' style="{_STYLES[tag]}"' if _STYLES.get(tag) else ""
        spans.append(f"<tspan{style}>{escape(' '.join(word for word, _ in words))}</tspan>")
    return f'<text x="{2 * _PADDING}" y="{y - 6}">{" ".join(spans)}</text>'


def _buttons(labels: list[str], y: int) -> Iterator[str]:
    width = (_WIDTH - 2 * _PADDING) / len(labels)
    for at, label in enumerate(labels):
        x = _PADDING + at * width
        yield (
            f'<rect x="{x + 2:g}" y="{y + 4}" width="{width - 4:g}" height="{_BUTTON - 6}" rx="8" '
            f'fill="#8fa9bd"/><text x="{x + width / 2:g}" y="{y + 24}" text-anchor="middle" '
            f'fill="#ffffff">{escape(label)}</text>'
        )


if __name__ == "__main__":
    PICTURE.write_text(drawn(an_alert()), encoding="utf-8")
    sys.stdout.write(f"{PICTURE}\n")
