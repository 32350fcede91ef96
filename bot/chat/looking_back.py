"""/history, and what a first score would have met: past rounds against a profile of today."""

from collections.abc import Sequence

from bot.chat.reading import read_groups
from bot.chat.reply import Request, answer
from bot.chat.unconfirmed import told_unconfirmed
from bot.core.categories import classify, plain
from bot.core.history import Past, a_year_before, past
from bot.core.match import Eligibility
from bot.core.profiles import Profile
from bot.core.rounds import Round, RoundType
from bot.wording.groups import group_name, short_name
from bot.wording.spans import BLANK, Emphasis, Line, Reply, line
from bot.wording.unconfirmed import ending_sentence
from bot.wording.verdicts import margin_text
from bot.wording.words import Words

_SHOWN = 15


async def history(request: Request) -> Reply:
    """The last rounds of a kind, and how the main profile stands in each."""
    group = _group(request.arguments)
    rounds = [one for one in await _last_year(request) if _is_of(one, group)]
    words = request.words
    name = _name(words, group)
    if not rounds:
        return answer(words.say("No round of this kind in the last 12 months: {name}.", name=name))
    cut_offs = [one.crs_cut_off for one in rounds]
    title = words.say_many(
        "{name}, 12 months: {count} round, CRS cut-off {least}",
        "{name}, 12 months: {count} rounds, CRS cut-offs {least} to {most}",
        len(rounds),
        name=name,
        least=min(cut_offs),
        most=max(cut_offs),
    )
    profile = request.person.profiles[0]
    lines = [_line(words, one) for one in reversed(past(rounds, profile)[-_SHOWN:])]
    reported = [one for one in await told_unconfirmed(request) if _is_of(one.round, group)]
    if reported:
        zone = request.person.time_zone
        endings = [line(ending_sentence(words, one, zone)) for one in reported]
        lines += [BLANK, line(words.say("Told unconfirmed:")), *endings]
    return answer(line(title, Emphasis.STRONG), *lines)


async def met_lately(request: Request, saved: Profile) -> list[str | Line]:
    """What a score would have met in the last 12 months, in a few lines."""
    words = request.words
    rounds = await _last_year(request)
    if not rounds or saved.candidate.crs_score is None:
        return []
    reached = [one for one in past(rounds, saved) if _reached(one)]
    count = len(reached)
    if not count:
        return [
            words.say_many(
                "In the last 12 months this score reached no cut-off ({count} round).",
                "In the last 12 months this score reached no cut-off ({count} rounds).",
                len(rounds),
            )
        ]
    summary = words.say_many(
        "In the last 12 months this score reached the cut-off of {count} round of {total}.",
        "In the last 12 months this score reached the cut-offs of {count} rounds of {total}.",
        count,
        total=words.number(len(rounds)),
    )
    return [summary, *(line(text) for text in _by_kind(words, reached))]


def _by_kind(words: Words, reached: Sequence[Past]) -> list[str]:
    """The rounds reached, counted by program and category, most often first."""
    counts: dict[str, int] = {}
    for one in reached:
        name = short_name(words, one.round)
        counts[name] = counts.get(name, 0) + 1
    parts = [f"{name} ({count})" for name, count in sorted(counts.items(), key=lambda c: -c[1])]
    return [words.say("Among them: {kinds}.", kinds=", ".join(parts))] if parts else []


def _reached(one: Past) -> bool:
    margin = one.verdict.margin
    return (
        margin is not None
        and margin >= 0
        and one.verdict.eligibility is not Eligibility.NOT_ELIGIBLE
    )


async def _last_year(request: Request) -> list[Round]:
    """Rounds of the twelve months up to the newest one known."""
    newest = await request.memory.rounds.latest()
    if newest is None:
        return []
    return await request.memory.rounds.since(a_year_before(newest.held_on))


def _group(text: str) -> str | None:
    """The group that a text names; "general" and nothing at all are kinds of their own."""
    if not text:
        return None
    if plain(text) in ("general", "generale", "generales"):
        return "general"
    return read_groups(text)[0]


def _is_of(round_: Round, group: str | None) -> bool:
    classified = classify(round_)
    if group == "general":
        return classified.type is RoundType.GENERAL
    return group is None or classified.group == group


def _name(words: Words, group: str | None) -> str:
    if group is None:
        return words.say("All rounds")
    return words.say("General") if group == "general" else group_name(words, group)


def _line(words: Words, one: Past) -> Line:
    round_ = one.round
    text = words.say(
        "#{number} {day} {category}: {cut_off}",
        number=round_.number,
        day=words.day(round_.held_on),
        category=short_name(words, round_),
        cut_off=round_.crs_cut_off,
    )
    if one.verdict.margin is None:
        return line(text)
    if one.verdict.eligibility is Eligibility.NOT_ELIGIBLE:
        return line(f"{text} – {words.say('not open to you')}")
    return line(f"{text} ({margin_text(one.verdict.margin)})")
