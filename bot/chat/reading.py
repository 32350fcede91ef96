"""Reads what people type: generous with words, strict with numbers."""

import re
from collections.abc import Sequence

from bot.chat.group_words import GROUP_WORDS
from bot.core.categories import plain
from bot.core.errors import ProfileRejected
from bot.core.profiles import checked_score

_GROUP_OF = {plain(alias): group for group, words in GROUP_WORDS.items() for alias in words}
_LONGEST_ALIAS = max(len(alias.split()) for alias in _GROUP_OF)
_LINK_WORDS = frozenset(
    {"and", "et", "or", "ou", "occupations", "occupation", "program", "professions"}
)


def read_groups(text: str) -> list[str]:
    """The programs and categories that a text names, in its order.

    Raises:
        ProfileRejected: a word is not understood, or nothing is named.
    """
    found: list[str] = []
    words = re.split(r"[\s,;+&/]+", plain(text).replace("’", "'"))
    words = [word for word in words if word and word not in _LINK_WORDS]
    while words:
        size, group = _longest_group(words)
        if group not in found:
            found.append(group)
        words = words[size:]
    if not found:
        raise ProfileRejected("group_missing")
    return found


def _longest_group(words: Sequence[str]) -> tuple[int, str]:
    for size in range(min(_LONGEST_ALIAS, len(words)), 0, -1):
        group = _GROUP_OF.get(" ".join(words[:size]))
        if group is not None:
            return size, group
    raise ProfileRejected("group_unknown", word=words[0][:40])


def read_score(text: str) -> int:
    """A CRS score, alone or in words ("CRS 480", "480 points").

    Raises:
        ProfileRejected: there is no one whole number, or it is no CRS score.
    """
    if re.search(r"\d[.,]\d(?!\d\d\b)|[-−]\s*\d", text):
        raise ProfileRejected("score_unclear")
    numbers = re.findall(r"\d+", re.sub(r"\b(1)[,\u0020\u00a0\u202f](?=\d{3}\b)", r"\1", text))
    if len(numbers) != 1 or len(numbers[0]) > 6:
        raise ProfileRejected("score_unclear")
    return checked_score(int(numbers[0]))


def read_round_number(text: str) -> str:
    """A round's number as people type it: 385, #385, 91a.

    Raises:
        ProfileRejected: it is none.
    """
    found = re.fullmatch(r"(?:round|draw|ronde)?\s*#?\s*(?:no\.?\s*)?(\d{1,5}[a-z]?)", plain(text))
    if found is None:
        raise ProfileRejected("round_unclear")
    return found[1].lstrip("0") or "0"
