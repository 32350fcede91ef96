"""Why something a person typed was not saved, and what to type instead."""

from bot.core.errors import ProfileRejected
from bot.wording.words import Words


def rejection(words: Words, rejected: ProfileRejected) -> str:
    """What was wrong and what to type instead, as sentences."""
    sentences = {
        "score_out_of_range": words.say(
            "A CRS score is between 0 and 1200. Type for example: /profile score 480"
        ),
        "score_unclear": words.say(
            "I need one whole number, your CRS score. Type for example: /profile score 480"
        ),
        "group_missing": words.say(
            "Name one or more programs or categories. Type for example: /profile add healthcare cec"
        ),
        "group_unknown": words.say(
            "I do not know “{word}”. I know: {known}.",
            word=rejected.facts.get("word", ""),
            known=", ".join(KNOWN_GROUPS),
        ),
        "submitted_unclear": words.say(
            "I need the date your profile was submitted, with the time if you know it. "
            "Type for example: /profile submitted 2025-11-20 14:03"
        ),
        "submitted_in_future": words.say(
            "That date is in the future. Type the date your profile was first submitted, "
            "for example: /profile submitted 2025-11-20 14:03"
        ),
        "submitted_before_express_entry": words.say(
            "Express Entry began in January 2015. Type the date your profile was first "
            "submitted, for example: /profile submitted 2025-11-20 14:03"
        ),
        "round_unclear": words.say("Type the number of a round, for example: /round 385"),
        "language_unknown": words.say(
            "I speak English and French. Type: /language en or /language fr"
        ),
        "time_zone_unknown": words.say(
            "I do not know that time zone. Type a city, for example: /timezone Toronto"
        ),
    }
    return sentences[rejected.reason]


KNOWN_GROUPS = (
    "cec",
    "fsw",
    "fst",
    "pnp",
    "french",
    "healthcare",
    "stem",
    "trades",
    "transport",
    "agriculture",
    "education",
    "physicians",
    "senior managers",
    "researchers",
    "military",
)
