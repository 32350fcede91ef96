"""Messages, embeds and controls as Discord takes them."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.components import rows, said
from adapters.discord.markdown import escaped, marked, parted, sendable, units
from adapters.discord.render import (
    CONTENT_LIMIT,
    POST_COLOUR,
    colour_of,
    contents,
    embeds,
    unmarked,
)
from bot.core.alerts import Priority
from bot.core.delivery import Alert, DeliveryKey, Kind, ProfileVerdict, RoundVerdicts
from bot.core.match import verdict
from bot.core.subscribers import Language
from bot.wording.alerts import alert_reply, group_post
from bot.wording.spans import BLANK, Choice, Emphasis, Line, Message, Span, line, link
from tests.builders import a_profile, a_round
from tests.fakes.discord_spec import Spec, message_faults
from tests.fakes.people import a_subscriber

SPEC = Spec.load()


def message(*lines: Line) -> Message:
    return Message(lines=lines)


def an_alert(*numbers: str, kind: Kind = Kind.NEWS, **who: object) -> Alert:
    profile = a_profile()
    rounds = [a_round(number=number) for number in numbers or ("385",)]
    return Alert(
        key=DeliveryKey(announcement=1, subscriber=1),
        to=a_subscriber("dm:11", platform="discord", **who),
        rounds=tuple(
            RoundVerdicts(
                round=one,
                profiles=(
                    ProfileVerdict(
                        profile=profile,
                        verdict=verdict(one, profile),
                        priority=Priority.QUALIFIED,
                    ),
                ),
            )
            for one in rounds
        ),
        announced_at=datetime(2025, 12, 11, 19, tzinfo=UTC),
        kind=kind,
    )


@pytest.mark.parametrize(
    ("said_", "shown"),
    [
        (line("plain"), "plain"),
        (line("*a* _b_ ~~c~~ ||d|| `e`"), r"\*a\* \_b\_ \~\~c\~\~ \|\|d\|\| \`e\`"),
        (line("[a](https://x.y)"), r"\[a\](https\://x.y)"),
        (line("@everyone <@1> <#2>"), "@\u200beveryone \\<@\u200b1\\> \\<#2\\>"),
        (line("# big"), r"\# big"),
        (line("- one"), r"\- one"),
        (line("1. one"), r"1\. one"),
        (line("-# small"), r"\-# small"),
        (line("Draw #385: 1.5"), "Draw #385: 1.5"),
        (line("a\n# b"), "a\n\\# b"),
        (line("back\\slash"), r"back\\slash"),
        (line("new", Emphasis.STRONG), "**new**"),
        (line(" new ", Emphasis.STRONG), " **new** "),
        (line(" ", Emphasis.STRONG), " "),
        (line("a*b", Emphasis.STRONG), r"**a\*b**"),
        (line("small", Emphasis.QUIET), "*small*"),
        (line("/profile score 480", Emphasis.TYPED), "`/profile score 480`"),
        (line("a`b", Emphasis.TYPED), "`aˋb`"),
        ((*line("a", Emphasis.STRONG), *line("b", Emphasis.QUIET)), "**a**\u200b*b*"),
        (link("page", "https://a/?b=1&c=2"), "[page](<https://a/?b=1&c=2>)"),
        (link("[x]", "https://a/ <b>"), r"[\[x\]](<https://a/b>)"),
        (link("https://a/", "https://a/"), "<https://a/>"),
        (link(" ", "https://a/"), "<https://a/>"),
        (link("no link", " "), "no link"),
        (line("nul\x00 half \ud83d turned \u202etxet"), "nul  half \ufffd turned txet"),
    ],
)
def test_spans_as_markdown(said_: Line, shown: str) -> None:
    assert marked(said_) == shown


_LIVE = re.compile(r"[*_~|`\[\]<>]")


def _dead(text: str) -> str:
    """The text without what is escaped."""
    return re.sub(r"\\[!-/:-@\[-`{-~]", "", text)


@given(st.text())
def test_foreign_text_formats_nothing_and_mentions_nobody(text: str) -> None:
    shown = escaped(text)
    rest = _dead(shown)
    assert not _LIVE.search(rest)
    assert "://" not in rest
    assert not re.search(r"@(?!\u200b)", rest)
    assert not re.search(r"(?m)^ *([#+-]|\d+[.)])", shown)


@given(st.text())
def test_foreign_text_is_shown_as_it_is(text: str) -> None:
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped(text)).replace("@\u200b", "@")
    assert shown == sendable(text)


SPANS = st.builds(
    Span,
    text=st.text(max_size=40) | st.just("x" * 3000) | st.just("w " * 1500),
    emphasis=st.sampled_from(Emphasis),
    link=st.none() | st.just("https://www.canada.ca/") | st.text(max_size=30),
)
MESSAGES = st.builds(
    lambda lines: Message(lines=tuple(map(tuple, lines))),
    st.lists(st.lists(SPANS, max_size=4), max_size=12),
)


@given(MESSAGES)
def test_every_part_fits_and_is_not_empty(said_: Message) -> None:
    for part in (*contents(said_), *unmarked(said_)):
        assert 0 < units(part) <= CONTENT_LIMIT
        assert part.strip()
    for embed in embeds(said_, POST_COLOUR):
        body = {"embeds": [embed]}
        assert message_faults(body) == []
        assert SPEC.complaints("POST", "/channels/1/messages", body) == []


@given(st.lists(st.text(alphabet="abc xyz*", min_size=1), min_size=1, max_size=30))
def test_nothing_is_lost_between_parts(texts: list[str]) -> None:
    whole = "".join(parted([line(one) for one in texts], 10_000))
    parts = "".join(parted([line(one) for one in texts], 24))
    assert re.sub(r"\s", "", whole) == re.sub(r"\s", "", parts)


@pytest.mark.parametrize(("length", "count"), [(1999, 1), (2000, 1), (2001, 2)])
def test_the_limit_of_an_answer(length: int, count: int) -> None:
    assert len(contents(message(line("x" * length)))) == count


@pytest.mark.parametrize("lines", [(), (BLANK,), (line(" "), line("\n\x00"))])
def test_nothing_to_see_is_nothing_to_send(lines: tuple[Line, ...]) -> None:
    assert contents(message(*lines)) == ()
    assert unmarked(message(*lines)) == ()


# Embeds.


def test_a_real_alert_is_one_embed_whose_title_says_it_all() -> None:
    [embed] = embeds(alert_reply(an_alert()).message, 1)
    assert embed["title"].startswith("Draw #385 Healthcare: you would have qualified")
    assert "[Official page](<https://www.canada.ca/" in embed["description"]
    assert embed["footer"] == {"text": "drawbell is not IRCC, and this is not advice."}
    assert embed["color"] == 1


def test_a_digest_has_a_field_for_each_round() -> None:
    [embed] = embeds(alert_reply(an_alert("384", "385", "386")).message, 1)
    assert [one["name"].partition(" ")[2][:4] for one in embed["fields"]] == [
        "#384",
        "#385",
        "#386",
    ]


def test_a_test_alert_begins_with_saying_so() -> None:
    [embed] = embeds(alert_reply(an_alert(kind=Kind.TEST)).message, 1)
    assert embed["description"].startswith("This is a test.")


def test_what_is_too_long_for_one_embed_is_several_messages() -> None:
    long = message(*(line(f"{number} " + "x" * 200) for number in range(60)))
    assert len(embeds(long, 1)) > 1


def coloured(*rounds: tuple[str, Priority]) -> int:
    """The colour of an alert about some rounds."""
    alert = an_alert(*(number for number, _ in rounds))
    told = tuple(
        replace(one, profiles=(replace(one.profiles[0], priority=priority),))
        for one, (_, priority) in zip(alert.rounds, rounds, strict=True)
    )
    return colour_of(replace(alert, rounds=told))


def test_each_verdict_has_its_colour_and_what_is_unconfirmed_is_grey() -> None:
    of_verdicts = {coloured(("385", priority)) for priority in Priority}
    of_reports = {coloured(("385?", priority)) for priority in Priority}

    assert len(of_verdicts) == len(Priority)
    [grey] = of_reports
    assert grey not in of_verdicts
    red, green, blue = grey.to_bytes(3, "big")
    assert red == green == blue


def test_a_colour_speaks_for_what_is_certain() -> None:
    both = coloured(("385?", Priority.QUALIFIED), ("384", Priority.OTHER))

    assert both == coloured(("384", Priority.OTHER))


def test_a_post_in_french_says_nothing_of_anybody() -> None:
    [embed] = embeds(group_post(an_alert(language=Language.FRENCH)), POST_COLOUR)
    assert "480" not in str(embed)


# Controls.


def choices(*says: str) -> list[Choice]:
    return [Choice(label=one.title(), says=one) for one in says]


def test_a_few_choices_are_buttons() -> None:
    [row] = rows(choices("/start skip", "/start back"))
    assert [one["custom_id"] for one in row["components"]] == ["s:/start skip", "s:/start back"]


def test_many_choices_of_one_kind_are_a_menu_and_the_rest_stay_buttons() -> None:
    toggles = [f"/start categories ~{one}" for one in "abcdefg"]
    [menu, buttons] = rows(choices(*toggles, "/start categories done", "/start skip"))
    assert [one["value"] for one in menu["components"][0]["options"]] == [f"s:{t}" for t in toggles]
    assert len(buttons["components"]) == 2


def test_a_form_can_be_asked_for_by_a_button() -> None:
    [row] = rows(choices("/start skip"), write="Type it")
    assert row["components"][0]["custom_id"] == "w:"


def test_a_command_too_long_or_said_twice_is_picked_by_its_position() -> None:
    [row] = rows(choices("/a " + "x" * 100, "/b", "/b"))
    assert [one["custom_id"] for one in row["components"]] == ["n:1", "n:2", "n:3"]


@pytest.mark.parametrize(
    ("control", "says"),
    [
        ("s:/latest", "/latest"),
        ("s:/round 1:2", "/round 1:2"),
        ("n:12", "12"),
        ("n:x", None),
        ("s:", None),
        ("w:", None),
        ("m:1", None),
        ("", None),
        ("other", None),
    ],
)
def test_what_a_control_says(control: str, says: str | None) -> None:
    assert said(control) == says


CHOICES = st.lists(
    st.builds(Choice, label=st.text(max_size=120), says=st.text(max_size=120)), max_size=140
) | st.lists(
    st.builds(Choice, label=st.text(max_size=5), says=st.sampled_from(["/a b", "/a c", "/d"])),
    max_size=40,
)


@given(CHOICES, st.none() | st.just("Type"))
def test_controls_are_always_such_as_discord_takes(some: list[Choice], write: str | None) -> None:
    body = {"content": "x", "components": rows(some, write=write)}
    assert message_faults(body) == []
    assert SPEC.complaints("POST", "/channels/1/messages", body) == []
