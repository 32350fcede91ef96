"""Codes that join a second chat to a person: how they look, and how long they are good."""

from collections.abc import Callable
from datetime import timedelta

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
"""Capitals and digits of which no two look alike: no 0 and O, 1 and I and L, 2 and Z, 5 and S,
8 and B."""

CODE_LASTS = timedelta(minutes=15)
"""How long a code is good, if it is not used before."""

MOST_WRONG, WRONG_COUNTS = 5, timedelta(hours=1)
"""After so many wrong codes within this time a chat has to wait, for the right one too."""

_LENGTH = 8
_HALF = _LENGTH // 2


def draw_code(pick: Callable[[str], str]) -> str:
    """A code; `pick` takes one of some characters by chance."""
    return "".join(pick(ALPHABET) for _ in range(_LENGTH))


def spelled(code: str) -> str:
    """A code as it is shown: ACDE-FGHJ."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def read_code(text: str) -> str | None:
    """The code in what somebody typed, in any case, with or without dashes and blanks.

    None if it cannot be one.
    """
    code = "".join(one for one in text.upper() if not (one.isspace() or one in "-‐‑–—"))
    return code if len(code) == _LENGTH and set(code) <= set(ALPHABET) else None
