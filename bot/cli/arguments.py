"""The command line's grammar."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.core.categories import CATEGORIES, PROGRAMS
from bot.core.profiles import MAX_CRS_SCORE
from bot.core.subscribers import Language

_LANGUAGES = [str(language) for language in Language]


class _Parser(ArgumentParser):
    """Takes options by their whole names only, in every subcommand: scripts hold on to them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)


def parse_arguments(arguments: Sequence[str]) -> Namespace:
    """Read the arguments; wrong ones end the process with exit code 2 and a usage line."""
    parser = _Parser(
        prog="drawbell",
        description="Tells Express Entry candidates whether they would have qualified.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="poll and alert; the demo while no token is set")
    run.add_argument("--language", choices=_LANGUAGES, default="en", help="of the demo")
    demo = commands.add_parser("demo", help="real rounds of autumn 2025, one after the other")
    demo.add_argument("--language", choices=_LANGUAGES, default="en")
    chat = commands.add_parser("chat", help="chat with the bot here")
    chat.add_argument("--as", dest="name", default="me", type=_chat_name, metavar="NAME")
    chat.add_argument("--language", choices=_LANGUAGES, default="en")
    poll = commands.add_parser("poll", help="look at the feed once")
    poll.add_argument("--json", action="store_true")
    _feed(commands.add_parser("feed", help="examine a payload of the feed"))
    _news(commands.add_parser("news", help="examine a feed of a news site"))
    _verdict(commands.add_parser("verdict", help="how a profile stands in a round"))
    _round(commands.add_parser("round", help="release a round that was held back"))
    status = commands.add_parser("status", help="what the running program does")
    status.add_argument("--json", action="store_true")
    status.add_argument(
        "--follow", action="store_true", help="show a progress bar until it is done"
    )
    commands.add_parser("doctor", help="what is configured, what is missing, what to do")
    _subscribers(commands.add_parser("subscribers", help="import or export subscribers"))
    return parser.parse_args(arguments)


def _feed(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser(
        "check", help="say what can be read, what is doubtful, what is unreadable"
    )
    check.add_argument("source", help="a file or URL")
    check.add_argument("--json", action="store_true")
    actions.add_parser("sample", help="show the last answer that could not be read, as it came")
    diff = actions.add_parser("diff", help="say what changed between two payloads")
    diff.add_argument("old", help="a file or URL")
    diff.add_argument("new", help="a file or URL")
    diff.add_argument("--json", action="store_true")


def _news(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser(
        "check", help="say which posts report a round, and where they disagree with IRCC"
    )
    check.add_argument("source", help="a file or URL")
    check.add_argument("--feed", metavar="FILE", help="a payload instead of what is remembered")
    check.add_argument("--json", action="store_true")


def _verdict(parser: ArgumentParser) -> None:
    parser.add_argument("--round", required=True, metavar="N", help="the round's number")
    parser.add_argument("--crs", required=True, type=_between(0, MAX_CRS_SCORE), metavar="SCORE")
    parser.add_argument("--program", action="append", default=[], choices=PROGRAMS)
    parser.add_argument("--category", action="append", default=[], choices=CATEGORIES)
    parser.add_argument("--noc", action="append", default=[], type=_noc, metavar="CODE")
    parser.add_argument("--months", type=_between(0, 720), help="experience in that occupation")
    parser.add_argument("--nominee", action="store_true", help="nominated; the score has the 600")
    parser.add_argument("--submitted", metavar="TIME", help="2025-11-20 or 2025-11-20T14:03:00Z")
    parser.add_argument("--feed", metavar="FILE", help="a payload instead of what is remembered")
    parser.add_argument("--json", action="store_true")


def _round(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    confirm = actions.add_parser("confirm", help="tell people of it")
    confirm.add_argument("number", help="the round's number")


def _subscribers(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, what in (("import", "read subscribers from"), ("export", "write subscribers to")):
        action = actions.add_parser(name, help=f"{what} a file of JSON lines")
        action.add_argument("file", type=Path)


def _between(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.lstrip("-").isdecimal() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
        return int(text)

    return number


def _noc(text: str) -> str:
    if len(text) != 5 or not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"{text!r} is not a NOC 2021 code of five digits, like 31301")
    return text


def _chat_name(text: str) -> str:
    if not text.strip() or len(text) > 100 or not text.isprintable():
        raise ArgumentTypeError("a name of 1 to 100 printable characters, please")
    return text.strip()
