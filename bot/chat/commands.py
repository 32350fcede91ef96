"""The command table: every command once, with its words in both languages, for every platform."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat import account, profile, rounds
from bot.chat.reply import Reply, Request, answer
from bot.wording.spans import BLANK
from bot.wording.words import Words

Handler = Callable[[Request], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. `french` lists its other words; `writes` says whether it may save anything."""

    name: str
    french: tuple[str, ...]
    handler: Handler
    writes: bool = True


async def help_(request: Request) -> Reply:
    """List the commands."""
    words = request.words
    return answer(
        words.say("I know these commands:"),
        *account.help_lines(usages(words)),
        BLANK,
        words.say("Rounds come from IRCC's official list. drawbell is not IRCC."),
    )


def usages(words: Words) -> list[tuple[str, str]]:
    """What to type and what it does, in the order of /help."""
    return [
        ("/start", words.say("begin, or see what is saved")),
        ("/profile", words.say("show your profile")),
        ("/profile score 480", words.say("save your CRS score")),
        ("/profile add healthcare cec", words.say("say which programs and categories include you")),
        ("/profile remove cec", words.say("say which do not")),
        ("/profile submitted 2025-11-20 14:03", words.say("save when your profile was submitted")),
        ("/latest", words.say("the latest round")),
        ("/round 385", words.say("one round")),
        ("/language fr", words.say("change the language")),
        ("/forget", words.say("delete everything about you")),
        ("/help", words.say("this list")),
    ]


COMMANDS: tuple[Command, ...] = (
    Command(name="start", french=("debut", "commencer"), handler=account.start),
    Command(name="profile", french=("profil",), handler=profile.profile),
    Command(name="latest", french=("derniere", "dernier"), handler=rounds.latest, writes=False),
    Command(name="round", french=("ronde", "draw"), handler=rounds.round_, writes=False),
    Command(name="language", french=("langue",), handler=account.language),
    Command(name="forget", french=("oublier", "oublie"), handler=account.forget),
    Command(name="help", french=("aide",), handler=help_, writes=False),
)

BY_WORD = {word: command for command in COMMANDS for word in (command.name, *command.french)}
"""The command that each word means."""
