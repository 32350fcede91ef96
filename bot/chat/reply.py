"""What answering takes: the request with its person and memory, and a short way to a reply."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.subscribers import Address, Subscriber
from bot.ports import UnitOfWork
from bot.wording.spans import Choice, Line, Message, Reply, line
from bot.wording.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One command with all that answering it takes. `saved` is None for somebody new.

    `address` is the chat that is spoken in; alerts may go to another place (`person.address`).
    """

    arguments: str
    address: Address
    saved: Subscriber | None
    words: Words
    memory: UnitOfWork
    now: datetime

    @property
    def person(self) -> Subscriber:
        """The subscriber, or the one that this person would become."""
        return self.saved or Subscriber(address=self.address, language=self.words.language)


def answer(*lines: str | Line, choices: tuple[Choice, ...] = ()) -> Reply:
    """A reply of lines; plain text becomes a line of its own."""
    return with_lines(Reply(message=Message(lines=()), choices=choices), *lines)


def with_lines(reply: Reply, *lines: str | Line) -> Reply:
    """A reply with more lines at its end."""
    more = tuple(line(one) if isinstance(one, str) else one for one in lines)
    return replace(reply, message=replace(reply.message, lines=(*reply.message.lines, *more)))
