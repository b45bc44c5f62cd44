"""A query that asks for too much is answered in part, and the answer says so."""

from itertools import product
from pathlib import Path

import pytest

from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.library.evaluation import read_qrels
from bot.library.library import Library
from bot.search.budget import Budget, Task
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.interpretation import interpret
from bot.search.query import parse_query
from tests.asking import mentions, search
from tests.builders import episode

SPELLINGS = sorted(map("".join, product("tT", "aA", "lL", "kK")))
# Two hundred titles are looked through for each filter, and there are units for eight of these.
MANY_FILTERS = " ".join(f"episode:talk-{number}" for number in range(15))


@pytest.fixture(scope="module")
def index() -> Index:
    """Index 200 talks about tea, every other with scones."""
    lines = ("Tea with scones.", "Tea and jam.")
    return build_index([episode(f"talk-{number}", lines[number % 2]) for number in range(200)])


@pytest.fixture
def library(index: Index) -> Library:
    return Library("made-up", index, ())


def test_units_are_spent_while_there_are_enough() -> None:
    budget = Budget(10)

    assert budget.allows(7, Task.FIND_WORDS)
    assert not budget.allows(4, Task.LEAVE_OUT)
    assert budget.allows(3, Task.FIND_WORDS)
    assert not budget.allows(1, Task.CHECK_SPELLING)
    assert budget.unfinished == (Task.LEAVE_OUT, Task.CHECK_SPELLING)


def test_a_larger_podcast_has_a_larger_budget(index: Index) -> None:
    large = build_index([episode("talk", "tea " * 900_000)])

    assert Budget.of(index).allows(500_000, Task.FIND_WORDS)
    assert not Budget.of(index).allows(501_000, Task.FIND_WORDS)
    assert Budget.of(large).allows(550_000, Task.FIND_WORDS)
    assert not Budget.of(large).allows(550_100, Task.FIND_WORDS)


@pytest.mark.parametrize(
    ("typed", "task"),
    [
        ("sconse", Task.CHECK_SPELLING),
        ("episode:talk-1 tea", Task.APPLY_FILTERS),
        ('"tea with"', Task.FIND_PHRASES),
        ("tea", Task.FIND_WORDS),
        ("jam -tea", Task.LEAVE_OUT),
    ],
)
def test_each_task_is_left_out_where_it_does_not_fit(index: Index, typed: str, task: Task) -> None:
    nothing = Budget(0)
    interpret(index, parse_query(typed), nothing)

    assert task in nothing.unfinished


def test_an_ordinary_query_is_answered_in_full(index: Index) -> None:
    typed = 'sconse "tea with" episode:talk-1 -jam'
    enough = Budget.of(index)
    interpret(index, parse_query(typed), enough)

    assert enough.unfinished == ()


def test_the_first_exclusions_count_where_not_all_fit(index: Index) -> None:
    query = parse_query("tea -scones -jam")
    enough, few = Budget.of(index), Budget(11_000)
    none, some = (interpret(index, query, each).allowed for each in (enough, few))

    assert none is not None
    assert some is not None
    assert (none.sum(), some.sum()) == (0, 100)
    assert few.unfinished == (Task.LEAVE_OUT,)


@pytest.mark.parametrize("verb", [Verb.SEARCH, Verb.QUOTE])
def test_the_answer_says_what_was_left_out(library: Library, verb: Verb) -> None:
    told = "That is too much for one query. I did not apply every filter. Try fewer words."

    assert told in answer(library, Request(verb, f"tea {MANY_FILTERS}")).notes
    assert told not in answer(library, Request(verb, "tea episode:talk-1")).notes


def test_filters_that_were_applied_are_not_said_to_be_left_out(library: Library) -> None:
    few = " ".join(f"episode:talk-{number}" for number in range(5))
    reply = answer(library, Request(Verb.QUOTE, few))

    assert reply.text == "I have no quote."
    assert not any("too much" in note for note in reply.notes)


def test_filters_alone_say_what_was_left_out(library: Library) -> None:
    reply = search(library, " ".join(map("episode:{}".format, SPELLINGS)))

    assert reply.text == "200 episodes"
    assert "I did not apply every filter" in reply.notes[1]


def test_a_filter_that_is_typed_again_costs_nothing(library: Library) -> None:
    assert len(search(library, "tea " + "episode:talk-1 " * 18).cards) == 1


def test_what_is_not_counted_is_told() -> None:
    index = build_index([episode("talk", "tea " * 40_000, "jam " * 40_000)])
    reply = mentions(Library("made-up", index, ()), "tea vs jam vs jam jam")

    assert [each.total for each in reply.mentions] == [40_000, 40_000]
    assert reply.notes[0] == (
        "That is too much for one query. I did not count everything. Try fewer words."
    )


def test_a_term_too_common_to_count_is_a_reply() -> None:
    index = build_index([episode("talk", "tea " * 120_000)])
    reply = mentions(Library("made-up", index, ()), "tea")

    assert (reply.text, len(reply.notes)) == ("I did not count anything.", 1)


@pytest.mark.corpus
def test_no_query_of_the_real_corpus_is_cut(real_index: Index, shared: Path) -> None:
    for each in read_qrels(shared / "eval" / "dev.jsonl"):
        budget = Budget.of(real_index)
        interpret(real_index, parse_query(each.query), budget)

        assert budget.unfinished == ()
