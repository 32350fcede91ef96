"""What only news sites report while IRCC's own data cannot be read, and how it ends."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from adapters.news.fetch import feed_at
from bot.chat.pauses import end_pause
from bot.core.alerts import Mode, Preference
from bot.core.delivery import Kind
from bot.core.detect import Status
from bot.core.news_types import Post
from bot.core.profiles import Submitted
from bot.core.rounds import UnreadableRow
from bot.core.subscribers import Language
from bot.pipeline.news import watch
from storage.unit_of_work import Database, open_database
from tests.builders import TIE_BREAK_385, a_profile, a_round
from tests.chat.world import Person
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of, url_of
from tests.fakes.feeds import an_item, an_rss
from tests.fakes.people import a_subscriber
from tests.fakes.serving import answering, serving
from tests.pipeline.reported import (
    DAY,
    EARLIER,
    OFFICIAL,
    OTHER_SHAPE,
    World,
    a_post,
    asking,
    text_of,
)

PUBLISHED = "Thu, 11 Dec 2025 18:00:00 +0000"


@pytest.fixture
def world(store: Database, clock: FakeClock) -> World:
    return World(store, clock)


@pytest.mark.parametrize(("minutes", "is_told"), [(29, False), (30, True), (31, True)])
async def test_it_is_told_once_the_source_has_been_unreadable_for_long_enough(
    world: World, minutes: float, is_told: bool
) -> None:
    await world.begin(asking("ann"), a_subscriber("bob"))

    await world.down_with(a_post(), minutes=minutes)

    assert [one.to.address.chat for one in await world.heard()] == (["ann"] if is_told else [])


async def test_it_says_that_it_is_unconfirmed_and_where_it_comes_from(world: World) -> None:
    await world.begin(asking("ann"), asking("zoé", language=Language.FRENCH))

    await world.down_with(a_post())
    english, french = await world.heard()

    assert english.kind is Kind.UNCONFIRMED
    first, *rest = text_of(english).split("\n")
    assert first == (
        "Unconfirmed: Healthcare draw of December 11, 2025: you would have qualified, "
        "480 vs 476 (+4)"
    )
    assert rest[:3] == [
        "So says news.example.",
        "IRCC's own data cannot be read at the moment, and news sites can be wrong.",
        "I confirm or correct this as soon as IRCC's own data can be read.",
    ]
    assert f"Read more: {a_post().title} {a_post().link}" in rest
    assert "#" not in text_of(english)
    assert text_of(french).startswith("Non confirmé\u00a0: ronde Santé du 11 décembre 2025")
    assert "Source\u00a0: news.example." in text_of(french)


@pytest.mark.parametrize(
    "posts",
    [
        [a_post(None)],
        [a_post(category="a new way")],
        [a_post(ago=timedelta(hours=49))],
        [a_post(title="Ontario invites 1,000 candidates in OINP draw", category="the OINP")],
        [a_post(476), a_post(475, link="https://other.example/385")],
        [a_post(476), a_post(476, link="https://other.example/385",
                             category="the Canadian Experience Class")],
        [],
    ],
    ids=["no-cut-off", "no-category", "old", "provincial", "cut-offs", "categories", "none"],
)  # fmt: skip
async def test_what_says_too_little_or_two_things_is_told_to_nobody(
    world: World, database: Path, posts: list[Post]
) -> None:
    await world.begin(asking("ann", preference=Preference(mode=Mode.ALL)))

    await world.down_with(*posts)

    assert await world.heard() == []
    assert rows_of(database, "SELECT * FROM incidents WHERE kind LIKE 'unconfirmed%'") == []


async def test_a_well_source_and_one_that_may_never_be_replaced_tell_nothing(
    world: World,
) -> None:
    await world.begin(asking("ann"))
    await world.news(a_post())
    world.clock.forward(minutes=40)
    await world.publish(EARLIER)
    await world.fail()
    world.clock.forward(minutes=40)
    await world.fail(unconfirmed_after=timedelta())

    assert await world.heard() == []


async def test_before_the_first_reading_nothing_is_told(world: World) -> None:
    async with world.store.begin() as memory:
        await memory.subscribers.save(asking("ann"))

    await world.down_with(a_post())

    assert await world.heard() == []


async def test_a_changed_shape_and_an_unreadable_newest_row_count_as_well(world: World) -> None:
    await world.begin(asking("ann"))
    row = UnreadableRow(number="385", reason="no cut-off", fingerprint="f")
    await world.publish(EARLIER, unreadable=[row], first_row_readable=False)
    await world.news(a_post())
    world.clock.forward(minutes=31)
    await world.fail(OTHER_SHAPE)

    assert [one.kind for one in await world.heard()] == [Kind.UNCONFIRMED]


async def test_two_sites_are_one_alert_and_a_third_comes_too_late(world: World) -> None:
    await world.begin(asking("ann"))
    other = a_post(
        link="https://other.example/a", size="900", title="IRCC holds Express Entry draw"
    )
    await world.down_with(a_post(), other)
    [alert] = await world.heard()
    await world.news(a_post(475, link="https://third.example/a"))
    world.clock.forward(minutes=5)
    await world.fail()

    assert await world.heard() == []
    assert {post.link for post in alert.rounds[0].more} == {a_post().link, other.link}
    assert alert.rounds[0].round.invitations_issued == 0  # the two differ: it is left out


async def test_a_confirmed_one_is_the_ordinary_alert_with_one_more_line(
    world: World, database: Path
) -> None:
    await world.begin(asking("ann"), a_subscriber("bob"))
    await world.down_with(a_post())
    await world.heard()
    assert rows_of(database, "SELECT count(*) FROM incidents WHERE ended_at IS NULL"
                   " AND kind LIKE 'unconfirmed/%'") == [(1,)]  # fmt: skip

    await world.publish(OFFICIAL, EARLIER)
    ann, bob = await world.heard()

    assert (ann.kind, bob.kind) == (Kind.NEWS, Kind.NEWS)
    assert text_of(ann).startswith(
        "Draw #385 Healthcare: you would have qualified, 480 vs 476 (+4)"
    )
    assert (
        "This confirms what I told you unconfirmed on December 11, 2025 at 19:31 UTC."
        in text_of(ann)
    )
    assert "unconfirmed" not in text_of(bob)
    assert rows_of(database, "SELECT count(*) FROM incidents WHERE ended_at IS NULL") == [(0,)]


@pytest.mark.parametrize(
    ("score", "reported", "official", "title"),
    [
        (476, 476, 480, "4 points short (before: it depends on the tie-break)"),
        (478, 476, 480, "2 points short (before: you would have qualified)"),
        (478, 480, 476, "you would have qualified (before: 2 points short)"),
    ],
)
async def test_an_answer_that_flips_is_a_correction(
    world: World, score: int, reported: int, official: int, title: str
) -> None:
    await world.begin(asking("ann", score))
    await world.down_with(a_post(reported))
    await world.heard()

    await world.publish(a_round(crs_cut_off=official), EARLIER)
    [alert] = await world.heard()

    assert text_of(alert).startswith(f"Correction to draw #385 Healthcare: {title}\n")
    differing = f"CRS cut-off {official}, not {reported}."
    assert f"The official figures differ from the unconfirmed ones: {differing}" in text_of(alert)


@pytest.mark.parametrize("official", [476, 500])
async def test_who_would_hear_nothing_now_hears_how_it_ended_once(
    world: World, official: int
) -> None:
    """They wanted rounds they qualify for; then they wanted less, or the answer turned."""
    person = asking("ann", preference=Preference(mode=Mode.QUALIFIED))
    await world.begin(person)
    await world.down_with(a_post())
    await world.heard()
    if official == 476:
        async with world.store.begin() as memory:
            await memory.subscribers.save(replace(person, profiles=(a_profile(300),)))

    await world.publish(a_round(crs_cut_off=official), EARLIER)
    world.clock.forward(minutes=1)
    await world.publish(a_round(crs_cut_off=official, pool=None), EARLIER)

    assert [one.rounds[0].round.number for one in await world.heard()] == ["385"]


async def test_what_was_not_sent_yet_is_dropped_when_the_row_is_there(
    world: World, database: Path
) -> None:
    quiet = asking("ann", quiet_from=time(18), quiet_until=time(23))
    await world.begin(quiet, asking("bob"))
    await world.down_with(a_post())
    [told] = await world.heard()  # bob's; ann sleeps
    await world.publish(OFFICIAL, EARLIER)
    world.clock.forward(hours=6)
    ann_and_bob = await world.heard()

    assert told.to.address.chat == "bob"
    assert sorted((one.to.address.chat, one.rounds[0].unconfirmed_at is None)
                  for one in ann_and_bob) == [("ann", True), ("bob", False)]  # fmt: skip
    dropped = rows_of(database, "SELECT error FROM deliveries WHERE state = 3")
    assert dropped == [("nothing left to tell",)]


async def test_it_survives_a_restart(database: Path, clock: FakeClock) -> None:
    async with open_database(url_of(database)) as store:
        await World(store, clock).begin(asking("ann"))
        await World(store, clock).fail()
        await World(store, clock).news(a_post())
    clock.forward(minutes=31)
    async with open_database(url_of(database)) as store:
        await World(store, clock).fail()
        assert len(await World(store, clock).heard()) == 1
    async with open_database(url_of(database)) as store:
        await World(store, clock).publish(OFFICIAL, EARLIER)
        [alert] = await World(store, clock).heard()
    assert "This confirms" in text_of(alert)


async def test_who_paused_after_it_hears_the_end_in_the_summary(world: World) -> None:
    person = asking("ann", preference=Preference(mode=Mode.QUALIFIED))
    await world.begin(person)
    await world.down_with(a_post())
    await world.heard()
    paused = replace(person, paused=True, paused_since=world.clock.now)
    async with world.store.begin() as memory:
        await memory.subscribers.save(paused)
    world.clock.forward(minutes=1)
    await world.publish(a_round(crs_cut_off=500), EARLIER)
    assert await world.heard() == []
    async with world.store.begin() as memory:
        await end_pause(memory, paused, world.clock.now)

    [alert] = await world.heard()
    assert alert.kind is Kind.SUMMARY
    assert "CRS cut-off 500, not 476" in text_of(alert)


async def test_who_is_paused_is_told_nothing(world: World) -> None:
    await world.begin(asking("ann", paused=True))
    await world.down_with(a_post())

    assert await world.heard() == []


async def test_two_rounds_on_one_day_stay_two(world: World) -> None:
    await world.begin(asking("ann", preference=Preference(mode=Mode.ALL)))
    other = a_post(529, link="https://news.example/b", category="the Canadian Experience Class")
    await world.down_with(a_post(), other)
    assert len(await world.heard()) == 2

    cec = a_round(number="386", name="Canadian Experience Class", crs_cut_off=529)
    await world.publish(cec, OFFICIAL, EARLIER)
    first, second = await world.heard()

    assert {first.rounds[0].round.number, second.rounds[0].round.number} == {"385", "386"}
    assert all("This confirms" in text_of(one) for one in (first, second))


async def test_a_number_that_is_another_round_s_mixes_nothing_up(world: World) -> None:
    """The site counts one too few: #385 is another round of that day, and the reported is #386."""
    await world.begin(asking("ann", preference=Preference(mode=Mode.ALL)))
    await world.down_with(a_post(title="Express Entry draw #385: IRCC invites 1,000 candidates"))
    await world.heard()

    cec = a_round(number="385", name="Canadian Experience Class", crs_cut_off=529,
                  invitations_issued=1000)  # fmt: skip
    await world.publish(cec, EARLIER)
    [of_cec] = await world.heard()
    await world.publish(a_round(number="386"), cec, EARLIER)
    [confirmed] = await world.heard()

    assert of_cec.rounds[0].unconfirmed_at is None
    assert "This confirms" in text_of(confirmed)
    assert confirmed.rounds[0].round.number == "386"


async def test_what_is_unconfirmed_is_not_known_of_the_feed(world: World) -> None:
    await world.begin(asking("ann"))
    await world.down_with(a_post())

    async with world.store.look() as memory:
        assert (await memory.rounds.known()).rounds.keys() == {"384"}
        assert await memory.rounds.latest() == EARLIER
        assert await memory.rounds.since(DAY - timedelta(days=30)) == [EARLIER]
        [reported] = await memory.rounds.unconfirmed()
        assert await memory.rounds.find(reported.round.number) is None
    with capture_logs() as logs:
        report = await world.publish(OFFICIAL, EARLIER)
    assert report.news is not None
    assert report.news.missing == ()
    assert "rounds_missing" not in [entry["event"] for entry in logs]


async def test_a_row_that_comes_as_history_ends_it_too(world: World) -> None:
    """A memory without news takes rounds before the newest for history: nobody else is told."""
    await world.begin(asking("ann"), a_subscriber("bob"))
    await world.down_with(a_post())
    await world.heard()

    later = [
        a_round(number=f"{number}", held_on=DAY + timedelta(days=number), name="General")
        for number in range(386, 400)
    ]
    await world.publish(*later, OFFICIAL, EARLIER)
    [alert] = await world.heard()

    assert alert.to.address.chat == "ann"
    assert "This confirms" in text_of(alert)


async def test_after_a_week_it_only_ends(world: World, database: Path) -> None:
    person = asking("ann", preference=Preference(mode=Mode.QUALIFIED))
    await world.begin(person)
    await world.down_with(a_post())
    await world.heard()
    world.clock.forward(days=8)

    await world.publish(a_round(crs_cut_off=500), EARLIER)

    assert await world.heard() == []
    assert rows_of(database, "SELECT status FROM rounds WHERE number LIKE '%?'") == [
        (Status.OVERTAKEN,)
    ]


PEOPLE = [
    (score, mode, asks)
    for score in (300, 470, 476, 480, 520)
    for mode in Mode
    for asks in (True, False)
]
STEPS = st.lists(
    st.sampled_from(["fail", "changed", "well", "wait", "post", "wrong", "deliver"]), max_size=9
)


@settings(max_examples=25)
@given(steps=STEPS, official=st.sampled_from([470, 476, 477, 530]), tied=st.booleans())
async def test_whoever_was_told_hears_the_row_exactly_once(
    migrated: Path, steps: list[str], official: int, tied: bool
) -> None:
    submitted = Submitted.at(TIE_BREAK_385 - timedelta(days=1)) if tied else None
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(migrated, Path(folder) / "drawbell.db"))
        async with open_database(url_of(path)) as store:
            world = World(store, FakeClock())
            await world.begin(*(
                replace(
                    asking(f"{number}") if asks else a_subscriber(f"{number}"),
                    profiles=(a_profile(score, submitted=submitted),),
                    preference=Preference(mode=mode),
                )
                for number, (score, mode, asks) in enumerate(PEOPLE)
            ))  # fmt: skip
            do: dict[str, Callable[[], Awaitable[object]]] = {
                "fail": world.fail,
                "changed": lambda: world.fail(OTHER_SHAPE),
                "well": lambda: world.publish(EARLIER),
                "post": lambda: world.news(a_post()),
                "wrong": lambda: world.news(a_post(471, link="https://wrong.example/1")),
                "deliver": world.heard,
            }
            for step in steps:
                if step == "wait":
                    world.clock.forward(minutes=31)
                else:
                    await do[step]()
            await world.publish(a_round(crs_cut_off=official), EARLIER)
            await world.heard()

    told = [one.to.address.chat for one in world.notifier.sent if one.kind is Kind.UNCONFIRMED]
    heard = [one.to.address.chat for one in world.notifier.sent if one.kind is not Kind.UNCONFIRMED]
    assert len(told) == len(set(told))
    assert len(heard) == len(set(heard))
    assert set(told) <= set(heard)
    assert all(PEOPLE[int(chat)][2] for chat in told)
    marked = {one.to.address.chat for one in world.notifier.sent if one.rounds[0].unconfirmed_at}
    assert marked == set(told)


async def test_a_real_feed_over_http_is_told_and_looked_back_on(
    store: Database, clock: FakeClock
) -> None:
    person = Person(store, "ann", clock=clock)
    world = World(store, clock)
    await world.begin(a_subscriber("ann"))
    assert "they can be wrong" in await person.reads("/alerts unconfirmed on")
    assert "they can be wrong" in await person.reads("/status")
    post = a_post(title="Express Entry draw #385: IRCC invites 1,000 candidates")
    item = an_item(post.title, post.text, link=post.link or "", published=str(PUBLISHED))

    await world.fail()
    async with serving(answering(an_rss([item]))) as url:
        assert await watch(feed_at(url), store, clock)
    clock.forward(minutes=31)
    await world.fail()
    [alert] = await world.heard()

    assert alert.kind is Kind.UNCONFIRMED
    assert "IRCC's own row is not there yet" in await person.reads("/history")
    assert "So you were told" in await person.reads("/why 385")
    assert "So you were told" in await person.reads("/why")
    assert "I do not know a round #385" in await person.reads("/round 385")
    assert "Draw #384" in await person.reads("/latest")

    await world.publish(a_round(crs_cut_off=475), EARLIER)
    await world.heard()
    ended = "It was draw #385. The official figures differ from the unconfirmed ones: CRS cut-off"
    assert ended in await person.reads("/why 385")
    assert ended in await person.reads("/history")
    assert "Saved" in await person.reads("/alertes non confirmées non")
    assert "/alerts unconfirmed on" in await person.reads("/alerts")
