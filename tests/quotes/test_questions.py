"""The question of a host that a quote answers: only one that is short, clear and just before it."""

import pytest

from bot.models import Cue
from bot.quotes.questions import question_at, question_before
from bot.search.index.index import Index
from tests.builders import episode, index_of

QUESTION = "What makes a good baker?"


def talk(*lines: tuple[str, str], guests: tuple[str, ...] = ("Ann Miller",)) -> Index:
    cues = (Cue(text, 5.0 * n, 5.0 * n + 5, speaker) for n, (speaker, text) in enumerate(lines))
    return index_of(episode("craft", *cues, guests=guests))


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "So what makes a good baker?",
        "Do bakers need to sleep well?",
        "How can part-time bakers sell bread?",
    ],
)
def test_a_short_clear_question_is_found(question: str) -> None:
    index = talk(("Alex", "Let us begin."), ("Alex", question), ("Ann", "Time."))

    assert question_before(index, 2) == 1
    assert question_at(index, 1).speaker == "Alex"
    assert question_at(index, 1).snippet.text in (QUESTION, question)


@pytest.mark.parametrize(
    "question",
    [
        "What is that?",
        "What makes it a good oven?",
        "Why did bakers stop selling rye?",
        "And why is that so?",
        "Do you remember what he said about rye?",
        "You need an oven, right?",
        "What do you think?",
        "What makes [laughs] a good baker?",
        "Who bakes?",
        f"What makes a good baker {'and a good baker ' * 6}?",
        "Tell me what makes a good baker.",
    ],
)
def test_a_question_that_is_long_or_leans_on_what_was_said_is_not_shown(question: str) -> None:
    index = talk(("Alex", question), ("Ann", "Time."))

    assert question_before(index, 1) is None


def test_what_a_guest_says_before_the_answer_may_come_between_but_nothing_else() -> None:
    polite = talk(("Alex", QUESTION), ("Ann", "Yeah, good question."), ("Ann", "Time."))
    late = talk(("Alex", QUESTION), ("Ann", "An oven."), ("Ann", "And time."))

    assert question_before(polite, 2) == 0
    assert question_before(late, 2) is None


def test_only_a_named_host_asks_and_only_a_guest_answers() -> None:
    unnamed = talk(("Speaker 1", QUESTION), ("Ann", "Time."))
    two_guests = talk(("Bob", QUESTION), ("Ann", "Time."), guests=("Ann Miller", "Bob Lee"))
    remark = talk(("Alex", QUESTION), ("Alex", "I wonder."), ("Ann", "Time."))

    assert question_before(unnamed, 1) is None
    assert question_before(two_guests, 1) is None
    assert question_before(remark, 2) is None
    assert question_before(talk(("Ann", QUESTION), ("Alex", "Time.")), 1) is None
    assert question_before(talk(("Ann", "Time.")), 0) is None
