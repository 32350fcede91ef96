"""Reads a round's official number from a post: "Draw #385", "the 353rd overall"."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.core.news_earlier import is_of_this_round
from bot.core.news_words import ORDINAL, PEOPLE, ROUND_NOUN, number_of
from bot.core.rounds import Round, RoundNumber, order_key

_I = re.IGNORECASE

FIRST_OF_YEAR: Mapping[int, int] = {
    2015: 1, 2016: 24, 2017: 51, 2018: 81, 2019: 108, 2020: 134,
    2021: 171, 2022: 213, 2023: 237, 2024: 279, 2025: 331, 2026: 389,
}  # fmt: skip
"""The number of each year's first round: an ordinal that is smaller counts something else ("third
draw of the month"). History, which needs no new lines: later years come from the rounds known, and
where there are none, all that can have been held since the last line passes."""

_MOST_IN_A_YEAR = 120
_MOST_COUNTED_ANEW = 75  # more than any year has had: a larger number is an old round's

_SAID_NUMBER = (
    re.compile(rf"\b{ROUND_NOUN}\W{{0,3}}(?:number |no\.? ?)?#\s?(\d{{1,3}}[ab]?)\b", _I),
    re.compile(
        rf"\b(?:{ROUND_NOUN}|invitations to apply)\b[^.\n]{{0,25}}#\s?(\d{{1,3}}[ab]?)\b", _I
    ),
    re.compile(
        rf"\b{ROUND_NOUN}[ (,]{{1,3}}(?:number|no\.?|n°|nº|num[eé]ro):? ?(\d{{1,3}}[ab]?)\b", _I
    ),
    re.compile(rf"#\s?(\d{{3}}[ab]?)(?:st|nd|rd|th)? (?:express entry )?{ROUND_NOUN}\b", _I),
    re.compile(r"\bnumber (\d{1,3}[ab]?),? (?:was )?(?:held|conducted|took place)\b", _I),
    re.compile(r"\bnumber (\d{1,3}[ab]?) of the express entry\b", _I),
    re.compile(rf"^\W*(?:express entry )?{ROUND_NOUN}(?: number| no\.?)?: ?(\d{{3}}[ab]?)\W*$", _I),
    re.compile(
        r"\b(?:express entry|EE|IRCC) (?:draw|round) (\d{3})\b"
        rf"(?! ?(?:(?!invit|issu|sends|sees|held)[A-Za-z'-]+ ){{0,3}}?"
        rf"(?:{PEOPLE}|ITAs?|invitations?|points)\b)",
        _I,
    ),
)
_TITLE_NUMBER = re.compile(r"(?<!\w)#\s?(\d{2,3}[ab]?)\b", _I)
_NTH_OF_ALL = re.compile(
    rf"\b({ORDINAL}|\d{{3}}),?(?: draws?| rounds?)? (?:in total|overall)\b", _I
)
_NTH = re.compile(
    rf"\b({ORDINAL}),?(?: and latest,?)?(?:(?: (?:federal|ever))?(?: express entry)? "
    r"(?:draw|round|tirage|ronde)\b(?! of invitations (?:this|of|in))|(?= since the ))"
    r"(?! (?:of|in|for|this) (?:20\d\d|the (?:year|month|week)|year|month|week|a row|january|"
    r"february|march|april|may|june|july|august|september|october|november|december|one))"
    r"(?! to (?:take|occur))",
    _I,
)


def first_of_year(known: Iterable[Round]) -> Mapping[int, int]:
    """`FIRST_OF_YEAR` with the years since, as far as known rounds tell.

    The first year of those known may lack its beginning, so that it tells nothing.
    """
    numbers: dict[int, int] = {}
    for round_ in known:
        year, number = round_.held_on.year, order_key(round_.held_on, round_.number)[1]
        numbers[year] = min(number, numbers.get(year, number))
    numbers.pop(min(numbers, default=0), None)
    return {**numbers, **FIRST_OF_YEAR}


def read_number(
    title: str,
    sentences: Sequence[str],
    day: date | None,
    firsts: Mapping[int, int] = FIRST_OF_YEAR,
) -> RoundNumber | None:
    """The round's official number, if a post says it: #385, or an ordinal that can be meant.

    `firsts` are the numbers of each year's first round.
    """
    found = _TITLE_NUMBER.search(title)
    if found:
        return RoundNumber(found[1].lower())
    for text in (title, *filter(is_of_this_round, sentences[:25])):
        for rule in _SAID_NUMBER:
            said = rule.search(text)
            if said and not _counts_anew(said[1], day, firsts):
                return RoundNumber(said[1].lower())
    return _read_ordinal((title, *sentences[:15]), day, firsts)


def _counts_anew(number: str, day: date | None, firsts: Mapping[int, int]) -> bool:
    """Whether it counts the rounds of a year or month: "Draw #1 of December 2025"."""
    told = int(number.rstrip("abAB"))
    if day is None or day.year < min(firsts) or told > _MOST_COUNTED_ANEW:
        return False
    return told < firsts[max(year for year in firsts if year <= day.year)]


def _read_ordinal(
    texts: Sequence[str], day: date | None, firsts: Mapping[int, int]
) -> RoundNumber | None:
    # "The 27th round under Express Entry in 2016 and 50th overall": the latter counts them all.
    for found in (
        one for rule in (_NTH_OF_ALL, _NTH) for text in texts for one in rule.finditer(text)
    ):
        number = number_of(found[1])
        if number is not None and _can_be_meant(number, day, firsts):
            return RoundNumber(str(number))
    return None


def _can_be_meant(number: int, day: date | None, firsts: Mapping[int, int]) -> bool:
    """Whether the count of all rounds had come to a number in the year of a day."""
    if day is None or day.year < min(firsts):
        return False
    before = max(year for year in firsts if year <= day.year)
    least = firsts[before]
    most = firsts.get(day.year + 1, least + _MOST_IN_A_YEAR * (day.year - before + 1))
    return least <= number < most
