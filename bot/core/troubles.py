"""What can keep posts from a group, channel or topic, for whoever set it up."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.core.subscribers import OWNER, TITLE, Address, Reader


class Trouble(IntEnum):
    """Why nothing is posted where it was to be; a higher one says more than a lower one."""

    TOPIC_GONE = 1
    """Posts go to the chat itself instead."""

    REFUSED = 2
    """The platform refused a post. It may be mistaken about that."""

    SILENCED = 3
    """The platform told us by itself that we may no longer write there."""

    REMOVED = 4
    """The platform told us by itself that we are no longer there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubledPlace:
    """A place with its trouble, which is there since a moment (UTC)."""

    subscriber: int
    place: Reader
    trouble: Trouble
    since: datetime

    @property
    def owner(self) -> Address:
        """Who set the place up: where to tell them."""
        return Address(platform=self.place.address.platform, chat=self.place.fact(OWNER) or "")

    @property
    def title(self) -> str:
        """What people call the place; empty if nobody ever said."""
        return self.place.fact(TITLE) or ""
