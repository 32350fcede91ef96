"""What a text means: a command, a choice that was offered, an answer to a question, or a score."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from bot.chat.commands import BY_WORD, Command
from bot.chat.setup_questions import TOGGLE
from bot.core.categories import plain
from bot.core.subscribers import Subscriber

LONGEST_TEXT = 1000
_COMMAND = re.compile(r"[/!](?P<word>[^\W\d_]+)(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL)
_BARE = re.compile(r"(?P<word>[^\W\d_]+)(?:\s+(?P<rest>.*))?", re.DOTALL)
_SCORE = re.compile(
    r"(?:(?:my|ma|mon) )?(?:(?:crs|scg|score|note|pointage) ?)*(?:(?:is|est|de|[:=]) ?)?"
    r"(\d{2,4}|1[, ]\d{3})(?: points?)?"
)
_ALWAYS = frozenset({"help", "aide"})
"""Words that are a command even where a question waits for an answer."""
# Controls, marks of direction and width, and halves of surrogate pairs: never part of a command.
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    r"\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A command with its arguments."""

    command: Command
    arguments: str


def typed_command(said: str) -> tuple[str, str] | None:
    """The word and the rest of a typed command, whoever's it is; None if it is no command."""
    typed = _COMMAND.fullmatch(said)
    if typed is None:
        return None
    return plain(typed["word"]), " ".join((typed["rest"] or "").split())


def cleaned(text: str) -> str:
    """A text without what cannot be seen; cut when it is far too long."""
    return _INVISIBLE.sub("", text[: LONGEST_TEXT + 1]).strip()


def understand(said: str, person: Subscriber | None) -> Meaning | None:
    """What a person means by `said`, given where their conversation stands; None: no idea."""
    typed = _COMMAND.fullmatch(said)
    if typed is not None:
        return _meaning(typed)
    if person is not None:
        chosen = _chosen(said, person.conversation.offered)
        if chosen is not None:
            return understand(chosen, None)
        step = person.conversation.step
        if step is not None and ":" not in step and plain(said) not in _ALWAYS:
            return Meaning(command=BY_WORD["start"], arguments=f"{step} {' '.join(said.split())}")
    score = _SCORE.fullmatch(plain(said))
    if score is not None:
        return Meaning(command=BY_WORD["profile"], arguments=f"score {score[1]}")
    bare = _BARE.fullmatch(said)
    return None if bare is None else _meaning(bare)


def _meaning(found: re.Match[str]) -> Meaning | None:
    command = BY_WORD.get(plain(found["word"]))
    if command is None:
        return None
    return Meaning(command=command, arguments=" ".join((found["rest"] or "").split()))


def _chosen(said: str, offered: tuple[tuple[str, str], ...]) -> str | None:
    """The command of the choice that a number or its words pick."""
    number = re.fullmatch(r"(\d{1,2})[.)]?", said)
    if number is not None and 1 <= int(number[1]) <= len(offered):
        return offered[int(number[1]) - 1][1]
    wanted = plain(said).strip(" .!")
    labels = [(plain(label), says) for label, says in offered]
    exact = [says for label, says in labels if label == wanted]
    if exact:
        return exact[0]
    # "yes" picks "Yes, delete everything"; but typing a group's name is no touch of its switch.
    labels = [(label, says) for label, says in labels if TOGGLE not in says]
    begun = [says for label, says in labels if re.split(r"[,: ]", label)[0] == wanted]
    return begun[0] if len(begun) == 1 else None


def likely_command(said: str) -> str | None:
    """The command that somebody who mistyped one may have meant."""
    first = plain(said.lstrip("/!")).partition(" ")[0][:40]
    close = get_close_matches(first, BY_WORD, n=1, cutoff=0.7)
    return f"/{close[0]}" if close else None
