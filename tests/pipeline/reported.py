"""What tests of unconfirmed alerts start from: a source that fails, and sites that report."""

from datetime import date, timedelta
from typing import Any

from bot.core.delivery import Alert
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.core.news_types import Post
from bot.core.rounds import Round
from bot.core.subscribers import ON, UNCONFIRMED, Subscriber
from bot.pipeline.deliver import BATCH, deliver
from bot.pipeline.news import watch
from bot.pipeline.poll import PollReport, poll
from bot.wording.alerts import alert_message
from storage.unit_of_work import Database
from tests.builders import a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import a_subscriber, an_address
from tests.fakes.source import FakeSource, publishing
from tests.pipeline.test_news import Feed, with_posts

DAY = date(2025, 12, 11)
EARLIER = a_round(number="384", held_on=date(2025, 12, 10), crs_cut_off=520, name="General")
OFFICIAL = a_round()
DOWN = SourceUnavailable("no answer")
OTHER_SHAPE = SourceChanged("a web page")


def a_post(
    cut_off: int | None = 476,
    *,
    link: str = "https://www.news.example/385",
    category: str = "the healthcare and social services category",
    ago: timedelta | None = timedelta(hours=1),
    size: str = "1,000",
    title: str = "",
    day: date = DAY,
) -> Post:
    """A report of a round of December 11, 2025, unless told otherwise."""
    score = (
        ""
        if cut_off is None
        else (f" with a minimum Comprehensive Ranking System (CRS) score of {cut_off}")
    )
    return Post(
        title=title or f"IRCC invites {size} candidates in Express Entry draw",
        text=(
            f"Canada has held a new Express Entry round of invitations on {day:%B} {day.day}, "
            f"{day.year}. "
            f"It invited {size} candidates in {category}{score}."
        ),
        link=link,
        published=None if ago is None else FakeClock().now - ago,
    )


def asking(chat: str, score: int | None = 480, **changes: Any) -> Subscriber:
    """Somebody who asked for unconfirmed alerts."""
    person = a_subscriber(chat, a_profile(score), **changes)
    return person.with_facts(**{UNCONFIRMED: ON})


class World:
    """A database in which #384 is known, a source that a test lets fail, and one news site."""

    def __init__(self, store: Database, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.notifier = FakeNotifier()

    async def begin(self, *people: Subscriber) -> None:
        async with self.store.begin() as memory:
            await memory.subscribers.save_all(people)
        await self.publish(EARLIER)

    async def publish(self, *rounds: Round, **said: Any) -> PollReport:
        return await poll(
            source=FakeSource(publishing(*rounds, **said)), store=self.store, clock=self.clock
        )

    async def fail(self, error: Exception = DOWN, **options: Any) -> PollReport:
        return await poll(source=FakeSource(error), store=self.store, clock=self.clock, **options)

    async def news(self, *posts: Post) -> bool:
        return await watch(Feed(with_posts(*posts)), self.store, self.clock)

    async def down_with(self, *posts: Post, minutes: float = 31) -> None:
        """The source fails for so long, and in the meantime the site reports."""
        await self.fail()
        await self.news(*posts)
        self.clock.forward(minutes=minutes)
        await self.fail()

    async def heard(self, limit: int = BATCH, only: str | None = None) -> list[Alert]:
        """What was sent since the last look, to everybody or to one chat."""
        before = len(self.notifier.sent)
        while await deliver(
            store=self.store,
            notifier=self.notifier,
            clock=self.clock,
            limit=limit,
            only=None if only is None else an_address(only),
        ):
            pass
        return self.notifier.sent[before:]


def text_of(alert: Alert) -> str:
    return alert_message(alert).plain()
