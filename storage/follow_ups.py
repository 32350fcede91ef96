"""What is told of an official row to those who were told of it unconfirmed."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.alerts import Preference, priority_of
from bot.core.corrections import compared
from bot.core.delivery import ProfileVerdict, RoundVerdicts
from bot.core.match import verdict
from bot.core.profiles import Profile
from bot.core.rounds import Round
from storage.unconfirmed import Reported, told_before
from storage.verdicts import profiles_then, verdicts

Found = Mapping[tuple[int, str], Sequence[ProfileVerdict]]


async def follow_ups(
    connection: AsyncConnection,
    announcement: int,
    announced: Sequence[Round],
    reported: Mapping[str, Sequence[Reported]],
    keys: Sequence[int],
    found: Found,
) -> dict[tuple[int, str], RoundVerdicts]:
    """What those hear who were told of a round unconfirmed.

    They hear of the profiles that they would be told of anyway (`found`); if there are none, of
    those they were told of.
    """
    told = await told_before(connection, reported, keys)
    by_number = {str(round_.number): round_ for round_ in announced}
    silent = {key: one for key, one in told.items() if key not in found}
    verdicts_of = {
        **{key: found[key] for key in told if key in found},
        **await _of_silent(connection, announcement, by_number, silent),
    }
    return {
        (subscriber, number): RoundVerdicts(
            round=by_number[number],
            profiles=tuple(compared(before.round, verdicts_of[subscriber, number])),
            before=before.round,
            unconfirmed_at=before.at,
        )
        for (subscriber, number), before in told.items()
    }


async def _of_silent(
    connection: AsyncConnection,
    announcement: int,
    by_number: Mapping[str, Round],
    silent: Mapping[tuple[int, str], Reported],
) -> dict[tuple[int, str], list[ProfileVerdict]]:
    """How the profiles stand that somebody was told of, though they want to hear nothing now."""
    if not silent:
        return {}
    then = await profiles_then(connection, announcement, [key for key, _ in silent])
    made: dict[tuple[int, str], list[ProfileVerdict]] = {}
    for before in {one.announcement: one for one in silent.values()}.values():
        mine = [key for key, one in silent.items() if one.announcement == before.announcement]
        readers = [subscriber for subscriber, _ in mine]
        earlier = await verdicts(connection, before.announcement, [before.round], readers)
        for subscriber, number in mine:
            told = earlier.get((subscriber, str(before.round.number)), [])
            names = {one.profile.name for one in told}
            now = then.get(subscriber, [])
            chosen = [one for one in now if one[0].name in names] or now
            made[subscriber, number] = [_judged(by_number[number], *one) for one in chosen]
    return made


def _judged(round_: Round, profile: Profile, preference: Preference) -> ProfileVerdict:
    found = verdict(round_, profile)
    return ProfileVerdict(
        profile=profile,
        verdict=found,
        priority=priority_of(found, preference.near_points),
    )
