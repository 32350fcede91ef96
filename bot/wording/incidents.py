"""Incidents in words, for the operator."""

from bot.ports import Incident
from bot.wording.spans import Emphasis, Line, Message, line
from bot.wording.words import Words

_CHECK, _SAMPLE = "drawbell feed check", "drawbell feed sample"


def incident_message(words: Words, incident: Incident) -> Message:
    """What went wrong, what was seen, and what to do; or that it is well again."""
    kind, _, about = incident.kind.partition("/")
    title = _title(words, kind, about)
    if incident.ended_at is not None:
        lasted = words.lasting(incident.ended_at - incident.began_at)
        return Message(
            lines=(
                line(words.say("Well again: {what}", what=title), Emphasis.STRONG),
                line(words.say("It lasted {time}.", time=lasted)),
            )
        )
    began = incident.began_at.replace(microsecond=0)
    lines: list[Line] = [
        line(words.say("Attention: {what}", what=title), Emphasis.STRONG),
        line(words.say("Seen: {reason}", reason=incident.reason[:500])),
        line(words.say("Since {moment}.", moment=words.moment(began))),
    ]
    advice = _advice(words, kind, about)
    return Message(lines=(*lines, *([line(advice)] if advice else [])))


def _title(words: Words, kind: str, about: str) -> str:
    titles = {
        "source_unavailable": words.say("IRCC's list cannot be read"),
        "source_changed": words.say("IRCC's list has changed its shape"),
        "newest_row": words.say("the newest row of IRCC's list cannot be read"),
        "payload_older": words.say("IRCC's list lacks rounds that it had before"),
        "round_held": words.say("round #{number} is held back", number=about),
        "refusals": words.say("{platform} refuses many chats alike", platform=about.title()),
        "rejected": words.say("a message of ours was refused"),
        "unconfirmed": words.say("a round is reported that IRCC's list does not have"),
    }
    return titles.get(kind, kind)


def _advice(words: Words, kind: str, about: str) -> str | None:
    advices = {
        "source_unavailable": words.say("I keep trying; nobody loses an alert by it."),
        "source_changed": words.say(
            "Nothing was announced. Look at it with: {command}", command=_SAMPLE
        ),
        "newest_row": words.say("Its alerts wait. Look at it with: {command}", command=_CHECK),
        "payload_older": words.say("Everything known is kept, and nobody was told anything."),
        "round_held": words.say(
            "If it is right, tell people of it with: {command}",
            command=f"drawbell round confirm {about}",
        ),
        "refusals": words.say("Nobody was called gone for it; their alerts wait."),
        "rejected": words.say("It was sent as plain text instead, where that was taken."),
    }
    return advices.get(kind)
