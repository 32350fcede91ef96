"""What follows from each way in which sending can end: tables, and rules that hold for all."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerts import Priority
from bot.core.delivery import (
    PAUSED,
    Alert,
    DeliveryKey,
    Doubt,
    Kind,
    ProfileVerdict,
    RoundVerdicts,
    Settled,
    State,
)
from bot.core.errors import (
    AlertRejected,
    DeliveryError,
    OutcomeUnknown,
    RecipientGone,
    RecipientMoved,
    TryLater,
)
from bot.core.match import Eligibility, Reason, Submission, stand
from bot.core.outcomes import (
    GONE,
    MOST_MOVES,
    NOTHING_TO_TELL,
    OUTDATED,
    UNSURE_WAIT,
    Patience,
    deadline,
    failed,
    held_up,
    sent,
)
from bot.core.subscribers import Subscriber
from tests.builders import a_profile, a_round
from tests.fakes.people import a_subscriber

DETECTED = datetime(2025, 12, 11, 19, 0, tzinfo=UTC)
"""14:00 in Toronto."""

SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
TICK = timedelta(milliseconds=1)
KEY = DeliveryKey(announcement=1, subscriber=1)
ALSO = DeliveryKey(announcement=2, subscriber=1)


def _told() -> tuple[RoundVerdicts, ...]:
    verdict = stand(a_round(), 480, Submission.NOT_SAID, Eligibility.ELIGIBLE, Reason.SAID_YES)
    one = ProfileVerdict(profile=a_profile(), verdict=verdict, priority=Priority.QUALIFIED)
    return (RoundVerdicts(round=a_round(), profiles=(one,)),)


TOLD = _told()


def an_alert(
    to: Subscriber | None = None,
    *,
    attempts: int = 1,
    doubt: Doubt | None = None,
    kind: Kind = Kind.NEWS,
    rounds: tuple[RoundVerdicts, ...] = TOLD,
    announced_at: datetime = DETECTED,
    also: tuple[DeliveryKey, ...] = (),
) -> Alert:
    return Alert(
        key=KEY,
        to=to or a_subscriber(),
        rounds=rounds,
        announced_at=announced_at,
        kind=kind,
        attempts=attempts,
        doubt=doubt,
        also=also,
    )


def ended(
    error: DeliveryError,
    *,
    attempts: int = 1,
    doubt: Doubt | None = None,
    after: timedelta = MINUTE,
    took: timedelta = timedelta(),
    patience: Patience | None = None,
    chance: float = 0.0,
) -> tuple[State, timedelta | None]:
    """The state, and after how long it is due again."""
    now = DETECTED + after
    settled = failed(
        an_alert(attempts=attempts, doubt=doubt),
        error,
        began=now - took,
        now=now,
        patience=patience or Patience(),
        chance=chance,
    )
    again = settled.not_before
    return settled.state, None if again is None else again - now


LATER, LIMITED = TryLater("busy"), TryLater("limited", retry_after=30)
FOR_HALF_A_DAY = TryLater("limited", retry_after=43_838)
MOVED = RecipientMoved("upgraded", new_address="-100")
BLOCKED = RecipientGone("blocked")
NO_RIGHTS = RecipientGone("no rights", certain=False)
REJECTED = AlertRejected("can't parse entities")
UNKNOWN = OutcomeUnknown("no answer")

DUE, GIVEN_UP, UNCERTAIN = State.DUE, State.GIVEN_UP, State.UNCERTAIN
NOW = timedelta()


@pytest.mark.parametrize(
    ("error", "attempts", "state", "wait"),
    [
        (LATER, 1, DUE, 5 * SECOND),
        (LATER, 2, DUE, 10 * SECOND),
        (LATER, 3, DUE, 20 * SECOND),
        (LATER, 7, DUE, 320 * SECOND),
        (LATER, 8, DUE, 10 * MINUTE),
        (LATER, 9, DUE, 10 * MINUTE),
        (LATER, 2_000, DUE, 10 * MINUTE),
        (LIMITED, 1, DUE, 30 * SECOND),
        (LIMITED, 4, DUE, 40 * SECOND),
        (TryLater("at once", retry_after=0), 1, DUE, 5 * SECOND),
        (FOR_HALF_A_DAY, 1, DUE, 43_838 * SECOND),
        (FOR_HALF_A_DAY, 9, DUE, 43_838 * SECOND),
        (TryLater("for ever", retry_after=1e9), 1, GIVEN_UP, None),
        (MOVED, 1, DUE, NOW),
        (MOVED, MOST_MOVES, DUE, NOW),
        (MOVED, MOST_MOVES + 1, GIVEN_UP, None),
        (BLOCKED, 1, GIVEN_UP, None),
        (NO_RIGHTS, 1, DUE, HOUR),
        (NO_RIGHTS, 2, DUE, 3 * HOUR),
        (NO_RIGHTS, 3, DUE, 9 * HOUR),
        (NO_RIGHTS, 4, DUE, 9 * HOUR),
        (REJECTED, 1, GIVEN_UP, None),
        (UNKNOWN, 1, DUE, UNSURE_WAIT),
        (UNKNOWN, 5, DUE, UNSURE_WAIT),
    ],
)
def test_each_error_decides(
    error: DeliveryError, attempts: int, state: State, wait: timedelta | None
) -> None:
    assert ended(error, attempts=attempts) == (state, wait)


@pytest.mark.parametrize(
    ("error", "wait"),
    [(LATER, 5 * SECOND), (LIMITED, 30 * SECOND), (MOVED, NOW), (NO_RIGHTS, HOUR),
     (FOR_HALF_A_DAY, 43_838 * SECOND), (UNKNOWN, UNSURE_WAIT)],
)  # fmt: skip
@pytest.mark.parametrize("give_up", [HOUR, DAY, 3 * DAY])
def test_what_would_come_at_the_deadline_or_later_is_given_up_at_once(
    error: DeliveryError, wait: timedelta, give_up: timedelta
) -> None:
    patience, late = Patience(give_up=give_up), UNCERTAIN if error is UNKNOWN else GIVEN_UP
    just_in_time = give_up - wait - TICK
    if just_in_time >= timedelta():
        assert ended(error, after=just_in_time, patience=patience) == (DUE, wait)
    for after in (give_up - wait, give_up, give_up + HOUR):
        assert ended(error, after=max(after, timedelta()), patience=patience) == (late, None)


def doubted(ago: timedelta, *, repeated: bool = False, after: timedelta = HOUR) -> Doubt:
    """The first unanswered request was made so long before the one that ends now began."""
    return Doubt(since=DETECTED + after - ago, repeated=repeated)


WINDOW = Patience(idempotent_for=5 * MINUTE)


@pytest.mark.parametrize(
    ("patience", "doubt", "attempts", "state", "wait"),
    [
        # A platform that cannot tell: once more, five minutes later, and never again.
        (Patience(), None, 1, DUE, UNSURE_WAIT),
        (Patience(), None, 9, DUE, UNSURE_WAIT),
        (Patience(), doubted(5 * MINUTE, repeated=True), 2, UNCERTAIN, None),
        (Patience(), doubted(5 * MINUTE), 2, UNCERTAIN, None),
        # One that can, for five minutes, of which four are used.
        (WINDOW, None, 1, DUE, 5 * SECOND),
        (WINDOW, doubted(MINUTE), 2, DUE, 10 * SECOND),
        (WINDOW, doubted(4 * MINUTE - 10 * SECOND - TICK), 2, DUE, 10 * SECOND),
        (WINDOW, doubted(4 * MINUTE - 10 * SECOND), 2, DUE, UNSURE_WAIT),
        (WINDOW, doubted(MINUTE), 7, DUE, UNSURE_WAIT),
        (WINDOW, doubted(5 * MINUTE - TICK), 3, DUE, UNSURE_WAIT),
        # This very request was made when the window had closed: it was the risky one already.
        (WINDOW, doubted(5 * MINUTE), 3, UNCERTAIN, None),
        (WINDOW, doubted(10 * MINUTE, repeated=True), 3, UNCERTAIN, None),
    ],
)
def test_an_unknown_outcome_is_repeated_freely_while_that_is_safe_and_then_once(
    patience: Patience, doubt: Doubt | None, attempts: int, state: State, wait: timedelta | None
) -> None:
    found = ended(UNKNOWN, after=HOUR, doubt=doubt, attempts=attempts, patience=patience)

    assert found == (state, wait)


def test_the_window_of_a_doubt_begins_with_its_first_request() -> None:
    first = failed(an_alert(), UNKNOWN, began=DETECTED, now=DETECTED + 30 * SECOND, patience=WINDOW)
    assert first.doubt == Doubt(since=DETECTED)
    second = failed(
        an_alert(doubt=first.doubt, attempts=2),
        UNKNOWN,
        began=DETECTED + MINUTE,
        now=DETECTED + MINUTE,
        patience=WINDOW,
    )
    assert second.doubt == Doubt(since=DETECTED)


@pytest.mark.parametrize("error", [LATER, LIMITED, MOVED, NO_RIGHTS, BLOCKED, REJECTED])
def test_a_doubt_outlives_answers_to_later_requests(error: DeliveryError) -> None:
    doubt = Doubt(since=DETECTED, repeated=True)
    now = DETECTED + HOUR

    settled = failed(an_alert(doubt=doubt), error, began=now, now=now, patience=Patience())

    assert settled.doubt == doubt


def test_what_was_sent_is_sent() -> None:
    doubt = Doubt(since=DETECTED)

    assert sent(an_alert(doubt=doubt), "message-1") == Settled(
        key=KEY, state=State.SENT, receipt="message-1", doubt=doubt
    )


@pytest.mark.parametrize("error", [LATER, LIMITED, MOVED, NO_RIGHTS, UNKNOWN])
@pytest.mark.parametrize(("also", "held"), [((), False), ((ALSO,), True)])
def test_what_goes_in_one_message_is_tried_again_as_one(
    error: DeliveryError, also: tuple[DeliveryKey, ...], held: bool
) -> None:
    settled = failed(an_alert(also=also), error, began=DETECTED, now=DETECTED, patience=Patience())

    assert (settled.state, settled.held) == (DUE, held)


# --- before anything is sent ---

TORONTO = "America/Toronto"
NIGHT = a_subscriber(quiet_from=time(22), quiet_until=time(7), time_zone=TORONTO)
AT_22, AT_7 = DETECTED + 8 * HOUR, DETECTED + 17 * HOUR
PAUSED_ONE = a_subscriber(paused=True)
GONE_ONE = a_subscriber(gone_at=DETECTED)


@pytest.mark.parametrize(
    ("to", "now", "state", "at", "why"),
    [
        (a_subscriber(), DETECTED, None, None, None),
        (NIGHT, AT_22 - TICK, None, None, None),
        (NIGHT, AT_22, DUE, AT_7, None),
        (NIGHT, AT_7 - TICK, DUE, AT_7, None),
        (NIGHT, AT_7, None, None, None),
        (PAUSED_ONE, DETECTED, GIVEN_UP, None, PAUSED),
        (a_subscriber(paused=True, paused_until=DETECTED + HOUR), DETECTED, GIVEN_UP, None, PAUSED),
        (a_subscriber(paused=True, paused_until=DETECTED), DETECTED, None, None, None),
        (GONE_ONE, DETECTED, GIVEN_UP, None, GONE),
        (a_subscriber(paused=True, gone_at=DETECTED), DETECTED, GIVEN_UP, None, GONE),
        (a_subscriber(), DETECTED + DAY - TICK, None, None, None),
        (a_subscriber(), DETECTED + DAY, GIVEN_UP, None, OUTDATED),
        (NIGHT, AT_22 + DAY, GIVEN_UP, None, OUTDATED),  # at its end it would be no news
    ],
)
def test_what_keeps_an_alert_from_being_sent(
    to: Subscriber, now: datetime, state: State | None, at: datetime | None, why: str | None
) -> None:
    stopped = held_up(an_alert(to), now, Patience())

    if state is None:
        assert stopped is None
    else:
        assert stopped is not None
        assert (stopped.state, stopped.not_before, stopped.error) == (state, at, why)
        assert not stopped.tried
        assert stopped.held is (state is DUE)


@pytest.mark.parametrize(
    ("to", "why"), [(NIGHT, None), (PAUSED_ONE, None), (GONE_ONE, GONE), (a_subscriber(), None)]
)
def test_a_test_that_somebody_asked_for_comes_at_any_hour(to: Subscriber, why: str | None) -> None:
    stopped = held_up(an_alert(to, kind=Kind.TEST), AT_22 + 9 * DAY, Patience())

    assert (stopped and stopped.error) == why


def test_a_message_without_a_round_is_not_sent() -> None:
    stopped = held_up(an_alert(rounds=()), DETECTED, Patience())

    assert stopped is not None
    assert (stopped.state, stopped.error) == (GIVEN_UP, NOTHING_TO_TELL)


@pytest.mark.parametrize(
    ("announced", "ends"),
    [
        (AT_22 - TICK, AT_22 - TICK + DAY),
        (AT_22, AT_7 + DAY),
        (AT_7 - TICK, AT_7 + DAY),
        (AT_7, AT_7 + DAY),
    ],
)
def test_quiet_hours_in_which_a_round_comes_out_do_not_count(
    announced: datetime, ends: datetime
) -> None:
    assert deadline(an_alert(NIGHT, announced_at=announced), Patience()) == ends


def test_a_doubt_outlives_the_night() -> None:
    doubt = Doubt(since=AT_22 - MINUTE)
    stopped = held_up(an_alert(NIGHT, doubt=doubt), AT_22, Patience())

    assert stopped is not None
    assert stopped.doubt == doubt


# --- rules that hold for all ---

waits = st.none() | st.floats(0, 200_000)
errors = st.one_of(
    st.builds(TryLater, st.just("busy"), retry_after=waits),
    st.sampled_from([MOVED, BLOCKED, NO_RIGHTS, REJECTED, UNKNOWN]),
)
patiences = st.builds(
    Patience,
    give_up=st.timedeltas(timedelta(minutes=1), timedelta(days=3)),
    idempotent_for=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=1)),
)
moments = st.timedeltas(timedelta(), timedelta(days=4)).map(lambda passed: DETECTED + passed)
chances = st.floats(0, 1)
people = st.builds(
    a_subscriber,
    quiet_from=st.none() | st.times(),
    quiet_until=st.none() | st.times(),
    time_zone=st.none() | st.sampled_from([TORONTO, "Asia/Kolkata", "Australia/Lord_Howe"]),
)


@st.composite
def doubts(draw: st.DrawFn) -> Doubt | None:
    if draw(st.booleans()):
        return None
    return Doubt(since=draw(moments), repeated=draw(st.booleans()))


@given(errors, moments, moments, patiences, chances, st.integers(1, 40), doubts())
def test_nothing_is_due_at_its_deadline_or_later_and_nothing_waits_less_than_asked(
    error: DeliveryError,
    began: datetime,
    now: datetime,
    patience: Patience,
    chance: float,
    attempts: int,
    doubt: Doubt | None,
) -> None:
    alert = an_alert(attempts=attempts, doubt=doubt)

    settled = failed(alert, error, began=min(began, now), now=now, patience=patience, chance=chance)

    assert settled.tried
    assert settled.key == KEY
    assert settled.error == str(error)
    assert (settled.not_before is not None) is (settled.state is DUE)
    if settled.not_before is not None:
        assert now <= settled.not_before < deadline(alert, patience)
        if isinstance(error, TryLater) and error.retry_after is not None:
            assert settled.not_before >= now + timedelta(seconds=error.retry_after)
    if settled.state is UNCERTAIN:
        assert isinstance(error, OutcomeUnknown)
    if isinstance(error, OutcomeUnknown):
        assert settled.state is not GIVEN_UP
        assert settled.doubt is not None


@given(people, moments, moments, patiences)
def test_nothing_is_held_until_its_deadline_or_later(
    to: Subscriber, announced: datetime, now: datetime, patience: Patience
) -> None:
    alert = an_alert(to, announced_at=announced)

    stopped = held_up(alert, now, patience)

    if stopped is not None and stopped.state is DUE:
        assert stopped.not_before is not None
        assert now < stopped.not_before < deadline(alert, patience)
        assert stopped.not_before - now <= DAY + 2 * HOUR


@given(
    errors=st.lists(errors, max_size=30),
    patience=patiences,
    late=st.lists(st.timedeltas(timedelta(), timedelta(hours=12)), min_size=1, max_size=5),
    chance=chances,
)
def test_whatever_happens_a_message_is_risked_twice_at_most_once(
    errors: list[DeliveryError], patience: Patience, late: list[timedelta], chance: float
) -> None:
    """Followed to its end, through limits, delays and doubts, with whatever answers come."""
    alert, now = an_alert(), DETECTED
    unanswered: list[datetime] = []
    risky = 0
    for number, error in enumerate(errors):
        if held_up(alert, now, patience) is not None:
            break
        if isinstance(error, OutcomeUnknown):
            window = patience.idempotent_for or timedelta()
            risky += any(now >= first + window for first in unanswered[:1])
            unanswered.append(now)
        settled = failed(alert, error, began=now, now=now, patience=patience, chance=chance)
        if settled.state is not DUE:
            break
        assert settled.not_before is not None
        now = settled.not_before + late[number % len(late)]
        alert = replace(alert, attempts=alert.attempts + 1, doubt=settled.doubt)

    assert risky <= 1
