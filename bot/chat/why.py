"""/why: rule by rule, why a person was or was not told of a round, and what became of the alert."""

from bot.chat.reading import read_round_number
from bot.chat.reply import Request, answer
from bot.chat.unconfirmed import told_unconfirmed
from bot.core.alerts import Preference, told
from bot.core.delivery import PAUSED, DeliveryRecord, Kind, State, Story
from bot.core.detect import KnownRound, Status
from bot.core.match import verdict
from bot.core.profiles import Profile
from bot.core.rounds import Round
from bot.core.subscribers import MAIN_PROFILE
from bot.core.unconfirmed import Unconfirmed, said_number
from bot.wording.preferences import preference_sentence, quiet_sentence
from bot.wording.profiles import described
from bot.wording.rounds import round_title
from bot.wording.spans import BLANK, Emphasis, Line, Reply, line
from bot.wording.unconfirmed import ending_sentence
from bot.wording.verdicts import reasons
from bot.wording.words import Words


async def why(request: Request) -> Reply:
    """Explain one round; the latest one when none is named.

    One that only news sites report as yet is explained to those who were told of it.
    """
    number = read_round_number(request.arguments) if request.arguments else None
    reported = await told_unconfirmed(request)
    open_ = [one for one in reported if one.official is None and _is_meant(one, number)]
    known = await _known(request, number)
    if open_ and (known is None or not request.arguments):
        outbox = request.memory.outbox
        story = await outbox.story(request.address, open_[-1].round.number, Kind.UNCONFIRMED)
        return answer(*([] if story is None else _told_then(request, story)))
    words, zone = request.words, request.person.time_zone
    if known is None or known.status is Status.HELD:
        return answer(words.say("I do not know that round. /latest shows the latest one."))
    endings = [
        ending_sentence(words, one, zone)
        for one in reported
        if one.official is not None and one.official.number == known.round.number
    ]
    return answer(*await _official(request, known), *([BLANK] if endings else []), *endings)


def _is_meant(one: Unconfirmed, number: str | None) -> bool:
    return said_number(one.round) == number if number else True


async def _official(request: Request, known: KnownRound) -> list[str | Line]:
    round_ = known.round
    story = await request.memory.outbox.story(request.address, round_.number)
    if story is None or not story.profiles:
        return [
            line(round_title(request.words, round_), Emphasis.STRONG),
            *_never_decided(request, announced=known.status is Status.ANNOUNCED),
            *_today(request, round_),
        ]
    return _told_then(request, story)


async def _known(request: Request, number: str | None) -> KnownRound | None:
    rounds = request.memory.rounds
    if number is not None:
        return await rounds.find(number)
    latest = await rounds.latest()
    return None if latest is None else await rounds.find(latest.number)


def _never_decided(request: Request, *, announced: bool) -> list[str]:
    words = request.words
    if announced:
        return [words.say("You were not with me yet when this round was published.")]
    return [words.say("I did not announce this round: it was there before I began to watch.")]


def _today(request: Request, round_: Round) -> list[str | Line]:
    """How the profiles of today stand in a round that was never decided for the person."""
    words, person = request.words, request.person
    if request.saved is None:
        return []
    lines: list[str | Line] = [words.say("With your profile as it is today:")]
    for profile in person.profiles:
        if profile.name != MAIN_PROFILE:
            lines.append(words.say("Profile {name}:", name=profile.name))
        lines += _rules(words, round_, profile, person.preference, person.time_zone)
    return lines


def _told_then(request: Request, story: Story) -> list[str | Line]:
    words, zone = request.words, request.person.time_zone
    decided = words.moment(story.decided_at.replace(microsecond=0), zone)
    lines: list[str | Line] = [
        line(round_title(words, story.round), Emphasis.STRONG),
        words.say("Decided on {moment}, with your profile as it was then.", moment=decided),
    ]
    for profile in story.profiles:
        lines += [BLANK, *described(words, profile, zone)]
        lines += _rules(words, story.round, profile, story.preference, zone)
    lines += [BLANK, preference_sentence(words, story.preference)]
    waiting = story.record is not None and story.record.state in (State.DUE, State.LEASED)
    quiet = [quiet_sentence(words, request.person)] if request.person.quiet_from else []
    return [*lines, _outcome(words, story, zone), *(quiet if waiting else [])]


def _rules(
    words: Words, round_: Round, profile: Profile, preference: Preference, zone: str | None
) -> list[str | Line]:
    found = verdict(round_, profile)
    sentences = reasons(words, round_, profile, found, zone)
    if profile.candidate.crs_score is None and profile.name == MAIN_PROFILE:
        sentences.append(words.say("Your score is missing: /profile score 480"))
    if told(found, preference) is None:
        sentences.append(words.say("That is not among what you hear of."))
    return [*sentences]


def _outcome(words: Words, story: Story, zone: str | None) -> str:
    record = story.record
    if record is None:
        if story.told:
            return words.say("Your alerts were paused, so nothing was sent.")
        return words.say("So you were not told.")
    return _delivery(words, record, zone)


def _delivery(words: Words, record: DeliveryRecord, zone: str | None) -> str:
    moment = words.moment(record.at.replace(microsecond=0), zone)
    match record.state:
        case State.SENT:
            return words.say("So you were told, on {moment}.", moment=moment)
        case State.DUE | State.LEASED:
            return words.say_many(
                "The alert is waiting to be sent; tried {count} time so far.",
                "The alert is waiting to be sent; tried {count} times so far.",
                record.attempts,
            )
        case State.UNCERTAIN:
            return words.say("The alert was sent, but whether it arrived is not known.")
        case State.GIVEN_UP if record.error == PAUSED:
            return words.say("Your alerts were paused, so nothing was sent.")
        case State.GIVEN_UP:
            return words.say("The alert could not be delivered.")
