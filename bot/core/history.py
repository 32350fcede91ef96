"""What a profile would have met in past rounds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.core.match import Verdict, expiry_limit, verdict
from bot.core.profiles import Profile
from bot.core.rounds import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One past round and how a profile of today stands in it."""

    round: Round
    verdict: Verdict


def past(rounds: Iterable[Round], profile: Profile) -> list[Past]:
    """How a profile stands in each round; its submission time only counts where it could apply.

    A profile submitted after a round would not have been in the pool then, and one submitted long
    before it had expired: for looking back, only the score and the categories are compared.
    """
    timeless = Profile(name=profile.name, candidate=profile.candidate)
    return [Past(round=round_, verdict=verdict(round_, timeless)) for round_ in rounds]


def a_year_before(day: date) -> date:
    """The day twelve months earlier."""
    return expiry_limit(day).date()
