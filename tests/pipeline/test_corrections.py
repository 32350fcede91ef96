"""IRCC corrects a round: only those whose own answer changed hear of it, with before and after."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.core.alerts import Mode, Preference
from bot.core.corrections import to_tell
from bot.core.delivery import Kind, State
from bot.core.detect import Change, KnownRound, Revised, Status
from bot.core.profiles import Submitted
from bot.core.rounds import Round, Stamp
from bot.core.subscribers import Language, Subscriber
from bot.pipeline.deliver import deliver
from bot.pipeline.poll import poll
from bot.wording.alerts import alert_message
from storage.unit_of_work import Database
from tests.builders import TIE_BREAK_385, a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import a_subscriber, an_address
from tests.fakes.source import FakeSource, publishing

EARLIER = a_round(number="384", held_on=date(2025, 12, 10), crs_cut_off=520)
EVERYTHING = Preference(mode=Mode.ALL)


def people() -> list[Subscriber]:
    """One on each side of everything that may be corrected."""
    before = Submitted.at(TIE_BREAK_385 - timedelta(days=40))
    between = Submitted.at(TIE_BREAK_385 - timedelta(days=10))
    after = Submitted.at(TIE_BREAK_385 + timedelta(days=1))
    return [
        a_subscriber("high", a_profile(500)),
        a_subscriber("tied early", a_profile(476, submitted=before)),
        a_subscriber("tied between", a_profile(476, submitted=between)),
        a_subscriber("tied late", a_profile(476, submitted=after), preference=EVERYTHING),
        a_subscriber("below", a_profile(474), preference=EVERYTHING),
        a_subscriber("low", a_profile(300), preference=EVERYTHING),
        a_subscriber("not theirs", a_profile(476, yes=(), no=("healthcare",)),
                     preference=EVERYTHING),
        a_subscriber("paused", a_profile(476, submitted=between), paused=True),
    ]  # fmt: skip


async def seen(store: Database, clock: FakeClock, *rounds: Round) -> None:
    await poll(source=FakeSource(publishing(*rounds)), store=store, clock=clock)


async def heard(store: Database, clock: FakeClock) -> FakeNotifier:
    notifier = FakeNotifier()
    while await deliver(store=store, notifier=notifier, clock=clock):
        pass
    return notifier


async def after_385(store: Database, clock: FakeClock) -> None:
    """#385 was news, and everybody has been told."""
    async with store.begin() as memory:
        await memory.subscribers.save_all(people())
    await seen(store, clock, EARLIER)
    await seen(store, clock, a_round(), EARLIER)
    await heard(store, clock)


async def test_a_moved_tie_break_is_told_to_those_between_the_old_and_the_new_one(
    store: Database, clock: FakeClock
) -> None:
    await after_385(store, clock)
    moved = a_round(tie_breaking_rule=TIE_BREAK_385 - timedelta(days=30))

    await seen(store, clock, moved, EARLIER)
    notifier = await heard(store, clock)

    assert notifier.told == ["tied between"]
    [alert] = notifier.sent
    assert alert.kind is Kind.CORRECTION
    text = alert_message(alert).plain()
    assert text.startswith(
        "Correction to draw #385 Healthcare: out by the tie-break "
        "(before: you would have qualified, in by the tie-break)\n"
    )
    assert "November 26, 2025 at 07:44:30 UTC and is now October 27, 2025" in text


async def test_a_corrected_cut_off_is_told_to_those_between_the_old_and_the_new_one(
    store: Database, clock: FakeClock
) -> None:
    await after_385(store, clock)

    await seen(store, clock, a_round(crs_cut_off=474), EARLIER)
    notifier = await heard(store, clock)

    # Those who were in by the tie-break are in by their score now: the answer stays "yes".
    assert notifier.told == ["tied late", "below"]
    text = alert_message(notifier.sent[0]).plain()
    assert "The CRS cut-off was 476 and is now 474." in text


async def test_another_category_is_told_to_those_for_whom_it_opens_or_closes(
    store: Database, clock: FakeClock
) -> None:
    await after_385(store, clock)
    async with store.begin() as memory:
        await memory.subscribers.save(
            a_subscriber("french", a_profile(480, yes=("french",), no=("healthcare",)))
        )

    await seen(store, clock, a_round(name="French language proficiency (Version 2)"), EARLIER)
    notifier = await heard(store, clock)

    assert "french" in notifier.told
    assert "not theirs" in notifier.told  # it may be theirs now: they never said
    assert "paused" not in notifier.told


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Healthcare and social services occupations, 2025-Version 2"},
        {"invitations_issued": 1001},
        {"pool": None},
        {"held_at": datetime(2025, 12, 11, 12, tzinfo=UTC)},
    ],
    ids=["renamed", "invitations", "pool", "hour"],
)
async def test_what_changes_nobody_s_answer_is_told_to_nobody(
    store: Database, database: Path, clock: FakeClock, changes: dict[str, object]
) -> None:
    await after_385(store, clock)
    before = len(rows_of(database, "SELECT * FROM deliveries"))

    await seen(store, clock, a_round(**changes), EARLIER)

    assert (await heard(store, clock)).told == []
    assert len(rows_of(database, "SELECT * FROM deliveries")) == before


async def test_a_correction_that_is_taken_back_is_told_again(
    store: Database, clock: FakeClock
) -> None:
    await after_385(store, clock)
    moved = a_round(tie_breaking_rule=TIE_BREAK_385 - timedelta(days=30))
    await seen(store, clock, moved, EARLIER)
    await heard(store, clock)

    await seen(store, clock, a_round(), EARLIER)

    assert (await heard(store, clock)).told == ["tied between"]


async def test_those_whose_answer_stayed_are_settled_without_a_message(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await after_385(store, clock)
    moved = a_round(tie_breaking_rule=TIE_BREAK_385 - timedelta(days=30))
    await seen(store, clock, moved, EARLIER)
    await heard(store, clock)

    states = rows_of(database, "SELECT state, error FROM deliveries WHERE announcement_id = 2")
    assert {state for state, _error in states} == {State.SENT, State.GIVEN_UP}
    assert {error for state, error in states if state == State.GIVEN_UP} == {"nothing left to tell"}


async def test_who_sleeps_through_news_and_correction_hears_how_it_stands_now(
    store: Database, clock: FakeClock
) -> None:
    """They never heard what was corrected; and their other profiles are not forgotten."""
    between = Submitted.at(TIE_BREAK_385 - timedelta(days=10))
    tied, partner = a_profile(476, submitted=between), a_profile(490, name="partner")
    alone = a_subscriber("alone", tied, quiet_from=time(18), quiet_until=time(20))
    couple = replace(alone, address=an_address("couple"), profiles=(tied, partner))
    async with store.begin() as memory:
        await memory.subscribers.save_all([alone, couple])
    await seen(store, clock, EARLIER)
    await seen(store, clock, a_round(), EARLIER)
    assert (await heard(store, clock)).told == []
    moved = a_round(tie_breaking_rule=TIE_BREAK_385 - timedelta(days=30))
    clock.forward(hours=1)  # both come due at one moment

    await seen(store, clock, moved, EARLIER)
    notifier = await heard(store, clock)

    texts = {alert.to.address.chat: alert_message(alert).plain() for alert in notifier.sent}
    assert notifier.told == ["alone", "couple"]
    assert texts["alone"].startswith("Draw #385 Healthcare: out by the tie-break, 476 vs 476")
    assert texts["couple"].startswith("Draw #385 Healthcare, partner: you would have qualified")
    for text in texts.values():
        assert "orrect" not in text
        assert "October 27, 2025 at 07:44:30 UTC" in text


def with_cut_off(crs_cut_off: int) -> Round:
    return a_round(crs_cut_off=crs_cut_off)


async def texts_after(store: Database, clock: FakeClock, *cut_offs: int) -> dict[str, str]:
    """What those at 500 and 470 hear when the cut-off changes before anything is sent."""
    for cut_off in cut_offs:
        await seen(store, clock, with_cut_off(cut_off), EARLIER)
    notifier = await heard(store, clock)
    chats = [alert.to.address.chat for alert in notifier.sent]
    assert len(chats) == len(set(chats)), chats
    return {alert.to.address.chat: alert_message(alert).plain() for alert in notifier.sent}


async def told_of_476(store: Database, clock: FakeClock, *, waiting: bool) -> None:
    async with store.begin() as memory:
        high = a_subscriber("high", a_profile(500), preference=EVERYTHING)
        low = a_subscriber("low", a_profile(470), preference=EVERYTHING)
        await memory.subscribers.save_all([high, low])
    await seen(store, clock, EARLIER)
    await seen(store, clock, a_round(), EARLIER)
    if not waiting:
        await heard(store, clock)


async def test_two_corrections_that_wait_are_told_as_one(store: Database, clock: FakeClock) -> None:
    await told_of_476(store, clock, waiting=False)

    texts = await texts_after(store, clock, 505, 510)

    assert list(texts) == ["high"]
    assert "The CRS cut-off was 476 and is now 510." in texts["high"]
    assert "505" not in texts["high"]


async def test_a_correction_taken_back_while_it_waits_is_told_to_nobody(
    store: Database, clock: FakeClock
) -> None:
    await told_of_476(store, clock, waiting=False)

    assert await texts_after(store, clock, 505, 476) == {}


@pytest.mark.parametrize("cut_offs", [(465,), (505, 465), (480, 460, 465)])
async def test_who_still_waits_for_the_news_hears_it_as_it_is_now(
    store: Database, clock: FakeClock, cut_offs: tuple[int, ...]
) -> None:
    """The correction is the more urgent one for who is in by it: it does not go first."""
    await told_of_476(store, clock, waiting=True)

    texts = await texts_after(store, clock, *cut_offs)

    assert texts["low"].startswith("Draw #385 Healthcare: you would have qualified, 470 vs 465")
    assert texts["high"].startswith("Draw #385 Healthcare: you would have qualified, 500 vs")


@pytest.mark.parametrize(("score", "is_told"), [(500, True), (470, False)])
async def test_another_category_is_no_news_to_whom_it_leaves_as_short_as_before(
    store: Database, clock: FakeClock, score: int, *, is_told: bool
) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber("ann", a_profile(score), preference=EVERYTHING))
    await seen(store, clock, EARLIER)
    await seen(store, clock, a_round(name="Shepherds, 2026-Version 1"), EARLIER)
    await heard(store, clock)

    await seen(store, clock, a_round(), EARLIER)

    assert (await heard(store, clock)).told == (["ann"] if is_told else [])


async def test_a_correction_speaks_french_too(store: Database, clock: FakeClock) -> None:
    person = replace(people()[2], language=Language.FRENCH)
    async with store.begin() as memory:
        await memory.subscribers.save(person)
    await seen(store, clock, EARLIER)
    await seen(store, clock, a_round(), EARLIER)
    await heard(store, clock)

    await seen(store, clock, a_round(crs_cut_off=478), EARLIER)
    [alert] = (await heard(store, clock)).sent

    text = alert_message(alert).plain()
    assert text.startswith("Correction de la ronde nº 385")
    assert "Le seuil SCG était de 476 et est maintenant de 478." in text


def revised(change: Change = Change.CORRECTED, **changes: object) -> Revised:
    after = a_round(**({"crs_cut_off": 470} | changes))
    return Revised(
        before=KnownRound(round=a_round(), status=Status.ANNOUNCED), after=after, change=change
    )


NEWEST = date(2025, 12, 11)


@pytest.mark.parametrize(
    ("one", "newest", "is_told"),
    [
        (revised(), NEWEST, True),
        (revised(), NEWEST + timedelta(days=30), True),
        (revised(), NEWEST + timedelta(days=31), False),
        (revised(Change.RENAMED), NEWEST, False),
        (revised(Change.REFRESHED), NEWEST, False),
        (revised(crs_cut_off=476, invitations_issued=7), NEWEST, False),
        (revised(crs_cut_off=476, stamp=Stamp.UNREADABLE, tie_breaking_rule=None), NEWEST, True),
        (replace(revised(), before=KnownRound(round=a_round(), status=Status.HELD)), NEWEST, False),
        (
            replace(revised(), before=KnownRound(round=a_round(), status=Status.BASELINE)),
            NEWEST,
            True,
        ),
    ],
)
def test_which_corrections_are_told(one: Revised, newest: date, is_told: bool) -> None:
    assert bool(to_tell([one], newest)) is is_told
