"""Links that open a private chat with the bot, and what they say there."""

import re

_PAYLOAD = re.compile(r"(round|category)_([A-Za-z0-9_]{1,40})")
_SAYS = {"round": "/round {}", "category": "/history {}"}


def private_link(username: str, round_number: str | None = None) -> str:
    """A link to a private chat, about a round if one is named."""
    payload = "" if round_number is None else f"?start=round_{round_number}"
    return f"https://t.me/{username}{payload}"


def said_by_link(text: str) -> str | None:
    """The command that "/start PAYLOAD" stands for; None if it is an ordinary /start."""
    found = re.fullmatch(r"/start(?:@\w+)?\s+(\S+)", text)
    payload = None if found is None else _PAYLOAD.fullmatch(found[1])
    if payload is None:
        return None
    return _SAYS[payload[1]].format(payload[2].replace("_", " "))
