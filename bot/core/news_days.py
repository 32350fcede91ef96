"""Finds the day of a round in a post; `moments` does the reading of dates."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from bot.core.moment_words import WEEKDAY
from bot.core.moments import NotAMoment, read_said
from bot.core.news_ties import speaks_of_ties, with_year
from bot.core.news_words import DAY, INVITATION, ROUND_NOUN, either

_I = re.IGNORECASE

_DAY_FOUND = re.compile(DAY, _I)
_HELD = re.compile(
    r"\b(?:(?:took|tool|taken|takes) place|held|conducted|performed|happened|occurred|"
    rf"{ROUND_NOUN}|issued|invited|{INVITATION}|tenue?)"
    r"(?: (?:to apply|on|of|dated?|for|candidates|in|the|morning|afternoon|evening|early|late|"
    r"today|yesterday|du|le|and|time|round|beginning|during|period|out|from|at)|[,:(*-])*"
    r"(?: ?(?:mon|tues|wednes|thurs|fri|satur|sun)day,?)?\W{0,3}$",
    _I,
)
_DRAW_AFTER = re.compile(
    rf"^(?:,? 20\d\d)?[ ,:'s-]{{0,4}}(?:(?:federal|express entry|EE|IRCC|CEC|PNP|all-program|"
    rf"category-based|invitation|french(?:-language)?|health ?care|STEM|trades?) ){{0,3}}"
    rf"{ROUND_NOUN}\b",
    _I,
)
# "The previous draw, which took place on May 18": of another round, even past a comma.
_ANOTHER_DAY = either(
    r"\b(?:previous|last|prior|preceding|earlier)\b[^;.\n]{0,60}$",
    r"\bfollow(?:s|ed|ing)\b[^.\n]*$",
    r"\bsince\b[^,;.\n]{0,60}$",
    r"\b(?:compared|had|introduced|announced|launched|came into|effective|updated|posted|published|"
    r"next|expected|between)\b[^,;.\n]{0,45}$",
    r"\b(?:after|than|until|as of|before|by|depuis|apr[eè]s)(?: [\w-]+){0,2}\W*$",
    r"\bfrom\W*$",
)
_ROUND_HELD = rf"\b(?:{ROUND_NOUN}|invit\w+|issu\w+|held|place|conducted)\b"
_THIS_DAY = r"\b(?:today|this (?:morning|afternoon)|aujourd'hui)\b"
_DAY_OF_WEEK = r"(mon|tues|wednes|thurs|fri|satur|sun)day\b"
_TODAY = either(
    rf"{_THIS_DAY}(?=[^.\n]{{0,120}}{_ROUND_HELD})",
    rf"{_ROUND_HELD}[^.\n]{{0,120}}{_THIS_DAY}(?!')",
    r"\btoday's\b",
)
_YESTERDAY = either(rf"{_ROUND_HELD}[^.\n]{{0,120}}\b(?:yesterday|hier)\b(?!')")
_ON_WEEKDAY = either(
    rf"{_ROUND_HELD}[^.\n]{{0,100}}\bon {_DAY_OF_WEEK}",
    rf"\bon {_DAY_OF_WEEK},? (?:\w+ )?(?:invit|issu|held|sent|conduct)",
)
_SENTENCES_READ = 30
_DAYS_READ = 12


def read_held_on(title: str, sentences: Sequence[str], published: date | None) -> date | None:
    """The day a post writes for its round; a missing year is the last one before publication."""
    texts = (title, *sentences[:_SENTENCES_READ])
    for sure in (True, False):
        for text in texts:
            day = _held_in(text, published, sure=sure, is_title=text is title)
            if day is not None:
                return day
    return None


def _held_in(text: str, published: date | None, *, sure: bool, is_title: bool) -> date | None:
    for found in islice(_DAY_FOUND.finditer(text), _DAYS_READ):
        before, after = text[max(0, found.start() - 160) : found.start()], text[found.end() :][:60]
        if speaks_of_ties(text[max(0, found.start() - 130) : found.start()]):
            continue
        held = _HELD.search(before) is not None or _DRAW_AFTER.search(after) is not None
        other = _ANOTHER_DAY.search(_HELD.sub("", before)) is not None
        if other or not (held if sure else _may_be_held(text, is_title)):
            continue
        day = _day(found[0], published)
        if day is not None:
            return day
    return None


_INVITING = either(
    rf"\b(?:{ROUND_NOUN}|{INVITATION}|invit\w+|issued|selected|held|tenue?|drew|picked|targeted|"
    r"welcomed|sent|handed|cut-?off)\b"
)


def _may_be_held(text: str, is_title: bool) -> bool:
    return is_title or _INVITING.search(text) is not None


@lru_cache(maxsize=1024)
def _day(text: str, published: date | None) -> date | None:
    try:
        said = read_said(text)
        day = with_year(said, published)
    except (NotAMoment, ValueError):
        return None
    if day is None or (published is not None and day > published + timedelta(days=1)):
        return None
    return day


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
