"""Audiences: everybody for whom a decision is the same, kept once.

An audience is a background (what opens a round: answers, nomination, occupations) with a stance
(score and preference: what decides whether to tell). There are far fewer of each than of both
together, so the core judges each on its own and SQL puts them together (`storage/deciding`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, RowMapping, bindparam, delete, select, union_all
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from bot.core.alerts import Audience, Mode, Preference, Stance
from bot.core.profiles import Candidate
from bot.core.subscribers import Address
from storage.addresses import AT, at
from storage.lookup import matching
from storage.tables import (
    audiences,
    backgrounds,
    openings,
    profile_history,
    profiles,
    stances,
    subscribers,
    tellings,
)
from storage.types import answers_of, mask_of, occupations_of, occupations_text

_Key = tuple[Any, ...]
_BACKGROUND = (
    backgrounds.c.nominee,
    backgrounds.c.yes_mask,
    backgrounds.c.no_mask,
    backgrounds.c.occupations,
)
_STANCE = (stances.c.crs_score, stances.c.mode, stances.c.near_points)
_BOTH = (audiences.c.background_id, audiences.c.stance_id)
_NOT_SAID = -1
_REMEMBERED = 4096

FACTS = (*_BACKGROUND, *_STANCE)
"""The columns that `audience_of` reads."""

WHOLE = audiences.join(backgrounds, backgrounds.c.id == audiences.c.background_id).join(
    stances, stances.c.id == audiences.c.stance_id
)
"""Where they come from."""

_FACT_NAMES = tuple(column.name for column in FACTS)
_facts_in = itemgetter(*_FACT_NAMES)
_KNOWN = (
    select(audiences.c.id)
    .select_from(WHOLE)
    .where(*(column == bindparam(column.name) for column in FACTS))
)


async def ids_of(connection: AsyncConnection, wanted: Iterable[Audience]) -> dict[Audience, int]:
    """The id of each audience; those not there yet are added."""
    many = list(wanted)
    if len(many) == 1:
        return {many[0]: await _id_of(connection, many[0])}
    return await _ids_of_many(connection, many)


async def _id_of(connection: AsyncConnection, audience: Audience) -> int:
    """The id of one audience: one look when it is there, three statements when it is not."""
    values = (*_background(audience), *_stance(audience))
    known = await connection.scalar(_KNOWN, dict(zip(_FACT_NAMES, values, strict=True)))
    if known is not None:
        return int(known)
    background = await _put(connection, _BACKGROUND, _background(audience))
    stance = await _put(connection, _STANCE, _stance(audience))
    return await _put(connection, _BOTH, (background, stance))


async def _put(connection: AsyncConnection, key: Sequence[Column[Any]], values: _Key) -> int:
    """The id of the row with these values, which is added if it is not there."""
    row = {column.name: value for column, value in zip(key, values, strict=True)}
    return int((await connection.execute(_putting(tuple(key)), row)).scalar_one())


@cache
def _putting(key: tuple[Column[Any], ...]) -> ReturningInsert[Any]:
    table, first = key[0].table, key[0].name
    put = insert(table).values({column.name: bindparam(column.name) for column in key})
    # Setting a column to what it is anyway makes the row that is there come back, too.
    put = put.on_conflict_do_update(index_elements=key, set_={first: put.excluded[first]})
    return put.returning(table.c.id)


async def _ids_of_many(
    connection: AsyncConnection, wanted: Iterable[Audience]
) -> dict[Audience, int]:
    keys = {audience: (_background(audience), _stance(audience)) for audience in wanted}
    back = await _ids(connection, _BACKGROUND, {one for one, _ in keys.values()})
    front = await _ids(connection, _STANCE, {two for _, two in keys.values()})
    pairs = {audience: (back[one], front[two]) for audience, (one, two) in keys.items()}
    known = await _ids(connection, _BOTH, set(pairs.values()))
    return {audience: known[pair] for audience, pair in pairs.items()}


async def _ids(
    connection: AsyncConnection, key: Sequence[Column[Any]], wanted: set[_Key]
) -> dict[_Key, int]:
    """The id of each row with such a key; those not there yet are added."""
    known = await _known(connection, key, wanted)
    if missing := sorted(wanted - known.keys()):
        names = [column.name for column in key]
        rows = [dict(zip(names, one, strict=True)) for one in missing]
        await connection.execute(insert(key[0].table).on_conflict_do_nothing(), rows)
        known |= await _known(connection, key, missing)
    return known


async def _known(
    connection: AsyncConnection, key: Sequence[Column[Any]], wanted: Iterable[_Key]
) -> dict[_Key, int]:
    rows = await connection.execute(
        matching(key[0].table.c.id, key), {"wanted": json.dumps(list(wanted))}
    )
    return {tuple(row[1:]): row[0] for row in rows}


async def drop_unused(connection: AsyncConnection) -> None:
    """Delete audiences that nobody has any more, their parts, and what was decided for those.

    They name nobody, but a rare score with a rare occupation is somebody's all the same.
    """
    for statement in _DROP_UNUSED:
        await connection.execute(statement)


_USED = union_all(select(profiles.c.audience_id), select(profile_history.c.audience_id))
_DROP_UNUSED = (
    delete(audiences).where(audiences.c.id.not_in(_USED)),
    delete(openings).where(openings.c.background_id.not_in(select(audiences.c.background_id))),
    delete(tellings).where(tellings.c.stance_id.not_in(select(audiences.c.stance_id))),
    delete(backgrounds).where(backgrounds.c.id.not_in(select(audiences.c.background_id))),
    delete(stances).where(stances.c.id.not_in(select(audiences.c.stance_id))),
)


async def audiences_at(connection: AsyncConnection, address: Address) -> list[int]:
    """The audiences of one subscriber's profiles."""
    mine = profiles.join(subscribers, subscribers.c.id == profiles.c.subscriber_id)
    found = await connection.scalars(
        select(profiles.c.audience_id).select_from(mine).where(AT), at(address)
    )
    return list(found)


async def backgrounds_of(
    connection: AsyncConnection, group: str | None, of: Sequence[int] | None = None
) -> Iterator[tuple[list[int], Candidate]]:
    """Every background (or those of some audiences), together as far as `group` tells them apart.

    Each comes as a candidate without a score, who has answered about that group alone.
    """
    asked = 0 if group is None else mask_of(frozenset({group}))
    query = select(
        backgrounds.c.id,
        backgrounds.c.nominee,
        backgrounds.c.yes_mask.op("&")(asked),
        backgrounds.c.no_mask.op("&")(asked),
        backgrounds.c.occupations,
    )
    if of is not None:
        wanted = select(audiences.c.background_id).where(audiences.c.id.in_(of))
        query = query.where(backgrounds.c.id.in_(wanted))
    alike: dict[_Key, list[int]] = {}
    for key, *facts in await connection.execute(query):
        alike.setdefault(tuple(facts), []).append(key)
    return ((keys, _candidate(None, *facts)) for facts, keys in alike.items())


async def stances_of(
    connection: AsyncConnection, of: Sequence[int] | None = None
) -> Iterator[tuple[int, Stance]]:
    """Every distinct stance (or those of some audiences), with its id."""
    query = select(stances.c.id, *_STANCE)
    if of is not None:
        wanted = select(audiences.c.stance_id).where(audiences.c.id.in_(of))
        query = query.where(stances.c.id.in_(wanted))
    found = await connection.execute(query)
    return ((row[0], _stance_of(*row[1:])) for row in found)


@lru_cache(maxsize=_REMEMBERED)
def _stance_of(score: int, mode: str, near_points: int) -> Stance:
    return Stance(
        crs_score=_said(score), preference=Preference(mode=Mode(mode), near_points=near_points)
    )


def audience_of(row: RowMapping) -> Audience:
    """The audience that a row stands for."""
    return audience_with(*_facts_in(row))


@lru_cache(maxsize=_REMEMBERED)
def audience_with(
    nominee: int, yes: int, no: int, occupations: str, score: int, mode: str, near_points: int
) -> Audience:
    """The audience that these values of `FACTS` stand for."""
    candidate = _candidate(_said(score), nominee, yes, no, occupations)
    return Audience(candidate=candidate, preference=_stance_of(score, mode, near_points).preference)


def _candidate(score: int | None, nominee: int, yes: int, no: int, occupations: str) -> Candidate:
    return Candidate(
        crs_score=score,
        answers=answers_of(yes, no),
        nominee=None if nominee == _NOT_SAID else bool(nominee),
        occupations=occupations_of(occupations),
    )


def _said(number: int) -> int | None:
    return None if number == _NOT_SAID else number


def _background(audience: Audience) -> _Key:
    candidate = audience.candidate
    return (
        _NOT_SAID if candidate.nominee is None else int(candidate.nominee),
        mask_of(candidate.answers.yes),
        mask_of(candidate.answers.no),
        occupations_text(candidate.occupations),
    )


def _stance(audience: Audience) -> _Key:
    score, preference = audience.candidate.crs_score, audience.preference
    return (_NOT_SAID if score is None else score, str(preference.mode), preference.near_points)
