"""What a category version consists of; the tables themselves are in `category_tables`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """Work experience that a category version asks for, in one of its occupations."""

    min_months: int
    continuous: bool
    within_years: int
    canada_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryVersion:
    """One edition of a category's rules: names, days in force (both inclusive), conditions.

    `until` is None while the version is in force. `experience` is None when experience in an
    occupation alone does not decide (French asks for language results, military recruits for an
    offer and service of their own: see `further_conditions`).
    """

    category: str
    label: str
    since: date
    until: date | None
    names_en: tuple[str, ...]
    names_fr: tuple[str, ...]
    experience: Experience | None
    noc_codes: frozenset[str]
    min_nclc: int | None = None
    further_conditions: tuple[str, ...] = ()

    def in_force(self, day: date) -> bool:
        """Whether the version's rules applied on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)
