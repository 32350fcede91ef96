"""News feeds: hints to look at once, links to read more, and never a fact."""

import asyncio
from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from bot.core.delivery import Kind
from bot.core.detect import Status
from bot.core.errors import SourceUnavailable
from bot.core.news_types import Post
from bot.pipeline.deliver import deliver
from bot.pipeline.news import MOST_AT_ONCE, watch
from bot.pipeline.poll import announce, poll
from bot.ports import NewsFetched, Validators
from bot.watching import NewsWatch
from bot.wording.alerts import alert_message
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import a_subscriber
from tests.fakes.source import FakeSource, publishing

NOON = datetime(2025, 12, 11, 18, tzinfo=UTC)
ABOUT_385 = Post(
    title="IRCC invites 1,000 health care candidates in Express Entry draw",
    text=(
        "Canada has held a new Express Entry round of invitations on December 11, 2025. "
        "It invited 1,000 candidates in the healthcare and social services category with a "
        "minimum Comprehensive Ranking System (CRS) score of 476."
    ),
    link="https://news.example/385",
    published=NOON,
)


class Feed:
    """A news feed that says what a test says."""

    url = "https://news.example/rss"

    def __init__(self, *answers: NewsFetched | Exception | None) -> None:
        self._answers = list(answers)
        self.seen: list[Validators] = []

    async def read(self, seen: Validators) -> NewsFetched | None:
        self.seen.append(seen)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def with_posts(*posts: Post) -> NewsFetched:
    return NewsFetched(posts=posts, validators=Validators(etag='"1"', digest="d"))


async def known(store: Database, *numbers: str, status: Status = Status.BASELINE) -> None:
    async with store.begin() as memory:
        rounds = [
            a_round(number=number, held_on=NOON.date() - timedelta(days=385 - int(number)))
            for number in numbers
        ]
        await memory.rounds.add(rounds, status, NOON)


async def test_a_round_that_is_not_known_yet_is_a_hint_once(
    store: Database, clock: FakeClock
) -> None:
    await known(store, "380")
    feed = Feed(with_posts(ABOUT_385), with_posts(ABOUT_385))

    assert await watch(feed, store, clock) is True
    assert await watch(feed, store, clock) is False  # the same post is no news any more
    assert feed.seen[1] == Validators(etag='"1"', digest="d")


async def test_a_round_that_is_known_is_no_hint_but_something_to_read(
    store: Database, clock: FakeClock
) -> None:
    await known(store, "385")

    assert await watch(Feed(with_posts(ABOUT_385)), store, clock) is False
    async with store.look() as memory:
        [post] = await memory.news.about("385", 5)
    assert (post.link, post.title) == (ABOUT_385.link, ABOUT_385.title)


async def test_old_posts_and_posts_about_other_things_are_no_hints(
    store: Database, clock: FakeClock
) -> None:
    await known(store, "380")
    old = Post(
        title=ABOUT_385.title,
        text=ABOUT_385.text,
        link="https://news.example/old",
        published=clock.now - timedelta(days=3),
    )
    advice = Post(title="Five ways to raise your CRS score", link="https://news.example/5")

    assert await watch(Feed(with_posts(old, advice)), store, clock) is False


async def test_figures_that_differ_go_to_the_log_and_nowhere_else(
    store: Database, clock: FakeClock
) -> None:
    await known(store, "385")
    wrong = Post(
        title=ABOUT_385.title.replace("1,000", "1,500"),
        text=ABOUT_385.text.replace("1,000", "1,500"),
        link="https://news.example/wrong",
        published=NOON,
    )

    with capture_logs() as logs:
        await watch(Feed(with_posts(wrong)), store, clock)

    [found] = [entry for entry in logs if entry["event"] == "news_disagrees"]
    assert (found["fact"], found["news"], found["official"]) == ("invitations_issued", 1500, 1000)
    async with store.look() as memory:
        latest = await memory.rounds.latest()
    assert latest is not None
    assert latest.invitations_issued == 1000


async def test_a_feed_that_fails_is_noted_and_harms_nothing(
    store: Database, clock: FakeClock
) -> None:
    feed = Feed(SourceUnavailable("no answer"))

    assert await watch(feed, store, clock) is False
    async with store.look() as memory:
        assert (await memory.feed(feed.url).health()).failure == "no answer"
        assert (await memory.source.health()).failure is None


async def test_a_first_reading_of_thousands_of_posts_reads_the_newest(
    store: Database, clock: FakeClock
) -> None:
    await known(store, "380")
    posts = [
        Post(title=f"Opinion {number}", link=f"https://news.example/{number}")
        for number in range(2000)
    ]

    assert await watch(Feed(with_posts(*posts)), store, clock) is False
    async with store.look() as memory:
        unseen = await memory.news.unseen([post.link or "" for post in posts])
    assert len(unseen) == 2000 - MOST_AT_ONCE


async def test_of_thousands_of_posts_the_newest_may_stand_last(
    store: Database, clock: FakeClock
) -> None:
    await known(store, "380")
    old = [
        Post(
            title=f"Opinion {number}",
            link=f"https://news.example/{number}",
            published=NOON - timedelta(days=100 - number),
        )
        for number in range(MOST_AT_ONCE)
    ]

    assert await watch(Feed(with_posts(*old, ABOUT_385)), store, clock) is True


async def test_an_alert_links_to_what_was_written_before_ircc_s_own_row_was_there(
    store: Database, clock: FakeClock
) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber())
    await known(store, "380", status=Status.ANNOUNCED)
    assert await watch(Feed(with_posts(ABOUT_385)), store, clock) is True
    payload = publishing(a_round(), a_round(number="380", held_on=NOON.date() - timedelta(days=5)))
    await poll(source=FakeSource(payload), store=store, clock=clock)
    notifier = FakeNotifier()
    await deliver(store=store, notifier=notifier, clock=clock)

    [alert] = notifier.sent
    assert f"Read more: {ABOUT_385.title} {ABOUT_385.link}" in alert_message(alert).plain()


class Broken(Feed):
    """A feed that trips its reader up."""

    async def read(self, seen: Validators) -> NewsFetched | None:
        raise AssertionError


async def test_a_feed_that_trips_its_reader_up_keeps_no_other_from_being_read(
    store: Database, clock: FakeClock
) -> None:
    await known(store, "380")
    hints = asyncio.Event()
    feeds = [Broken(), Feed(with_posts(ABOUT_385))]
    news = NewsWatch(feeds, store, clock, seconds=3600, hurry=hints.set, beat=lambda: None)
    watching = asyncio.create_task(news.run())
    try:
        async with asyncio.timeout(10):
            await hints.wait()
    finally:
        watching.cancel()


async def test_an_alert_links_to_what_was_written_about_its_round(
    store: Database, clock: FakeClock
) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber())
    await known(store, "385", status=Status.ANNOUNCED)
    await watch(Feed(with_posts(ABOUT_385)), store, clock)
    async with store.begin() as memory:
        await announce(memory, [a_round(number="385")], clock.now)
    notifier = FakeNotifier()
    await deliver(store=store, notifier=notifier, clock=clock)

    [alert] = notifier.sent
    assert alert.kind is Kind.NEWS
    text = alert_message(alert).plain()
    assert f"Read more: {ABOUT_385.title} {ABOUT_385.link}" in text
