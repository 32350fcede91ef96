"""A saved profile in words."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from bot.core.categories import GROUPS
from bot.core.noc_titles import NOC_TITLES
from bot.core.profiles import Occupation, Profile, Submitted
from bot.core.subscribers import MAIN_PROFILE
from bot.wording.groups import group_name
from bot.wording.spans import Emphasis, Line, line
from bot.wording.words import Words


def profile_title(words: Words, saved: Profile) -> str:
    """What a profile is called above what is said of it."""
    if saved.name == MAIN_PROFILE:
        return words.say("Your profile")
    return words.say("Profile {name}:", name=saved.name)


def described(words: Words, saved: Profile, zone: str | None) -> list[Line]:
    """A profile in words."""
    candidate = saved.candidate
    unsaid = words.say("not said yet")
    points = unsaid if candidate.crs_score is None else str(candidate.crs_score)
    yes = [group_name(words, one) for one in GROUPS if one in candidate.answers.yes]
    no = [group_name(words, one) for one in GROUPS if one in candidate.answers.no]
    lines = [
        line(profile_title(words, saved), Emphasis.STRONG),
        line(words.say("CRS score: {score}", score=points)),
        line(words.say("You meet the conditions of: {groups}", groups=", ".join(yes) or unsaid)),
    ]
    if no:
        lines.append(line(words.say("You do not meet those of: {groups}", groups=", ".join(no))))
    if candidate.nominee is not None:
        lines.append(line(_nominee_line(words, nominee=candidate.nominee)))
    lines += [line(occupation_text(words, job)) for job in candidate.occupations]
    return [*lines, line(_submitted_line(words, saved, zone))]


def _nominee_line(words: Words, *, nominee: bool) -> str:
    if nominee:
        return words.say("Nominated by a province or territory: yes")
    return words.say("Nominated by a province or territory: no")


def occupation_text(words: Words, job: Occupation) -> str:
    """An occupation with its months and place, as far as they are said."""
    parts = [f"{job.noc_code} {NOC_TITLES.get(job.noc_code, '')}".strip()]
    if job.months is not None:
        parts.append(words.say_many("{count} month", "{count} months", job.months))
    if job.in_canada is not None:
        parts.append(words.say("in Canada") if job.in_canada else words.say("abroad"))
    return words.say("Occupation: {occupation}", occupation=", ".join(parts))


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
    if end - start < timedelta(minutes=1):
        moment = words.moment(submitted.earliest, zone, seconds=False)
        return words.say("Submitted: {moment}, the seconds not said", moment=moment)
    if (start.hour, start.minute, end.hour, end.minute) != (0, 0, 23, 59):
        return words.say(
            "Submitted: between {earliest} and {latest}",
            earliest=words.moment(submitted.earliest, zone),
            latest=words.moment(submitted.latest, zone),
        )
    if start.date() == end.date():
        return words.say("Submitted: {day}, the time not said", day=words.day(start.date()))
    return words.say(
        "Submitted: between {earliest} and {latest}",
        earliest=words.day(start.date()),
        latest=words.day(end.date()),
    )
