"""Whoever set a place up hears once that it has stopped working, whatever happens meanwhile."""

import pytest

from bot.core.errors import DrawbellError, Misconfigured, OutcomeUnknown, RecipientGone, TryLater
from bot.core.subscribers import OWNER, TITLE, Language
from bot.core.troubles import Trouble
from bot.owners import Owners
from bot.wording.spans import Reply
from storage.unit_of_work import Database
from tests.fakes.clock import FakeClock
from tests.fakes.people import a_subscriber

REMOVED = "I was removed from {}, so nothing is posted there."


class Phone:
    """Keeps what each chat was told; fails as often as it was told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.tried = 0
        self.fails_with: list[DrawbellError] = []

    async def __call__(self, chat: str, reply: Reply) -> None:
        self.tried += 1
        if self.fails_with:
            raise self.fails_with.pop()
        self.heard.append((chat, reply.message.plain()))


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def owners(store: Database, clock: FakeClock, phone: Phone) -> Owners:
    return Owners({"console": phone}, store, clock)


async def loses(
    store: Database,
    clock: FakeClock,
    chat: str,
    *,
    owner: str = "ann",
    title: str | None = None,
    language: Language = Language.ENGLISH,
    platform: str = "console",
    trouble: Trouble = Trouble.REMOVED,
) -> None:
    """A place stops working."""
    named = {OWNER: owner, TITLE: f"Group {chat}" if title is None else title}
    place = a_subscriber(chat, platform=platform, language=language).with_facts(**named)
    async with store.begin() as memory:
        await memory.subscribers.save(place)
        [(key, _one)] = await memory.subscribers.in_chat(platform, chat)
        await memory.troubles.note(key, trouble, "they said no", clock.now)


async def test_an_owner_hears_of_all_their_places_in_one_message(
    store: Database, clock: FakeClock, owners: Owners, phone: Phone
) -> None:
    for chat, owner in (("-1", "ann"), ("-2", "ann"), ("-3", "ben")):
        await loses(store, clock, chat, owner=owner)
    for _look in range(2):
        await owners.look()

    assert phone.heard == [
        ("ann", REMOVED.format("Group -1 and Group -2")),
        ("ben", REMOVED.format("Group -3")),
    ]


async def test_topics_of_one_group_are_named_once(
    store: Database, clock: FakeClock, owners: Owners, phone: Phone
) -> None:
    for chat in ("-1/5", "-1/6"):
        await loses(store, clock, chat, title="Newcomers")
    await owners.look()

    assert phone.heard == [("ann", REMOVED.format("Newcomers"))]


async def test_a_place_without_a_name_is_described(
    store: Database, clock: FakeClock, owners: Owners, phone: Phone
) -> None:
    await loses(store, clock, "-1", title="")
    await owners.look()

    assert phone.heard == [("ann", REMOVED.format("a group that you set up"))]


@pytest.mark.parametrize(
    ("owner_speaks", "place_speaks", "said"),
    [
        (Language.FRENCH, Language.ENGLISH, "retiré"),
        (Language.ENGLISH, Language.FRENCH, "removed"),
        (None, Language.FRENCH, "retiré"),
        (None, Language.ENGLISH, "removed"),
    ],
)
async def test_it_is_said_in_the_owners_language_or_the_places(
    owner_speaks: Language | None,
    place_speaks: Language,
    said: str,
    store: Database,
    clock: FakeClock,
    owners: Owners,
    phone: Phone,
) -> None:
    if owner_speaks is not None:
        async with store.begin() as memory:
            await memory.subscribers.save(a_subscriber("ann", language=owner_speaks))
    await loses(store, clock, "-1", language=place_speaks)
    await owners.look()

    [(_chat, text)] = phone.heard
    assert said in text


@pytest.mark.parametrize(
    ("error", "tried", "heard"),
    [
        (TryLater("busy"), 2, 1),
        (Misconfigured("the token is refused"), 2, 1),
        (RecipientGone("blocked"), 1, 0),
        (OutcomeUnknown("no answer"), 1, 0),
    ],
)
async def test_what_cannot_be_told_now_is_told_later_unless_it_never_can_be(
    error: DrawbellError,
    tried: int,
    heard: int,
    store: Database,
    clock: FakeClock,
    owners: Owners,
    phone: Phone,
) -> None:
    await loses(store, clock, "-1")
    phone.fails_with = [error]
    for _look in range(3):
        await owners.look()

    assert (phone.tried, len(phone.heard)) == (tried, heard)


async def test_one_who_cannot_be_reached_keeps_nobody_else_waiting(
    store: Database, clock: FakeClock, owners: Owners, phone: Phone
) -> None:
    await loses(store, clock, "-1", owner="ann")
    await loses(store, clock, "-2", owner="ben")
    phone.fails_with = [TryLater("busy")]
    await owners.look()

    assert phone.heard == [("ben", REMOVED.format("Group -2"))]


async def test_a_platform_that_is_switched_off_keeps_its_news(
    store: Database, clock: FakeClock, phone: Phone
) -> None:
    await loses(store, clock, "-1", platform="telegram")
    await Owners({"console": phone}, store, clock).look()
    assert phone.tried == 0

    await Owners({"telegram": phone}, store, clock).look()
    assert phone.heard == [("ann", REMOVED.format("Group -1"))]


async def test_many_on_a_platform_that_is_down_keep_nobody_on_another_waiting(
    store: Database, clock: FakeClock, phone: Phone
) -> None:
    for number in range(1, 103):
        await loses(store, clock, f"-{number}", owner=f"a{number}", platform="telegram")
    clock.forward(seconds=1)
    await loses(store, clock, "-1")
    down = Phone()
    down.fails_with = [TryLater("out of reach")] * 200

    await Owners({"telegram": down, "console": phone}, store, clock).look()

    assert (len(down.heard), phone.heard) == (0, [("ann", REMOVED.format("Group -1"))])


@pytest.mark.parametrize(
    ("trouble", "begins"),
    [
        (Trouble.REMOVED, "I was removed from Group -1"),
        (Trouble.SILENCED, "I may no longer write in Group -1"),
        (Trouble.REFUSED, "I could not post in Group -1"),
        (Trouble.TOPIC_GONE, "In Group -1 the topic that I post in"),
    ],
)
async def test_each_trouble_has_its_sentence(
    trouble: Trouble,
    begins: str,
    store: Database,
    clock: FakeClock,
    owners: Owners,
    phone: Phone,
) -> None:
    await loses(store, clock, "-1", trouble=trouble)
    clock.forward(minutes=1)
    await owners.look()

    [(_chat, text)] = phone.heard
    assert text.startswith(begins)
