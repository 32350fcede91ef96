"""Errors carry what the one who meets them needs."""

import pytest

from bot.core.errors import (
    DeliveryError,
    DrawbellError,
    ProfileRejected,
    RecipientMoved,
    SourceChanged,
    TryLater,
)


def test_try_later_says_how_long_the_platform_asked_to_wait() -> None:
    assert TryLater("busy", retry_after=1.5).retry_after == 1.5
    assert TryLater("busy").retry_after is None


def test_a_recipient_who_moved_has_a_new_address() -> None:
    assert RecipientMoved("upgraded", new_address="-100").new_address == "-100"


def test_a_refused_profile_names_the_reason_and_its_facts() -> None:
    error = ProfileRejected("score_out_of_range", score=1201)

    assert (str(error), error.facts) == ("score_out_of_range", {"score": 1201})


@pytest.mark.parametrize("error", [SourceChanged("x"), TryLater("x"), ProfileRejected("x")])
def test_every_error_of_ours_can_be_caught_as_one(error: Exception) -> None:
    assert isinstance(error, DrawbellError)
    assert isinstance(error, DeliveryError) is isinstance(error, TryLater)
