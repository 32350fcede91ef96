"""What titles of posts say: that a draw has happened, or that they are about something else."""

import re

from bot.core.news_no_reports import ABOUT_THE_SYSTEM, ADVISES, ANOTHER_PROGRAM, PREDICTS, SUMS_UP
from bot.core.news_words import (
    CARDINALS,
    INVITATION,
    MONTHS,
    ORDINAL,
    ROUND_NOUN,
    either,
)

_WORD = r"[A-Za-z][A-Za-z'-]{0,30}"
_NUMBER = r"(?!20[12]\d\b)\d{1,5}\b(?!(?:th|st|nd|rd|%|-point))"
_GAP = r"\W{1,3}"

COUNTED = either(
    r"\b(?:invit(?:es|ed|ing)|issu(?:es|ed|ing)|sends|sent|select(?:s|ed)|draws|drew|sees|offers|"
    r"offered|extend(?:s|ed)|grant(?:s|ed)|welcomes|picks|targets|(?<!to )invite|d[eé]livre|envoie)"
    rf"\b(?:{_GAP}{_WORD}){{0,5}}?{_GAP}{_NUMBER}",
    rf"\b{_NUMBER}(?:{_GAP}\w[\w'-]{{0,30}}){{0,9}}?{_GAP}"
    r"(?:invited|issued|selected|sent|receiv(?:e|es|ed)|gets?|got|invit[eé]e?s)\b",
    rf"\b{_NUMBER} (?:more |new )?{INVITATION}\b",
)
"""The draw has happened already: "invites 3,600", "1,503 candidates invited"."""

NUMBERED = either(
    rf"{ROUND_NOUN}[^\n]{{0,12}}#\s?\d{{1,3}}[ab]?\b", r"\bexpress entry draw \d{3}\b(?! \w+s\b)"
)
"""The draw has its official number: "Draw #385"."""

DATED = either(r"\(day\)")
"""A day stood here (see `news_text.without_dates`)."""

_SEVERAL = "|".join(
    [*(word for word, number in CARDINALS.items() if number > 1), "several", "multiple", "both"]
)
_PLURAL = (
    r"(?:entry|\(EE\)|pnp|cec|fsw|fst|nominee|class|language|care|stem|trades?|programs?|based|"
    r"specific|federal|new|latest|recent|these|the|all|past|previous|ircc's|canada's|more|multiple|"
    r"year's|week's|month's|targeted|focused|fewer|larger|smaller|bigger|"
    r"immigration|pool) (?:draws|rounds(?! of inv))"
)
SEVERAL_ROUNDS = either(
    rf"\b(?:{_SEVERAL}|many|all|\d{{1,2}}) (?:[\w'()-]+ ){{0,7}}?(?:draws|rounds)\b",
    rf"\b(?:{ORDINAL}) and (?:{ORDINAL}) (?:[\w-]+ ){{0,3}}(?:draw|round)\b",
    rf"\b{_PLURAL} (?:in|of|during|since|between|from|this|last|for|over|so|throughout|by|results|"
    r"history|have|are|were|continue|resume|become|get|remain|keep|paused?|on hold|drive|show)\b",
    rf"\b(?:{MONTHS}) (?:20\d\d )?(?:express entry )?(?:draws|invitations|ITAs)\b",
    r"\b(?:this|last) (?:week|month|year)'s (?:[\w-]+ ){0,3}(?:draws|rounds)",
    r"\b(?:in|over|across) (?:all )?(?:its |the )?(?:[\w-]+ ){0,3}draws\b",
)
_OVER_A_PERIOD = either(
    rf"\b(?:{INVITATION}|candidates)\b(?:(?!\b{ROUND_NOUN}\b)[^\n]){{0,20}} "
    rf"in (?:a|one|\d{{1,2}}|{_SEVERAL}) (?:single )?(?:day|week|month|year)s?\b"
)
"""The sum of some rounds, even if one is named: "Draw: 14,000 ITAs in ten days"."""
BEGINS_WITH_SEVERAL = either(
    rf"^(?:(?!\b(?:draw|round|latest)\b)[^.\n])*?(?<!of )(?<!follows )\b(?:{_SEVERAL}|\d{{1,2}}) "
    r"(?:(?!draw\b|round\b)[\w'()-]+ ){0,5}?(?:draws|rounds)\b"
)
"""A first sentence that counts rounds before it speaks of one: "IRCC held two draws this week"."""

PLURAL_DRAWS = either(rf"\b{_PLURAL}\b(?! (?:invite|issue|see|select|target|held))")
"""Draws in general; but "November 1 Express Entry Draws Invite ..." reports those of a day."""

TOPIC = either(
    rf"\b{ROUND_NOUN}\b",
    r"\binvit\w+",
    rf"\b{INVITATION}\b",
    r"\bselect(?:s|ed)?\b",
    r"\bCRS\b|\bcomprehensive ranking|\bcut-?off\b|\bnote SCG\b",
)
"""Without one of these words a post has nothing to do with a draw."""

SYSTEM = either(
    r"\bexpress entry\b|\bentr[eé]e express\b",
    r"\bCRS\b|\bcomprehensive ranking|\bSCG\b",
    r"\bcanadian experience class\b|\bCEC\b",
    r"\bcategory-based\b|\bprovincial nominee program\b",
)

DRAW = either(rf"\b{ROUND_NOUN}\b", r"\binvit(?:es|ed)\b", rf"\b{INVITATION}\b", r"\bcut-?off\b")

HAPPENED = either(
    r"\b(?:sets|breaks|invites|invited|targets|targeted|drops|dropped|falls|fell|rises|rose|dips|"
    r"dipped|climbs|jumps|hits|surges|plunges|plummets|remains|stays|holds|held|conducts|conducted|"
    r"issues|issued|sees|saw|selects|selected|returns|resumes|resumed|completes|continues|favours|"
    r"prioriti[sz]es|focuses|goes|reaches|tumbles|ticks|edges|increases|decreases|brings|opens|"
    r"lowers|lowered|ends|kicks|starts|draws|makes|sends|sent)\b"
)
ONE_DRAW = either(
    r"\b(?:draw|round)\b(?! (?:sizes?|scores?|frequency|dates?|system|process|history|table))"
)
_HOLDS = (
    r"(?:holds|held|conducts|conducted|completes|completed|launches|launched|organi[sz]e[sd]|"
    r"performs|performed|concludes|concluded|introduces|introduced)"
)
ACTS_FIRST = either(
    rf"^(?:(?!\bto\b)[^,;:?]){{0,40}}?\b(?:{_HOLDS}|issues|issued|invites|invited|resumes|resumed)\b"
)
"""Somebody has acted, whatever is expected after that: "IRCC resumes draws and expects ..."."""

HOLDS_A_DRAW = either(
    rf"^(?:(?!\bto\b)[^,;:?]){{0,40}}?\b{_HOLDS}\b[^,;:?\n]{{0,70}}\b(?:draw|round)\b"
)

PROVINCIAL_DRAW = either(
    rf"\b{ROUND_NOUN}\b",
    r"\binvit\w+|\bselect(?:s|ed)\b|\bnominates?\b",
    r"\b(?:ITA|NOI|LAA)s?\b|\bletters? of advice|\bnotifications? of interest",
)


NOT_YET = either(
    r"\b(?:will|would|could|may|might|should|expected|plans?|planning|going|aims?|set|yet|likely|"
    r"scheduled|about) (?:to )?(?:be |also |soon |next )?"
    r"(?:hold|held|conduct|take|issue|invite|happen|see)"
)
_A_DRAW = r"(?:draw|round(?!-?up))\b"
_THIS_DRAW = either(
    rf"\b(?:{ORDINAL}|latest|today's)(?:-ever)? (?:[\w-]+ ){{0,4}}{_A_DRAW}",
    rf"(?:\(day\)|\b{MONTHS}) (?:20\d\d )?(?:[\w-]+ ){{0,4}}{_A_DRAW}",
    rf"\b{_A_DRAW}[^\n\w]{{0,3}}(?:\w+ ){{0,2}}\(day\)",
)
"""One particular draw: "the third draw of May", "October Express Entry draw"."""

_HEAD = re.compile(r"^(.*?)(?:[:|]| - )")
_FORESEEN = either(
    rf"\b{INVITATION}(?: (?:are|is|were))? (?:expected|predicted|planned|likely|possible)\b",
    rf"\bplans? (?:for )?{_NUMBER}",
    r"\bpredict\w*|\bforecasts?\b|\bfake\b",
)
_AFTER_A_PAUSE = either(
    r"\b(?:after|since|despite|following|ends?|ending)\b(?: [\w'-]+){0,4}? "
    r"(?:pause|break|hiatus|lull|drought|delays?|glitch|outage|suspension)\b"
)
_OF_A_YEAR = either(r"\b(?:in|of|for) 20\d\d\b|\ba year (?:of|in|where|when|that)\b")
_QUESTION = re.compile(r"[^.:;!?]*\?")
_ASKS = either(r"^\W*(?:how|why|what|which|who|when|where)\b")


def without_questions(title: str) -> str:
    """What a title tells, without what it asks."""
    return _QUESTION.sub(" ", title)


def counts_a_draw(title: str) -> bool:
    """Whether a title says, and does not ask, how many were invited in what has happened."""
    told = without_questions(title)
    return COUNTED.search(told) is not None and _ASKS.search(told) is None


def is_of_another_program(title: str) -> bool:
    """Whether a title names a federal program that invites people too, or another country."""
    return ANOTHER_PROGRAM.search(title) is not None


def names_one_draw(title: str) -> bool:
    """Whether a title speaks of a draw, not of draws."""
    return ONE_DRAW.search(title) is not None


def is_of_several(title: str) -> bool:
    """Whether a title counts or sums up several rounds."""
    if _OVER_A_PERIOD.search(title):
        return True
    if counts_a_draw(title) and names_one_draw(title):
        return False
    return SEVERAL_ROUNDS.search(title) is not None


def begins_with_several(title: str, lead: str) -> bool:
    """Whether a text counts rounds at once, under a title that does not speak of one."""
    return not names_one_draw(title) and BEGINS_WITH_SEVERAL.search(lead) is not None


def is_no_report(title: str) -> bool:
    """Whether a title announces a prediction, advice, a summary, or talk of the system."""
    if counts_a_draw(title):
        sums_up = SUMS_UP.search(title) is not None and not names_one_draw(title)
        return sums_up or _is_yet_to_happen(title)
    sums_up = SUMS_UP.search(title) is not None and not _THIS_DRAW.search(title)
    if sums_up or _is_of_a_year(title) or title.rstrip().endswith("?"):
        return True
    title = without_questions(title)
    if PREDICTS.search(title) and not _acted_before(title):
        return True
    if NUMBERED.search(title):
        return False
    return ADVISES.search(_without_an_appendix(title)) is not None or _is_about_the_system(title)


def _without_an_appendix(title: str) -> str:
    """The head of "Draw of May 5: what you need to know", if it names a particular draw."""
    head = _HEAD.match(title)
    return head[1] if head and _THIS_DRAW.search(head[1]) else title


def _is_about_the_system(title: str) -> bool:
    told = _AFTER_A_PAUSE.sub(" ", title)
    return ABOUT_THE_SYSTEM.search(told) is not None and HOLDS_A_DRAW.search(title) is None


def _is_of_a_year(title: str) -> bool:
    event = DRAW.search(title) or HAPPENED.search(title)
    return _OF_A_YEAR.search(title) is not None and event is None


def _acted_before(title: str) -> bool:
    acts, predicts = ACTS_FIRST.match(title), PREDICTS.search(title)
    return acts is not None and predicts is not None and acts.end() < predicts.start()


def _is_yet_to_happen(title: str) -> bool:
    return (
        not _acted_before(title) and (NOT_YET.search(title) or _FORESEEN.search(title)) is not None
    )
