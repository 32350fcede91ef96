"""What a pause keeps from somebody, to be told once at its end."""

from datetime import datetime

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import PAUSED, Kind
from bot.core.detect import in_order
from bot.core.rounds import Round
from bot.core.subscribers import Address
from storage.addresses import AT, at
from storage.facts import load_round
from storage.tables import (
    announcement_rounds,
    announcements,
    deliveries,
    round_revisions,
    rounds,
    subscribers,
)
from storage.types import Moment


async def missed(connection: AsyncConnection, address: Address, since: datetime) -> list[Round]:
    """Rounds announced as news that a pause kept from a subscriber, oldest first."""
    found = await connection.scalars(_MISSED, at(address) | {"since": since, "paused": PAUSED})
    return in_order(load_round(facts) for facts in found)


_SINCE = bindparam("since", type_=Moment)
_THEIRS = exists().where(
    deliveries.c.announcement_id == announcements.c.id,
    deliveries.c.subscriber_id == select(subscribers.c.id).where(AT).scalar_subquery(),
)
_PAUSED_AWAY = _THEIRS.where(
    deliveries.c.error == bindparam("paused"),
    deliveries.c.at >= _SINCE,  # not in an earlier pause, which had its own summary
)
_MISSED = (
    select(round_revisions.c.facts)
    .select_from(
        announcements.join(
            announcement_rounds, announcement_rounds.c.announcement_id == announcements.c.id
        )
        .join(rounds, rounds.c.number == announcement_rounds.c.round_number)
        .join(
            round_revisions,
            (round_revisions.c.number == rounds.c.number)
            & (round_revisions.c.revision == rounds.c.revision),
        )
    )
    .where(
        announcements.c.kind == Kind.NEWS,
        # A delivery of its own means that the pause was over, though nobody had noted it yet.
        or_(and_(announcements.c.created_at >= _SINCE, ~_THEIRS), _PAUSED_AWAY),
    )
    .distinct()
)
