"""Provincial nominations: whether there is one, and whether the score holds its 600 points."""

import re

from bot.chat.edits import put
from bot.chat.reply import Request, answer
from bot.core.categories import plain
from bot.core.errors import ProfileRejected
from bot.core.profiles import MAX_CRS_SCORE, NOMINATION_POINTS, Profile
from bot.wording.spans import Choice, Reply

_YES = frozenset({"yes", "oui", "y", "o", "true", "vrai"})
_NO = frozenset({"no", "non", "n", "false", "faux"})
_INCLUDED = frozenset({"included", "inclus", "incluse", "includes", "with", "avec", "comprend"})
_ADD = frozenset({"add", "ajouter", "without", "sans"})
_NEGATED = frozenset({"no", "non", "not", "pas", "without", "sans"})


async def nominee(request: Request, target: Profile, text: str) -> Reply:
    """Save whether a province or territory has nominated the person."""
    said = set(re.findall(r"[^\W\d_]+", plain(text)))
    words = request.words
    if said & _NO and not said & _YES:
        await put(request, target, nominee=False)
        return answer(words.say("Saved: not nominated."), *_points_left(request, target))
    if not said & _YES:
        raise ProfileRejected("nominee_unclear")
    score = target.candidate.crs_score
    if said & _ADD and score is not None:
        return await _with_points(request, target, score)
    included = bool(said & _INCLUDED) and not said & _NEGATED
    if included and score is not None and score < NOMINATION_POINTS:
        raise ProfileRejected("nominee_total_missing", score=score, total=score + NOMINATION_POINTS)
    saved = await put(request, target, nominee=True)
    if included:
        return answer(words.say("Saved: nominated."))
    question, choices = about_points(request, saved)
    return answer(words.say("Saved: nominated."), *question, choices=choices)


def _points_left(request: Request, target: Profile) -> list[str]:
    score = target.candidate.crs_score
    if not target.candidate.nominee or score is None or score < NOMINATION_POINTS:
        return []
    return [
        request.words.say(
            "Your score of {score} still holds the 600 points; type the one without them: "
            "/profile score {without}",
            score=score,
            without=score - NOMINATION_POINTS,
        )
    ]


def about_points(request: Request, saved: Profile) -> tuple[list[str], tuple[Choice, ...]]:
    """Ask whether the 600 points are in a nominee's score, when that score cannot hold them."""
    score = saved.candidate.crs_score
    if not saved.candidate.nominee or score is None or score >= NOMINATION_POINTS:
        return [], ()
    return _question(request, score), _choices(request, saved)


async def _with_points(request: Request, target: Profile, score: int) -> Reply:
    total = score + NOMINATION_POINTS
    if total > MAX_CRS_SCORE:
        raise ProfileRejected("nominee_points_twice", score=score)
    await put(request, target, nominee=True, crs_score=total)
    return answer(
        request.words.say(
            "Saved: nominated, and your score with the 600 points is {score}.", score=total
        )
    )


def _question(request: Request, score: int) -> list[str]:
    return [
        request.words.say(
            "Cut-offs for nominees count the 600 points of the nomination. Does your score of "
            "{score} already include them?",
            score=score,
        )
    ]


def _choices(request: Request, saved: Profile) -> tuple[Choice, ...]:
    words = request.words
    of = "" if saved.name == "me" else f"of {saved.name} "
    return (
        Choice(label=words.say("No, add them"), says=f"/profile {of}nominee yes add"),
        Choice(
            label=words.say("Yes, I will type the whole score"),
            says=f"/profile {of}nominee yes included",
        ),
    )
