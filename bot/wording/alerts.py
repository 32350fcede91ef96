"""An alert in words: the first line says it all, then facts, reasons, tie-break, link."""

from bot.core.categories import classify
from bot.core.corrections import differs
from bot.core.delivery import Alert, Kind, ProfileVerdict, RoundVerdicts
from bot.core.match import Reason
from bot.core.rounds import Round
from bot.core.subscribers import MAIN_PROFILE
from bot.core.unconfirmed import differences
from bot.wording.groups import group_name, short_name
from bot.wording.profiles import profile_title
from bot.wording.rounds import round_details, round_message, round_title
from bot.wording.spans import BLANK, Choice, Emphasis, Line, Message, Reply, line, link
from bot.wording.unconfirmed import outcome_sentence, source_sentences
from bot.wording.verdicts import headline, margin_text, reasons
from bot.wording.words import Words, words_in

_LONGEST_TITLE = 120


def alert_reply(alert: Alert) -> Reply:
    """The whole message of one delivery in its reader's language, with what can be answered."""
    return Reply(message=alert_message(alert), choices=_choices(alert))


def _choices(alert: Alert) -> tuple[Choice, ...]:
    """One touch to settle what the person has not said: whether a category is theirs."""
    words = words_in(alert.to.language)
    groups: dict[tuple[str, str], tuple[Choice, Choice]] = {}
    for told in alert.rounds:
        for one in told.profiles:
            group = classify(told.round).group
            if group is not None and one.verdict.reason is Reason.NOT_SAID:
                groups.setdefault((group, one.profile.name), _asked(words, group, one))
    return tuple(choice for both in groups.values() for choice in both)


def _asked(words: Words, group: str, one: ProfileVerdict) -> tuple[Choice, Choice]:
    name, of = group_name(words, group), _of(one)
    if one.profile.name == MAIN_PROFILE:
        no = words.say("{group} is not for me", group=name)
        yes = words.say("I meet the conditions of {group}", group=name)
    else:
        who = one.profile.name
        no = words.say("{group} is not for {name}", group=name, name=who)
        yes = words.say("{name} meets the conditions of {group}", group=name, name=who)
    return (
        Choice(label=no, says=f"/profile {of}remove {group}"),
        Choice(label=yes, says=f"/profile {of}also {group}"),
    )


def _of(one: ProfileVerdict) -> str:
    name = one.profile.name
    return "" if name == MAIN_PROFILE else f"of {name} "


def alert_message(alert: Alert) -> Message:
    """What an alert says: first the line that a notification shows."""
    words = words_in(alert.to.language)
    parts: list[Line] = []
    if alert.kind is Kind.TEST:
        parts += [line(words.say("This is a test. A real alert looks like this:")), BLANK]
    if len(alert.rounds) > 1 or alert.kind is Kind.SUMMARY:
        parts += _digest_opening(words, alert)
    for told in alert.rounds:
        parts += [*_round_lines(words, told, alert.to.time_zone), BLANK]
    parts.append(line(words.say("drawbell is not IRCC, and this is not advice."), Emphasis.QUIET))
    return Message(lines=tuple(parts))


def group_post(alert: Alert) -> Message:
    """What an alert says where many read along: the rounds, and nothing of anybody's score."""
    words = words_in(alert.to.language)
    parts: list[Line] = []
    for told in alert.rounds:
        zone = alert.to.time_zone
        [title, *details] = round_message(words, told.round, zone).lines
        parts += [title, *_unconfirmed_lines(words, told, zone), *details]
        parts += [*_more_lines(words, told), BLANK] if told.round.unconfirmed else [BLANK]
    parts.append(line(words.say("drawbell is not IRCC, and this is not advice."), Emphasis.QUIET))
    return Message(lines=tuple(parts))


def _digest_opening(words: Words, alert: Alert) -> list[Line]:
    count = len(alert.rounds)
    if alert.kind is Kind.SUMMARY:
        opening = words.say_many(
            "{count} round while your alerts were paused",
            "{count} rounds while your alerts were paused",
            count,
        )
    else:
        opening = words.say_many(
            "{count} round since you last heard from me",
            "{count} rounds since you last heard from me",
            count,
        )
    return [line(opening, Emphasis.STRONG), BLANK]


def _round_lines(words: Words, told: RoundVerdicts, zone: str | None) -> list[Line]:
    best = min(told.profiles, key=lambda one: one.priority)
    lines = [line(first_line(words, told.round, best), Emphasis.STRONG)]
    if told.before is not None and best.earlier is not None and told.unconfirmed_at is None:
        lines = _correction_lines(words, told.round, told.before, best)
    elif _is_answered_otherwise(told, best):
        lines = [line(_correction_title(words, told.round, best), Emphasis.STRONG)]
    lines += _unconfirmed_lines(words, told, zone)
    for one in sorted(told.profiles, key=lambda one: one.priority):
        lines += _profile_lines(words, told.round, one, zone, named=len(told.profiles) > 1)
    details = round_details(words, told.round, zone)
    return [*lines, BLANK, *details, *_more_lines(words, told)]


def _more_lines(words: Words, told: RoundVerdicts) -> list[Line]:
    return [
        link(words.say("Read more: {title}", title=post.title[:_LONGEST_TITLE]), post.link)
        for post in told.more
    ]


def _is_answered_otherwise(told: RoundVerdicts, best: ProfileVerdict) -> bool:
    """Whether an official row gives another answer than was told unconfirmed, by other figures."""
    if told.before is None or best.earlier is None:
        return False
    return bool(differences(told.before, told.round)) and differs(best.earlier, best.verdict)


def _unconfirmed_lines(words: Words, told: RoundVerdicts, zone: str | None) -> list[Line]:
    """Where an unconfirmed round comes from; or how one that was told so has ended."""
    if told.round.unconfirmed:
        return [line(sentence) for sentence in source_sentences(words, told.more)]
    if told.before is None or told.unconfirmed_at is None:
        return []
    return [line(outcome_sentence(words, told.before, told.round, told.unconfirmed_at, zone))]


def _correction_lines(
    words: Words, round_: Round, before: Round, one: ProfileVerdict
) -> list[Line]:
    """What IRCC corrected, and the answer before and after it."""
    lines = [
        line(_correction_title(words, round_, one), Emphasis.STRONG),
        line(words.say("IRCC has corrected what it published about this round.")),
    ]
    if before.crs_cut_off != round_.crs_cut_off:
        lines.append(
            line(
                words.say(
                    "The CRS cut-off was {before} and is now {now}.",
                    before=before.crs_cut_off,
                    now=round_.crs_cut_off,
                )
            )
        )
    moved = before.tie_breaking_rule != round_.tie_breaking_rule
    if moved and before.tie_breaking_rule is not None and round_.tie_breaking_rule is not None:
        lines.append(
            line(
                words.say(
                    "The tie-breaking rule was {before} and is now {now}.",
                    before=words.moment(before.tie_breaking_rule),
                    now=words.moment(round_.tie_breaking_rule),
                )
            )
        )
    return lines


def _correction_title(words: Words, round_: Round, one: ProfileVerdict) -> str:
    return words.say(
        "Correction to draw #{number} {category}: {now} (before: {before})",
        number=round_.number,
        category=_category_and_name(words, round_, one),
        now=headline(words, one.verdict),
        before=headline(words, one.earlier or one.verdict),
    )


def first_line(words: Words, round_: Round, one: ProfileVerdict) -> str:
    """The line that a notification shows."""
    score = one.profile.candidate.crs_score
    if score is None:
        return round_title(words, round_)
    if round_.unconfirmed:
        return words.say(
            "Unconfirmed: {category} draw of {day}: {headline}, {score} vs {cut_off} ({margin})",
            category=_category_and_name(words, round_, one),
            day=words.day(round_.held_on),
            headline=headline(words, one.verdict),
            score=score,
            cut_off=round_.crs_cut_off,
            margin=margin_text(score - round_.crs_cut_off),
        )
    return words.say(
        "Draw #{number} {category}: {headline}, {score} vs {cut_off} ({margin})",
        number=round_.number,
        category=_category_and_name(words, round_, one),
        headline=headline(words, one.verdict),
        score=score,
        cut_off=round_.crs_cut_off,
        margin=margin_text(score - round_.crs_cut_off),
    )


def _category_and_name(words: Words, round_: Round, one: ProfileVerdict) -> str:
    """The category, and whose profile it is when it is not the reader's own."""
    category = short_name(words, round_)
    if one.profile.name == MAIN_PROFILE:
        return category
    return f"{category}, {one.profile.name}"


def _profile_lines(
    words: Words, round_: Round, one: ProfileVerdict, zone: str | None, *, named: bool
) -> list[Line]:
    sentences = reasons(words, round_, one.profile, one.verdict, zone)
    lines = [line(sentence) for sentence in sentences]
    if not named and one.profile.name == MAIN_PROFILE:
        return lines
    title = profile_title(words, one.profile)
    return [line(title, Emphasis.STRONG), *lines]
