"""Programs and categories: their ids, official names and versions, by date.

An official name that nobody has seen yet stays unrecognised; it is never guessed.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.core.category_tables import VERSIONS
from bot.core.category_types import CategoryVersion
from bot.core.rounds import Round, RoundType

PROGRAMS = ("cec", "fsw", "fst", "pnp")
CATEGORIES = (
    "french",
    "healthcare",
    "stem",
    "trades",
    "transport",
    "agriculture",
    "education",
    "physicians",
    "senior_managers",
    "researchers",
    "military",
)
GROUPS = PROGRAMS + CATEGORIES
"""Every id a round can ask for. Append only: the storage gives each its bit by position."""

# Whole names, less their edition: "Physician assistants" is not "Physicians ...". Pattern by
# pattern they take the spellings seen so far and the drift in case, plural and dashes.
_NAMES: tuple[tuple[str, str], ...] = (
    ("general", r"(general|no program specified)( rounds?| draws?)?"),
    ("pnp", r"provincial nominees?( program)?"),
    ("cec", r"canadian experience class"),
    ("fst", r"federal skilled trades?( program)?"),
    ("fsw", r"federal skilled workers?( program)?"),
    ("french", r"french([ -]language)?( proficiency)?"),
    ("healthcare", r"health[ -]?care( and social services?)?( occupations?)?"),
    ("stem", r"stem( occupations?)?"),
    ("trades", r"trades?( occupations?)?"),
    ("transport", r"transport(ation)?( occupations?)?"),
    ("agriculture", r"agricultur(e|al)( and agri-?food)?( occupations?)?"),
    ("education", r"education( occupations?)?"),
    ("physicians", r"physicians( with canadian work experience)?"),
    ("senior_managers", r"senior managers( with canadian work experience)?"),
    ("researchers", r"researchers( with canadian work experience)?"),
    ("military", r"skilled military recruits?"),
)
_MATCHERS = tuple((group, re.compile(pattern)) for group, pattern in _NAMES)

# "(Version 1)", "(2023-1)", "2026-Version 2", ", 2026-Version 3", "V4": which edition a name means.
_EDITION = re.compile(
    r"[\s,]*\(?(?:(?P<year>20\d\d)\s*[-–]?\s*)?(?:(?:version|v)\s*)?(?P<edition>\d{1,2})?\)?\s*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """What a round's official name means.

    `group` is a program or category id, None for a general round and for a name not recognised;
    `type` tells those two apart. `version` is None when no known edition fits the name.
    """

    type: RoundType
    group: str | None
    version: CategoryVersion | None = None

    @property
    def recognised(self) -> bool:
        """False for a name that no table knows: a new category, to be told as such."""
        return self.type is RoundType.GENERAL or self.group is not None


def classify(round_: Round) -> Classified:
    """Say what kind of round it was, by its official name and its day."""
    return classify_name(round_.name, round_.held_on)


@lru_cache(maxsize=1024)
def classify_name(name: str, held_on: date) -> Classified:
    """Read an official English name, whatever its case, dashes and edition."""
    wording, year, edition = _split_edition(plain(name))
    group = next((group for group, matcher in _MATCHERS if matcher.fullmatch(wording)), None)
    if group == "general":
        return Classified(type=RoundType.GENERAL, group=None)
    if group in PROGRAMS:
        return Classified(type=RoundType.PROGRAM, group=group)
    if group is None:
        return Classified(type=RoundType.CATEGORY, group=None)
    version = _version(group, name, held_on, year, edition)
    return Classified(type=RoundType.CATEGORY, group=group, version=version)


# The French feed's own spellings, for the names that are no category version.
_FRENCH = {
    "no program specified": "Aucun programme spécifié",
    "general": "Générale",
    "canadian experience class": "Catégorie de l’expérience canadienne",
    "provincial nominee program": "Programme des candidats des provinces",
    "federal skilled trades": "Programme des travailleurs de métiers spécialisés (fédéral)",
    "federal skilled worker": "Programme des travailleurs qualifiés (fédéral)",
}


def french_name(round_: Round) -> str | None:
    """The official name in French, as far as our tables know it."""
    version = classify(round_).version
    if version is None:
        return _FRENCH.get(plain(round_.name))
    return version.names_fr[-1] if version.names_fr else None


_PLAIN_NAMES = {
    None: "General",
    "cec": "Canadian Experience Class",
    "fsw": "Federal Skilled Worker",
    "fst": "Federal Skilled Trades",
    "pnp": "Provincial Nominee Program",
    "french": "French language proficiency",
    "healthcare": "Healthcare and social services occupations",
    "stem": "STEM occupations",
    "trades": "Trade occupations",
    "transport": "Transport occupations",
    "agriculture": "Agriculture and agri-food occupations",
    "education": "Education occupations",
    "physicians": "Physicians with Canadian work experience",
    "senior_managers": "Senior managers with Canadian work experience",
    "researchers": "Researchers with Canadian work experience",
    "military": "Skilled military recruits",
}


def plain_name(group: str | None) -> str:
    """The name of a round for a group, None for a general one, without an edition.

    `classify_name` takes it for the edition in force on the day.
    """
    return _PLAIN_NAMES[group]


def plain(text: str) -> str:
    """Lower case, one kind of blank and dash, no accents: how names are compared."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", re.sub(r"[‐‑‒–—]", "-", letters)).strip().casefold()


def _split_edition(wording: str) -> tuple[str, int | None, int | None]:
    found = _EDITION.search(wording)
    if found is None or not (found["year"] or found["edition"]):
        return wording, None, None
    year, edition = (int(part) if part else None for part in found.group("year", "edition"))
    return wording[: found.start()].rstrip(" ,-"), year, edition


def _version(
    group: str, name: str, held_on: date, year: int | None, edition: int | None
) -> CategoryVersion | None:
    versions = [version for version in VERSIONS if version.category == group]
    exact = [version for version in versions if plain(name) in _official_names(version)]
    if exact:
        return exact[0]
    fitting = [version for version in versions if _label_fits(version.label, year, edition)]
    return next((version for version in fitting if version.in_force(held_on)), None)


def _official_names(version: CategoryVersion) -> set[str]:
    return {plain(name) for name in version.names_en}


def _label_fits(label: str, year: int | None, edition: int | None) -> bool:
    """Whether "2025-V2" can be what a name calls "(Version 2)"; an unknown part fits anything."""
    known_edition = re.search(r"V(\d+)", label)
    if edition is not None and known_edition and int(known_edition[1]) != edition:
        return False
    return year is None or label.startswith(str(year))
