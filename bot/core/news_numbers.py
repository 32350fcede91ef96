"""Reads the numbers of a round from a newsroom's sentences: its size and its cut-off.

Texts are cleaned (`news_text`), so that 4,200 stands as 4200.
"""

import re
from collections.abc import Sequence

from bot.core.news_words import ALSO, INVITATION, PEOPLE

_I = re.IGNORECASE
_MAX_CUT_OFF = 1200
_LEAST_CUT_OFF = 50
_MOST_INVITATIONS = 99_999

# What somebody calls a year is no number of people: "a new record for 2018 invitations".
_COUNT = (
    r"(?<![\w.,$#/-])(?!20[1-3]\d\b(?! candidates))(\d{1,5})(?![\d%]|[.,]\d|-point|-year)"
    r"(?! (?:more|fewer|less)\b[^.\n]{0,40} than\b)"
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
_BARE = re.compile(
    rf"\b{_INVITES} (?:(?:a|total|of|another|an|additional|only|just|up|to|more|out|in|record|"
    r"new) ){0,5}"
    rf"{_COUNT}(?! ?(?:points?|draws?|rounds?|days?|weeks?|months?|years?|hours?|provinces?|"
    r"categor|programs?|streams?|occupations?|NOC|times|percent|per|of the|other|different|st\b|"
    r"nd\b|rd\b|th\b|million|years))",
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
    r"[^:\d\n]{0,45}[:=|][^\d\n]{0,5}(\d{1,5})\b(?!/)",
    _I,
)
_ABOUT_INVITING = re.compile(
    rf"\binvit|\bissu|\bselect|\breceiv|\bdraw|\bpick|\bchosen|\bwelcom|\btarget|"
    rf"\b(?:goes|went) to\b|\b{INVITATION}\b",
    _I,
)

_CUT_WORD = (
    r"(?:CRS|comprehensive ranking (?:system|score)|SCG|cut-? ?offs?|minimum|lowest|scores?|"
    r"points?|threshold|requirement|mark|note|seuil)"
)
_SCORE = r"(?<![\w.,$#/-])(?!20[1-3]\d\b)(\d{2,4})(?![\d%]|[.,]\d|-point|-day|/)"
_AFTER_SCORE = (
    r"(?! (?:(?!in |for |to |as |with |and |or |at |the |among |from |were |was |received? |got |"
    r"get )[A-Za-z-]+ ){0,2}?"
    rf"(?:{INVITATION}|candidates?|profiles?|people|workers?|nominees?|days?|weeks?|months?|times)\b)"
    r"(?! (?:points? )?(?:points? )?(?:lower|higher|less|fewer|more than|drop|decrease|increase|up|"
    r"down)\b)"
)
_CUT_OFF_SAID = (
    re.compile(
        rf"\b{_CUT_WORD}\b(?:[^.;\d\n]|\d(?:st|nd|rd|th)){{0,200}}?\b(?:of|was|is|at|to|"
        r"with|as low as|reached|hits?|being|stood at|de|[aà]|[eé]tait de)\b:? "
        r"(?:just |only |a |exactly |seulement |à peine )?"
        rf"{_SCORE}{_AFTER_SCORE}",
        _I,
    ),
    re.compile(
        rf"\b{_CUT_WORD}\b[^.;\d\n]{{0,25}}?(?: (?:of|in) 20\d\d)?(?: ?[:=(-] ?| )"
        rf"{_SCORE}{_AFTER_SCORE}",
        _I,
    ),
    re.compile(
        rf"{_SCORE}(?: (?:CRS )?points?)?(?:\+| (?:or|and) (?:above|higher|more|greater|over|up|"
        r"better)|\b ou plus)",
        _I,
    ),
    re.compile(rf"\b(?:below|under|from|past) \d{{2,4}}(?: points?)? to {_SCORE}", _I),
    re.compile(rf"{_SCORE} (?:CRS|comprehensive ranking)\b", _I),
    re.compile(
        rf"\b(?:with|scoring|having|had|needed|required|requiring) (?:a |only )?{_SCORE} points\b",
        _I,
    ),
    re.compile(rf"(?:[,;:(]|- ?|\bat) {_SCORE} (?:CRS )?points?(?=\W*$|[,;.)])", _I),
    re.compile(rf"{_SCORE} (?:was|is) the (?:lowest|minimum|cut-?off)\b", _I),
    re.compile(rf"{_SCORE} (?:CRS )?points? (?:(?:was|were|is|are) )?(?:required|needed)\b", _I),
    re.compile(
        rf"\b(?:at least|as low as|minimum(?: of)?|(?:no|not) (?:less|lower) than) (?:an? )?"
        rf"{_SCORE}{_AFTER_SCORE}",
        _I,
    ),
)
_A_RANK = re.compile(r"\brank required\b|^\W*rank\b", _I)
_CUT_LABEL = re.compile(
    rf"^\W*[^:\n]{{0,50}}\b{_CUT_WORD}\b[^:\d\n]{{0,60}}[:=|][^\d\n]{{0,5}}{_SCORE}", _I
)
_COMPARED = re.compile(
    r"\b(?:below|under|above|over|(?<!no less )(?<!not less )(?<!no lower )than|by(?: only| just)?|"
    r"from|between|drop of|decrease of|increase of|additional|another|extra|worth|get|adds?|fewer|"
    r"sub)[ -](?:the |a |only |just |about )?$",
    _I,
)
_ABOUT = re.compile(
    r"\b(?:over|more than|nearly|almost|about|approximately|around|at least|roughly|some|close to|"
    r"up to|between|than|record of|plus de|pr[eè]s de|environ)\W+(?:an? |the |its )?$",
    _I,
)
_A_SCORE = re.compile(r"\b(?:CRS|scores?|cut-?off|points?|minimum)\b[^,;:.\d]{0,25}$", _I)
# Up to the end of a clause; "in September, when 1250 were invited" goes on past the comma.
_CLAUSE = r"(?:[^,;:()]|\(day\)|, (?:in )?(?:which|when|where)\b)*"
_EARLIER = re.compile(
    rf"\b(?:previous|last|prior|preceding|earlier|compared|past)\b{_CLAUSE}$|"
    r"\b(?:since|after|follow(?:s|ed|ing)|than|unlike)\b"
    rf"{_CLAUSE}(?:, )?\b(?:draws?|rounds?|when|which|that|where|inviting|issuing)\b{_CLAUSE}$",
    _I,
)
_LAST_ROUND = re.compile(
    r"^\W*(?:yesterday|(?:a|one|the|two) days? (?:before|earlier)|"
    r"(?:in |by comparison,? |for comparison,? |at )?(?:the |its |their )?"
    r"(?:previous|last|prior|preceding|earlier|past))\b(?! minute)",
    _I,
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


_NO_COUNT_BEFORE = (_ABOUT, _A_SCORE, _EARLIER, _OF_A_PERIOD_BEFORE)


def _settled(sentence: str) -> bool:
    return _LAST_ROUND.search(sentence) is None and ALSO.search(sentence) is None


def counted(sentence: str) -> int | None:
    """How many invitations a sentence says that a round had, if it says exactly."""
    if not _settled(sentence):
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


def cut_off(sentence: str) -> int | None:
    """The CRS cut-off that a sentence says a round had."""
    if not _settled(sentence) or _A_RANK.search(sentence):
        return None
    label = _CUT_LABEL.search(sentence)
    if label and _possible(label[1]):
        return int(label[1])
    said = [found for rule in _CUT_OFF_SAID for found in rule.finditer(sentence)]
    for found in sorted(said, key=lambda one: one.start(1)):
        before = sentence[max(0, found.start(1) - 60) : found.start(1)]
        if _possible(found[1]) and not _COMPARED.search(before) and not _EARLIER.search(before):
            return int(found[1])
    return None


def _possible(digits: str) -> bool:
    return _LEAST_CUT_OFF <= int(digits) <= _MAX_CUT_OFF


def read_size(texts: Sequence[str]) -> int | None:
    """Invitations issued in the round that a post is about: title first, then its sentences."""
    if not texts:
        return None
    # "PR within reach for 6,500 francophones": a title needs no verb.
    titled = counted(texts[0]) or _first_count(texts[0], (_OF_PEOPLE,))
    return titled or next((size for size in map(counted, texts[1:]) if size is not None), None)


def read_cut_off(texts: Sequence[str]) -> int | None:
    """The CRS cut-off of the round that a post is about: title first, then its sentences."""
    return next((score for score in map(cut_off, texts) if score is not None), None)
