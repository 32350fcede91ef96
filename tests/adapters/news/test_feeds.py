"""Feeds as they come: well made, broken, hostile."""

import gzip
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.news.feeds import MAX_BYTES, MOST_POSTS, read_feed
from adapters.news.text import LONGEST_HTML, plain
from bot.core.errors import SourceChanged
from tests.fakes.feeds import an_atom, an_item, an_rss


def test_an_entry_has_title_text_link_and_day() -> None:
    item = an_item(
        "Express Entry draw", "<p>IRCC invited 3,900.</p>", content="<ul><li>CRS 476</li></ul>"
    )

    (post,) = read_feed(an_rss([item]))

    assert post.title == "Express Entry draw"
    assert post.text == "IRCC invited 3,900.\nCRS 476"
    assert post.link == "https://news.example/1"
    assert post.published == datetime(2025, 12, 11, 20, tzinfo=UTC)


def test_atom_is_read_as_well() -> None:
    (post,) = read_feed(an_atom("Round of invitations", "<p>CRS &gt; 476</p>"))

    assert (post.title, post.text) == ("Round of invitations", "CRS > 476")
    assert post.link == "https://www.canada.ca/1.html"
    assert post.published == datetime(2025, 12, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("<b>New</b> draw &amp; more", "New draw & more"),
        ("CRS &lt; 500", "CRS < 500"),
        ("Qu&eacute;bec", "Québec"),
        ("  a \n b  ", "a b"),
        ("", ""),
        ("<script>alert(1)</script>Draw", "Draw"),
    ],
)
def test_html_and_entities_in_titles_are_text(title: str, read: str) -> None:
    (post,) = read_feed(an_rss([an_item(title)]))

    assert post.title == read


@pytest.mark.parametrize(
    "published", ["", "yesterday", "Thu, 99 Dec 2025 20:00:00 +0000", "1" * 5000]
)
def test_an_entry_without_a_readable_day_has_none(published: str) -> None:
    (post,) = read_feed(an_rss([an_item(published=published)]))

    assert post.published is None


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,1",
        "ftp://x.example/",
        "https://a b",
        "https://" + "x" * 3000,
        "https://x.example/\u202egpj.exe",
        "//[",
        "/1",
    ],
)
def test_what_is_no_link_is_none(link: str) -> None:
    (post,) = read_feed(an_rss([an_item(link=link)]))

    assert post.link is None


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("/1", "https://news.example/1"),
        ("1", "https://news.example/feeds/1"),
        ("?p=1", "https://news.example/feeds/rss?p=1"),
        ("//other.example/1", "https://other.example/1"),
        ("HTTPS://other.example/1", "https://other.example/1"),
        ("javascript:alert(1)", None),
        ("https://other.example/1", "https://other.example/1"),
    ],
)
def test_a_link_may_leave_out_where_the_feed_is(link: str, whole: str | None) -> None:
    body = an_rss([an_item(link=link)])

    (post,) = read_feed(body, base="https://news.example/feeds/rss")

    assert post.link == whole


def test_a_title_is_one_line_of_what_shows() -> None:
    (post,) = read_feed(an_rss([an_item("Express\u202e\u0007\n Entry\u00a0draw")]))

    assert post.title == "Express Entry draw"


@pytest.mark.parametrize(
    ("encode", "content_type"),
    [
        (lambda text: text.encode(), None),
        (lambda text: text.encode("cp1252"), None),
        (lambda text: text.encode("cp1252"), "text/xml; charset=windows-1252"),
        (lambda text: text.encode("utf-16"), None),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), "application/rss+xml; charset=utf-8"),
        (lambda text: text.encode(), "application/json"),
        (lambda text: text.encode(), "nonsense; charset=no-such"),
    ],
)
def test_wrong_encodings_do_no_harm(
    encode: Callable[[str], bytes], content_type: str | None
) -> None:
    text = an_rss([an_item("Entrée express")]).decode()

    (post,) = read_feed(encode(text), content_type)

    assert post.title == "Entrée express"


def test_a_feed_that_is_cut_short_is_read_as_far_as_it_goes() -> None:
    body = an_rss([an_item(f"Title {number}") for number in range(10)])

    posts = read_feed(body[: len(body) * 3 // 4])

    assert [post.title for post in posts][:6] == [f"Title {number}" for number in range(6)]


def test_two_thousand_entries_are_read() -> None:
    item = an_item("Express Entry draw", "<p>" + "IRCC invited 3,900 candidates. " * 30 + "</p>")

    assert len(read_feed(an_rss([item] * 2_000))) == 2_000


def test_no_more_entries_are_kept_than_any_feed_has() -> None:
    assert len(read_feed(an_rss([an_item()] * (MOST_POSTS + 10)))) == MOST_POSTS


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read_feed(an_rss()) == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<!doctype html><title>Maintenance</title>", "no RSS or Atom feed; begins: <!doctype"),
        (b'{"rounds": []}', "no RSS or Atom feed"),
        (b"/etc/passwd", "no RSS or Atom feed"),
        (gzip.compress(an_rss()), "no RSS or Atom feed"),
        (b"\0" * 1000, "no RSS or Atom feed"),
        (an_rss([an_item("x" * MAX_BYTES)]), "larger than 5 MB"),
    ],
)
def test_what_is_no_feed_is_said_as_such(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read_feed(body)


def laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY lol{level} "{f"&lol{level - 1};" * 10}">' for level in range(1, 10)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY lol0 "lol">{entities}]>'
    return an_rss(["<item><title>&lol9;</title></item>"], head)


def outside(target: Path) -> bytes:
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY file SYSTEM "file://{target}">]>'
    return an_rss(["<item><title>&file;</title></item>"], head)


def test_a_billion_laughs_are_not_laughed() -> None:
    (post,) = read_feed(laughs())

    assert len(post.title) < 100


def test_a_feed_cannot_name_files_of_ours(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret", encoding="utf-8")

    (post,) = read_feed(outside(secret))

    assert "secret" not in post.title


@pytest.mark.parametrize("reference", ["&#x110000;", "&#xFFFFFFFFFF;"])
def test_what_breaks_the_parser_is_a_broken_feed(reference: str) -> None:
    body = an_rss([an_item("A title")]).replace(b"A title", f"A <b {reference}".encode())

    with suppress(SourceChanged):
        read_feed(body)


def never(*arguments: Any, **options: Any) -> Any:
    raise AssertionError("it was not to be called")


def test_the_reader_never_opens_a_file_or_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.urlopen", never)
    monkeypatch.setattr("feedparser.http.get", never)

    with pytest.raises(SourceChanged):
        read_feed(b"https://news.example/feed")
    assert len(read_feed(an_rss([an_item(link="https://news.example/loop")]))) == 1


def wrapped(inner: bytes) -> bytes:
    return b'<rss version="2.0"><channel>' + inner + b"</channel></rss>"


BUSY = {
    "tags": b'<rss version="2.0"><channel><item><title>' + b"<a>" * 400_000,
    "entries": wrapped(b"<item/>" * 400_000),
    "attributes": b"<rss " + b" ".join(b'a%d="1"' % one for one in range(150_000)) + b"></rss>",
    "many attributes": wrapped((b"<item " + b'a="1" ' * 250 + b"/>") * 500),
    "open tags": wrapped(b"<item><title>") + b"<a " * 1_000_000,
    "open ends": wrapped(b"<item><title>") + b"</" * 1_000_000,
    "comments": wrapped(b"<item><description><![CDATA[" + b"<!--" * 500_000),
    "ampersands": wrapped(b"<item><description>" + b"&" * 2_000_000),
    "less than": wrapped(b"<item><description><![CDATA[" + b"<" * 1_000_000),
}


@pytest.mark.parametrize("body", BUSY.values(), ids=BUSY)
def test_a_feed_built_to_keep_us_busy_is_refused_unread(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.news.feeds.feedparser.parse", never)

    with pytest.raises(SourceChanged, match="built like no feed"):
        read_feed(body)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><th>CRS</th><td>476</td></tr></table>", "CRS | 476 |"),
        ("one\nline\n\nand another", "one\nline\nand another"),
        ("<p>one\nparagraph</p>", "one paragraph"),
        ("a <b>bold</b> word", "a bold word"),
        ("<style>p {}</style>a<script>b</script>", "a"),
        ("a &amp; b &#233; &unknown;", "a & b é &unknown;"),
        ("<p title='x>y'>a", "a"),
        ("</p></script>a", "a"),
        ("", ""),
    ],
)
def test_text_without_its_html(html: str, text: str) -> None:
    assert plain(html) == text


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(plain("x" * 10 * LONGEST_HTML)) == LONGEST_HTML


@settings(max_examples=100)
@given(st.binary(max_size=400), st.sampled_from(["before", "inside"]))
def test_any_bytes_are_read_or_refused(noise: bytes, where: str) -> None:
    body = noise if where == "before" else wrapped(b"<item><title>" + noise + b"</title></item>")

    with suppress(SourceChanged):
        assert all(isinstance(post.title, str) for post in read_feed(body))


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_any_html_is_text(html: str) -> None:
    assert isinstance(plain(html), str)
