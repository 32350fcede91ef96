"""Codes that a test can foresee."""

from collections.abc import Callable
from itertools import product

from bot.core.links import ALPHABET


def foreseen() -> Callable[[], str]:
    """Gives AAAAAAAA, AAAAAAAC and so on."""
    last_two = product(ALPHABET, repeat=2)
    return lambda: "AAAAAA" + "".join(next(last_two))
