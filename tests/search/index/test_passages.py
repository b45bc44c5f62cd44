import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Chapter, Cue, Episode, Origin
from bot.search.index.build import build_index
from bot.search.index.index import Index
from tests.builders import episode

CUES = st.builds(
    Cue,
    text=st.sampled_from(["one", "two of them", "three is a crowd", "...", "a b c d e f g h"]),
    start=st.one_of(st.none(), st.floats(0, 100)),
    end=st.none(),
    source=st.sampled_from(Origin),
)
EPISODES = st.lists(
    st.builds(
        Episode,
        slug=st.just("any"),
        title=st.just("Any"),
        chapters=st.sampled_from(
            [(), (Chapter("Late", 50),), (Chapter("First", 0), Chapter("Second", 30))]
        ),
        cues=st.lists(CUES, max_size=12).map(tuple),
    ),
    max_size=3,
)


def passage_cues(index: Index) -> list[range]:
    firsts, lasts = index.passages.firsts.tolist(), index.passages.lasts.tolist()
    return [range(first, last) for first, last in zip(firsts, lasts, strict=True)]


def passage_texts(index: Index) -> list[str]:
    read = index.transcripts.text_of
    return [" ".join(read(number) for number in cues) for cues in passage_cues(index)]


@given(EPISODES)
def test_every_word_is_in_a_passage_of_its_own_episode_chapter_and_source(
    episodes: list[Episode],
) -> None:
    index = build_index(episodes, words=6, step=3)
    columns = index.transcripts
    bounds = list(
        zip(
            columns.episodes.tolist(),
            columns.chapters.tolist(),
            columns.captions.tolist(),
            strict=True,
        )
    )

    held: set[int] = set()
    for cues in passage_cues(index):
        assert len({bounds[number] for number in cues}) == 1
        held.update(cues)
    spoken = [cue for episode in episodes for cue in episode.cues]
    assert {n for n, cue in enumerate(spoken) if cue.text != "..."} <= held


@given(EPISODES)
def test_cues_are_kept_as_they_were(episodes: list[Episode]) -> None:
    index = build_index(episodes)

    for number, original in enumerate(episodes):
        kept = index.cues(number)
        assert [(c.text, c.speaker, c.source) for c in kept] == [
            (c.text, c.speaker, c.source) for c in original.cues
        ]
        for cue, before in zip(kept, original.cues, strict=True):
            assert (cue.start is None) == (before.start is None)
            assert cue.start == pytest.approx(before.start, abs=1e-3)


def test_passages_overlap_by_about_a_step() -> None:
    lines = [f"sentence {number} has five words" for number in range(12)]
    index = build_index([episode("talk", *lines)], words=20, step=10)

    cues = passage_cues(index)
    assert cues[:3] == [range(4), range(2, 6), range(4, 8)]
    assert cues[-1].stop == 12
    assert len({passage.stop for passage in cues}) == len(cues)


def test_a_sentence_longer_than_a_passage_is_one_whole_passage() -> None:
    long = " ".join(["word"] * 50)
    index = build_index([episode("talk", "Short.", long, "End.")], words=10, step=5)

    assert any(long in text for text in passage_texts(index))


def test_a_cue_belongs_to_the_chapter_in_which_it_starts() -> None:
    chapters = (Chapter("One", 10), Chapter("Two", 20))
    cues = [Cue("before"), Cue("early", 5.0), Cue("one", 10.0), Cue("untimed"), Cue("two", 20.0)]
    index = build_index([episode("other"), episode("talk", *cues, chapters=chapters)])

    assert index.transcripts.chapters.tolist() == [-1, -1, 0, 0, 1]
    assert passage_texts(index) == ["before early", "one untimed", "two"]


def test_chapters_are_counted_over_the_whole_corpus() -> None:
    one = episode("one", "Hello.", chapters=(Chapter("Greeting", 0), Chapter("Silence", 60)))
    two = episode("two", "Good bye.", chapters=(Chapter("Parting", 0),))
    index = build_index([one, two])

    assert [index.chapters[n].title for n in index.passage_chapters.tolist()] == [
        "Greeting",
        "Parting",
    ]


def test_captions_and_edited_text_are_never_mixed() -> None:
    heard = Cue("heard only", 10.0, 20.0, "", Origin.CAPTIONS)
    index = build_index([episode("talk", "Written one.", heard, "Written two.")])

    assert passage_texts(index) == ["Written one.", "heard only", "Written two."]


def test_passages_are_seventy_words_and_overlap_by_half() -> None:
    index = build_index([episode("talk", *["one of these has just seven words"] * 20)])

    assert passage_cues(index)[:3] == [range(10), range(5, 15), range(10, 20)]


def test_voices_that_are_only_numbered_stay_apart_and_have_no_name() -> None:
    voices = ("SPEAKER_00", "SPEAKER_01", "Ann")
    talk = episode("talk", *(Cue(f"{voice} speaks", 1, 2, voice) for voice in voices))
    index = build_index([talk])
    transcripts = index.transcripts

    assert len(set(transcripts.speakers.tolist())) == 3
    assert [transcripts.cue(number).speaker for number in range(3)] == ["", "", "Ann"]
    assert set(index.speakers.values()) == {"Ann"}
