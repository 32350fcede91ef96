"""The steps of the topic `telegram`, each in a process of its own."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from benchmarks import bulk
from benchmarks.bulk import a_store, alerts_of, timed
from benchmarks.child import Facts
from benchmarks.platforms import PLATFORM
from bot.loop import run
from bot.pipeline.limiter import Lane, Limiter
from tests.fakes.telegram_api import TOKEN

if TYPE_CHECKING:
    from adapters.telegram.platform import TelegramSettings

IN_FLIGHT = 128
PACED, PER_SECOND = 10_000, 1000.0
_One = TypeVar("_One")


def ours(url: str, path: str, count: str, in_flight: str) -> Facts:
    """Step: let the notifier send so many alerts as quickly as it can."""
    return run(_ours(url, path, int(count), int(in_flight)))


async def _ours(url: str, path: str, count: int, in_flight: int) -> Facts:
    from adapters.telegram.platform import telegram  # noqa: PLC0415 - half a second of imports

    alerts = await alerts_of(path, PLATFORM, count)
    async with telegram(_settings(url)) as bot:
        await bot.connect()
        return await timed(alerts, bot.notifier.send, in_flight)


def stock(url: str, path: str, count: str, in_flight: str) -> Facts:
    """Step: let python-telegram-bot as it comes send so many texts as quickly as it can."""
    return run(_stock(url, path, int(count), int(in_flight)))


async def _stock(url: str, path: str, count: int, in_flight: int) -> Facts:
    from telegram import Bot, LinkPreviewOptions  # noqa: PLC0415 - likewise
    from telegram.request import HTTPXRequest  # noqa: PLC0415

    from adapters.telegram.render import pieces  # noqa: PLC0415
    from bot.wording.alerts import alert_message  # noqa: PLC0415

    no_preview = LinkPreviewOptions(is_disabled=True)
    texts = [
        (int(alert.to.address.chat), pieces(alert_message(alert))[0].html)
        for alert in await alerts_of(path, PLATFORM, count)
    ]
    request = HTTPXRequest(connection_pool_size=in_flight)
    async with Bot(TOKEN, base_url=f"{url}/bot", request=request) as bot:

        async def send(one: tuple[int, str]) -> object:
            chat, text = one
            return await bot.send_message(
                chat, text, parse_mode="HTML", link_preview_options=no_preview
            )

        return await timed(texts, send, in_flight)


def sent(url: str, path: str) -> Facts:
    """Step: let the notifier send alerts at a thousand a second."""
    return run(_sent(url, path))


async def _sent(url: str, path: str) -> Facts:
    from adapters.telegram.platform import telegram  # noqa: PLC0415 - half a second of imports

    alerts = await alerts_of(path, PLATFORM, PACED)
    async with telegram(_settings(url)) as bot:
        await bot.connect()
        return await _at_a_pace(alerts, bot.notifier.send)


def delivered(url: str, path: str) -> Facts:
    """Step: deliver all that is due at a thousand a second, as `drawbell run` does."""
    return run(_delivered(url, path))


async def _delivered(url: str, path: str) -> Facts:
    from adapters.telegram.platform import telegram  # noqa: PLC0415 - half a second of imports

    async with a_store(path) as store, telegram(_settings(url)) as bot:
        await bot.connect()
        return await bulk.delivered(store, bot.notifier)


def bare(url: str, path: str) -> Facts:
    """Step: let aiohttp post the same texts at the same pace, and nothing else."""
    return run(_bare(url, path))


async def _bare(url: str, path: str) -> Facts:
    import aiohttp  # noqa: PLC0415 - likewise
    import orjson  # noqa: PLC0415

    from adapters.telegram.render import pieces  # noqa: PLC0415
    from bot.wording.alerts import alert_message  # noqa: PLC0415

    bodies = [
        orjson.dumps(
            {
                "chat_id": int(alert.to.address.chat),
                "text": pieces(alert_message(alert))[0].html,
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            }
        )
        for alert in await alerts_of(path, PLATFORM, PACED)
    ]
    async with aiohttp.ClientSession(
        f"{url}/bot{TOKEN}/",
        connector=aiohttp.TCPConnector(limit=2 * IN_FLIGHT),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Content-Type": "application/json"},
    ) as session:

        async def send(body: bytes) -> None:
            async with session.post("sendMessage", data=body) as answer:
                await answer.read()

        return await _at_a_pace(bodies, send)


async def _at_a_pace(work: Sequence[_One], send: Callable[[_One], Awaitable[object]]) -> Facts:
    """Send in slots of a limiter; the share of a core."""
    limiter = Limiter(PER_SECOND)

    async def in_turn(one: _One) -> None:
        await limiter.turn(Lane.ALERT)
        await send(one)

    found = await timed(work, in_turn, 2 * IN_FLIGHT)
    return {"core": found["cpu"] * found["rate"] / 10}


def _settings(url: str) -> "TelegramSettings":
    from adapters.telegram.platform import TelegramSettings  # noqa: PLC0415 - as above

    return TelegramSettings(token=TOKEN, api_url=url, per_second=PER_SECOND, per_group_minute=20.0)
