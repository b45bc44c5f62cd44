"""The picture of a post: what it says, and what happens if there is none."""

import asyncio
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow

from bot.answers.replies import Image
from bot.branding import CardWords, Drawing
from bot.config import Settings
from bot.models import Guest, Question, Snippet
from bot.quotes.models import Wording
from bot.weekly.messages import posted
from bot.weekly.models import quote_from
from bot.weekly.pictures import illustrate, make_draw, picture_words
from tests.builders import episode
from tests.weekly_world import scored_quote

TALK = episode("talk-q00", "It is q00.", title="On Tea", guests=("Ann Lee",))
QUOTE = quote_from(scored_quote("q00", "Ann Lee"))
WORDS = CardWords("It is q00.", "Ann Lee", "On Tea", "1:01")
PLAIN = posted((TALK,), QUOTE, "key")


def test_a_picture_says_the_quote_who_said_it_where_and_when() -> None:
    words, guest = picture_words((TALK,), QUOTE)

    assert words == WORDS
    assert guest and guest.name == "Ann Lee"
    assert picture_words((), QUOTE) == (replace(WORDS, title="talk-q00"), None)


def test_the_question_of_a_host_is_in_the_picture_and_its_description() -> None:
    asked = Wording(question=Question("Alexey", Snippet("Why is it?")))
    words, _ = picture_words((TALK,), replace(QUOTE, wording=asked))
    reply = asyncio.run(illustrate(PLAIN, lambda *_: Drawing(b"png"), words))

    assert words == replace(WORDS, question="Alexey: Why is it?")
    assert reply.image
    assert reply.image.text == "Alexey: Why is it? – “It is q00.” – Ann Lee"


def test_a_post_has_the_picture_that_is_drawn_of_it() -> None:
    def draw(words: CardWords, guest: Guest | None) -> Drawing:
        return Drawing(f"{words.text}/{guest and guest.name}".encode())

    reply = asyncio.run(illustrate(PLAIN, draw, *picture_words((TALK,), QUOTE)))

    said = "“It is q00.” – Ann Lee"
    assert reply.image == Image("quote-of-the-week.png", b"It is q00./Ann Lee", said)


def test_a_picture_that_cannot_be_drawn_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> Drawing:
        raise RuntimeError("no paint")

    missing = Drawing(None, ("Install a font.",))
    assert asyncio.run(illustrate(PLAIN, lambda *_: missing, WORDS)) == PLAIN
    assert asyncio.run(illustrate(PLAIN, fail, WORDS)) == PLAIN
    assert caplog.messages == [
        "A quote has no picture. Install a font.",
        "The quote has no picture.",
    ]


def test_what_a_picture_lacks_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    drawn = Drawing(b"png", ("Emoji are left out.",))

    assert asyncio.run(illustrate(PLAIN, lambda *_: drawn, WORDS)).image
    assert caplog.messages == ["The picture of a quote lacks something. Emoji are left out."]


def test_a_picture_is_drawn_as_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(episodes=str(tmp_path), cache=tmp_path / "cache")
    plain, square = (
        make_draw(replace(settings, quote_card=style)) for style in ("1", "poster square")
    )

    assert make_draw(settings) is None
    assert plain
    assert square
    for draw, size in ((plain, (1200, 675)), (square, (1080, 1080))):
        png = draw(WORDS, None).png
        assert png
        assert Pillow.open(BytesIO(png)).size == size
