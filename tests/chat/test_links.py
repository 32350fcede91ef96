"""Codes and what follows from them: once, for a while, not too often, and nothing is given away."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.core.subscribers import Address, Subscriber
from storage.unit_of_work import Database, open_database
from tests.chat.test_forget import traces
from tests.chat.world import Person
from tests.fakes.clock import FakeClock
from tests.fakes.codes import foreseen
from tests.fakes.databases import rows_of, url_of

FIRST, SECOND = "AAAA-AAAA", "AAAA-AAAC"
NOT_RIGHT = "That code is not right, or no longer good."
TOO_MANY = "Too many wrong codes came from here."
SCORE = "CRS score: 480"


class Everybody:
    """Ann on three platforms, and Ben, who is on Discord."""

    def __init__(self, store: Database) -> None:
        self.clock = FakeClock()
        self.telegram, self.discord, self.console = (
            Person(store, f"{platform}-zebrafinch", clock=self.clock, platform=platform)
            for platform in ("telegram", "discord", "console")
        )
        self.ben = Person(store, "ben", clock=self.clock, platform="discord")

    async def linked(self) -> None:
        """Ann's Discord is linked with her Telegram."""
        await self.telegram.says("480", "/link")
        assert "Linked." in await self.discord.reads(f"/link {FIRST}")


@pytest.fixture
def people(memory: Database) -> Everybody:
    return Everybody(memory)


async def saved(person: Person) -> Subscriber | None:
    async with person.store.look() as memory:
        return await memory.subscribers.find(person.address)


async def test_a_code_joins_one_chat_and_no_second(people: Everybody) -> None:
    await people.linked()

    assert NOT_RIGHT in await people.ben.reads(f"/link {FIRST}")
    assert NOT_RIGHT in await people.console.reads(f"/link {FIRST}")
    assert SCORE in await people.discord.reads("/profile")
    assert SCORE not in await people.ben.reads("/profile")


@pytest.mark.parametrize(("minutes", "good"), [(14.99, True), (15, False)])
async def test_a_code_is_good_for_a_quarter_of_an_hour(
    people: Everybody, minutes: float, good: bool
) -> None:
    await people.telegram.says("480", "/link")
    people.clock.forward(minutes=minutes)

    assert ("Linked." in await people.discord.reads(f"/link {FIRST}")) is good


async def test_a_new_code_ends_the_last_one(people: Everybody) -> None:
    await people.telegram.says("480", "/link", "/link")

    assert NOT_RIGHT in await people.discord.reads(f"/link {FIRST}")
    assert "Linked." in await people.discord.reads(f"/link {SECOND}")


async def test_after_five_wrong_codes_the_right_one_has_to_wait_too(people: Everybody) -> None:
    await people.telegram.says("480", "/link")
    for _ in range(5):
        assert NOT_RIGHT in await people.discord.reads("/link YYYY-YYYY")

    assert TOO_MANY in await people.discord.reads(f"/link {FIRST}")
    assert "Linked." in await people.console.reads(f"/link {FIRST}")  # only that chat waits

    people.clock.forward(minutes=59.99)
    assert TOO_MANY in await people.discord.reads("/link YYYY-YYYY")
    await people.console.says("/link code")
    people.clock.forward(minutes=0.01)
    assert "Linked." in await people.discord.reads(f"/link {SECOND}")


@pytest.mark.parametrize(
    ("who", "typed", "sentence"),
    [
        ("telegram", f"/link {FIRST}", "That is your own profile already"),
        ("telegram", "/link YYYY-YYY0", "That is no code."),
    ],
    ids=["where it was shown", "no code"],
)
async def test_a_code_that_leads_nowhere_is_answered_and_stays_good(
    people: Everybody, who: str, typed: str, sentence: str
) -> None:
    await people.telegram.says("480", "/link")

    assert sentence in await getattr(people, who).reads(typed)
    assert "Linked." in await people.discord.reads(f"/link {FIRST}")


async def test_two_chats_of_one_platform_are_not_one_person(people: Everybody) -> None:
    await people.linked()
    await people.telegram.says("/link code")

    assert "used on Discord already" in await people.ben.reads(f"/link {SECOND}")
    assert await saved(people.ben) is None


async def test_who_is_linked_with_somebody_else_stays_so(people: Everybody) -> None:
    await people.linked()
    await people.console.says("431", "/link")

    said = await people.discord.reads(f"/link {SECOND} yes")

    assert "linked with another profile" in said
    assert SCORE in await people.discord.reads("/profile")


async def test_a_profile_is_never_lost_without_a_yes(people: Everybody) -> None:
    await people.telegram.says("480", "/link")
    await people.discord.says("431")

    assert "profile of its own" in await people.discord.reads(f"/link {FIRST}")
    assert "CRS score: 431" in await people.discord.reads("No, keep this one")
    assert "Linked." in await people.discord.reads(f"/link {FIRST} yes")
    assert SCORE in await people.discord.reads("/profile")


async def test_a_chat_that_only_said_hello_is_joined_without_a_question(people: Everybody) -> None:
    await people.telegram.says("480", "/link")
    await people.discord.says("/start")

    assert "Linked." in await people.discord.reads(f"/link {FIRST}")


@pytest.mark.parametrize(
    ("word", "lead"),
    [("/link here", True), ("/lier ici", True), ("/link off", False), ("/lier non", False)],
)
async def test_words_of_both_languages(people: Everybody, word: str, lead: bool) -> None:
    await people.linked()

    await people.discord.says(word)

    person = await saved(people.telegram)
    assert person is not None
    assert person.address == (people.discord if lead else people.telegram).address
    assert (await saved(people.discord) is not None) is lead


EVERYTHING: Sequence[str] = (
    "/link",
    "/status",
    "/profile",
    "/start",
    "/test",
    "/alerts",
    "/privacy",
    "/why 384",
    "/link off",
)


async def test_no_chat_shows_the_id_of_another(people: Everybody) -> None:
    await people.linked()

    for typed in EVERYTHING:
        for person in (people.discord, people.telegram):
            assert "zebrafinch" not in await person.reads(typed)


async def test_an_export_has_all_places_in_each_of_them(people: Everybody) -> None:
    await people.linked()

    for person in (people.telegram, people.discord):
        said = await person.reads("/export")
        assert "telegram-zebrafinch" in said
        assert "discord-zebrafinch" in said


async def test_forgetting_leaves_no_byte_of_any_place(world: Path) -> None:
    async with open_database(url_of(world), foreseen()) as store:
        people = Everybody(store)
        await people.discord.says("/link YYYY-YYYY")
        await people.linked()
        await people.telegram.says("/link code")

        await people.discord.says("/forget yes")

        assert traces(world, "zebrafinch") == []
        for table in ("links", "link_codes", "link_tries", "subscribers"):
            assert rows_of(world, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608


async def test_unlinking_leaves_no_byte_of_the_chat_that_leaves(world: Path) -> None:
    async with open_database(url_of(world), foreseen()) as store:
        people = Everybody(store)
        await people.linked()

        await people.telegram.says("/link off")

        assert traces(world, "discord-zebrafinch") == []
        assert await saved(people.discord) is None


async def test_old_codes_and_tries_are_swept_away(people: Everybody, memory: Database) -> None:
    await people.telegram.says("480", "/link")
    await people.ben.says("/link YYYY-YYYY")

    people.clock.forward(minutes=60)
    async with memory.begin() as unit:
        await unit.link_codes.sweep(people.clock.now)
        ben = Address(platform="discord", chat="ben")
        assert await unit.link_codes.owner("AAAAAAAA", people.clock.now) is None
        assert await unit.link_codes.may_try(ben, people.clock.now)
