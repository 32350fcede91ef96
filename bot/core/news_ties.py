"""Finds the tie-breaking rule in a post, as exactly as it is said; `moments` does the reading."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from bot.core.moments import NotAMoment, Said, read_said
from bot.core.news_types import Precision, SaidMoment
from bot.core.news_words import DAY, either
from bot.core.timing import TORONTO

_EASTERN = r"\b(?:ET|EST|EDT|HNE|HAE|eastern(?: (?:standard|daylight))?(?: time)?)\b"
_CLOCK = (
    r"(?:\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?h ?\d\d(?: ?min)?(?: ?\d\d ?s)?)"
    rf"(?:,? \(?(?:UTC\b|GMT\b|{_EASTERN})\)?)?"
)
_BETWEEN = r"(?:,|:| \(| at| on| the| [aà]| le|T| -| @| of){0,3} ?"
_MOMENT = either(
    rf"(?P<day>{DAY}){_BETWEEN}(?P<clock>{_CLOCK})",
    rf"(?P<clock2>{_CLOCK}){_BETWEEN}(?P<day2>{DAY})",
    rf"(?P<day3>{DAY})",
)
# People write EST in summer too: the clock on Ottawa's walls is meant.
_OTTAWAS = either(rf",? ?\(?{_EASTERN}\)?")

_TIE = either(
    r"\btie\b|\btie-?break|\btime-? ?stamp|\bd[eé]partage",
    r"\b(?:submitted|created|entered|uploaded|registered|completed|the pool|profiles?|"
    r"soumis|cr[eé][eé]|d[eé]pos[eé])\b[^.\n]{0,60}"
    r"\b(?:before|prior to|avant|on or before|by|earlier than)\b",
)
_OF_A_DRAW = either(rf"{DAY}[ ,'s-]{{0,4}}(?:express entry )?(?:draw|round)\b")
_LATE = timedelta(days=3)
_AN_HOUR = timedelta(hours=1)
_LONGEST_HEADING = 60
_LONGEST_SENTENCE = 600


def speaks_of_ties(text: str) -> bool:
    """Whether a text is about ties, or profiles submitted before some moment."""
    return _TIE.search(text) is not None


def read_tie_break(sentences: Sequence[str], held_on: date | None) -> SaidMoment | None:
    """The tie-breaking rule at the precision a post says it; a time without a zone is UTC."""
    best: SaidMoment | None = None
    for text, start in _told_ties(sentences):
        for found in _MOMENT.finditer(text, start):
            moment = _moment(found, held_on)
            if moment is not None and moment.precision is not Precision.DAY:
                return moment
            best = best or moment
    return best


def _told_ties(sentences: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Where a text speaks of the tie-breaking rule: a sentence, with the one after it."""
    for index, whole in enumerate(sentences):
        sentence = _OF_A_DRAW.sub(" ", whole) if _TIE.search(whole) else ""
        told = _TIE.search(sentence)
        if told:
            following = " ".join(sentences[index + 1 : index + 2])
            text = f"{sentence} {following}" if _goes_on(sentence, following) else sentence
            yield text[:_LONGEST_SENTENCE], told.start()


def _goes_on(sentence: str, following: str) -> bool:
    """Whether the moment stands after a heading, or in a sentence of its own with its clock."""
    if _MOMENT.search(sentence) is not None:
        return False
    said = _MOMENT.search(following)
    clocked = said is not None and bool(said["clock"] or said["clock2"])
    return clocked or (len(sentence) < _LONGEST_HEADING and not sentence.endswith("."))


def _moment(found: re.Match[str], held_on: date | None) -> SaidMoment | None:
    day = found["day"] or found["day2"] or found["day3"]
    clock = found["clock"] or found["clock2"] or ""
    in_ottawa = _OTTAWAS.search(clock) is not None
    try:
        moment = _said_moment(read_said(f"{day} {_OTTAWAS.sub('', clock)}"), held_on, in_ottawa)
    except (NotAMoment, ValueError, OverflowError):
        return None
    if moment is None or held_on is None:
        return moment
    return moment if moment.start.date() <= held_on + timedelta(days=1) else None


def _said_moment(said: Said, held_on: date | None, in_ottawa: bool) -> SaidMoment | None:
    day = with_year(said, held_on)
    if day is None:
        return None
    if said.clock is None:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return SaidMoment(start=start, precision=Precision.DAY)
    local = datetime.combine(day, said.clock)
    ottawas = local.replace(tzinfo=TORONTO).astimezone(UTC)
    precision = Precision.SECOND if said.to_the_second else Precision.MINUTE
    if in_ottawa:
        either_side = (ottawas - _AN_HOUR, ottawas + _AN_HOUR)
        return SaidMoment(start=ottawas, precision=precision, or_else=either_side)
    as_written = local.replace(tzinfo=timezone(said.offset or timedelta())).astimezone(UTC)
    unsaid = (ottawas,) if said.offset is None else ()
    return SaidMoment(start=as_written, precision=precision, or_else=unsaid)


def with_year(said: Said, until: date | None) -> date | None:
    """The day that is said; without a year the last such day up to `until`, with some grace.

    None if no day is said, or nothing tells the year.

    Raises:
        ValueError: there is no such day.
    """
    if said.day is None:
        return None
    if said.year is not None:
        return date(said.year, said.month, said.day)
    if until is None:
        return None
    day = date(until.year, said.month, said.day)
    return day if day <= until + _LATE else date(until.year - 1, said.month, said.day)
