"""`drawbell run` on Telegram and Discord at once: each delivers, neither waits for the other."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from tests.builders import a_feed, a_row
from tests.cli.running import Running, drawbell
from tests.fakes import discord_api, telegram_api

LONGEST = 40.0
BEFORE, AFTER = a_feed([a_row(drawNumber="384")]), a_feed([a_row(), a_row(drawNumber="384")])
AGAIN = a_feed([a_row(drawNumber="386"), a_row(), a_row(drawNumber="384")])
PEOPLE = 5


def subscriber(platform: str, chat: str) -> str:
    profile = {"name": "me", "crs_score": 480, "yes": ["healthcare"]}
    return json.dumps({"platform": platform, "chat": chat, "profiles": [profile]})


def prepare(folder: Path) -> Path:
    """People on both platforms, and a feed whose newest round everybody knows."""
    lines = [subscriber("telegram", str(1000 + one)) for one in range(PEOPLE)]
    lines += [subscriber("discord", f"dm:{2000 + one}") for one in range(PEOPLE)]
    people, feed = folder / "people.jsonl", folder / "feed.json"
    people.write_text("\n".join(lines), encoding="utf-8")
    feed.write_bytes(BEFORE)
    assert drawbell("subscribers", "import", people, folder=folder).code == 0
    assert drawbell("poll", folder=folder, ircc_feed_url=str(feed)).code == 0
    return feed


def settings(feed: Path, telegram_url: str, discord_url: str) -> dict[str, str]:
    return {
        "DRAWBELL_IRCC_FEED_URL": str(feed),
        "DRAWBELL_POLL_SECONDS": "0.5",
        "DRAWBELL_TELEGRAM_TOKEN": telegram_api.TOKEN,
        "DRAWBELL_TELEGRAM_API_URL": telegram_url,
        "DRAWBELL_DISCORD_TOKEN": discord_api.TOKEN,
        "DRAWBELL_DISCORD_API_URL": discord_url,
    }


async def until(happened: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LONGEST
    while not happened():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.02)


def publish(feed: Path, content: bytes = AFTER) -> None:
    fresh = feed.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(feed)


def on_telegram(api: telegram_api.FakeTelegram) -> int:
    return sum(len(api.texts(1000 + one)) for one in range(PEOPLE))


def on_discord(api: discord_api.FakeDiscord) -> int:
    return sum(len(api.told(2000 + one)) for one in range(PEOPLE))


async def test_one_round_reaches_people_on_both(tmp_path: Path) -> None:
    feed = await asyncio.to_thread(prepare, tmp_path)
    telegram = telegram_api.FakeTelegram(token=telegram_api.TOKEN)
    discord = discord_api.FakeDiscord()
    async with telegram_api.serving(telegram), discord_api.serving(discord):
        running = Running(
            "run", folder=tmp_path, variables=settings(feed, telegram.url, discord.url)
        )
        try:
            publish(feed)
            await until(lambda: on_telegram(telegram) == on_discord(discord) == PEOPLE, "alerts")
            done = await asyncio.to_thread(running.stop)
        finally:
            await asyncio.to_thread(running.kill)

    assert done.code == 0
    assert telegram.complaints == []
    assert discord.complaints == []
    assert "480 vs 476" in telegram.texts(1000)[0]
    assert "480 vs 476" in discord.told(2000)[0]


async def test_one_that_is_down_does_not_hold_up_the_other(tmp_path: Path) -> None:
    feed = await asyncio.to_thread(prepare, tmp_path)
    telegram = telegram_api.FakeTelegram(token=telegram_api.TOKEN)
    async with telegram_api.serving(telegram):
        nobody = "http://127.0.0.1:9/api/v10"
        running = Running("run", folder=tmp_path, variables=settings(feed, telegram.url, nobody))
        try:
            publish(feed)
            await until(lambda: on_telegram(telegram) == PEOPLE, "alerts on Telegram")
            done = await asyncio.to_thread(running.stop)
        finally:
            await asyncio.to_thread(running.kill)

    assert done.code == 0
    status = drawbell("status", "--json", folder=tmp_path)
    [broadcast] = json.loads(status.out)["broadcasts"]
    assert (broadcast["sent"], broadcast["given_up"]) == (PEOPLE, 0)


async def test_one_person_on_both_is_told_once_where_they_want_and_elsewhere_if_need_be(
    tmp_path: Path,
) -> None:
    feed = await asyncio.to_thread(prepare, tmp_path)
    telegram = telegram_api.FakeTelegram(token=telegram_api.TOKEN)
    discord = discord_api.FakeDiscord()
    ann, there = 1000, 9000
    async with telegram_api.serving(telegram), discord_api.serving(discord):
        running = Running(
            "run", folder=tmp_path, variables=settings(feed, telegram.url, discord.url)
        )
        try:
            telegram.say(ann, "/link")
            await until(lambda: bool(telegram.texts(ann)), "a code")
            found = re.search(r"/link (\S{4}-\S{4})", telegram.texts(ann)[-1])
            assert found is not None
            await until(lambda: bool(discord.gateway.connected), "Discord")
            joined = discord.slash(there, "link", options={"code": found[1]})
            await until(lambda: "Alerts come on Telegram." in joined.text, "to be linked")
            led = discord.slash(there, "link", options={"code": "here"})
            await until(lambda: "Alerts come here." in led.text, "to be led")

            publish(feed)
            await until(lambda: len(alerts(discord.told(there))) == 1, "an alert on Discord")
            await until(lambda: on_discord(discord) == PEOPLE, "the others")
            assert alerts(telegram.texts(ann)) == []

            discord.closed_dms.add(there)
            publish(feed, AGAIN)
            await until(lambda: len(alerts(telegram.texts(ann))) == 1, "the alert on Telegram")
            await until(lambda: on_discord(discord) == 2 * PEOPLE, "the others again")
            status = discord.slash(there, "status")
            await until(lambda: "so they come on Telegram now" in status.text, "to be told why")
            done = await asyncio.to_thread(running.stop)
        finally:
            await asyncio.to_thread(running.kill)

    assert done.code == 0
    assert len(alerts(discord.told(there))) == len(alerts(telegram.texts(ann))) == 1
    assert telegram.complaints == []
    assert discord.complaints == []


def alerts(texts: list[str]) -> list[str]:
    return [text for text in texts if "vs 476" in text]
