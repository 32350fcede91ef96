"""Compares what a post says with IRCC's rows: the feed decides, a post is only checked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.categories import classify
from bot.core.news_claims import ROUNDS
from bot.core.news_types import GENERAL, Claim, Kind, NewsEntry, Precision, SaidMoment
from bot.core.rounds import Round, order_key
from bot.core.timing import TORONTO

Fact = str | int

_A_DAY = timedelta(days=1)
_LAST = 10**9
"""Sorts after every round of a day."""
_LATE_REPORT = timedelta(days=7)
"""A post that names no day reports a round of the week before it, if its numbers agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A fact of which a post says one thing and the official rows another."""

    fact: str
    news: Fact
    official: Fact


def disagreements(entry: NewsEntry, rounds: Iterable[Round]) -> list[Disagreement]:
    """What a post says otherwise than the official rounds; agreement as far as said is none.

    A round that is not among them yet is not compared. Totals of a year are counted up to the
    round, or up to the day of publication for a post that reports no round.
    """
    if entry.kind is not Kind.EE_ROUND:
        until = entry.published_on
        return _claims(entry.claims, rounds, (until, _LAST, "")) if until else []
    known = list(rounds)
    official = matching_round(entry, known)
    if official is None:
        return []
    until_then = order_key(official.held_on, official.number)
    return [*_facts(entry, official), *_claims(entry.claims, known, until_then)]


def matching_round(entry: NewsEntry, rounds: Sequence[Round]) -> Round | None:
    """The official round that a post reports, by number, else by day and score or category.

    A number alone is not enough when everything else differs: then it is another count.
    """
    scored = [(_likeness(entry, one), one) for one in rounds]
    best = max((likeness for likeness, _ in scored), default=0)
    fitting = [one for likeness, one in scored if likeness == best]
    return fitting[0] if best > 0 and len(fitting) == 1 else None


def _likeness(entry: NewsEntry, round_: Round) -> int:
    """How well a round fits, 0 if it cannot be meant."""
    same_number = entry.number == round_.number
    apart = _days_apart(entry, round_)
    if not same_number and (apart is None or apart > _A_DAY):
        return 0
    if not same_number and _is_another(entry, round_):
        return 0
    equal = _equal_facts(entry, round_)
    far = apart is not None and apart > _A_DAY
    if far and entry.crs_cut_off not in (None, round_.crs_cut_off):
        return 0  # sites count differently, and sizes and categories come again
    says_nothing = not any((entry.crs_cut_off, entry.invitations_issued, entry.category))
    if equal == 0 and (far if same_number else not (says_nothing and apart == timedelta())):
        return 0
    return (
        10 * same_number + 4 * (apart == timedelta() and entry.held_on is not None) + 3 * equal + 1
    )


def _is_another(entry: NewsEntry, round_: Round) -> bool:
    """Whether category and cut-off both differ; many rounds are of 1,000, so a size says little."""
    category = _category(round_)
    said = entry.crs_cut_off is not None and entry.category is not None and category is not None
    return said and entry.crs_cut_off != round_.crs_cut_off and entry.category != category


def _days_apart(entry: NewsEntry, round_: Round) -> timedelta | None:
    """How far the day said is from the round's; without one, none at all for a late report."""
    if entry.held_on is not None:
        return abs(entry.held_on - round_.held_on)
    if entry.published_on is None:
        return None
    ago = entry.published_on - round_.held_on
    compared = entry.crs_cut_off is not None or entry.invitations_issued is not None
    return timedelta() if compared and -_A_DAY <= ago <= _LATE_REPORT else None


def _equal_facts(entry: NewsEntry, round_: Round) -> int:
    return (
        (entry.crs_cut_off == round_.crs_cut_off)
        + (entry.invitations_issued == round_.invitations_issued)
        + (entry.category is not None and entry.category == _category(round_))
    )


def _category(round_: Round) -> str | None:
    """The group of a round, `GENERAL` for none, None for a name that no table knows."""
    classified = classify(round_)
    return classified.group or (GENERAL if classified.recognised else None)


def _facts(entry: NewsEntry, official: Round) -> list[Disagreement]:
    pairs: list[tuple[str, Fact | None, Fact | None]] = [
        ("number", entry.number, official.number),
        ("held_on", _day_written(entry), official.held_on.isoformat()),
        ("category", entry.category, _category(official)),
        ("crs_cut_off", entry.crs_cut_off, official.crs_cut_off),
        ("invitations_issued", entry.invitations_issued, official.invitations_issued),
    ]
    found = [
        Disagreement(fact=fact, news=news, official=row)
        for fact, news, row in pairs
        if news is not None and row is not None and news != row
    ]
    return [*found, *_tie_break(entry.tie_breaking_rule, official.tie_breaking_rule)]


def _day_written(entry: NewsEntry) -> str | None:
    """The day as the post writes it; "today" says little where posts are dated after midnight."""
    if entry.held_on is None or entry.held_on_implied:
        return None
    return entry.held_on.isoformat()


def _tie_break(news: SaidMoment | None, official: datetime | None) -> list[Disagreement]:
    if news is None or official is None or _agrees(news, official):
        return []
    stamp = official.isoformat().replace("+00:00", "Z")
    return [Disagreement(fact="tie_breaking_rule", news=news.iso(), official=stamp)]


def _agrees(news: SaidMoment, official: datetime) -> bool:
    if news.precision is Precision.DAY:
        days = (official.date(), official.astimezone(TORONTO).date())
        return news.start.date() in days
    width = timedelta(seconds=0 if news.precision is Precision.SECOND else 59)
    return any(start <= official <= start + width for start in (news.start, *news.or_else))


def _claims(
    claims: Collection[Claim], rounds: Iterable[Round], until: tuple[date, int, str]
) -> list[Disagreement]:
    if not claims:
        return []
    before = [one for one in rounds if order_key(one.held_on, one.number) <= until]
    totals = [(claim, _total(claim, before)) for claim in claims]
    return [
        Disagreement(fact=claim.fact, news=claim.value, official=official)
        for claim, official in totals
        if official is not None and official != claim.value
    ]


def _total(claim: Claim, rounds: Iterable[Round]) -> int | None:
    """What the rows of a year add up to; None for a year of which there are none."""
    kind, _, group = claim.fact.partition(":")
    of_year = [one for one in rounds if one.held_on.year == claim.year]
    if not of_year:
        return None
    counted = [one for one in of_year if not group or _category(one) == group]
    return len(counted) if kind == ROUNDS else sum(one.invitations_issued for one in counted)
