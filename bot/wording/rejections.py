"""Why something a person typed was not saved, and what to type instead."""

from bot.core.categories import GROUPS
from bot.core.errors import ProfileRejected
from bot.wording.words import Words


def rejection(words: Words, rejected: ProfileRejected) -> str:
    """What was wrong and what to type instead, as sentences."""
    sentences = _about_profiles(words, rejected) | _about_settings(words)
    return sentences[rejected.reason]


def _about_profiles(words: Words, rejected: ProfileRejected) -> dict[str, str]:
    facts = rejected.facts
    return {
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
            word=facts.get("word", ""),
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
        "profile_unknown": words.say(
            "There is no profile “{name}”. /profile shows those you have.",
            name=facts.get("name", ""),
        ),
        "profile_name_unusable": words.say(
            "That name cannot be used. Type a short one, for example: /profile of Sam score 431"
        ),
        "too_many_profiles": words.say(
            "You have ten profiles already. Delete one first: /profile of Sam delete"
        ),
        "too_many_occupations": words.say(
            "You have ten occupations already. Begin anew with: /profile noc none"
        ),
        "noc_unknown": words.say(
            "{code} is no NOC 2021 code: five digits, the second from 0 to 5. "
            "Type for example: /profile noc 31301 14 months canada",
            code=facts.get("code", ""),
        ),
        "noc_unclear": words.say(
            "After the code I understand months and a place. "
            "Type for example: /profile noc 31301 14 months canada"
        ),
        "occupation_unknown": words.say(
            "I find no occupation for “{words}” on the lists of the categories. Try another "
            "word, or the NOC code: /profile noc 31301",
            words=facts.get("words", ""),
        ),
        "nominee_unclear": words.say("Type: /profile nominee yes or /profile nominee no"),
        "nominee_total_missing": words.say(
            "A score of {score} cannot hold the 600 points. Type the whole score, for example: "
            "/profile score {total}",
            score=facts.get("score", ""),
            total=facts.get("total", ""),
        ),
        "nominee_points_twice": words.say(
            "Your score of {score} already includes the 600 points. "
            "Type: /profile nominee yes included",
            score=facts.get("score", ""),
        ),
        "months_unclear": words.say("I need a number of months, for example 14."),
        "place_unclear": words.say("Type: canada or abroad"),
    }


def _about_settings(words: Words) -> dict[str, str]:
    return {
        "round_unclear": words.say("Type the number of a round, for example: /round 385"),
        "link_unclear": words.say(
            "That is no code. /link shows one; on the other platform type it as shown."
        ),
        "language_unknown": words.say(
            "I speak English and French. Type: /language en or /language fr"
        ),
        "time_zone_unknown": words.say(
            "I do not know that time zone. Type a city, for example: /timezone Toronto"
        ),
        "alerts_unclear": words.say(
            "Type one of: /alerts near 10, /alerts qualified, /alerts categories, /alerts all; "
            "/pause for none"
        ),
        "quiet_unclear": words.say(
            "I need two times of day. Type for example: /quiet 22:00-07:00, or /quiet off"
        ),
        "pause_unclear": words.say(
            "I need a date. Type for example: /pause until 2026-12-24, or just /pause"
        ),
        "pause_in_past": words.say(
            "That day has begun already. Type a later one, for example: /pause until 2026-12-24"
        ),
    }


KNOWN_GROUPS = tuple(group.replace("_", " ") for group in GROUPS)
"""What can be typed for each program and category."""
