"""Reads which program or category a round was for from a newsroom's words."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from bot.core.categories import PROGRAMS
from bot.core.category_tables import VERSIONS
from bot.core.news_earlier import is_of_this_round
from bot.core.news_types import GENERAL

_I = re.IGNORECASE

# "Physicians with Canadian experience": a condition of their category, not the class.
_WITH_EXPERIENCE = (
    r"(?: (?:with|who have|having|ayant|avec) (?:an? |une )?"
    r"(?:canadian(?: work)? experience|exp[eé]rience (?:de travail )?canadienne))?"
)
# Longer names first: what one pattern takes is not there for the next ("federal skilled trades"
# is not the category "trades").
_NAMES: tuple[tuple[str, str], ...] = (
    (
        GENERAL,
        r"\b(?:all|every)[- ](?:(?:of|the|three|federal|express|entry) ){0,5}programs?\b|"
        r"\bgeneral(?: express entry)? (?:draw|round|category)|"
        r"\bno[- ]programs?[- ](?:was |were )?specified|"
        r"\b(?:not|non|no)[- ]program[- ](?:specific|specified)|"
        r"\bregardless of (?:the |their )?program|\btous les programmes|\bronde g[eé]n[eé]rale|"
        r"^general$",
    ),
    (
        "physicians",
        rf"(?:\bphysicians?(?! assist)\b|\b(?:foreign |medical )?doctors\b|\bm[eé]decins\b)"
        rf"{_WITH_EXPERIENCE}",
    ),
    (
        "senior_managers",
        rf"(?:\bsenior (?:managers?|executives?)|\bexecutives\b){_WITH_EXPERIENCE}",
    ),
    (
        "researchers",
        rf"(?:\bresearchers\b|\bresearchers? (?:draw|round|category)|\bchercheurs\b)"
        rf"{_WITH_EXPERIENCE}",
    ),
    ("fst", r"\bfederal skilled? trades?(?: (?:program|class))?|\bFST[PC]?\b|\bm[eé]tiers sp[eé]c"),
    ("fsw", r"\bfederal skilled workers?(?: (?:program|class))?|\bFSW[PC]?\b"),
    ("cec", r"\bcanadian experience(?: class)?|\bCEC\b|\bexp[eé]rience canadienne|\bCEC-"),
    (
        "pnp",
        r"\bprovincial nomin(?:ee|ation)s?(?: (?:program|class))?|\bPNP\b|\bnominees\b|"
        r"\bcandidats? des prov",
    ),
    (
        "healthcare",
        r"\bhealth[ -]?care\b|\b(?:for|in) health\b|\bnurses\b|\bde la sant[eé]\b|"
        r"\bhealth (?:and social|workers?|professionals?|occupations?|sector|draw|round|category|"
        r"candidates)",
    ),
    ("french", r"\bfrench\b|\bfrancophones?\b|\ben fran[cç]ais\b|\blangue fran[cç]aise"),
    ("stem", r"\bSTEM\b|\bscience, technology, engineering|\bSTIM\b"),
    ("military", r"\bmilitary (?:recruits?|draw|round|members|personnel)|\bskilled military"),
    (
        "agriculture",
        r"\bagri-?food\b|\bagricultur(?:e|al)\b(?: and agri-?food)?|\bagroalimentaire",
    ),
    (
        "education",
        r"\beducation (?:occupations?|workers?|draw|round|category|candidates|professionals|"
        r"sector)|\beducation$|\bteachers\b|\beducators\b|"
        r"\b(?:domaine|professions) de l'[eé]ducation",
    ),
    ("transport", r"\btransport(?:ation)?\b(?! canada)|\btruck drivers\b|\bpilots\b"),
    (
        "trades",
        r"\b(?:skilled )?trades?(?: (?:occupations?|workers?|draw|round|category|candidates))?\b|"
        r"\btradespeople\b|\bm[eé]tiers\b",
    ),
)
_MATCHERS = tuple((group, re.compile(pattern, _I)) for group, pattern in _NAMES)

_LABEL = re.compile(
    r"^\W*(?:(?:draw|round|program|programme|stream|category|express entry) ?(?:type|name|category|"
    r"stream)?|type of (?:draw|round)|type de ronde|cat[eé]gorie(?: specified)?)s?\s*[:|]"
    r"\s*(.{2,120})$",
    _I,
)
# "candidates without job offers or provincial nomination" (#10) and "the last PNP draw" are not
# what a round was for.
_ASIDE = re.compile(
    r"\b(?:without|unlike|regardless of|whether or not|excluding|compared (?:to|with)|than|after|"
    r"follow(?:s|ed|ing)|since|previous|last|next|upcoming|sans|neither|no|not|or)\b"
    r"(?! program[- ]spec)(?:\W+\w+){0,6}?\W*$",
    _I,
)
_COMPARED = re.compile(
    r"\b(?:compared (?:to|with)|than|after|follow(?:s|ed|ing)|since|previous|last|next|upcoming|"
    r"unlike)\b(?:\W+\w+){0,6}?\W*$",
    _I,
)
# "The draw, held on November 20, is one of three, after a PNP draw on November 18."
_OF_THIS_DRAW = re.compile(
    r"\W*(?:(?:this|today's) (?:[\w-]+ )?(?:draw|round)\b|the (?:draw|round)(?:,| was held| took))",
    _I,
)
_REST = re.compile(
    r"[;:|]| - |, (?=(?:\d+|IRCC|CIC|Canada|Ottawa|immigration|it|this|"
    r"the (?:federal )?government)\b)",
    _I,
)


def groups_in(text: str) -> list[str]:
    """Every group that a text names, in the order of our table."""
    return [group for group, _ in _mentions(text)]


def _mentions(text: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for group, matcher in _MATCHERS:
        first = matcher.search(text)
        if first:
            found.append((group, first.start()))
            text = matcher.sub(lambda taken: "·" * len(taken[0]), text)
    return found


_OF_DRAWS = re.compile(
    r"^(?!.*\b(?:draw|round)\b)(?=.*\b(?:since|most|majority|many|recent|other|past)\b)"
    r".*\b(?:draws|rounds)\b",
    _I,
)
"""A sentence about draws in general: "Since March, draws have been limited to nominees"."""

_SOME = re.compile(r"\b(?:were|are|was) among\b", _I)
"""Some of those who were invited: "Skilled workers were among today's candidates"."""

_FIRST_CATEGORY = min(version.since for version in VERSIONS)


def read_category(title: str, sentences: Sequence[str], day: date | None) -> str | None:
    """The group of the round: said in the title, under a label, or in the first sentence with one.

    None if nothing is said, or several groups are. `day` is when it was held, about.
    """
    labels = [found[1] for found in map(_LABEL.match, sentences) if found]
    for text in (title, *labels, *_telling(sentences[:20])):
        groups = _possible(_meant(text), day)
        if groups:
            return _only(groups)
    return None


def _telling(sentences: Sequence[str]) -> list[str]:
    """Sentences that may say what this round was for."""
    names = [one for one in sentences if _is_a_name(one)]
    listed = names if len({group for one in names for group in groups_in(one)}) > 1 else []
    return [
        one
        for one in sentences[:8]
        if one not in listed
        and is_of_this_round(one)
        and not _OF_DRAWS.search(one)
        and not _SOME.search(one)
    ]


def _is_a_name(sentence: str) -> bool:
    """Whether it is a program's name alone; several of them list those of Express Entry."""
    for _, matcher in _MATCHERS:
        sentence = matcher.sub("", sentence)
    return not re.search(r"(?!\b(?:program(?:me)?|class|the|and)\b)\b\w{3,}", sentence, _I)


def _possible(groups: list[str], day: date | None) -> list[str]:
    """Before there were categories, "skilled trades" were the program."""
    if day is None or day >= _FIRST_CATEGORY:
        return groups
    programs = ["fst" if group == "trades" else group for group in groups]
    return [group for group in programs if group in (*PROGRAMS, GENERAL)]


def is_about_another_group(text: str, group: str | None) -> bool:
    """Whether a text names groups, and not the one that a round was for."""
    if group is None or group == GENERAL or _OF_THIS_DRAW.match(text):
        return False
    named = {_ALIKE.get(one, one) for one in groups_in(_BEFORE_ANOTHER.sub("", text))}
    return bool(named) and _ALIKE.get(group, group) not in named


_BEFORE_ANOTHER = re.compile(
    r"(?<=[^\n]{20})\b(?:follow(?:s|ed|ing)|(?:came|comes) after|after an?)\b[^\n]*", re.IGNORECASE
)
"""What a sentence compares with: "The March 6 draw is the second, and follows a PNP draw"."""

_ALIKE = {"trades": "fst", "physicians": "healthcare"}
"""Newsrooms mix these up."""


def of_several_groups(title: str, day: date | None) -> bool:
    """Whether a title names the groups of two rounds: then no number belongs to one of them."""
    return len(set(_possible(_meant(title), day))) > 1 and _only(_meant(title)) is None


def _meant(text: str) -> list[str]:
    """The groups named, less those that are only compared with or left out."""
    return [
        group
        for group, start in _mentions(text)
        if not (_COMPARED if group == GENERAL else _ASIDE).search(_clause(text, start))
    ]


def _clause(text: str, until: int) -> str:
    return _REST.split(text[max(0, until - 60) : until])[-1]


def _only(groups: Iterable[str]) -> str | None:
    named = set(groups)
    if GENERAL in named or set(PROGRAMS) - {"pnp"} <= named:
        return GENERAL  # "candidates of CEC, FSW and FST": everybody in the pool
    return named.pop() if len(named) == 1 else None
