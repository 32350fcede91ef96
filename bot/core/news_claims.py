"""Reads totals that a post claims for a year: "106,599 ITAs in 2025", "22 PNP draws this year"."""

import re
from collections.abc import Iterator, Sequence

from bot.core.news_groups import groups_in
from bot.core.news_places import first_provincial
from bot.core.news_types import Claim
from bot.core.news_words import CARDINAL, MONTHS, ORDINAL, ROUND_NOUN, number_of

_I = re.IGNORECASE

INVITATIONS = "invitations_in_year"
ROUNDS = "rounds_in_year"

_YEAR = (
    r"(?:(?:so far |already |to date |thus far )?"
    r"(?:this year|(?:in|during|for|of) (?P<year>20\d\d)|of the year|year-to-date)|"
    rf"so far(?: this year| in (?P<year2>20\d\d))?(?! (?:this|in) (?:week|month|{MONTHS})))"
)
_YEAR_AHEAD = re.compile(
    r"^\W*(?:so far |to date )?(?:this year|in (?P<year>20\d\d)|year-to-date)(?: so far)?,", _I
)
_ITAS = r"(?:ITAs?|invitations?(?: to apply)?(?: \(ITAs?\))?|invites)"
_ALREADY = (
    r"(?:,? (?:to|apply|have|has|been|were|issued|sent|extended|now|already|candidates|all|"
    r"programs?|for|permanent|residence|PR|total|in|across|under|through|via|express|entry|"
    r"draws|rounds|the)\b){0,9}?"
)
_INVITATION_TOTALS = (
    re.compile(rf"(?<![\w.,$-])(\d{{3,6}}) {_ITAS}{_ALREADY},? {_YEAR}", _I),
    re.compile(
        rf"\btotal\b[^.\d\n]{{0,80}}?{_YEAR}[^.\d\n]{{0,60}}?\b(?:to|is|at|of|reached|now)\b"
        r"[^.\d\n]{0,12} (\d{3,6})\b",
        _I,
    ),
    re.compile(
        rf"\b(?P<year>20\d\d)(?:'s)? (?:year-to-date )?total\b[^.\d\n]{{0,60}}?"
        rf"\b(?:to|is|at|of|reached|now)\b[^.\d\n]{{0,12}} (\d{{3,6}})(?: {_ITAS})?\b",
        _I,
    ),
    re.compile(
        rf"^\W*(?:total )?(?:number of )?{_ITAS}[^:\d\n]{{0,30}}{_YEAR}[^:\d\n]{{0,20}}:"
        r"\s*(\d{3,6})\b",
        _I,
    ),
)
_ITAS_ALONE = re.compile(
    rf"\b(?:issued|sent|extended|invited)\b[^.\d\n]{{0,30}} (\d{{3,6}}) (?:{_ITAS}|candidates)", _I
)
# "First draw this year to invite trades" counts draws of a kind that no row tells.
_OF_SOME_KIND = re.compile(
    r"^ (?:to|that|since|for|with|under|targeting|aimed|focus\w*|dedicated|limited|restricted|in|"
    r"where|specific\w*|(?:so far )?(?:to|that|for))\b",
    _I,
)
_WORDS = r"(?P<words>(?:[A-Za-z()-]+ ){0,6}?)"
_NTH_ROUND = re.compile(
    rf"\b(?P<nth>{ORDINAL}) {_WORDS}{ROUND_NOUN}(?: of invitations)?"
    rf"(?: to (?:take place|occur))?,? {_YEAR}",
    _I,
)
_NTH_TO_TAKE_PLACE = re.compile(
    rf"\bdraw\b[^.\n]{{0,60}}\bthe (?P<nth>{ORDINAL}) (?P<words>)to take place so far this year", _I
)
_SO_MANY_ROUNDS = re.compile(
    rf"(?<![\w.,-])(?P<n>{CARDINAL}) {_WORDS}(?:draws|rounds)(?: of invitations)?"
    rf"(?: (?:have been |were |been )?(?:held|conducted|completed))?,? {_YEAR}",
    _I,
)
_ROUNDS_ALONE = re.compile(rf"(?<![\w.,-])(?P<n>{CARDINAL}) {_WORDS}(?:draws|rounds)\b", _I)
_OF_THE_SYSTEM = re.compile(
    r"^(?:(?:federal|express|entry|more|total|new|invitation|canada's|ircc|EE)\s*)*$", _I
)
_PART = re.compile(
    r"\b(?:first|last|past|previous|these|those|other|another|least|than|over|nearly|almost|about|"
    r"approximately|around|roughly|some|only the|next|following|plans?|will|expected|could|may|"
    r"should|target|record of|average|up to|close to|between|to)\W+(?:the |of )?$",
    _I,
)
_ROUGHLY = re.compile(
    r"\b(?:over|than|nearly|almost|about|approximately|around|roughly|some|least|close to|up to|"
    r"another|record of|average|target)\W+(?:the |of |an? )?$",
    _I,
)
_ITEM = re.compile(
    r"(?P<what>[A-Z(][^:\n\d]{1,70}?) ?[:=(|-] ?(?P<n>\d{1,3}) (?:draws?|rounds?)\b", _I
)
_BARE_ITEM = re.compile(r"^\W*(?P<what>[A-Za-z][^:\n\d]{1,70}?) ?[:=|-] ?(?P<n>\d{1,3})\W*$")
_COUNTS_ROUNDS = re.compile(r"\bnumber of (?:draws|rounds)\b|\b(?:draws|rounds) held\b", _I)
_LIST_OF_A_YEAR = re.compile(
    r"\b(?:draws|rounds|invitations|ITAs)\b[^.\n]{0,60}\b(?:this year|20\d\d)|"
    r"\b(?:this year|20\d\d)\b[^.\n]{0,60}\b(?:draws|rounds|invitations|ITAs)",
    _I,
)
_A_YEAR = re.compile(r"\b(20[1-3]\d)\b")
_LONGEST_LIST = 15


def read_claims(title: str, sentences: Sequence[str], year: int | None) -> tuple[Claim, ...]:
    """All totals claimed, each once; "this year" is `year`. "Over 20,000" is no exact total."""
    texts = [one for one in (title, *sentences) if _may_claim(one)]
    found = [claim for text in texts for claim in _in_sentence(text, year)]
    return tuple(dict.fromkeys([*found, *_in_lists(sentences, year)]))


_ABOUT_ROUNDS = re.compile(rf"{ROUND_NOUN}\b|\bITAs?\b|invit", _I)
_ABOUT_A_YEAR = re.compile(r"\byear\b|20\d\d|\bso far\b", _I)


def _may_claim(text: str) -> bool:
    """Whether a sentence can hold a total; a quick look, as most sentences cannot."""
    if not (_ABOUT_A_YEAR.search(text) and _ABOUT_ROUNDS.search(text)):
        return False
    return first_provincial(text) is None


def _in_sentence(text: str, year: int | None) -> Iterator[Claim]:
    ahead = _YEAR_AHEAD.match(text)
    for rule in (_NTH_ROUND, _NTH_TO_TAKE_PLACE, _SO_MANY_ROUNDS):
        yield from _rounds(rule, text, year)
    for rule in _INVITATION_TOTALS:
        yield from _invitations(rule, text, year)
    if ahead:
        said = _said_year(ahead, year)
        yield from _rounds(_ROUNDS_ALONE, text, said)
        yield from _invitations(_ITAS_ALONE, text, said)


def _rounds(rule: re.Pattern[str], text: str, year: int | None) -> Iterator[Claim]:
    for found in rule.finditer(text):
        parts = found.groupdict()
        said = _said_year(found, year)
        value = number_of(parts.get("nth") or parts["n"])
        fact = _rounds_of(parts["words"])
        partial = _PART.search(text[max(0, found.start() - 30) : found.start()])
        counted = rule in (_SO_MANY_ROUNDS, _ROUNDS_ALONE) and partial
        if _OF_SOME_KIND.search(text[found.end() :]) or counted:
            continue
        if said is not None and value is not None and fact is not None:
            yield Claim(fact=fact, year=said, value=value)


def _rounds_of(words: str) -> str | None:
    """Which rounds are counted: "PNP", "Express Entry"; None for a kind that no row tells."""
    if _OF_THE_SYSTEM.match(words):
        return ROUNDS
    groups = groups_in(words + "draw")
    return f"{ROUNDS}:{groups[0]}" if len(groups) == 1 else None


def _invitations(rule: re.Pattern[str], text: str, year: int | None) -> Iterator[Claim]:
    for found in rule.finditer(text):
        said = _said_year(found, year)
        value = _value(found)
        if said is None or value is None or _ROUGHLY.search(text[: found.start(value[1])][-30:]):
            continue
        groups = groups_in(found[0])
        if len(groups) < 2:
            fact = f"{INVITATIONS}:{groups[0]}" if groups else INVITATIONS
            yield Claim(fact=fact, year=said, value=value[0])


def _value(found: re.Match[str]) -> tuple[int, int] | None:
    named = set(found.re.groupindex.values())
    for group in range(1, found.re.groups + 1):
        if group not in named and found[group]:
            return int(found[group]), group
    return None


def _said_year(found: re.Match[str], year: int | None) -> int | None:
    parts = found.groupdict()
    said = parts.get("year") or parts.get("year2")
    return int(said) if said else year


def _in_lists(sentences: Sequence[str], year: int | None) -> Iterator[Claim]:
    """Items like "Health care: 6 draws" under or in a line that says "draws this year"."""
    since, said, bare = _LONGEST_LIST, year, False
    for line in sentences:
        since += 1
        if _LIST_OF_A_YEAR.search(line):
            named = _A_YEAR.search(line)
            since, said = 0, int(named[1]) if named else year
            bare = _COUNTS_ROUNDS.search(line) is not None
        if since <= _LONGEST_LIST and said is not None:
            yield from _items(line, said, bare=bare)


def _items(line: str, year: int, *, bare: bool) -> Iterator[Claim]:
    rules = (_ITEM, _BARE_ITEM) if bare else (_ITEM,)
    for found in (found for rule in rules for found in rule.finditer(line)):
        groups = groups_in(found["what"])
        if len(groups) == 1:
            yield Claim(fact=f"{ROUNDS}:{groups[0]}", year=year, value=int(found["n"]))
