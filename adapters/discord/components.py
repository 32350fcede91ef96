"""Choices as buttons and menus, and what pressing or picking one says.

What a control stands for is in its id, so that it still means something after a restart:
"s:/latest" says a command, "n:3" picks the third of what was offered last, "m:1" is a menu (its
options say such things), "w:" asks for a form to type in.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.discord.markdown import sendable
from bot.chat.setup_questions import TOGGLE
from bot.wording.spans import Choice

ID_LIMIT = 100
BUTTON_LIMIT, OPTION_LIMIT = 80, 100
MOST_ROWS, MOST_BUTTONS, MOST_OPTIONS = 5, 5, 25
_MANY = 5
"""More choices of one kind than this are a menu."""

WRITE = "w:"
_PRIMARY, _SECONDARY = 1, 2
Row = dict[str, Any]
_Numbered = tuple[int, Choice]


def rows(choices: Sequence[Choice], *, write: str | None = None) -> list[Row]:
    """Rows of controls for choices; `write` is the label of a button that opens a form.

    Beyond what fits, a choice can still be typed.
    """
    numbered = list(enumerate(choices, start=1))
    kinds = [_kind(choice) for choice in choices]
    menus = [one for one in dict.fromkeys(kinds) if kinds.count(one) > _MANY]
    loose = [one for one in numbered if _kind(one[1]) not in menus]
    found = [
        row
        for kind in menus
        for row in _menus([one for one in numbered if _kind(one[1]) == kind], kind)
    ]
    found += _button_rows(loose, write)
    if len(found) <= MOST_ROWS:
        return found
    last = [] if write is None else [_row([_write(write)])]
    return [*list(_menus(numbered, "all"))[: MOST_ROWS - len(last)], *last]


def said(control: str) -> str | None:
    """What a control says: a command, or the position of a choice; None if it is none of ours."""
    kind, colon, rest = control.partition(":")
    if colon and ((kind == "s" and rest) or (kind == "n" and rest.isdecimal())):
        return rest
    return None


def button(label: str, says: str) -> Row:
    """One button that says a command."""
    return {"type": 2, "style": _SECONDARY, "label": _cut(label, BUTTON_LIMIT), "custom_id": says}


def row_of(*controls: Row) -> Row:
    """A row of buttons."""
    return _row(list(controls))


def _kind(choice: Choice) -> str:
    """What choices of one list have in common: all but the last word."""
    stem, _blank, last = choice.says.rpartition(" ")
    return f"{stem} {TOGGLE if last.startswith(TOGGLE) else ''}"


def _menus(numbered: Sequence[_Numbered], kind: str) -> Iterator[Row]:
    for start in range(0, len(numbered), MOST_OPTIONS):
        some = numbered[start : start + MOST_OPTIONS]
        options = [
            {"label": _label(one, OPTION_LIMIT), "value": value}
            for one, value in zip(some, _ids(some), strict=True)
        ]
        name = sendable(f"m:{some[0][0]} {kind}")[:ID_LIMIT].rstrip()
        yield _row([{"type": 3, "custom_id": name, "options": options}])


def _button_rows(numbered: Sequence[_Numbered], write: str | None) -> list[Row]:
    buttons = [
        button(_label(one, BUTTON_LIMIT), value)
        for one, value in zip(numbered, _ids(numbered), strict=True)
    ]
    if write is not None:
        buttons = [_write(write), *buttons]
    starts = range(0, len(buttons), MOST_BUTTONS)
    return [_row(buttons[start : start + MOST_BUTTONS]) for start in starts]


def _write(label: str) -> Row:
    return button(label, WRITE) | {"style": _PRIMARY}


def _ids(numbered: Sequence[_Numbered]) -> list[str]:
    """An id for each: its command, unless that is too long or said by two of them."""
    says = [choice.says for _position, choice in numbered]
    return [
        f"s:{one.says}" if _fits(one.says) and says.count(one.says) == 1 else f"n:{position}"
        for position, one in numbered
    ]


def _fits(says: str) -> bool:
    whole = f"s:{says}"
    return bool(says) and sendable(whole) == whole and "\n" not in says and len(whole) <= ID_LIMIT


def _row(controls: list[Row]) -> Row:
    return {"type": 1, "components": controls}


def _label(one: _Numbered, limit: int) -> str:
    position, choice = one
    return _cut(choice.label, limit) or str(position)


def _cut(label: str, limit: int) -> str:
    label = " ".join(sendable(label).split())
    return label if len(label) <= limit else f"{label[: limit - 1].rstrip()}…"
