"""What a person is told, and when, in words."""

from datetime import datetime

from bot.core.alerts import Mode, Preference
from bot.core.subscribers import Subscriber
from bot.wording.words import Words


def preference_sentence(words: Words, preference: Preference) -> str:
    """What the person hears of."""
    match preference.mode:
        case Mode.QUALIFIED:
            return words.say("You hear of rounds in which you would have qualified, nothing else.")
        case Mode.NEAR:
            return words.say_many(
                "You hear of rounds in which you would or may have qualified, and of near misses "
                "within {count} point.",
                "You hear of rounds in which you would or may have qualified, and of near misses "
                "within {count} points.",
                preference.near_points,
            )
        case Mode.CATEGORIES:
            return words.say("You hear of every round that is or may be open to you.")
        case Mode.ALL:
            return words.say("You hear of every round.")


def unconfirmed_sentence(words: Words, person: Subscriber) -> str:
    """Whether the person hears of what only news sites report, and what that is worth."""
    if person.wants_unconfirmed:
        return words.say(
            "You also hear what news sites report while IRCC's data cannot be read; "
            "they can be wrong."
        )
    return words.say(
        "You hear nothing that only news sites report, which can be wrong; {command} changes that.",
        command=words.say("/alerts unconfirmed on"),
    )


def quiet_sentence(words: Words, person: Subscriber) -> str:
    """The person's quiet hours."""
    if person.quiet_from is None or person.quiet_until is None:
        return words.say("There are no quiet hours. Type for example: /quiet 22:00-07:00")
    return words.say(
        "Quiet hours are from {start} to {end} ({zone}); alerts wait until they end.",
        start=person.quiet_from.strftime("%H:%M"),
        end=person.quiet_until.strftime("%H:%M"),
        zone=person.time_zone or "UTC",
    )


def pause_sentence(words: Words, person: Subscriber, now: datetime) -> str | None:
    """Whether alerts are paused; None when they are not."""
    if not person.is_paused(now):
        return None
    if person.paused_until is None:
        return words.say("Alerts are paused; /resume turns them on.")
    until = words.moment(person.paused_until, person.time_zone)
    return words.say("Alerts are paused until {day}; /resume turns them on.", day=until)
