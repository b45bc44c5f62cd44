"""Files that were read before: only what somebody asks for is read again."""

from pathlib import Path

import pytest

from bot.errors import CacheError
from bot.models import Transcript
from bot.transcripts.files import FoundFiles, find_files
from bot.transcripts.known_files import KnownFiles
from bot.transcripts.reader import read_transcripts

TALK = "0:00 a pot of green tea\n0:10 is ready\n0:20 to be poured\n"


@pytest.fixture
def found(tmp_path: Path) -> FoundFiles:
    (tmp_path / "tea.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    return find_files([tmp_path])


def read(found: FoundFiles, known: KnownFiles | None = None) -> Transcript:
    (transcript,) = read_transcripts(found, known=known).transcripts
    return transcript


def read_before(found: FoundFiles) -> KnownFiles:
    """Read files, and return what the next reading knows of them."""
    known = KnownFiles()
    read(found, known)
    return KnownFiles(known.facts(), known.words())


def test_a_known_file_is_what_it_was(found: FoundFiles) -> None:
    cues = read(found, read_before(found)).cues

    assert tuple(cues) == read(found).cues
    assert (len(cues), cues[2], cues[-1].text) == (3, read(found).cues[2], "to be poured")
    assert read_transcripts(found, known=read_before(found)).problems == (
        read_transcripts(found).problems
    )


def test_the_beginning_of_a_known_file_needs_no_reading(found: FoundFiles, tmp_path: Path) -> None:
    known = read_before(found)
    (tmp_path / "tea.txt").unlink()
    cues = read(found, known).cues

    assert [cue.text for cue in cues[:2]] == ["a pot of green tea", "is ready"]
    assert next(iter(cues)) == cues[:2][0]
    assert len(cues) == 3
    assert not known.changed


def test_a_known_file_that_differs_when_it_is_read_is_refused(
    found: FoundFiles, tmp_path: Path
) -> None:
    known = read_before(found)
    (tmp_path / "tea.txt").write_text(TALK.replace("tea", "ale"), encoding="utf-8")

    with pytest.raises(CacheError, match=r"tea.txt: it was changed while it was read"):
        list(read(found, known).cues)


def test_a_changed_file_is_read_and_an_old_one_forgotten(found: FoundFiles, tmp_path: Path) -> None:
    known = read_before(found)
    (tmp_path / "tea.txt").write_text(TALK.replace("tea", "ale"), encoding="utf-8")
    cues = read(find_files([tmp_path]), known).cues

    assert cues[0].text == "a pot of green ale"
    assert known.changed
    assert len(known.facts()) == 2
