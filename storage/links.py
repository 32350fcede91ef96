"""Codes that join a second chat to a person, and the wrong ones that were tried."""

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.links import CODE_LASTS, MOST_WRONG, WRONG_COUNTS, draw_code
from bot.core.subscribers import Address
from storage.addresses import at, id_at
from storage.tables import link_codes, link_tries, subscribers
from storage.types import Moment


def drawn() -> str:
    """A code that nobody can foresee."""
    return draw_code(secrets.choice)


class StoredLinkCodes:
    """See `bot.ports.LinkCodes`. `draw` gives codes, one after the other."""

    def __init__(self, connection: AsyncConnection, draw: Callable[[], str]) -> None:
        self._connection = connection
        self._draw = draw

    async def open(self, address: Address, now: datetime) -> str:
        """A new code for the person who is known at an address; it ends their last one."""
        key = await id_at(self._connection, address)
        code = await self._unused()
        put = sqlite.insert(link_codes).values(
            subscriber_id=key, code=code, expires_at=now + CODE_LASTS
        )
        put = put.on_conflict_do_update(
            index_elements=[link_codes.c.subscriber_id],
            set_={"code": put.excluded.code, "expires_at": put.excluded.expires_at},
        )
        await self._connection.execute(put)
        return code

    async def _unused(self) -> str:
        while True:
            code = self._draw()
            taken = await self._connection.scalar(
                select(link_codes.c.subscriber_id).where(link_codes.c.code == code)
            )
            if taken is None:
                return code

    async def owner(self, code: str, now: datetime) -> Address | None:
        """Where the alerts of the person go whose code it is; None if it is nobody's any more."""
        found = await self._connection.execute(_OWNER, {"code": code, "now": now})
        row = found.first()
        return None if row is None else Address(platform=row.platform, chat=row.chat)

    async def close(self, code: str) -> None:
        """The code was used."""
        await self._connection.execute(delete(link_codes).where(link_codes.c.code == code))

    async def may_try(self, address: Address, now: datetime) -> bool:
        """Whether few enough wrong codes came from a chat of late."""
        wrong = await self._connection.scalar(_WRONG, at(address) | {"since": now - WRONG_COUNTS})
        return (wrong or 0) < MOST_WRONG

    async def wrong(self, address: Address, now: datetime) -> None:
        """A wrong code came from a chat."""
        await self._connection.execute(
            insert(link_tries).values(platform=address.platform, chat=address.chat, at=now)
        )

    async def sweep(self, now: datetime) -> None:
        """Delete codes that are no longer good, and tries that no longer count."""
        await self._connection.execute(delete(link_codes).where(link_codes.c.expires_at <= now))
        await self._connection.execute(
            delete(link_tries).where(link_tries.c.at <= now - WRONG_COUNTS)
        )


_OWNER = (
    select(subscribers.c.platform, subscribers.c.chat)
    .join(link_codes, link_codes.c.subscriber_id == subscribers.c.id)
    .where(
        link_codes.c.code == bindparam("code"),
        link_codes.c.expires_at > bindparam("now", type_=Moment),
    )
)
_WRONG = (
    select(func.count())
    .select_from(link_tries)
    .where(
        link_tries.c.platform == bindparam("at_platform"),
        link_tries.c.chat == bindparam("at_chat"),
        link_tries.c.at > bindparam("since", type_=Moment),
    )
)
