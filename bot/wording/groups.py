"""Names of programs, categories and rounds, official and short."""

from functools import cache

from bot.core.categories import classify, french_name
from bot.core.rounds import Round, RoundType
from bot.core.subscribers import Language
from bot.wording.words import Words


@cache
def group_name(words: Words, group: str) -> str:
    """The short name of a program or category."""
    names = {
        "cec": words.say("Canadian Experience Class"),
        "fsw": words.say("Federal Skilled Worker"),
        "fst": words.say("Federal Skilled Trades"),
        "pnp": words.say("Provincial Nominee Program"),
        "french": words.say("French"),
        "healthcare": words.say("Healthcare"),
        "stem": words.say("STEM"),
        "trades": words.say("Trades"),
        "transport": words.say("Transport"),
        "agriculture": words.say("Agriculture"),
        "education": words.say("Education"),
        "physicians": words.say("Physicians"),
        "senior_managers": words.say("Senior managers"),
        "researchers": words.say("Researchers"),
        "military": words.say("Military recruits"),
    }
    return names[group]


def short_name(words: Words, round_: Round) -> str:
    """What a round is called in a first line."""
    classified = classify(round_)
    if classified.type is RoundType.GENERAL:
        return words.say("General")
    if classified.group is None:
        return words.say("new category")
    return group_name(words, classified.group)


def official_name(words: Words, round_: Round) -> str:
    """The official name in the reader's language; as published in English if none is known."""
    if words.language is Language.ENGLISH:
        return round_.name
    return french_name(round_) or round_.name_fr or round_.name
