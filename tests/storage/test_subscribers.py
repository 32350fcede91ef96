"""People: what is saved, what an alert rests on later, and what is forgotten."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alerts import Mode, Preference
from bot.core.delivery import Alert, Settled, State
from bot.core.detect import Status
from bot.core.match import Standing
from bot.core.profiles import Candidate, Occupation, Profile, Submitted
from bot.core.rounds import Round
from bot.core.subscribers import Language, Subscriber
from bot.pipeline.poll import announce
from storage.unit_of_work import Database, open_database
from tests.builders import TIE_BREAK_385, a_profile, a_round
from tests.core.strategies import candidates, preferences, submissions
from tests.fakes.clock import FakeClock
from tests.fakes.databases import a_copy_of, dump, rows_of, url_of
from tests.fakes.people import PLATFORM, a_subscriber, an_address

NOW = datetime(2025, 12, 11, 19, tzinfo=UTC)
TIED_IN = Submitted.at(TIE_BREAK_385)


async def save(store: Database, *people: Subscriber) -> None:
    async with store.begin() as memory:
        for person in people:
            await memory.subscribers.save(person)


async def find(store: Database, chat: str = "ann") -> Subscriber | None:
    async with store.look() as memory:
        return await memory.subscribers.find(an_address(chat))


async def announced(store: Database, *rounds: Round) -> None:
    """Rounds are news: remembered, decided, queued."""
    async with store.begin() as memory:
        await memory.rounds.add(rounds, Status.ANNOUNCED, NOW)
        await announce(memory, rounds, NOW)


async def claimed(store: Database) -> list[Alert]:
    clock = FakeClock()
    async with store.begin() as memory:
        return await memory.outbox.claim(
            PLATFORM, now=clock.now, lease=timedelta(minutes=1), limit=50
        )


people = st.builds(
    a_subscriber,
    language=st.sampled_from(Language),
    time_zone=st.sampled_from([None, "America/Toronto"]),
    preference=preferences,
    quiet_from=st.none() | st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    quiet_until=st.none() | st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    paused=st.booleans(),
    paused_until=st.sampled_from([None, NOW]),
)
profiles = st.builds(
    Profile,
    name=st.text("abcdefgh é", min_size=1, max_size=40),
    candidate=candidates.filter(lambda candidate: len(candidate.occupations) < 2),
    submitted=st.none() | submissions(),
)
families = st.lists(profiles, min_size=1, max_size=4, unique_by=lambda one: one.name.casefold())


@settings(max_examples=40, deadline=None)
@given(people, families, people, families)
async def test_what_is_saved_last_is_what_is_found(
    migrated: Path,
    before: Subscriber,
    earlier: list[Profile],
    after: Subscriber,
    later: list[Profile],
) -> None:
    before = replace(before, profiles=tuple(earlier))
    after = replace(after, profiles=tuple(later))
    with a_copy_of(migrated) as path:
        async with open_database(url_of(path)) as store:
            await save(store, before)
            assert await find(store) == before
            await save(store, after)
            found = await find(store)

    assert found is not None
    assert replace(found, profiles=()) == replace(after, profiles=())
    assert set(found.profiles) == set(after.profiles)


async def test_nobody_is_found_where_nobody_is(store: Database) -> None:
    await save(store, a_subscriber("ann"))

    assert await find(store, "bob") is None
    async with store.look() as memory:
        assert await memory.subscribers.find(an_address("ann", "telegram")) is None


async def test_the_same_chat_on_two_platforms_is_two_people(store: Database) -> None:
    here = a_subscriber("1", a_profile(480))
    there = a_subscriber("1", a_profile(300), platform="telegram")
    await save(store, here, there)

    async with store.look() as memory:
        assert await memory.subscribers.find(here.address) == here
        assert await memory.subscribers.find(there.address) == there


async def test_couples_keep_both_profiles_in_the_order_they_were_added(store: Database) -> None:
    couple = a_subscriber("ann", a_profile(480, name="me"), a_profile(450, name="Élodie"))
    await save(store, couple)
    child = a_profile(300, name="a child")
    await save(store, replace(couple, profiles=(child, *reversed(couple.profiles))))

    found = await find(store)

    assert found is not None
    assert [profile.name for profile in found.profiles] == ["me", "Élodie", "a child"]


async def test_profiles_that_say_nothing_are_kept_too(store: Database) -> None:
    silent = Subscriber(address=an_address())
    await save(store, silent)

    assert await find(store) == silent


async def test_a_score_of_0_is_not_a_score_not_said(store: Database) -> None:
    await save(store, a_subscriber("zero", a_profile(0)), a_subscriber("none", a_profile(None)))

    zero, none = await find(store, "zero"), await find(store, "none")

    assert zero is not None
    assert none is not None
    assert zero.profiles[0].candidate.crs_score == 0
    assert none.profiles[0].candidate.crs_score is None


async def test_names_are_swapped_without_a_clash(store: Database) -> None:
    one, two = a_profile(480, name="a"), a_profile(450, name="b")
    await save(store, a_subscriber("ann", one, two))
    swapped = (replace(one, name="b"), replace(two, name="a"))
    await save(store, a_subscriber("ann", *swapped))

    found = await find(store)

    assert found is not None
    assert set(found.profiles) == set(swapped)


async def test_saving_the_same_again_changes_nothing(store: Database, database: Path) -> None:
    couple = a_subscriber(
        "ann",
        a_profile(480, submitted=TIED_IN, occupations=[Occupation(noc_code="31301")]),
        a_profile(476, name="Élodie"),
        quiet_from=time(22),
        quiet_until=time(7),
    )
    await save(store, couple)
    await announced(store, a_round())
    before = dump(database)

    await save(store, couple)
    async with store.begin() as memory:
        await memory.subscribers.save_all([couple, couple])

    assert dump(database) == before


async def test_many_are_saved_at_once_and_the_last_word_counts(store: Database) -> None:
    await save(store, a_subscriber("ann", a_profile(300)))
    many = [a_subscriber(f"chat-{number}", a_profile(number)) for number in range(50)]
    async with store.begin() as memory:
        await memory.subscribers.save_all(
            [*many, a_subscriber("ann", a_profile(400)), a_subscriber("ann", a_profile(500))]
        )
        await memory.subscribers.save_all([])

    assert await find(store, "ann") == a_subscriber("ann", a_profile(500))
    assert await find(store, "chat-7") == many[7]


async def test_pages_hold_everybody_once_in_order(store: Database) -> None:
    many = [a_subscriber(f"chat-{number}") for number in range(7)]
    async with store.begin() as memory:
        await memory.subscribers.save_all(many)
        await memory.subscribers.forget(many[2].address)

    found: list[tuple[int, Subscriber]] = []
    async with store.look() as memory:
        while page := await memory.subscribers.page(found[-1][0] if found else 0, 2):
            assert len(page) <= 2
            found += page

    assert [person for _key, person in found] == many[:2] + many[3:]
    assert [key for key, _person in found] == sorted({key for key, _person in found})


def audiences_in(database: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT id FROM audiences").fetchall()


async def test_equal_people_share_one_audience(store: Database, database: Path) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save_all([a_subscriber(f"chat-{number}") for number in range(9)])
    assert len(audiences_in(database)) == 1


async def test_audiences_differ_in_whatever_decides(store: Database, database: Path) -> None:
    job = Occupation(noc_code="31301")
    different = [
        a_subscriber("1", a_profile(480)),
        a_subscriber("2", a_profile(481)),
        a_subscriber("3", a_profile(480, yes=(), no=("healthcare",))),
        a_subscriber("4", a_profile(480, nominee=True)),
        a_subscriber("5", a_profile(480, nominee=False)),
        a_subscriber("6", a_profile(480, occupations=[job])),
        a_subscriber("7", a_profile(480, occupations=[replace(job, months=0)])),
        a_subscriber("8", a_profile(480, occupations=[replace(job, in_canada=False)])),
        a_subscriber("9", a_profile(480), preference=Preference(mode=Mode.ALL)),
        a_subscriber("10", a_profile(480), preference=Preference(near_points=9)),
        a_subscriber("11", a_profile(None)),
    ]
    await save(store, *different)

    assert len(audiences_in(database)) == len(different)
    async with store.look() as memory:
        saved = [person for _key, person in await memory.subscribers.page(0, 100)]
    assert saved == different


# --- what an alert rests on ---

COUPLE = a_subscriber("ann", a_profile(476, submitted=TIED_IN), a_profile(480, name="Élodie"))
LATER = Submitted.on(date(2025, 12, 1))


def edited(profile: str, /, **changes: Any) -> Subscriber:
    return replace(
        COUPLE,
        profiles=tuple(
            replace(one, **changes) if one.name == profile else one for one in COUPLE.profiles
        ),
    )


AFTERWARDS = {
    "the score was edited": [edited("me", candidate=Candidate(crs_score=300))],
    "the submission time was edited": [edited("me", submitted=LATER)],
    "the submission time was taken back": [edited("me", submitted=None)],
    "a profile was renamed": [edited("Élodie", name="Elodie")],
    "a profile was deleted": [replace(COUPLE, profiles=COUPLE.profiles[:1])],
    "the first profile was deleted": [replace(COUPLE, profiles=COUPLE.profiles[1:])],
    "names were swapped": [
        replace(
            COUPLE,
            profiles=(
                replace(COUPLE.profiles[0], name="Élodie"),
                replace(COUPLE.profiles[1], name="me"),
            ),
        )
    ],
    "the preference changed": [replace(COUPLE, preference=Preference(mode=Mode.QUALIFIED))],
    "a profile was added": [replace(COUPLE, profiles=(*COUPLE.profiles, a_profile(500, name="x")))],
    "edited, and edited back": [edited("me", submitted=None), COUPLE],
    "edited twice": [edited("me", submitted=None), edited("me", submitted=LATER)],
    "deleted, and added again": [
        replace(COUPLE, profiles=COUPLE.profiles[:1]),
        edited("Élodie", candidate=Candidate(crs_score=1)),
    ],
    "nothing happened": [],
}


@pytest.mark.parametrize("edits", AFTERWARDS.values(), ids=AFTERWARDS.keys())
async def test_an_alert_shows_each_profile_as_it_stood_then(
    store: Database, edits: list[Subscriber]
) -> None:
    await save(store, COUPLE)
    await announced(store, a_round())
    await save(store, *edits)

    [alert] = await claimed(store)

    [told] = alert.rounds
    assert {one.profile for one in told.profiles} == set(COUPLE.profiles)
    assert {one.profile.name: one.verdict.standing for one in told.profiles} == {
        "me": Standing.TIED_IN,
        "Élodie": Standing.ABOVE,
    }


@pytest.mark.parametrize("edits", AFTERWARDS.values(), ids=AFTERWARDS.keys())
async def test_the_next_alert_shows_what_stands_now(
    store: Database, edits: list[Subscriber]
) -> None:
    await save(store, COUPLE)
    await announced(store, a_round())
    await save(store, *edits)
    await announced(store, a_round(number="386", name="General"))
    now = await find(store)
    assert now is not None

    alerts = {str(alert.rounds[0].round.number): alert for alert in await claimed(store)}

    assert {one.profile for one in alerts["386"].rounds[0].profiles} == {
        profile
        for profile in now.profiles
        if (profile.candidate.crs_score or 0) >= 466
        and (now.preference.mode is Mode.NEAR or profile.name == "Élodie" or profile.submitted)
    }
    assert {one.profile for one in alerts["385"].rounds[0].profiles} == set(COUPLE.profiles)


async def test_profiles_in_an_alert_keep_their_order_when_one_was_edited(store: Database) -> None:
    await save(store, a_subscriber("somebody before"), COUPLE)
    await announced(store, a_round())
    await save(store, edited("Élodie", submitted=LATER))

    by_chat = {alert.to.address.chat: alert for alert in await claimed(store)}

    names = [one.profile.name for one in by_chat["ann"].rounds[0].profiles]
    assert names == ["me", "Élodie"]


async def test_an_alert_shows_the_round_as_it_was_announced(store: Database) -> None:
    from bot.core.detect import Change  # noqa: PLC0415 - only here

    await save(store, COUPLE)
    await announced(store, a_round())
    async with store.begin() as memory:
        await memory.rounds.revise(a_round(crs_cut_off=490), Change.CORRECTED, NOW)

    [alert] = await claimed(store)

    assert alert.rounds[0].round == a_round()
    assert {one.verdict.margin for one in alert.rounds[0].profiles} == {0, 4}


async def test_who_came_after_an_announcement_hears_nothing_of_it(store: Database) -> None:
    await announced(store, a_round())
    await save(store, COUPLE)

    assert await claimed(store) == []


# --- forgetting ---


SECRET_NAME, SECRET_CHAT = "zanzibar-profile", "zanzibar-chat"


async def test_the_forgotten_leave_no_bytes_in_the_file(store: Database, database: Path) -> None:
    person = a_subscriber(SECRET_CHAT, a_profile(480, name=SECRET_NAME))
    crowd = [a_subscriber(f"chat-{number}") for number in range(40)]
    await save(store, *crowd[:20], person, *crowd[20:])
    await announced(store, a_round())
    await save(store, replace(person, profiles=(a_profile(490, name=SECRET_NAME + "2"),)))
    by_chat = {alert.to.address.chat: alert for alert in await claimed(store)}
    gone = Settled(
        key=by_chat[SECRET_CHAT].key,
        state=State.GIVEN_UP,
        error=f"chat {SECRET_CHAT} is gone",
        receipt=f"{SECRET_CHAT}/1",
    )
    async with store.begin() as memory:
        await memory.outbox.settle([gone], FakeClock().now)
    assert b"zanzibar" in bytes_of(database)

    async with store.begin() as memory:
        assert await memory.subscribers.forget(person.address)
    await store.scrub()

    assert b"zanzibar" not in bytes_of(database)
    assert rows_of(database, "SELECT count(*) FROM deliveries") == [(41,)]


def bytes_of(database: Path) -> bytes:
    """All that lies on the disk, the log of recent changes included."""
    return b"".join(file.read_bytes() for file in sorted(database.parent.glob("drawbell.db*")))


async def test_the_forgotten_are_told_nothing_more(store: Database) -> None:
    await save(store, a_subscriber("ann"), a_subscriber("bob"))
    await announced(store, a_round())
    async with store.begin() as memory:
        assert await memory.subscribers.forget(an_address("ann"))

    assert [alert.to.address.chat for alert in await claimed(store)] == ["bob"]


async def test_forgetting_while_a_message_is_on_its_way_is_no_error(store: Database) -> None:
    await save(store, a_subscriber("ann"))
    await announced(store, a_round())
    [alert] = await claimed(store)
    async with store.begin() as memory:
        await memory.subscribers.forget(an_address("ann"))
        await memory.outbox.settle([Settled(key=alert.key, state=State.SENT)], FakeClock().now)

    async with store.look() as memory:
        assert await memory.outbox.waiting() == []


async def test_forgetting_nobody_is_said(store: Database) -> None:
    async with store.begin() as memory:
        assert await memory.subscribers.forget(an_address("nobody")) is False


async def test_forgetting_one_leaves_the_others_whole(store: Database) -> None:
    await save(store, COUPLE, replace(COUPLE, address=an_address("bob")))
    await announced(store, a_round())
    async with store.begin() as memory:
        await memory.subscribers.forget(an_address("bob"))

    assert await find(store) == COUPLE
    [alert] = await claimed(store)
    assert len(alert.rounds[0].profiles) == 2


async def test_who_comes_back_begins_anew(store: Database) -> None:
    """The number of somebody forgotten is never given again: old alerts would find them."""
    await save(store, COUPLE)
    await announced(store, a_round())
    async with store.begin() as memory:
        await memory.subscribers.forget(COUPLE.address)
    await save(store, a_subscriber("ann", a_profile(500)))

    assert await find(store) == a_subscriber("ann", a_profile(500))
    assert await claimed(store) == []
