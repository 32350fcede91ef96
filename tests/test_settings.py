"""Settings: `.env.example` is complete, mistakes are named, secrets stay secret."""

import os
import re
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import OFFICIAL_FEED, PREFIX, Settings, WrongSettings, load_settings
from bot.sources import french_twin_of

EXAMPLE = (Path(__file__).parents[1] / ".env.example").read_text(encoding="utf-8")
NAMES = [PREFIX + name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def in_an_empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_env(text: str) -> None:
    Path(".env").write_text(text, encoding="utf-8")


def test_the_example_names_every_setting_once_and_nothing_else() -> None:
    assert re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE) == NAMES


def test_the_example_says_something_about_each_setting() -> None:
    blocks = EXAMPLE.strip().split("\n\n")[1:]
    assert len(blocks) == len(NAMES)
    assert all(re.fullmatch(r"(# .+\n)+#?[A-Z_]+=.*", block) for block in blocks)


def test_the_example_loads_as_it_is_and_changes_nothing() -> None:
    write_env(EXAMPLE)
    assert load_settings() == Settings(_env_file=None)  # type: ignore[call-arg]


def test_the_example_loads_with_every_line_switched_on() -> None:
    write_env(re.sub(r"^#(?=[A-Z])", "", EXAMPLE, flags=re.MULTILINE))
    settings = load_settings()
    assert settings.ircc_feed_url == OFFICIAL_FEED
    assert settings.poll_seconds == 300
    assert settings.telegram_token is not None
    examples = {
        "telegram_token",
        "telegram_proxy",
        "telegram_webhook_url",
        "discord_token",
        "discord_shards",
        "discord_proxy",
        "poll_seconds",
        "contact",
        "ircc_french_url",
        "http_url",
    }
    defaults = Settings(_env_file=None)  # type: ignore[call-arg]
    assert settings.model_dump(exclude=examples) == defaults.model_dump(exclude=examples)


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_env("DRAWBELL_LOG_FORMAT=json\nDRAWBELL_POLL_SECONDS=5\n")
    monkeypatch.setenv("DRAWBELL_POLL_SECONDS", "7")
    settings = load_settings()
    assert (settings.log_format, settings.poll_seconds) == ("json", 7)


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "")
    assert load_settings() == Settings(_env_file=None)  # type: ignore[call-arg]


def test_lists_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAWBELL_NEWS_FEEDS", " https://one.example/rss, https://two.example ,")
    assert load_settings().news_feeds == ("https://one.example/rss", "https://two.example")


def test_other_programs_may_share_the_file() -> None:
    write_env("OTHER_PROGRAM=1\n# DRAWBELL_NOT_A_SETTING=1\n")
    assert load_settings() == Settings(_env_file=None)  # type: ignore[call-arg]


MISTYPED = [
    ("DRAWBELL_POL_SECONDS", "did you mean DRAWBELL_POLL_SECONDS?"),
    ("drawbell_telegram_tokn", "did you mean DRAWBELL_TELEGRAM_TOKEN?"),
    ("DRAWBELL_SOMETHING_QUITE_UNLIKE_ANY_OTHER_NAME_THERE_IS", "see .env.example"),
]


@pytest.mark.parametrize(("name", "hint"), MISTYPED)
@pytest.mark.parametrize("place", ["environment", "file", "exported in the file"])
def test_a_mistyped_name_ends_with_a_sentence_and_a_hint(
    name: str,
    hint: str,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if place == "environment":
        monkeypatch.setenv(name, "1")
    else:
        write_env(f"{'export ' if place != 'file' else ''}{name}=1\n")
    assert main(["doctor"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"drawbell: there is no setting {name.upper()}; {hint}\n"


WRONG = [
    ("DRAWBELL_POLL_SECONDS", "often"),
    ("DRAWBELL_POLL_SECONDS", "0"),
    ("DRAWBELL_POLL_SECONDS", "86401"),
    ("DRAWBELL_POLL_SECONDS", "nan"),
    ("DRAWBELL_ADMIN_CHATS", "telegram:@someone"),
    ("DRAWBELL_ADMIN_CHATS", "telegram:1, discord:someone"),
    ("DRAWBELL_LOG_LEVEL", "loud"),
    ("DRAWBELL_LOG_FORMAT", "xml"),
    ("DRAWBELL_TELEGRAM_API_URL", "api.telegram.org"),
    ("DRAWBELL_TELEGRAM_WEBHOOK_URL", "bot.example.com/telegram"),
    ("DRAWBELL_TELEGRAM_WEBHOOK_URL", "https:///telegram"),
    ("DRAWBELL_TELEGRAM_WEBHOOK_LISTEN", "8443"),
    ("DRAWBELL_TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:65536"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_names_its_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"drawbell: {name}: ")
    assert shown.err.count("\n") == 1


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAWBELL_POLL_SECONDS", "often")
    monkeypatch.setenv("DRAWBELL_LOG_LEVEL", "loud")
    with pytest.raises(WrongSettings, match=r"DRAWBELL_POLL_SECONDS: .+; DRAWBELL_LOG_LEVEL: .+"):
        load_settings()


@pytest.mark.parametrize("value", ["1", "86400"])
def test_the_limits_of_the_interval_are_allowed(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWBELL_POLL_SECONDS", value)
    assert load_settings().poll_seconds == float(value)


@pytest.mark.parametrize(
    ("name", "value"), [("DRAWBELL_LOG_LEVEL", "debug"), ("DRAWBELL_LOG_FORMAT", "JSON")]
)
def test_case_does_not_matter_where_only_words_are_meant(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    load_settings()


def test_a_file_that_is_no_text_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".env").write_bytes(b"DRAWBELL_LOG_LEVEL=\xff\xfe\n")
    assert main(["doctor"]) == 2
    assert capsys.readouterr().err.startswith("drawbell: .env ")


def test_tokens_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "123456:do-not-show"  # noqa: S105 - an example, so that it can be looked for
    monkeypatch.setenv("DRAWBELL_TELEGRAM_TOKEN", secret)
    monkeypatch.setenv("DRAWBELL_DISCORD_TOKEN", secret)
    settings = load_settings()
    shown = (repr(settings), str(settings), settings.model_dump_json(), f"{settings!r}")
    assert not any("do-not-show" in text for text in shown)
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == secret


@pytest.mark.parametrize(
    ("feed", "french", "expected"),
    [
        (None, None, True),
        (None, "none", False),
        ("https://mirror.example/ee_en.json", None, True),
        ("https://mirror.example/feed.json", None, False),
        ("feed.json", "twin.json", True),
    ],
)
def test_the_french_twin_stands_beside_the_feed_unless_it_is_set(
    feed: str | None, french: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FEED", feed), ("FRENCH", french)):
        if value is not None:
            monkeypatch.setenv(f"DRAWBELL_IRCC_{name}_URL", value)

    assert (french_twin_of(load_settings(None)) is not None) is expected
