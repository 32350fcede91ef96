"""Audiences: everybody for whom a decision is the same, kept once."""

from collections.abc import Iterable

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Audience, Mode, Preference
from bot.core.profiles import Candidate
from storage.tables import audiences
from storage.types import answers_of, mask_of, occupations_of, occupations_text

_KEY = (
    audiences.c.crs_score,
    audiences.c.nominee,
    audiences.c.yes_mask,
    audiences.c.no_mask,
    audiences.c.occupations,
    audiences.c.mode,
    audiences.c.near_points,
)
_NOT_SAID = -1


async def ids_of(connection: AsyncConnection, wanted: Iterable[Audience]) -> dict[Audience, int]:
    """The id of each audience; those not there yet are added."""
    columns = {audience: _columns(audience) for audience in wanted}
    found: dict[Audience, int] = {}
    for audience, values in columns.items():
        match_all = [column == values[column.name] for column in _KEY]
        known = await connection.scalar(select(audiences.c.id).where(*match_all))
        if known is None:
            known = await connection.scalar(
                insert(audiences).values(values).returning(audiences.c.id)
            )
        found[audience] = int(known or 0)
    return found


async def all_of(connection: AsyncConnection) -> list[tuple[int, Audience]]:
    """Every audience, with its id."""
    found = await connection.execute(select(audiences.c.id, *_KEY))
    return [(row["id"], audience_of(row)) for row in found.mappings()]


def audience_of(row: RowMapping) -> Audience:
    """The audience that a row stands for."""
    score, nominee = row["crs_score"], row["nominee"]
    return Audience(
        candidate=Candidate(
            crs_score=None if score == _NOT_SAID else score,
            answers=answers_of(row["yes_mask"], row["no_mask"]),
            nominee=None if nominee == _NOT_SAID else bool(nominee),
            occupations=occupations_of(row["occupations"]),
        ),
        preference=Preference(mode=Mode(row["mode"]), near_points=row["near_points"]),
    )


def _columns(audience: Audience) -> dict[str, object]:
    candidate, preference = audience.candidate, audience.preference
    score, nominee = candidate.crs_score, candidate.nominee
    return {
        "crs_score": _NOT_SAID if score is None else score,
        "nominee": _NOT_SAID if nominee is None else int(nominee),
        "yes_mask": mask_of(candidate.answers.yes),
        "no_mask": mask_of(candidate.answers.no),
        "occupations": occupations_text(candidate.occupations),
        "mode": preference.mode,
        "near_points": preference.near_points,
    }
