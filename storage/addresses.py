"""Where subscribers are reached, as a condition."""

from sqlalchemy import ColumnElement, and_

from bot.core.subscribers import Address
from storage.tables import subscribers


def is_at(address: Address) -> ColumnElement[bool]:
    """The subscriber at an address."""
    return and_(subscribers.c.platform == address.platform, subscribers.c.chat == address.chat)
