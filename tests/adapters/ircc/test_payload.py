"""Bytes that are the feed, and bytes that are not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.ircc.parse import parse
from adapters.ircc.payload import MAX_BYTES, decode, read_rows
from bot.core.errors import SourceChanged
from tests.builders import a_feed, a_row

GOOD = a_feed([a_row()])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html><body>Maintenance</body></html>", "web page"),
        (b"\n  <html></html>", "web page"),
        (GOOD[: len(GOOD) // 2], "not whole JSON"),
        (GOOD[:-1], "not whole JSON"),
        (GOOD + b"}", "not whole JSON"),
        (GOOD + GOOD, "not whole JSON"),
        (b"Service unavailable", "not whole JSON"),
        (b'{"rounds": []}', "list of rounds is empty"),
        (b'{"rounds": [' + b"1," * 2_000_000 + b"1]}", "2,000,001 rows, more than there can be"),
        (b"{}", "no list of rounds"),
        (b'{"rounds": null}', "no list of rounds"),
        (b'{"rounds": {}}', "no list of rounds"),
        (b'{"rounds": "385"}', "no list of rounds"),
        (b'{"Rounds": [1]}', "no list of rounds"),
        (b"[]", "a list"),
        (json.dumps([a_row()]).encode(), "a list"),
        (b'"rounds"', "a text"),
        (b"385", "a number"),
        (b"3.85", "a number"),
        (b"NaN", "a number"),
        (b"-Infinity", "a number"),
        (b"true", "true or false"),
        (b"null", "nothing"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'{"rounds": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b" " * 50_000_000, "larger than 10 MB"),
        (GOOD + b" " * MAX_BYTES, "larger than 10 MB"),
        (b"\x00" * 100, "not whole JSON"),
        (b"\xff\xfe", "empty"),
        (b"\xff\xfe{", "not whole JSON"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else value,
)
def test_what_is_not_the_feed_is_refused_in_words(body: bytes, says: str) -> None:
    with pytest.raises(SourceChanged, match=says) as refused:
        parse(body)

    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)
    str(refused.value).encode()


def test_a_body_of_the_largest_size_is_still_read() -> None:
    padded = GOOD + b" " * (MAX_BYTES - len(GOOD))

    assert len(padded) == MAX_BYTES
    assert len(parse(padded).rounds) == 1


NAME = "Healthcare – santé"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_feed_is_read_in_every_encoding_it_has_been_served_in(encoding: str) -> None:
    text = json.dumps({"rounds": [a_row(drawName=NAME)]}, ensure_ascii=False)

    (round_,) = parse(text.encode(encoding)).rounds

    assert round_.name == NAME


def test_utf_16_of_either_byte_order_is_read_by_its_mark() -> None:
    assert decode(b"\xff\xfe" + "é".encode("utf-16-le")) == "é"
    assert decode(b"\xfe\xff" + "é".encode("utf-16-be")) == "é"


def test_bytes_that_windows_1252_does_not_know_do_no_harm() -> None:
    body = GOOD.replace(b"Healthcare", b"Health\x81care \xe9")

    (round_,) = parse(body).rounds

    assert "é" in round_.name
    round_.name.encode()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1e308", "-0.0"])
def test_a_number_that_is_none_does_no_harm(number: str) -> None:
    odd = json.dumps(a_row(drawNumber="384", drawCRS="@")).replace('"@"', number)
    body = f'{{"rounds": [{json.dumps(a_row())}, {odd}]}}'.encode()

    published = parse(body)

    assert "385" in [str(one.number) for one in published.rounds]
    assert all(0 <= one.crs_cut_off <= 1200 for one in published.rounds)


@pytest.mark.parametrize("key", ["drawNumber", "drawSize", "drawCRS", "dd1", "drawDate", "mitext"])
def test_a_number_of_5000_digits_never_hides_a_good_row(key: str) -> None:
    endless = json.dumps(a_row(drawNumber="384") | {key: "@"}).replace('"@"', "9" * 5000)
    body = f'{{"rounds": [{json.dumps(a_row())}, {endless}]}}'.encode()

    published = parse(body)

    assert "385" in [str(one.number) for one in published.rounds]


def test_of_a_key_given_twice_one_value_is_read_and_nothing_breaks() -> None:
    row = json.dumps(a_row())[:-1] + ', "drawCRS": "500"}'

    (round_,) = parse(f'{{"rounds": [{row}]}}'.encode()).rounds

    assert round_.crs_cut_off in (476, 500)


@pytest.mark.parametrize("depth", [10, 300, 600, 900, 940, 960, 970, 980, 985, 990, 995])
def test_a_deeply_nested_row_is_unreadable_or_the_payload_is_refused(depth: int) -> None:
    body = b'{"rounds": [%s, %s]}' % (
        json.dumps(a_row()).encode(),
        b"[" * depth + b"]" * depth,
    )
    try:
        published = parse(body)
    except SourceChanged as refused:
        assert "deeply" in str(refused)  # noqa: PT017 - either outcome is right
    else:
        assert len(published.rounds) == len(published.unreadable) == 1


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_are_refused(body: bytes) -> None:
    try:
        assert read_rows(body)
    except SourceChanged as refused:
        str(refused).encode()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=8))
def test_a_feed_with_damaged_bytes_is_read_or_refused(
    where: int, length: int, added: bytes
) -> None:
    try:
        published = parse(GOOD[:where] + added + GOOD[where + length :])
    except SourceChanged as refused:
        str(refused).encode()
    else:
        assert len(published.rounds) + len(published.unreadable) >= 1
