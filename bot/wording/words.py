"""Translation and local forms: gettext catalogues, and Babel for numbers, dates and times."""

import gettext
import io
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from babel import dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.subscribers import Language

DOMAIN = "drawbell"
_LOCALES = {Language.ENGLISH: "en_CA", Language.FRENCH: "fr_CA"}


class Words:
    """Says things in one language. The English text is the key of its translation."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._locale = _LOCALES[language]
        self._catalogue = _catalogue(language)

    def say(self, text: str, **facts: object) -> str:
        """A sentence with its facts, `{name}` each."""
        said = self._catalogue.gettext(text)
        return said.format(**facts) if facts else said

    def say_many(self, one: str, many: str, count: int, **facts: object) -> str:
        """A sentence that depends on a number, which it gets as `{count}`."""
        said = self._catalogue.ngettext(one, many, count)
        return said.format(count=self.number(count), **facts)

    def number(self, value: int) -> str:
        """A whole number: 1,000 or 1 000."""
        return _number(value, self._locale)

    def day(self, value: date) -> str:
        """A date: December 11, 2025 or 11 décembre 2025."""
        # The same moment has another day elsewhere, but equals itself: only the day is looked up.
        day = value.date() if isinstance(value, datetime) else value
        return _day(day, self._locale)

    def moment(self, value: datetime, zone: str | None = None, *, seconds: bool = True) -> str:
        """A moment in UTC or in the reader's zone, which is named."""
        local = value.astimezone(ZoneInfo(zone) if zone else UTC)
        facts = {"day": self.day(local), "clock": self._clock(local, seconds=seconds)}
        if zone and zone != "UTC":
            place = zone.rpartition("/")[2].replace("_", " ")
            return self.say("{day} at {clock} ({zone} time)", zone=place, **facts)
        return self.say("{day} at {clock} {zone}", zone="UTC", **facts)

    def _clock(self, moment: datetime, *, seconds: bool) -> str:
        if self.language is Language.ENGLISH:
            return moment.strftime("%H:%M:%S" if seconds else "%H:%M")
        return moment.strftime("%H h %M min %S s" if seconds else "%H h %M")

    def ago(self, elapsed: timedelta) -> str:
        """How long ago: 2 minutes ago, il y a 2 minutes."""
        return dates.format_timedelta(-elapsed, add_direction=True, locale=self._locale)

    def lasting(self, elapsed: timedelta) -> str:
        """How long something took: 2 minutes, 3 heures."""
        return dates.format_timedelta(elapsed, locale=self._locale)

    def listed(self, items: list[str]) -> str:
        """Items as a list in words: a, b and c."""
        if len(items) < 2:
            return "".join(items)
        return self.say("{items} and {last}", items=", ".join(items[:-1]), last=items[-1])


# A broadcast says the same few numbers and days a thousand times a second.
@lru_cache(maxsize=2048)
def _number(value: int, locale: str) -> str:
    return numbers.format_decimal(value, locale=locale)


@lru_cache(maxsize=2048)
def _day(value: date, locale: str) -> str:
    return dates.format_date(value, format="long", locale=locale)


@lru_cache
def words_in(language: Language) -> Words:
    """The words of one language; catalogues are read once."""
    return Words(language)


def _catalogue(language: Language) -> gettext.NullTranslations:
    path = resources.files("bot.wording") / f"locale/{language}/LC_MESSAGES/{DOMAIN}.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=str(language))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
