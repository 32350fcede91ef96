"""What titles of posts say: that a draw has happened, or that they are about something else."""

import re

from bot.core.news_draws import (
    BEGINS_WITH_SEVERAL,
    COUNTED,
    DRAW,
    NUMBER,
    NUMBERED,
    ONE_DRAW,
    OVER_A_PERIOD,
    SEVERAL_ROUNDS,
    THIS_DRAW,
)
from bot.core.news_no_reports import ABOUT_THE_SYSTEM, ADVISES, ANOTHER_PROGRAM, PREDICTS, SUMS_UP
from bot.core.news_words import INVITATION, MONTHS, either

HAPPENED = either(
    r"\b(?:sets|breaks|invites|invited|targets|targeted|drops|dropped|falls|fell|rises|rose|dips|"
    r"dipped|climbs|jumps|hits|surges|plunges|plummets|remains|stays|holds|held|conducts|conducted|"
    r"issues|issued|sees|saw|selects|selected|returns|resumes|resumed|completes|continues|favours|"
    r"prioriti[sz]es|focuses|goes|cuts|reaches|tumbles|ticks|edges|increases|decreases|brings|opens|"
    r"lowers|lowered|lowest|ends|kicks|starts|draws|makes|sends|sent|invite|vise|cible|tombe|baisse|atteint|tient)\b"
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
    rf"^(?:(?!\bto\b)[^,;:?]){{0,40}}?\b{_HOLDS}\b[^,;:?\n]{{0,70}}\b(?:draw|round)\b",
    r"\bby (?:introducing|holding|conducting)\b[^,;:?\n]{0,70}\b(?:draw|round)\b",
    r"\b(?:latest|newest) (?:[\w-]+ ){0,4}(?:draw|round) "
    r"(?:cuts|invites|issues|sees|brings|drops|falls|rises|sets|targets)\b",
)

NOT_YET = either(
    r"\b(?:will|would|could|may|might|should|expected|plans?|planning|going|aims?|set|yet|likely|"
    r"scheduled|about) (?:to )?(?:be |also |soon |next )?"
    r"(?:hold|held|conduct|take|issue|invite|happen|see)",
    r"\b(?:va|vont|devrait|pourrait) (?:inviter|tenir|organiser|avoir lieu)\b",
)
_HEADING = either(r"\b(?:updates?|analysis)(?= ?[:|])")
"""No talk of the system: "Immigration update: IRCC invites ..."."""

_HEAD = re.compile(r"^(.*?)(?:[:|]| - )")
_FORESEEN = either(
    rf"\b{INVITATION}(?: (?:are|is|were))? (?:expected|predicted|planned|likely|possible)\b",
    rf"\bplans? (?:for )?{NUMBER}",
    r"\bpredict\w*|\bforecasts?\b|\bfake\b",
)
_AFTER_A_PAUSE = either(
    r"\b(?:after|since|despite|following|ends?|ending)\b(?: [\w'-]+){0,4}? "
    r"(?:pause|break|hiatus|lull|drought|delays?|glitch|outage|suspension)\b"
)
_OF_A_YEAR = either(r"\b(?:in|of|for) 20\d\d\b|\ba year (?:of|in|where|when|that)\b")
_NEWS = r"immigration (?:updates?|news|issues|headlines|developments)"
_OF_A_MONTH = either(
    rf"\b(?:{MONTHS}) (?:20\d\d )?(?:canad\w+ )?{_NEWS}\b",
    rf"\b{_NEWS} (?:for|of|in|from) (?:{MONTHS})\b",
)
"""The news of a month, whichever of them the title counts: "October immigration update: ..."."""

_QUESTION = re.compile(r"(?:(?! - )[^.:;!?|])*\?")
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
    if OVER_A_PERIOD.search(title):
        return True
    if counts_a_draw(title) and names_one_draw(title):
        return False
    return SEVERAL_ROUNDS.search(title) is not None


def begins_with_several(title: str, lead: str) -> bool:
    """Whether a text counts rounds at once, under a title that does not speak of one."""
    return not names_one_draw(title) and BEGINS_WITH_SEVERAL.search(lead) is not None


def is_no_report(title: str) -> bool:
    """Whether a title announces a prediction, advice, a summary, or talk of the system."""
    if _OF_A_MONTH.search(title):
        return True
    title = _HEADING.sub(" ", title)
    if counts_a_draw(title):
        sums_up = SUMS_UP.search(title) is not None and not names_one_draw(title)
        return sums_up or _is_yet_to_happen(title)
    sums_up = SUMS_UP.search(title) is not None and not THIS_DRAW.search(title)
    if sums_up or _is_of_a_year(title) or title.rstrip().endswith("?"):
        return True
    title = without_questions(title)
    if PREDICTS.search(title) and not _acted_before(title):
        return True
    if NUMBERED.search(title):
        return False
    return ADVISES.search(_without_an_appendix(title)) is not None or _is_about_the_system(title)


def _without_an_appendix(title: str) -> str:
    """The head of "Draw of May 5: what you need to know", if it names a particular draw.

    So does what a site is called: "Canada holds a French draw | Canada Immigration Guide".
    """
    head = _HEAD.match(title)
    if head is None:
        return title
    particular = THIS_DRAW.search(head[1]) or HOLDS_A_DRAW.search(head[1])
    return head[1] if particular else title


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
