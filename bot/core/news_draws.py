"""How newsrooms speak of draws: of one, of several, counted, numbered and dated."""

from bot.core.news_words import CARDINALS, INVITATION, MONTHS, ORDINAL, ROUND_NOUN, either

_WORD = r"[A-Za-z][A-Za-z'-]{0,30}"
NUMBER = r"(?!20[12]\d\b)\d{1,5}\b(?!(?:th|st|nd|rd|%|-point))"
_GAP = r"\W{1,3}"

COUNTED = either(
    r"\b(?:invit(?:es|ed|ing)|issu(?:es|ed|ing)|sends|sent|select(?:s|ed)|draws|drew|sees|offers|"
    r"offered|extend(?:s|ed)|grant(?:s|ed)|welcomes|picks|targets|(?<!to )invite|d[eé]livre|envoie)"
    rf"\b(?:{_GAP}{_WORD}){{0,5}}?{_GAP}{NUMBER}",
    rf"\b{NUMBER}(?:{_GAP}\w[\w'-]{{0,30}}){{0,9}}?{_GAP}"
    r"(?:invited|issued|selected|sent|receiv(?:e|es|ed)|gets?|got|invit[eé]e?s)\b",
    rf"\b{NUMBER} (?:more |new )?{INVITATION}\b",
)
"""The draw has happened already: "invites 3,600", "1,503 candidates invited"."""

NUMBERED = either(
    rf"{ROUND_NOUN}[^\n]{{0,12}}#\s?\d{{1,3}}[ab]?\b", r"\bexpress entry draw \d{3}\b(?! \w+s\b)"
)
"""The draw has its official number: "Draw #385"."""

DATED = either(r"\(day\)")
"""A day stood here (see `news_text.without_dates`)."""

_DRAWS = r"(?:draws|rounds|tirages|rondes)"
_SEVERAL = "|".join(
    [*(word for word, number in CARDINALS.items() if number > 1), "several", "multiple", "both"]
)
_PLURAL = (
    r"(?:entry|\(EE\)|pnp|cec|fsw|fst|nominee|class|language|care|stem|trades?|programs?|based|"
    r"specific|federal|new|latest|recent|these|the|all|past|previous|ircc's|canada's|more|multiple|"
    r"year's|week's|month's|targeted|focused|fewer|larger|smaller|bigger|"
    r"immigration|pool) (?:draws|rounds(?! of inv)|tirages|rondes)"
)
SEVERAL_ROUNDS = either(
    rf"\b(?:{_SEVERAL}|many|all|\d{{1,2}}) (?:[\w'()-]+ ){{0,7}}?{_DRAWS}\b",
    rf"\b(?:{ORDINAL}) and (?:{ORDINAL}) (?:[\w-]+ ){{0,3}}(?:draw|round)\b",
    rf"\b{_PLURAL} (?:in|of|during|since|between|from|this|last|for|over|so|throughout|by|results|"
    r"history|have|are|were|continue|resume|become|get|remain|keep|paused?|on hold|drive|show)\b",
    rf"\b(?:{MONTHS}) (?:20\d\d )?(?:express entry )?(?:draws|invitations|ITAs)\b",
    r"\b(?:this|last) (?:week|month|year)'s (?:[\w-]+ ){0,3}(?:draws|rounds)",
    r"\b(?:in|over|across) (?:all )?(?:its |the )?(?:[\w-]+ ){0,3}draws\b",
)
OVER_A_PERIOD = either(
    rf"\b(?:{INVITATION}|candidates)\b(?:(?!\b{ROUND_NOUN}\b)[^\n]){{0,20}} "
    rf"in (?:just |only |under |less than )?(?:a|one|\d{{1,2}}|{_SEVERAL}) (?:single )?"
    r"(?:day|week|month|year)s?\b",
    r"\bin (?:the )?(?:first|second|last) (?:half|quarter|\w+ (?:weeks|months)) of\b",
    r"\b(?:immigrants|people|newcomers) invited in [^:]{0,12}\b(?:weeks?|months?)\b",
)
"""The sum of some rounds, even if one is named: "Draw: 14,000 ITAs in ten days"."""

BEGINS_WITH_SEVERAL = either(
    rf"^(?:(?!\b(?:draw|round|latest)\b)[^.\n])*?(?<!of )(?<!follows )\b(?:{_SEVERAL}|\d{{1,2}}) "
    rf"(?:(?!draw\b|round\b)[\w'()-]+ ){{0,5}}?{_DRAWS}\b"
    r"(?! (?:so far )?(?:in 20\d\d|this year))"
)
"""A first sentence that counts rounds before it speaks of one: "IRCC held two draws this week"."""

PLURAL_DRAWS = either(rf"\b{_PLURAL}\b(?! (?:invite|issue|see|select|target|held))")
"""Draws in general; but "November 1 Express Entry Draws Invite ..." reports those of a day."""

TOPIC = either(
    rf"\b{ROUND_NOUN}\b",
    r"\binvit\w+",
    rf"\b{INVITATION}\b",
    r"\bselect(?:s|ed)?\b",
    r"\bCRS\b|\bcomprehensive ranking|\bcut-?off\b|\bnote SCG\b|\bexpress entry score\b",
)
"""Without one of these words a post has nothing to do with a draw."""

SYSTEM = either(
    r"\bexpress entry\b|\bentr[eé]e express\b",
    r"\bCRS\b|\bcomprehensive ranking|\bSCG\b",
    r"\bcanadian experience class\b|\bCEC\b",
    r"\bcategory-based\b|\bprovincial nomin(?:ee|ation) program\b",
)

DRAW = either(rf"\b{ROUND_NOUN}\b", r"\binvit(?:es|ed)\b", rf"\b{INVITATION}\b", r"\bcut-?off\b")

ONE_DRAW = either(
    r"\b(?:draw|round|tirage|ronde)\b"
    r"(?! (?:sizes?|scores?|frequency|dates?|system|process|history|table))"
)
_A_DRAW = r"(?:draw|round(?!-?up)|tirage|ronde)\b"
TO_COME = either(
    r"\b(?:is|are|will|plans?|set|expected|about) (?:to )?(?:be )?"
    rf"(?:hold|conduct|organi[sz]e|have)(?:ing)?\b[^.\n]{{0,60}}\b{_A_DRAW}"
)
"""A draw that is announced: "Canada is to hold its first draw for ..."."""

THIS_DRAW = either(
    rf"\b(?:{ORDINAL}|latest|newest|today's)(?:-ever)? (?:[\w-]+ ){{0,4}}{_A_DRAW}",
    rf"(?:\(day\)|\b{MONTHS}) (?:20\d\d )?(?:[\w-]+ ){{0,4}}{_A_DRAW}",
    rf"\b{_A_DRAW}[^\n\w]{{0,3}}(?:\w+ ){{0,2}}\W{{0,3}}\(day\)",
)
"""One particular draw: "the third draw of May", "October Express Entry draw"."""

PROVINCIAL_DRAW = either(
    rf"\b{ROUND_NOUN}\b",
    r"\binvit\w+|\bselect(?:s|ed)\b|\bnominates?\b",
    r"\b(?:ITA|NOI|LAA)s?\b|\bletters? of advice|\bnotifications? of interest",
)
