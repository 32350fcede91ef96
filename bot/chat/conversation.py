"""Text in, Reply out: finds the command, opens memory, words what was rejected."""

import re
from collections.abc import Callable
from datetime import datetime
from difflib import get_close_matches

from bot.chat.commands import BY_WORD, Command
from bot.chat.reply import Choice, Reply, Request, answer
from bot.core.categories import plain
from bot.core.errors import ProfileRejected
from bot.core.subscribers import Address, Language
from bot.ports import Store
from bot.wording.rejections import rejection
from bot.wording.words import Words, words_in

LONGEST_TEXT = 1000
_COMMAND = re.compile(r"[/!]?(?P<word>[^\W\d_]+)(?:@\w+)?(?:\s+(?P<arguments>.*))?", re.DOTALL)
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


async def converse(
    text: str,
    *,
    address: Address,
    store: Store,
    clock: Callable[[], datetime],
    language: Language = Language.ENGLISH,
) -> Reply:
    """Answer one thing a person said. `language` is for somebody who has not chosen one.

    Raises:
        StoreUnavailable: the database cannot be used; nothing was saved.
    """
    said = _INVISIBLE.sub("", text[: LONGEST_TEXT + 1]).strip()
    found = _COMMAND.fullmatch(said)
    command = BY_WORD.get(plain(found["word"])) if found else None
    async with store.begin() if command and command.writes else store.look() as memory:
        saved = await memory.subscribers.find(address)
        words = words_in(saved.language if saved else language)
        if command is None or found is None or len(said) > LONGEST_TEXT:
            return _not_understood(words, said)
        request = Request(
            arguments=" ".join((found["arguments"] or "").split()),
            address=address,
            saved=saved,
            words=words,
            memory=memory,
            now=clock(),
        )
        return await _handled(command, request)


async def _handled(command: Command, request: Request) -> Reply:
    try:
        return await command.handler(request)
    except ProfileRejected as rejected:
        return answer(rejection(request.words, rejected))


def _not_understood(words: Words, said: str) -> Reply:
    if len(said) > LONGEST_TEXT:
        return answer(words.say("That is too long for me. Type /help to see what I understand."))
    first = plain(said.lstrip("/!")).partition(" ")[0][:40]
    close = get_close_matches(first, BY_WORD, n=1, cutoff=0.7)
    if close:
        meant = f"/{BY_WORD[close[0]].name}"
        return answer(
            words.say("I do not know that command. Did you mean {command}?", command=meant),
            choices=(Choice(label=meant, says=meant),),
        )
    return answer(words.say("I did not understand that. Type /help to see what I understand."))
