"""Tells what a newsroom's sentence says of an earlier round from what it says of its own."""

import re

from bot.core.news_words import ALSO

_I = re.IGNORECASE

# Up to the end of a clause; "in September, when 1250 were invited" goes on past the comma.
_CLAUSE = r"(?:[^,;:()]|\(day\)|, (?:in )?(?:which|when|where)\b)*"
EARLIER = re.compile(
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


def is_of_this_round(sentence: str) -> bool:
    """Whether a sentence does not begin with, or add, another round."""
    return _LAST_ROUND.search(sentence) is None and ALSO.search(sentence) is None
