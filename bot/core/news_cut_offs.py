"""Reads the CRS cut-off of a round from a newsroom's sentences.

Texts are cleaned (`news_text`), so that no number is part of a larger one.
"""

import re
from collections.abc import Sequence

from bot.core.news_earlier import EARLIER, is_of_this_round
from bot.core.news_sizes import only_one
from bot.core.news_words import INVITATION

_I = re.IGNORECASE
_MAX_CUT_OFF = 1200
_LEAST_CUT_OFF = 50

_CUT_WORD = (
    r"(?:CRS|comprehensive ranking (?:system|score)|SCG|cut-? ?offs?|minimum|lowest|scores?|"
    r"points?|threshold|requirement|mark|note|seuil)"
)
_SCORE = r"(?<![\w.,$#/-])(?!20[1-3]\d\b)(\d{2,4})(?![\d%]|[.,]\d|-point|-day|/)"
_AFTER_SCORE = (
    r"(?! (?:(?!in |for |to |as |with |and |or |at |the |among |from |were |was |"
    r"receiv(?:e|ed|ing) |got |get )[A-Za-z-]+ ){0,2}?"
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
    re.compile(
        rf"\b(?:draw|round)\b[^.;\d\n]{{0,30}} (?:went|fell|dropped) (?:down )?to {_SCORE}"
        rf"{_AFTER_SCORE}",
        _I,
    ),
    re.compile(rf"\bst(?:ands|ood|anding) at {_SCORE}{_AFTER_SCORE}", _I),
    re.compile(rf"\b(?:below|under|from|past) \d{{2,4}}(?: points?)? to {_SCORE}", _I),
    re.compile(rf"{_SCORE} (?:CRS|comprehensive ranking)\b", _I),
    re.compile(
        rf"\b(?:with|scoring|having|had|needed|required|requiring) (?:a |only )?{_SCORE} points\b",
        _I,
    ),
    re.compile(rf"(?:[,;:(]|- ?|\bat) {_SCORE} (?:CRS )?points?(?=\W*$|[,;.)])", _I),
    re.compile(rf"\b(?:invited|{INVITATION}|candidates|nominees) at {_SCORE}(?! )", _I),
    re.compile(rf"{_SCORE} (?:was|is) the (?:lowest|minimum|cut-?off)\b", _I),
    re.compile(rf"{_SCORE} (?:CRS )?points? (?:(?:was|were|is|are) )?(?:required|needed)\b", _I),
    re.compile(
        rf"\b(?:at least|as low as|minimum(?: of)?|(?:no|not) (?:less|lower) than) (?:an? )?"
        rf"{_SCORE}{_AFTER_SCORE}",
        _I,
    ),
)
_NEAR_SCORES = (
    re.compile(rf"\b{_CUT_WORD}\b[^.;\n]{{0,120}}? {_SCORE}{_AFTER_SCORE}", _I),
    re.compile(rf"{_SCORE}[^.;,\d\n]{{0,30}}\b(?:CRS|points?|score)\b", _I),
)
_LOOSELY_READ = 9
_OF_A_NOMINATION = 600
_A_RANK = re.compile(r"\brank (?:required|of)\b|^\W*rank\b", _I)
_CUT_LABEL = re.compile(
    rf"^\W*[^:\n]{{0,50}}\b{_CUT_WORD}\b[^:\d\n]{{0,60}}[:=|][^\d\n]{{0,5}}{_SCORE}", _I
)
OFFICIAL_CUT_OFF = re.compile(
    rf"^\W*CRS score of (?:the )?lowest-ranked candidate invited\W{{1,6}}{_SCORE}", _I
)
_COMPARED = re.compile(
    r"\b(?:below|under|above|over|(?<!no less )(?<!not less )(?<!no lower )than|by(?: only| just)?|"
    r"from|between|drop of|decrease of|increase of|additional|another|extra|worth|get|adds?|fewer|"
    r"sub)[ -](?:the |a |only |just |about )?$",
    _I,
)


def cut_off(sentence: str) -> int | None:
    """The CRS cut-off that a sentence says a round had."""
    if not _may_say(sentence):
        return None
    label = _CUT_LABEL.search(sentence)
    if label and _possible(label[1]):
        return int(label[1])
    return _first_score(sentence, _CUT_OFF_SAID)


def _may_say(sentence: str) -> bool:
    return is_of_this_round(sentence) and _A_RANK.search(sentence) is None


def _first_score(sentence: str, rules: Sequence[re.Pattern[str]]) -> int | None:
    said = [found for rule in rules for found in rule.finditer(sentence)]
    for found in sorted(said, key=lambda one: one.start(1)):
        before = sentence[max(0, found.start(1) - 60) : found.start(1)]
        if _possible(found[1]) and not _COMPARED.search(before) and not EARLIER.search(before):
            return int(found[1])
    return None


def _possible(digits: str) -> bool:
    return _LEAST_CUT_OFF <= int(digits) <= _MAX_CUT_OFF


def read_cut_off(texts: Sequence[str]) -> int | None:
    """The CRS cut-off of the round that a post is about: title first, then its sentences.

    Where none says it in words we know, a number next to "score" or "points" is taken.
    """
    said = cut_off(texts[0]) if texts else None
    said = said or only_one(OFFICIAL_CUT_OFF, texts[1:])
    said = said or next((score for score in map(cut_off, texts[1:]) if score is not None), None)
    return said or next(filter(None, map(_loosely, texts[1:_LOOSELY_READ])), None)


def _loosely(sentence: str) -> int | None:
    score = _first_score(sentence, _NEAR_SCORES) if _may_say(sentence) else None
    return None if score == _OF_A_NOMINATION else score
