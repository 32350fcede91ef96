"""/start, /language, /help, /forget: beginning, finding one's way, leaving."""

from dataclasses import replace

from bot.chat.reply import Choice, Reply, Request, answer
from bot.core.categories import plain
from bot.core.errors import ProfileRejected
from bot.core.subscribers import Language
from bot.wording.profiles import described
from bot.wording.spans import BLANK, Emphasis, Line, line
from bot.wording.words import words_in


async def start(request: Request) -> Reply:
    """Greet, subscribe, and say what comes next; again, it loses nothing."""
    words, person = request.words, request.person
    if request.saved is None:
        await request.memory.subscribers.save(person)
        return answer(
            words.say(
                "Welcome. I tell you after each Express Entry round whether you would have "
                "qualified, by how much, and why."
            ),
            words.say("Tell me your score: /profile score 480"),
            words.say("Then your programs and categories: /profile add healthcare cec"),
            words.say("En français : /language fr"),
            words.say("drawbell is not IRCC, and this is not advice."),
        )
    profiles: list[Line] = []
    for profile in person.profiles:
        profiles += [BLANK, *described(words, profile, person.time_zone)]
    return answer(
        words.say("Welcome back. Nothing was changed; this is what I have saved."), *profiles
    )


async def language(request: Request) -> Reply:
    """Change the language."""
    chosen = _LANGUAGES.get(plain(request.arguments))
    if chosen is None:
        raise ProfileRejected("language_unknown")
    await request.memory.subscribers.save(replace(request.person, language=chosen))
    return answer(words_in(chosen).say("From now on I write in English."))


_LANGUAGES = {
    **dict.fromkeys(("en", "english", "anglais", "en anglais"), Language.ENGLISH),
    **dict.fromkeys(("fr", "french", "francais", "en francais"), Language.FRENCH),
}


async def forget(request: Request) -> Reply:
    """Ask once, then delete everything about the person."""
    words = request.words
    if request.saved is None:
        return answer(words.say("I have nothing saved about you."))
    if plain(request.arguments) not in ("yes", "oui"):
        return answer(
            words.say("This deletes your profiles, settings and waiting alerts, for good."),
            words.say("To go on, type: /forget yes"),
            choices=(
                Choice(label=words.say("Yes, delete everything"), says="/forget yes"),
                Choice(label=words.say("No, keep it"), says="/profile"),
            ),
        )
    await request.memory.subscribers.forget(request.address)
    return answer(words.say("Done: everything about you is deleted. /start begins anew."))


def help_lines(usages: list[tuple[str, str]]) -> list[Line]:
    """Commands with what they do, one each."""
    lines: list[Line] = []
    for typed, summary in usages:
        lines += [(*line(typed, Emphasis.TYPED), *line(f" – {summary}"))]
    return lines
