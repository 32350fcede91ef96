"""Topic `discord`: Discord's limit held and not overstepped, and what a message costs."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.bulk import a_store, alerts_of, delivered, timed
from benchmarks.child import Facts, progress, run_step
from benchmarks.report import Measure, Reference, Result
from benchmarks.server import a_server, checked
from bot.loop import run
from bot.settings import Settings
from tests.fakes.discord_api import TOKEN

PLATFORM = "discord"
ALLOWED = 50
AIM_SHARE, AIM_REFUSED = 98.0, 0.0
LATENCY = 0.05
_IN_FLIGHT = 64
_PACED, _STOCK, _UNPACED = 400, 600, 1500
_NO_LIMIT = 100_000.0


def measure(_subscribers: int) -> Result:
    """Measure the topic."""
    with TemporaryDirectory() as folder:
        due, many = Path(folder) / "due.db", Path(folder) / "many.db"
        run_step("bulk:queue", due, PLATFORM, _PACED)
        run_step("bulk:queue", many, PLATFORM, _UNPACED)
        with a_server(PLATFORM, LATENCY, per_second=ALLOWED) as strict:
            progress(f"discord: {_PACED:,} messages at our own pace")
            paced = checked(strict, _PACED, "discord:paced", strict.url, due, strict=False)
            progress(f"discord: {_STOCK:,} messages by stock discord.py")
            stock = checked(strict, _STOCK, "discord:stock", strict.url, many, _STOCK, strict=False)
        with a_server(PLATFORM, LATENCY) as easy:
            progress(f"discord: {_UNPACED:,} messages as quickly as we can")
            unpaced = checked(easy, _UNPACED, "discord:unpaced", easy.url, many, _UNPACED)
    return Result(
        title=f"Discord, {ALLOWED} requests a second, answers take {LATENCY * 1000:.0f} ms",
        measures=[*_held(paced, stock), *_costs(unpaced, stock)],
        notes=[
            "paced: courier, limiter, database and notifier with the settings as they come; the "
            "server, a process of its own, refuses the 51st request of a second",
            f"stock: discord.py's HTTP client as it comes, {_STOCK:,} texts that are ready, "
            f"{_IN_FLIGHT} in flight; it gives a message up after five refusals, and Discord bans "
            "whoever has 10,000 in ten minutes",
            f"unpaced: wording, rendering and sending of {_UNPACED:,} alerts by the notifier, "
            f"{_IN_FLIGHT} in flight, to a server without a limit",
        ],
    )


def _held(paced: Facts, stock: Facts) -> list[Measure]:
    return [
        Measure(
            what=f"of {ALLOWED}/s, paced",
            value=paced["server_rate"] / ALLOWED * 100,
            unit="%",
            aim=AIM_SHARE,
            reference=Reference(name="stock", value=stock["server_rate"] / ALLOWED * 100),
            more_is_better=True,
        ),
        Measure(
            what="requests refused with 429",
            value=paced["server_refused"],
            unit="",
            aim=AIM_REFUSED,
            reference=Reference(name="stock", value=stock["server_refused"]),
        ),
        Measure(
            what="most in any one second",
            value=paced["server_peak"],
            unit="",
            aim=ALLOWED,
            reference=Reference(name="stock", value=stock["server_peak"]),
        ),
        Measure(
            what="lost or doubled",
            value=paced["strays"] + paced["unsent"],
            unit="",
            aim=0,
            reference=Reference(name="stock", value=stock["lost"]),
        ),
        Measure(what="of a core, all of it", value=paced["core"], unit="%"),
    ]


def _costs(unpaced: Facts, stock: Facts) -> list[Measure]:
    return [
        Measure(what="unpaced", value=unpaced["server_rate"], unit="/s", more_is_better=True),
        Measure(
            what="CPU for each",
            value=unpaced["cpu"],
            unit="ms",
            reference=Reference(name="stock", value=stock["cpu"]),
        ),
    ]


# Steps, each in a process of its own.


def paced(url: str, path: str) -> Facts:
    """Step: deliver all that is due at the pace of our own settings, as `drawbell run` does."""
    usual = Settings.model_fields["discord_per_second"].default
    return run(_paced(url, path, usual))


async def _paced(url: str, path: str, per_second: float) -> Facts:
    from adapters.discord.platform import discord_bot  # noqa: PLC0415 - half a second of imports

    async with a_store(path) as store, discord_bot(_settings(url, per_second)) as bot:
        return await delivered(store, bot.notifier)


def unpaced(url: str, path: str, count: str) -> Facts:
    """Step: let the notifier send so many alerts as quickly as it can."""
    return run(_unpaced(url, path, int(count)))


async def _unpaced(url: str, path: str, count: int) -> Facts:
    from adapters.discord.platform import discord_bot  # noqa: PLC0415 - as above

    alerts = await alerts_of(path, PLATFORM, count)
    async with discord_bot(_settings(url, _NO_LIMIT)) as bot:
        return await timed(alerts, bot.notifier.send, _IN_FLIGHT)


def stock(url: str, path: str, count: str) -> Facts:
    """Step: let discord.py as it comes send so many texts as quickly as it can."""
    return run(_stock(url, path, int(count)))


async def _stock(url: str, path: str, count: int) -> Facts:
    import discord  # noqa: PLC0415 - as above
    from discord.http import Route, handle_message_parameters  # noqa: PLC0415

    from adapters.discord.render import colour_of, embeds  # noqa: PLC0415
    from bot.wording.alerts import alert_message  # noqa: PLC0415

    Route.BASE = url
    alerts = await alerts_of(path, PLATFORM, count)
    texts = [
        (
            str(one.to.fact("dm")),
            discord.Embed.from_dict(embeds(alert_message(one), colour_of(one))[0]),
        )
        for one in alerts
    ]
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(TOKEN)

        lost = []

        async def send(one: tuple[str, discord.Embed]) -> None:
            channel, embed = one
            try:
                with handle_message_parameters(embed=embed) as params:
                    await client.http.send_message(channel, params=params)
            except discord.HTTPException as error:
                lost.append(error)

        facts = await timed(texts, send, _IN_FLIGHT)
    return {**facts, "lost": len(lost)}


def _settings(url: str, per_second: float) -> Any:
    from adapters.discord.platform import DiscordSettings  # noqa: PLC0415 - as above

    return DiscordSettings(token=TOKEN, api_url=url, per_second=per_second)
