"""/status and /test: whether it works, and what an alert looks like."""

from bot.chat.reply import Request, answer
from bot.core.delivery import Kind
from bot.wording.places import where_alerts_go
from bot.wording.preferences import (
    pause_sentence,
    preference_sentence,
    quiet_sentence,
    unconfirmed_sentence,
)
from bot.wording.rounds import round_title
from bot.wording.spans import Reply
from bot.wording.words import Words


async def status(request: Request) -> Reply:
    """When the source was last read, the latest round, and what the person will hear of."""
    words, person = request.words, request.person
    latest = await request.memory.rounds.latest()
    lines = [*await _source(request)]
    if latest is not None:
        day = words.day(latest.held_on)
        title = round_title(words, latest)
        lines.append(words.say("Latest round, {day}: {title}.", day=day, title=title))
    if request.saved is None:
        return answer(*lines, words.say("You are not subscribed yet: /start begins."))
    lines.append(preference_sentence(words, person.preference))
    if person.wants_unconfirmed:
        lines.append(unconfirmed_sentence(words, person))
    lines += where_alerts_go(words, person, request.address) if person.also else []
    paused = pause_sentence(words, person, request.now)
    lines += [] if paused is None else [paused]
    if person.quiet_from is not None:
        lines.append(quiet_sentence(words, person))
    if person.profiles[0].candidate.crs_score is None:
        lines.append(words.say("Your score is missing: /profile score 480"))
    return answer(*lines)


async def _source(request: Request) -> list[str]:
    words: Words = request.words
    health = await request.memory.source.health()
    if health.succeeded_at is None:
        return [words.say("IRCC's list has not been read yet.")]
    ago = words.ago(request.now - health.succeeded_at)
    lines = [words.say("IRCC's list was last read {ago}.", ago=ago)]
    if health.failed_at is not None and health.failed_at > health.succeeded_at:
        lines.append(words.say("Since then it could not be read; I keep trying."))
    return lines


async def test(request: Request) -> Reply:
    """Send a sample alert of the latest round through the real way, marked as such."""
    words, memory = request.words, request.memory
    latest = await memory.rounds.latest()
    if latest is None:
        return answer(words.say("I have not read any round yet. Try again in a few minutes."))
    if request.saved is None:
        await memory.subscribers.save(request.person)
    announcement = await memory.outbox.announce([latest], request.now, Kind.TEST)
    await memory.outbox.queue_for(request.address, announcement, latest, everything=True)
    lines = [words.say("A sample alert is on its way, marked as a test.")]
    if request.person.address != request.address:
        lines += where_alerts_go(words, request.person, request.address)
    return answer(*lines)
