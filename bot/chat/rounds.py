"""/latest and /round: what was published, and how the person's score stands against it."""

from bot.chat.reading import read_round_number
from bot.chat.reply import Request, answer
from bot.core.alerts import priority_of
from bot.core.delivery import ProfileVerdict
from bot.core.detect import Status
from bot.core.match import verdict
from bot.core.profiles import Profile
from bot.core.rounds import Round
from bot.wording.alerts import first_line
from bot.wording.rounds import round_message
from bot.wording.spans import BLANK, Line, Reply, line


async def latest(request: Request) -> Reply:
    """Show the newest round."""
    newest = await request.memory.rounds.latest()
    return _nothing_yet(request) if newest is None else _shown(request, newest)


async def round_(request: Request) -> Reply:
    """Show one round by its number."""
    number = read_round_number(request.arguments)
    found = await request.memory.rounds.find(number)
    if found is not None and found.status is not Status.HELD:
        return _shown(request, found.round)
    newest = await request.memory.rounds.latest()
    if newest is None:
        return _nothing_yet(request)
    return answer(
        request.words.say(
            "I do not know a round #{number}. The latest is #{latest}.",
            number=number,
            latest=newest.number,
        )
    )


def _nothing_yet(request: Request) -> Reply:
    return answer(request.words.say("I have not read any round yet. Try again in a few minutes."))


def _shown(request: Request, round_: Round) -> Reply:
    message = round_message(request.words, round_, request.person.time_zone)
    return answer(*message.lines, *_verdicts(request, round_))


def _verdicts(request: Request, round_: Round) -> list[Line]:
    scored = [one for one in request.person.profiles if one.candidate.crs_score is not None]
    if not scored:
        return []
    return [BLANK, *(line(_verdict(request, round_, one)) for one in scored)]


def _verdict(request: Request, round_: Round, profile: Profile) -> str:
    found = verdict(round_, profile)
    near_points = request.person.preference.near_points
    told = ProfileVerdict(profile=profile, verdict=found, priority=priority_of(found, near_points))
    return first_line(request.words, round_, told)
