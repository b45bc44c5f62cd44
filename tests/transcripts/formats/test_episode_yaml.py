"""The site's newer layout: two files for an episode."""

from pathlib import Path
from textwrap import dedent

import pytest

from bot.errors import TranscriptError
from bot.models import Chapter, Cue, Transcript
from bot.transcripts.files import SourceFile
from bot.transcripts.formats.episode_yaml import (
    EpisodeFile,
    join_episode_files,
    looks_like_episode_yaml,
    read_episode_yaml,
)

FACTS = dedent(
    """\
    slug: small-models
    legacy_path: /podcast/small-models.html
    title: Small models
    season: 1
    episode: 1
    ids:
      youtube: abcdefghi_0
    quotableClips:
    - name: Introduction
      startOffset: 0
      endOffset: 60
    transcript: e01-transcript.yaml
    notes: |
      Links
    """
)
SEGMENTS = dedent(
    """\
    podcast: small-models
    segments:
    - header: Introduction
    - who: Ann
      time: "0:12"
      sec: 12
      line: Welcome.
    """
)


def file(path: str, text: str) -> EpisodeFile:
    facts = read_episode_yaml(path, text)
    return EpisodeFile(SourceFile(path, Path("/site") / path, ""), facts)


def join(*files: EpisodeFile) -> list[tuple[Transcript | None, list[str]]]:
    return [
        (read.transcript, [n.reason for n in read.notes]) for _, read in join_episode_files(files)
    ]


def test_facts_and_segments_are_one_transcript() -> None:
    ((transcript, notes),) = join(
        file("s01/e01-transcript.yaml", SEGMENTS), file("s01/e01.yaml", FACTS)
    )

    assert notes == []
    assert transcript
    assert (transcript.path, transcript.stem) == ("s01/e01.yaml", "e01")
    assert transcript.metadata.slug == "small-models"
    assert transcript.metadata.youtube == "abcdefghi_0"
    assert transcript.chapters == (Chapter("Introduction", 0),)
    assert transcript.cues == (Cue("Welcome.", 12, None, "Ann"),)


@pytest.mark.parametrize("named", ["transcripts/e01.yaml", "../transcripts/e01.yaml"])
def test_segments_are_found_where_the_facts_say(named: str) -> None:
    facts = FACTS.replace("e01-transcript.yaml", named).replace("slug: small-models", "slug: other")
    path = str(Path("s01") / named).replace("s01/../", "")

    ((transcript, _),) = join(file("s01/e01.yaml", facts), file(path, SEGMENTS))

    assert transcript
    assert (transcript.metadata.slug, len(transcript.cues)) == ("other", 1)


def test_segments_are_found_by_their_slug() -> None:
    facts = FACTS.replace("transcript: e01-transcript.yaml\n", "")

    ((transcript, _),) = join(file("e01.yaml", facts), file("text.yaml", SEGMENTS))

    assert transcript
    assert transcript.cues


def test_a_slug_is_the_same_whatever_blanks_it_is_written_with() -> None:
    facts = FACTS.replace("slug: small-models", 'slug: " small-models "').replace("e01-t", "no-t")

    ((transcript, _),) = join(file("e01.yaml", facts), file("text.yaml", SEGMENTS))

    assert transcript
    assert transcript.cues


def test_facts_without_a_slug_take_no_segments_of_an_unnamed_podcast() -> None:
    facts = FACTS.replace("slug: small-models\n", "")
    segments = SEGMENTS.replace("podcast: small-models\n", "")

    (about, _), (alone, notes) = join(file("e01.yaml", facts), file("text.yaml", segments))

    assert about
    assert alone
    assert (len(about.cues), len(alone.cues)) == (0, 1)
    assert notes == ["no file of facts belongs to its segments."]


def test_facts_without_segments_keep_what_they_know() -> None:
    ((transcript, notes),) = join(file("e01.yaml", FACTS))

    assert transcript
    assert transcript.metadata.title == "Small models"
    assert notes == [
        'its transcript "e01-transcript.yaml" is not there.',
        "it has no transcript.",
    ]


def test_segments_without_facts_are_an_episode() -> None:
    ((transcript, notes),) = join(file("e01-transcript.yaml", SEGMENTS))

    assert transcript
    assert transcript.metadata.slug == "small-models"
    assert notes == ["no file of facts belongs to its segments."]


def test_the_slug_comes_from_the_old_path_where_it_is_missing() -> None:
    facts = FACTS.replace("slug: small-models\n", "").replace(
        "transcript: e01-transcript.yaml\n", ""
    )

    ((transcript, _),) = join(file("e01.yaml", facts))

    assert transcript
    assert transcript.metadata.slug == "small-models"


def test_the_items_may_be_in_the_file_of_facts() -> None:
    facts = FACTS.replace("transcript: e01-transcript.yaml\n", "transcript:\n- line: Welcome.\n")

    ((transcript, notes),) = join(file("e01.yaml", facts))

    assert transcript
    assert transcript.cues == (Cue("Welcome."),)
    assert notes == []


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        (FACTS, True),
        (SEGMENTS, True),
        ("---\n# a comment\n\n" + FACTS, True),
        ("name: left-pad\nversion: 1\n", False),
        ("We talk about\nslug: x\n", False),
    ],
)
def test_the_layout_is_known_by_its_keys(text: str, ours: bool) -> None:
    assert looks_like_episode_yaml(text) is ours


def test_a_list_is_refused() -> None:
    with pytest.raises(TranscriptError, match="mapping"):
        read_episode_yaml("e01.yaml", "- slug: a")
