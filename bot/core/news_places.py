"""Tells provincial news from federal news by who acts in them."""

import re

_I = re.IGNORECASE

_NOT_A_PLACE = re.compile(
    r"(?:outside|hors)(?: of| the province of| du| de)? (?:the )?qu[eé]bec|"
    r"(?:except|excluding|including)(?: for| in| the)? [^.;]{0,40}?(?:qu[eé]bec|nunavut)",
    _I,
)

_PROVINCES = (
    r"\b(?:ontario|british columbia|colombie-britannique|manitoba|saskatchewan|alberta|"
    r"nova scotia|nouvelle-[eé]cosse|new brunswick|nouveau-brunswick|newfoundland|labrador|"
    r"terre-neuve|prince edward island|yukon|northwest territories|nunavut|qu[eé]bec|arrima|"
    r"atlantic (?:immigration|provinces)|rural community|northern immigration|francophone community"
    r"|OINP|BC ?PNP|MPNP|SINP|AAIP|AINP|NSNP|NBPNP|NLPNP|PEI ?PNP|PNPs|YNP|NTNP|PSTQ|PRTQ|"
    r"RNIP|RCIP|FCIP|AIPP?)\b"
    r"|\bB\.?C\.?(?!\w)|\bP\.?E\.?I\.?(?!\w)|\bN\.?W\.?T\.?(?!\w)|\bN\.B\.|\bN\.S\."
    r"|(?-i:\b(?:NL|NB|NS|Sask|Ont|Alta)\b)"
)
# Streams and words that only provinces use: federal rounds invite, they do not "advise to apply".
_STREAMS = (
    r"\bhuman capital priorities|\bskills immigration|\btech pilot|\boccupations? in-? ?demand|"
    r"\bletters? of advice|\bLAAs?\b|\bnotifications? of interest|\bNOIs?\b|\bmasters? graduate|"
    r"\bph\.?d\.? graduate|\bemployer job offer|\bforeign worker stream|"
    r"\bskilled workers? (?:overseas|in manitoba)|\binternational education stream|"
    r"\bopportunity stream|\baccelerated tech|\brural (?:renewal|entrepreneur)|"
    r"\bentrepreneurs?\b|\blabour market priorities|\bstrategic recruitment|\blabour impact|"
    r"\bexpress entry[- ](?:bc\b|pathway|sub-?category|stream|aligned|linked)|"
    r"\baligned with (?:the )?(?:federal )?express entry|\bprovincial (?:draws?|rounds?|program)\b|"
    r"\b(?:apply|invit\w+|applications?|considered|ITAs?)(?: \w+){0,4} (?:for|to)(?: an?| their)? "
    r"provincial nominations?\b(?! cert)|\bEOI draws?|"
    r"\bexpression of interest (?:draws?|system|rounds?)|"
    r"\bprovinces?\b(?! and territor|-(?:specific|only|based))"
)
_PROVINCIAL = re.compile(f"{_PROVINCES}|{_STREAMS}", _I)
_THROUGH = re.compile(
    rf"(?<!nominated )\b(?:through|under|via) (?:the )?(?:{_PROVINCES}|province's\b)", _I
)
_SEVERAL_ACT = re.compile(
    r"\b(?:two|three|four|five|six|seven|several|\d) (?:canadian |other |more )?provinces "
    r"(?:(?:have |had |also |just ){0,2}(?:held|hold|conduct|invit|issu|releas|sen[dt]|select)\w*)",
    _I,
)
_A_PROVINCE = re.compile(_PROVINCES, _I)

_VERBS = (
    r"(?:invit\w+|issu\w+|holds?|held|select\w*|draws?|drew|conduct\w*|sends?|sent|sees|picks?|"
    r"opens?|targets?|welcomes?|breaks?|sets?|resumes?|completes?|returns?|launch\w*|reach\w*|"
    r"focus\w*|prioriti\w+|offers?|extends?|lowers?|drops?|makes?|just|a |"
    r"[aà] invit\w+|(?:has|have) (?:now |just )?\w+)"
)
_FEDERAL = re.compile(
    rf"\bIRCC\b|\bCIC\b(?! news)|\bimmigration, refugees|\bcitizenship and immigration canada|"
    rf"\bottawa\b|\bgovernment of canada|\bcanadian government|"
    rf"\bf[eé]d[eé]ra(?:l|le|les|ux)\b(?! skilled)|\bgouvernement du canada|"
    rf"(?<!to )(?<!in )(?<!of )(?<!for )\bcanada"
    rf"(?:'s\b| {_VERBS}| immigration (?!draws?\b|invitations?\b|selections?\b){_VERBS})",
    _I,
)


def without_asides(text: str) -> str:
    """A text without the places it only names to exclude them: "speakers outside Quebec"."""
    return _NOT_A_PLACE.sub(" ", text)


def first_provincial(text: str) -> int | None:
    """Where a province, its program or one of its streams is first named."""
    found = _PROVINCIAL.search(text)
    return found and found.start()


def names_a_province(text: str) -> bool:
    """Whether a province, territory or one of their programs is named."""
    return _A_PROVINCE.search(text) is not None


def acts_through_a_province(text: str) -> bool:
    """Whether a program is a province's: "Canada issued 500 invitations through Ontario's ..."."""
    return _THROUGH.search(text) is not None


def several_provinces_act(text: str) -> bool:
    """Whether provinces act, though none of them is named: "Three provinces held draws"."""
    return _SEVERAL_ACT.search(text) is not None


def first_federal(text: str) -> int | None:
    """Where the federal government is first named as the one who acts."""
    found = _FEDERAL.search(text)
    return found and found.start()
