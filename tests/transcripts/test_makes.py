"""Every program's transcript is read: its words, their seconds, and who says them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.models import Cue, Origin
from bot.transcripts.files import find_files
from bot.transcripts.reader import read_transcripts
from tests.transcripts.makes import MAKES, NAMED, NOBODY, SAID, Make


def read(folder: Path, make: Make) -> Sequence[Cue]:
    (folder / make.file).write_text(make.text, encoding="utf-8")
    reading = read_transcripts(find_files([folder]))
    assert reading.problems == ()
    (transcript,) = reading.transcripts
    assert transcript.cues
    assert {cue.source for cue in transcript.cues} == {transcript.source}
    return transcript.cues


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.name)
def test_the_words_of_every_make_have_their_seconds(tmp_path: Path, make: Make) -> None:
    cues = read(tmp_path, make)

    assert [cue.text for cue in cues] == [text for _, _, text in SAID]
    assert [cue.start for cue in cues] == pytest.approx([start for start, _, _ in SAID], abs=0.3)
    assert all(cue.end is None or cue.start is None or cue.end >= cue.start for cue in cues)


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.name)
def test_every_make_names_the_speakers_that_it_knows(tmp_path: Path, make: Make) -> None:
    cues = read(tmp_path, make)
    speakers = [cue.speaker for cue in cues]

    if make.voices in (NAMED, NOBODY):
        assert speakers == list(make.voices)
    else:
        ends = zip(speakers, make.voices, strict=True)
        assert all(speaker.endswith(voice) for speaker, voice in ends)
    assert cues[0].source is (Origin.EDITED if make.voices == NAMED else Origin.CAPTIONS)
