"""`drawbell news check FEED`: what news posts say, and where the official rows say otherwise."""

from collections.abc import Sequence

from adapters.news.fetch import feed_at
from bot.cli.feed import read_feed
from bot.cli.output import DONE, FAILED, answer, answer_json, complain, iso
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.core.news import read_post
from bot.core.news_check import Disagreement, disagreements
from bot.core.news_round_number import first_of_year
from bot.core.news_types import Kind, NewsEntry, Post
from bot.core.rounds import Round
from bot.ports import Validators
from bot.settings import Settings
from storage.unit_of_work import open_database


async def check(location: str, settings: Settings, *, feed: str | None, as_json: bool) -> int:
    """Read a news feed and compare it with the payload `feed`, or with what is remembered."""
    try:
        posts = await _read_posts(location, settings.contact)
        rounds = await _rounds(settings, feed)
    except (SourceUnavailable, SourceChanged) as error:
        if as_json:
            answer_json({"error": str(error), "entries": []})
        complain(str(error))
        return FAILED
    found = [(post, entry, disagreements(entry, rounds)) for post, entry in _read(posts, rounds)]
    if as_json:
        answer_json({"entries": [_facts(*one) for one in found]})
    else:
        _describe(found)
    return DONE


async def _read_posts(location: str, contact: str | None) -> Sequence[Post]:
    fetched = await feed_at(location, contact).read(Validators())
    if fetched is None:
        raise SourceUnavailable(f"{location} says that nothing changed, but was never read")
    return fetched.posts


def _read(posts: Sequence[Post], rounds: Sequence[Round]) -> list[tuple[Post, NewsEntry]]:
    firsts = first_of_year(rounds)
    return [(post, read_post(post, firsts)) for post in posts]


async def _rounds(settings: Settings, feed: str | None) -> Sequence[Round]:
    if feed is not None:
        return (await read_feed(feed, settings.contact)).rounds
    async with open_database(settings.database_url) as store, store.look() as memory:
        known = await memory.rounds.known()
    return [one.round for one in known.rounds.values()]


def _facts(post: Post, entry: NewsEntry, found: Sequence[Disagreement]) -> dict[str, object]:
    tie_break = entry.tie_breaking_rule
    return {
        "title": post.title,
        "link": post.link,
        "kind": entry.kind,
        "number": entry.number,
        "held_on": iso(entry.held_on),
        "category": entry.category,
        "crs_cut_off": entry.crs_cut_off,
        "invitations_issued": entry.invitations_issued,
        "tie_breaking_rule": None if tie_break is None else tie_break.iso(),
        "disagreements": [
            {"fact": one.fact, "news": one.news, "official": one.official} for one in found
        ],
    }


def _describe(found: Sequence[tuple[Post, NewsEntry, Sequence[Disagreement]]]) -> None:
    kinds = [entry.kind for _, entry, _ in found]
    answer(
        f"{len(found)} entries: {kinds.count(Kind.EE_ROUND)} report a federal round, "
        f"{kinds.count(Kind.PROVINCIAL)} a provincial draw, {kinds.count(Kind.OTHER)} neither."
    )
    for post, entry, disagreeing in found:
        if entry.kind is Kind.EE_ROUND or disagreeing:
            answer(f"{post.title} ({_said(entry)})")
        for one in disagreeing:
            answer(f"  {one.fact}: it says {one.news}, the official rows say {one.official}.")


def _said(entry: NewsEntry) -> str:
    """The facts that were read, in a line."""
    facts = {
        "": entry.number and f"#{entry.number}",
        "held ": iso(entry.held_on),
        "for ": entry.category,
        "CRS ": entry.crs_cut_off,
        "invitations ": entry.invitations_issued,
        "tie-break ": entry.tie_breaking_rule and entry.tie_breaking_rule.iso(),
    }
    said = [f"{name}{value}" for name, value in facts.items() if value is not None]
    return ", ".join(said) or "no facts of a round"
