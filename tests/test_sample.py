"""The sample podcast: six made-up episodes, one in each format, read without a complaint."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.models import Corpus, Episode, Origin
from bot.transcripts.files import find_files
from bot.transcripts.merge import merge_transcripts
from bot.transcripts.reader import read_transcripts

SAMPLE = Path(__file__).parents[1] / "data" / "episodes"
TEN_WORDS = 10


@pytest.fixture(scope="module")
def sample() -> Corpus:
    reading = read_transcripts(find_files([SAMPLE]))
    episodes, problems = merge_transcripts(reading.transcripts, reading.people)
    return Corpus(episodes, (*reading.problems, *problems))


def spoken(episode: Episode) -> str:
    return " ".join(cue.text for cue in episode.cues)


def word_rows(text: str) -> Iterator[str]:
    words = re.findall(r"[a-z0-9']+", text.lower())
    return (" ".join(words[at : at + TEN_WORDS]) for at in range(len(words) - TEN_WORDS + 1))


def test_six_files_and_pairs_are_six_episodes_without_a_problem(sample: Corpus) -> None:
    assert sample.problems == ()
    assert [(episode.season, episode.number) for episode in sample.episodes] == [
        (1, number) for number in range(1, 7)
    ]


def test_everybody_can_see_that_it_is_a_sample(sample: Corpus) -> None:
    for episode in sample.episodes:
        assert episode.title.startswith("Sample: ")
        assert episode.youtube == f"sample{episode.number:05}"
        assert "sample podcast" in spoken(episode)


def test_every_episode_has_a_guest_with_a_full_name_and_a_page(sample: Corpus) -> None:
    pages = [page.read_text(encoding="utf-8") for page in (SAMPLE / "people").iterdir()]
    for episode in sample.episodes:
        (guest,) = episode.guests

        assert " " in guest.name
        assert any(f'title: "{guest.name}"' in page for page in pages)


def test_every_episode_is_a_talk_of_five_to_ten_minutes_at_a_human_pace(sample: Corpus) -> None:
    for episode in sample.episodes:
        start, end = episode.cues[0].start, episode.cues[-1].end
        assert start is not None
        assert end is not None
        words = len(spoken(episode).split())

        assert 600 <= words <= 1200
        assert 300 <= end <= 600
        assert 2 <= words / (end - start) <= 3


def test_no_time_goes_backwards_in_any_file() -> None:
    transcripts = read_transcripts(find_files([SAMPLE])).transcripts

    assert len(transcripts) == 7
    for transcript in transcripts:
        starts = [cue.start for cue in transcript.cues if cue.start is not None]

        assert len(starts) == len(transcript.cues)
        assert all(first <= second for first, second in pairwise(starts))


def test_the_page_and_its_captions_are_one_episode_that_keeps_what_was_cut(sample: Corpus) -> None:
    edited, heard = (
        " ".join(cue.text for cue in sample.episodes[0].cues if cue.source is source)
        for source in Origin
    )

    assert sample.episodes[0].paths == ("model-registry.md", "sample00001.txt")
    assert "MLOps" in edited
    assert "envelopes" not in edited
    assert "notebooks" in heard
    assert "notebooks" not in edited


def test_several_episodes_answer_the_search_of_the_demo(sample: Corpus) -> None:
    found = [episode.number for episode in sample.episodes if "model registry" in spoken(episode)]

    assert found == [1, 2, 4, 6]


@pytest.mark.corpus
def test_no_ten_words_in_a_row_come_from_a_real_podcast(sample: Corpus, shared: Path) -> None:
    ours = {row for episode in sample.episodes for row in word_rows(spoken(episode))}
    labels = re.compile(r"(?m)^(\s*(sec|time|who):.*|[\d:]+ )")
    theirs = {
        row
        for folder in ("seeds", "corpus/episodes", "corpus/captions")
        for path in sorted((shared / folder).iterdir())
        for row in word_rows(labels.sub(" ", path.read_text(encoding="utf-8", errors="replace")))
        if row in ours
    }

    assert theirs == set()
