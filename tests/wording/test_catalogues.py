"""The catalogues against the code: every message is there, in both languages, and well formed."""

import re
import string
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
KEYWORDS = {"say": None, "say_many": (1, 2)}
LANGUAGES = ("en", "fr")
IN_ENGLISH_ON_PURPOSE = re.compile(r"\bIn English(?:\?|: /language en)")

Key = str | tuple[str, ...]


@cache
def in_the_code() -> frozenset[Key]:
    found: set[Key] = set()
    for folder in ("bot", "adapters/console", "adapters/telegram", "adapters/discord"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, [("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message)
    return frozenset(found)


@cache
def catalogue(language: str) -> Catalog:
    path = ROOT / "bot" / "wording" / "locale" / language / "LC_MESSAGES" / "drawbell.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(language: str) -> dict[Key, tuple[str, ...]]:
    """What is said for each key, in each of its plural forms."""
    return {
        cast(Key, one.id): (one.string,) if isinstance(one.string, str) else tuple(one.string or ())
        for one in catalogue(language)
        if one.id
    }


def texts(key: Key) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_the_code_says_something() -> None:
    assert len(in_the_code()) > 100
    assert any(isinstance(key, tuple) for key in in_the_code())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    known = entries(language).keys()

    assert in_the_code() - known == set(), "missing: run `make messages`"
    assert known - in_the_code() == set(), "unused: run `make messages`"
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_empty_or_guessed(language: str) -> None:
    forms = catalogue(language).num_plurals

    for key, said in entries(language).items():
        assert all(text.strip() for text in said), key
        assert len(said) == (1 if isinstance(key, str) else forms), key
    assert [one.id for one in catalogue(language) if one.fuzzy and one.id] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    for key, said in entries(language).items():
        wanted = [placeholders(text) for text in texts(key)]  # one form may say less: "one round"
        assert [placeholders(text) for text in said] == wanted, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_blanks_at_the_ends_and_line_breaks_are_kept(language: str) -> None:
    for key, said in entries(language).items():
        for text in said:
            assert text == text.strip(), key
            assert "\n" not in text, key
            assert "  " not in text, key


def test_english_says_what_the_code_says() -> None:
    assert all(said == texts(key) for key, said in entries("en").items())


def french() -> list[str]:
    """All French texts, without commands, URLs and the way back to English."""
    said = [text for forms in entries("fr").values() for text in forms]
    said = [IN_ENGLISH_ON_PURPOSE.sub("", text) for text in said]
    return [re.sub(r"https?://\S+|/\w+(?= |$|[,.])", "", text) for text in said]


def test_french_has_typographic_apostrophes() -> None:
    assert [text for text in french() if "'" in text] == []


def test_french_has_a_blank_before_two_part_signs() -> None:
    missing = re.compile(r"[^\s\u00a0\u202f](?:[;?!]|:(?!\d))")

    assert [text for text in french() if missing.search(text)] == []


def test_french_has_blanks_within_its_quotation_marks() -> None:
    wrong = re.compile(r"«(?![\s\u00a0\u202f])|(?<![\s\u00a0\u202f])»|[“”\"]")

    assert [text for text in french() if wrong.search(text)] == []


def test_french_is_not_left_in_english() -> None:
    same = {"STEM", "Transport", "Agriculture", "{day} at {clock} {zone}"}
    left = {key for key, said in entries("fr").items() if texts(key) == said}

    assert {key for key in left if isinstance(key, tuple) or " " in key} <= same
    words = re.compile(r"\b(the|your|you|and|would|score|round|cut-off|profile)\b")
    assert [text for text in french() if words.search(re.sub(r"{.*?}", "", text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_that_they_were_invited(language: str) -> None:
    said = " ".join(text for forms in entries(language).values() for text in forms).casefold()

    for claim in ("you were invited", "you have been invited", "vous avez été invité"):
        assert claim not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_round_is_no_lottery(language: str) -> None:
    said = " ".join(text for forms in entries(language).values() for text in forms).casefold()

    assert re.search(r"lotter|loterie|tirage", said) is None
