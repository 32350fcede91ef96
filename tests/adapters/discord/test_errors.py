"""Each answer of Discord, as the error of ours that it means."""

from typing import Any, cast

import aiohttp
import discord
import pytest

from adapters.discord.endings import Answer, Held, Limited, MaybeSent, NotSent
from adapters.discord.errors import ChannelGone, DmsClosed, InteractionOver, MayNot, translated
from bot.core.errors import (
    AlertRejected,
    DrawbellError,
    Misconfigured,
    OutcomeUnknown,
    RecipientGone,
    Scope,
    StoreUnavailable,
    TryLater,
)

VIA = {"Via": "1.1 google"}


def an_answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status=status, reason="", headers=headers or {}, body=body)


def refused(status: int, code: int = 0, text: str = "said") -> discord.HTTPException:
    answer = an_answer(status, {"code": code, "message": text}, VIA)
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    return kind(cast(aiohttp.ClientResponse, answer), cast(Any, answer.body))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, 50007, DmsClosed),
        (403, 50278, DmsClosed),
        (403, 50001, MayNot),
        (403, 50013, MayNot),
        (404, 10003, ChannelGone),
        (404, 10004, RecipientGone),
        (404, 10013, RecipientGone),
        (400, 40003, TryLater),
        (400, 50035, AlertRejected),
        (400, 50006, AlertRejected),
        (400, 20016, TryLater),
        (429, 20028, TryLater),
        (404, 10062, InteractionOver),
        (400, 40060, InteractionOver),
        (404, 10015, InteractionOver),
        (404, 10008, InteractionOver),
        (401, 0, Misconfigured),
        (403, 50014, Misconfigured),
        (400, 160005, RecipientGone),
        (400, 999999, AlertRejected),
        (403, 999999, MayNot),
        (404, 999999, RecipientGone),
        (500, 0, TryLater),
        (502, 0, TryLater),
        (503, 130000, TryLater),
        (504, 0, TryLater),
        (524, 0, TryLater),
    ],
)
def test_codes_decide_and_then_the_status(
    status: int, code: int, kind: type[DrawbellError]
) -> None:
    assert type(translated(refused(status, code))) is kind


@pytest.mark.parametrize(
    ("code", "certain"),
    [(50007, False), (50001, False), (50013, False), (10003, False), (10004, False), (10013, True)],
)
def test_only_a_person_who_does_not_exist_is_gone_at_once(code: int, *, certain: bool) -> None:
    error = translated(refused(403, code))
    assert isinstance(error, RecipientGone)
    assert error.certain is certain


def test_opening_dms_too_fast_holds_the_whole_platform_for_minutes() -> None:
    error = translated(refused(400, 40003))
    assert isinstance(error, TryLater)
    assert (error.retry_after, error.scope) == (600.0, Scope.PLATFORM)


@pytest.mark.parametrize(
    ("headers", "body", "wait", "scope"),
    [
        (VIA | {"X-RateLimit-Scope": "user"}, {"retry_after": 1.5}, 1.5, Scope.CHAT),
        (VIA | {"X-RateLimit-Scope": "shared"}, {"retry_after": 40.0}, 40.0, Scope.CHAT),
        (VIA, {"retry_after": 1.5}, 1.5, Scope.CHAT),
        (VIA | {"X-RateLimit-Scope": "global"}, {"retry_after": 2}, 2.0, Scope.PLATFORM),
        (VIA, {"retry_after": 0.3, "global": True}, 0.3, Scope.PLATFORM),
        (VIA | {"X-RateLimit-Global": "true"}, {"retry_after": 3.0}, 3.0, Scope.PLATFORM),
        (VIA | {"Retry-After": "7"}, {"message": "wait"}, 7.0, Scope.CHAT),
        ({"Retry-After": "90"}, "error code: 1015", 90.0, Scope.PLATFORM),
        ({"Retry-After": "soon"}, "error code: 1015", 600.0, Scope.PLATFORM),
        ({}, "error code: 1015", 600.0, Scope.PLATFORM),
        ({}, {"retry_after": 5}, 5.0, Scope.PLATFORM),
    ],
)
def test_whose_limit_it_is(
    headers: dict[str, str], body: object, wait: float, scope: Scope
) -> None:
    error = translated(Limited(an_answer(429, body, headers)))
    assert isinstance(error, TryLater)
    assert (error.retry_after, error.scope) == (wait, scope)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Held(3, everybody=True), TryLater),
        (Held(3, everybody=False), TryLater),
        (discord.RateLimited(3), TryLater),
        (NotSent("no"), TryLater),
        (MaybeSent("perhaps"), OutcomeUnknown),
        (discord.LoginFailure("no"), Misconfigured),
        (discord.PrivilegedIntentsRequired(None), Misconfigured),
        (discord.GatewayNotFound(), TryLater),  # type: ignore[no-untyped-call]
        (aiohttp.ClientError(), TryLater),
        (OSError(), TryLater),
        (TimeoutError(), TryLater),
        (ValueError(), OutcomeUnknown),
        (StoreUnavailable("ours"), StoreUnavailable),
    ],
)
def test_everything_else_has_a_meaning_too(error: Exception, kind: type[DrawbellError]) -> None:
    assert type(translated(error)) is kind


class _Socket:
    close_code = None


@pytest.mark.parametrize(
    ("code", "kind"),
    [(4004, Misconfigured), (4014, Misconfigured), (4011, Misconfigured), (4000, TryLater)],
)
def test_how_the_gateway_closes(code: int, kind: type[DrawbellError]) -> None:
    closed = discord.ConnectionClosed(cast(Any, _Socket()), shard_id=None, code=code)
    assert type(translated(closed)) is kind


def test_an_error_page_for_403_is_the_front_door_that_refuses_us_all() -> None:
    page = an_answer(403, "<html>banned</html>")
    error = translated(discord.Forbidden(cast(aiohttp.ClientResponse, page), cast(Any, page.body)))
    assert isinstance(error, TryLater)
    assert error.scope is Scope.PLATFORM


def test_a_sentence_is_short_and_of_one_line() -> None:
    said = str(translated(refused(400, 50035, "Invalid\nForm " + "x" * 1000)))
    assert said.startswith("Discord: Invalid Form x")
    assert len(said) < 260
    assert "\n" not in said
