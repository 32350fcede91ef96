"""The world of the chat's tests: real rounds of autumn 2025, the next one being #385."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.console.render import rendered_reply
from adapters.ircc.fetch import FileSource
from adapters.ircc.recorded import recorded_feeds
from bot.chat.conversation import converse
from bot.core.delivery import Alert
from bot.core.subscribers import Address, Language
from bot.pipeline.deliver import deliver
from bot.pipeline.poll import poll
from bot.ports import Notifier
from bot.wording.spans import Reply
from storage.unit_of_work import Database, open_database
from tests.fakes.clock import FakeClock
from tests.fakes.databases import url_of
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import PLATFORM, an_address

FIRST_NEWS = "385"
FEEDS = recorded_feeds(FIRST_NEWS)
BASELINED_AT = datetime(2025, 12, 11, 18, 58, tzinfo=UTC)
APOLOGIES = ("Something went wrong on my side", "Quelque chose a mal tourné")
NOT_UNDERSTOOD = ("I did not understand", "I do not know that command")


async def baselined(path: Path) -> None:
    """Read the rounds before #385 into a database that has none."""
    async with open_database(url_of(path)) as store:
        await publish(store, FEEDS[0], FakeClock(BASELINED_AT))


async def publish(store: Database, feed: bytes, clock: FakeClock) -> None:
    """Let IRCC publish a feed, and read it once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "feed.json"
        file.write_bytes(feed)
        report = await poll(source=FileSource(file), store=store, clock=clock)
    assert report.failure is None


class Person:
    """Somebody who types, one thing after the other."""

    def __init__(
        self,
        store: Database,
        chat: str = "nurse",
        *,
        clock: FakeClock | None = None,
        language: Language = Language.ENGLISH,
        platform: str = PLATFORM,
    ) -> None:
        self.address: Address = an_address(chat, platform)
        self.store = store
        self.clock = clock or FakeClock()
        self.language = language

    async def says(self, *typed: str) -> Reply:
        """The answer to the last of what is typed."""
        assert typed
        for text in typed:
            reply = await converse(
                text,
                address=self.address,
                store=self.store,
                clock=self.clock,
                language=self.language,
            )
        return reply

    async def reads(self, *typed: str) -> str:
        """The same, as the console shows it."""
        return rendered_reply(await self.says(*typed))

    async def hears(self) -> list[Alert]:
        """The alerts that are due now."""
        notifier = FakeNotifier()
        await self.hears_through(notifier)
        return notifier.sent

    async def hears_through(self, notifier: Notifier) -> int:
        """Have the alerts that are due now delivered; returns how many were."""
        count = 0
        while claimed := await deliver(
            store=self.store,
            notifier=notifier,
            clock=self.clock,
            only=self.address,
        ):
            count += claimed
        return count


def understood(text: str) -> bool:
    """Whether an answer is neither an apology nor "I did not understand", in English or French."""
    return not any(
        sentence in text
        for sentence in (*APOLOGIES, *NOT_UNDERSTOOD, "Je n’ai pas compris", "cette commande")
    )
