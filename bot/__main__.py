"""The command `drawbell`: settings, logs, one command, an exit code. Nothing is decided here."""

import sys
from argparse import Namespace
from collections.abc import Coroutine, Sequence

from bot.cli.arguments import parse_arguments
from bot.cli.output import DONE, FAILED, WRONG_USAGE, complain
from bot.cli.streams import drop_stdout, prepare_streams
from bot.core.errors import DrawbellError, Misconfigured
from bot.core.subscribers import Language
from bot.logs import configure_logs
from bot.loop import run
from bot.settings import Settings, WrongSettings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 done, 1 failed, 2 wrong usage or settings."""
    prepare_streams()
    asked = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        settings = load_settings()
    except WrongSettings as error:
        complain(str(error))
        return WRONG_USAGE
    configure_logs(_level(asked, settings), settings.log_format)
    try:
        return run(_command(asked, settings))
    except DrawbellError as error:
        complain(str(error))
        return WRONG_USAGE if isinstance(error, Misconfigured) else FAILED
    except KeyboardInterrupt:
        return DONE
    except BrokenPipeError:
        drop_stdout()  # whoever read our answer has had enough
        return FAILED
    except OSError as error:
        complain(str(error))  # a full disk, most likely
        drop_stdout()
        return FAILED


def _level(asked: Namespace, settings: Settings) -> str:
    """Conversations stay readable: only warnings unless the operator asked for more."""
    quiet = asked.command in ("chat", "demo", "verdict", "feed", "news") or _shows_demo(
        asked, settings
    )
    if quiet and "log_level" not in settings.model_fields_set:
        return "ERROR"
    return settings.log_level


def _shows_demo(asked: Namespace, settings: Settings) -> bool:
    return asked.command == "run" and not settings.platforms


def _command(asked: Namespace, settings: Settings) -> Coroutine[None, None, int]:  # noqa: C901, PLR0911
    # Each command imports what it needs: a quick answer should not wait for a scheduler.
    match asked.command:
        case "run" | "demo":
            return _run(asked, settings)
        case "chat":
            from bot.cli.chat import run_chat  # noqa: PLC0415

            return run_chat(settings, asked.name, asked.language)
        case "poll":
            from bot.cli.poll import run_poll  # noqa: PLC0415

            return run_poll(settings, as_json=asked.json)
        case "feed":
            return _feed(asked, settings)
        case "news":
            from bot.cli.news import check  # noqa: PLC0415

            return check(asked.source, settings, feed=asked.feed, as_json=asked.json)
        case "verdict":
            from bot.cli.verdict import judge  # noqa: PLC0415

            return judge(asked, settings)
        case "round":
            from bot.cli.rounds import confirm  # noqa: PLC0415

            return confirm(settings, asked.number)
        case "status":
            from bot.cli.status import show  # noqa: PLC0415

            return show(settings, as_json=asked.json, follow=asked.follow)
        case "doctor":
            from bot.cli.doctor import examine  # noqa: PLC0415

            return examine(settings)
        case _:
            from bot.cli import people  # noqa: PLC0415

            action = people.import_file if asked.action == "import" else people.export_file
            return action(settings, asked.file)


def _feed(asked: Namespace, settings: Settings) -> Coroutine[None, None, int]:
    if asked.action == "sample":
        from bot.cli.feed_sample import show_sample  # noqa: PLC0415

        return show_sample(settings)
    if asked.action == "diff":
        from bot.cli.feed_diff import diff  # noqa: PLC0415

        return diff(asked.old, asked.new, settings, as_json=asked.json)
    from bot.cli.feed import check  # noqa: PLC0415

    return check(asked.source, settings, as_json=asked.json)


async def _run(asked: Namespace, settings: Settings) -> int:
    if asked.command == "demo" or _shows_demo(asked, settings):
        from bot.cli.demo import run_demo  # noqa: PLC0415

        if asked.command == "run":
            complain("no platform token is set (see .env.example), so this is the demo")
        return await run_demo(Language(asked.language))
    from bot.app import serve  # noqa: PLC0415

    await serve(settings)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
