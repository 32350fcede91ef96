"""Rounds that only news sites report, while IRCC's own data cannot be read: which may be told.

Such a round is a `Round` under a number of ours that ends with `UNCONFIRMED_MARK`, so that it can
never be taken for one of IRCC's, whatever number a site gives it. What nobody reports stays open:
invitations not said are 0, a tie-breaking rule not said is `Stamp.NOT_REPORTED`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.categories import classify, plain_name
from bot.core.news_check import matching_round
from bot.core.news_types import GENERAL, Kind, NewsEntry, Post, Precision
from bot.core.rounds import UNCONFIRMED_MARK, Round, RoundNumber, RoundType, Stamp, order_key
from bot.core.timing import TORONTO

FRESH = timedelta(hours=48)
"""An older post is no hint that there is something new."""

FOLLOWED_UP_FOR = timedelta(days=7)
"""So long after an unconfirmed alert its readers are told what IRCC's own row says."""

_A_DAY = timedelta(days=1)
_THESE_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A post that reports a round which IRCC's list did not have when the post was met.

    `published` (UTC) is when it was met for a post that does not say. `round` is under our number.
    """

    feed: str
    link: str
    title: str
    published: datetime
    round: Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """A round that was announced unconfirmed at `told_at`; `official` is IRCC's row, once there."""

    round: Round
    told_at: datetime
    official: Round | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """Reports by the round they are about: those that agree, and those of which nobody is told."""

    agreed: tuple[tuple[Report, ...], ...]
    disagreeing: tuple[tuple[Report, ...], ...]


def is_new(
    entry: NewsEntry, published: datetime | None, rounds: Sequence[Round], now: datetime
) -> bool:
    """Whether a post reports a round of these days that is not among the official ones."""
    if entry.kind is not Kind.EE_ROUND or matching_round(entry, rounds) is not None:
        return False
    if published is not None and published < now - FRESH:
        return False
    newest = max((order_key(known.held_on, known.number) for known in rounds), default=None)
    day = entry.held_on or entry.published_on
    return newest is None or day is None or day >= newest[0]


def report_of(post: Post, entry: NewsEntry, feed: str, now: datetime) -> Report | None:
    """The report that a post makes; None if it lacks its link, the day, category or cut-off."""
    day, cut_off = entry.held_on, entry.crs_cut_off
    if post.link is None or day is None or entry.category is None or cut_off is None:
        return None
    group = None if entry.category == GENERAL else entry.category
    tie = entry.tie_breaking_rule
    exact = tie is not None and tie.precision is Precision.SECOND and not tie.or_else
    round_ = Round(
        number=_number(entry.number or f"{day.isoformat()}/{entry.category}"),
        held_on=day,
        name=plain_name(group),
        invitations_issued=entry.invitations_issued or 0,
        crs_cut_off=cut_off,
        stamp=Stamp.PUBLISHED if exact else Stamp.NOT_REPORTED,
        tie_breaking_rule=tie.start if tie is not None and exact else None,
    )
    published = min(post.published or now, now)
    return Report(feed=feed, link=post.link, title=post.title, published=published, round=round_)


def _number(said: str) -> RoundNumber:
    return RoundNumber(f"{said}{UNCONFIRMED_MARK}")


def sift(
    reports: Iterable[Report],
    official: Sequence[Round],
    told: Iterable[Round],
    now: datetime,
) -> Sifted:
    """Put reports together that are about one round, as far as it is still to be told.

    Left out are those of rounds that are `official` or were `told` unconfirmed, and what is old.
    """
    newest = max(round_.held_on for round_ in official)
    before = list(told)
    fresh = [
        one
        for one in sorted(reports, key=lambda one: (one.published, one.link))
        if one.published >= now - FRESH
        and newest <= one.round.held_on
        and _is_of_these_days(one.round, now)
    ]
    groups = [
        group
        for group in _groups(fresh)
        if not any(same_round(one.round, other) for one in group for other in official)
        and not any(_may_be_same(one.round, other) for one in group for other in before)
    ]
    agreed = [group for group in groups if _agree(group)]
    return Sifted(
        agreed=tuple(agreed), disagreeing=tuple(group for group in groups if group not in agreed)
    )


def _is_of_these_days(round_: Round, now: datetime) -> bool:
    """Neither long ago nor yet to come."""
    today = now.astimezone(TORONTO).date()
    return today - _THESE_DAYS <= round_.held_on <= today


def _groups(reports: Sequence[Report]) -> list[tuple[Report, ...]]:
    """Reports of one round together, however they hang together: A like B, and B like C."""
    groups: list[tuple[Report, ...]] = []
    for one in reports:
        near = [group for group in groups if any(_may_be_same(one.round, it.round) for it in group)]
        joined = tuple(it for group in near for it in group)
        groups = [*(group for group in groups if group not in near), (*joined, one)]
    return groups


def _agree(reports: Sequence[Report]) -> bool:
    """Whether posts say the same of what answers rest on.

    A day's difference is none: many sites publish after midnight.
    """
    days = [one.round.held_on for one in reports]
    said = {(_kind(one.round), one.round.crs_cut_off) for one in reports}
    return len(said) == 1 and max(days) - min(days) <= _A_DAY


def as_reported(reports: Sequence[Report], taken: Collection[str] = ()) -> Round:
    """The round of reports that agree; where they differ on what decides little, it stays open.

    Its number is none of those `taken`.
    """
    rounds = [one.round for one in reports]
    named = next((one for one in rounds if said_number(one) is not None), rounds[0])
    sizes = {one.invitations_issued for one in rounds if one.invitations_issued}
    ties = {one.tie_breaking_rule for one in rounds if one.tie_breaking_rule is not None}
    tie = ties.pop() if len(ties) == 1 else None
    number = named.number
    if number in taken:
        number = _number(f"{named.held_on.isoformat()}/{classify(named).group or GENERAL}")
    return replace(
        named,
        number=number,
        held_on=min(one.held_on for one in rounds),
        invitations_issued=sizes.pop() if len(sizes) == 1 else 0,
        stamp=Stamp.NOT_REPORTED if tie is None else Stamp.PUBLISHED,
        tie_breaking_rule=tie,
    )


def official_of(reported: Round, official: Iterable[Round]) -> Round | None:
    """The official row of a reported round, the likeliest one; None while it is not there."""
    fitting = [one for one in official if same_round(reported, one)]
    return max(fitting, key=lambda one: _likeness(reported, one), default=None)


def same_round(one: Round, other: Round) -> bool:
    """Whether two accounts must be of one round: of about one day, and alike in what names it.

    A number that a site gives means nothing on its own: sites count differently.
    """
    apart = abs(one.held_on - other.held_on)
    category, cut_off = _kind(one) == _kind(other), one.crs_cut_off == other.crs_cut_off
    if apart > _A_DAY:
        return _same_number(one, other) and category and apart <= _THESE_DAYS
    return category or (cut_off and (not apart or _same_number(one, other)))


def _may_be_same(one: Round, other: Round) -> bool:
    """Whether two reports might be of one round: then they must not be told as two."""
    near = abs(one.held_on - other.held_on) <= _A_DAY
    return same_round(one, other) or (near and _same_number(one, other))


def _same_number(one: Round, other: Round) -> bool:
    number = said_number(one)
    return number is not None and number == said_number(other)


def _likeness(one: Round, other: Round) -> tuple[int, timedelta]:
    """In how many facts two accounts are alike, and how near they are; sorts the likeliest last."""
    alike = (
        _same_number(one, other),
        _kind(one) == _kind(other),
        one.crs_cut_off == other.crs_cut_off,
        one.invitations_issued == other.invitations_issued,
    )
    return sum(alike), -abs(one.held_on - other.held_on)


def said_number(round_: Round) -> str | None:
    """The number that a round goes by: IRCC's own, or the one a site gives it; None if none."""
    number = round_.number.removesuffix(UNCONFIRMED_MARK)
    return None if "/" in number else number


def _kind(round_: Round) -> tuple[RoundType, str]:
    """Who a round was for; a new category only equals itself."""
    classified = classify(round_)
    new = "" if classified.recognised else round_.name
    return classified.type, classified.group or new


def differences(reported: Round, official: Round) -> frozenset[str]:
    """Which facts the official row has otherwise than they were reported, by their names."""
    rule = reported.tie_breaking_rule
    found = {
        "category": _kind(reported) != _kind(official),
        "held_on": reported.held_on != official.held_on,
        "crs_cut_off": reported.crs_cut_off != official.crs_cut_off,
        "invitations_issued": reported.invitations_issued not in (0, official.invitations_issued),
        "tie_breaking_rule": rule is not None and rule != official.tie_breaking_rule,
    }
    return frozenset(name for name, differs in found.items() if differs)
