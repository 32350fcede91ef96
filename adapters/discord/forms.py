"""Forms to type in: one for a whole profile, one for the answer to a question."""

from typing import Any

from adapters.discord.components import WRITE
from bot.core.profiles import Profile
from bot.wording.words import Words

PROFILE_FORM = "p:"
_SHORT, _LONG = 1, 2
_LABEL, _TITLE, _PLACEHOLDER = 45, 45, 100
_MOST = 400
_SCORE, _SUBMITTED, _NOC, _TEXT = "score", "submitted", "noc", "text"
Form = dict[str, Any]


def profile_form(words: Words, saved: Profile | None) -> Form:
    """A form for the main profile; what is left empty stays as it is."""
    score = None if saved is None else saved.candidate.crs_score
    return {
        "custom_id": PROFILE_FORM,
        "title": words.say("Your profile")[:_TITLE],
        "components": [
            _field(_SCORE, words.say("CRS score"), "480", "" if score is None else str(score)),
            _field(_SUBMITTED, words.say("When it was first submitted"), "2025-11-20 14:03"),
            _field(
                _NOC,
                words.say("Occupation, and how long"),
                words.say("31301 14 months canada"),
            ),
        ],
    }


def answer_form(words: Words) -> Form:
    """A form for what a question asks."""
    label = words.say("Your answer")
    return {
        "custom_id": WRITE,
        "title": label[:_TITLE],
        "components": [_field(_TEXT, label, "", required=True)],
    }


def said_by(form: str, fields: dict[str, str]) -> list[str]:
    """What a form says, command by command; nothing if it is none of ours, or empty."""
    typed = {name: " ".join(text.split()) for name, text in fields.items()}
    if form == WRITE:
        return [typed[_TEXT]] if typed.get(_TEXT) else []
    if form != PROFILE_FORM:
        return []
    order = (_SCORE, _SUBMITTED, _NOC)
    return [f"/profile {name} {typed[name]}" for name in order if typed.get(name)]


def _field(
    name: str, label: str, placeholder: str, value: str = "", *, required: bool = False
) -> Form:
    field: Form = {
        "type": 4,
        "custom_id": name,
        "label": label[:_LABEL],
        "style": _SHORT,
        "required": required,
        "max_length": _MOST,
    }
    if placeholder:
        field["placeholder"] = placeholder[:_PLACEHOLDER]
    if value:
        field["value"] = value
    return {"type": 1, "components": [field]}
