"""Finds the day of a round in a post; `moments` does the reading of dates."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from bot.core.moment_words import WEEKDAY
from bot.core.moments import NotAMoment, read_said
from bot.core.news_ties import speaks_of_ties, with_year
from bot.core.news_words import ALSO, CARDINAL, DAY, INVITATION, ORDINAL, ROUND_NOUN, either

_I = re.IGNORECASE

_DAY_FOUND = re.compile(DAY, _I)
_HELD = re.compile(
    r"\b(?:(?:took|tool|taken|takes) place|held|conducted|performed|happened|occurred|"
    rf"{ROUND_NOUN}|issued|invited|{INVITATION}|tenue?)"
    r"(?: (?:to apply|by (?:canada|IRCC|CIC)|on|of|dated?|for|candidates|in|the|morning|"
    r"afternoon|evening|early|late|today|yesterday|du|le|and|time|round|beginning|during|period|out|from|at)|[,:(*-])*"
    r"(?: ?(?:mon|tues|wednes|thurs|fri|satur|sun)day,?)?\W{0,3}$"
    r"|\bapply for (?:canadian )?(?:permanent residen\w+|immigration|PR) on\W{0,3}$",
    _I,
)
_LABEL = re.compile(r"^\W*(?:\w+ )?date(?: and time)?(?: of (?:the )?\w+)?\W{1,4}$", _I)
_DRAW_AFTER = re.compile(
    rf"^(?:,? 20\d\d)?[ ,:'s-]{{0,4}}(?:(?:federal|express entry|EE|IRCC|CEC|PNP|all-program|"
    rf"category-based|invitation|french(?:-language)?|health ?care|STEM|trades?) ){{0,3}}"
    rf"{ROUND_NOUN}\b"
    r"|^,? (?:20\d\d,? )?(?:also )?mark(?:s|ed)\b"
    r"|^,? (?:20\d\d,? )?\d+ (?:[\w()-]+ ){1,8}were (?:invited|asked|sent|issued)\b"
    r"|^,? (?:20\d\d,? )?(?:IRCC|CIC|Ottawa|Canada|the (?:federal |immigration )?"
    r"(?:government|department)|immigration, refugees|citizenship and immigration)\b"
    r"(?![^.\n]{0,60}\b(?:announc|releas|introduc|publish|updat|confirm|expand|said|will)\w*)",
    _I,
)
# "The previous draw, which took place on May 18": of another round, even past a comma.
_ANOTHER_DAY = either(
    r"\b(?:previous|last|prior|preceding|earlier)\b[^;.\n]{0,100}$",
    r"\bfollow(?:s|ed|ing)\b[^.\n]*$",
    rf"\bthe (?:{ORDINAL}|other) (?:was|took|came|happened|occurred)\b[^.\n]*$",
    rf"\bthe (?:first|last|other|earlier) (?:{CARDINAL})\b[^.;\n]{{0,60}}$",
    r"\bsince\b[^,;.\n]{0,60}$",
    r"\b(?:compared|had|introduced|announced|launched|came into|effective|updated|posted|published|"
    r"next|expected|between)\b[^,;.\n]{0,45}$",
    r"\b(?:after|than|until|as of|before|by|depuis|apr[eè]s)(?: [\w-]+){0,2}\W*$",
    r"\bfrom\W*$",
    r"\b(?:none|no (?:[\w-]+ ){0,2}(?:draw|round))\b[^,;.\n]{0,40}$",
    r"\bthe same (?:as|number|score|cut-?off)\b[^,;.\n]{0,40}$",
    r"\b(?:plan(?:s|ned)?|will|scheduled)\b[^;.\n]{0,100}$",
    r"\b(?:after|since)\b[^,;.\n]{0,60}\b(?:resum|began|start|launch|introduc)\w*[^,;.\n]{0,20}$",
    r"\bti(?:es|ed|eing)\b[^,;.\n]{0,60}$",
)
# "after the largest draw on March 15", "similar to that of the November 28 draw".
_COMPARES = re.compile(
    r"\b(?:after|than|since|similar|same|match(?:es|ed|ing)|beat\w*|like|unlike)\b"
    r"[^,;.\n]{0,80}$",
    _I,
)
_OF_SEVERAL = re.compile(
    r"(?<!of )\b(?:two|three|four|five|six|several|other|both) (?:[\w-]+ ){0,3}(?:draws|rounds)\b"
    r"[^.;\n]{0,60}$",
    _I,
)
_FURTHER = re.compile(r"(?:(?:,|,? and|,? &) \d{1,2}\b(?![,:]? ?\d))+", _I)
_YEAR = re.compile(r"20\d\d")
_A_ROUND = re.compile(rf"\b(?:{ROUND_NOUN}|selection)\b", _I)
_ROUND_HELD = rf"\b(?:{ROUND_NOUN}|invit\w+|issu\w+|ITAs?|held|place|conducted)\b"
_THIS_DAY = r"\b(?:today|this (?:morning|afternoon)|aujourd'hui)\b"
_DAY_OF_WEEK = r"(mon|tues|wednes|thurs|fri|satur|sun)day\b"
_TODAY = either(
    rf"{_THIS_DAY}(?=[^.\n]{{0,120}}{_ROUND_HELD})",
    rf"{_ROUND_HELD}[^.\n]{{0,120}}{_THIS_DAY}(?!')",
    r"\btoday's\b",
)
_YESTERDAY = either(
    rf"{_ROUND_HELD}[^.\n]{{0,120}}\b(?:yesterday|hier)\b(?!')",
    rf"\bin yesterday's (?:[\w-]+ ){{0,3}}{ROUND_NOUN}\b",
)
_ON_WEEKDAY = either(
    rf"{_ROUND_HELD}[^.\n]{{0,100}}\b(?:on|year|month|week) {_DAY_OF_WEEK}",
    rf"\bon {_DAY_OF_WEEK},? (?:[\w,()-]+ ){{0,8}}?(?:invit|issu|held|sent|conduct)",
)
_INVITING = either(
    rf"\b(?:{ROUND_NOUN}|{INVITATION}|invit\w+|asked|issued|selected|held|tenue?|drew|picked|targeted|"
    r"welcomed|sent|handed|went|cut-?off|selection|took place)\b"
)
_SENTENCES_READ = 30
_DAYS_READ = 12
_NEW = timedelta(days=14)
"""A day that is only named near a round, and without its year, is of these days."""

_OLDEST = timedelta(days=120)
"""News reports what is new; "July 6" in a post of June 22 is no day of last year."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A day as a text says it: surely a round's, and perhaps another round's."""

    day: date
    sure: bool
    of_another: bool


def read_held_on(
    title: str,
    sentences: Sequence[str],
    published: date | None,
    *,
    elsewhere: Collection[str] = (),
    figures: Collection[int | None] = (),
) -> date | None:
    """The day a post writes for its round; a missing year is the last one before publication.

    Sentences `elsewhere` are about other rounds: their days are no answer. A day that stands alone
    beside all `figures` of the round, in a table's row, say, is its own.
    """
    others: set[date] = set()
    perhaps: list[date] = []
    for text in (title, *sentences[:_SENTENCES_READ]):
        ours = _is_row_of(text, figures)
        for said in _days_in(text, published, is_title=text is title, is_row=ours):
            if said.of_another or text in elsewhere:
                others.add(said.day)
            elif said.day not in others:
                if said.sure:
                    return said.day
                perhaps.append(said.day)
    return perhaps[0] if perhaps else None


def _is_row_of(text: str, figures: Collection[int | None]) -> bool:
    if not figures or None in figures or len(list(islice(_DAY_FOUND.finditer(text), 2))) != 1:
        return False
    return set(map(str, figures)) <= set(re.findall(r"\d+", _DAY_FOUND.sub(" ", text)))


def _days_in(text: str, published: date | None, *, is_title: bool, is_row: bool) -> Iterator[_Said]:
    may_be_held = _INVITING.search(text) is not None
    also = ALSO.search(text) is not None
    for found in islice(_DAY_FOUND.finditer(text), _DAYS_READ):
        before, after = text[max(0, found.start() - 160) : found.start()], text[found.end() :][:60]
        of_a_draw = _DRAW_AFTER.search(after) is not None
        if speaks_of_ties(before[-130:]) and not of_a_draw:
            continue
        day = _day(found[0], published)
        sure = is_row or of_a_draw or _says_held(before)
        near = _YEAR.search(found[0]) or _is_new(day, published)
        if day is not None and (sure or is_title or (may_be_held and near)):
            another = also or _of_another(before, of_a_draw=of_a_draw)
            yield _Said(day, sure=sure, of_another=another)
            if another:
                yield from _further_days(day, after)


def _further_days(day: date, after: str) -> Iterator[_Said]:
    """The rest of "April 10, 11 and 12"."""
    further = _FURTHER.match(after)
    for number in re.findall(r"\d+", further[0]) if further else ():
        with suppress(ValueError):
            yield _Said(day.replace(day=int(number)), sure=False, of_another=True)


def _is_new(day: date | None, published: date | None) -> bool:
    return day is None or published is None or published - day <= _NEW


def _of_another(before: str, *, of_a_draw: bool) -> bool:
    if _OF_SEVERAL.search(before):
        return True
    if before.casefold().endswith("last "):
        return False  # "last July 5": that is the day
    compares = _COMPARES.search(before)
    if compares and (of_a_draw or _A_ROUND.search(compares[0])):
        return True
    return _ANOTHER_DAY.search(_HELD.sub("", before)) is not None


def _says_held(before: str) -> bool:
    return _HELD.search(before) is not None or _LABEL.search(before) is not None


@lru_cache(maxsize=1024)
def _day(text: str, published: date | None) -> date | None:
    try:
        said = read_said(text)
        day = with_year(said, published)
    except (NotAMoment, ValueError):
        return None
    if day is None or published is None:
        return day
    return day if published - _OLDEST <= day <= published + timedelta(days=1) else None


def implied_held_on(title: str, sentences: Sequence[str], published: date | None) -> date | None:
    """Today, yesterday or a day of the week, as seen from the day of publication."""
    if published is None:
        return None
    for text in (title, *sentences[:_SENTENCES_READ]):
        if _TODAY.search(text):
            return published
        if _YESTERDAY.search(text):
            return published - timedelta(days=1)
        weekday = _ON_WEEKDAY.search(text)
        if weekday:
            ago = (published.weekday() - WEEKDAY[(weekday[1] or weekday[2]).lower() + "day"]) % 7
            return published - timedelta(days=ago)
    return None
