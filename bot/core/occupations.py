"""Finds occupations by words or by code, in English and by common French words."""

from bot.core.categories import Classified, plain
from bot.core.category_tables import VERSIONS
from bot.core.category_types import CategoryVersion
from bot.core.match import Eligibility, open_to
from bot.core.noc_titles import NOC_TITLES
from bot.core.noc_words import NOC_WORDS
from bot.core.profiles import Candidate
from bot.core.rounds import RoundType

_MOST = 8
_TEERS = "012345"


def is_noc_code(text: str) -> bool:
    """Whether a text can be a NOC 2021 code: five digits, the second of them a TEER (0 to 5)."""
    return len(text) == 5 and text.isascii() and text.isdigit() and text[1] in _TEERS


def find_occupations(words: str) -> list[str]:
    """NOC codes whose titles or common names hold all the words, best first; at most eight."""
    wanted = [_stem(word) for word in plain(words).replace("-", " ").split() if len(word) > 1]
    wanted = [word for word in wanted if word]
    if not wanted:
        return []
    found = [(score, code) for code in NOC_TITLES if (score := _score(code, wanted)) is not None]
    return [code for _score_, code in sorted(found)[:_MOST]]


def _score(code: str, wanted: list[str]) -> int | None:
    """How far a code is from the words; None when one of them is nowhere in it."""
    title = [_stem(word) for word in plain(NOC_TITLES[code]).replace("-", " ").split()]
    common = [_stem(word) for word in plain(NOC_WORDS.get(code, "")).split()]
    total = 0
    for word in wanted:
        if word in common:
            continue
        if any(part.startswith(word) for part in (*title, *common)):
            total += 1
        else:
            return None
    return total * 100 + len(title)


def _stem(word: str) -> str:
    """A word without its plural: nurses and nurse are one, infirmières and infirmière too."""
    bare = word.strip(".,;:()/'’")
    return bare[:-1] if len(bare) > 3 and bare.endswith(("s", "x")) else bare


def versions_listing(code: str) -> list[CategoryVersion]:
    """The category versions in force today that list an occupation."""
    return [one for one in VERSIONS if one.until is None and code in one.noc_codes]


def opens(candidate: Candidate, group: str) -> bool:
    """Whether a candidate's occupations alone open a category's edition in force today."""
    bare = Candidate(occupations=candidate.occupations)
    return any(
        open_to(Classified(type=RoundType.CATEGORY, group=group, version=version), bare)[0]
        is Eligibility.ELIGIBLE
        for version in VERSIONS
        if version.category == group and version.until is None
    )
