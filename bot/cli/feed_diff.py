"""`drawbell feed diff OLD NEW`: what changed between two payloads, and what would be told."""

from collections.abc import Sequence

from bot.cli.feed import read_feed, round_facts
from bot.cli.output import DONE, FAILED, answer, answer_json, complain
from bot.core.detect import Revised
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.core.feed_diff import Difference, PoolChange, difference, pool_of
from bot.core.rounds import Published, Round
from bot.settings import Settings


async def diff(old: str, new: str, settings: Settings, *, as_json: bool) -> int:
    """Report the differences from one payload to a later one; exit 0 however many there are."""
    try:
        found = difference(await _read(old, settings), await _read(new, settings))
    except (SourceUnavailable, SourceChanged) as error:
        if as_json:
            answer_json({"error": str(error)})
        complain(str(error))
        return FAILED
    if as_json:
        answer_json(_facts(found))
    else:
        _describe(found)
    return DONE


async def _read(location: str, settings: Settings) -> Published:
    """One of the two; an error says which."""
    try:
        return await read_feed(location, settings.contact)
    except SourceChanged as error:
        raise SourceChanged(f"{location}: {error}") from error


def _facts(found: Difference) -> dict[str, object]:
    return {
        "new": [_round(one, found) for one in found.new],
        "renamed": [_revised(one, found) for one in found.renamed],
        "corrected": [_revised(one, found) for one in found.corrected],
        "pool_changed": [_pool_change(one) for one in found.pool_changed],
        "missing": [{"number": one.number, **_short(one)} for one in found.missing],
        "older_payload": found.older_payload,
    }


def _round(round_: Round, found: Difference) -> dict[str, object]:
    return {"number": round_.number, "told": _told(round_, found), **_short(round_)}


def _short(round_: Round) -> dict[str, object]:
    facts = round_facts(round_)
    names = ("held_on", "name", "category", "crs_cut_off", "invitations_issued")
    return {name: facts[name] for name in names}


def _told(round_: Round, found: Difference) -> bool:
    return str(round_.number) in found.told


def _revised(revised: Revised, found: Difference) -> dict[str, object]:
    before, after = _changed(revised)
    told = _told(revised.after, found)
    return {"number": revised.after.number, "told": told, "before": before, "after": after}


def _changed(revised: Revised) -> tuple[dict[str, object], dict[str, object]]:
    """The facts that differ, apart from the pool's figures, which are told of on their own."""
    before, after = round_facts(revised.before.round), round_facts(revised.after)
    names = [name for name in before if name != "pool" and before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def _pool_change(change: PoolChange) -> dict[str, object]:
    return {
        "number": change.after.number,
        "kept": change.kept,
        "before": _figures(change.before),
        "after": _figures(change.after),
    }


def _figures(round_: Round) -> dict[str, object] | None:
    """The bands, or why they cannot be read; None when none were published."""
    pool, doubts = pool_of(round_)
    if pool is not None:
        return {"total": pool.total, "bands": list(pool.bands)}
    return {"unreadable": doubts[0].reason} if doubts else None


def _describe(found: Difference) -> None:
    if found.older_payload:
        answer(f"An older payload: it lacks {_listed(found.missing)}. Nothing changes.")
        return
    told = [one for one in found.new if _told(one, found)]
    answer(f"New: {_listed(found.new)}; {len(told)} of them would be told.")
    answer(f"Renamed: {_listed([one.after for one in found.renamed])}.")
    for revised in found.corrected:
        before, after = _changed(revised)
        changes = "; ".join(f"{name} {before[name]} -> {after[name]}" for name in before)
        silent = "" if _told(revised.after, found) else " (too old to be told)"
        answer(f"Corrected: #{revised.after.number}: {changes}{silent}.")
    for change in found.pool_changed:
        kept = "; the figures are kept as they were" if change.kept else ""
        answer(f"The pool's figures of #{change.after.number} changed{kept}.")
    if found.missing:
        answer(f"Missing: {_listed(found.missing)}.")


def _listed(rounds: Sequence[Round]) -> str:
    """Numbers of rounds, the first and last of many."""
    numbers = [f"#{one.number}" for one in rounds]
    if len(numbers) > _MOST_LISTED:
        return f"{len(numbers)} rounds, {numbers[0]} to {numbers[-1]}"
    return ", ".join(numbers) or "none"


_MOST_LISTED = 30
