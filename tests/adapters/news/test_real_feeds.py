"""Five sites' feeds of January 2023, labelled by hand: which entries report a federal round.

The labels are facts by position: number, day, group, score and size as the entry itself says them.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.ircc.parse import parse
from adapters.news.feeds import read_feed
from bot.core.news import read_post
from bot.core.news_check import disagreements, matching_round
from bot.core.news_types import Kind, NewsEntry, Post
from tests.data.shared import needs_shared, shared_bytes

LABELS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "news_labels.json").read_text(encoding="utf-8")
)
_PROVINCES = re.compile(
    r"\b(?:B\.?C|British Columbia|Ontario|Manitoba|Saskatchewan|Alberta|Nova Scotia|Quebec|"
    r"New Brunswick|Newfoundland|Prince Edward Island|PEI|Yukon|OINP)\b"
)

pytestmark = needs_shared


@cache
def posts_of(name: str) -> list[tuple[Post, NewsEntry]]:
    return [(post, read_post(post)) for post in read_feed(shared_bytes(f"news/{name}"))]


def said(entry: NewsEntry) -> list[object]:
    return [
        entry.number,
        entry.held_on and entry.held_on.isoformat(),
        entry.category,
        entry.crs_cut_off,
        entry.invitations_issued,
    ]


def test_nearly_all_federal_rounds_are_found_and_nearly_nothing_else_is() -> None:
    right = wrong = missed = 0
    for name, labels in LABELS.items():
        found = {
            str(index)
            for index, (_, entry) in enumerate(posts_of(name))
            if entry.kind is Kind.EE_ROUND
        }
        right += len(found & labels["rounds"].keys())
        wrong += len(found - labels["rounds"].keys())
        missed += len(labels["rounds"].keys() - found)

    assert right + missed == 120
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.95


@pytest.mark.parametrize("name", LABELS)
def test_the_facts_of_each_round_are_read(name: str) -> None:
    posts = posts_of(name)

    assert len(posts) == LABELS[name]["entries"]
    for index, facts in LABELS[name]["rounds"].items():
        post, entry = posts[int(index)]
        assert said(entry) == facts, post.title


@pytest.mark.parametrize("name", LABELS)
def test_no_provincial_draw_is_taken_for_a_federal_round(name: str) -> None:
    taken = [
        post.title
        for post, entry in posts_of(name)
        if entry.kind is Kind.EE_ROUND and _PROVINCES.search(post.title)
    ]

    assert taken == []


def test_about_two_hundred_draws_of_provinces_are_seen_as_such() -> None:
    kinds = [entry.kind for name in LABELS for _, entry in posts_of(name)]

    assert 150 <= kinds.count(Kind.PROVINCIAL) <= 250


def test_what_the_sites_had_wrong_is_found_and_nothing_else() -> None:
    rounds = parse(shared_bytes("ircc/ee_rounds_123_en.2026-08-07.json")).rounds
    entries = [entry for name in LABELS for _, entry in posts_of(name)]
    wrong = {
        (one.fact, one.news, one.official)
        for entry in entries
        for one in disagreements(entry, rounds)
    }

    assert wrong == {
        ("held_on", "2018-11-15", "2018-11-14"),
        ("held_on", "2016-01-28", "2016-01-27"),
        ("held_on", "2015-06-26", "2015-07-10"),
        ("invitations_issued", 3664, 3644),
        ("invitations_issued", 700, 500),
        ("rounds_in_year", 1, 2),
    }
    unmatched = [
        entry
        for entry in entries
        if entry.kind is Kind.EE_ROUND and matching_round(entry, rounds) is None
    ]
    assert len(unmatched) <= 5
