"""After /forget nothing of the person is in the database's files, freed pages included."""

from pathlib import Path

import pytest

from bot.core.subscribers import Language
from storage.unit_of_work import Database, open_database
from tests.chat.world import FEEDS, Person, publish
from tests.fakes.clock import FakeClock
from tests.fakes.databases import integrity, rows_of, url_of

CHAT = "chat-zebrafinch-7781"
NAMES = ("Quetzalcoatlus", "Okapi Ünïcode", "Wolpertinger")
OTHER = "chat-numbat-42"


def bytes_of(path: Path) -> bytes:
    """The database file with its log and its index, as they are on the disk now."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def traces(path: Path, *texts: str) -> list[str]:
    """Which texts are anywhere in the files, as UTF-8, UTF-16 or JSON may write them."""
    held = bytes_of(path)
    ways = [(text, text.encode()) for text in texts]
    ways += [(text, text.encode("utf-16-le")) for text in texts]
    ways += [(text, text.encode("ascii", "backslashreplace")) for text in texts]
    return [text for text, written in ways if written in held]


async def a_life(store: Database, clock: FakeClock, chat: str) -> Person:
    """Profiles made, edited and deleted, alerts sent and waiting, a conversation half-way."""
    person = Person(store, chat, clock=clock)
    first, second, third = NAMES
    await person.says("/start", "1", "480", "1")
    for name in NAMES:
        await person.says(f"/profile of {name} score 477", f"/profile of {name} also healthcare")
    await person.says("/alerts all", "/timezone Reykjavik", "/test")
    assert await person.hears()
    await publish(store, FEEDS[1], clock)
    assert await person.hears()
    for name in NAMES:  # what the alert was decided with is kept beside what is edited
        await person.says(f"/profile of {name} score 510", f"/profile of {name} noc 31301")
    await person.says(f"/profile of {third} delete", f"/profile of {second} noc nurse")
    await publish(store, FEEDS[2], clock)  # queued, not sent
    await person.says("/start questions", "skip", f"/profile of {first} noc electrician")
    return person


@pytest.mark.parametrize("words", [("/forget", "yes"), ("/oublier oui",), ("/forget", "1")])
async def test_nothing_is_left_in_the_files(words: tuple[str, ...], world: Path) -> None:
    clock = FakeClock()
    async with open_database(url_of(world)) as store:
        person = await a_life(store, clock, CHAT)
        assert set(traces(world, CHAT, *NAMES)) == {CHAT, *NAMES}

        text = await person.reads(*words)

        assert "everything about you is deleted" in text
        assert traces(world, CHAT, *NAMES, "Reykjavik") == []
    assert traces(world, CHAT, *NAMES, "Reykjavik") == []
    assert integrity(world) == "ok"


async def test_the_next_one_in_the_same_pages_is_whole_and_the_other_one_too(world: Path) -> None:
    clock = FakeClock()
    async with open_database(url_of(world)) as store:
        other = Person(store, OTHER, clock=clock, language=Language.FRENCH)
        await other.says("/profil note 470", "/profil de Numbat note 431")
        before = await other.reads("/profil")
        await (await a_life(store, clock, CHAT)).says("/forget yes")

        assert traces(world, CHAT, *NAMES) == []
        assert await other.reads("/profil") == before
        assert (await other.hears())[0].rounds[0].round.number == "385"
        again = Person(store, CHAT, clock=clock)
        assert "nothing saved" in await again.reads("/export")
        assert await again.hears() == []
        assert "were not with me yet" in await again.reads("/why 385")
        assert "Welcome." in await again.reads("/start")


async def test_what_was_delivered_stays_counted_under_nobodys_name(world: Path) -> None:
    clock = FakeClock()
    async with open_database(url_of(world)) as store:
        person = await a_life(store, clock, CHAT)
        sent = rows_of(world, "SELECT count(*) FROM deliveries WHERE state = 2")
        await person.says("/forget yes")

    assert rows_of(world, "SELECT count(*) FROM deliveries WHERE state = 2") == sent
    assert rows_of(world, "SELECT count(*) FROM deliveries WHERE state IN (0, 1)") == [(0,)]
    for table in ("subscribers", "profiles", "profile_history"):
        assert rows_of(world, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - our names


async def test_asking_deletes_nothing(memory: Database) -> None:
    person = Person(memory)
    await person.says("480")

    for answer in ("no", "2", "/forget maybe", "No, keep it", "/forget non"):
        await person.says("/forget", answer)
        assert '"crs_score": 480' in await person.reads("/export")
