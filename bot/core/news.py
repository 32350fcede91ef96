"""A post of a news site -> what it says of a federal round. Pure rules over words and numbers.

What is read here is a hint: it may send us to look at the official feed at once, add context to
an alert, or be checked against the official rows (`news_check`). It is never told as fact.
"""

from collections.abc import Callable, Mapping
from itertools import compress

from bot.core.news_claims import read_claims
from bot.core.news_cut_offs import cut_off, read_cut_off
from bot.core.news_days import implied_held_on, read_held_on
from bot.core.news_groups import is_about_another_group, of_several_groups, read_category
from bot.core.news_kind import kind_of
from bot.core.news_round_number import FIRST_OF_YEAR, read_number
from bot.core.news_sizes import counted, read_size
from bot.core.news_text import LONGEST_TEXT, LONGEST_TITLE, clean, sentences, without_dates
from bot.core.news_ties import read_tie_break
from bot.core.news_types import Kind, NewsEntry, Post

_SENTENCES_READ = 40
_FEWEST_WORDS = 4
"""A shorter title is a heading ("Express Entry"); the first longer line is the title then."""

_HEADINGS = 4


def read_post(post: Post, firsts: Mapping[int, int] = FIRST_OF_YEAR) -> NewsEntry:
    """Say what a post reports, and the facts it gives; what it does not say stays None.

    `firsts` are the numbers of each year's first round: see `news_round_number.first_of_year`.
    Any text is read: without facts it is a post of another kind.
    """
    told = sentences(clean(post.text, LONGEST_TEXT))
    title = _headline(clean(post.title, LONGEST_TITLE).replace("\n", " "), told)
    kind, published_on = kind_of(title, told), post.published_on
    if kind is Kind.EE_ROUND:
        return _read_round(post, title, told, firsts)
    year = published_on.year if published_on else None
    claims = read_claims(title, told, year) if kind is Kind.OTHER else ()
    return NewsEntry(kind=kind, published_on=published_on, claims=claims)


def _headline(title: str, told: list[str]) -> str:
    if len(title.split()) >= _FEWEST_WORDS:
        return title
    # A text may begin with its heading, and a byline.
    lines = (one for one in told[:_HEADINGS] if len(one.split()) >= _FEWEST_WORDS)
    return f"{title} - {next(lines, '')}"[:LONGEST_TITLE]


def _read_round(post: Post, title: str, told: list[str], firsts: Mapping[int, int]) -> NewsEntry:
    published_on, first = post.published_on, told[:_SENTENCES_READ]
    undated = [without_dates(one) for one in (title, *first)]
    if of_several_groups(title, published_on):
        undated = []
    size = read_size(undated)
    ours, undated = _agreeing(size, counted, first, undated)
    titled = read_category(title, (), published_on)
    telling = [one for one in undated if not _is_about_another(one, titled, size)]
    score = read_cut_off(telling) or read_cut_off(undated)
    ours, _ = _agreeing(score, cut_off, ours, undated)
    group = read_category(title, ours, published_on)
    ours = [one for one in ours if not _is_about_another(one, group, size)]
    elsewhere = set(first) - set(ours)
    written = read_held_on(title, first, published_on, elsewhere=elsewhere, figures=(size, score))
    held_on = written or implied_held_on(title, ours, published_on)
    day = held_on or published_on
    return NewsEntry(
        kind=Kind.EE_ROUND,
        published_on=published_on,
        number=read_number(title, [one for one in told if one not in elsewhere], day, firsts),
        held_on=held_on,
        held_on_implied=written is None and held_on is not None,
        category=group,
        crs_cut_off=score,
        invitations_issued=size,
        tie_breaking_rule=read_tie_break(told, day),
        claims=read_claims(title, told, day.year if day else None),
    )


def _is_about_another(sentence: str, group: str | None, size: int | None) -> bool:
    confirmed = size is not None and str(size) in sentence
    return not confirmed and is_about_another_group(sentence, group)


def _agreeing(
    fact: int | None, read: Callable[[str], int | None], told: list[str], undated: list[str]
) -> tuple[list[str], list[str]]:
    """The sentences, and all texts without days, less those that are about another round.

    They say another number where the title or an earlier sentence has said this round's.
    """
    if fact is None:
        return told, undated
    ours = [read(one) in (None, fact) for one in undated]
    return list(compress(told, ours[1:])), list(compress(undated, [True, *ours[1:]]))
