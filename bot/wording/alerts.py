"""An alert in words: the first line says it all, then facts, reasons, tie-break, link."""

from bot.core.categories import classify
from bot.core.delivery import Alert, Kind, ProfileVerdict, ReadMore, RoundVerdicts
from bot.core.match import Reason
from bot.core.rounds import Round
from bot.core.subscribers import MAIN_PROFILE
from bot.wording.groups import group_name, official_name, short_name
from bot.wording.profiles import profile_title
from bot.wording.rounds import round_facts, round_link, round_message, round_title
from bot.wording.spans import BLANK, Choice, Emphasis, Line, Message, Reply, line, link
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
        parts += [*round_message(words, told.round, alert.to.time_zone).lines, BLANK]
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
    if told.before is not None and best.earlier is not None:
        lines = _correction_lines(words, told.round, told.before, best)
    for one in sorted(told.profiles, key=lambda one: one.priority):
        lines += _profile_lines(words, told.round, one, zone, named=len(told.profiles) > 1)
    name = official_name(words, told.round)
    return [
        *lines,
        BLANK,
        line(name),
        *round_facts(words, told.round, zone),
        round_link(words, told.round),
        *(
            link(words.say("Read more: {title}", title=one.title[:120]), one.link)
            for one in told.more
        ),
    ]


def _correction_lines(
    words: Words, round_: Round, before: Round, one: ProfileVerdict
) -> list[Line]:
    """What IRCC corrected, and the answer before and after it."""
    title = words.say(
        "Correction to draw #{number} {category}: {now} (before: {before})",
        number=round_.number,
        category=_category_and_name(words, round_, one),
        now=headline(words, one.verdict),
        before=headline(words, one.earlier or one.verdict),
    )
    lines = [
        line(title, Emphasis.STRONG),
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


def _read_more(words: Words, post: ReadMore) -> Line:
    return link(words.say("Read more: {title}", title=post.title[:_LONGEST_TITLE]), post.link)


def first_line(words: Words, round_: Round, one: ProfileVerdict) -> str:
    """The line that a notification shows."""
    score = one.profile.candidate.crs_score
    if score is None:
        return round_title(words, round_)
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
