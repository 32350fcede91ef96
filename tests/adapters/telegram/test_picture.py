"""The picture of the README shows an alert as the program renders it today."""

import re
from html import unescape

from adapters.telegram.render import pieces
from bot.wording.alerts import alert_message
from docs.pictures.telegram_alert import PICTURE, an_alert, drawn


def test_the_picture_is_as_it_would_be_drawn_now() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawn(an_alert())


def test_the_picture_says_word_for_word_what_is_sent() -> None:
    [piece] = pieces(alert_message(an_alert()))
    shown = re.findall(r"<tspan[^>]*>([^<]*)</tspan>", PICTURE.read_text(encoding="utf-8"))

    sent = unescape(re.sub(r"<[^>]*>", "", piece.html))
    assert unescape(" ".join(shown)).split() == sent.split()
