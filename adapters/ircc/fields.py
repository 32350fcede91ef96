"""Reads the single fields of a row. A value that is there but odd is doubted, never guessed."""

import re
import unicodedata
from datetime import date

from bot.core.moments import NotAMoment, read_day
from bot.core.rounds import Doubt, Field, normal_number

MAX_CUT_OFF = 1200
_YEARS = range(2015, 2100)
_LONGEST_NAME = 150
_LONGEST_TEXT = 2_000
_PLAIN_NUMBER = re.compile(r"[1-9]\d{0,4}[a-z]?")
_INTEGER = re.compile(r"\d{1,9}|\d{1,3}(?:[, \u00a0\u202f]\d{3})+")
_INTEGER_IN_TEXT = re.compile(r"(?<![\d.,-])(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)(?![\d.,]*\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})-(\d{1,2})-(20\d\d)")
_PROGRAMS = {
    "federal skilled worker": "fsw",
    "federal skilled workers": "fsw",
    "canadian experience class": "cec",
    "federal skilled trades": "fst",
    "provincial nominee": "pnp",
}


class Unreadable(ValueError):
    """The row cannot be a round; the message says which part is missing or impossible."""


class Doubts:
    """Collects what is odd about a row while it is read."""

    def __init__(self) -> None:
        self._found: list[Doubt] = []

    def add(self, field: Field, reason: str) -> None:
        """Note that a field is not to be taken at face value."""
        self._found.append(Doubt(field=field, reason=reason))

    def found(self) -> tuple[Doubt, ...]:
        """All doubts, in the order met."""
        return tuple(self._found)


def text_of(value: object) -> str:
    """A value of the wire as clean text: one line, no invisible characters; nothing becomes "".

    What is longer than any text of the feed could be is cut: patterns may take their time over it.
    """
    if isinstance(value, str):
        value = value[:_LONGEST_TEXT]
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return value.strip()
    if value is None or isinstance(value, bool | list | dict):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    visible = (" " if _is_blank(char) else char for char in str(value) if not _is_hidden(char))
    return " ".join("".join(visible).split(" ")).strip()


def _is_blank(char: str) -> bool:
    return char.isspace() and char not in "\u00a0\u202f"


def _is_hidden(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")


def read_number(value: object, doubts: Doubts) -> str:
    """The round's number: digits, and a letter for rounds like 91a and 91b."""
    number = normal_number(text_of(value))
    if not number or not any(char.isdigit() for char in number):
        raise Unreadable("it has no round number")
    if len(number) > 20:
        raise Unreadable("its round number is too long to be one")
    if not _PLAIN_NUMBER.fullmatch(number):
        doubts.add(Field.NUMBER, f"the round number “{number}” has an unusual shape")
    return number


def read_name(value: object, doubts: Doubts) -> str:
    """The official name, word for word, apart from blanks at its ends."""
    name = " ".join(text_of(value).split())
    if not any(char.isalpha() for char in name):
        raise Unreadable("it has no name")
    if len(name) > _LONGEST_NAME:
        name = name[:_LONGEST_NAME].rstrip() + "…"
        doubts.add(Field.NAME, "the name is too long to be one")
    if "<" in name or ">" in name:
        doubts.add(Field.NAME, "the name holds markup")
    return name


def read_size(value: object, doubts: Doubts) -> int:
    """Invitations issued, a positive number."""
    size = _integer(value, Field.INVITATIONS_ISSUED, doubts)
    if size is None or size < 1:
        raise Unreadable("it has no positive number of invitations")
    return size


def read_cut_off(value: object, doubts: Doubts) -> int:
    """The CRS cut-off, 0 to 1200 points."""
    cut_off = _integer(value, Field.CRS_CUT_OFF, doubts)
    if cut_off is None or not 0 <= cut_off <= MAX_CUT_OFF:
        raise Unreadable("it has no CRS cut-off between 0 and 1200")
    if cut_off == 0:
        doubts.add(Field.CRS_CUT_OFF, "a CRS cut-off of 0 is hardly meant")
    return cut_off


def _integer(value: object, field: Field, doubts: Doubts) -> int | None:
    """A whole number; one alone among words is read, and doubted."""
    text = text_of(value)
    if _INTEGER.fullmatch(text):
        return _digits(text)
    found = _INTEGER_IN_TEXT.findall(text)
    if len(found) != 1 or text.startswith(("-", "−")) or len(found[0]) > 12:
        return None
    if any(char.isdecimal() for char in text.replace(found[0], "", 1)):
        return None
    doubts.add(field, f"“{text[:40]}” holds more than a number")
    return _digits(found[0])


_GROUPING = str.maketrans("", "", ", \u00a0\u202f")


def _digits(text: str) -> int:
    return int(text.translate(_GROUPING))


def plain_integer(value: object) -> int | None:
    """A whole number and nothing else, or None."""
    if isinstance(value, str) and len(value) <= 6 and value.isascii() and value.isdigit():
        return int(value)
    text = text_of(value)
    return _digits(text) if _INTEGER.fullmatch(text) else None


def read_held_on(value: object, spelled_out: object, doubts: Doubts) -> date:
    """The day of the round. Rounds #237 and #246 were first published as dd-mm-yyyy."""
    text = text_of(value)
    held_on = _iso_day(text) or _other_day(text, spelled_out, doubts)
    if held_on.year not in _YEARS:
        raise Unreadable(f"its date {held_on} is not in the times of Express Entry")
    spelled = _spelled_day(spelled_out)
    if spelled is not None and spelled != held_on:
        doubts.add(Field.HELD_ON, f"the date spelled out is another one: {spelled}")
    return held_on


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _other_day(text: str, spelled_out: object, doubts: Doubts) -> date:
    day = _day_first(text, _spelled_day(spelled_out))
    if day is None:
        try:
            day = read_day(text.partition("T")[0] if re.match(r"\d{4}-", text) else text)
        except NotAMoment as reason:
            raise Unreadable(f"it has no readable date: {reason}") from reason
    doubts.add(Field.HELD_ON, f"the date “{text[:40]}” is not written as year-month-day")
    return day


def _day_first(text: str, spelled: date | None) -> date | None:
    found = _DAY_FIRST.fullmatch(text)
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    readings = [_day_or_none(year, second, first), _day_or_none(year, first, second)]
    if spelled is not None and spelled in readings:
        return spelled
    return readings[0]


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _spelled_day(value: object) -> date | None:
    try:
        return read_day(text_of(value))
    except NotAMoment:
        return None


def read_programs(value: object, doubts: Doubts) -> tuple[str, ...]:
    """The ids of the programs invited, in the order published; empty when in doubt."""
    text = text_of(value)
    if not text:
        doubts.add(Field.PROGRAMS, "the programs invited are missing")
        return ()
    parts = re.split(r",|\band\b", text.casefold())
    names = [re.sub(r"\bprogra(?:m|ms|mme|n)\b", "", part).strip() for part in parts]
    programs = [_PROGRAMS.get(" ".join(name.split())) for name in names if name]
    known = tuple(program for program in programs if program is not None)
    if len(known) != len(programs) or not known:
        doubts.add(Field.PROGRAMS, f"the programs invited are not understood: “{text[:80]}”")
        return ()
    return known
