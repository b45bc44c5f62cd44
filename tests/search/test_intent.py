"""Whether messages are told from questions: floors a hair below what is measured.

`tests/data/talk.jsonl` holds labelled messages. Those that are “held” were written last, and no
word, evidence or weight was chosen by them.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.search.fit_intent import read_messages
from bot.library.library import Library, open_library
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.intent import Intent, judge_intent
from tests.builders import bakery, episode, find

LABELLED = Path(__file__).parents[1] / "data" / "talk.jsonl"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How the messages held back are judged, as shares.

    `precision` is that of what is answered for everybody, `recall` the share of questions that are
    answered, for everybody or for the member alone. `quiet` is the share of the others that get no
    answer at all.
    """

    precision: float
    recall: float
    quiet: float


def intent_of(index: Index, text: str) -> Intent:
    return judge_intent(index, text, find(index, text, limit=5))


def judge(index: Index, podcast: str) -> Judgement:
    """Judge the messages that a podcast can answer, and all that ask nothing."""
    counted: Counter[tuple[bool, Intent]] = Counter(
        (each.asks, intent_of(index, each.text))
        for each in read_messages(LABELLED)
        if each.held and podcast in each.about
    )
    asked, other = (sum(counted[asks, each] for each in Intent) for asks in (True, False))
    public = sum(counted[asks, Intent.QUESTION] for asks in (True, False))
    return Judgement(
        counted[True, Intent.QUESTION] / public,
        1 - counted[True, Intent.CHAT] / asked,
        counted[False, Intent.CHAT] / other,
    )


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("asks", [True, False])
def test_messages_are_labelled_in_many_styles(*, asks: bool, held: bool) -> None:
    labelled = [each for each in read_messages(LABELLED) if (each.asks, each.held) == (asks, held)]

    assert len({each.text for each in labelled}) == len(labelled) >= 100
    assert len({each.kind for each in labelled}) >= 9


def test_what_is_asked_of_the_sample_podcast_is_told_from_chat(library: Library) -> None:
    judged = judge(library.index, "sample")

    assert judged.precision >= 0.78
    assert judged.recall >= 0.94
    assert judged.quiet >= 0.55


@pytest.mark.corpus
def test_what_is_asked_of_four_episodes_is_told_from_chat(shared: Path, tmp_path: Path) -> None:
    judged = judge(open_library([shared / "seeds"], tmp_path).index, "seeds")

    assert judged.precision >= 0.57
    assert judged.recall >= 0.99
    assert judged.quiet >= 0.62


@pytest.mark.corpus
def test_what_is_asked_of_the_real_corpus_is_told_from_chat(real_index: Index) -> None:
    judged = judge(real_index, "real")

    assert judged.precision >= 0.78
    assert judged.recall >= 0.98
    assert judged.quiet >= 0.63


@pytest.mark.corpus
@pytest.mark.parametrize("queries", ["dev.jsonl", "dev2.jsonl"])
def test_hardly_a_real_query_is_taken_for_chat(
    real_index: Index, shared: Path, queries: str
) -> None:
    lines = (shared / "eval" / queries).read_text(encoding="utf-8").splitlines()
    judged = Counter(intent_of(real_index, json.loads(line)["query"]) for line in lines)

    assert judged[Intent.CHAT] <= 0.02 * judged.total()
    assert judged[Intent.QUESTION] >= 0.95 * judged.total()


@pytest.mark.parametrize(
    "text", ["thanks!", "ok", "you rock", "thank you so much", "please have a look at this PR"]
)
def test_what_everybody_says_is_no_question(library: Library, text: str) -> None:
    assert intent_of(library.index, text) is Intent.CHAT


@pytest.mark.parametrize("text", ["sourdough", "does the oven matter?", "zyxwvut", "opera houses"])
def test_in_three_episodes_what_is_asked_is_no_chat(text: str) -> None:
    index = build_index(bakery()[:3])

    assert intent_of(index, text) is not Intent.CHAT


@pytest.mark.parametrize(
    "text",
    ["boulangerie", "quelle est la température du four ?", "la levure", "Quand pétrir la pâte"],
)
def test_in_another_language_what_is_asked_is_no_chat(text: str) -> None:
    lines = ("Le four doit être très chaud.", "La levure dort au froid.", "La pâte se pétrit.")
    index = build_index([episode(f"pain-{number}", line) for number, line in enumerate(lines)])

    assert intent_of(index, text) is not Intent.CHAT
