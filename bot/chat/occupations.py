"""/profile noc: experience in an occupation, by code or by words, with months and place."""

import re

from bot.chat.edits import put
from bot.chat.reply import Request, answer
from bot.core.categories import plain
from bot.core.errors import ProfileRejected
from bot.core.noc_titles import NOC_TITLES
from bot.core.occupations import find_occupations, is_noc_code, versions_listing
from bot.core.profiles import Occupation, Profile
from bot.core.subscribers import MAIN_PROFILE
from bot.wording.groups import group_name
from bot.wording.spans import Choice, Emphasis, Reply, line

MOST_OCCUPATIONS = 10
_MONTHS = re.compile(r"\b(\d{1,3})\s*(?:months?|mois|m)\b|\b(\d{1,2})\s*(years?|ans?|y)\b")
_NUMBER_OF_MONTHS = re.compile(r"\D*(\d{1,3})\D*")
_YEARS = re.compile(r"\d\s*(?:years?|ans?|y)\b")
_LONGEST = 600
_IN_CANADA = re.compile(r"\b(?:in |au |en )?canad(?:a|ian|ien|ienne)\b")
_ABROAD = re.compile(
    r"\b(?:abroad|outside|elsewhere|foreign|overseas|a l'etranger|etranger|ailleurs|hors)\b"
)
_NOT_INSIDE = re.compile(r"\b(?:outside|hors|not|pas|no|non)\b")
_CLEAR = frozenset({"none", "no", "aucune", "aucun", "non", "clear"})


async def noc(request: Request, target: Profile, text: str) -> Reply:
    """Save experience in one occupation; words instead of a code are looked up."""
    if plain(text) in _CLEAR:
        await put(request, target, occupations=())
        return answer(request.words.say("Saved: no occupation."))
    if not text.strip():
        words = request.words
        example = words.say("/profile noc 31301 14 months canada")
        hint = words.say("Type it in words, like nurse or electrician, or as a NOC code.")
        return answer(hint, line(example, Emphasis.TYPED))
    found = re.match(r"\s*(\d{5})\b\s*(.*)", text)
    if found is None and text.strip().isdigit():
        raise ProfileRejected("noc_unknown", code=text.strip()[:40])
    if found is None:
        return _search(request, target, text)
    return await save_occupation(request, target, read_occupation(found[1], found[2]))


def read_occupation(code: str, rest: str) -> Occupation:
    """Experience as said: "31301", "14 months canada".

    Raises:
        ProfileRejected: no such code can exist, or the rest is not understood.
    """
    if not is_noc_code(code):
        raise ProfileRejected("noc_unknown", code=code)
    said = plain(rest).replace("’", "'").replace(",", " ")
    months = _MONTHS.search(said)
    left = _ABROAD.sub("", _IN_CANADA.sub("", _MONTHS.sub("", said)))
    if set(left.split()) - {"of", "in", "and", "et", "both", "de", "du", "au", "en", "l'", "a"}:
        raise ProfileRejected("noc_unclear")
    return Occupation(
        noc_code=code,
        months=None if months is None else int(months[1] or int(months[2]) * 12),
        in_canada=read_place(said),
    )


def read_months(text: str) -> int:
    """How long, in months: "14", "14 months", "about 2 years".

    Raises:
        ProfileRejected: there is no one whole number.
    """
    said = plain(text)
    found = _NUMBER_OF_MONTHS.fullmatch(said)
    if found is None or re.search(r"-\s*\d", said):
        raise ProfileRejected("months_unclear")
    months = int(found[1]) * (12 if _YEARS.search(said) else 1)
    if months > _LONGEST:
        raise ProfileRejected("months_unclear")
    return months


def read_place(text: str) -> bool | None:
    """Whether work was in Canada ("in Canada", "outside Canada"); None when it is not said."""
    said = plain(text).replace("’", "'")
    if _IN_CANADA.search(said) is not None and _NOT_INSIDE.search(said) is None:
        return True
    return False if _ABROAD.search(said) or _NOT_INSIDE.search(said) else None


async def save_occupation(request: Request, target: Profile, job: Occupation) -> Reply:
    """Save one occupation beside the others, and say which categories list it."""
    others = [one for one in target.candidate.occupations if one.noc_code != job.noc_code]
    if len(others) >= MOST_OCCUPATIONS:
        raise ProfileRejected("too_many_occupations")
    await put(request, target, occupations=(*others, job))
    return answer(*about_occupation(request, job))


def about_occupation(request: Request, job: Occupation) -> list[str]:
    """What was saved, and which categories in force list it."""
    words = request.words
    title = NOC_TITLES.get(job.noc_code, words.say("an occupation on no category's list so far"))
    listing = [group_name(words, one.category) for one in versions_listing(job.noc_code)]
    lines = [words.say("Saved: NOC {code}, {title}.", code=job.noc_code, title=title)]
    if listing:
        listed = words.listed(listing)
        lines.append(words.say("Categories that list it today: {groups}.", groups=listed))
    elif job.noc_code in NOC_TITLES:
        lines.append(words.say("No category lists it today."))
    if job.months is None and listing:
        lines.append(
            words.say(
                "I take it that your experience is long enough; say the months for exact answers: "
                "/profile noc {code} 14 months canada",
                code=job.noc_code,
            )
        )
    return lines


def _search(request: Request, target: Profile, text: str) -> Reply:
    codes = find_occupations(text) if re.search(r"\w", text) else []
    if not codes:
        raise ProfileRejected("occupation_unknown", words=text[:40])
    of = "" if target.name == MAIN_PROFILE else f"of {target.name} "
    return answer(
        request.words.say("Which of these is it?"),
        choices=tuple(
            Choice(label=f"{code} {NOC_TITLES[code]}", says=f"/profile {of}noc {code}")
            for code in codes
        ),
    )
