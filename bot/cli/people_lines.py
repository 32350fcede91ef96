"""One subscriber as a line of JSON: checked on the way in, complete on the way out."""

from datetime import UTC, datetime, time
from functools import cache
from typing import Annotated, Literal, Self, cast
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from bot.core.alerts import DEFAULT_NEAR_POINTS, Mode, Preference
from bot.core.categories import GROUPS
from bot.core.errors import ProfileRejected
from bot.core.profiles import MAX_PROFILE_NAME, Answers, Candidate, Occupation, Profile, Submitted
from bot.core.submissions import read_submitted
from bot.core.subscribers import MAIN_PROFILE, Address, Language, OtherPlace, Subscriber

Platform = Literal["console", "telegram", "discord", "http"]


def _keepable(value: datetime) -> datetime:
    """In UTC; the first and last year of the calendar have no room for a zone."""
    if not 1970 <= value.year <= 9998:
        raise ValueError("a year from 1970 to 9998, please")
    return value.astimezone(UTC)


def _of_a_wall_clock(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("quiet hours are in the subscriber's time_zone: 22:00, not 22:00Z")
    return value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("it has characters that cannot be shown")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_keepable)]
WallClock = Annotated[time, AfterValidator(_of_a_wall_clock)]
Shown = Annotated[str, AfterValidator(_printable)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OccupationLine(_Strict):
    """Experience in one occupation."""

    noc: str = Field(pattern=r"^[0-9]{5}$")
    months: int | None = Field(default=None, ge=0, le=720, strict=True)
    in_canada: bool | None = None


class SubmittedLine(_Strict):
    """The earliest and latest moment a profile can have been submitted."""

    earliest: Moment
    latest: Moment


class ProfileLine(_Strict):
    """One profile; `yes` and `no` list program and category ids."""

    name: Shown = Field(default=MAIN_PROFILE, min_length=1, max_length=MAX_PROFILE_NAME)
    crs_score: int | None = Field(default=None, ge=0, le=1200, strict=True)
    nominee: bool | None = None
    yes: list[str] = []
    no: list[str] = []
    occupations: list[OccupationLine] = []
    submitted: SubmittedLine | str | None = None

    @field_validator("yes", "no")
    @classmethod
    def _known(cls, groups: list[str]) -> list[str]:
        unknown = [group for group in groups if group not in GROUPS]
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}; known: {', '.join(GROUPS)}")
        return groups

    @field_validator("submitted")
    @classmethod
    def _readable(cls, value: SubmittedLine | str | None) -> SubmittedLine | str | None:
        if isinstance(value, str):
            try:
                read_submitted(value)
            except ProfileRejected as error:
                raise ValueError("no date or time; an example: 2025-11-20 14:03") from error
        elif value is not None and value.latest < value.earliest:
            raise ValueError("latest is before earliest")
        return value


class AlertsLine(_Strict):
    """What a subscriber wants to hear of."""

    mode: Mode = Mode.NEAR
    near_points: int = Field(default=DEFAULT_NEAR_POINTS, ge=0, le=1200, strict=True)


class _PlaceLine(_Strict):
    platform: Platform
    chat: Shown = Field(min_length=1, max_length=100)

    @property
    def address(self) -> Address:
        """The place itself."""
        return Address(platform=self.platform, chat=self.chat)


class OtherPlaceLine(_PlaceLine):
    """A place to which alerts do not go."""

    gone_at: Moment | None = None
    gone_for: Shown | None = None


class SubscriberLine(_PlaceLine):
    """One line of the file; alerts go to `platform` and `chat`."""

    language: Language = Language.ENGLISH
    time_zone: str | None = None
    alerts: AlertsLine = AlertsLine()
    quiet: tuple[WallClock, WallClock] | None = None
    paused: bool = False
    paused_since: Moment | None = None
    paused_until: Moment | None = None
    gone_at: Moment | None = None
    facts: dict[Shown, Shown] = Field(default={}, max_length=50)
    also: list[OtherPlaceLine] = []
    backup: bool = True
    profiles: list[ProfileLine] = Field(default=[ProfileLine()], min_length=1, max_length=20)

    def as_json(self) -> str:
        """The line; what few have is left out where there is nothing to say."""
        rare = {"paused_since", "gone_at", "facts", "also"}
        left_out = {name for name in rare if not getattr(self, name)}
        if self.backup:
            left_out.add("backup")
        return self.model_dump_json(exclude=left_out)

    @property
    def places(self) -> list[Address]:
        """Where the subscriber is known; alerts go to the first."""
        return [self.address, *(place.address for place in self.also)]

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        if value is not None and value not in _time_zones():
            raise ValueError("unknown time zone; an example: America/Toronto")
        return value

    @field_validator("profiles")
    @classmethod
    def _names(cls, value: list[ProfileLine]) -> list[ProfileLine]:
        if len({profile.name.casefold() for profile in value}) < len(value):
            raise ValueError("two profiles have the same name")
        return value

    @model_validator(mode="after")
    def _one_for_each_platform(self) -> Self:
        if len({place.platform for place in self.places}) <= len(self.also):
            raise ValueError("also: one place for each platform")
        return self


@cache
def _time_zones() -> frozenset[str]:
    """All of them; looking them up anew for each line would read hundreds of files each time."""
    return frozenset(available_timezones())


def subscriber_of(line: SubscriberLine) -> Subscriber:
    """The subscriber that a line describes."""
    quiet_from, quiet_until = line.quiet or (None, None)
    return Subscriber(
        address=line.address,
        language=line.language,
        time_zone=line.time_zone,
        preference=Preference(mode=line.alerts.mode, near_points=line.alerts.near_points),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        paused=line.paused,
        paused_since=line.paused_since,
        paused_until=line.paused_until,
        gone_at=line.gone_at,
        facts=tuple(sorted(line.facts.items())),
        profiles=tuple(_profile(profile) for profile in line.profiles),
        also=tuple(_place(place) for place in sorted(line.also, key=lambda one: one.platform)),
        backup=line.backup,
    )


def _place(line: OtherPlaceLine) -> OtherPlace:
    return OtherPlace(address=line.address, gone_at=line.gone_at, gone_for=line.gone_for)


def _profile(line: ProfileLine) -> Profile:
    return Profile(
        name=line.name,
        candidate=Candidate(
            crs_score=line.crs_score,
            answers=Answers(yes=frozenset(line.yes), no=frozenset(line.no) - frozenset(line.yes)),
            nominee=line.nominee,
            occupations=tuple(
                Occupation(noc_code=job.noc, months=job.months, in_canada=job.in_canada)
                for job in line.occupations
            ),
        ),
        submitted=_submitted(line.submitted),
    )


def _submitted(said: SubmittedLine | str | None) -> Submitted | None:
    if said is None:
        return None
    if isinstance(said, str):
        return read_submitted(said)
    return Submitted(earliest=said.earliest, latest=said.latest)


def line_of(subscriber: Subscriber) -> SubscriberLine:
    """The line that describes a subscriber."""
    quiet_from, quiet_until = subscriber.quiet_from, subscriber.quiet_until
    preference = subscriber.preference
    return SubscriberLine(
        platform=cast(Platform, subscriber.address.platform),
        chat=subscriber.address.chat,
        language=subscriber.language,
        time_zone=subscriber.time_zone,
        alerts=AlertsLine(mode=preference.mode, near_points=preference.near_points),
        quiet=(quiet_from, quiet_until) if quiet_from and quiet_until else None,
        paused=subscriber.paused,
        paused_since=subscriber.paused_since,
        paused_until=subscriber.paused_until,
        gone_at=subscriber.gone_at,
        facts=dict(subscriber.facts),
        profiles=[_profile_line(profile) for profile in subscriber.profiles],
        also=[_place_line(place) for place in subscriber.also],
        backup=subscriber.backup,
    )


def _place_line(place: OtherPlace) -> OtherPlaceLine:
    return OtherPlaceLine(
        platform=cast(Platform, place.address.platform),
        chat=place.address.chat,
        gone_at=place.gone_at,
        gone_for=place.gone_for,
    )


def _profile_line(profile: Profile) -> ProfileLine:
    candidate, submitted = profile.candidate, profile.submitted
    return ProfileLine(
        name=profile.name,
        crs_score=candidate.crs_score,
        nominee=candidate.nominee,
        yes=sorted(candidate.answers.yes, key=GROUPS.index),
        no=sorted(candidate.answers.no, key=GROUPS.index),
        occupations=[
            OccupationLine(noc=job.noc_code, months=job.months, in_canada=job.in_canada)
            for job in candidate.occupations
        ],
        submitted=None if submitted is None else _submitted_line(submitted),
    )


def _submitted_line(submitted: Submitted) -> SubmittedLine:
    return SubmittedLine(earliest=submitted.earliest, latest=submitted.latest)
