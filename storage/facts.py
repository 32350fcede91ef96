"""Rounds, conversations and facts of chats as JSON and back, independent of any wire's words."""

import json
from datetime import date, datetime
from functools import lru_cache

from bot.core.rounds import Doubt, Field, PoolDistribution, Round, RoundNumber, Stamp
from bot.core.subscribers import Conversation


def dump_round(round_: Round) -> str:
    """All facts of a round as JSON."""
    pool = round_.pool
    return json.dumps(
        {
            "number": round_.number,
            "held_on": round_.held_on.isoformat(),
            "name": round_.name,
            "name_fr": round_.name_fr,
            "invitations_issued": round_.invitations_issued,
            "crs_cut_off": round_.crs_cut_off,
            "held_at": _iso(round_.held_at),
            "stamp": round_.stamp,
            "tie_breaking_rule": _iso(round_.tie_breaking_rule),
            "programs": round_.programs,
            "pool": pool and {"as_on": _iso(pool.as_on), "bands": pool.bands},
            "doubts": [[doubt.field, doubt.reason] for doubt in round_.doubts],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


@lru_cache(maxsize=1024)
def load_round(text: str) -> Round:
    """The round that a JSON text holds."""
    facts = json.loads(text)
    return Round(
        number=RoundNumber(facts["number"]),
        held_on=date.fromisoformat(facts["held_on"]),
        name=facts["name"],
        name_fr=facts.get("name_fr"),
        invitations_issued=facts["invitations_issued"],
        crs_cut_off=facts["crs_cut_off"],
        held_at=_moment(facts["held_at"]),
        stamp=Stamp(facts["stamp"]),
        tie_breaking_rule=_moment(facts["tie_breaking_rule"]),
        programs=tuple(facts["programs"]),
        pool=_pool(facts["pool"]),
        doubts=tuple(Doubt(field=Field(field), reason=reason) for field, reason in facts["doubts"]),
    )


def _iso(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _pool(facts: dict[str, object] | None) -> PoolDistribution | None:
    if facts is None:
        return None
    as_on, bands = facts["as_on"], facts["bands"]
    return PoolDistribution(
        as_on=date.fromisoformat(as_on) if isinstance(as_on, str) else None,
        bands=tuple(bands) if isinstance(bands, list) else (),
    )


def dump_conversation(conversation: Conversation) -> str | None:
    """Where a conversation stands as JSON; None when there is nothing to remember."""
    if conversation == Conversation():
        return None
    return json.dumps(
        {
            "step": conversation.step,
            "profile": conversation.profile,
            "offered": conversation.offered,
        },
        ensure_ascii=False,
    )


def load_conversation(text: str | None) -> Conversation:
    """The conversation that a JSON text holds."""
    if text is None:
        return Conversation()
    facts = json.loads(text)
    return Conversation(
        step=facts["step"],
        profile=facts["profile"],
        offered=tuple((label, says) for label, says in facts["offered"]),
    )


def dump_facts(facts: tuple[tuple[str, str], ...]) -> str | None:
    """A chat's facts as JSON; None when there are none."""
    return json.dumps(dict(facts), ensure_ascii=False) if facts else None


def load_facts(text: str | None) -> tuple[tuple[str, str], ...]:
    """The facts that a JSON text holds."""
    return () if text is None else tuple(sorted(json.loads(text).items()))
