"""Who speaks when: hosts are told from guests, and questions have replies."""

import numpy as np

from bot.arrays import Ints
from bot.models import Cue, Episode, Origin
from bot.search.index.build import build_index
from bot.search.index.index import Index
from tests.builders import episode


def talk(*turns: tuple[str, str], guests: tuple[str, ...] = ("Tom Vlk",)) -> Episode:
    """Let people speak by turns, for ten seconds each."""
    cues = [Cue(text, 10.0 * n, 10.0 * n + 10, who) for n, (who, text) in enumerate(turns)]
    return episode("talk", *cues, guests=guests)


def places_of_hosts(index: Index) -> Ints:
    """List the places at which hosts speak."""
    places = np.arange(len(index.transcripts.terms), dtype=np.int32)
    said = index.turns.are_by_host(places)

    assert said.tolist() == [*map(index.turns.is_by_host, places.tolist())]
    return places[said]


def by_hosts(index: Index) -> list[str]:
    """List the cues that hosts say."""
    cues = np.unique(index.transcripts.cues_at(places_of_hosts(index)))
    return [index.transcripts.text_of(cue) for cue in cues.tolist()]


QUESTION = ("Ida", "What is a registry for?")
REPLY = ("Tom", "It answers questions.")


def test_whoever_is_not_among_the_guests_is_a_host() -> None:
    index = build_index([talk(QUESTION, REPLY, ("", "Applause."), ("Bea", "And why?"))])

    assert by_hosts(index) == ["What is a registry for?", "And why?"]


def test_without_guests_nobody_is_known_to_be_a_host() -> None:
    assert by_hosts(build_index([talk(QUESTION, REPLY, guests=())])) == []
    assert by_hosts(build_index([talk(QUESTION, REPLY, guests=("Yuki Ito",))])) == []


def test_a_guest_of_one_episode_may_be_the_host_of_another() -> None:
    one = talk(QUESTION, REPLY)
    two = episode("two", Cue("Why?", 0.0, 1.0, "Tom"), Cue("So.", 1.0, 2.0, "Ida"), guests=("Ida",))

    assert by_hosts(build_index([one, two])) == ["What is a registry for?", "Why?"]


def test_the_words_of_hosts_are_counted_in_the_corpus_and_in_each_passage() -> None:
    index = build_index([episode("none"), talk(QUESTION, REPLY)])
    said = index.transcripts.terms[places_of_hosts(index)].tolist()

    assert [index.vocabulary.terms[term] for term in said] == ["what", "is", "a", "registry", "for"]
    assert index.turns.host_words.tolist() == [5]


def test_a_question_ends_with_the_mark_of_any_script() -> None:
    asked = [("Ida", text) for text in ("Why? Really?", "为什么？", "لماذا؟", "ى，، So.")]
    turns = [each for question in asked for each in (question, REPLY)]
    index = build_index([talk(*turns)])

    assert index.turns.questions.tolist() == [0, -1, 2, -1, 4, -1, -1, -1]


def test_a_passage_that_ends_with_a_question_reaches_into_the_reply() -> None:
    long = tuple(
        ("Tom", f"Ten words are in each of these sentences, number {n}.") for n in range(9)
    )
    index = build_index([talk(QUESTION, *long)], words=5, step=5)

    assert (index.passages.lasts[0], index.turns.reaches[0]) == (1, 5)
    assert index.turns.reaches[1:].tolist() == index.passages.lasts[1:].tolist()


def test_a_question_without_a_reply_reaches_no_farther() -> None:
    captions = Cue("it answers", 10.0, 20.0, "", Origin.CAPTIONS)
    asked = Cue(QUESTION[1], 0.0, 10.0, "Ida")
    answered = Cue(REPLY[1], 10.0, 20.0, "Tom")
    for following in ([captions, answered], []):
        one = episode("one", answered, asked, *following, guests=("Tom",))
        index = build_index([one, talk(REPLY, QUESTION)], words=5, step=5)

        assert index.turns.reaches.tolist() == index.passages.lasts.tolist()
