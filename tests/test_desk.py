"""The operator hears of an incident once when it begins and once when it is over."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import SourceChanged, SourceUnavailable, TryLater
from bot.core.rounds import Doubt, Field
from bot.core.subscribers import Address, Language
from bot.desk import Desk
from bot.pipeline.poll import poll
from bot.ports import Sample
from bot.wording.spans import Reply
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of
from tests.fakes.people import a_subscriber
from tests.fakes.source import FakeSource, publishing

BOSS = Address(platform="console", chat="boss")


class Phone:
    """The operator's; keeps what it was told, and may be out of reach."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.reachable = True

    async def __call__(self, chat: str, reply: Reply) -> None:
        if not self.reachable:
            raise TryLater("out of reach")
        self.heard.append(reply.message.plain())

    @property
    def titles(self) -> list[str]:
        return [text.splitlines()[0] for text in self.heard]


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def desk(store: Database, clock: FakeClock, phone: Phone) -> Desk:
    return Desk([BOSS], {"console": phone}, store, clock)


async def polls(store: Database, clock: FakeClock, *answers: object) -> None:
    source = FakeSource(*answers)  # type: ignore[arg-type] # published or an error
    for _ in answers:
        await poll(source=source, store=store, clock=clock)


GOOD = publishing(a_round())


async def test_a_changed_shape_is_told_at_once_and_its_end_once(
    store: Database, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    changed = SourceChanged("the answer is a web page, not the JSON feed", sample=b"<html>\xff")
    await polls(store, clock, GOOD, changed, changed)
    await desk.look()
    await desk.look()
    assert phone.titles == ["Attention: IRCC's list has changed its shape"]
    assert "a web page, not the JSON feed" in phone.heard[0]

    clock.forward(minutes=7)
    await polls(store, clock, GOOD)
    await desk.look()
    await desk.look()

    assert phone.titles[1:] == ["Well again: IRCC's list has changed its shape"]
    assert "7 minutes" in phone.heard[1]
    async with store.look() as memory:
        sample = await memory.source.sample()
        assert sample == Sample(text="<html>\ufffd", kept_at=clock.now - timedelta(minutes=7))


async def test_a_source_out_of_reach_is_told_only_when_it_lasts(
    store: Database, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    down = SourceUnavailable("no answer")
    await polls(store, clock, GOOD, down)
    clock.forward(minutes=9)
    await desk.look()
    await polls(store, clock, GOOD)
    await desk.look()
    assert phone.heard == []

    await polls(store, clock, down)
    clock.forward(minutes=10)
    await desk.look()
    await polls(store, clock, GOOD)
    await desk.look()

    assert phone.titles == [
        "Attention: IRCC's list cannot be read",
        "Well again: IRCC's list cannot be read",
    ]


async def test_a_held_round_is_told_with_what_to_do(
    store: Database, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    doubtful = a_round(
        number="386", doubts=(Doubt(field=Field.CRS_CUT_OFF, reason="9760 is no CRS score"),)
    )
    await polls(store, clock, GOOD, publishing(doubtful, a_round()))
    await desk.look()

    assert phone.titles == ["Attention: round #386 is held back"]
    assert "9760 is no CRS score" in phone.heard[0]
    assert "drawbell round confirm 386" in phone.heard[0]


async def test_rounds_that_vanish_for_a_moment_are_nobody_s_business(
    store: Database, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    older = publishing(a_round(number="384"))
    both = publishing(a_round(), a_round(number="384"))
    await polls(store, clock, both, older)
    clock.forward(minutes=59)
    await desk.look()
    assert phone.heard == []

    clock.forward(minutes=1)
    await desk.look()
    assert phone.titles == ["Attention: IRCC's list lacks rounds that it had before"]
    assert "#385" in phone.heard[0]

    await polls(store, clock, both)
    await desk.look()
    assert len(phone.heard) == 2


async def test_what_could_not_be_told_is_told_later(
    store: Database, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    phone.reachable = False
    await polls(store, clock, GOOD, SourceChanged("odd"))
    await desk.look()
    phone.reachable = True
    await desk.look()

    assert len(phone.heard) == 1


@pytest.mark.parametrize("chats", [[], [Address(platform="nowhere", chat="1")]])
async def test_without_an_operator_in_reach_nothing_breaks(
    store: Database, clock: FakeClock, phone: Phone, chats: Sequence[Address]
) -> None:
    await polls(store, clock, GOOD, SourceChanged("odd"))

    await Desk(chats, {"console": phone}, store, clock).look()

    assert phone.heard == []


async def test_the_operator_hears_it_in_their_language(
    store: Database, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber("boss", language=Language.FRENCH))
    await polls(store, clock, GOOD, SourceChanged("odd"))

    await desk.look()

    assert phone.titles == ["Attention\u00a0: la liste d’IRCC a changé de forme"]


async def test_two_incidents_of_a_kind_one_after_the_other_are_told_apart(
    store: Database, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    for _ in range(2):
        await polls(store, clock, SourceChanged("odd"), GOOD)
        await desk.look()
        clock.forward(minutes=1)
        await polls(store, clock, SourceChanged("odd"))
        await desk.look()
        await polls(store, clock, publishing(a_round(), a_round(number="1")))
        await desk.look()
        clock.forward(days=1)

    assert [title.split(":")[0] for title in phone.titles] == [
        "Attention",
        "Well again",
        "Attention",
        "Well again",
    ]


@pytest.mark.parametrize("looks", [True, False], ids=["desk", "no-desk"])
async def test_caches_that_flap_leave_one_row(
    store: Database, database: Path, clock: FakeClock, desk: Desk, phone: Phone, *, looks: bool
) -> None:
    both = publishing(a_round(), a_round(number="384"))
    await polls(store, clock, both)
    for _ in range(60):
        for list_ in (publishing(a_round(number="384")), both):
            clock.forward(minutes=1)
            await polls(store, clock, list_)
            if looks:
                await desk.look()

    assert phone.heard == []
    assert rows_of(database, "SELECT kind FROM incidents") == [("payload_older",)]


async def test_a_source_that_flaps_is_told_of_three_times_an_hour_and_when_it_lasts(
    store: Database, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    async def minutes(count: int, *answers: object) -> None:
        for _ in range(count):
            clock.forward(minutes=1)
            await polls(store, clock, *answers)
            await desk.look()

    odd, like_before = SourceChanged("odd"), GOOD
    await polls(store, clock, GOOD)
    for _ in range(25):
        await minutes(1, odd)
        await minutes(1, like_before)
    assert [title.split(":")[0] for title in phone.titles] == ["Attention", "Well again"] * 3

    await minutes(10, odd)
    assert len(phone.titles) == 6
    await minutes(1, odd)
    assert phone.titles[6:] == ["Attention: IRCC's list has changed its shape"]

    await minutes(70, like_before)
    await minutes(1, odd)
    assert len(phone.titles) == 9


async def test_what_was_begun_to_be_told_is_told_to_its_end_however_things_flap(
    store: Database, database: Path, clock: FakeClock, desk: Desk, phone: Phone
) -> None:
    await polls(store, clock, GOOD, SourceChanged("odd"))
    await desk.look()
    phone.reachable = False
    for _ in range(10):
        clock.forward(minutes=1)
        await polls(store, clock, GOOD, SourceChanged("odder"))
        await desk.look()
    phone.reachable = True
    await desk.look()
    await polls(store, clock, GOOD)
    await desk.look()

    changed = "IRCC's list has changed its shape"
    assert phone.titles == [
        f"{word}: {changed}" for word in ("Attention", "Well again", "Attention", "Well again")
    ]
    assert rows_of(database, "SELECT count(*) FROM incidents WHERE ended_at IS NOT NULL") == [(2,)]
