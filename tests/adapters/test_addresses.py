"""Names of chats from outside, as addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.addresses import chat_of
from adapters.discord import chats as discord
from adapters.telegram import chats as telegram


@pytest.mark.parametrize(
    ("platform", "text", "chat"),
    [
        ("discord", "81", "dm:81"),
        ("discord", "dm:81", "dm:81"),
        ("discord", "ch:81", "ch:81"),
        ("telegram", "11", "11"),
        ("telegram", "-1001", "-1001"),
        ("telegram", "-1001/5", "-1001/5"),
        ("console", "anything", "anything"),
        ("http", "@any thing", "@any thing"),
    ],
)
def test_a_chat_is_named_as_its_platform_has_it(platform: str, text: str, chat: str) -> None:
    assert chat_of(platform, text) == chat


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        ("telegram", "someone"),
        ("telegram", "@someone"),
        ("telegram", "1/"),
        ("telegram", "+1"),
        ("telegram", "1" * 20),
        ("discord", "someone#1234"),
        ("discord", "dm:"),
        ("discord", "<@81>"),
        ("discord", "-81"),
        ("discord", "1" * 21),
    ],
)
def test_what_is_none_is_refused_with_what_is_right(platform: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"is no address .*: .*(number|NUMBER)"):
        chat_of(platform, text)


@given(st.integers(1, 2**63), st.booleans())
def test_an_address_at_discord_comes_back(number: int, is_group: bool) -> None:
    chat = discord.Chat(number, is_group=is_group)
    assert discord.Chat.of(str(chat)) == chat


@given(st.integers(-(2**60), 2**60).filter(bool), st.none() | st.integers(1, 2**31))
def test_an_address_on_telegram_comes_back(number: int, topic: int | None) -> None:
    chat = telegram.Chat(number, topic)
    assert telegram.Chat.of(str(chat)) == chat
