"""A subscriber: where to reach a person, how, and their saved profiles."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum

from bot.core.alerts import Preference
from bot.core.profiles import Profile

MAIN_PROFILE = "me"
"""The name of the profile that everybody has."""


UNCONFIRMED = "unconfirmed"
"""The fact that says whether somebody asked for unconfirmed alerts: `ON`, anything else is no."""

ON, OFF = "on", "off"

OWNER, TITLE = "owner", "title"
"""Facts of a group, channel or topic: who set it up (the chat in which to tell them when it stops
working), and what people call it."""


class Language(StrEnum):
    """The languages we speak."""

    ENGLISH = "en"
    FRENCH = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A chat on a platform: `chat` is the platform's own id, as text."""

    platform: str
    chat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlace:
    """A chat of a person to which their alerts do not go.

    `gone_at` (UTC) is when the platform said that nobody is there any more; `gone_for` is why, if
    alerts went there until then.
    """

    address: Address
    gone_at: datetime | None = None
    gone_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where a conversation stands, so that it survives a restart.

    `step` is the question of the guided set-up that waits for an answer, None outside of it;
    `profile` is the profile it is about. `offered` are the choices shown last, each with its
    label and the command that it stands for.
    """

    step: str | None = None
    profile: str = MAIN_PROFILE
    offered: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What sending has to know of a person (or chat): where, how and when to tell them.

    `time_zone` is an IANA name, None until said; times are then shown in UTC. `paused` stops
    alerts, `paused_until` (UTC) ends the pause by itself. `gone_at` (UTC) is when the platform
    said that nobody is there any more. `facts` are what a platform needs to know of the chat, by
    name: who set up a group, say.
    """

    address: Address
    language: Language = Language.ENGLISH
    time_zone: str | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    paused: bool = False
    paused_until: datetime | None = None
    gone_at: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()

    def fact(self, name: str) -> str | None:
        """One fact, None if it is not known."""
        return dict(self.facts).get(name)

    def is_paused(self, now: datetime) -> bool:
        """Whether alerts are stopped at this moment."""
        return self.paused and (self.paused_until is None or now < self.paused_until)

    @property
    def wants_unconfirmed(self) -> bool:
        """Whether they asked to hear what only news sites report."""
        return self.fact(UNCONFIRMED) == ON


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber(Reader):
    """A person (or chat) that hears of rounds, with all they have saved.

    Alerts go to `address`; the person is known as well in the places in `also`, one for each
    platform, in order of its name. With `backup` alerts go there when they are refused at
    `address`. `paused_since` (UTC) is when a pause began. There is always at least one profile.
    """

    preference: Preference = field(default_factory=Preference)
    paused_since: datetime | None = None
    profiles: tuple[Profile, ...] = (Profile(name=MAIN_PROFILE),)
    conversation: Conversation = field(default_factory=Conversation)
    also: tuple[OtherPlace, ...] = ()
    backup: bool = True

    @property
    def places(self) -> tuple[Address, ...]:
        """Where the person is known; alerts go to the first."""
        return (self.address, *(place.address for place in self.also))

    def on(self, platform: str) -> Address | None:
        """Where the person is known on a platform."""
        return next((place for place in self.places if place.platform == platform), None)

    def place(self, address: Address) -> OtherPlace | None:
        """One of the places to which alerts do not go."""
        return next((place for place in self.also if place.address == address), None)

    def with_facts(self, **changes: str) -> "Subscriber":
        """The subscriber with facts added or changed."""
        return replace(self, facts=tuple(sorted((dict(self.facts) | changes).items())))

    def profile(self, name: str = MAIN_PROFILE) -> Profile | None:
        """The profile of that name, whatever its case."""
        wanted = name.casefold()
        return next((one for one in self.profiles if one.name.casefold() == wanted), None)

    def with_profile(self, changed: Profile) -> "Subscriber":
        """The subscriber with one profile added or changed."""
        if self.profile(changed.name) is None:
            return replace(self, profiles=(*self.profiles, changed))
        kept = tuple(changed if one.name == changed.name else one for one in self.profiles)
        return replace(self, profiles=kept)
