"""`drawbell verdict`: how a profile stands in one round."""

from argparse import Namespace

from bot.cli.feed import read_feed
from bot.cli.output import DONE, FAILED, WRONG_USAGE, answer, answer_json, complain
from bot.core.categories import CATEGORIES, PROGRAMS
from bot.core.errors import DrawbellError, ProfileRejected
from bot.core.match import Verdict, verdict
from bot.core.profiles import Answers, Candidate, Occupation, Profile, checked_score
from bot.core.rounds import Round, normal_number
from bot.core.submissions import read_submitted
from bot.core.subscribers import MAIN_PROFILE, Language
from bot.settings import Settings
from bot.wording.verdicts import reasons
from bot.wording.words import words_in
from storage.unit_of_work import open_database


async def judge(asked: Namespace, settings: Settings) -> int:
    """Answer for the round and the profile that the arguments describe."""
    if asked.months is not None and not asked.noc:
        complain("--months says how long in the occupation of --noc, which is missing")
        return WRONG_USAGE
    try:
        profile = _profile(asked)
    except ProfileRejected:
        complain(f"--submitted {asked.submitted!r} is no date or time; try 2025-11-20T14:03:00Z")
        return WRONG_USAGE
    try:
        round_ = await _round(asked, settings)
    except DrawbellError as error:
        complain(str(error))
        return FAILED
    found = verdict(round_, profile)
    reason = " ".join(reasons(words_in(Language.ENGLISH), round_, profile, found))
    if asked.json:
        answer_json(_facts(round_, found, reason))
    else:
        answer(f"Round #{round_.number} of {round_.held_on}, {round_.name}: {reason}")
    return DONE


def _facts(round_: Round, found: Verdict, reason: str) -> dict[str, object]:
    return {
        "round": round_.number,
        "standing": found.standing,
        "eligibility": found.eligibility,
        "margin": found.margin,
        "would_have_qualified": found.would_have_qualified,
        "reason": reason,
    }


def _profile(asked: Namespace) -> Profile:
    programs = set(asked.program) | ({"pnp"} if asked.nominee else set())
    said = frozenset(programs | set(asked.category))
    complete = [kind for kind in (PROGRAMS, CATEGORIES) if said & frozenset(kind)]
    answers = Answers(
        yes=said, no=frozenset(group for kind in complete for group in kind if group not in said)
    )
    return Profile(
        name=MAIN_PROFILE,
        candidate=Candidate(
            crs_score=checked_score(asked.crs),
            answers=answers,
            nominee=asked.nominee or None,
            occupations=tuple(
                Occupation(noc_code=code, months=asked.months, in_canada=True) for code in asked.noc
            ),
        ),
        submitted=read_submitted(asked.submitted) if asked.submitted else None,
    )


async def _round(asked: Namespace, settings: Settings) -> Round:
    number = normal_number(asked.round)
    if asked.feed:
        rounds = {str(one.number): one for one in (await read_feed(asked.feed)).rounds}
        where = asked.feed
    else:
        async with open_database(settings.database_url) as store, store.look() as memory:
            known = await memory.rounds.known()
        rounds = {str(one): known_.round for one, known_ in known.rounds.items()}
        where = "memory (run `drawbell poll` first, or name a file with --feed)"
    if number not in rounds:
        raise DrawbellError(f"there is no readable round #{number} in {where}")
    return rounds[number]
