from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.models import LITERAL, Cue, Heard, Origin
from bot.transcripts.witness import hear_out

BEFORE = "so welcome back everybody we are still in the cellar of the bakery tonight"
AFTER = "and after that we went upstairs where the ovens had been warm since midnight"


def captions(said: str, source: Origin = Origin.CAPTIONS) -> list[Cue]:
    """Lines of three words, one a second."""
    words = f"{BEFORE} {said} {AFTER}".split()
    lines = [" ".join(words[place : place + 3]) for place in range(0, len(words), 3)]
    return [Cue(line, float(at), at + 1.0, "", source) for at, line in enumerate(lines)]


def hear(written: str, said: str) -> Heard:
    """Return how the captions have a sentence that is thought to begin at second 4."""
    (cue,) = hear_out([Cue(written, 4.0, 8.0, "Ann")], captions(said))
    assert cue.heard
    return cue.heard


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Rye is slower than wheat.", "rye is slower than wheat"),
        ("Rye's slower; it is not wheat!", "rye is slower it's not wheat"),
        ("You cannot hurry a sourdough.", "you can't hurry a sourdough"),
        ("We are going to bake ten loaves.", "um we're gonna bake 10 uh loaves"),
        ("The colour of the crust tells you.", "the color of the crust tells you"),
        ("Keep the dataset in the cellar.", "keep the data set in the cellar"),
        ("Rye is slower than wheat.", "rye is you know rye is kind of slower than wheat"),
        ("We ask Przemek about the flour.", "we ask sham mac about the flour"),
        ("With MLOps the bread bakes itself.", "with envelopes the bread bakes itself"),
        (
            "A baker who sleeps at night and never in the morning bakes no bread.",
            "a baker who sleeps at night and never in the day bakes no bread",
        ),
    ],
)
def test_spelling_fillers_and_misheard_names_do_not_matter(written: str, said: str) -> None:
    assert hear(written, said).share >= LITERAL
    assert not hear(written, said).words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Rye demands more patience than wheat.", "with rye you wait for longer I would say"),
        ("Wheat is slower than rye.", "rye is slower than wheat"),
        ("You can hurry sourdough on any day of it.", "you can't hurry sourdough on any day of it"),
        ("We never sell a loaf on the day we bake it.", "we sell a loaf on the day we bake it"),
        ("We bake, and we sell.", "we bake all night long until our backs hurt and then we sell"),
    ],
)
def test_what_was_rewritten_turned_round_or_denied_was_not_said(written: str, said: str) -> None:
    heard = hear(written, said)

    assert heard.share < LITERAL
    assert set(heard.words.split()) & set(said.split())


def test_the_words_are_those_of_the_captions_in_its_place() -> None:
    heard = hear(
        "Rye takes more patience than wheat does.", "rye needs uh more patience than wheat"
    )

    assert heard.words == "rye needs uh more patience than wheat and"


def test_a_sentence_begins_at_its_words_and_the_others_give_way() -> None:
    said = "nobody has ever hurried a sourdough"
    before, sentence, after = hear_out(
        [
            Cue("Well, so it goes.", 1.0, 2.0, "Ann"),
            Cue("Nobody has ever hurried a sourdough.", 2.0, 3.0, "Ann"),
            Cue("Ha, tell me about it!", 3.0, 4.0, "Bob"),
        ],
        captions(said),
    )

    # The fourteen words before it take four lines and two thirds.
    assert sentence.start == pytest.approx(4.7, abs=0.2)
    assert before.start == 1.0
    assert after.start == sentence.start
    for one, other in pairwise([before, sentence, after]):
        assert one.start is not None and one.end is not None and other.start is not None
        assert one.start <= one.end <= other.start


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        ("nobody has ever in my time hurried any sourdough", True),
        ("nobody thinks that has to be ever so clean a place", False),
    ],
)
def test_a_sentence_that_is_clearly_rewritten_there_begins_there_too(
    said: str, moved: bool
) -> None:
    (cue,) = hear_out([Cue("Nobody has ever hurried a sourdough.", 2.0, 3.0)], captions(said))

    assert cue.heard and cue.heard.share < LITERAL
    assert (cue.start != 2.0) is moved


def test_a_few_words_that_are_said_anywhere_move_nothing() -> None:
    (cue,) = hear_out([Cue("We went upstairs.", 1.0, 2.0, "Ann")], captions("rye is slow"))

    assert cue.heard == Heard(1.0)
    assert cue.start == 1.0


@pytest.mark.parametrize(
    "lines",
    [
        [],
        captions("rye is slower than wheat", Origin.EDITED),
        [replace(cue, start=None, end=None) for cue in captions("rye is slower than wheat")],
        [replace(cue, text="♪") for cue in captions("rye is slower than wheat")],
    ],
)
def test_without_timed_automatic_captions_nothing_is_known(lines: Sequence[Cue]) -> None:
    sentence = Cue("Rye is slower than wheat.", 4.0, 8.0, "Ann")

    assert hear_out([sentence], lines) == (sentence,)


def test_where_captions_are_silent_nothing_is_known() -> None:
    late = Cue("Rye is slower than wheat.", 400.0, 408.0, "Ann")

    assert hear_out([late], captions("rye is slower than wheat")) == (late,)
