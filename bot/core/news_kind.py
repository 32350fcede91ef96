"""Says whether a post reports one federal round: who acts, and whether it has happened."""

from collections.abc import Sequence

from bot.core import news_draws as draws
from bot.core import news_titles as titles
from bot.core.news_cut_offs import OFFICIAL_CUT_OFF, cut_off
from bot.core.news_groups import groups_in
from bot.core.news_places import (
    acts_through_a_province,
    first_federal,
    first_provincial,
    names_a_province,
    several_provinces_act,
    without_asides,
)
from bot.core.news_sizes import OFFICIAL_SIZE, counted, only_one
from bot.core.news_text import without_dates
from bot.core.news_types import Kind
from bot.core.news_words import INVITATION, either

_LEAD_SENTENCES = 4
_LONGEST_LEAD = 1200
_LARGEST_ROUND = 30_000
"""More than #176 had (27,332): who counts so many counts several rounds."""

_ONE = r"(?:draw|round|ronde|tirage)"
_HELD = either(
    rf"\b{_ONE}\b[^.\n]{{0,120}}\b(?:took place|was (?:held|conducted|performed)|"
    r"has (?:(?:once|again|also|just|now|already) ){0,2}"
    r"(?:been|taken|set|seen|resulted|broken|reached|fallen|dropped)|"
    r"performed by|invited|issued|went (?:up|down) to|eu lieu)\b",
    rf"\b{_ONE},? (?:held|conducted)\b",
    rf"\bresults? of (?:the |its |a )?(?:[\w-]+ ){{0,4}}{_ONE}\b",
    r"\b(?:held|holds|conduct(?:s|ed)|perform(?:s|ed)|complete[sd]|makes|made|"
    r"organi[sz]e[sd]|a (?:tenu|organis[eé]))\b"
    rf"[^.\n]{{0,90}}\b{_ONE}\b",
    rf"\ba eu lieu (?:le|la|un|une) [^.\n]{{0,40}}\b{_ONE}\b",
    rf"\b(?:sent|handed|gave)(?: out)? {INVITATION}\b[^.\n]{{0,90}}\b{_ONE}\b",
)
"""A sentence in which a round was held."""

_ISSUED = either(rf"\b{INVITATION}\b[^.\n]{{0,20}}\bwere (?:issued|sent)\b")

_INVITED_ON_A_DAY = either(
    r"\(day\)[^.\n]{0,90}\binvited\b[^.\n]{0,60}\bcandidates\b",
    r"\binvited\b[^.\n]{0,60}\bcandidates\b[^.\n]{0,60}\bon \(day\)",
)

_FEDERAL_DRAW = either(r"\bexpress entry (?:[\w-]+ ){0,2}(?:draw|round)\b")
_NO_DRAW = either(r"\bno (?:such |new )?(?:[\w-]+ ){0,3}(?:draw|round)\b")


def kind_of(title: str, sentences: Sequence[str]) -> Kind:
    """The kind of a post with a cleaned title and text; its beginning decides."""
    title, lead = without_asides(title), _lead(title, sentences)
    if titles.is_of_another_program(title) or not _is_of_draws(title, lead):
        return Kind.OTHER
    title, lead = without_dates(title), without_dates(lead)
    reports = not titles.is_no_report(title)
    if _is_provincial(title, lead):
        held = reports and draws.PROVINCIAL_DRAW.search(title) is not None
        return Kind.PROVINCIAL if held else Kind.OTHER
    several = titles.is_of_several(title) or titles.begins_with_several(title, lead)
    several = several or (counted(title) or 0) > _LARGEST_ROUND
    reports = reports and not several
    told = _reports_a_round(title, lead) or _repeats_the_page(sentences)
    return Kind.EE_ROUND if reports and told else Kind.OTHER


def _repeats_the_page(sentences: Sequence[str]) -> bool:
    """Whether IRCC's own page of one round is in it, size and cut-off."""
    return all(only_one(label, sentences) for label in (OFFICIAL_SIZE, OFFICIAL_CUT_OFF))


def _lead(title: str, sentences: Sequence[str]) -> str:
    """The first sentences, less the title where a site repeats it."""
    bare = title.casefold().strip(" .")
    own = [one for one in sentences[: _LEAD_SENTENCES + 2] if one.casefold().strip(" .") != bare]
    return without_asides("\n".join(own[:_LEAD_SENTENCES])[:_LONGEST_LEAD])


def _is_of_draws(title: str, lead: str) -> bool:
    """A quick look, as most posts of a news site have to do with something else."""
    if draws.TOPIC.search(title) or draws.TOPIC.search(lead):
        return True
    return draws.PROVINCIAL_DRAW.search(title) is not None


def _is_provincial(title: str, lead: str) -> bool:
    """Whether a province acts. Where both are named, the one named first in the text does.

    Provinces draw from the federal pool too and say "Express Entry" and "CRS" in their titles.
    """
    in_title, agent = first_provincial(title), first_federal(title)
    unnamed = agent is None and not names_a_province(title)
    if in_title is None or (unnamed and draws.SYSTEM.search(title) and first_federal(lead) == 0):
        return _text_is_provincial(title, lead)
    if agent is None or not lead or acts_through_a_province(lead.partition("\n")[0]):
        return True
    province, federal = first_provincial(lead), first_federal(lead)
    if federal is None:  # "IRCC invites 3,000; most live in Ontario"
        return in_title < agent or first_provincial(lead.partition("\n")[0]) is not None
    return province is not None and province < federal


def _text_is_provincial(title: str, lead: str) -> bool:
    """Whether a province acts in a text under a title that names none."""
    province, federal = first_provincial(lead), first_federal(lead)
    if province is None:
        return False
    first, agent = lead.partition("\n")[0], first_federal(title)
    if acts_through_a_province(first) or (agent is None and several_provinces_act(lead)):
        return True
    if federal is not None:
        return province < federal and agent is None
    weak = agent is None and not (draws.SYSTEM.search(title) or _FEDERAL_DRAW.search(first))
    return weak or names_a_province(first)


def _reports_a_round(title: str, lead: str) -> bool:
    """Whether a title that is no other kind of post is about a round, and that round was held."""
    both = f"{title}\n{lead}"
    if not (draws.TOPIC.search(title) or draws.DATED.search(title) or groups_in(title)):
        return _is_told_at_once(lead)
    if not draws.SYSTEM.search(both) and first_federal(title) is None:
        return False
    counts = titles.counts_a_draw(title)
    acts = counts or titles.ACTS_FIRST.match(title) is not None
    if draws.PLURAL_DRAWS.search(title) and not acts and not _begins_with_one(lead):
        return False
    if draws.DRAW.search(title) and (counts or draws.NUMBERED.search(title)):
        return not _is_announced(lead)
    return draws.DRAW.search(both) is not None and _has_happened(title, lead)


def _begins_with_one(lead: str) -> bool:
    """Whether the first sentence tells that one draw was held."""
    first = lead.partition("\n")[0]
    return titles.names_one_draw(first) and _HELD.search(first) is not None


def _is_told_at_once(lead: str) -> bool:
    """Whether it begins with how many the federal government invited in one draw."""
    first, *rest = lead.split("\n")[:2]
    if first_federal(first) is None or _did_not_happen(first) or titles.is_of_several(first):
        return False
    one = any(titles.names_one_draw(told) for told in (first, *rest))
    return one and draws.SYSTEM.search(first) is not None and counted(first) is not None


def _is_announced(lead: str) -> bool:
    """Whether it begins with a draw to come, and tells of none that was held."""
    told = lead.split("\n")
    held = any(counted(one) is not None or _HELD.search(one) for one in told)
    return draws.TO_COME.search(told[0]) is not None and not held


def _did_not_happen(text: str) -> bool:
    return titles.NOT_YET.search(text) is not None or _NO_DRAW.search(text) is not None


def _has_happened(title: str, lead: str) -> bool:
    title = titles.without_questions(title)
    one = titles.names_one_draw(title) and not titles.NOT_YET.search(title)
    if one and (titles.HAPPENED.search(title) or draws.DATED.search(title)):
        return True
    told = [one for one in (title, *lead.split("\n")) if not _did_not_happen(one)]
    if any(counted(one) is not None or _HELD.search(one) for one in told):
        return True
    if titles.names_one_draw(title) and any(_ISSUED.search(one) for one in told):
        return True
    if any(_INVITED_ON_A_DAY.search(one) and first_federal(one) is not None for one in told):
        return True
    return any(cut_off(one) is not None and draws.DRAW.search(one) for one in told)
