"""`drawbell demo`: real rounds of autumn 2025, published one by one, on the real way to a chat."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from adapters.console.chat import chat
from adapters.console.faces import face
from adapters.console.notifier import PLATFORM, ConsoleNotifier
from adapters.console.render import rendered
from adapters.ircc.fetch import FileSource
from adapters.ircc.parse import parse
from adapters.ircc.recorded import recorded_feeds
from bot.app import now
from bot.chat.help import examples
from bot.cli.output import DONE, answer
from bot.core.alerts import Mode, Preference
from bot.core.profiles import Answers, Candidate, Profile, Submitted
from bot.core.subscribers import Address, Language, Subscriber
from bot.pipeline.deliver import deliver
from bot.pipeline.poll import poll
from bot.ports import Store
from bot.wording.rounds import round_title
from bot.wording.spans import Reply
from bot.wording.words import Words, words_in
from storage.unit_of_work import open_database

FIRST_NEWS = "383"
_PAUSE = 0.7
_PAUSE_FOR_READERS = 6.0


async def run_demo(language: Language) -> int:
    """Show a stretch of rounds arriving; ends by itself unless somebody is at a terminal."""
    words = words_in(language)
    with tempfile.TemporaryDirectory(prefix="drawbell-demo-") as folder:
        async with open_database(f"sqlite+aiosqlite:///{folder}/demo.db") as store:
            await _subscribe(store, language)
            if sys.stdin.isatty():
                await _with_a_person(store, Path(folder), words)
            else:
                await _publish_all(store, Path(folder), words, _PAUSE)
    return DONE


async def _with_a_person(store: Store, folder: Path, words: Words) -> None:
    answer(
        words.say("You are a subscriber too: type /profile score 480, /help, or /exit to leave.")
    )
    publishing = asyncio.create_task(_publish_all(store, folder, words, _PAUSE_FOR_READERS))
    try:
        async with face(examples(words.language)) as shown:
            await chat("you", face=shown, store=store, clock=now, language=words.language)
    finally:
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)


async def _publish_all(store: Store, folder: Path, words: Words, pause: float) -> None:
    feed = folder / "feed.json"
    for payload in recorded_feeds(FIRST_NEWS):
        feed.write_bytes(payload)
        report = await poll(source=FileSource(feed), store=store, clock=now)
        if report.news is not None and report.news.baseline:
            count = len(report.news.history)
            answer(
                words.say_many(
                    "{count} earlier round is known; now the next ones are published.",
                    "{count} earlier rounds are known; now the next ones are published.",
                    count,
                )
            )
        else:
            answer("\n=== " + round_title(words, parse(payload).rounds[0]))
            await _show_alerts(store, words)
        await asyncio.sleep(pause)
    answer(words.say("That was the recorded stretch."))


async def _show_alerts(store: Store, words: Words) -> None:
    def show(chat_name: str, reply: Reply) -> None:
        title = words.say("--- alert for {name}", name=chat_name)
        answer(f"\n{title}\n{rendered(reply.message)}")

    for subscriber in sample_subscribers(words.language):
        await deliver(
            store=store,
            notifier=ConsoleNotifier(show),
            clock=now,
            only=subscriber.address,
        )


async def _subscribe(store: Store, language: Language) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save_all(sample_subscribers(language))


def sample_subscribers(language: Language) -> Sequence[Subscriber]:
    """People as different as the verdicts that the recorded rounds can give."""

    def one(
        chat_name: str,
        score: int,
        *groups: str,
        submitted: Submitted | None = None,
        mode: Mode = Mode.NEAR,
        nominee: bool | None = None,
    ) -> Subscriber:
        candidate = Candidate(crs_score=score, answers=Answers().adding(groups), nominee=nominee)
        return Subscriber(
            address=Address(platform=PLATFORM, chat=chat_name),
            language=language,
            preference=Preference(mode=mode),
            profiles=(Profile(name="me", candidate=candidate, submitted=submitted),),
        )

    return (
        one("nurse-480", 480, "healthcare"),
        one(
            "nurse-476-early",
            476,
            "healthcare",
            submitted=Submitted.at(datetime(2025, 11, 20, 14, 3, tzinfo=UTC)),
        ),
        one("nurse-476-late", 476, "healthcare", submitted=Submitted.on(date(2025, 12, 1))),
        one("nurse-476", 476, "healthcare"),
        one("nurse-470", 470, "healthcare"),
        one("francophone-410", 410, "french"),
        one("cec-532", 532, "cec"),
        one("nominee-745", 745, "pnp", nominee=True),
    )
