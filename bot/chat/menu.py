"""The commands that a platform's menu offers, each with a few words, in one language."""

from bot.chat.commands import COMMANDS
from bot.core.subscribers import Language
from bot.wording.words import Words

Menu = list[tuple[str, str]]


def private_menu(words: Words) -> Menu:
    """Commands of a private chat: their words in that language, and what they do."""
    summaries = {
        "start": words.say("begin, or see what is saved"),
        "profile": words.say("your score, programs, categories, occupation"),
        "alerts": words.say("what you hear of"),
        "latest": words.say("the latest round"),
        "round": words.say("one round, by its number"),
        "history": words.say("the last 12 months"),
        "why": words.say("why you were or were not told"),
        "status": words.say("whether it works, and what you will hear of"),
        "test": words.say("a sample alert"),
        "quiet": words.say("hours without alerts"),
        "pause": words.say("stop alerts for a while"),
        "resume": words.say("let alerts come again"),
        "timezone": words.say("save your time zone"),
        "language": words.say("change the language"),
        "link": words.say("use this on another platform too"),
        "privacy": words.say("what is kept about you"),
        "export": words.say("everything that is kept, as JSON"),
        "forget": words.say("delete everything about you"),
        "help": words.say("every command, by topic"),
    }
    return [(_word(words, name), summary) for name, summary in summaries.items()]


def group_menu(words: Words) -> Menu:
    """Commands for those who may decide what is posted in a group."""
    french = words.language is Language.FRENCH
    return [
        ("suivre" if french else "follow", words.say("choose which rounds are posted here")),
        ("arreter" if french else "unfollow", words.say("post nothing here any more")),
        (_word(words, "latest"), words.say("the latest round")),
        (_word(words, "round"), words.say("one round, by its number")),
        (_word(words, "language"), words.say("change the language")),
        (_word(words, "help"), words.say("what can be typed here")),
    ]


def _word(words: Words, name: str) -> str:
    command = next(one for one in COMMANDS if one.name == name)
    if words.language is Language.FRENCH and command.french:
        return command.french[0]
    return name
