"""A saved profile in words."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from bot.core.categories import GROUPS
from bot.core.profiles import Profile, Submitted
from bot.core.subscribers import MAIN_PROFILE
from bot.wording.groups import group_name
from bot.wording.spans import Emphasis, Line, line
from bot.wording.words import Words


def described(words: Words, saved: Profile, zone: str | None) -> list[Line]:
    """A profile in words."""
    candidate = saved.candidate
    unsaid = words.say("not said yet")
    points = unsaid if candidate.crs_score is None else str(candidate.crs_score)
    yes = [group_name(words, one) for one in GROUPS if one in candidate.answers.yes]
    no = [group_name(words, one) for one in GROUPS if one in candidate.answers.no]
    title = (
        words.say("Your profile")
        if saved.name == MAIN_PROFILE
        else words.say("Profile {name}:", name=saved.name)
    )
    lines = [
        line(title, Emphasis.STRONG),
        line(words.say("CRS score: {score}", score=points)),
        line(words.say("Includes you: {groups}", groups=", ".join(yes) or unsaid)),
    ]
    if no:
        lines.append(line(words.say("Does not include you: {groups}", groups=", ".join(no))))
    return [*lines, line(_submitted_line(words, saved, zone))]


def _submitted_line(words: Words, saved: Profile, zone: str | None) -> str:
    if saved.submitted is None:
        return words.say("Submitted: {moment}", moment=words.say("not said yet"))
    return submission_text(words, saved.submitted, zone)


def submission_text(words: Words, submitted: Submitted, zone: str | None) -> str:
    """When a profile was submitted, at the precision at which it is known."""
    if submitted.earliest == submitted.latest:
        moment = words.moment(submitted.earliest, zone)
        return words.say("Submitted: {moment}", moment=moment)
    start = submitted.earliest.astimezone(ZoneInfo(zone) if zone else UTC)
    end = submitted.latest.astimezone(start.tzinfo)
    if start.date() == end.date() and end - start >= timedelta(hours=22):
        day = words.day(start.date())
        return words.say("Submitted: {day}, the time of day not said", day=day)
    return words.say(
        "Submitted: between {earliest} and {latest}",
        earliest=words.moment(submitted.earliest, zone),
        latest=words.moment(submitted.latest, zone),
    )
