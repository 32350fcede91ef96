"""Where subscribers are reached, as a condition that is built once."""

from sqlalchemy import and_, bindparam

from bot.core.subscribers import Address
from storage.tables import subscribers

AT = and_(
    subscribers.c.platform == bindparam("at_platform"), subscribers.c.chat == bindparam("at_chat")
)
"""The subscriber at the address that `at` gives."""


def at(address: Address) -> dict[str, str]:
    """The parameters of `AT`."""
    return {"at_platform": address.platform, "at_chat": address.chat}
