"""Somebody writes from a place that was given up: they are there again, and hear what follows."""

from dataclasses import dataclass, replace

from bot.core.subscribers import Address, OtherPlace, Subscriber
from bot.ports import UnitOfWork
from bot.wording.places import lost_sentence, moved_here_sentence, moved_sentence
from bot.wording.words import words_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What somebody is to hear about where their alerts go, at the end of an answer.

    `here` says whether it is about alerts that come to the chat that is spoken in.
    """

    text: str
    address: Address
    here: bool

    def applies(self, person: Subscriber | None) -> bool:
        """Whether it is still true after what was answered."""
        return person is not None and (person.address == self.address) is self.here


def is_back(person: Subscriber, here: Address) -> bool:
    """Whether something changes, or has to be said, because a person writes from here."""
    place = person.place(here)
    return person.gone_at is not None or (place is not None and place.gone_at is not None)


async def welcome(
    memory: UnitOfWork, person: Subscriber, here: Address
) -> tuple[Subscriber, Notice | None]:
    """Note that a person is reached here again; the person as saved, and what they are to hear."""
    place = person.place(here)
    if place is None:
        person = replace(person, gone_at=None)
        await memory.subscribers.save(person)
        return person, None
    words = words_in(person.language)
    lost = person.gone_at is not None
    person = _there(person, place)
    await memory.subscribers.save(person)
    if not lost:
        told = None if place.gone_for is None else moved_sentence(words, person)
        return person, _notice(told, here, leads_here=False)
    if not person.backup:
        return person, _notice(lost_sentence(words, person), here, leads_here=False)
    told = moved_here_sentence(words, person)
    await memory.subscribers.lead(here)
    return await memory.subscribers.find(here) or person, _notice(told, here, leads_here=True)


def _there(person: Subscriber, place: OtherPlace) -> Subscriber:
    """The person, with a place that is not gone."""
    back = OtherPlace(address=place.address)
    return replace(person, also=tuple(back if one == place else one for one in person.also))


def _notice(text: str | None, here: Address, *, leads_here: bool) -> Notice | None:
    return None if text is None else Notice(text=text, address=here, here=leads_here)
