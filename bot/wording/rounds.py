"""A round in words, for everybody alike."""

from functools import lru_cache

from bot.core.rounds import Round, Stamp
from bot.core.subscribers import Language
from bot.wording.groups import official_name, short_name
from bot.wording.spans import Emphasis, Line, Message, line, link
from bot.wording.words import Words

_CANADA = "https://www.canada.ca"
_ENGLISH_PAGE = (
    f"{_CANADA}/en/immigration-refugees-citizenship/corporate/mandate/policies-operational-"
    "instructions-agreements/ministerial-instructions/express-entry-rounds/invitations.html"
)
_FRENCH_PAGE = (
    f"{_CANADA}/fr/immigration-refugies-citoyennete/services/immigrer-canada/entree-express/"
    "rondes-invitations.html"
)


def round_message(words: Words, round_: Round, zone: str | None = None) -> Message:
    """What was published about a round."""
    return Message(
        lines=(
            line(round_title(words, round_), Emphasis.STRONG),
            *round_details(words, round_, zone),
        )
    )


@lru_cache  # all readers of a broadcast are told the same
def round_details(words: Words, round_: Round, zone: str | None) -> tuple[Line, ...]:
    """A round's official name, its facts and its page; of one only reported, what is reported."""
    name = [] if round_.unconfirmed else [line(official_name(words, round_))]
    return (*name, *round_facts(words, round_, zone), round_link(words, round_))


def round_title(words: Words, round_: Round) -> str:
    """A round in one line: number, name, cut-off; its day while it has no official number."""
    if round_.unconfirmed:
        return words.say(
            "Unconfirmed: {category} draw of {day}, CRS cut-off {cut_off}",
            category=short_name(words, round_),
            day=words.day(round_.held_on),
            cut_off=round_.crs_cut_off,
        )
    return words.say(
        "Draw #{number} {category}: CRS cut-off {cut_off}",
        number=round_.number,
        category=short_name(words, round_),
        cut_off=round_.crs_cut_off,
    )


def round_facts(words: Words, round_: Round, zone: str | None) -> list[Line]:
    """Invitations, day and tie-breaking rule, a sentence each, as far as they are published."""
    if round_.unconfirmed:
        return _reported_facts(words, round_, zone)
    return [line(_issued(words, round_)), line(_tie_break(words, round_, zone))]


def _reported_facts(words: Words, round_: Round, zone: str | None) -> list[Line]:
    issued = [line(_issued(words, round_))] if round_.invitations_issued else []
    return [*issued, *([line(_tie_break(words, round_, zone))] if round_.tie_breaking_rule else [])]


def _issued(words: Words, round_: Round) -> str:
    return words.say_many(
        "{count} invitation issued on {day}.",
        "{count} invitations issued on {day}.",
        round_.invitations_issued,
        day=words.day(round_.held_on),
    )


def _tie_break(words: Words, round_: Round, zone: str | None) -> str:
    if round_.stamp is Stamp.NOT_PUBLISHED:
        return words.say("No tie-breaking rule was published.")
    if round_.tie_breaking_rule is None:
        return words.say("The tie-breaking rule cannot be read as published.")
    published = words.moment(round_.tie_breaking_rule)
    if zone is None:
        return words.say("Tie-breaking rule: {stamp}.", stamp=published)
    return words.say(
        "Tie-breaking rule: {stamp}, which is {local}.",
        stamp=published,
        local=words.moment(round_.tie_breaking_rule, zone),
    )


def round_link(words: Words, round_: Round) -> Line:
    """The official page of the round."""
    if words.language is Language.FRENCH:
        return link(words.say("Official page"), _FRENCH_PAGE)
    number = "" if round_.unconfirmed else f"?q={round_.number}"
    return link(words.say("Official page"), f"{_ENGLISH_PAGE}{number}")
