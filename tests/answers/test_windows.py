"""Windows on a transcript: around a passage, and what is said before and after."""

from dataclasses import replace

import pytest

from bot.answers.context import answer_context
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.answers.windows import page_at, step_of, window_at
from bot.library.library import Library
from bot.models import Cue
from bot.search.index.build import build_index
from tests.builders import episode

SENTENCES = ("Right?", "Line {} is about what a registry is for,", "and it goes on here, you see.")


def lines(number: int) -> list[Cue]:
    """Make sentences of three cues: a tag, a beginning and its end."""
    texts = [text.format(at) for at in range(number) for text in SENTENCES]
    return [Cue(text, 5.0 * at, 5.0 * at + 5, "Ann") for at, text in enumerate(texts)]


@pytest.fixture(scope="module")
def library() -> Library:
    talks = [episode("talk", *lines(120)), episode("next", "Nothing of it.")]
    return Library("made-up", build_index(talks, words=40, step=20), ())


def middle(library: Library) -> Request:
    index = library.index
    passage = int(index.passages_at(index.transcripts.firsts[180:181])[0])
    start = float(index.transcripts.begins[index.passages.firsts[passage]])
    end = float(index.transcripts.finishes[index.passages.lasts[passage] - 1])
    return Request(Verb.CONTEXT, "registry", episode="talk", start=start, end=end)


def said(reply: Reply) -> str:
    return " ".join(turn.snippet.text for turn in reply.cards[0].turns)


def press(library: Library, reply: Reply, label: str) -> Reply:
    button = next(each for each in reply.buttons if each.label == label)
    return answer_context(library, button.request)


@pytest.mark.parametrize("step", [0, -1, 1, -2, 2, -12, 12])
def test_a_page_stands_for_a_step(step: int) -> None:
    assert step_of(page_at(step)) == step
    assert page_at(step) >= 0


def test_each_window_begins_at_a_sentence_and_goes_on_where_the_other_ends(
    library: Library,
) -> None:
    around = answer_context(library, middle(library))
    earlier, later = (press(library, around, label) for label in ("Earlier", "Later"))
    whole = " ".join(cue.text for cue in lines(120))

    assert all(said(each).startswith("Line") for each in (earlier, around))
    assert " ".join(map(said, (earlier, around, later))) in whole
    assert press(library, earlier, "Later") == around
    assert press(library, later, "Earlier") == around


def test_beyond_the_passage_it_cannot_be_shared_and_the_link_starts_with_the_window(
    library: Library,
) -> None:
    around = answer_context(library, middle(library))
    earlier = press(library, around, "Earlier")

    assert [each.label for each in around.cards[0].buttons] == [
        *("Share", "More Like This", "Nominate")
    ]
    assert [each.label for each in earlier.cards[0].buttons] == [*("More Like This", "Nominate")]
    assert earlier.text.startswith(f"From {earlier.cards[0].turns[0].time} in ")


def test_windows_end_with_the_episode(library: Library) -> None:
    seen = [answer_context(library, middle(library))]
    while "Earlier" in (each.label for each in seen[-1].buttons):
        seen.append(press(library, seen[-1], "Earlier"))

    assert said(seen[-1]).startswith("Right? Line 0 is")
    assert 2 < len(seen) <= 13
    past = replace(middle(library), page=page_at(-99))
    assert said(answer_context(library, past)) == said(seen[-1])


def test_windows_are_about_as_long_as_a_passage_with_its_surroundings(library: Library) -> None:
    index = library.index
    passage = int(index.passages_at(index.transcripts.firsts[180:181])[0])
    for step in (-1, 0, 1):
        window = window_at(index, passage, step)
        words = int(
            index.transcripts.firsts[window.cues.stop] - index.transcripts.firsts[window.cues.start]
        )
        assert 150 < words < 300


def test_no_window_begins_with_a_tag_or_amid_a_sentence(library: Library) -> None:
    index = library.index
    held = index.transcripts.episodes[index.passages.firsts]
    talk = int(held[len(held) // 2])
    passages = [number for number, episode in enumerate(held.tolist()) if episode == talk]
    firsts = [window_at(index, passage, 0).cues[0] for passage in passages]

    # The first cue of the episode begins it, whatever it is.
    words = [index.transcripts.text_of(cue).split()[0] for cue in firsts if cue > min(firsts)]
    assert len(words) > 50
    assert set(words) == {"Line"}
