import numpy as np
import pytest

from bot.models import Cue, Origin
from bot.transcripts.timing import (
    SLOWEST_RATE,
    TYPICAL_RATE,
    Anchors,
    align_captions,
    anchors_of,
    prepare_transcript,
    seconds_at,
    time_sentences,
)

TALK = (
    "Our first registry was a table in a wiki. Somebody had to remember to fill it in. "
    "After the second wrong rollout we wrote a small service instead. It refuses a model "
    "whose training data it cannot find. People hated it for a week and then forgot about it. "
    "Today nobody deploys anything by hand, and the night shift sleeps rather well."
)


def anchors(*pairs: tuple[int, float]) -> Anchors:
    positions, seconds = zip(*pairs, strict=True)
    return Anchors(np.array(positions, np.int64), np.array(seconds, np.float64))


def times(cues: list[Cue]) -> list[tuple[float | None, float | None]]:
    script = prepare_transcript(cues)
    return [(cue.start, cue.end) for cue in time_sentences(script, script.turns)]


def captions(text: str, start: float, *, rate: float = TYPICAL_RATE, words: int = 6) -> list[Cue]:
    """Cut a text into caption lines, spoken without a pause."""
    spoken = text.lower().replace(".", "").replace(",", "").split()
    lines = []
    for first in range(0, len(spoken), words):
        line = " ".join(spoken[first : first + words])
        lines.append(Cue(line, start, start + (len(line) + 1) / rate, "", Origin.CAPTIONS))
        start = lines[-1].end or start
    return lines


def test_sentences_share_the_time_of_their_turn_by_characters() -> None:
    cues = [
        Cue("Ten chars. And thirty characters are here.", 100.0, None, "Ann"),
        Cue("Yes.", 104.3, None, "Bob"),
    ]

    script = prepare_transcript(cues)
    sentences = time_sentences(script, script.turns)

    assert [cue.text for cue in sentences] == [
        "Ten chars.",
        "And thirty characters are here.",
        "Yes.",
    ]
    assert [cue.start for cue in sentences] == [100.0, 101.1, 104.3]
    assert [cue.speaker for cue in sentences] == ["Ann", "Ann", "Bob"]


def test_paragraphs_with_one_second_or_none_are_one_turn() -> None:
    paragraph = "A paragraph of forty characters in all."
    cues = [
        Cue(paragraph, 60.0),
        Cue(paragraph, 60.0),
        Cue(paragraph, None),
        Cue("Next.", 72.0),
    ]

    assert [start for start, _ in times(cues)] == [60.0, 64.0, 68.0, 72.0]


def test_a_time_that_goes_backwards_is_ignored() -> None:
    line = "A line of exactly forty characters, yes."
    cues = [Cue(line, 5.9), Cue(line, 10.0), Cue(line, 3.0), Cue(line, 18.2)]

    assert [start for start, _ in times(cues)] == [5.9, 10.0, 14.1, 18.2]


def test_one_time_far_ahead_does_not_affect_the_others() -> None:
    line = "A line of exactly forty characters, yes."
    cues = [Cue(line, 10.0), Cue(line, 9000.0), Cue(line, 18.2), Cue(line, 22.3)]

    assert [start for start, _ in times(cues)] == [10.0, 14.1, 18.2, 22.3]


def test_a_short_sentence_is_not_stretched_over_a_long_silence() -> None:
    cues = [Cue("A short answer.", 10.0), Cue("Later.", 300.0)]

    (start, end), (later, _) = times(cues)

    assert start == 10.0
    assert end == pytest.approx(10.0 + len("A short answer.") / SLOWEST_RATE, abs=0.01)
    assert later == 300.0


def test_the_last_turn_ends_at_the_usual_rate_of_speech() -> None:
    text = "x" * int(TYPICAL_RATE * 3)

    assert times([Cue(text, 5.0)]) == [(5.0, 8.0)]


def test_text_before_the_first_anchor_leads_up_to_it() -> None:
    opening = "y" * (int(TYPICAL_RATE * 4) - 1)

    assert times([Cue(opening), Cue("Go.", 10.0)])[0][0] == 6.0
    assert times([Cue(opening), Cue("Go.", 1.0)])[0][0] == 0.0


def test_a_transcript_without_seconds_stays_without() -> None:
    assert times([Cue("One. Two."), Cue("Three.")]) == [(None, None)] * 3
    assert times([]) == []


def test_subtitles_that_break_a_sentence_become_one_sentence() -> None:
    cues = [
        Cue("This one goes", 0.0, 1.0, "Ann"),
        Cue("over two lines. And", 1.0, 2.0, "Ann"),
        Cue("so does this.", 2.0, 3.0, "Ann"),
        Cue("Fine.", 3.0, 4.0, "Bob"),
    ]

    script = prepare_transcript(cues)
    sentences = time_sentences(script, script.turns)

    assert [cue.text for cue in sentences] == [
        "This one goes over two lines.",
        "And so does this.",
        "Fine.",
    ]
    assert sentences[0].start == 0.0
    assert sentences[1].start == pytest.approx(1.8, abs=0.1)


def test_an_end_of_text_belongs_to_the_time_before_an_anchor() -> None:
    known = anchors((0, 0.0), (40, 100.0))

    assert seconds_at(known, np.array([40])).tolist() == [100.0]
    assert seconds_at(known, np.array([40]), closing=True).tolist() == [40 / SLOWEST_RATE]


def test_anchors_rise() -> None:
    cues = [Cue("a", 5.0), Cue("b", 5.0), Cue("c", 0.5), Cue("d", None), Cue("e", 9.0, 9.5)]

    found = anchors_of([Cue("z", 1.0), *cues])

    assert found.positions.tolist() == [0, 2, 10, 11]
    assert found.seconds.tolist() == [1.0, 5.0, 9.0, 9.5]


def test_of_subtitles_that_overlap_the_starts_count() -> None:
    found = anchors_of([Cue("one", 1.0, 4.0), Cue("two", 3.0, 6.0), Cue("three", 5.0, 8.0)])

    assert found.seconds.tolist() == [1.0, 3.0, 5.0, 8.0]


def test_long_subtitled_speech_is_not_cut_inside_a_sentence() -> None:
    lines = [
        "Here is a line that is rather long and even so goes on and on",
        "over its end and stops.",
    ] * 12
    cues = [Cue(line, 2.0 * at, 2.0 * at + 2, "Ann") for at, line in enumerate(lines)]

    sentences = {cue.text for cue in prepare_transcript(cues).sentences}

    assert sentences == {" ".join(lines[:2])}


def test_captions_give_the_second_of_a_sentence_inside_a_turn() -> None:
    script = prepare_transcript([Cue(TALK, 0.0, None, "Ann"), Cue("Thanks.", 60.0, None, "Bob")])
    heard = align_captions(script, captions(f"um {TALK}", 200.0))

    sentences = time_sentences(script, heard.anchors)

    assert heard.share > 0.9
    assert sentences[0].start == pytest.approx(200.2, abs=0.3)
    third = TALK.index("After the second")
    assert sentences[2].start == pytest.approx(200.2 + third / TYPICAL_RATE, abs=0.5)


def test_gaps_in_the_edited_text_split_no_sentence() -> None:
    sentences = TALK.split(". ")
    first, second = ". ".join(sentences[:3]) + ".", ". ".join(sentences[3:])
    script = prepare_transcript([Cue(first, 0.0), Cue(second, 10.0)])
    lines = captions(first, 50.0)
    resumed = (lines[-1].end or 0.0) + 90.0

    heard = align_captions(script, [*lines, *captions(second, resumed)])
    timed = time_sentences(script, heard.anchors)

    assert timed[2].end == pytest.approx(resumed - 90.0, abs=0.5)
    assert timed[3].start == pytest.approx(resumed, abs=0.5)
    assert heard.gaps[0] == (0.0, pytest.approx(50.0, abs=0.5))
    assert heard.gaps[1] == pytest.approx((resumed - 90.0, resumed), abs=0.5)
    assert heard.gaps[-1][1] == float("inf")


def test_turns_moved_by_the_median_difference_fill_long_gaps() -> None:
    rewritten = "Something else entirely stands here because editors write anew what was said. " * 3
    sentences = [f"{sentence.rstrip('.')}." for sentence in TALK.split(". ")]
    spoken = "and there he talked of other things that nobody wrote down so well at all " * 3
    cues, lines, now = [], [], 30.0
    for place, sentence in enumerate(sentences):
        cues.append(Cue(sentence, now - 25.0))
        lines += captions(sentence, now)
        now = lines[-1].end or now
        if place == 2:
            cues.append(Cue(rewritten, now + 3.0 - 25.0))
            lines += captions(spoken, now)
            now = lines[-1].end or now

    script = prepare_transcript(cues)
    timed = time_sentences(script, align_captions(script, lines).anchors)
    expected = (cues[3].start or 0.0) + 25.0

    assert timed[3].text.startswith("Something else")
    assert timed[3].start == pytest.approx(expected, abs=0.3)


def test_captions_of_another_talk_share_few_words() -> None:
    script = prepare_transcript([Cue(TALK, 0.0)])
    other = captions("we bake bread with flour and a little salt on every day but sunday", 0.0)

    assert align_captions(script, other).share < 0.1
    assert align_captions(script, []).share == 0.0
