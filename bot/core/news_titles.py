"""What titles of posts say: that a draw has happened, or that they are about something else."""

import re

from bot.core.news_words import (
    CARDINALS,
    INVITATION,
    MONTHS,
    ROUND_NOUN,
    either,
)

_WORD = r"[A-Za-z][A-Za-z'-]{0,30}"
_NUMBER = r"(?!20[12]\d\b)\d{1,5}\b(?!(?:th|st|nd|rd|%|-point))"
_GAP = r"\W{1,3}"

ANOTHER_PROGRAM = either(
    r"\bIEC\b",
    r"\binternational experience canada",
    r"\bworking holiday",
    r"\bgrandparents?\b",
    r"\bPGP\b",
    r"\bstart-?up\b",
    r"\bSUV\b",
    r"\bstudy permits?",
    r"\bvisitor",
    r"\brefugees?\b(?! and citizenship)",
    r"\bsuper visa",
    r"\bcaregivers?\b",
    r"\bhome[- ](?:child)?care",
    r"\bpilot program",
    r"\bagri-?food pilot",
    r"\bself-employed",
    r"\blottery\b",
    r"\bgreen card",
    r"\bH-?1B",
    r"\baustralia|\bskillselect|\bnew zealand",
    r"\bcitizenship (?:ceremon|test|applic|week|oath)",
    r"\bsponsor(?:s|ship)?\b",
    r"\bLMIAs?\b",
)
"""Federal programs that invite people as well, and other countries."""

COUNTED = either(
    r"\b(?:invit(?:es|ed|ing)|issu(?:es|ed|ing)|sends|sent|select(?:s|ed)|draws|drew|sees|offers|"
    r"offered|extend(?:s|ed)|grant(?:s|ed)|welcomes|picks|targets|(?<!to )invite|d[eé]livre|envoie)"
    rf"\b(?:{_GAP}{_WORD}){{0,5}}?{_GAP}{_NUMBER}",
    rf"\b{_NUMBER}(?:{_GAP}\w[\w'-]{{0,30}}){{0,9}}?{_GAP}"
    r"(?:invited|issued|selected|sent|invit[eé]e?s)\b",
    rf"\b{_NUMBER} (?:more |new )?{INVITATION}\b",
)
"""The draw has happened already: "invites 3,600", "1,503 candidates invited"."""

NUMBERED = either(
    rf"{ROUND_NOUN}[^\n]{{0,12}}#\s?\d{{1,3}}[ab]?\b", r"\bexpress entry draw \d{3}\b(?! \w+s\b)"
)
"""The draw has its official number: "Draw #385"."""

DATED = either(r"\(day\)")
"""A day stood here (see `news_text.without_dates`)."""

PREDICTS = either(
    r"\b(?:predict|forecast|speculat|anticipat|rumou?r)\w*",
    r"\bprojected\b|\bprojections?\b",
    r"\bupcoming\b",
    r"\bnext\b[^\n]{0,40}\b(?:draw|round|ITAs?)",
    r"(?<!than )\bexpect(?:ed|s|ations?)?\b",
    r"\b(?:will|when|could|should|might|soon|likely|unlikely)\b",
    r"\bmay (?:see|hold|be|drop|soon|invite|issue)",
    r"(?<!continues )\bto (?:hold|resume|conduct|launch|invite|issue|begin|start|introduce|target|"
    r"prioriti[sz]e|focus|return|restart|select|expand|favou?r|continue)\b",
    r"\bplan(?:s|ned|ning)?\b|\bconsider(?:s|ing)\b|\bpropos\w+",
    r"\bwhat's next|\bpotential\w*|\bpossib\w+|\bchances?\b",
    r"\bpreview\b|\bcountdown\b|\bwatch for\b|\bhopes?\b|\bcalls? for\b",
    r"\bprochaine?s?\b|\bpourraient?\b|\bpr[eé]visions?\b",
)

ADVISES = either(
    r"^\W*(?:how|why|what|when|where|who|which|should|can|could|do|does|did|is|are|will|top|best|"
    r"here'?s|here are|not|your|understand\w*|guide|everything|all you|comment|pourquoi|quand)\b",
    r"^\W*\d{1,2} (?:[\w-]+ ){0,4}(?:ways|tips|reasons|things|steps|mistakes|options|programs|jobs|"
    r"facts|questions|takeaways|pathways)\b",
    r"\bhow (?:to|you|low|high|many|much|do|does|is|are)\b",
    r"\btips\b|\bguide\b|\bways to\b|\bexplain(?:ed|er|s)\b|\bfaqs?\b|\bcalculator\b",
    r"\bstep[- ]by[- ]step|\bmistakes\b|\bmyths?\b|\bchecklist\b|\bQ ?& ?A\b",
    r"\bwhat (?:to|it|this|that|you|we|happens|are|is|the)\b",
    r"\bneed to know|\boptions\b|\balternatives?\b|\bmeans? for\b|\bbenefits? of\b|\btake part\b",
    r"\b(?:improve|boost|increase) your|\bif you\b|\bdid(?:n't| not) (?:get|receive)",
    r"\b(?:receiving|received|after|got) (?:an?|your) (?:ITA|invitation)",
    r"\byour (?:ITA|chances|score|profile|CRS)",
    r"\btakeaways\b|\blessons\b|\bopinion\b|\bwebinar\b|\bpodcast\b",
)

SUMS_UP = either(
    r"\brecaps?\b|\bround-?up\b|\bsummary\b|\boverview\b|\bdigest\b|\bhighlights\b|\bbriefs\b",
    r"\b(?:year|month|week) in (?:review|immigration|canad)|\breview 20\d\d|-(?:year|month) review",
    r"\b(?:this|last|past) week in\b|\bweekly\b(?![^\n]*\bdraw\b)|\bmonthly\b|\byear[- ]end",
    r"\bhistory of\b|\btimeline\b|\btracker\b|\barchive|\blist of\b|\bevery (?:draw|round)\b",
    r"\b(?:draws?|rounds?) (?:history|archive|tracker|list|table|patterns?)\b",
    r"\btrends\b|\btendances?\b|\bstatistics\b|\bstats\b|\banalysis\b|\bpatterns\b|\binsights\b",
    r"\bcompar\w+|\b(?:vs\.?|versus)\b|\ba look (?:at|back)|\blook(?:s|ing) back",
    r"\bback-to-back\b|\bseries of\b|\bquarter\b|\bQ[1-4]\b|\d%|\bper ?cent\b",
)

_SEVERAL = "|".join(
    [*(word for word, number in CARDINALS.items() if number > 1), "several", "multiple", "both"]
)
_PLURAL = (
    r"(?:entry|\(EE\)|pnp|cec|fsw|fst|nominee|class|language|care|stem|trades?|programs?|based|"
    r"specific|federal|new|latest|recent|these|the|all|past|previous|ircc's|canada's|more|multiple|"
    r"year's|week's|month's|targeted|immigration|pool) (?:draws|rounds(?! of inv))"
)
SEVERAL_ROUNDS = either(
    rf"\b(?:{_SEVERAL}|many|all|\d{{1,2}}) (?:[\w'()-]+ ){{0,7}}?(?:draws|rounds)\b",
    rf"\b{_PLURAL} (?:in|of|during|since|between|from|this|last|for|over|so|throughout|by|results|"
    r"history|have|are|were|continue|resume|become|get|remain|keep|paused?|on hold|drive|show)\b",
    rf"\b(?:{MONTHS}) (?:20\d\d )?(?:express entry )?(?:draws|invitations|ITAs)\b",
    r"\b(?:this|last) (?:week|month|year)'s (?:[\w-]+ ){0,3}(?:draws|rounds)",
    r"\b(?:in|over|across) (?:all )?(?:its |the )?(?:[\w-]+ ){0,3}draws\b",
    rf"\b(?:{INVITATION}|candidates)\b[^\n]{{0,20}} in (?:a|one) (?:single )?(?:week|month|year)\b",
)
PLURAL_DRAWS = either(rf"\b{_PLURAL}\b(?! (?:invite|issue|see|select|target|held))")
"""Draws in general; but "November 1 Express Entry Draws Invite ..." reports those of a day."""

ABOUT_THE_SYSTEM = either(
    r"\b(?:no|without)(?: an?| any| new)? (?:[\w-]+ ){0,3}(?:draws?|rounds?)\b",
    r"\bpaus(?:e|es|ed|ing)\b|\bsuspend\w*|\bpostpone\w*|\bcancel\w*|\bdelay\w*|\bskips?\b",
    r"\bhalt(?:s|ed)?\b|\bdrought\b|\bglitch\w*|\berrors?\b|\bineligible\b",
    r"\bdistribution\b|\bpool (?:size|data|grows|shrinks|update|statistics|composition|now)",
    r"\bfees?\b|\bsettlement funds\b|\bprocessing times?\b|\bbacklog\b|\bquota\b|\blevels plan\b",
    r"\bsurvey\b|\bstudy\b|\breport\b|\bdata\b|\bscams?\b|\bfraud\w*|\bwarns?\b|\bpetition\b",
    r"\bchanges? (?:to|in|coming)|\bwhat changed|\breforms?\b|\bintroduc\w+|\bconsult\w*",
    r"\bnew (?:categor(?:y|ies)\b(?![- ](?:based|draw|round|selection))|rules?\b|programs?\b|"
    r"streams?\b|pathway|law)",
    r"\bannounc\w+ (?:[\w-]+ ){0,3}(?:categor|changes|plan)|\bupdates?\b",
    r"\beliminat\w+|\bremov(?:es|ed|al|ing)\b|\baffects?\b|\blaunch(?:es|ed)? first",
    r"\bschedule\b|\bfrequency\b|\bdraw dates?\b|\bstrategy\b|\bdeadline\b|\bexpir\w+",
    r"\bapplications? process",
)

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
ACTS_FIRST = either(
    r"^(?:(?!\bto\b)[^,;:?]){0,40}?\b(?:holds|held|conducts|conducted|issues|issued|invites|invited|"
    r"resumes|resumed)\b"
)
"""Somebody has acted, whatever is expected after that: "IRCC resumes draws and expects ..."."""

PROVINCIAL_DRAW = either(
    rf"\b{ROUND_NOUN}\b",
    r"\binvit\w+|\bselect(?:s|ed)\b|\bnominates?\b",
    r"\b(?:ITA|NOI|LAA)s?\b|\bletters? of advice|\bnotifications? of interest",
)


def counts_a_draw(title: str) -> bool:
    """Whether a title says how many were invited in what has happened."""
    return COUNTED.search(title) is not None


def names_one_draw(title: str) -> bool:
    """Whether a title speaks of a draw, not of draws."""
    return ONE_DRAW.search(title) is not None


def is_of_several(title: str) -> bool:
    """Whether a title counts or sums up several rounds."""
    if counts_a_draw(title) and names_one_draw(title):
        return False
    return SEVERAL_ROUNDS.search(title) is not None


def is_no_report(title: str) -> bool:
    """Whether a title announces a prediction, advice, a summary, or talk of the system."""
    if counts_a_draw(title):
        return SUMS_UP.search(title) is not None and not names_one_draw(title)
    if SUMS_UP.search(title) or title.rstrip().endswith("?"):
        return True
    if PREDICTS.search(title) and not _acted_before(title):
        return True
    if NUMBERED.search(title):
        return False
    return bool(ADVISES.search(title) or ABOUT_THE_SYSTEM.search(title))


def _acted_before(title: str) -> bool:
    acts, predicts = ACTS_FIRST.match(title), PREDICTS.search(title)
    return acts is not None and predicts is not None and acts.end() < predicts.start()


NOT_YET = re.compile(
    r"\b(?:will|would|could|may|might|should|expected|plans?|planning|going|aims?|set|yet|likely|"
    r"scheduled|about) (?:to )?(?:be |also |soon |next )?"
    r"(?:hold|held|conduct|take|issue|invite|happen|see)",
    re.IGNORECASE,
)
