"""Alerts of people with two places: led elsewhere while they are sent, refused, and taken back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chores import KEPT_WHEN_GONE
from bot.core.delivery import Alert, State
from bot.core.detect import Status
from bot.core.errors import DeliveryError, OutcomeUnknown, RecipientGone, RecipientMoved, TryLater
from bot.core.subscribers import Address, OtherPlace, Subscriber
from bot.pipeline.deliver import LEASE, Sender, deliver
from bot.pipeline.poll import announce
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import Rows, rows_of
from tests.fakes.notifier import QUICK
from tests.fakes.people import a_subscriber, an_address
from tests.fakes.sending import ByChat, a_patient_sender

TELEGRAM, DISCORD = "telegram", "discord"
BLOCKED = RecipientGone("403 blocked by the user")
CLOSED = RecipientGone("50007", certain=False)


def linked(number: int = 0, **changes: object) -> Subscriber:
    """Somebody whose alerts go to Telegram, and who is on Discord too."""
    other = OtherPlace(address=an_address(f"d{number}", DISCORD))
    person = a_subscriber(f"t{number}", platform=TELEGRAM, also=(other,))
    return replace(person, **changes)  # type: ignore[arg-type]


class Meanwhile(ByChat):
    """Does something while it sends, once."""

    then: Callable[[], Awaitable[None]] | None = None

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        """See `bot.ports.Notifier`."""
        then, self.then = self.then, None
        if then is not None:
            await then()
        return await super().send(alert, plain=plain)


class Two:
    """Two platforms over one database."""

    def __init__(self, store: Database, path: Path, clock: FakeClock) -> None:
        self.store, self.path, self.clock = store, path, clock
        self.on = {
            name: Meanwhile(traits=replace(QUICK, platform=name)) for name in (TELEGRAM, DISCORD)
        }
        self.senders: dict[str, Sender] = {
            name: a_patient_sender(notifier, clock) for name, notifier in self.on.items()
        }

    async def begin(self, *people: Subscriber) -> None:
        """People, and a round that is to be told to them."""
        async with self.store.begin() as memory:
            await memory.subscribers.save_all(people)
            await memory.rounds.add([a_round()], Status.ANNOUNCED, self.clock.now)
            await announce(memory, [a_round()], self.clock.now)

    async def deliver(self, platform: str, limit: int = 50) -> int:
        return await deliver(
            store=self.store,
            notifier=self.on[platform],
            clock=self.clock,
            limit=limit,
            sender=self.senders[platform],
        )

    async def deliver_all(self) -> None:
        while sum([await self.deliver(name) for name in self.on]):
            pass

    async def lead(self, chat: str = "d0", platform: str = DISCORD) -> None:
        async with self.store.begin() as memory:
            assert await memory.subscribers.lead(an_address(chat, platform))

    async def person(self, chat: str = "t0", platform: str = TELEGRAM) -> Subscriber:
        async with self.store.look() as memory:
            found = await memory.subscribers.find(an_address(chat, platform))
        assert found is not None
        return found

    def told(self) -> dict[str, list[str]]:
        return {name: sorted(notifier.told) for name, notifier in self.on.items()}

    def rows(self, columns: str = "platform, state") -> Rows:
        return rows_of(self.path, f"SELECT {columns} FROM deliveries ORDER BY subscriber_id")  # noqa: S608


@pytest.fixture
def two(store: Database, database: Path, clock: FakeClock) -> Two:
    return Two(store, database, clock)


# --- led elsewhere by the person ---


async def test_what_is_due_goes_along(two: Two) -> None:
    await two.begin(linked())

    await two.lead()
    await two.deliver_all()

    assert two.told() == {TELEGRAM: [], DISCORD: ["d0"]}


async def test_what_waits_for_its_moment_goes_along(two: Two) -> None:
    await two.begin(linked())
    two.on[TELEGRAM].errors["t0"] = [TryLater("busy", retry_after=30)]
    await two.deliver(TELEGRAM)

    await two.lead()
    assert two.rows("platform") == [(DISCORD,)]
    await two.deliver_all()
    assert two.told() == {TELEGRAM: [], DISCORD: []}

    two.clock.forward(seconds=30)
    await two.deliver_all()
    assert two.told() == {TELEGRAM: [], DISCORD: ["d0"]}


async def test_what_is_being_sent_is_sent_once_where_it_was(two: Two) -> None:
    await two.begin(linked())
    two.on[TELEGRAM].then = two.lead

    await two.deliver(TELEGRAM)
    two.clock.forward(seconds=LEASE.total_seconds() + 1)
    await two.deliver_all()

    assert two.told() == {TELEGRAM: ["t0"], DISCORD: []}
    assert two.rows() == [(DISCORD, int(State.SENT))]


async def test_the_other_platform_does_not_take_what_is_being_sent(two: Two) -> None:
    await two.begin(linked())

    async def lead_and_deliver() -> None:
        await two.lead()
        assert await two.deliver(DISCORD) == 0

    two.on[TELEGRAM].then = lead_and_deliver
    await two.deliver(TELEGRAM)

    assert two.told() == {TELEGRAM: ["t0"], DISCORD: []}


@pytest.mark.parametrize(
    "error", [BLOCKED, CLOSED, TryLater("busy"), RecipientMoved("moved", new_address="t9")]
)
async def test_what_fails_while_it_is_led_elsewhere_is_sent_there(
    two: Two, error: DeliveryError
) -> None:
    await two.begin(linked())
    two.on[TELEGRAM].errors["t0"] = [error]
    two.on[TELEGRAM].then = two.lead

    await two.deliver(TELEGRAM)
    two.clock.forward(minutes=10)
    await two.deliver_all()

    assert two.told() == {TELEGRAM: [], DISCORD: ["d0"]}
    person = await two.person("d0", DISCORD)
    assert person.gone_at is None
    assert rows_of(two.path, "SELECT count(*) FROM strikes") == [(0,)]


async def test_a_refusal_where_alerts_no_longer_go_is_no_reason_to_lead_them_back(two: Two) -> None:
    await two.begin(linked())
    two.on[TELEGRAM].errors["t0"] = [BLOCKED]
    two.on[TELEGRAM].then = two.lead
    await two.deliver(TELEGRAM)

    async with two.store.begin() as memory:
        restored = await memory.recipients.restore(
            TELEGRAM, two.clock.now - timedelta(hours=1), str(BLOCKED), two.clock.now
        )

    assert restored == 0
    assert (await two.person()).address.platform == DISCORD


async def test_a_courier_never_gets_what_is_for_another_platform(two: Two) -> None:
    await two.begin(linked())
    async with two.store.begin() as memory:  # as only a fault of ours could leave it
        await memory._connection.exec_driver_sql("UPDATE deliveries SET platform = 'discord'")

    await two.deliver(DISCORD)
    assert two.told() == {TELEGRAM: [], DISCORD: []}
    assert two.rows("platform, state, attempts") == [(TELEGRAM, int(State.DUE), 0)]

    await two.deliver_all()
    assert two.told() == {TELEGRAM: ["t0"], DISCORD: []}


# --- refused ---


@pytest.mark.parametrize("error", [BLOCKED, CLOSED], ids=["blocked", "direct messages closed"])
async def test_what_is_refused_goes_to_the_other_place(two: Two, error: RecipientGone) -> None:
    await two.begin(linked())
    two.on[TELEGRAM].errors["t0"] = [error]

    await two.deliver_all()

    assert two.told() == {TELEGRAM: [], DISCORD: ["d0"]}
    person = await two.person()
    assert person.address == an_address("d0", DISCORD)
    assert person.gone_at is None
    [left] = person.also
    assert left == OtherPlace(
        address=an_address("t0", TELEGRAM), gone_at=two.clock.now, gone_for=str(error)
    )


@pytest.mark.parametrize(
    "person",
    [
        linked(backup=False),
        linked(also=()),
        linked(
            also=(
                OtherPlace(
                    address=an_address("d0", DISCORD), gone_at=FakeClock().now, gone_for="x"
                ),
            )
        ),
    ],
    ids=["not wanted", "no other place", "gone there too"],
)
async def test_it_stays_where_it_is_refused(two: Two, person: Subscriber) -> None:
    await two.begin(person)
    two.on[TELEGRAM].errors["t0"] = [BLOCKED]

    await two.deliver_all()

    assert two.told() == {TELEGRAM: [], DISCORD: []}
    assert two.rows() == [(TELEGRAM, int(State.GIVEN_UP))]
    assert (await two.person()).gone_at == two.clock.now


async def test_refused_everywhere_it_is_given_up(two: Two) -> None:
    await two.begin(linked())
    two.on[TELEGRAM].errors["t0"] = [BLOCKED]
    two.on[DISCORD].errors["d0"] = [BLOCKED]

    await two.deliver_all()

    assert two.rows("state") == [(int(State.GIVEN_UP),)]
    person = await two.person()
    assert person.gone_at is not None
    assert [one.gone_at is not None for one in person.also] == [True]


async def test_an_unanswered_request_elsewhere_is_no_doubt_here(two: Two) -> None:
    await two.begin(linked())
    two.on[TELEGRAM].errors["t0"] = [OutcomeUnknown("timed out"), BLOCKED]
    two.on[DISCORD].errors["d0"] = [OutcomeUnknown("timed out")]

    for _ in range(4):
        await two.deliver_all()
        two.clock.forward(minutes=6)

    assert two.told() == {TELEGRAM: [], DISCORD: ["d0"]}


# --- a platform that is wrong ---


@pytest.mark.parametrize("batch", [1, 4, 50])
async def test_when_a_platform_refuses_many_alike_everybody_is_led_back(
    two: Two, batch: int
) -> None:
    """Of thirty, the first few are led elsewhere and told there; then it shows, and all go back."""
    await two.begin(*(linked(number) for number in range(30)))
    for number in range(30):
        two.on[TELEGRAM].errors[f"t{number}"] = [CLOSED]

    while await two.deliver(TELEGRAM, limit=batch):
        pass

    for number in range(30):
        person = await two.person(f"t{number}")
        assert person.address == an_address(f"t{number}", TELEGRAM)
        assert [one.gone_at for one in person.also] == [None]
    assert two.rows() == [(TELEGRAM, int(State.DUE))] * 30

    await two.deliver_all()
    assert two.told() == {TELEGRAM: [], DISCORD: []}  # all of them wait
    two.clock.forward(hours=1)
    await two.deliver_all()
    assert two.told() == {TELEGRAM: sorted(f"t{number}" for number in range(30)), DISCORD: []}


async def test_what_was_sent_elsewhere_before_it_showed_is_not_sent_again(two: Two) -> None:
    await two.begin(*(linked(number) for number in range(30)))
    for number in range(30):
        two.on[TELEGRAM].errors[f"t{number}"] = [CLOSED]

    for _ in range(40):
        await two.deliver(TELEGRAM, limit=1)
        await two.deliver(DISCORD)
    two.clock.forward(hours=1)
    await two.deliver_all()

    told = two.told()
    assert told[DISCORD]
    assert sorted(one[1:] for one in (*told[TELEGRAM], *told[DISCORD])) == sorted(
        str(number) for number in range(30)
    )
    assert (await two.person("t0")).address.platform == TELEGRAM


# --- gone, moved ---


@pytest.mark.parametrize(
    ("there", "kept"),
    [(None, True), (FakeClock().now, False)],
    ids=["reached in the other place", "gone there too"],
)
async def test_only_who_is_gone_everywhere_is_forgotten(
    two: Two, there: object, kept: bool
) -> None:
    other = OtherPlace(address=an_address("d0", DISCORD), gone_at=there)  # type: ignore[arg-type]
    await two.begin(linked(gone_at=two.clock.now, backup=False, also=(other,)))
    two.clock.forward(days=KEPT_WHEN_GONE.days + 1)

    async with two.store.begin() as memory:
        forgotten = await memory.recipients.forget_gone(two.clock.now - KEPT_WHEN_GONE)
        found = await memory.subscribers.find(an_address("d0", DISCORD))

    assert (forgotten == 0) is kept
    assert (found is not None) is kept


async def test_a_place_that_is_gone_for_long_is_forgotten_alone(two: Two) -> None:
    other = OtherPlace(address=an_address("d0", DISCORD), gone_at=two.clock.now)
    await two.begin(linked(also=(other,)))
    two.clock.forward(days=KEPT_WHEN_GONE.days + 1)

    async with two.store.begin() as memory:
        assert await memory.recipients.forget_gone(two.clock.now - KEPT_WHEN_GONE) == 0

    assert (await two.person()).also == ()


async def test_a_linked_chat_that_moves_stays_linked(two: Two) -> None:
    await two.begin(linked())

    async with two.store.begin() as memory:
        assert await memory.subscribers.move(an_address("d0", DISCORD), "d7")

    assert (await two.person()).on(DISCORD) == Address(platform=DISCORD, chat="d7")


async def test_nobody_moves_to_where_somebody_is_linked(two: Two) -> None:
    await two.begin(linked(), a_subscriber("d5", platform=DISCORD))
    two.on[DISCORD].errors["d5"] = [RecipientMoved("moved", new_address="d0")]

    await two.deliver_all()

    assert (await two.person("d5", DISCORD)).gone_at is not None
    assert (await two.person("d0", DISCORD)).address.platform == TELEGRAM
