"""The command table: every command once, with its words in both languages, for every platform."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat import account, links, looking_back, preferences, profile, rounds, setup, status, why
from bot.chat.help import help_
from bot.chat.reply import Request
from bot.wording.spans import Reply

Handler = Callable[[Request], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. `french` lists its other words.

    `writes` says whether it may save anything, `shows` whether alone it only shows something,
    `forgets` whether it may delete the person, or one of their places.
    """

    name: str
    french: tuple[str, ...]
    handler: Handler
    writes: bool = True
    shows: bool = False
    forgets: bool = False

    def may_save(self, arguments: str) -> bool:
        """Whether answering needs a transaction that can write."""
        return self.writes and not (self.shows and not arguments)


COMMANDS: tuple[Command, ...] = (
    Command(name="start", french=("debut", "commencer"), handler=setup.start),
    Command(name="profile", french=("profil",), handler=profile.profile, shows=True),
    Command(name="timezone", french=("fuseau", "heure"), handler=preferences.timezone, shows=True),
    Command(name="language", french=("langue",), handler=account.language),
    Command(
        name="alerts", french=("alertes", "alerte", "alert"), handler=preferences.alerts, shows=True
    ),
    Command(name="quiet", french=("silence", "calme"), handler=preferences.quiet, shows=True),
    Command(name="pause", french=(), handler=preferences.pause),
    Command(name="resume", french=("reprendre", "reprise"), handler=preferences.resume),
    Command(name="latest", french=("derniere", "dernier"), handler=rounds.latest, writes=False),
    Command(name="round", french=("ronde", "draw"), handler=rounds.round_, writes=False),
    Command(name="history", french=("historique",), handler=looking_back.history, writes=False),
    Command(name="why", french=("pourquoi",), handler=why.why, writes=False),
    Command(name="status", french=("etat", "statut"), handler=status.status, writes=False),
    Command(name="test", french=("essai",), handler=status.test),
    Command(name="link", french=("lier", "relier"), handler=links.link, forgets=True),
    Command(name="export", french=("exporter",), handler=account.export, writes=False),
    Command(name="forget", french=("oublier", "oublie"), handler=account.forget, forgets=True),
    Command(name="privacy", french=("confidentialite",), handler=account.privacy, writes=False),
    Command(name="help", french=("aide",), handler=help_, writes=False),
)

BY_WORD = {word: command for command in COMMANDS for word in (command.name, *command.french)}
"""The command that each word means."""
