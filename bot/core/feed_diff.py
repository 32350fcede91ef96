"""One payload x a later one -> what changed between them, and what would be told of it."""

from dataclasses import dataclass

from bot.core.corrections import to_tell
from bot.core.detect import (
    Change,
    Known,
    KnownRound,
    Revised,
    Status,
    detect,
    in_order,
)
from bot.core.rounds import Doubt, Field, PoolDistribution, Published, Round


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolChange:
    """A round whose figures of the pool changed. Figures that are gone are kept as they were."""

    before: Round
    after: Round

    @property
    def kept(self) -> bool:
        """Whether memory goes on with the figures before."""
        return self.before.pool is not None and self.after.pool is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a payload changes for a memory that holds the one before, oldest round first.

    `told` are the rounds of `new` and `corrected` that people hear of. An older payload changes
    nothing: only `missing` says what it lacks.
    """

    new: tuple[Round, ...] = ()
    renamed: tuple[Revised, ...] = ()
    corrected: tuple[Revised, ...] = ()
    pool_changed: tuple[PoolChange, ...] = ()
    missing: tuple[Round, ...] = ()
    told: frozenset[str] = frozenset()
    older_payload: bool = False


def difference(before: Published, after: Published) -> Difference:
    """Compare two payloads as the poller would, had it announced everything in the first one."""
    known = _remembered(before)
    news = detect(after, known)
    missing = tuple(known.rounds[number].round for number in news.missing)
    if news.older:
        return Difference(missing=missing, older_payload=True)
    newest = max((one.held_on for one in (*before.rounds, *after.rounds)), default=None)
    corrections = to_tell(news.revised, newest) if newest else []
    heard_of = (*news.to_tell, *(one.after for one in corrections))
    return Difference(
        new=tuple(in_order([*news.new, *news.held, *news.history])),
        renamed=tuple(one for one in news.revised if one.change is Change.RENAMED),
        corrected=tuple(one for one in news.revised if one.change is Change.CORRECTED),
        pool_changed=_pool_changes(before, after),
        missing=missing,
        told=frozenset(str(one.number) for one in heard_of),
    )


def _remembered(published: Published) -> Known:
    return Known(
        rounds={
            one.number: KnownRound(round=one, status=Status.ANNOUNCED) for one in published.rounds
        }
    )


def _pool_changes(before: Published, after: Published) -> tuple[PoolChange, ...]:
    earlier = {one.number: one for one in before.rounds}
    return tuple(
        PoolChange(before=earlier[one.number], after=one)
        for one in in_order(after.rounds)
        if one.number in earlier and pool_of(earlier[one.number]) != pool_of(one)
    )


def pool_of(round_: Round) -> tuple[PoolDistribution | None, tuple[Doubt, ...]]:
    """The figures, with what was odd: half of #226's bands were published for a while."""
    return round_.pool, tuple(doubt for doubt in round_.doubts if doubt.field is Field.POOL)
