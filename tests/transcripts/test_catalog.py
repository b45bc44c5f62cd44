"""Catalogs of facts."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import TranscriptError
from bot.models import Metadata
from bot.transcripts.catalog import fill_gaps, read_built_in_catalog, read_catalog, video_in_name


def test_a_catalog_has_facts_by_file_name() -> None:
    text = (
        "a.txt:\n  title: A talk\n  season: 2\n  episode: 3\n  guests: [Ann Miller, ben]\n"
        "  youtube: https://youtu.be/abcdefghi_0\n  date: 2024-02-29\nb.txt: {guests: Ann}\n"
    )

    catalog = read_catalog(text, "catalog.yaml")

    assert catalog.problems == ()
    assert catalog.facts == {
        "a.txt": Metadata(
            title="A talk",
            season=2,
            number=3,
            guests=("Ann Miller", "ben"),
            youtube="abcdefghi_0",
            published=date(2024, 2, 29),
        ),
        "b.txt": Metadata(guests=("Ann",)),
    }


def test_a_catalog_says_where_an_episode_can_be_heard() -> None:
    text = (
        "a.vtt:\n  url: https://tea.example/12\n  audio: https://cdn.example/12 a.mp3\n"
        "  spotify: https://open.spotify.com/episode/0123456789abcdefghijAB?si=1\n"
        "  apple: https://podcasts.apple.com/de/podcast/tea/id1?i=2&uo=4\n"
        "  template: '{url}?t={seconds}'\n  guid: g1\n"
    )

    catalog = read_catalog(text, "catalog.yaml")

    assert catalog.problems == ()
    assert catalog.facts["a.vtt"] == Metadata(
        url="https://tea.example/12",
        audio="https://cdn.example/12%20a.mp3",
        spotify="0123456789abcdefghijAB",
        apple="https://podcasts.apple.com/de/podcast/tea/id1?i=2",
        template="{url}?t={seconds}",
        guid="g1",
    )


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("a.txt: {url: tea.example/12}", 'the url "tea.example/12" cannot be read'),
        ("a.txt: {guests: 5}", 'the guest "5" cannot be read.'),
        ("a.txt: {audio: 12.mp3}", 'the audio "12.mp3" cannot be read'),
        ("a.txt: {spotify: x}", 'the spotify "x" cannot be read'),
        (
            "a.txt: {apple: https://tea.example/12}",
            'the apple "https://tea.example/12" cannot be read',
        ),
        (
            "a.txt: {template: https://tea.example/}",
            'the template "https://tea.example/" cannot be read',
        ),
        ("a.txt: A talk", "no facts"),
        ("a.txt: {titel: A talk}", '"titel"'),
        ("a.txt: {youtube: TODO}", '"TODO"'),
        ("a.txt: {season: two}", '"two"'),
        ("a.txt: {date: 29.2.2023}", '"29.2.2023"'),
        ("a.txt: {title: A, title: B}", "twice"),
        ("a.txt: {title: *a}", "alias"),
        ("a.txt: {title: !b a}", "tag"),
        ("[a.txt]: {title: A}", "key"),
        ("a.txt: {title: [A]}", "title"),
        ("a.txt: {guests: [[Ann]]}", "guests"),
        ("a.txt: {topics: {a: b}}", "topics"),
        ("b.txt: {title: B}", "already"),
        ("./s01/../b.txt: {title: B}", "not in this folder"),
        ("../a.txt: {title: A}", "not in this folder"),
        ("../../etc/passwd: {title: A}", "not in this folder"),
        ("/etc/passwd: {title: A}", "not in this folder"),
        ("'': {title: A}", "not in this folder"),
        (".: {title: A}", "not in this folder"),
    ],
)
def test_a_bad_entry_is_refused_by_its_line_and_no_other(entry: str, reason: str) -> None:
    text = f"b.txt: {{title: B}}\n{entry}\nc.txt: {{title: C}}\n"
    catalog = read_catalog(text, "catalog.yaml")

    assert catalog.facts == {"b.txt": Metadata(title="B"), "c.txt": Metadata(title="C")}
    (problem,) = catalog.problems
    assert (problem.path, problem.line, problem.refused) == ("catalog.yaml", 2, True)
    assert problem.entry
    assert not problem.loses_file
    assert reason in problem.reason
    assert problem.remedy


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(TranscriptError, match="mapping"):
        read_catalog("- a.txt\n", "catalog.yaml")


def test_a_path_is_taken_in_its_normal_form() -> None:
    catalog = read_catalog("./s01//e02.srt: {title: A}\n", "catalog.yaml")

    assert catalog.facts == {"s01/e02.srt": Metadata(title="A")}


def test_gaps_are_filled_and_nothing_else() -> None:
    known = Metadata(title="A", season=0, guests=("ann",))
    facts = Metadata(title="B", season=2, number=3, guests=("ben",), youtube="abcdefghi_0")

    assert fill_gaps(known, facts) == Metadata(
        title="A", season=0, number=3, guests=("ann",), youtube="abcdefghi_0"
    )


def test_the_built_in_catalog_knows_three_dumps() -> None:
    assert {
        name: (m.season, m.number, m.youtube) for name, m in read_built_in_catalog().items()
    } == {
        "001_4a7ab7647217116d.txt": (20, 4, "DX9c__a4jzg"),
        "003_d3e640561e3edf3d.txt": (19, 4, "rMq63r3zi4c"),
        "004_25427b171b68cbfb.txt": (15, 7, "q3DTR3Od1MA"),
    }


@pytest.mark.parametrize(
    "stem",
    ["rMq63r3zi4c", "DX9c__a4jzg", "-Gj7SaI-QW4", "6YBMU6475KQ", "GHbeXIKnkLQ", "PjqjPvHliqg"],
)
def test_a_video_id_is_recognised_in_a_name(stem: str) -> None:
    assert video_in_name(stem) == stem
    assert video_in_name(f"A talk [{stem}]") == stem


@pytest.mark.parametrize(
    "stem",
    [
        "interviewss",
        "feature-use",
        "Feature-Use",
        "MyEpisode10",
        "s12e08-talk",
        "S12E08-talk",
        "2024-talk-A",
        "rMq63r3zi4d",
        "rMq63r3zi4",
        "my-rMq63r3zi4c",
        "",
    ],
)
def test_words_and_numbers_are_not_video_ids(stem: str) -> None:
    assert video_in_name(stem) == ""


@pytest.mark.corpus
def test_every_video_of_the_corpus_is_known_by_its_name(shared: Path) -> None:
    stems = {path.stem for path in (shared / "corpus" / "captions").glob("*.txt")}

    assert {video_in_name(stem) for stem in stems} == stems
