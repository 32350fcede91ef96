"""Unconfirmed rounds when things come in an unusual order, or news sites write odd things."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core.alerts import Mode, Preference
from bot.core.delivery import Alert, Kind
from bot.core.errors import DeliveryError, OutcomeUnknown, RecipientGone, TryLater
from bot.core.news_types import Post
from bot.core.rounds import Doubt, Field, Round, UnreadableRow
from bot.pipeline.deliver import LEASE, deliver
from bot.pipeline.poll import confirm
from bot.wording.alerts import group_post
from storage.unit_of_work import Database, open_database
from tests.builders import a_round
from tests.chat.test_groups import Group
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of, url_of
from tests.fakes.people import a_subscriber, an_address
from tests.fakes.sending import ByChat
from tests.pipeline.reported import DAY, EARLIER, OFFICIAL, World, a_post, asking, text_of

CONFIRMED = "This confirms what I told you unconfirmed"
ALL = Preference(mode=Mode.ALL)
HELD = a_round(doubts=(Doubt(field=Field.CRS_CUT_OFF, reason="476* is typed oddly"),))


@pytest.fixture
def world(store: Database, clock: FakeClock) -> World:
    return World(store, clock)


def titled(number: int, **changes: object) -> Post:
    """A report under a number."""
    link = f"https://site-{number}.example/draw"
    title = f"Express Entry draw #{number}: IRCC invites 1,000 candidates"
    return a_post(title=title, **{"link": link} | changes)  # type: ignore[arg-type] # for brevity


# What sites write.


@pytest.mark.parametrize(
    "older",
    [
        [],
        [a_round(number="380", held_on=date(2025, 11, 3), crs_cut_off=533,
                 invitations_issued=2500, name="General")],
        [a_round(number="380", held_on=date(2025, 11, 3), crs_cut_off=533, name="General")],
        [a_round(number="380", held_on=date(2025, 11, 3), crs_cut_off=462)],
    ],
    ids=["unknown", "nothing-alike", "same-size", "same-category"],
)  # fmt: skip
async def test_a_number_that_is_an_earlier_round_s_does_not_hide_a_round(
    world: World, older: Sequence[Round]
) -> None:
    await world.begin(asking("ann"))
    await world.publish(EARLIER, *older)

    await world.down_with(titled(380))
    [told] = await world.heard()
    await world.publish(OFFICIAL, EARLIER, *older)
    [confirmed] = await world.heard()

    assert told.kind is Kind.UNCONFIRMED
    assert "#380" not in text_of(told).split("Read more")[0]
    assert CONFIRMED in text_of(confirmed)


async def test_two_numbers_for_one_round_are_one_alert(world: World, database: Path) -> None:
    await world.begin(asking("ann", preference=ALL))

    await world.down_with(titled(385), titled(386))
    [told] = await world.heard()
    await world.publish(a_round(number="386"), EARLIER)
    [confirmed] = await world.heard()

    assert len(told.rounds[0].more) == 2
    assert CONFIRMED in text_of(confirmed)
    assert rows_of(database, "SELECT number, status FROM rounds WHERE number LIKE '%?'") == [
        ("385?", "overtaken")
    ]


async def test_one_site_against_two_keeps_a_round_untold(world: World) -> None:
    await world.begin(asking("ann", preference=ALL))
    against = a_post(479, link="https://wrong.example/385")

    await world.down_with(titled(385), titled(386), against)

    assert await world.heard() == []


async def test_reports_that_disagree_are_logged_once_in_an_incident(world: World) -> None:
    await world.begin(asking("ann"))
    logged = []
    with capture_logs() as logs:
        await world.down_with(a_post(), a_post(475, link="https://other.example/385"))
        for happens in ("fail", "fail", "third", "fail", "well", "fail", "wait", "fail", "fail"):
            match happens:
                case "third":
                    await world.news(a_post(474, link="https://third.example/385"))
                case "well":
                    await world.publish(EARLIER, a_round(number="1", held_on=date(2015, 1, 1)))
                case "wait":
                    world.clock.forward(minutes=31)
                case _:
                    await world.fail()
        logged = [len(one["links"]) for one in logs if one["event"] == "reports_disagree"]

    assert logged == [2, 3, 3]


# A round that waits for the operator.


@pytest.mark.parametrize("first", ["held", "reported"])
@pytest.mark.parametrize("ends", ["confirmed", "mended", "mended otherwise"])
async def test_a_held_round_is_not_there_yet(
    world: World, database: Path, first: str, ends: str
) -> None:
    await world.begin(asking("ann"), a_subscriber("bob"))
    if first == "held":
        await world.publish(HELD, EARLIER)
    await world.down_with(a_post())
    [told] = await world.heard()
    await world.publish(HELD, EARLIER)
    assert await world.heard() == []

    world.clock.forward(minutes=1)
    if ends == "confirmed":
        assert await confirm("385", world.store, world.clock) == 2
    else:
        mended = OFFICIAL if ends == "mended" else a_round(crs_cut_off=490)
        await world.publish(mended, EARLIER)
    ann, bob = sorted(await world.heard(), key=lambda alert: alert.to.address.chat)

    assert told.kind is Kind.UNCONFIRMED
    differing = "CRS cut-off 490, not 476"
    assert (differing if ends == "mended otherwise" else CONFIRMED) in text_of(ann)
    assert "unconfirmed" not in text_of(bob)
    assert rows_of(database, "SELECT kind FROM incidents WHERE ended_at IS NULL") == []


# IRCC's row comes while the unconfirmed alert is being sent.


class Interrupted(ByChat):
    """Before it answers for one chat, something happens."""

    def __init__(self, world: World, chat: str, ends: DeliveryError | None) -> None:
        super().__init__({"chat-3": [ends]})
        self._world = world
        self._chat = chat

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        if alert.to.address.chat == self._chat and alert.kind is Kind.UNCONFIRMED:
            await self._world.publish(OFFICIAL, EARLIER)
        return await super().send(alert, plain=plain)


@pytest.mark.parametrize(
    ("ends", "may_have_arrived", "hears"),
    [
        (None, True, True),
        (TryLater("busy"), False, True),
        (OutcomeUnknown("no answer"), True, True),
        (RecipientGone("blocked"), False, False),
    ],
    ids=["sent", "busy", "unknown", "gone"],
)
async def test_a_row_in_the_middle_of_a_broadcast(
    world: World, ends: DeliveryError | None, *, may_have_arrived: bool, hears: bool
) -> None:
    """Of six, two were told and four are under way (chat-2 to chat-5) or not yet (chat-6)."""
    await world.begin(*(asking(f"chat-{number}") for number in range(1, 7)))
    await world.down_with(a_post())
    world.notifier = notifier = Interrupted(world, "chat-2", ends)

    await deliver(store=world.store, notifier=notifier, clock=world.clock, limit=4)
    world.clock.forward(minutes=10)
    await world.heard()

    told = [one.to.address.chat for one in notifier.sent if one.kind is Kind.UNCONFIRMED]
    after = {one.to.address.chat: one for one in notifier.sent if one.kind is not Kind.UNCONFIRMED}
    assert told == ["chat-1", "chat-2", *(["chat-3"] if ends is None else []), "chat-4"]
    assert len(notifier.sent) == len(told) + len(after)
    assert sorted(after) == [f"chat-{n}" for n in range(1, 7) if hears or n != 3]
    confirmed = {chat for chat, alert in after.items() if CONFIRMED in text_of(alert)}
    assert confirmed == {*told, *(["chat-3"] if may_have_arrived else [])}


@pytest.mark.parametrize("comes", ["before", "between", "after"])
async def test_a_restart_in_the_middle_of_a_broadcast(
    database: Path, clock: FakeClock, comes: str
) -> None:
    """Who may have been told by what died hears of the row, though they asked for good news."""
    good_news = Preference(mode=Mode.QUALIFIED)
    otherwise = a_round(crs_cut_off=500)
    async with open_database(url_of(database)) as store:
        world = World(store, clock)
        await world.begin(*(asking(f"chat-{n}", preference=good_news) for n in (1, 2, 3)))
        await world.down_with(a_post())
        async with store.begin() as memory:
            taken = await memory.outbox.claim("console", now=clock.now, lease=LEASE, limit=2)
        if comes == "before":
            await world.publish(otherwise, EARLIER)
    async with open_database(url_of(database)) as store:
        world = World(store, clock)
        clock.forward(seconds=10)
        async with store.begin() as memory:
            await memory.outbox.take_back("console")
        if comes == "after":
            await world.heard()
        heard = world.notifier.sent
        await world.publish(otherwise, EARLIER)
        await world.heard(limit=1)

    assert [one.to.address.chat for one in taken] == ["chat-1", "chat-2"]
    again = ["chat-1", "chat-2", "chat-3"] if comes == "after" else []
    assert [one.to.address.chat for one in heard if one.kind is Kind.UNCONFIRMED] == again
    corrected = [one for one in heard if one.kind is Kind.NEWS]
    assert [one.to.address.chat for one in corrected] == (again or ["chat-1", "chat-2"])
    assert all("CRS cut-off 500, not 476" in text_of(one) for one in corrected)


# Groups.


async def test_a_group_gets_no_unconfirmed_post_whatever_is_said_there(
    world: World, store: Database, clock: FakeClock
) -> None:
    await world.begin(asking("ann"))
    address = an_address("-1001")
    group = Group(store=store, address=address, clock=clock)
    await group.says("/follow all")
    before = await group.saved()
    for text in ("/alerts unconfirmed on", "/alertes non-confirmées oui", "/follow unconfirmed"):
        await group.says(text)
    assert await group.saved() == before

    await world.down_with(a_post())
    assert [one.to.address.chat for one in await world.heard()] == ["ann"]
    await world.publish(OFFICIAL, EARLIER)
    posts = [one for one in await world.heard() if one.to.address == address]

    [post] = [group_post(one) for one in posts]
    assert post.plain().startswith("Draw #385 Healthcare: CRS cut-off 476\n")
    assert "unconfirmed" not in post.plain()
    assert not posts[0].rounds[0].unconfirmed_at


async def test_a_group_that_an_operator_lets_ask_reads_what_it_is_worth(world: World) -> None:
    """No command can do this; an import of subscribers can."""
    await world.begin(asking("-1001", score=None, preference=ALL))
    await world.down_with(a_post())
    [report] = await world.heard()
    await world.publish(a_round(crs_cut_off=470), EARLIER)
    [row] = await world.heard()

    title, *lines = group_post(report).plain().split("\n")
    assert title == "Unconfirmed: Healthcare draw of December 11, 2025, CRS cut-off 476"
    assert "So says news.example." in lines
    assert f"Read more: {a_post().title} {a_post().link}" in lines
    assert "differ from the unconfirmed ones: CRS cut-off 470, not 476." in group_post(row).plain()


# What the source answers meanwhile.


@pytest.mark.parametrize("changes", [True, False], ids=["changed", "unchanged"])
async def test_an_unreadable_newest_row_is_looked_past_at_each_poll(
    world: World, *, changes: bool
) -> None:
    row = UnreadableRow(number="385", reason="no cut-off", fingerprint="f")
    await world.begin(asking("ann"))
    await world.publish(EARLIER, unreadable=[row], first_row_readable=False)
    await world.news(a_post())
    world.clock.forward(minutes=31)

    older = [a_round(number="1", held_on=date(2015, 1, 31))] if changes else []
    await world.publish(EARLIER, *older, unreadable=[row], first_row_readable=False)

    assert [one.kind for one in await world.heard()] == [Kind.UNCONFIRMED]


async def test_a_number_that_a_site_gives_twice_is_two_rounds(world: World, database: Path) -> None:
    await world.begin(asking("ann", preference=ALL))
    await world.down_with(titled(385))
    assert len(await world.heard()) == 1
    world.clock.forward(days=2)

    later = {"day": DAY + timedelta(days=2), "category": "the Canadian Experience Class"}
    await world.down_with(titled(385, link="https://site.example/b", ago=None, **later))

    assert len(await world.heard()) == 1
    assert rows_of(
        database, "SELECT number FROM rounds WHERE number LIKE '%?' ORDER BY first_seen_at"
    ) == [
        ("385?",),
        ("2025-12-13/cec?",),
    ]


async def test_reports_are_kept_for_two_days(world: World) -> None:
    await world.begin(asking("ann"))
    await world.news(titled(385, ago=None))
    world.clock.forward(hours=48)
    await world.news(titled(386, ago=None))
    async with world.store.look() as memory:
        assert len(await memory.news.reports()) == 2

    world.clock.forward(seconds=1)
    await world.news(titled(387, ago=None))

    async with world.store.look() as memory:
        links = [one.link for one in await memory.news.reports()]
    assert links == ["https://site-386.example/draw", "https://site-387.example/draw"]


async def test_a_test_alert_says_nothing_of_how_it_ended(world: World) -> None:
    await world.begin(asking("ann"))
    await world.down_with(a_post())
    await world.heard()
    await world.publish(OFFICIAL, EARLIER)
    async with world.store.begin() as memory:
        key = await memory.outbox.announce([OFFICIAL], world.clock.now, Kind.TEST)
        await memory.outbox.queue_for(an_address("ann"), key, OFFICIAL, everything=True)

    said = {one.kind: text_of(one) for one in await world.heard()}

    assert CONFIRMED in said[Kind.NEWS]
    assert CONFIRMED not in said[Kind.TEST]
