"""/alerts, /quiet, /timezone, /pause, /resume: what to be told, and when."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.chat.pauses import end_pause
from bot.chat.reply import Request, answer
from bot.chat.zones import read_zone
from bot.core.alerts import DEFAULT_NEAR_POINTS, Mode, Preference
from bot.core.categories import plain
from bot.core.errors import ProfileRejected
from bot.core.profiles import MAX_CRS_SCORE
from bot.core.submissions import read_submitted
from bot.core.subscribers import OFF, ON, UNCONFIRMED, Subscriber
from bot.wording.preferences import preference_sentence, quiet_sentence, unconfirmed_sentence
from bot.wording.spans import Choice, Reply

_MODES = {
    **dict.fromkeys(("qualified", "qualifie", "qualifiee", "only", "admissible"), Mode.QUALIFIED),
    **dict.fromkeys(("near", "default", "proche", "proches", "pres", "defaut"), Mode.NEAR),
    **dict.fromkeys(("categories", "category", "mine", "mes"), Mode.CATEGORIES),
    **dict.fromkeys(("all", "every", "everything", "tout", "toutes", "tous"), Mode.ALL),
}
_MOST_TELLING = (Mode.CATEGORIES, Mode.NEAR, Mode.QUALIFIED, Mode.ALL)
"""Which word decides: "every round in my categories", "only near misses"."""
_CLOCK = r"(\d{1,2})(?:\s*[:h]\s*(\d{2})?)?\s*(am|pm)?"
_CLOCKS = re.compile(
    rf"(?:from |between |de |entre )?{_CLOCK}\s*(?:-|to|a|and|et|until)\s*{_CLOCK}"
)
OFF_WORDS = frozenset({"off", "no", "none", "never", "non", "aucune", "jamais", "stop"})
ON_WORDS = frozenset({"on", "yes", "oui"})
_UNCONFIRMED = re.compile(r"(?:unconfirmed|non[- ]confirmees?)\s*(.*)")
_UNTIL = re.compile(r"^(?:until|till|jusqu'?\s?a|jusqu'?\s?au)\s+", re.IGNORECASE)


async def alerts(request: Request) -> Reply:
    """Show or change what the person is told of."""
    words, person = request.words, request.person
    if not request.arguments:
        return answer(
            preference_sentence(words, person.preference),
            unconfirmed_sentence(words, person),
            choices=alert_choices(request),
        )
    if plain(request.arguments) in OFF_WORDS:
        return await pause(replace(request, arguments=""))
    if plain(request.arguments) in ON_WORDS:
        return await resume(request)
    unconfirmed = _UNCONFIRMED.fullmatch(plain(request.arguments))
    if unconfirmed is not None:
        return await _unconfirmed(request, unconfirmed[1])
    preference = read_preference(request.arguments, person.preference)
    await _save(request, replace(person, preference=preference))
    return answer(words.say("Saved."), preference_sentence(words, preference))


async def _unconfirmed(request: Request, said: str) -> Reply:
    """Let what only news sites report be told, or not."""
    words, person = request.words, request.person
    if not said:
        return answer(unconfirmed_sentence(words, person))
    if said not in ON_WORDS | OFF_WORDS:
        raise ProfileRejected("alerts_unclear")
    changed = person.with_facts(**{UNCONFIRMED: ON if said in ON_WORDS else OFF})
    await _save(request, changed)
    return answer(words.say("Saved."), unconfirmed_sentence(words, changed))


def read_preference(text: str, before: Preference) -> Preference:
    """What a person wants to hear of, as typed: "near 10", "all".

    Raises:
        ProfileRejected: it is none of the four.
    """
    said = plain(text)
    named = {_MODES[word] for word in re.findall(r"[^\W\d_]+", said) if word in _MODES}
    mode = next((one for one in _MOST_TELLING if one in named), None)
    points = re.findall(r"\d+", said)
    if mode is None and points:
        mode = Mode.NEAR
    if mode is None or len(points) > 1 or (points and len(points[0]) > 4):
        raise ProfileRejected("alerts_unclear")
    near = int(points[0]) if points else before.near_points or DEFAULT_NEAR_POINTS
    if near > MAX_CRS_SCORE:
        raise ProfileRejected("alerts_unclear")
    return Preference(mode=mode, near_points=near)


def alert_choices(request: Request, command: str = "/alerts") -> tuple[Choice, ...]:
    """The four things a person can want to hear of."""
    words = request.words
    return (
        Choice(label=words.say("When I would have qualified, or nearly"), says=f"{command} near"),
        Choice(label=words.say("Only when I would have qualified"), says=f"{command} qualified"),
        Choice(label=words.say("Every round in my categories"), says=f"{command} categories"),
        Choice(label=words.say("Every round"), says=f"{command} all"),
    )


async def quiet(request: Request) -> Reply:
    """Set the hours in which no alert may ring."""
    words, person = request.words, request.person
    if not request.arguments:
        return answer(quiet_sentence(words, person))
    if plain(request.arguments) in OFF_WORDS:
        changed = replace(person, quiet_from=None, quiet_until=None)
    else:
        start, end = _clocks(request.arguments)
        changed = replace(person, quiet_from=start, quiet_until=end)
    await _save(request, changed)
    lines = [words.say("Saved."), quiet_sentence(words, changed)]
    if changed.quiet_from and person.time_zone is None:
        lines.append(words.say("That is in UTC; tell me your city with /timezone Toronto."))
    return answer(*lines)


def _clocks(text: str) -> tuple[time, time]:
    found = _CLOCKS.fullmatch(plain(text).replace("–", "-"))
    if found is None:
        raise ProfileRejected("quiet_unclear")
    start, end = _clock(*found.group(1, 2, 3)), _clock(*found.group(4, 5, 6))
    if start == end:
        raise ProfileRejected("quiet_unclear")
    return start, end


def _clock(hour: str, minute: str | None, half: str | None) -> time:
    hours = int(hour)
    if half and not 1 <= hours <= 12:
        raise ProfileRejected("quiet_unclear")
    if half:
        hours = hours % 12 + (12 if half == "pm" else 0)
    try:
        return time(hours % 24 if hours == 24 else hours, int(minute or 0))
    except ValueError as error:
        raise ProfileRejected("quiet_unclear") from error


async def timezone(request: Request) -> Reply:
    """Save the person's time zone."""
    words, person = request.words, request.person
    if not request.arguments:
        zone = person.time_zone or "UTC"
        return answer(words.say("Your time zone is {zone}.", zone=zone))
    zone = read_zone(request.arguments)
    await _save(request, replace(person, time_zone=zone))
    clock = request.now.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    return answer(words.say("Saved: {zone}, where it is {clock} now.", zone=zone, clock=clock))


async def pause(request: Request) -> Reply:
    """Stop alerts, for good or until a day."""
    words, person = request.words, request.person
    until = _until(request) if request.arguments else None
    since = person.paused_since if person.is_paused(request.now) else None
    await _save(
        request,
        replace(person, paused=True, paused_since=since or request.now, paused_until=until),
    )
    if until is None:
        return answer(words.say("Paused: no alerts until you type /resume."))
    day = words.moment(until, person.time_zone)
    return answer(words.say("Paused until {day}; /resume ends it earlier.", day=day))


def _until(request: Request) -> datetime:
    zone = ZoneInfo(request.person.time_zone) if request.person.time_zone else UTC
    try:
        said = read_submitted(_UNTIL.sub("", request.arguments.replace("’", "'")), zone)
    except ProfileRejected as error:
        raise ProfileRejected("pause_unclear") from error
    if said.earliest <= request.now:
        raise ProfileRejected("pause_in_past")
    return said.earliest


async def resume(request: Request) -> Reply:
    """Let alerts come again; what was missed is told once, in a summary."""
    words = request.words
    missed = await end_pause(request.memory, request.person, request.now)
    lines = [words.say("Alerts are on.")]
    if missed:
        lines.append(
            words.say_many(
                "A summary of the {count} round you missed is on its way.",
                "A summary of the {count} rounds you missed is on its way.",
                missed,
            )
        )
    return answer(*lines)


async def _save(request: Request, changed: Subscriber) -> None:
    await request.memory.subscribers.save(changed)
