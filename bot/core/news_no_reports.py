"""What titles without a draw are about: other programs, forecasts, advice, sums, the system."""

from bot.core.news_words import CARDINAL, either

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

PREDICTS = either(
    r"\b(?:predict|forecast|speculat|anticipat|rumou?r)\w*",
    r"\bprojected\b|\bprojections?\b",
    r"\bupcoming\b",
    r"\bnext\b[^\n]{0,40}\b(?:draw|round|ITAs?)",
    r"(?<!than )\bexpect(?:ed|s|ations?)?\b",
    r"\b(?:will|would|when|could|should|might|soon|likely|unlikely)\b",
    r"\b(?:has|have|had|did|does|do|was|were|is|are)(?:n't| not)\b",
    r"\bmay (?:see|hold|be|drop|soon|invite|issue)",
    r"(?<!continues )\bto (?:hold|resume|conduct|launch|invite|issue|begin|start|introduce|target|"
    r"prioriti[sz]e|focus|return|restart|select|expand|favou?r|continue)\b",
    r"\bplan(?:s|ned|ning)?\b|\bconsider(?:s|ing)\b|\bpropos\w+",
    r"\bwhat's next|\bpotential\w*|\bpossib\w+|\bchances?\b",
    r"\bpreview\b|\bcountdown\b|\bwatch for\b|\bhopes?\b|\bcalls? for\b",
    r"\bprochaine?s?\b|\bpourraient?\b|\bpr[eé]visions?\b",
)

ADVISES = either(
    r"^\W*(?:how|why|what|when|where|who|which|these|should|can|could|do|does|did|is|are|will|top|best|"
    r"here'?s|here are|not|your|understand\w*|guide|everything|all you|comment|pourquoi|quand)\b",
    rf"^\W*(?:{CARDINAL}) (?:[\w-]+ ){{0,4}}(?:ways|tips|reasons|things|steps|mistakes|options|"
    r"facts|questions|takeaways|pathways|lessons|types|kinds)\b",
    r"^\W*\d{1,2} (?:[\w-]+ ){0,4}(?:programs|jobs)\b",
    r"\bhow (?:to|you|low|high|many|much|do|does|is|are)\b",
    r"\bunderstanding\b|\bfact-?check",
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
    r"\b(?:recap|summary|overview|highlights)\b"
    r"(?! of (?:the )?(?:[\w(),-]+ ){0,5}(?:draw|round)\b)",
    r"\brecaps\b|\bround-?up\b|\bbilan\b|\bdigest\b|\bbriefs\b",
    r"\b(?:year|month|week) in (?:review|immigration|canad)|\breview 20\d\d|-(?:year|month) review",
    r"\b(?:mid|half)-?year\b",
    r"\b(?:this|last|past) week in\b|\bweekly\b(?![^\n]*\bdraw\b)|\bmonthly\b|\byear[- ]end",
    r"\bhistory of\b|\btimeline\b|\btracker\b|\barchive|\blist of\b|\bevery (?:draw|round)\b",
    r"\b(?:draws?|rounds?) (?:history|archive|tracker|list|table|patterns?)\b",
    r"\btrends\b|\btendances?\b|\bstatistics\b|\bstats\b|\banaly[sz](?:is|es|ing)\b|\bpatterns\b|\binsights\b",
    r"\bcompar\w+|\b(?:vs\.?|versus)\b|\ba look (?:at|back)|\blook(?:s|ing) back",
    r"\bback-to-back\b|\bseries of\b|\bquarter(?:ly)?\b|\bQ[1-4]\b|\d%|\bper ?cent\b",
)

ABOUT_THE_SYSTEM = either(
    r"\b(?:no|without)(?: an?| any| new)? (?:[\w-]+ ){0,3}(?:draws?|rounds?)\b",
    r"\bpaus(?:e|es|ed|ing)\b|\bsuspend\w*|\bpostpone\w*|\bcancel\w*|\bdelay\w*|\bskips?\b",
    r"\bhalt(?:s|ed)?\b|\bdrought\b|\bglitch\w*|\berrors?\b|\bineligible\b",
    r"\bdistribution\b|\bpool (?:size|data|grows|shrinks|update|statistics|composition|now)",
    r"\bfees?\b|\bsettlement funds\b|\bprocessing times?\b|\bbacklog\b|\bquota\b|\blevels plan\b",
    r"\bsurvey\b|\bstudy\b|\breport\b|\bdata\b|\bscams?\b|\bfraud\w*|\bwarns?\b|\bpetition\b",
    r"\bchanges? (?:to|in|coming)|\bwhat changed|\breforms?\b|(?<!newly )\bintroduc\w+|"
    r"\bconsult\w*",
    r"\bnew (?:categor(?:y|ies)\b(?![- ](?:based|draw|round|selection))|rules?\b|programs?\b|"
    r"streams?\b|law)|\bpathways?\b",
    r"\bannounc\w+ (?:[\w-]+ ){0,3}(?:categor|changes|plan)|\bupdate[sd]?\b",
    r"\beliminat\w+|\bremov(?:es|ed|al|ing)\b|\baffects?\b|\blaunch(?:es|ed)? first",
    r"\bschedule\b|\bfrequency\b|\bdraw dates?\b|\bstrategy\b|\bdeadline\b|\bexpir\w+",
    r"\bapplications? process",
)
