"""Text in, Reply out: opens memory, answers, words rejections, remembers what was offered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.chat.reply import Request, answer, with_lines
from bot.chat.returning import is_back, welcome
from bot.chat.understand import LONGEST_TEXT, Meaning, cleaned, likely_command, understand
from bot.core.errors import DrawbellError, ProfileRejected
from bot.core.subscribers import Address, Language, Subscriber
from bot.ports import Store, UnitOfWork
from bot.wording.rejections import rejection
from bot.wording.spans import Choice, Reply
from bot.wording.words import Words, words_in

log = structlog.get_logger()


async def converse(
    text: str,
    *,
    address: Address,
    store: Store,
    clock: Callable[[], datetime],
    language: Language = Language.ENGLISH,
) -> Reply:
    """Answer one thing a person said. `language` is for somebody who has not chosen one.

    A fault of ours is logged and answered with an apology: one command must not end a service.

    Raises:
        StoreUnavailable: the database cannot be used; nothing was saved.
    """
    try:
        return await _converse(cleaned(text), address, store, clock, language)
    except DrawbellError:
        raise
    except Exception:
        log.exception("command_failed", platform=address.platform)
        words = words_in(language)
        return answer(words.say("Something went wrong on my side, and nothing was saved. Sorry."))


async def _converse(
    said: str,
    address: Address,
    store: Store,
    clock: Callable[[], datetime],
    language: Language,
) -> Reply:
    # A typed command means the same to everybody: one that saves goes straight to its transaction.
    short = len(said) <= LONGEST_TEXT
    meaning = understand(said, None) if short and said.startswith(("/", "!")) else None
    if meaning is None or not meaning.command.may_save(meaning.arguments):
        async with store.look() as memory:
            person = await memory.subscribers.find(address)
            words = words_in(person.language if person else language)
            meaning = understand(said, person) if short else None
            reply = _not_understood(words, said, person)
            back = person is not None and is_back(person, address)
            if meaning is not None and not (back or meaning.command.may_save(meaning.arguments)):
                request = _request(meaning, memory, address, person, words, clock())
                reply = await _answered(meaning, request)
                meaning = meaning if reply.choices else None
        if meaning is None:
            reply = await _welcomed(reply, store, address) if back else reply
            await offer(store, address, reply.choices)
            return reply
    return await _in_transaction(meaning, store, address, language, clock())


async def _in_transaction(
    meaning: Meaning, store: Store, address: Address, language: Language, now: datetime
) -> Reply:
    async with store.begin() as memory:
        person, notice = await memory.subscribers.find(address), None
        if person is not None and is_back(person, address):
            person, notice = await welcome(memory, person, address)
        words = words_in(person.language if person else language)
        reply = await _answered(meaning, _request(meaning, memory, address, person, words, now))
        if reply.choices:
            await _offer(
                memory, address, reply.choices, Subscriber(address=address, language=words.language)
            )
        after = (
            await memory.subscribers.find(address) if notice or meaning.command.forgets else None
        )
    if meaning.command.forgets and person is not None and _forgot(person, after):
        await store.scrub()
    if notice is not None and notice.applies(after):
        reply = with_lines(reply, notice.text)
    return reply


async def _welcomed(reply: Reply, store: Store, address: Address) -> Reply:
    """Whoever writes to us is there again, even if we do not understand them."""
    async with store.begin() as memory:
        person = await memory.subscribers.find(address)
        if person is None or not is_back(person, address):
            return reply
        _person, notice = await welcome(memory, person, address)
        after = await memory.subscribers.find(address)
    if notice is None or not notice.applies(after):
        return reply
    return with_lines(reply, notice.text)


def _forgot(before: Subscriber, after: Subscriber | None) -> bool:
    """Whether anything about a person was deleted: all of it, or one of their places."""
    if after is None or after.address != before.address:
        return True
    return not set(before.places) <= set(after.places)


def _request(
    meaning: Meaning,
    memory: UnitOfWork,
    address: Address,
    person: Subscriber | None,
    words: Words,
    now: datetime,
) -> Request:
    return Request(
        arguments=meaning.arguments,
        address=address,
        saved=person,
        words=words,
        memory=memory,
        now=now,
    )


async def _answered(meaning: Meaning, request: Request) -> Reply:
    try:
        return await meaning.command.handler(request)
    except ProfileRejected as rejected:
        return answer(rejection(request.words, rejected))


async def offer(store: Store, address: Address, choices: Sequence[Choice]) -> None:
    """Remember choices shown outside of an answer (with an alert), so that "1" picks the first."""
    if choices:
        async with store.begin() as memory:
            await _offer(memory, address, choices, None)


async def _offer(
    memory: UnitOfWork, address: Address, choices: Sequence[Choice], newcomer: Subscriber | None
) -> None:
    """Remember choices; somebody new is saved for it, as `newcomer`, or left alone."""
    person = await memory.subscribers.find(address) or newcomer
    if person is None:
        return
    offered = tuple((choice.label, choice.says) for choice in choices)
    if offered != person.conversation.offered:
        conversation = replace(person.conversation, offered=offered)
        await memory.subscribers.save(replace(person, conversation=conversation))


def _not_understood(words: Words, said: str, person: Subscriber | None) -> Reply:
    if len(said) > LONGEST_TEXT:
        return answer(words.say("That is too long for me. Type /help to see what I understand."))
    meant = likely_command(said)
    if meant is None:
        lines = [words.say("I did not understand that. Type /help to see what I understand.")]
        if person is None:
            lines.append(words.say("You are not subscribed yet: /start begins."))
        return answer(*lines)
    # Nothing is kept of somebody who only mistyped, so they cannot pick a choice either.
    return answer(
        words.say("I do not know that command. Did you mean {command}?", command=meant),
        choices=() if person is None else (Choice(label=meant, says=meant),),
    )
