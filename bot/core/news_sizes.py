"""Reads from a newsroom's sentences how many were invited in a round.

Texts are cleaned (`news_text`), so that 4,200 stands as 4200.
"""

import re
from collections.abc import Sequence

from bot.core.news_earlier import EARLIER, is_of_this_round
from bot.core.news_words import INVITATION, PEOPLE

_I = re.IGNORECASE
_MOST_INVITATIONS = 99_999

# What somebody calls a year is no number of people: "a new record for 2018 invitations".
_COUNT = (
    r"(?<![\w.,$#/-])(?!20[1-3]\d\b(?! candidates))(\d{1,5})(?![\d%]|[.,:]\d|-point|-year)"
    r"(?! (?:more|fewer|less)\b[^.\n]{0,40} than\b)(?! (?:CRS )?points?\b)"
)
_OF_THEM = (
    r"(?!(?:in|for|at|from|as|with|after|cut-?off|CRS|points?|or|issued|invites|sees|saw|has|had|"
    r"was|is|sent) )[A-Za-z'()/-]+,? "
)
_OF_PEOPLE = re.compile(
    rf"{_COUNT}[ -](?:{_OF_THEM}){{0,6}}?"
    rf"(?:{PEOPLE}|{INVITATION}|invited|selected|picked|chosen)\b",
    _I,
)
_INVITES = (
    r"(?:invit(?:es|ed|ing)|issu(?:es|ed|ing)|sends|sent|sending|select(?:s|ed|ing)|draws|drew|"
    r"extend(?:s|ed)|welcomes|targets|picks|offers|offered|a invit[eé]|"
    r"invit(?:e|ant)|d[eé]livre|envoie)"
)
_NO_COUNT_AFTER = (
    r"(?! ?(?:points?|draws?|rounds?|days?|weeks?|months?|years?|hours?|provinces?|categor|"
    r"programs?|streams?|occupations?|NOC|times|percent|per|of the|other|different|st\b|nd\b|"
    r"rd\b|th\b|million|CRS\b|or (?:more|above|higher)))"
)
_BARE = re.compile(
    rf"\b{_INVITES} (?:(?:a|total|of|another|an|additional|only|just|up|to|more|out|in|record|"
    r"new) ){0,5}"
    rf"{_COUNT}{_NO_COUNT_AFTER}",
    _I,
)
_NUMBER_OF = re.compile(
    rf"\bnumber of (?:invitations|ITAs|candidates)\b[^.\d\n]{{0,140}}?"
    rf"\b(?:to|at|was|is|of)\b[^.\d\n]{{0,12}} {_COUNT}",
    _I,
)
_SIZE_LABEL = re.compile(
    r"^\W*(?:(?:total )?(?:number|no\.?|nombre) (?:of |d')?)?(?:new )?"
    r"(?:ITAs?|IPDs?|invitations?|invites|invited|candidates invited|draw size|round size|size)"
    r"[^:\d\n]{0,45}[:=|][^\d\n#]{0,5}(\d{1,5})\b(?!/)",
    _I,
)
OFFICIAL_SIZE = re.compile(r"^\W*number of invitations issued\W{1,6}(\d{1,5})\b(?!/)", _I)
"""As IRCC's own page has it, which posts like to repeat."""

_ABOUT_INVITING = re.compile(
    rf"\binvit|\bissu|\bselect|\breceiv|\bdraw|\bpick|\bchosen|\bwelcom|\btarget|"
    rf"\b(?:goes|went) to\b|\basked (?:[\w-]+ ){{0,4}}to apply\b|\b{INVITATION}\b",
    _I,
)

_NEAR_PEOPLE = (
    re.compile(rf"{_COUNT}[^.;:\d\n]{{0,60}}\b(?:{INVITATION}|{PEOPLE}|invit\w+)\b", _I),
    re.compile(
        rf"\b(?:{INVITATION}|{PEOPLE}|{_INVITES})\b[^.;\d\n]{{0,60}} {_COUNT}{_NO_COUNT_AFTER}",
        _I,
    ),
)
_LOOSELY_READ = 9
_ABOUT = re.compile(
    r"\b(?:over|more than|nearly|almost|about|approximately|around|at least|roughly|some|close to|"
    r"up to|between|than|record of|plus de|pr[eè]s de|environ)\W+(?:an? |the |its )?$",
    _I,
)
_A_SCORE = re.compile(
    r"\b(?:CRS|SCG|scores?|cut-?off|points?|minimum|seuil|note|lowest-ranked)\b[^,;:.\d]{0,25}$", _I
)
_OF_A_PERIOD_AFTER = re.compile(
    r"^(?: (?!draw\b|round\b)[\w()'-]+){0,9}?,? (?:so far|this (?:year|month)|to date|"
    r"in total (?:in|since)|year-to-date|in 20\d\d(?!,? (?:took|was|were|has))|across|"
    r"since (?:the|january|its)|"
    r"during 20\d\d|between|(?:in|over|through|throughout|during) (?:\w+ ){0,2}"
    r"(?:(?:previous|past|last|earlier|prior) )?(?:draws|rounds))\b",
    _I,
)
_OF_A_PERIOD_BEFORE = re.compile(
    r"\b(?:total number|(?<!draw )(?<!round )so far|to date|this year|average|between|grand total|"
    r"brings?|bringing|overall|(?:will|would|could|may|might|plans?|expected|aims?|hopes?|intends?|set)"
    r"(?: to)?(?: \w+){0,2})\b[^,;]{0,50}$",
    _I,
)


_NO_COUNT_BEFORE = (_ABOUT, _A_SCORE, EARLIER, _OF_A_PERIOD_BEFORE)


def counted(sentence: str) -> int | None:
    """How many invitations a sentence says that a round had, if it says exactly."""
    if not is_of_this_round(sentence):
        return None
    label = _SIZE_LABEL.search(sentence)
    if label and not _OF_A_PERIOD_AFTER.search(sentence[label.end() :]):
        return _positive(label[1])
    if not _ABOUT_INVITING.search(sentence):
        return None
    return _first_count(sentence, (_NUMBER_OF, _BARE, _OF_PEOPLE))


def _first_count(sentence: str, rules: Sequence[re.Pattern[str]]) -> int | None:
    for found in (found for rule in rules for found in rule.finditer(sentence)):
        before = sentence[max(0, found.start(1) - 70) : found.start(1)]
        after = sentence[found.end() : found.end() + 100]
        if any(rule.search(before) for rule in _NO_COUNT_BEFORE):
            continue
        if not _OF_A_PERIOD_AFTER.search(after):
            return _positive(found[1])
    return None


def _positive(digits: str) -> int | None:
    return int(digits) if 0 < int(digits) <= _MOST_INVITATIONS else None


def read_size(texts: Sequence[str]) -> int | None:
    """Invitations issued in the round that a post is about: title first, then its sentences."""
    if not texts:
        return None
    # "PR within reach for 6,500 francophones": a title needs no verb.
    titled = counted(texts[0]) or _first_count(texts[0], (_OF_PEOPLE,))
    sure = titled or only_one(OFFICIAL_SIZE, texts[1:])
    said = sure or next((size for size in map(counted, texts[1:]) if size is not None), None)
    return said or next(filter(None, map(_loosely, texts[1:_LOOSELY_READ])), None)


def only_one(label: re.Pattern[str], texts: Sequence[str]) -> int | None:
    """What stands at a label of IRCC's page, unless a post gives it for several rounds."""
    found = {int(said[1]) for said in map(label.search, texts) if said}
    return found.pop() if len(found) == 1 else None


def _loosely(sentence: str) -> int | None:
    """A number near invitations or people, where no sentence says it in words we know."""
    may_count = is_of_this_round(sentence) and _ABOUT_INVITING.search(sentence)
    return _first_count(sentence, _NEAR_PEOPLE) if may_count else None
