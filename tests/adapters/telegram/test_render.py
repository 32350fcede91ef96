"""Messages and buttons as Telegram takes them."""

from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.render import (
    CALLBACK_LIMIT,
    CAPTION_LIMIT,
    HTML_LIMIT,
    TEXT_LIMIT,
    Piece,
    caption,
    keyboard,
    pieces,
    said,
    sendable,
)
from bot.core.alerts import Priority
from bot.core.delivery import Alert, DeliveryKey, ProfileVerdict, RoundVerdicts
from bot.core.match import verdict
from bot.wording.alerts import alert_reply
from bot.wording.spans import BLANK, Choice, Emphasis, Line, Message, Span, line, link
from tests.builders import a_profile, a_round
from tests.fakes.people import a_subscriber
from tests.fakes.telegram_spec import parsed_html, units


def message(*lines: Line) -> Message:
    return Message(lines=lines)


def only(found: tuple[Piece, ...]) -> Piece:
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("said", "html", "plain"),
    [
        (line("a < b & c > d"), "a &lt; b &amp; c &gt; d", "a < b & c > d"),
        (line('"quoted"'), '"quoted"', '"quoted"'),
        (line("&amp;"), "&amp;amp;", "&amp;"),
        (line("new", Emphasis.STRONG), "<b>new</b>", "new"),
        (line("small", Emphasis.QUIET), "<i>small</i>", "small"),
        (line("/profile score 480", Emphasis.TYPED), "<code>/profile score 480</code>", None),
        (line("/help", Emphasis.TYPED), "/help", "/help"),
        (line("/a-b", Emphasis.TYPED), "<code>/a-b</code>", "/a-b"),
        (line("5 > 4", Emphasis.STRONG), "<b>5 &gt; 4</b>", "5 > 4"),
        (
            link("the page", "https://a/?b=1&c=2"),
            '<a href="https://a/?b=1&amp;c=2">the page</a>',
            None,
        ),
        (link("<x>", 'https://a/"'), '<a href="https://a/&quot;">&lt;x&gt;</a>', '<x> https://a/"'),
        (link("https://a/", "https://a/"), '<a href="https://a/">https://a/</a>', "https://a/"),
        (link(" ", "https://a/"), '<a href="https://a/">https://a/</a>', "https://a/"),
        (link("no link", " \n"), "no link", "no link"),
        (link("bad", "https://a/ \ud800b"), '<a href="https://a/b">bad</a>', "bad https://a/b"),
        (line("nul\x00 tab\t"), "nul  tab ", "nul  tab "),
        (line("win\r\ndows mac\ros\u2028"), "win\ndows mac\nos\n", None),
        (line("half \ud83d"), "half \ufffd", "half \ufffd"),
        (line("turned \u202etxet"), "turned txet", "turned txet"),
        (line("👍🏽 é"), "👍🏽 é", "👍🏽 é"),
    ],
)
def test_spans_as_html_and_as_plain_text(said: Line, html: str, plain: str | None) -> None:
    found = only(pieces(message(said)))
    assert found.html == html
    assert plain is None or found.plain == plain


def test_lines_and_paragraphs_stay() -> None:
    found = only(pieces(message(line("one", Emphasis.STRONG), BLANK, line("two"), line("three"))))
    assert found == Piece(html="<b>one</b>\n\ntwo\nthree", plain="one\n\ntwo\nthree")


@pytest.mark.parametrize("lines", [(), (BLANK,), (line(" "), line("\n\x00"))])
def test_nothing_to_see_is_nothing_to_send(lines: tuple[Line, ...]) -> None:
    assert pieces(message(*lines)) == ()


def test_a_real_alert_is_one_message_that_begins_with_what_matters() -> None:
    round_, profile = a_round(), a_profile()
    told = ProfileVerdict(
        profile=profile, verdict=verdict(round_, profile), priority=Priority.QUALIFIED
    )
    alert = Alert(
        key=DeliveryKey(announcement=1, subscriber=1),
        to=a_subscriber(platform="telegram"),
        rounds=(RoundVerdicts(round=round_, profiles=(told,)),),
        announced_at=datetime(2025, 12, 11, 19, tzinfo=UTC),
    )
    found = only(pieces(alert_reply(alert).message))
    assert found.html.startswith("<b>Draw #385 Healthcare: you would have qualified")
    assert '<a href="https://www.canada.ca/' in found.html


# Too long for one.


@pytest.mark.parametrize(
    ("length", "count"), [(TEXT_LIMIT - 1, 1), (TEXT_LIMIT, 1), (TEXT_LIMIT + 1, 2)]
)
@pytest.mark.parametrize("character", ["x", "é", "<"])
def test_the_limit_counts_what_is_seen(character: str, length: int, count: int) -> None:
    assert len(pieces(message(line(character * length, Emphasis.STRONG)))) == count


@pytest.mark.parametrize(("length", "count"), [(2048, 1), (2049, 2)])
def test_an_emoji_counts_twice(length: int, count: int) -> None:
    found = pieces(message(line("🔔" * length)))
    assert len(found) == count
    assert "".join(one.plain for one in found) == "🔔" * length


@pytest.mark.parametrize(
    ("lines", "limit", "parts"),
    [
        (("aaaaaa", "", "bbbb", "cccc"), 13, ["aaaaaa", "bbbb\ncccc"]),
        (("aaaa bbbb", "cccc dddd"), 12, ["aaaa bbbb", "cccc dddd"]),
        (("aaaa bbbb cccc",), 10, ["aaaa bbbb", "cccc"]),
        (("aaaabbbbcccc",), 5, ["aaaab", "bbbcc", "cc"]),
        (
            (
                "a",
                "",
                "bbbbbbbb cccccccc",
            ),
            14,
            ["a\n\nbbbbbbbb", "cccccccc"],
        ),
        (("aaaa", "", "", "", "bbbb"), 6, ["aaaa", "bbbb"]),
        (("a bbbbbbbbbbbbb",), 6, ["a", "bbbbbb", "bbbbbb", "b"]),
        (("aaaa bbbb",), 4, ["aaaa", "bbbb"]),
    ],
)
def test_long_ones_are_parted_between_paragraphs_then_lines_then_words(
    lines: tuple[str, ...], limit: int, parts: list[str]
) -> None:
    found = pieces(message(*(line(text) for text in lines)), limit)
    assert [one.plain for one in found] == parts


def test_each_part_has_its_own_markup() -> None:
    found = pieces(message(line("aaaa bbbb", Emphasis.STRONG)), 5)
    assert [one.html for one in found] == ["<b>aaaa</b>", "<b>bbbb</b>"]


def test_a_link_is_never_parted() -> None:
    found = pieces(message(line("a" * 20), link("two words", "https://a/")), 25)
    assert found[1].html == '<a href="https://a/">two words</a>'


def test_a_link_that_fills_a_message_is_written_out() -> None:
    found = only(pieces(message(link("page", "https://a/" + "b" * 1000))))
    assert "<a" not in found.html
    assert found.plain == "page https://a/" + "b" * 1000


def test_markup_alone_can_be_too_much() -> None:
    changing = [Emphasis.STRONG, Emphasis.TYPED] * 2000
    found = pieces(message(tuple(Span(text="<", emphasis=one) for one in changing)))
    assert len(found) == 2
    assert max(len(one.html.encode()) for one in found) <= HTML_LIMIT
    assert "".join(one.plain for one in found) == "<" * 4000


TEXT = st.text(st.characters() | st.sampled_from(' \n<>&"\ud83d\u202e\x00🔔é'), max_size=60)
SPANS = st.builds(
    Span,
    text=TEXT | st.from_regex(r"/[a-z]{1,40}", fullmatch=True),
    emphasis=st.sampled_from(Emphasis),
    link=st.none() | TEXT | st.just("https://example.org/?a=1&b=2"),
)
MESSAGES = st.builds(
    Message,
    lines=st.lists(st.lists(SPANS, max_size=4).map(tuple), max_size=6).map(tuple),
)
LIMITS = st.integers(60, 400) | st.sampled_from([CAPTION_LIMIT, TEXT_LIMIT])


class Reader(HTMLParser):
    """Reads HTML back as the plain text that it stands for; objects to what is unclosed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.plain, self._open = "", list[tuple[str, str, int]]()
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "i", "code", "a")
        self._open.append((tag, dict(attrs).get("href") or "", len(self.plain)))

    def handle_endtag(self, tag: str) -> None:
        opened, url, start = self._open.pop()
        assert opened == tag
        if url and self.plain[start:] != url:
            self.plain += f" {url}"

    def handle_data(self, data: str) -> None:
        self.plain += data


def without_space(text: str) -> str:
    return "".join(text.split())


@given(MESSAGES)
def test_html_says_what_the_plain_text_says(said: Message) -> None:
    for piece in pieces(said):
        assert Reader(piece.html).plain == piece.plain
        text, _entities = parsed_html(piece.html)
        assert units(text) <= units(piece.plain)


@given(MESSAGES, st.integers(1010, 1400))
def test_no_part_is_too_long_or_empty_and_nothing_is_lost(said: Message, limit: int) -> None:
    long = Message(lines=said.lines * 12)
    found = pieces(long, limit)
    assert all(piece.plain.strip() for piece in found)
    assert all(units(piece.plain) <= limit for piece in found)
    assert all(len(piece.html.encode()) <= HTML_LIMIT for piece in found)
    whole = "".join(one.plain for one in pieces(long, 10**9))
    assert without_space("".join(one.plain for one in found)) == without_space(whole)


@given(MESSAGES)
def test_parts_are_whole_html(said: Message) -> None:
    for piece in pieces(Message(lines=said.lines * 12), 1010):
        assert Reader(piece.html).plain == piece.plain


@given(TEXT)
def test_sendable_text_can_be_encoded_and_stays(text: str) -> None:
    found = sendable(text)
    found.encode()
    assert sendable(found) == found
    assert all(character == "\n" or character >= " " for character in found)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_is_sent_as_it_is(text: str) -> None:
    assert sendable(text) == text


# Captions.


@pytest.mark.parametrize(("length", "fits"), [(CAPTION_LIMIT, True), (CAPTION_LIMIT + 1, False)])
def test_a_caption_is_short(length: int, fits: bool) -> None:
    assert (caption(message(line("x" * length))) is not None) is fits


def test_nothing_is_no_caption() -> None:
    assert caption(message()) is None


# Buttons.


def labels(*choices: Choice) -> list[list[str]]:
    found = keyboard(choices)
    assert found is not None
    return [[button["text"] for button in row] for row in found["inline_keyboard"]]


def choice(label: str, says: str = "/help") -> Choice:
    return Choice(label=label, says=says)


LONG = "I meet the conditions of healthcare"


@pytest.mark.parametrize(
    ("given_", "rows"),
    [
        (["Yes"], [["Yes"]]),
        (["Yes", "No"], [["Yes", "No"]]),
        (["Yes", "No", "Later"], [["Yes", "No"], ["Later"]]),
        ([LONG, "Yes", "No"], [[LONG], ["Yes", "No"]]),
        (["Yes", LONG, "No"], [["Yes"], [LONG], ["No"]]),
        ([LONG, LONG], [[LONG], [LONG]]),
        (["x" * 18, "y" * 18], [["x" * 18, "y" * 18]]),
        (["x" * 19, "y"], [["x" * 19], ["y"]]),
        (["🔔" * 9, "a"], [["🔔" * 9, "a"]]),
        (["🔔" * 10, "a"], [["🔔" * 10], ["a"]]),
        ([" two\nlines ", ""], [["two lines", "2"]]),
    ],
)
def test_short_labels_share_a_row(given_: list[str], rows: list[list[str]]) -> None:
    assert labels(*map(choice, given_)) == rows


def test_nothing_to_pick_is_no_keyboard() -> None:
    assert keyboard(()) is None


def test_more_than_telegram_shows_is_left_out() -> None:
    rows = labels(*(choice(str(number)) for number in range(150)))
    assert sum(map(len, rows)) == 100


def data_of(*says: str) -> list[str]:
    found = keyboard([choice("Yes", one) for one in says], edits=True)
    assert found is not None
    return [button["callback_data"] for row in found["inline_keyboard"] for button in row]


@pytest.mark.parametrize(
    ("says", "data"),
    [
        ("/forget yes", "e:/forget yes"),
        ("x" * 62, "e:" + "x" * 62),
        ("x" * 63, "n:"),
        ("é" * 31, "e:" + "é" * 31),
        ("é" * 32, "n:"),
        ("half \ud83d", "n:"),
        ("two\nlines", "n:"),
    ],
)
def test_a_button_says_its_command_if_that_fits_and_else_bears_its_mark(
    says: str, data: str
) -> None:
    (found,) = data_of(says)

    assert found == data or (data == "n:" and found.startswith(data))
    assert said(found, [("other", "/other"), ("this", says)]) == says


def test_what_is_no_longer_offered_is_not_mistaken_for_something_else() -> None:
    (found,) = data_of("x" * 99)

    assert said(found, [("Yes, delete everything", "/forget yes")]) is None


def test_what_nobody_remembers_has_a_button_only_if_its_command_fits() -> None:
    found = keyboard([choice("No", "x" * 99), choice("Yes", "/yes")])

    assert found == {"inline_keyboard": [[{"text": "Yes", "callback_data": "s:/yes"}]]}
    assert keyboard([choice("No", "x" * 99)]) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("s:/forget yes", "/forget yes"),
        ("s:a:b", "a:b"),
        ("n:12", None),
        ("n:x", None),
        ("n:", None),
        ("e:", None),
        ("x:1", None),
        ("", None),
        ("s", None),
    ],
)
def test_what_a_pressed_button_says(data: str, expected: str | None) -> None:
    assert said(data) == expected


@given(st.lists(st.builds(Choice, label=TEXT, says=TEXT), min_size=1, max_size=120))
def test_any_choice_becomes_a_button_that_leads_back_to_it(choices: list[Choice]) -> None:
    found = keyboard(choices, edits=True)
    assert found is not None
    offered = [(one.label, one.says) for one in choices]
    buttons = [button for row in found["inline_keyboard"] for button in row]
    for one, button in zip(choices, buttons, strict=False):
        assert button["text"].strip()
        assert 1 <= len(button["callback_data"].encode()) <= CALLBACK_LIMIT
        assert said(button["callback_data"], offered) == (one.says or None)


def test_the_reader_reads() -> None:
    assert Reader('<b>1 &lt; 2</b> <a href="u">t</a>').plain == "1 < 2 t u"
    assert unescape("&lt;") == "<"
