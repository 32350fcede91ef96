"""A round survives its JSON, whole."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.core.rounds import BAND_LABELS, Doubt, Field, PoolDistribution, Round, RoundNumber, Stamp
from storage.facts import dump_round, load_round
from tests.builders import a_round

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
moments = st.datetimes(
    datetime(2015, 1, 1),  # noqa: DTZ001 - Hypothesis asks for naive bounds
    datetime(2100, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))]),
)
days = st.dates(date(2015, 1, 1), date(2100, 1, 1))
pools = st.builds(
    PoolDistribution,
    as_on=st.none() | days,
    bands=st.lists(st.integers(0, 10**6), min_size=len(BAND_LABELS), max_size=len(BAND_LABELS)).map(
        tuple
    ),
)
rounds = st.builds(
    Round,
    number=texts.map(RoundNumber),
    held_on=days,
    name=texts,
    name_fr=st.none() | texts,
    invitations_issued=st.integers(1, 10**9),
    crs_cut_off=st.integers(0, 1200),
    held_at=st.none() | moments,
    stamp=st.sampled_from(Stamp),
    tie_breaking_rule=st.none() | moments,
    programs=st.lists(st.sampled_from(["fsw", "cec", "fst", "pnp"]), unique=True).map(tuple),
    pool=st.none() | pools,
    doubts=st.lists(st.builds(Doubt, field=st.sampled_from(Field), reason=texts), max_size=3).map(
        tuple
    ),
)


@given(rounds)
def test_every_fact_of_a_round_survives(round_: Round) -> None:
    back = load_round(dump_round(round_))

    assert back == round_
    assert hash(back) == hash(round_)
    assert back.held_back is round_.held_back


@given(rounds)
def test_a_round_is_dumped_in_one_way(round_: Round) -> None:
    assert dump_round(load_round(dump_round(round_))) == dump_round(round_)


def test_a_time_keeps_its_zone() -> None:
    back = load_round(dump_round(a_round()))

    assert back.tie_breaking_rule is not None
    assert back.tie_breaking_rule.utcoffset() == timedelta()


def test_what_is_kept_says_nothing_in_the_words_of_the_wire() -> None:
    facts = json.loads(dump_round(a_round()))

    assert not [key for key in facts if key.startswith(("draw", "dd"))]
    assert facts["tie_breaking_rule"] == "2025-11-26T07:44:30+00:00"
