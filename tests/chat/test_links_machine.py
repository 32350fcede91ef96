"""Whatever people link, lead, unlink, block and forget: each alert once, and nobody is mixed up."""

import asyncio
import re
from collections import Counter
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.core.delivery import Alert
from bot.core.detect import Status
from bot.core.errors import RecipientGone
from bot.core.links import CODE_LASTS, MOST_WRONG, WRONG_COUNTS
from bot.core.subscribers import Subscriber
from bot.pipeline.deliver import deliver
from bot.pipeline.poll import announce
from storage.unit_of_work import open_database
from tests.builders import a_round
from tests.chat.world import Person
from tests.fakes.clock import FakeClock
from tests.fakes.codes import foreseen
from tests.fakes.databases import a_copy_of, integrity, rows_of, url_of
from tests.fakes.notifier import QUICK, FakeNotifier
from tests.fakes.sending import a_patient_sender

CHATS = (("telegram", "ann"), ("discord", "ann"), ("console", "ann"), ("telegram", "ben"))
PLATFORMS = ("telegram", "discord", "console")
WRONG = "YYYYYYYY"
Chat = tuple[str, str]
CHOSEN = st.sampled_from(CHATS)


class Platform(FakeNotifier):
    """Refuses whoever has blocked us."""

    def __init__(self, platform: str) -> None:
        super().__init__(traits=replace(QUICK, platform=platform))
        self.blocked_in: set[str] = set()

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        """See `bot.ports.Notifier`."""
        assert alert.to.address.platform == self.traits.platform
        if alert.to.address.chat in self.blocked_in:
            raise RecipientGone("blocked")
        return await super().send(alert, plain=plain)


@dataclass
class Model:
    """One person: the chats they are known in, and their open code."""

    name: str
    places: set[Chat]
    code: str | None = None
    good_until: datetime | None = None


@dataclass
class Expected:
    """Who is who, by chat, and which wrong codes came from where."""

    people: dict[Chat, Model] = field(default_factory=dict)
    tries: dict[Chat, list[datetime]] = field(default_factory=dict)


class LinksMachine(RuleBasedStateMachine):
    """Chats of two people on three platforms, against a model in plain Python."""

    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.expected = Expected()
        self.named = 0
        self.rounds = 400
        self.told: Counter[tuple[int, str]] = Counter()
        self.codes = [WRONG]
        self.platforms = {name: Platform(name) for name in PLATFORMS}
        self._files = ExitStack()
        self.path = self._files.enter_context(a_copy_of(self.migrated))
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self.store = self._runner.run(
            self._stack.enter_async_context(open_database(url_of(self.path), foreseen()))
        )

    def teardown(self) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()
        self._files.close()

    def says(self, chat: Chat, *typed: str) -> str:
        platform, name = chat
        person = Person(self.store, name, clock=self.clock, platform=platform)
        return self._runner.run(person.reads(*typed))

    def saved(self, chat: Chat) -> Subscriber | None:
        async def find() -> Subscriber | None:
            platform, name = chat
            async with self.store.look() as memory:
                return await memory.subscribers.find(
                    Person(self.store, name, platform=platform).address
                )

        return self._runner.run(find())

    @initialize()
    def one_is_linked_already(self) -> None:
        first, second, *_rest = CHATS
        self.begin(first)
        self.ask_for_a_code(first)
        self.type_a_code(second, 1, yes=False)
        assert self.expected.people[first] is self.expected.people[second]

    @rule(chat=CHOSEN)
    def begin(self, chat: Chat) -> None:
        if chat not in self.expected.people:
            self.named += 1
            name = f"P{self.named}"
            self.says(chat, "480", "/alerts all", f"/profile of {name} score 431")
            self.expected.people[chat] = Model(name, {chat})

    @rule(chat=CHOSEN)
    def ask_for_a_code(self, chat: Chat) -> None:
        shown = self.says(chat, "/link code")
        model = self.expected.people.get(chat)
        found = re.search(r"([A-Z0-9]{4})-([A-Z0-9]{4})", shown)
        assert (found is not None) is (model is not None)
        if found is not None and model is not None:
            model.code = found[1] + found[2]
            model.good_until = self.clock.now + CODE_LASTS
            self.codes.append(model.code)

    @rule(chat=CHOSEN, back=st.integers(1, 3), yes=st.booleans())
    def type_a_code(self, chat: Chat, back: int, yes: bool) -> None:
        code = self.codes[-min(back, len(self.codes))]
        now, mine = self.clock.now, self.expected.people.get(chat)
        self.says(chat, f"/link {code}{' yes' if yes else ''}")
        tries = self.expected.tries.setdefault(chat, [])
        if sum(at > now - WRONG_COUNTS for at in tries) >= MOST_WRONG:
            return
        owner = next(
            (
                one
                for one in self.expected.people.values()
                if one.code == code and one.good_until is not None and one.good_until > now
            ),
            None,
        )
        if owner is None:
            tries.append(now)
            return
        taken = chat[0] in {platform for platform, _name in owner.places}
        if owner is mine or taken or (mine and (len(mine.places) > 1 or not yes)):
            return
        owner.code = None
        owner.places.add(chat)
        if mine is not None:  # with what came from this chat everything about them is deleted
            self.expected.tries.pop(chat, None)
        self.expected.people[chat] = owner

    @rule(chat=CHOSEN)
    def lead_here(self, chat: Chat) -> None:
        self.says(chat, "/link here")
        model, saved = self.expected.people.get(chat), self.saved(chat)
        if model is not None and len(model.places) > 1:
            assert saved is not None
            assert (saved.address.platform, saved.address.chat) == chat
            assert saved.gone_at is None

    @rule(chat=CHOSEN, on=st.booleans())
    def choose_a_backup(self, chat: Chat, on: bool) -> None:
        self.says(chat, f"/link backup {'on' if on else 'off'}")

    @rule(chat=CHOSEN)
    def unlink(self, chat: Chat) -> None:
        before = self.saved(chat)
        self.says(chat, "/link off")
        model = self.expected.people.get(chat)
        if model is None or before is None or len(model.places) == 1:
            return
        # Whoever writes where they were given up is led back first, if alerts come nowhere else.
        led_here = before.address.chat == chat[1] and before.address.platform == chat[0]
        back = before.gone_at is not None and before.backup
        leaving = {one for one in model.places if one != chat} if led_here or back else {chat}
        model.places -= leaving
        for one in leaving:
            del self.expected.people[one]

    @rule(chat=CHOSEN)
    def forget(self, chat: Chat) -> None:
        self.says(chat, "/forget yes")
        model = self.expected.people.get(chat)
        for one in model.places if model else ():
            del self.expected.people[one]
            self.expected.tries.pop(one, None)

    @rule(chat=CHOSEN)
    def block(self, chat: Chat) -> None:
        self.platforms[chat[0]].blocked_in.add(chat[1])

    @rule(chat=CHOSEN)
    def come_back(self, chat: Chat) -> None:
        self.platforms[chat[0]].blocked_in.discard(chat[1])
        self.says(chat, "/status")

    @rule(minutes=st.sampled_from([1, 10, 40]))
    def wait(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule()
    def publish(self) -> None:
        """A round is announced; it is delivered at some later time."""
        self.rounds += 1

        async def go() -> None:
            fresh = [a_round(number=str(self.rounds))]
            async with self.store.begin() as memory:
                await memory.rounds.add(fresh, Status.ANNOUNCED, self.clock.now)
                await announce(memory, fresh, self.clock.now)

        self._runner.run(go())

    @rule()
    def send(self) -> None:
        """Everything that is due goes out, on all platforms, until nothing is."""

        async def go() -> int:
            return sum(
                [
                    await deliver(
                        store=self.store,
                        notifier=platform,
                        clock=self.clock,
                        sender=a_patient_sender(platform, self.clock),
                    )
                    for platform in self.platforms.values()
                ]
            )

        while self._runner.run(go()):
            self._note_what_came()

    def _note_what_came(self) -> None:
        for name, platform in self.platforms.items():
            for alert in platform.sent:
                model = self.expected.people[name, alert.to.address.chat]
                names = {one.profile.name for told in alert.rounds for one in told.profiles}
                assert model.name in names
                for told in alert.rounds:
                    self.told[alert.key.subscriber, told.round.number] += 1
            platform.sent.clear()

    @rule()
    def a_round_reaches_whoever_can_be_reached(self) -> None:
        self.send()
        before = {chat: self.saved(chat) for chat in self.expected.people}
        self.publish()
        self.send()
        came = {key for (key, number), _count in self.told.items() if number == str(self.rounds)}
        for saved in {one.address: one for one in before.values() if one is not None}.values():
            assert (self._id(saved) in came) is self._can_be_reached(saved)

    def _id(self, saved: Subscriber) -> int:
        name = next(one.name for one in saved.profiles if one.name != "me")
        [(key,)] = rows_of(self.path, f"SELECT subscriber_id FROM profiles WHERE name = '{name}'")  # noqa: S608
        return int(str(key))

    def _can_be_reached(self, saved: Subscriber) -> bool:
        def open_(place: tuple[str, str]) -> bool:
            return place[1] not in self.platforms[place[0]].blocked_in

        if saved.gone_at is not None:
            return False
        others = [one for one in saved.also if one.gone_at is None and saved.backup]
        known = [saved.address, *(one.address for one in others)]
        return any(open_((one.platform, one.chat)) for one in known)

    @invariant()
    def nobody_is_told_twice(self) -> None:
        assert all(count == 1 for count in self.told.values())

    @invariant()
    def each_chat_is_its_own_person_and_nobody_else(self) -> None:
        for chat in CHATS:
            model, saved = self.expected.people.get(chat), self.saved(chat)
            names = {one.name for one in saved.profiles} if saved else set()
            assert names == ({"me", model.name} if model else set()), chat
            places = {(one.platform, one.chat) for one in saved.places} if saved else set()
            assert places == (model.places if model else set())

    @invariant()
    def what_waits_is_where_its_reader_is(self) -> None:
        strays = (
            "SELECT count(*) FROM deliveries JOIN subscribers ON id = subscriber_id "
            "WHERE state IN (0, 1) AND deliveries.platform <> subscribers.platform"
        )
        assert rows_of(self.path, strays) == [(0,)]
        both = "SELECT count(*) FROM links JOIN subscribers USING (platform, chat)"
        assert rows_of(self.path, both) == [(0,)]
        assert integrity(self.path) == "ok"


def test_any_sequence_tells_each_person_once_and_mixes_nobody_up(migrated: Path) -> None:
    machine = type("Machine", (LinksMachine,), {"migrated": migrated})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
