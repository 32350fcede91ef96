"""Subscribers with sensible defaults."""

from typing import Any

from bot.core.profiles import Profile
from bot.core.subscribers import Address, Subscriber
from tests.builders import a_profile

PLATFORM = "console"


def an_address(chat: str = "ann", platform: str = PLATFORM) -> Address:
    """A chat on the console, unless told otherwise."""
    return Address(platform=platform, chat=chat)


def a_subscriber(
    chat: str = "ann", *profiles: Profile, platform: str = PLATFORM, **changes: Any
) -> Subscriber:
    """Somebody with one health care profile at 480, unless told otherwise."""
    return Subscriber(
        address=an_address(chat, platform), profiles=profiles or (a_profile(),), **changes
    )
