"""The real Telegram adapter, alive: a server of the tests before it, a real database behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from adapters.telegram.chats import PLATFORM
from adapters.telegram.platform import Telegram, TelegramSettings, telegram
from bot.core.subscribers import Address, Subscriber
from bot.owners import Owners
from bot.pipeline.deliver import Sender, a_sender, deliver
from bot.pipeline.limiter import Limiter
from bot.wording.spans import Reply
from storage.unit_of_work import Database
from tests.chat.world import FEEDS, publish
from tests.fakes.clock import FakeClock
from tests.fakes.telegram_api import TOKEN, FakeTelegram
from tests.fakes.telegram_spec import Fields

ANN, BEN, OWNER = 11, 12, 13
GROUP, CHANNEL, FORUM = -1001, -1002, -1003
OUR_NAME = "drawbell_test_bot"


@dataclass(kw_only=True)
class Life:
    """What a test does and sees while the adapter runs."""

    api: FakeTelegram
    store: Database
    bot: Telegram
    clock: FakeClock
    sender: Sender
    limiter: Limiter
    task: asyncio.Task[None]

    async def answer(self, chat: int, after: int = 0) -> Fields:
        """The bot's newest message in a chat, once there are more than `after`."""
        await self.api.until(lambda: len(self.api.messages(chat)) > after)
        return self.api.messages(chat)[-1]

    async def says(self, chat: int, text: str, *, user: int | None = None, thread: int = 0) -> str:
        """Say something; returns the text of the answer."""
        before = len(self.api.messages(chat))
        self.api.say(chat, text, user=user, thread=thread)
        answer = await self.answer(chat, before)
        return str(answer.get("text") or answer.get("caption") or "")

    def labels(self, chat: int) -> dict[str, str]:
        """The buttons under the newest message: what each says by its label."""
        newest = self.api.messages(chat)[-1]["message_id"]
        return self.api.buttons(chat, newest)

    async def presses(self, chat: int, label: str, *, user: int | None = None) -> Fields:
        """Press a button of the newest message; returns the newest once it is answered."""
        newest = self.api.messages(chat)[-1]
        data = self.labels(chat)[label]
        return await self.sends(chat, int(newest["message_id"]), data, user=user)

    async def sends(
        self, chat: int, message: int, data: str, *, user: int | None = None, stale: bool = False
    ) -> Fields:
        """Let a button's data arrive; returns the newest message once that is answered."""
        calls = len(self.api.calls)
        query = self.api.press(chat, message, data, user=user, stale=stale)
        await self.api.until(
            lambda: (
                self.api.queries[query] is not None
                and any(
                    call.method in ("sendMessage", "editMessageText")
                    for call in self.api.calls[calls:]
                    if call.fields.get("chat_id") == chat
                )
            )
        )
        return self.api.messages(chat)[-1]

    async def saved(self, chat: int | str) -> Subscriber | None:
        """Who is saved at a chat."""
        async with self.store.look() as memory:
            return await memory.subscribers.find(Address(platform="telegram", chat=str(chat)))

    async def step(self, chat: int) -> str | None:
        """The question of the set-up that waits for an answer."""
        saved = await self.saved(chat)
        return None if saved is None else saved.conversation.step

    async def is_gone(self, chat: int | str) -> bool:
        """Whether nobody is there any more."""
        saved = await self.saved(chat)
        return saved is not None and saved.gone_at is not None

    async def owners_hear(self) -> None:
        """Tell whoever set a place up what has happened to it."""

        async def tell(chat: str, reply: Reply) -> None:
            await self.bot.tell(chat, reply, self.limiter)

        await Owners({PLATFORM: tell}, self.store, self.clock).look()

    async def publishes(self, number: int = 1) -> None:
        """Let IRCC publish the next round."""
        await publish(self.store, FEEDS[number], self.clock)

    async def delivers(self) -> int:
        """Send what is due; returns how many deliveries were claimed."""
        claimed = 0
        while more := await deliver(
            store=self.store, notifier=self.bot.notifier, clock=self.clock, sender=self.sender
        ):
            claimed += more
        return claimed


@asynccontextmanager
async def living(
    api: FakeTelegram,
    store: Database,
    clock: FakeClock | None = None,
    group_interval: float = 0.01,
    **settings: Any,
) -> AsyncIterator[Life]:
    """Let the adapter run as long as the block lasts."""
    clock = clock or FakeClock()
    chosen: dict[str, Any] = {"token": TOKEN, "api_url": api.url}
    chosen |= {"per_second": 1000.0, "per_group_minute": 60_000.0}
    async with telegram(TelegramSettings(**(chosen | settings))) as bot:
        limiter = Limiter(1000, group_interval=group_interval)
        task = asyncio.create_task(bot.run(store, limiter, clock, lambda: None))
        sender = a_sender(bot.notifier, clock)
        life = Life(
            api=api,
            store=store,
            bot=bot,
            clock=clock,
            sender=sender,
            limiter=limiter,
            task=task,
        )
        try:
            await api.until(lambda: api.webhook or api._polls or task.done())
            yield life
            if task.done():
                task.result()
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
