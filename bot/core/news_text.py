"""Cleans what news sites write, so that the rules see one kind of blank, dash and number."""

import re
import unicodedata

from bot.core.news_words import DAY

LONGEST_TITLE = 400
LONGEST_TEXT = 20_000
"""Characters read of one post: facts stand at its beginning, and time has to be bounded."""

_LONGEST_SENTENCE = 1_500

_HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ue000-\uf8ff\ud800-\udfff]"
)
_DASHES = re.compile(r"[‐‑‒–—―−]")
_DAYS = re.compile(DAY, re.IGNORECASE)
_QUOTES = re.compile(r"[‘’ʼ´`]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3})((?:,\d{3})+)(?![\d,]*\d)")
_GROUPED_BY_BLANKS = re.compile(r"(?<![\d.,])(\d{1,3})((?:[\u00a0\u202f\u2009\u2007]\d{3})+)(?!\d)")
# A plain blank between digits groups them only where no month stands before: "4 200 candidates",
# but not "on November 12 300 candidates".
# With a comma as well ("3, 350 candidates") after one digit only: "with 479, 500 were invited".
_GROUPED_BY_SPACE = re.compile(
    r"(?<![\d.,] )(?<![\w.,#])(\d{1,3}|\d,) (\d{3})(?= [^\W\d_]{3})(?!\d)"
)
_DOTTED_CLOCK = re.compile(r"(?<![\d.,])(\d{1,2})\.(\d\d)(?= ?[ap]\.?m\b)", re.IGNORECASE)
_ENDS_IN_MONTH = re.compile(
    r"(?:jan|feb|f[eé]v|mar|apr|avr|ma[iy]|jui?n|jui?l|aug|ao[uû]|sep|oct|nov|d[eé]c)"
    r"[^\W\d_]*\.? $",
    re.IGNORECASE,
)

_SPELLED = re.compile(r"\b(?:[A-Z]\.){3,}")
"""An abbreviation with its full stops: I.R.C.C., S.T.E.M."""

_UTC_SPELLED_OUT = re.compile(
    r"\b(?:universal (?:co-?ordinated time|time,? co-?ordinated)|co-?ordinated universal time|"
    r"temps universel coordonn[eé])(?: ?\(UTC\))?",
    re.IGNORECASE,
)

_LOTTERY = re.compile(
    r"\b(express entry )(?:(lottery|raffle|drawing)|lotteries|raffles|drawings)\b", re.IGNORECASE
)
"""As some newsrooms call a draw; there is chance in it only for them."""

_SHORT = (
    *("Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec"),
    *("No", "no", "St", "Mr", "Ms", "Dr", "Ont", "vs", "approx"),
)
"""A full stop after these ends no sentence."""

_SENTENCE_END = re.compile(
    r"(?:(?:(?<=[a-z0-9)%\"'][.!?])|(?<=[A-Za-z][A-Z][.!?]))(?<![ap]\.m\.)"
    + "".join(rf"(?<!\b{word}\.)" for word in (*_SHORT, *map(str.upper, _SHORT)))
    + r"\s+|(?<=\d\.)(?=[A-Z])|\n)(?=\S)"
)


def clean(text: str, longest: int) -> str:
    """One kind of blank, dash and quote, and thousands without a separator; lines are kept."""
    text = _GROUPED_BY_BLANKS.sub(_ungrouped, text[:longest])
    text = unicodedata.normalize("NFKC", text)
    text = _HIDDEN.sub("", text)
    text = _SPELLED.sub(lambda found: found[0].replace(".", ""), text)
    text = _LINES.sub("\n", _BLANKS.sub(" ", _QUOTES.sub("'", _DASHES.sub("-", text))))
    text = _LOTTERY.sub(lambda found: found[1] + ("draw" if found[2] else "draws"), text)
    text = _DOTTED_CLOCK.sub(r"\1:\2", text)
    text = _UTC_SPELLED_OUT.sub("UTC", _GROUPED.sub(_ungrouped, text))
    return _GROUPED_BY_SPACE.sub(_ungrouped_by_space, text).strip()


def without_dates(text: str) -> str:
    """A text in which no number is part of a day: "the October 12 draw" holds none."""
    return _DAYS.sub("(day)", text)


def _ungrouped(found: re.Match[str]) -> str:
    return found[1] + "".join(char for char in found[2] if char.isdecimal())


def _ungrouped_by_space(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 12) : found.start()]
    return found[0] if _ENDS_IN_MONTH.search(before) else found[1].rstrip(",") + found[2]


def sentences(text: str) -> list[str]:
    """The sentences and lines of a cleaned text; of a very long one, the beginning."""
    parts = (part.strip() for part in _SENTENCE_END.split(text) if part)
    return [part[:_LONGEST_SENTENCE] for part in parts if part]
