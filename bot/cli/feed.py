"""`drawbell feed check SOURCE`: what a payload holds, row by row."""

from adapters.ircc.fetch import source_at
from bot.cli.output import DONE, FAILED, answer, answer_json, complain, iso
from bot.core.categories import classify
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.core.rounds import BAND_LABELS, PoolDistribution, Published, Round
from bot.ports import Payload, Validators
from bot.settings import Settings


async def read_feed(location: str, contact: str | None = None) -> Published:
    """Read a payload from a file or URL; `contact` tells its site whom to ask about us.

    Raises:
        SourceUnavailable, SourceChanged: it cannot be had, or not be read.
    """
    payload = await source_at(location, contact).read(Validators())
    if not isinstance(payload, Payload):
        raise SourceUnavailable(f"{location} says that nothing changed, but was never read")
    return payload.published


async def check(location: str, settings: Settings, *, as_json: bool) -> int:
    """Report what can be read, what is doubtful and what is not readable at all."""
    try:
        published = await read_feed(location, settings.contact)
    except (SourceUnavailable, SourceChanged) as error:
        if as_json:
            answer_json({"error": str(error), "rounds": [], "unreadable": [], "doubtful": []})
        complain(str(error))
        return FAILED
    if as_json:
        answer_json(as_facts(published))
    else:
        _describe(published)
    if not published.first_row_readable:
        complain(f"the first row is unreadable: {published.unreadable[0].reason}")
        return FAILED
    return DONE


def as_facts(published: Published) -> dict[str, object]:
    """A payload as plain JSON values."""
    return {
        "rounds": [round_facts(round_) for round_ in published.rounds],
        "unreadable": [
            {"number": row.number, "reason": row.reason} for row in published.unreadable
        ],
        "doubtful": [
            {"number": round_.number, "reason": _doubts(round_), "held": round_.held_back}
            for round_ in published.rounds
            if round_.doubts
        ],
    }


def round_facts(round_: Round) -> dict[str, object]:
    """A round as plain JSON values."""
    classified = classify(round_)
    return {
        "number": round_.number,
        "held_on": iso(round_.held_on),
        "held_at": iso(round_.held_at),
        "type": classified.type,
        "category": classified.group,
        "category_version": classified.version and classified.version.label,
        "name": round_.name,
        "invitations_issued": round_.invitations_issued,
        "crs_cut_off": round_.crs_cut_off,
        "tie_breaking_rule": iso(round_.tie_breaking_rule),
        "programs": list(round_.programs),
        "pool": round_.pool and _pool_facts(round_.pool),
    }


def _pool_facts(pool: PoolDistribution) -> dict[str, object]:
    bands = dict(zip(BAND_LABELS, pool.bands, strict=True))
    return {"as_on": iso(pool.as_on), "total": pool.total, "bands": bands}


def _doubts(round_: Round) -> str:
    return "; ".join(doubt.reason for doubt in round_.doubts)


def _describe(published: Published) -> None:
    rounds = published.rounds
    doubtful = [round_ for round_ in rounds if round_.doubts]
    answer(
        f"{len(rounds)} rounds, {len(doubtful)} of them doubtful, "
        f"{len(published.unreadable)} rows unreadable."
    )
    if rounds:
        first = rounds[0]
        answer(f"First: #{first.number}, {first.held_on}, {first.name}, {first.crs_cut_off}.")
    for row in published.unreadable:
        answer(f"Unreadable: {_number(row.number)}: {row.reason}.")
    for round_ in doubtful:
        held = " (held for the operator)" if round_.held_back else ""
        answer(f"Doubtful: #{round_.number}{held}: {_doubts(round_)}.")


def _number(number: str | None) -> str:
    return "a row without a number" if number is None else f"#{number}"
