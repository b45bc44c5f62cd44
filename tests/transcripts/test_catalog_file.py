"""Catalogs that Airquote writes, to be completed."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import TranscriptError
from bot.library.build import read_corpus
from bot.models import Metadata
from bot.transcripts.catalog import read_catalog
from bot.transcripts.catalog_file import WrittenCatalog, write_catalogs
from bot.transcripts.files import find_files

VTT = (
    "WEBVTT\n\n00:00.000 --> 00:04.000\n<v Mia>Welcome back, Tom, to the show.\n\n"
    "00:04.000 --> 00:09.000\n<v Tom>Thanks, I brought two alerts.\n"
)
PAGE = "---\ntitle: A talk\nseason: 1\ntranscript:\n- line: Hello.\n  sec: 1\n---\n"
HUGO = "\n+++\ntitle = 'Another talk'\n+++\n\n## Transcript\n\n**Mia** (0:01): Hi there, Tom.\n"


def write(folder: Path) -> list[WrittenCatalog]:
    found = find_files([folder])
    return write_catalogs([folder], found, read_corpus(found).episodes)


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    (tmp_path / "s1").mkdir()
    (tmp_path / 's1/2024-05-01-s01e02-alerts: "at" night.vtt').write_text(VTT, encoding="utf-8")
    (tmp_path / "rMq63r3zi4c.txt").write_text("0:00 hi\n", encoding="utf-8")
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "hugo.md").write_text(HUGO, encoding="utf-8")
    return tmp_path


def test_what_was_found_is_written_and_read_again(talks: Path) -> None:
    (written,) = write(talks)
    text = written.path.read_text(encoding="utf-8")
    facts = read_catalog(text, "catalog.yaml")

    assert (written.path, written.entries) == (talks / "catalog.yaml", 2)
    assert facts.problems == ()
    assert facts.facts == {
        "rMq63r3zi4c.txt": Metadata(title="hi", youtube="rMq63r3zi4c"),
        's1/2024-05-01-s01e02-alerts: "at" night.vtt': Metadata(
            title='Alerts: "at" night',
            season=1,
            number=2,
            guests=("Tom",),
            published=date(2024, 5, 1),
        ),
    }
    assert "  # youtube:\n" in text


def test_a_second_time_nothing_is_written(talks: Path) -> None:
    write(talks)

    assert write(talks) == []


def test_what_a_catalog_has_stays(talks: Path) -> None:
    catalog = talks / "catalog.yaml"
    mine = "# mine\nrMq63r3zi4c.txt:\n  title: Mine # still\n"
    catalog.write_text(mine, encoding="utf-8")

    assert [each.entries for each in write(talks)] == [1]
    assert catalog.read_text(encoding="utf-8").startswith(mine)
    assert not read_catalog(catalog.read_text(encoding="utf-8"), "catalog.yaml").problems


def test_a_broken_catalog_is_left_alone(talks: Path) -> None:
    catalog = talks / "catalog.yaml"
    catalog.write_text("a: {title: A\n", encoding="utf-8")

    with pytest.raises(TranscriptError, match="broken"):
        write(talks)

    assert catalog.read_text(encoding="utf-8") == "a: {title: A\n"
