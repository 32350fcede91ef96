"""Published x known -> news: what is new, what changed, and what nobody needs to hear of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.core.categories import classify
from bot.core.rounds import (
    Field,
    Published,
    Round,
    RoundNumber,
    RoundType,
    Stamp,
    UnreadableRow,
    order_key,
)

LATE_ARRIVAL = timedelta(days=7)
"""A new number dated further than this before the newest round known waits for the operator.

Elsewhere an item that vanished and came back was announced as news a year later.
"""

FAR_AHEAD = timedelta(days=300)
"""A round dated so long after today waits too: somebody has typed another year."""

_FEWEST_FOR_REBASELINE = 10


class Status(StrEnum):
    """What became of a round in our memory.

    `unconfirmed` is reported by news sites only, `overtaken` was, and IRCC's row has come since.
    Neither is part of what is known of the feed.
    """

    BASELINE = "baseline"
    ANNOUNCED = "announced"
    HELD = "held"
    UNCONFIRMED = "unconfirmed"
    OVERTAKEN = "overtaken"


class Change(StrEnum):
    """What happened to a round after it was first read."""

    CORRECTED = "corrected"
    RENAMED = "renamed"
    REFRESHED = "refreshed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRound:
    """A round as we remember it."""

    round: Round
    status: Status
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that memory holds of the feed."""

    rounds: Mapping[RoundNumber, KnownRound]

    @property
    def settled(self) -> bool:
        """Whether a round was ever news after the baseline: then the baseline was a whole one."""
        return any(known.status is not Status.BASELINE for known in self.rounds.values())

    def newest(self, today: date = date.max) -> tuple[date, int, str]:
        """The order key of the latest round known; one of next week or later is a mistake.

        Otherwise one wrong date would make every round to come an old one. What is held proves
        nothing: IRCC may take it back.
        """
        found = ((number, one.round.held_on) for number, one in self._sure())
        past = ((number, day) for number, day in found if day - today <= LATE_ARRIVAL)
        return max((order_key(day, number) for number, day in past), default=(date.min, 0, ""))

    def _sure(self) -> Iterable[tuple[RoundNumber, KnownRound]]:
        return (one for one in self.rounds.items() if one[1].status is not Status.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A known round that reads differently now; `after` is what to remember."""

    before: KnownRound
    after: Round
    change: Change

    @property
    def is_clear(self) -> bool:
        """Whether nothing about the round has to wait for the operator."""
        return not self.after.held_back


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one payload means. The groups are disjoint; rounds stand in the order they were held.

    `new` is to be told; so are `released`, known rounds that were held and that IRCC has mended.
    `held` waits for the operator, `history` is remembered without a word, `revised` are other
    known rounds that changed, `missing` are known numbers that were not published. A payload that
    is `older` than what is known revises nothing: what it says has been said better since.
    `withdrawn` are held ones that are gone although the payload is newer than whatever had them.
    """

    baseline: bool
    new: tuple[Round, ...] = ()
    released: tuple[Revised, ...] = ()
    held: tuple[Round, ...] = ()
    history: tuple[Round, ...] = ()
    revised: tuple[Revised, ...] = ()
    missing: tuple[RoundNumber, ...] = ()
    withdrawn: tuple[RoundNumber, ...] = ()
    unreadable: tuple[UnreadableRow, ...] = ()
    older: bool = False

    @property
    def to_tell(self) -> list[Round]:
        """The rounds that people are told of, oldest first."""
        return in_order([*self.new, *(one.after for one in self.released)])


def detect(
    published: Published, known: Known, *, older: bool = False, today: date = date.max
) -> News:
    """Compare a payload with memory. Identity is the round's number and nothing else.

    `older` says that the site dates it before the newest one; a payload with a round that nobody
    has seen is never older, whatever its date. Rounds dated after `today` are doubted.
    """
    unseen = in_order(round_ for round_ in published.rounds if round_.number not in known.rounds)
    news = [round_ for round_ in unseen if not _is_history(round_, known, today)]
    baseline = _is_baseline(news, known)
    if baseline:
        news = []
    changed = list(_revisions(published, known, today))
    released = [one for one in changed if _is_mended(one, today)]
    held = [round_ for round_ in news if round_.held_back or _is_untimely(round_, known, today)]
    missing, gone = _missing(published, known)
    older = not unseen and (older or known.newest(today)[2] in missing)
    return News(
        baseline=baseline,
        new=tuple(round_ for round_ in news if round_ not in held),
        released=tuple(released),
        held=tuple(held),
        history=tuple(round_ for round_ in unseen if round_ not in news),
        revised=() if older else tuple(one for one in changed if one not in released),
        missing=missing,
        withdrawn=gone if unseen else (),
        unreadable=published.unreadable,
        older=older,
    )


def in_order(rounds: Iterable[Round]) -> list[Round]:
    """Rounds as they were held, oldest first."""
    return sorted(rounds, key=lambda round_: order_key(round_.held_on, round_.number))


def _is_baseline(news: list[Round], known: Known) -> bool:
    """Whether a payload only shows how little memory held, so that nobody is to be told.

    True for an empty memory; and for one that has seen no news yet when so many rounds follow
    what it holds that its first payload cannot have been the whole feed.
    """
    if not known.rounds:
        return True
    return not known.settled and len(news) > max(_FEWEST_FOR_REBASELINE, len(known.rounds) // 2)


def _is_history(round_: Round, known: Known, today: date) -> bool:
    """Whether an unseen round only fills memory up: it was held before what is known already.

    A memory that has seen no news yet may rest on a partial payload, so there every round before
    the newest is history.
    """
    return not known.settled and order_key(round_.held_on, round_.number) < known.newest(today)


def _is_untimely(round_: Round, known: Known, today: date) -> bool:
    """Whether a new number comes too long after its day; a few days out of order are news."""
    if _is_far_ahead(round_, today):
        return True
    newest = known.newest(today)[0]
    return known.settled and newest - round_.held_on > LATE_ARRIVAL


def _is_far_ahead(round_: Round, today: date) -> bool:
    return round_.held_on - today > FAR_AHEAD


def _is_mended(one: Revised, today: date) -> bool:
    """Whether a round was held for a doubt that IRCC has cleared up since."""
    before = one.before.round
    was_doubtful = before.held_back or _is_far_ahead(before, today)
    was_held = one.before.status is Status.HELD and was_doubtful
    return was_held and one.is_clear and not _is_far_ahead(one.after, today)


def _missing(
    published: Published, known: Known
) -> tuple[tuple[RoundNumber, ...], tuple[RoundNumber, ...]]:
    """Known numbers that are not published; apart from them, those that were only held."""
    absent = known.rounds.keys() - _numbers(published)
    numbers = [one.number for one in in_order(known.rounds[number].round for number in absent)]
    held = tuple(one for one in numbers if known.rounds[one].status is Status.HELD)
    return tuple(one for one in numbers if one not in held), held


def _numbers(published: Published) -> set[RoundNumber]:
    rows = {RoundNumber(row.number) for row in published.unreadable if row.number}
    return rows | {round_.number for round_ in published.rounds}


def _revisions(published: Published, known: Known, today: date) -> Iterable[Revised]:
    for round_ in in_order(published.rounds):
        before = known.rounds.get(round_.number)
        if before is None or _spoils(before.round, round_, today):
            continue
        after = remembering(before.round, round_)
        change = _change(before.round, after)
        if change is not None:
            yield Revised(before=before, after=after, change=change)


def _spoils(before: Round, after: Round, today: date) -> bool:
    """Whether a round that was clear is now published with a doubtful number, name, score or year.

    What is doubtful does not replace what was clear; the operator sees it with `feed check`.
    """
    if _is_far_ahead(after, today) and not _is_far_ahead(before, today):
        return True
    return after.held_back and not before.held_back


def remembering(before: Round, after: Round) -> Round:
    """`after`, with what IRCC published once and later blanked or spoiled kept as it was.

    By 2025 IRCC had zeroed the pool figures of #223, #224, #226 and #227, published before.
    """
    doubted = {doubt.field for doubt in after.doubts}
    kept = after
    if after.pool is None and before.pool is not None:
        kept = replace(kept, pool=before.pool)
    if before.stamp is Stamp.PUBLISHED and after.stamp is not Stamp.PUBLISHED:
        kept = replace(kept, stamp=before.stamp, tie_breaking_rule=before.tie_breaking_rule)
    if after.held_at is None and before.held_at is not None:
        kept = replace(kept, held_at=before.held_at)
    if after.name_fr is None and after.name == before.name:
        kept = replace(kept, name_fr=before.name_fr)
    if not after.programs and before.programs and Field.PROGRAMS in doubted:
        kept = replace(kept, programs=before.programs)
    return kept


def _change(before: Round, after: Round) -> Change | None:
    if before == after:
        return None
    if _answer_facts(before) != _answer_facts(_called_as(before, after)):
        return Change.CORRECTED
    return Change.REFRESHED if before.name == after.name else Change.RENAMED


def _called_as(before: Round, after: Round) -> Round:
    """`after` under its old name, if the new one tells us nothing: that corrects no answer."""
    classified = classify(after)
    unknown = classified.type is RoundType.CATEGORY and classified.group is None
    return replace(after, name=before.name) if unknown else after


def _answer_facts(round_: Round) -> tuple[object, ...]:
    """The facts that alerts state or answers depend on; of a name, only what it means."""
    classified = classify(round_)
    return (
        classified.type,
        classified.group,
        round_.held_on,
        round_.crs_cut_off,
        round_.invitations_issued,
        round_.stamp,
        round_.tie_breaking_rule,
    )
