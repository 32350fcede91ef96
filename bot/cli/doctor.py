"""`drawbell doctor`: what is configured, what is missing, what to do."""

from collections.abc import AsyncIterator

from bot.cli.feed import read_feed
from bot.cli.feed_sample import about, is_over, kept_sample
from bot.cli.output import DONE, FAILED, answer
from bot.core.detect import Status
from bot.core.errors import DrawbellError
from bot.settings import OFFICIAL_FEED, Settings
from storage.unit_of_work import open_database

_OK, _NEXT, _WRONG = "ok   ", "todo ", "WRONG"


async def examine(settings: Settings) -> int:
    """Look at everything once; fails when something that is needed does not work."""
    wrong = False
    async for state, finding in _findings(settings):
        answer(f"{state} {finding}")
        wrong = wrong or state is _WRONG
    return FAILED if wrong else DONE


async def _findings(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    yield await _database(settings)
    yield await _feed(settings)
    kept = await _sample(settings)
    if kept is not None:
        yield kept
    yield await _telegram(settings)
    yield _discord(settings)
    every = settings.poll_seconds
    yield _OK, "Polling: " + ("by the hour of the day" if every is None else f"every {every:g} s")


async def _telegram(settings: Settings) -> tuple[str, str]:
    if settings.telegram_token is None:
        return _NEXT, "Telegram: no token; set DRAWBELL_TELEGRAM_TOKEN to alert people there"
    # Half a second of imports, for those only who speak it.
    from bot.platforms import telegram_of  # noqa: PLC0415

    try:
        async with telegram_of(settings) as bot:
            username = await bot.ask_name()
    except DrawbellError as error:
        return _WRONG, f"Telegram: {error}"
    return _OK, f"Telegram: the bot is @{username}, https://t.me/{username}"


def _discord(settings: Settings) -> tuple[str, str]:
    if settings.discord_token is None:
        return _NEXT, "Discord: no token; set DRAWBELL_DISCORD_TOKEN to alert people there"
    return _OK, "Discord: a token is set; whether it is right shows when drawbell runs"


async def _database(settings: Settings) -> tuple[str, str]:
    try:
        async with open_database(settings.database_url) as store, store.look() as memory:
            known = (await memory.rounds.known()).rounds
            waiting = len(await memory.outbox.waiting())
    except DrawbellError as error:
        return _WRONG, f"Database: {error}"
    held = [f"#{number}" for number, one in known.items() if one.status is Status.HELD]
    if held:
        listed = ", ".join(held)
        return _NEXT, f"Database: held back {listed}; see `feed check`, then `round confirm N`"
    found = f"rounds {len(known)}, alerts waiting {waiting}"
    return _OK, f"Database: {settings.database_url}, {found}"


async def _sample(settings: Settings) -> tuple[str, str] | None:
    """What became of the last answer that could not be read; None if there was none."""
    try:
        sample, health = await kept_sample(settings)
    except DrawbellError:
        return None  # said already
    if sample is None:
        return None
    state = _OK if is_over(sample, health) else _NEXT
    return state, f"Feed: {about(sample, health)}; see it with `drawbell feed sample`"


async def _feed(settings: Settings) -> tuple[str, str]:
    name = (
        "the official feed" if settings.ircc_feed_url == OFFICIAL_FEED else settings.ircc_feed_url
    )
    try:
        published = await read_feed(settings.ircc_feed_url, settings.contact)
    except DrawbellError as error:
        return _WRONG, f"Feed: {error}"
    return _OK, f"Feed: {name}, {len(published.rounds)} rounds readable"
