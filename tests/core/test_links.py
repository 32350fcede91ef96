"""Codes to link two chats with: how they look, and in which ways they may be typed."""

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.links import ALPHABET, draw_code, read_code, spelled

CODE = "ACDEFGHJ"
CODES = st.text(ALPHABET, min_size=8, max_size=8)


@given(CODES)
def test_a_code_is_read_as_it_is_shown(code: str) -> None:
    assert read_code(spelled(code)) == code


@pytest.mark.parametrize(
    "typed",
    [
        "ACDEFGHJ",
        "acdefghj",
        "ACDE-FGHJ",
        "acde fghj",
        " ac-de fg-hj ",
        "ACDE–FGHJ",
        "A C D E F G H J",
    ],
)
def test_a_code_may_be_typed_in_any_case_with_dashes_and_blanks(typed: str) -> None:
    assert read_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    ["", "ACDEFGH", "ACDEFGHJK", "ACDEFGH0", "ACDEFGHI", "ACDEFGHß", "ACDEFGH\u0301", "here"],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_no_two_characters_look_alike() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    for alike in ("0O", "1IL", "2Z", "5S", "8B"):
        assert not set(alike) & set(ALPHABET)


def test_a_code_is_drawn_one_character_at_a_time() -> None:
    picked = cycle(ALPHABET)

    assert draw_code(lambda _characters: next(picked)) == ALPHABET[:8]
