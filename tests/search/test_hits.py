"""A host's question and the guest's reply are one hit, by the guest."""

from bot.answers.replies import hit_cards
from bot.models import Cue, Hit
from tests.builders import episode, find, index_of, marked

FILLING = "we bake loaves of rye and wheat in the old stone oven before anybody wakes"


def hits_of(typed: str, *turns: tuple[str, str], words: int = 100) -> list[Hit]:
    """Search in a talk between a host and a guest, ten seconds a sentence."""
    cues = [Cue(text, 10.0 * n, 10.0 * n + 10, who) for n, (who, text) in enumerate(turns)]
    talk = episode("talk", *cues, guests=("Tom Vlk",))
    found = find(index_of(talk, words=words, step=words // 3), typed).hits
    return [hit for hit in found if hit.episode.slug == "talk"]


def asked(hit: Hit) -> tuple[str, str]:
    assert hit.question
    return hit.question.speaker, hit.question.snippet.text


ASKED = ("Ida", "So what is a model registry for?")
SAID = "A registry answers questions. It is not a folder."
REPLY = ("Tom Vlk", SAID)


def test_where_both_say_it_the_hit_is_the_reply_below_its_question() -> None:
    (hit,) = hits_of("registry", ASKED, ("Tom", SAID))

    assert asked(hit) == ASKED
    assert (hit.speaker, hit.snippet.text) == REPLY
    assert hit.start is not None
    assert 10.0 <= hit.start < 20.0
    assert marked(hit) == ["registry"]


def test_the_words_are_marked_in_the_question_too() -> None:
    (hit,) = hits_of("model registry", ASKED, ("Tom", SAID))

    assert hit.question
    assert marked(hit.question) == ["model", "registry"]


def test_where_only_the_question_says_it_the_link_starts_there_and_the_reply_is_shown() -> None:
    (hit,) = hits_of("model registry", ASKED, ("Tom", "It answers questions."))

    assert asked(hit) == ASKED
    assert (hit.speaker, hit.snippet.text) == ("Tom Vlk", "It answers questions.")
    assert hit.start is not None
    assert 0.0 <= hit.start < 10.0


def test_a_phrase_is_linked_to_where_it_is_said() -> None:
    (hit,) = hits_of('"model registry"', ASKED, ("Tom", SAID))

    assert hit.start is not None
    assert 0.0 <= hit.start < 10.0
    assert (hit.speaker, hit.snippet.text) == REPLY


def test_a_passage_that_ends_with_its_question_is_shown_with_the_reply() -> None:
    (hit,) = hits_of("model registry", ("Tom", f"{FILLING}."), ASKED, ("Tom", "Ask me."), words=18)

    assert asked(hit)[1].endswith(ASKED[1])
    assert hit.snippet.text == "Ask me."


def test_a_question_and_its_reply_are_never_two_hits() -> None:
    long = [("Tom", f"A registry, number {n}: {FILLING}.") for n in range(9)]
    hits = hits_of("registry", ASKED, *long, words=18)

    shown = [hit.snippet.text for hit in hits]
    assert len(shown) > 2
    assert sum(long[0][1] in text for text in shown) == 1
    assert [card.question is not None for card in hit_cards(hits)] == [True] + [False] * (
        len(hits) - 1
    )


def test_of_a_long_turn_the_question_is_shown_short() -> None:
    (hit,) = hits_of("registry", ("Ida", f"I see, {FILLING}."), *([ASKED] * 9), REPLY)

    assert len(asked(hit)[1]) <= 142
    assert asked(hit)[1].endswith(ASKED[1])


def test_a_remark_long_before_the_reply_stays_the_hosts() -> None:
    remark = ("Ida", "A registry broke last night.")
    (hit, *_) = hits_of(
        "registry broke", remark, *[("Ida", f"{FILLING}.")] * 9, ASKED, ("Tom", SAID)
    )

    assert (hit.speaker, hit.question) == ("Ida", None)


def test_what_is_no_question_is_not_shown_as_one() -> None:
    (hit,) = hits_of("folder", ("Ida", "I like the registry."), REPLY)

    assert hit.question is None
    assert hit.speaker == "Tom Vlk"


def test_a_question_that_was_asked_long_ago_is_not_shown() -> None:
    long = [("Tom", f"{FILLING}.")] * 9
    (hit,) = hits_of("folder", ASKED, *long, ("Tom", "It is not a folder."), words=30)

    assert (hit.speaker, hit.question) == ("Tom Vlk", None)


def test_of_two_passages_the_reply_comes_before_the_question() -> None:
    other = [("Ida", "Is that a model registry?"), ("Tom", "No."), ("Ida", f"{FILLING}?")] * 2
    hits = hits_of("model registry", *other, ("Tom", "A model registry is no folder."), words=12)

    assert hits[0].snippet.text == "A model registry is no folder."
