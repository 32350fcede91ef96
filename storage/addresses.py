"""Where people are known, as conditions that are built once."""

from sqlalchemy import String, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.subscribers import Address
from storage.tables import links, subscribers

_PLATFORM, _CHAT = bindparam("at_platform", type_=String), bindparam("at_chat", type_=String)
_led = subscribers.alias("led")

LED = and_(subscribers.c.platform == _PLATFORM, subscribers.c.chat == _CHAT)
"""The subscriber whose alerts go to the address that `at` gives."""

LINKED = and_(links.c.platform == _PLATFORM, links.c.chat == _CHAT)
"""The link at that address."""

AT = subscribers.c.id == func.coalesce(
    select(_led.c.id).where(_led.c.platform == _PLATFORM, _led.c.chat == _CHAT).scalar_subquery(),
    select(links.c.subscriber_id).where(LINKED).scalar_subquery(),
)
"""The subscriber who is known at that address, whether alerts go there or not."""

_ID_AT = select(subscribers.c.id).where(AT)


def at(address: Address) -> dict[str, str]:
    """The parameters of these."""
    return {"at_platform": address.platform, "at_chat": address.chat}


async def id_at(connection: AsyncConnection, address: Address) -> int | None:
    """The id of the subscriber who is known at an address."""
    return await connection.scalar(_ID_AT, at(address))
