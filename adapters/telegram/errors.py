"""What Telegram and the way to it can answer to a message, as our closed set of errors."""

import re
from collections.abc import Callable
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from adapters.telegram.transport import MaybeSent, NotSent
from bot.core.errors import (
    AlertRejected,
    DeliveryError,
    DrawbellError,
    Misconfigured,
    OutcomeUnknown,
    RecipientGone,
    RecipientMoved,
    TryLater,
)

_LONGEST = 200  # characters of what was said: an error page is of no use whole


class TopicGone(DeliveryError):
    """The forum topic is closed or deleted; the chat itself may still be there."""


class MarkupRejected(AlertRejected):
    """Telegram cannot read the message's markup; without any it may be taken."""


class SecondInstance(DrawbellError):
    """Another program uses the same token, or a webhook takes what we poll for."""


def translated(error: TelegramError) -> DrawbellError:
    """The first line of the table that fits."""
    return next(
        means(error)
        for kind, said, means in _TABLE
        if isinstance(error, kind) and said.search(error.message)
    )


def _sentence(error: TelegramError) -> str:
    return f"Telegram: {error.message[:_LONGEST]}"


def _moved(error: TelegramError) -> DrawbellError:
    new = error.new_chat_id if isinstance(error, ChatMigrated) else 0
    return RecipientMoved("the group has become a supergroup", new_address=str(new))


def _limited(error: TelegramError) -> DrawbellError:
    wait = error.retry_after if isinstance(error, RetryAfter) else 0
    seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
    return TryLater(f"Telegram asks to wait {seconds:g} s", retry_after=seconds)


def _second(error: TelegramError) -> DrawbellError:
    return SecondInstance(
        f"another program uses this bot's token; only one may run ({_sentence(error)})"
    )


def _token(_error: TelegramError) -> DrawbellError:
    return Misconfigured(
        "Telegram does not accept the token: check DRAWBELL_TELEGRAM_TOKEN, @BotFather shows it"
    )


def _gone(error: TelegramError) -> DrawbellError:
    return RecipientGone(_sentence(error))


def _perhaps_gone(error: TelegramError) -> DrawbellError:
    return RecipientGone(_sentence(error), certain=False)


def _later(error: TelegramError) -> DrawbellError:
    return TryLater(_sentence(error))


def _unknown(error: TelegramError) -> DrawbellError:
    return OutcomeUnknown(_sentence(error))


def _topic(error: TelegramError) -> DrawbellError:
    return TopicGone(_sentence(error))


def _markup(error: TelegramError) -> DrawbellError:
    return MarkupRejected(_sentence(error))


def _rejected(error: TelegramError) -> DrawbellError:
    return AlertRejected(_sentence(error))


_ANY = re.compile("")


def _any_of(*said: str) -> re.Pattern[str]:
    """PTB changes the case of what Telegram says."""
    return re.compile("|".join(said), re.IGNORECASE)


_LEFT_FOR_GOOD = _any_of(
    "blocked by the user",
    "user is deactivated",
    "INPUT_USER_DEACTIVATED",
    "USER_IS_BLOCKED",
    "bot was kicked",
    "group chat was deleted",
)
_OUT_OF_REACH = _any_of(
    "chat not found",
    "user not found",
    "PEER_ID_INVALID",
    "CHAT_ID_INVALID",
    "CHANNEL_(INVALID|PRIVATE)",
    "group chat was (deactivated|upgraded)",
    "not a member",
    "no rights to send",
    "not enough rights",
    "need administrator rights",
    "CHAT_(WRITE_FORBIDDEN|RESTRICTED|ADMIN_REQUIRED)",
    r"CHAT_\w*SEND_\w*FORBIDDEN",
    "USER_BANNED_IN_CHANNEL",
)
_TOPIC = _any_of("message thread not found", "TOPIC_(CLOSED|DELETED|ID_INVALID)")
_MARKUP = _any_of("can't parse entities")
# PTB's words: a page of something on the way, which says nothing of the chat or the message.
_NO_ANSWER_OF_TELEGRAMS = _any_of("Parsing the server response .* failed")

# Order decides: to PTB a BadRequest and a TimedOut are NetworkErrors, as ours are.
_TABLE: tuple[
    tuple[type[TelegramError], re.Pattern[str], Callable[[TelegramError], DrawbellError]], ...
] = (
    (ChatMigrated, _ANY, _moved),
    (RetryAfter, _ANY, _limited),
    (Conflict, _ANY, _second),
    (InvalidToken, _ANY, _token),
    (EndPointNotFound, _ANY, _token),  # PTB's reading of a refused token in a raw call
    (NotSent, _ANY, _later),
    (MaybeSent, _ANY, _unknown),
    (TimedOut, _ANY, _unknown),
    (TelegramError, _NO_ANSWER_OF_TELEGRAMS, _later),
    (Forbidden, _LEFT_FOR_GOOD, _gone),
    (Forbidden, _ANY, _perhaps_gone),
    (BadRequest, _TOPIC, _topic),
    (BadRequest, _LEFT_FOR_GOOD, _gone),
    (BadRequest, _OUT_OF_REACH, _perhaps_gone),
    (BadRequest, _MARKUP, _markup),
    (BadRequest, _ANY, _rejected),
    (NetworkError, _any_of("Request Entity Too Large"), _rejected),
    (NetworkError, _any_of("Unknown error in HTTP"), _unknown),
    (NetworkError, _ANY, _later),  # a status of 500 and more, a limit without a time
    (TelegramError, _ANY, _unknown),
)
