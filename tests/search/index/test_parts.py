import numpy as np
import pytest

from bot import arrays
from bot.models import Chapter, Cue, Episode, Origin
from bot.search.index.build import build_index, join_index
from bot.search.index.parts import EpisodePart, cut_episode, join_parts
from bot.search.index.storage import arrays_of
from bot.search.index.vocabulary import VocabularyBuilder
from tests.builders import bakery, episode

EDITED = episode(
    "edited",
    "Mark the spot, said Mark.",
    "A café near the Spot.",
    chapters=(Chapter("Late", 10.0),),
)
HEARD = episode("heard", Cue("mark the cafe", 0.0, 5.0, "", Origin.CAPTIONS))
LATE = episode("late", "The end.", speaker="Ida", chapters=(Chapter("First", 0.0),))
SILENT = episode("silent", "...")


def cut(talk: Episode) -> EpisodePart:
    return cut_episode(talk, words=6, step=3)


@pytest.mark.parametrize("talks", [[], [SILENT], [episode("none"), EDITED], [HEARD, LATE, EDITED]])
def test_every_cue_keeps_its_words_wherever_its_episode_stands(talks: list[Episode]) -> None:
    builder = VocabularyBuilder()
    columns = join_parts(talks, [cut(talk) for talk in talks], builder).transcripts

    cues = [(cue, number) for number, talk in enumerate(talks) for cue in talk.cues]
    terms = builder.build().terms
    for place, (cue, number) in enumerate(cues):
        said = columns.terms[columns.firsts[place] : columns.firsts[place + 1]]
        alone = VocabularyBuilder()
        alone.add(cue.text)
        assert columns.cue(place) == cue
        assert columns.episodes[place] == number
        assert {terms[term] for term in said} | {""} == set(alone.build().terms)
    assert len(columns.episodes) == len(cues)
    assert columns.firsts[-1] == len(columns.terms)


def test_chapters_and_speakers_are_counted_over_all_episodes() -> None:
    talks = [EDITED, HEARD, LATE]
    columns = join_parts(talks, [cut(talk) for talk in talks], VocabularyBuilder()).transcripts

    assert columns.chapters.tolist() == [-1, 0, -1, 1]
    assert columns.speaker_names == ("Ann", "", "Ida")
    assert columns.speakers.tolist() == [0, 0, 1, 2]


def test_spellings_are_added_up() -> None:
    talks = [EDITED, HEARD, EDITED]
    builder = VocabularyBuilder()
    spellings = join_parts(talks, [cut(talk) for talk in talks], builder).spellings

    numbers = builder.build().term_ids
    assert spellings.of(numbers["mark"]) == (0, 4, 1)
    assert spellings.of(numbers["spot"]) == (2, 2, 0)
    assert spellings.of(numbers["cafe"]) == (2, 0, 1)
    assert spellings.of(None) == (0, 0, 0)


def test_a_part_serves_whatever_else_is_indexed() -> None:
    parts = [cut(talk) for talk in (EDITED, LATE, HEARD)]
    build_index([EDITED, HEARD])
    joined = join_index([LATE, EDITED], [parts[1], parts[0]])
    built = build_index([LATE, EDITED], words=6, step=3)

    assert joined.vocabulary.terms == built.vocabulary.terms
    assert np.array_equal(joined.text.documents, built.text.documents)
    assert np.array_equal(joined.text.peaks, built.text.peaks)
    assert np.array_equal(joined.passages.lasts, built.passages.lasts)
    assert np.array_equal(joined.windows.lasts, built.windows.lasts)


def test_a_long_word_widens_the_column_of_lengths() -> None:
    long = episode("long", f"{'a' * 300} word", "short words")
    columns = join_parts([LATE, long], [cut(LATE), cut(long)], VocabularyBuilder()).transcripts

    assert columns.lengths.tolist() == [3, 3, 0, 300, 4, 5, 5, 0]
    assert columns.starts.tolist() == [0, 4, 0, 0, 301, 0, 6, 0]


@pytest.mark.parametrize("at_once", [1, 7, 40])
def test_an_index_is_the_same_however_much_is_worked_on_at_once(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    talks = [EDITED, HEARD, *bakery(), LATE, SILENT, EDITED]
    whole = arrays_of(build_index(talks, words=6, step=3), ())
    monkeypatch.setattr(arrays, "_AT_ONCE", at_once)
    pieced = arrays_of(build_index(talks, words=6, step=3), ())

    assert pieced.keys() == whole.keys()
    for name, column in whole.items():
        assert pieced[name].dtype == column.dtype, name
        assert pieced[name].tobytes() == column.tobytes(), name
