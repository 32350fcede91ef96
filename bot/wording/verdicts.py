"""A verdict in words: how a score stands, whether the round was open, and why."""

from collections.abc import Mapping
from functools import lru_cache

from bot.core.categories import classify
from bot.core.match import Eligibility, Reason, Standing, Submission, Verdict
from bot.core.profiles import Profile
from bot.core.rounds import Round, Stamp
from bot.wording.groups import group_name
from bot.wording.words import Words


def headline(words: Words, verdict: Verdict) -> str:
    """The verdict in the few words that a phone's notification shows."""
    if verdict.eligibility is Eligibility.NOT_ELIGIBLE:
        return words.say("not open to you")
    if verdict.reason is Reason.PROFILE_EXPIRED and verdict.standing is not Standing.BELOW:
        return words.say("please check your submission date")
    return _standing_headline(words, verdict)


def _standing_headline(words: Words, verdict: Verdict) -> str:
    match verdict.standing:
        case Standing.ABOVE | Standing.TIED_IN if verdict.eligibility is Eligibility.ELIGIBLE:
            tied = verdict.standing is Standing.TIED_IN
            return words.say("you would have qualified") + (_by_tie_break(words, verdict, tied))
        case Standing.ABOVE | Standing.TIED_IN:
            return words.say("you may have qualified")
        case Standing.TIED_OUT:
            return words.say("out by the tie-break")
        case Standing.TIED_UNKNOWN:
            return words.say("it depends on the tie-break")
        case Standing.BELOW:
            return words.say_many(
                "{count} point short", "{count} points short", -(verdict.margin or 0)
            )
        case Standing.UNSCORED:
            return words.say("no score saved yet")


def _by_tie_break(words: Words, verdict: Verdict, tied: bool) -> str:
    if not tied or verdict.stamp is not Stamp.PUBLISHED:
        return ""
    return words.say(", in by the tie-break")


def margin_text(margin: int) -> str:
    """A margin with its sign: +4, −6, ±0."""
    if margin == 0:
        return "±0"
    return f"+{margin}" if margin > 0 else f"−{-margin}"


def standing_sentence(words: Words, round_: Round, score: int, verdict: Verdict) -> str:
    """How the score stands against the cut-off, as a whole sentence."""
    margin = score - round_.crs_cut_off
    if verdict.eligibility is Eligibility.NOT_ELIGIBLE or margin == 0:
        return _compared(words, round_, score, margin)
    if margin < 0:
        return words.say_many(
            "{score} against a CRS cut-off of {cut_off}: {count} point short.",
            "{score} against a CRS cut-off of {cut_off}: {count} points short.",
            -margin,
            score=score,
            cut_off=round_.crs_cut_off,
        )
    if verdict.would_have_qualified:
        return words.say_many(
            "{score} against a CRS cut-off of {cut_off}: you would have qualified, "
            "{count} point above.",
            "{score} against a CRS cut-off of {cut_off}: you would have qualified, "
            "{count} points above.",
            margin,
            score=score,
            cut_off=round_.crs_cut_off,
        )
    return _compared(words, round_, score, margin)


def _compared(words: Words, round_: Round, score: int, margin: int) -> str:
    if margin == 0:
        return words.say("Your score is exactly the CRS cut-off of {cut_off}.", cut_off=score)
    return words.say(
        "{score} against a CRS cut-off of {cut_off} ({margin}).",
        score=score,
        cut_off=round_.crs_cut_off,
        margin=margin_text(margin),
    )


def tie_sentence(
    words: Words, round_: Round, verdict: Verdict, zone: str | None = None
) -> str | None:
    """What the tie-breaking rule means for a score at the cut-off; None when it does not matter."""
    closed = verdict.eligibility is Eligibility.NOT_ELIGIBLE
    if verdict.margin != 0 or closed or verdict.submission is Submission.EXPIRED:
        return None
    stamp = "" if round_.tie_breaking_rule is None else words.moment(round_.tie_breaking_rule, zone)
    match verdict.standing:
        case Standing.TIED_IN if verdict.stamp is Stamp.NOT_PUBLISHED:
            return words.say(
                "No tie-breaking rule was published: everybody at the cut-off was invited."
            )
        case Standing.TIED_IN:
            return words.say(
                "You are in by the tie-break: your profile was submitted no later than {stamp}.",
                stamp=stamp,
            )
        case Standing.TIED_OUT:
            return words.say(
                "You are out by the tie-break: your profile was submitted after {stamp}.",
                stamp=stamp,
            )
        case _:
            return _open_tie(words, verdict, stamp)


def _open_tie(words: Words, verdict: Verdict, stamp: str) -> str:
    if verdict.stamp is Stamp.NOT_REPORTED:
        return words.say("It depends on the tie-breaking rule, which nobody has reported yet.")
    if verdict.stamp is Stamp.UNREADABLE:
        return words.say("It depends on the tie-breaking rule, which IRCC published incompletely.")
    if verdict.submission is not Submission.NOT_SAID:
        return words.say(
            "It depends on the exact time your profile was submitted: the limit is {stamp}.",
            stamp=stamp,
        )
    if verdict.eligibility is Eligibility.UNKNOWN:
        return words.say(
            "It also depends on when your profile was submitted: the limit is {stamp}.",
            stamp=stamp,
        )
    return words.say(
        "It depends on when your profile was submitted: by {stamp} you would have "
        "qualified, later not.",
        stamp=stamp,
    )


def eligibility_sentence(words: Words, round_: Round, verdict: Verdict) -> str:
    """Why the round was open to the person, was not, or why that cannot be told."""
    group = classify(round_).group
    return _eligibility_sentences(words, group)[verdict.reason]


@lru_cache  # a broadcast asks a thousand times a second
def _eligibility_sentences(words: Words, group: str | None) -> Mapping[Reason, str]:
    name = "" if group is None else group_name(words, group)
    return {
        Reason.GENERAL_ROUND: words.say("A general round is open to everybody in the pool."),
        Reason.SAID_YES: words.say(
            "You told me that you meet the conditions of {group}.", group=name
        ),
        Reason.SAID_NO: words.say(
            "You told me that you do not meet the conditions of {group}.", group=name
        ),
        Reason.NOT_SAID: words.say(
            "You have not told me whether you meet the conditions of {group}.", group=name
        ),
        Reason.NOMINEE: words.say("You told me that a province or territory nominated you."),
        Reason.NOMINEE_UNCLEAR: words.say(
            "IRCC does not say whether nominees take part in a round like this: "
            "you may have qualified, check your account."
        ),
        Reason.OCCUPATION_LISTED: words.say(
            "Your occupation is on the list of {group}.", group=name
        ),
        Reason.OCCUPATION_NOT_LISTED: words.say(
            "Your occupation is not on the list of {group}.", group=name
        ),
        Reason.EXPERIENCE_TOO_SHORT: words.say(
            "Your occupation is on the list of {group}, but the experience you told me is too "
            "short.",
            group=name,
        ),
        Reason.EXPERIENCE_NOT_IN_CANADA: words.say(
            "{group} asks for experience in Canada.", group=name
        ),
        Reason.PLACE_NOT_SAID: words.say(
            "{group} asks for experience in Canada; you have not told me where yours was.",
            group=name,
        ),
        Reason.FURTHER_CONDITIONS: words.say(
            "{group} has further conditions that an occupation alone does not settle.", group=name
        ),
        Reason.NEW_EDITION: words.say(
            "The list of occupations of {group} has changed and is not known here yet.", group=name
        ),
        Reason.NEW_CATEGORY: words.say(
            "This is a new category; whether it includes you is for IRCC's page to say."
        ),
        Reason.PROFILE_EXPIRED: words.say(
            "The submission date you told me is more than 12 months before this round, so that "
            "profile has expired: please check it and tell me the new one."
        ),
    }


def reasons(
    words: Words, round_: Round, profile: Profile, verdict: Verdict, zone: str | None = None
) -> list[str]:
    """The verdict on one profile as sentences: standing, tie-break, eligibility."""
    why = [eligibility_sentence(words, round_, verdict)]
    score = profile.candidate.crs_score
    if score is None:
        return why
    tie = tie_sentence(words, round_, verdict, zone)
    return [
        standing_sentence(words, round_, score, verdict),
        *([] if tie is None else [tie]),
        *why,
    ]
