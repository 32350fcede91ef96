"""Where a person's alerts go, in words; of a place only its platform is ever named."""

from bot.core.subscribers import Address, Subscriber
from bot.wording.words import Words


def platform_name(words: Words, platform: str) -> str:
    """How a platform is called."""
    names = {"telegram": "Telegram", "discord": "Discord", "console": words.say("the console")}
    return names.get(platform, platform)


def platforms(words: Words, places: list[Address]) -> str:
    """The platforms of some places, as a list in words."""
    return words.listed([platform_name(words, place.platform) for place in places])


def _of(words: Words, person: Subscriber) -> str:
    return platform_name(words, person.address.platform)


def shared_sentence(words: Words, person: Subscriber, here: Address) -> str:
    """Where else the profile is used."""
    others = [place for place in person.places if place != here]
    return words.say(
        "You have one profile, here and on {platforms}.", platforms=platforms(words, others)
    )


def where_alerts_go(words: Words, person: Subscriber, here: Address) -> list[str]:
    """To which place alerts go, and whether there is another one if they are refused."""
    if person.address == here:
        lines = [words.say("Alerts come here.")]
    else:
        lines = [words.say("Alerts come on {platform}.", platform=_of(words, person))]
    if person.gone_at is not None:
        lines.append(words.say("But they are refused there. To have them here: /link here"))
    return [*lines, backup_sentence(words, person)]


def backup_sentence(words: Words, person: Subscriber) -> str:
    """What happens to alerts that are refused where they go."""
    if person.backup:
        return words.say("If they cannot be delivered, they come to your other place.")
    return words.say("If they cannot be delivered, they come nowhere else.")


def moved_sentence(words: Words, person: Subscriber) -> str:
    """Alerts do not come here any more."""
    return words.say(
        "Alerts could not be delivered here, so they come on {platform} now. To have them here "
        "again: /link here",
        platform=_of(words, person),
    )


def moved_here_sentence(words: Words, person: Subscriber) -> str:
    """Alerts come here now; `person` is as before that."""
    return words.say(
        "Alerts could not be delivered on {platform}, so they come here now.",
        platform=_of(words, person),
    )


def lost_sentence(words: Words, person: Subscriber) -> str:
    """Alerts come nowhere."""
    return words.say(
        "Alerts cannot be delivered on {platform}. To have them here: /link here",
        platform=_of(words, person),
    )
