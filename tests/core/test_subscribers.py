"""A subscriber and their profiles."""

import pytest

from bot.core.subscribers import Address, Subscriber
from tests.builders import a_profile

SOMEBODY = Address(platform="console", chat="me")


def test_a_new_subscriber_has_one_empty_profile() -> None:
    (profile,) = Subscriber(address=SOMEBODY).profiles

    assert (profile.name, profile.candidate.crs_score, profile.submitted) == ("me", None, None)


@pytest.mark.parametrize("name", ["spouse", "Spouse", "SPOUSE"])
def test_a_profile_is_found_whatever_the_case_of_its_name(name: str) -> None:
    spouse = a_profile(430, name="Spouse")
    couple = Subscriber(address=SOMEBODY, profiles=(a_profile(480), spouse))

    assert couple.profile(name) is spouse
    assert couple.profile() is couple.profiles[0]
    assert couple.profile("nobody") is None
