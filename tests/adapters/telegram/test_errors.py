"""The table of what Telegram and the way to it can answer."""

import warnings
from datetime import timedelta

import pytest
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

from adapters.telegram.errors import MarkupRejected, SecondInstance, TopicGone, translated
from adapters.telegram.transport import MaybeSent, NotSent
from bot.core.errors import (
    AlertRejected,
    DeliveryError,
    DrawbellError,
    Misconfigured,
    OutcomeUnknown,
    RecipientGone,
    RecipientMoved,
    Scope,
    TryLater,
)

CERTAIN = [
    Forbidden("Forbidden: bot was blocked by the user"),
    Forbidden("Forbidden: user is deactivated"),
    Forbidden("Forbidden: bot was kicked from the group chat"),
    Forbidden("Forbidden: bot was kicked from the supergroup chat"),
    Forbidden("Forbidden: bot was kicked from the channel chat"),
    Forbidden("Forbidden: the group chat was deleted"),
    BadRequest("Bad Request: USER_IS_BLOCKED"),
    BadRequest("Bad Request: INPUT_USER_DEACTIVATED"),
]
DOUBTFUL = [
    Forbidden("Forbidden: bot is not a member of the channel chat"),
    Forbidden("Forbidden: bot can't initiate conversation with a user"),
    Forbidden("Forbidden: bot can't send messages to bots"),
    Forbidden("Forbidden: something that nobody has seen yet"),
    BadRequest("Bad Request: chat not found"),
    BadRequest("Bad Request: user not found"),
    BadRequest("Bad Request: PEER_ID_INVALID"),
    BadRequest("Bad Request: CHANNEL_PRIVATE"),
    BadRequest("Bad Request: group chat was deactivated"),
    BadRequest("Bad Request: group chat was upgraded to a supergroup chat"),
    BadRequest("Bad Request: have no rights to send a message"),
    BadRequest("Bad Request: not enough rights to send text messages to the chat"),
    BadRequest("Bad Request: need administrator rights in the channel chat"),
    BadRequest("Bad Request: CHAT_WRITE_FORBIDDEN"),
    BadRequest("Bad Request: CHAT_RESTRICTED"),
    BadRequest("Bad Request: CHAT_ADMIN_REQUIRED"),
    BadRequest("Bad Request: CHAT_SEND_PLAIN_FORBIDDEN"),
    BadRequest("Bad Request: CHAT_GUEST_SEND_FORBIDDEN"),
]
TABLE: list[tuple[TelegramError, type[DrawbellError]]] = [
    (BadRequest("Bad Request: message thread not found"), TopicGone),
    (BadRequest("Bad Request: TOPIC_CLOSED"), TopicGone),
    (BadRequest("Bad Request: TOPIC_DELETED"), TopicGone),
    (BadRequest("Bad Request: can't parse entities: Unsupported start tag"), MarkupRejected),
    (BadRequest("Bad Request: can't parse inline keyboard button: no text"), AlertRejected),
    (BadRequest("Bad Request: message is too long"), AlertRejected),
    (BadRequest("Bad Request: message text is empty"), AlertRejected),
    (BadRequest("Bad Request: BUTTON_DATA_INVALID"), AlertRejected),
    (BadRequest("Bad Request: something that nobody has seen yet"), AlertRejected),
    (NetworkError("Request Entity Too Large"), AlertRejected),
    (NetworkError("Internal Server Error"), TryLater),
    (NetworkError("Bad Gateway"), TryLater),
    (NetworkError("Bad Gateway (502). Parsing the server response b'<p>' failed"), TryLater),
    (NetworkError("Gateway Timeout (504)"), TryLater),
    (NetworkError("Too Many Requests"), TryLater),
    (NotSent("Telegram cannot be reached"), TryLater),
    (MaybeSent("Telegram's answer did not arrive"), OutcomeUnknown),
    (TimedOut(), OutcomeUnknown),
    (NetworkError("Unknown error in HTTP implementation: KeyError()"), OutcomeUnknown),
    (TelegramError("Invalid server response"), OutcomeUnknown),
    (Conflict("Conflict: terminated by other getUpdates request"), SecondInstance),
    (InvalidToken("Unauthorized"), Misconfigured),
    (InvalidToken("Not Found"), Misconfigured),
    (EndPointNotFound("Endpoint 'sendMessage' not found in Bot API"), Misconfigured),
]


def named(error: object) -> str:
    return str(error) if isinstance(error, TelegramError) else ""


@pytest.mark.parametrize(("error", "kind"), TABLE, ids=named)
def test_each_answer_has_its_meaning(error: TelegramError, kind: type[DrawbellError]) -> None:
    assert type(translated(error)) is kind


@pytest.mark.parametrize("error", CERTAIN, ids=named)
def test_who_is_gone_for_certain(error: TelegramError) -> None:
    found = translated(error)
    assert isinstance(found, RecipientGone)
    assert found.certain


@pytest.mark.parametrize("error", DOUBTFUL, ids=named)
def test_who_is_perhaps_gone(error: TelegramError) -> None:
    found = translated(error)
    assert isinstance(found, RecipientGone)
    assert not found.certain


def test_a_moved_group_comes_with_its_new_address() -> None:
    found = translated(ChatMigrated(-1001234))
    assert isinstance(found, RecipientMoved)
    assert found.new_address == "-1001234"


@pytest.mark.parametrize("wait", [5, timedelta(seconds=5), timedelta(seconds=1.5)])
@pytest.mark.parametrize("setting", ["0", "1"])
def test_a_limit_comes_with_its_seconds_whatever_ptb_counts_in(
    wait: int | timedelta, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", setting)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = translated(RetryAfter(wait))

    seconds = wait.total_seconds() if isinstance(wait, timedelta) else wait
    assert isinstance(found, TryLater)
    assert (found.retry_after, found.scope) == (seconds, Scope.NOT_SAID)


def test_a_limit_makes_no_noise() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        translated(RetryAfter(5))


def test_what_may_be_tried_without_markup_is_a_rejection_too() -> None:
    assert issubclass(MarkupRejected, AlertRejected)
    assert issubclass(TopicGone, DeliveryError)
    assert not issubclass(SecondInstance, DeliveryError)


def test_every_error_of_ptb_has_a_meaning() -> None:
    def kinds(root: type[TelegramError]) -> list[type[TelegramError]]:
        return [root, *(kind for one in root.__subclasses__() for kind in kinds(one))]

    for kind in kinds(TelegramError):
        error = kind.__new__(kind)
        error.message = "something that nobody has seen yet"
        if kind in (ChatMigrated, RetryAfter):
            continue
        assert isinstance(translated(error), DrawbellError), kind


@pytest.mark.parametrize("error", [error for error, _kind in TABLE] + CERTAIN + DOUBTFUL, ids=named)
def test_every_error_is_one_short_line_for_the_operator(error: TelegramError) -> None:
    text = str(translated(error))
    assert 10 < len(text) < 300
    assert "\n" not in text


def test_an_error_page_is_cut() -> None:
    assert len(str(translated(NetworkError("Bad Gateway " + "x" * 100_000)))) < 300


def test_a_refused_token_names_the_setting() -> None:
    assert "DRAWBELL_TELEGRAM_TOKEN" in str(translated(InvalidToken("Unauthorized")))
