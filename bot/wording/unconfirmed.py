"""Unconfirmed rounds in words: where they come from, and how they end."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from urllib.parse import urlsplit

from bot.core.delivery import ReadMore
from bot.core.rounds import Round, Stamp
from bot.core.unconfirmed import Unconfirmed, differences
from bot.wording.groups import short_name
from bot.wording.rounds import round_title
from bot.wording.words import Words


def source_sentences(words: Words, posts: Sequence[ReadMore]) -> list[str]:
    """Who reports a round, what that is worth, and what comes next."""
    sites = list(dict.fromkeys(_site(post.link) for post in posts))
    said = [words.say("So says {sites}.", sites=words.listed(sites))] if sites else []
    return [
        *said,
        words.say("IRCC's own data cannot be read at the moment, and news sites can be wrong."),
        words.say("I confirm or correct this as soon as IRCC's own data can be read."),
    ]


def _site(link: str) -> str:
    return (urlsplit(link).hostname or link).removeprefix("www.")


def outcome_sentence(
    words: Words, reported: Round, official: Round, told_at: datetime, zone: str | None
) -> str:
    """Whether IRCC's row confirms what was told unconfirmed, and what it has otherwise."""
    differing = differences(reported, official)
    if not differing:
        moment = words.moment(told_at, zone, seconds=False)
        return words.say("This confirms what I told you unconfirmed on {moment}.", moment=moment)
    facts = [
        text
        for name, text in (
            ("category", _category(words, reported, official)),
            ("crs_cut_off", _cut_off(words, reported, official)),
            ("held_on", _day(words, reported, official)),
            ("invitations_issued", _size(words, reported, official)),
            ("tie_breaking_rule", _tie_break(words, reported, official, zone)),
        )
        if name in differing
    ]
    return words.say(
        "The official figures differ from the unconfirmed ones: {facts}.",
        facts=_in_a_row(words, facts),
    )


def _in_a_row(words: Words, facts: Sequence[str]) -> str:
    """Facts with commas in them, one after the other."""
    return reduce(lambda one, more: words.say("{one}; {more}", one=one, more=more), facts)


def _category(words: Words, reported: Round, official: Round) -> str:
    return words.say(
        "{now} draw, not {before}",
        now=short_name(words, official),
        before=short_name(words, reported),
    )


def _cut_off(words: Words, reported: Round, official: Round) -> str:
    return words.say(
        "CRS cut-off {now}, not {before}", now=official.crs_cut_off, before=reported.crs_cut_off
    )


def _day(words: Words, reported: Round, official: Round) -> str:
    return words.say(
        "draw of {now}, not of {before}",
        now=words.day(official.held_on),
        before=words.day(reported.held_on),
    )


def _size(words: Words, reported: Round, official: Round) -> str:
    return words.say(
        "{now} invitations, not {before}",
        now=words.number(official.invitations_issued),
        before=words.number(reported.invitations_issued),
    )


def _tie_break(words: Words, reported: Round, official: Round, zone: str | None) -> str:
    rule = reported.tie_breaking_rule
    before = "" if rule is None else words.moment(rule, zone)
    if official.stamp is Stamp.UNREADABLE:
        return words.say("a tie-breaking rule that cannot be read, not {before}", before=before)
    if official.tie_breaking_rule is None:
        return words.say("no tie-breaking rule, not {before}", before=before)
    return words.say(
        "tie-breaking rule {now}, not {before}",
        now=words.moment(official.tie_breaking_rule, zone),
        before=before,
    )


def ending_sentence(words: Words, one: Unconfirmed, zone: str | None) -> str:
    """An unconfirmed round that somebody was told of, and how it ended."""
    title = round_title(words, one.round)
    if one.official is None:
        return words.say("{title}. IRCC's own row is not there yet.", title=title)
    if not differences(one.round, one.official):
        return words.say("{title}. It was draw #{number}.", title=title, number=one.official.number)
    outcome = outcome_sentence(words, one.round, one.official, one.told_at, zone)
    return words.say(
        "{title}. It was draw #{number}. {outcome}",
        title=title,
        number=one.official.number,
        outcome=outcome,
    )
