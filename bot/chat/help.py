"""/help: every command, by topic."""

from bot.chat.reply import Request, answer
from bot.core.categories import plain
from bot.core.subscribers import Language
from bot.wording.spans import BLANK, Emphasis, Line, Reply, line
from bot.wording.words import Words, words_in

TOPICS = ("profile", "alerts", "rounds", "data")

_TOPIC_WORDS = {
    **dict.fromkeys(("profile", "profil", "score", "start"), "profile"),
    **dict.fromkeys(("alerts", "alert", "alertes", "alerte", "quiet", "pause"), "alerts"),
    **dict.fromkeys(("rounds", "round", "rondes", "ronde", "draws", "why"), "rounds"),
    **dict.fromkeys(("data", "donnees", "privacy", "confidentialite", "forget"), "data"),
}


async def help_(request: Request) -> Reply:
    """List the commands, of one topic or of all."""
    words = request.words
    topic = _topic(words, plain(request.arguments).lstrip("/"))
    shown = TOPICS if topic is None else (topic,)
    lines: list[Line] = []
    for one in shown:
        lines += [line(_title(words, one), Emphasis.STRONG), *_commands(words, one), BLANK]
    return answer(*lines, words.say("Rounds come from IRCC's official list. drawbell is not IRCC."))


def _topic(words: Words, said: str) -> str | None:
    """The topic of a word or a command; None for all of them."""
    if said in _TOPIC_WORDS:
        return _TOPIC_WORDS[said]
    typed = ((topic, one) for topic, all_ in usages(words).items() for one, _summary in all_)
    return next((topic for topic, one in typed if plain(one).split()[0] == f"/{said}"), None)


def _title(words: Words, topic: str) -> str:
    titles = {
        "profile": words.say("Your profile"),
        "alerts": words.say("What you hear of"),
        "rounds": words.say("Rounds"),
        "data": words.say("Your data"),
    }
    return titles[topic]


def _commands(words: Words, topic: str) -> list[Line]:
    return [
        (*line(typed, Emphasis.TYPED), *line(f" – {summary}"))
        for typed, summary in usages(words)[topic]
    ]


def usages(words: Words) -> dict[str, list[tuple[str, str]]]:
    """What to type and what it does, by topic."""
    return {
        "profile": [
            (words.say("/start"), words.say("begin, or see what is saved")),
            (words.say("/profile"), words.say("show your profile")),
            (words.say("/profile score 480"), words.say("save your CRS score")),
            (
                words.say("/profile add healthcare cec"),
                words.say("say which programs and categories include you"),
            ),
            (words.say("/profile remove cec"), words.say("say which do not")),
            (words.say("/profile noc 31301 14 months canada"), words.say("save your occupation")),
            (words.say("/profile nominee yes"), words.say("save a provincial nomination")),
            (
                words.say("/profile submitted 2025-11-20 14:03"),
                words.say("save when your profile was submitted"),
            ),
            (
                words.say("/profile of Sam score 431"),
                words.say("keep another profile, for a partner say"),
            ),
            (words.say("/timezone Toronto"), words.say("save your time zone")),
            (words.say("/language fr"), words.say("change the language")),
        ],
        "alerts": [
            (words.say("/alerts near 10"), words.say("hear of near misses within so many points")),
            (words.say("/alerts qualified"), words.say("only when you would have qualified")),
            (words.say("/alerts all"), words.say("every round")),
            (
                words.say("/alerts unconfirmed on"),
                words.say("also what news sites report while IRCC's data cannot be read"),
            ),
            (words.say("/quiet 22:00-07:00"), words.say("hours without alerts")),
            (words.say("/pause until 2026-12-24"), words.say("stop alerts for a while")),
            (words.say("/resume"), words.say("let alerts come again")),
            (words.say("/status"), words.say("whether it works, and what you will hear of")),
            (words.say("/test"), words.say("a sample alert")),
            (words.say("/link"), words.say("use this on another platform too")),
            (words.say("/link here"), words.say("let alerts come to this platform")),
        ],
        "rounds": [
            (words.say("/latest"), words.say("the latest round")),
            (words.say("/round 385"), words.say("one round")),
            (words.say("/history healthcare"), words.say("the last 12 months")),
            (words.say("/why 385"), words.say("why you were or were not told")),
        ],
        "data": [
            (words.say("/privacy"), words.say("what is kept about you")),
            (words.say("/export"), words.say("everything that is kept, as JSON")),
            (words.say("/forget"), words.say("delete everything about you")),
            (words.say("/help"), words.say("this list; /help alerts for one topic")),
        ],
    }


def examples(language: Language) -> list[str]:
    """Everything that can be typed, as /help shows it."""
    return [typed for topic in usages(words_in(language)).values() for typed, _summary in topic]
