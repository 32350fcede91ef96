"""Anything typed gets an answer, and never anybody else's; many at once mix nothing."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.chat.commands import BY_WORD
from bot.chat.profile import PARTS
from bot.chat.setup import STEPS
from bot.core.categories import GROUPS
from bot.core.subscribers import Subscriber
from storage.unit_of_work import Database, open_database
from tests.chat.world import APOLOGIES, Person, understood
from tests.fakes.databases import url_of

SECRETS = ("zebrafinch", "1137", "Reykjavik", "04:37")
"""What only ben has told us: a profile's name, a score, a city, an hour."""

LONGEST = 10_000
ANY = st.characters(exclude_categories=())  # with controls, marks of direction, lone surrogates
WORDS = st.sampled_from(
    [
        *(*BY_WORD, *PARTS, *GROUPS, *(step.name for step in STEPS)),
        *("of", "de", "Sam", "480", "31301", "14 months", "canada", "~cec", "~", "skip", "retour"),
        *("#385", "385", "2025-11-20", "14:03", "22:00-07:00", "no", "oui", "unknown", "none"),
        *("\u202e", "\u200b", "\x00", "\ud800", "🇨🇦", "é", "\u0301", "  ", "\n", "/", "{0}", "1"),
    ]
)
SENTENCES = st.builds(
    lambda mark, words: mark + " ".join(words),
    st.sampled_from(["/", "!", "", "/profile ", "/start ", "/profile of "]),
    st.lists(st.one_of(WORDS, st.text(ANY, max_size=8)), max_size=6),
)
LONG = st.builds(
    lambda text, times: (text * times)[:LONGEST],
    st.one_of(st.text(ANY, min_size=1, max_size=20), WORDS),
    st.integers(1, LONGEST),
)


async def ben_of(store: Database) -> Person:
    ben = Person(store, "ben")
    await ben.says(
        "/profile score 1137",
        "/profile of zebrafinch score 1130",
        "/profile noc 31103 14 months",
        "/timezone Reykjavik",
        "/quiet 04:37-05:38",
    )
    return ben


async def saved(person: Person) -> Subscriber | None:
    async with person.store.look() as memory:
        return await memory.subscribers.find(person.address)


def test_anything_typed_gets_an_answer_with_nobody_elses_data(world: Path) -> None:
    with asyncio.Runner() as runner:
        opening = open_database(url_of(world))
        store = runner.run(opening.__aenter__())
        ben = runner.run(ben_of(store))
        before = runner.run(saved(ben))
        ann = Person(store, "ann")

        @settings(
            max_examples=250,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        @given(st.one_of(SENTENCES, st.text(ANY, max_size=60), LONG))
        @example("/profile of zebrafinch")
        @example("/profile noc " + "9" * 5000)
        @example("/" * LONGEST)
        @example("/why " + "9" * 900)
        @example("/profile submitted 0000-00-00 99:99")
        @example("/profile of \u202ebob score 480")
        @example("/quiet 99999-99999")
        @example("/alerts near " + "9" * 900)
        @example("/timezone ../../etc/passwd")
        @example("/start months ²")
        @example("/profile score ①")
        @example("/profile noc :)")
        def check(typed: str) -> None:
            said = runner.run(ann.reads(typed))
            assert said.strip()
            assert said.encode("utf-8")
            assert not any(apology in said for apology in APOLOGIES)
            assert not any(secret in said for secret in SECRETS if secret not in typed)

        try:
            check()
            assert runner.run(saved(ben)) == before
        finally:
            runner.run(opening.__aexit__(None, None, None))


async def test_a_long_text_is_refused_and_changes_nothing(memory: Database) -> None:
    person = Person(memory)

    said = await person.reads("/profile of " + "é" * LONGEST + " score 480")

    assert "too long" in said
    assert await saved(person) is None


COMMANDS = [
    *(f"/profile also {group}" for group in GROUPS if group != "pnp"),
    *(f"/profile of Sam{number} score {400 + number}" for number in range(9)),
    *(f"/profile noc {code}" for code in ("31301", "32101", "72200", "21231", "41220")),
    *("/timezone Toronto", "/quiet 22:00-07:00", "/alerts all", "/profile score 480"),
]
BURST = [*COMMANDS, *("/status", "/profile", "/latest", "/start back", "1") * 40][:200]


async def test_a_burst_of_200_commands_loses_nothing(memory: Database) -> None:
    person = Person(memory)

    answers = await asyncio.gather(*(person.reads(typed) for typed in BURST))

    assert len(answers) == 200
    assert not any(apology in text for text in answers for apology in APOLOGIES)
    kept = await saved(person)
    assert kept is not None
    main = kept.profiles[0].candidate
    assert main.answers.yes >= set(GROUPS) - {"pnp"}
    assert {job.noc_code for job in main.occupations} == {
        *("31301", "32101", "72200", "21231", "41220")
    }
    assert {one.name for one in kept.profiles} == {"me", *(f"Sam{n}" for n in range(9))}
    assert (main.crs_score, kept.time_zone) == (480, "America/Toronto")


async def talk(person: Person, typed: list[str]) -> list[str]:
    said = []
    for text in typed:
        said.append(await person.reads(text))
        await asyncio.sleep(0)
    return said


ANN = ["/start", "1", "481", "1", "cec", "nurse", "1", "14 months", "canada", "french", "Toronto"]
BEN = ["/début", "2", "467", "3", "tqf", "électricien", "1", "24 mois", "étranger", "métiers"]


async def test_two_people_at_once_are_answered_as_if_alone(memory: Database) -> None:
    ann_alone = await talk(Person(memory, "ann alone"), ANN)
    ben_alone = await talk(Person(memory, "ben alone"), BEN)

    ann, ben = await asyncio.gather(
        talk(Person(memory, "ann"), ANN), talk(Person(memory, "ben"), BEN)
    )

    assert (ann, ben) == (ann_alone, ben_alone)
    assert understood("\n".join([*ann, *ben]))


@pytest.mark.parametrize("count", [12])
async def test_many_first_messages_from_one_chat_make_one_subscriber(
    count: int, memory: Database
) -> None:
    person = Person(memory)

    answers = await asyncio.gather(*(person.reads("/start") for _ in range(count)))

    assert sum(text.startswith("Welcome.") for text in answers) == 1
    assert sum(text.startswith("Welcome back.") for text in answers) == count - 1
