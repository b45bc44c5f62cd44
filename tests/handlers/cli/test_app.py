"""The `airquote` command, tried as people use it: in a process of its own, from outside."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.process import airquote

HIT = {
    "episode": str,
    "title": str,
    "speaker": str,
    "chapter": str,
    "start": float,
    "end": float,
    "time": str,
    "url": str,
    "text": str,
    "score": float,
    "source": str,
}
LINES = "".join(f"{minute}:00 words of minute {minute}\n" for minute in range(9))


def found(home: Path, *words: str, **variables: str) -> dict[str, Any]:
    """Search with --json, and see to it that nothing but one object is printed."""
    done = airquote(home, "search", "--json", *words, **variables)
    answer: dict[str, Any] = json.loads(done.stdout)

    assert done.stdout.endswith("}\n")
    assert done.stderr == ""
    assert done.returncode == (0 if answer["hits"] else 1)
    assert list(answer) == ["query", "took_ms", "suggestion", "hits"]
    return answer


def test_the_installed_command_runs() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("airquote"), "--help"], capture_output=True, check=False
    )

    assert done.returncode == 0
    assert b"search" in done.stdout


def test_the_version_is_told(home: Path) -> None:
    done = airquote(home, "--version")

    assert (done.returncode, done.stdout) == (0, f"airquote {version('airquote')}\n")


def test_help_shows_words_where_words_are_taken(home: Path) -> None:
    for name in ("search", "episodes", "find", "mentions"):
        done = airquote(home, name, "--help")

        assert done.stdout.startswith(f"Usage: airquote {name} [OPTIONS] [WORDS]...\n")


def test_a_path_that_is_missing_beside_others_is_named(home: Path) -> None:
    (home / "tea.txt").write_text(LINES, encoding="utf-8")
    done = airquote(home, "episodes", AIRQUOTE_EPISODES=f"tea.txt{os.pathsep}nowhere")

    assert done.returncode == 0
    assert done.stderr == "AIRQUOTE_EPISODES: there is no nowhere; searching the rest.\n"


def test_answers_are_in_the_language_that_is_set(home: Path) -> None:
    (home / "tea.txt").write_text(LINES, encoding="utf-8")
    catalog = "tea.txt: {title: Tea, guests: [Ann Lee, Bo Ray]}\n"
    (home / "catalog.yaml").write_text(catalog, encoding="utf-8")
    asked = ("search", "words of minute")
    german = airquote(home, *asked, AIRQUOTE_EPISODES="tea.txt", AIRQUOTE_REPLY_LANGUAGE="de")
    english = airquote(home, *asked, AIRQUOTE_EPISODES="tea.txt")

    assert "Ann Lee und Bo Ray" in german.stdout
    assert "Ann Lee and Bo Ray" in english.stdout


def test_a_search_shows_passages_with_links(home: Path) -> None:
    done = airquote(home, "search", "model", "registry")

    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.startswith("What the podcast says about “model registry”\n")
    assert "https://youtu.be/sample00001?t=" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_is_one_object_of_the_agreed_form_on_the_first_use_and_later(home: Path) -> None:
    first, later = (found(home, "model registry") for _ in range(2))

    assert first.pop("took_ms") >= 0
    assert later.pop("took_ms") >= 0
    assert first == later
    assert (first["query"], first["suggestion"], len(first["hits"])) == ("model registry", None, 5)
    for hit in first["hits"]:
        assert {name: type(value) for name, value in hit.items()} == HIT
        assert list(hit) == list(HIT)
        video, second = hit["url"].removeprefix("https://youtu.be/").split("?t=")
        assert video.startswith("sample0000")
        assert int(second) == max(0, int(hit["start"]) - 2)
        assert hit["source"] in ("edited", "captions")
        assert hit["start"] <= hit["end"]
    scores = [hit["score"] for hit in first["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_json_says_what_was_answered_in_place_of_a_misspelt_query(home: Path) -> None:
    answer = found(home, "model regisrty")

    assert answer["suggestion"] == "model registry"
    assert answer["hits"]


def test_json_has_passages_even_if_a_guest_is_named(home: Path) -> None:
    passages = found(home, "Tomáš Vlček")["hits"]

    assert passages
    assert all(hit["start"] is not None and hit["text"] for hit in passages)


def test_json_of_a_link_to_a_second_has_what_is_said_there(home: Path) -> None:
    (moment,) = found(home, "https://youtu.be/sample00001?t=23")["hits"]

    assert (moment["url"], moment["start"]) == ("https://youtu.be/sample00001?t=21", 23.0)


def test_json_of_a_query_that_is_too_long_has_no_hits(home: Path) -> None:
    assert found(home, "model registry " * 100)["hits"] == []


def test_json_without_hits_fails_even_where_a_filter_leaves_episodes(home: Path) -> None:
    assert found(home, "guest:tomas")["hits"] == []
    assert found(home, "zyxwvut")["hits"] == []


def test_an_episode_without_a_video_has_times_and_no_link(home: Path) -> None:
    for name in ("tea", "milk", "wine"):
        (home / f"{name}.txt").write_text(LINES.replace("words", name), encoding="utf-8")
    (hit,) = found(home, "--limit", "1", "tea", AIRQUOTE_EPISODES=".")["hits"]

    assert hit["url"] == ""
    assert hit["time"]


def test_limit_and_page_cut_the_answer(home: Path) -> None:
    everything = found(home, "model", "--limit", "4")["hits"]
    pages = [found(home, "model", "--limit=2", f"--page={page}")["hits"] for page in (1, 2)]

    assert [len(page) for page in pages] == [2, 2]
    assert len(everything) == 4
    assert pages[0] == everything[:2]


def test_a_word_with_a_dash_is_part_of_the_query(home: Path) -> None:
    answer = found(home, "model", "-registry", "--limit", "50")

    assert answer["query"] == "model -registry"
    assert answer["hits"]
    assert not any("registry" in hit["text"].lower() for hit in answer["hits"])


def test_an_empty_query_explains_itself(home: Path) -> None:
    done = airquote(home, "search")

    assert done.returncode == 1
    assert done.stdout.startswith("Type what you remember")
    assert "For example: " in done.stdout


def test_settings_come_from_an_env_file_in_the_current_folder(home: Path) -> None:
    (home / "talks").mkdir()
    (home / "talks" / "tea.txt").write_text(LINES, encoding="utf-8")
    (home / ".env").write_text("AIRQUOTE_EPISODES=talks\nAIRQUOTE_CACHE=built\n", encoding="utf-8")
    done = airquote(home, "episodes")

    assert done.returncode == 0
    assert done.stdout.startswith("1 episode\n")
    assert len(list((home / "built").glob("*.index"))) == 1


def test_the_cache_is_where_it_is_said_to_be(home: Path) -> None:
    airquote(home, "episodes", AIRQUOTE_CACHE="~/some/cache")

    assert len(list((home / "some" / "cache").glob("*.index"))) == 1


def test_episodes_are_listed_and_found(home: Path) -> None:
    everything = airquote(home, "episodes")
    one = airquote(home, "episodes", "feature", "store")
    none = airquote(home, "episodes", "zyxwvut")

    assert everything.stdout.startswith("6 episodes\n\n 1. Sample: ")
    assert one.stdout.startswith("1 episode\n\n 1. Sample: The Feature Store We Removed\n")
    assert (everything.returncode, one.returncode, none.returncode) == (0, 0, 1)
    assert none.stdout.startswith("No episode matches “zyxwvut”.\n")


def test_check_names_bad_files_and_fails(home: Path) -> None:
    folder = home / "talks"
    folder.mkdir()
    (folder / "good.txt").write_text(LINES, encoding="utf-8")
    (folder / "empty.txt").touch()
    (folder / "latin.txt").write_bytes(b"0:01 words\n0:02 caf\xe9\n")
    (folder / "twice.md").write_text("---\ntitle: A\ntitle: B\n---\n", encoding="utf-8")
    done = airquote(home, "check", "talks")
    lines = done.stdout.splitlines()

    assert done.returncode == 1
    assert lines[0] == "1 episode: 1 from captions. 3 files refused."
    refused = sorted(line for line in lines if ": refused: " in line)
    assert [line.split(": ")[0] for line in refused] == ["empty.txt", "latin.txt:2", "twice.md:3"]
    assert all(line.endswith(".") and line.count(". ") for line in refused)
    assert done.stderr == ""


def test_check_passes_with_notes(home: Path) -> None:
    (home / "tea.txt").write_text(LINES, encoding="utf-8")
    done = airquote(home, "check", "tea.txt")

    assert done.returncode == 0
    assert "tea.txt: note: " in done.stdout


@pytest.mark.parametrize(
    ("path", "said"), [(".", "No transcripts found in “.”.\n"), ("nowhere", "0 episodes. 1 file")]
)
def test_check_fails_where_there_is_no_transcript(home: Path, path: str, said: str) -> None:
    done = airquote(home, "check", path)

    assert done.returncode == 1
    assert done.stdout.startswith(said)


def test_check_says_what_a_folder_passes_over(home: Path) -> None:
    folder = home / "talks"
    folder.mkdir()
    (folder / "tea.txt").write_text(LINES, encoding="utf-8")
    for name in ("tea.mp3", "cup.png", "notes.docx"):
        (folder / name).write_bytes(b"\0")
    done = airquote(home, "check", "talks")

    assert done.returncode == 0
    assert "3 files are passed over: 1 Word document, 1 picture, 1 recording." in done.stdout


def test_check_writes_a_catalog_to_complete(home: Path) -> None:
    folder = home / "talks"
    folder.mkdir()
    (folder / "s01e02-tea.txt").write_text(LINES, encoding="utf-8")
    done = airquote(home, "check", "talks", "--write-catalog")
    catalog = (folder / "catalog.yaml").read_text(encoding="utf-8")

    assert done.returncode == 0
    assert "talks/catalog.yaml: 1 episode added. Complete it there." in done.stdout
    assert '"s01e02-tea.txt":\n  title: "Tea"\n  season: 1\n  episode: 2\n' in catalog
    assert "No catalog was written" in airquote(home, "check", "talks", "--write-catalog").stdout


def test_check_reads_the_settings_when_no_path_is_given(home: Path) -> None:
    (home / "tea.txt").write_text(LINES, encoding="utf-8")

    sample = airquote(home, "check").stdout
    assert sample.startswith("The sample podcast, as AIRQUOTE_EPISODES is unset:\n6 episodes: ")
    assert airquote(home, "check", AIRQUOTE_EPISODES=".").stdout.startswith("1 episode: ")
    assert airquote(home, "check", ".", AIRQUOTE_EPISODES="nowhere").returncode == 0


def test_eval_prints_figures_and_writes_the_run(home: Path) -> None:
    rows = [
        {
            "id": "a",
            "query": "undo button",
            "episode": "on-call-for-models",
            "start": 0,
            "end": 600,
        },
        {"phrase": "the undo button", "episode": "on-call-for-models", "true": 185},
    ]
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    (home / "some.jsonl").write_text(text, encoding="utf-8")
    done = airquote(home, "eval", "some.jsonl", "--run", "run.jsonl")
    written = (home / "run.jsonl").read_text(encoding="utf-8").splitlines()

    assert done.returncode == 0, done.stderr
    assert "MRR@10" in done.stdout
    assert "1.000" in done.stdout
    assert "None of the expected" not in done.stdout
    assert "1 of 1 phrase found in the right episode." in done.stdout
    assert [(json.loads(line)["id"], json.loads(line)["query"]) for line in written] == [
        ("a", "undo button"),
        ("2", '"the undo button"'),
    ]


def test_eval_names_the_episodes_that_are_not_in_the_podcast(home: Path) -> None:
    query = {"query": "undo button", "episode": "on-call-for-models", "start": 0, "end": 600}
    misspelt = query | {"episode": "on-call-for-model"}
    (home / "some.jsonl").write_text(f"{json.dumps(query)}\n{json.dumps(misspelt)}\n")
    (home / "none.jsonl").write_text(json.dumps(misspelt))
    some, none = airquote(home, "eval", "some.jsonl"), airquote(home, "eval", "none.jsonl")

    told = "Not in this podcast, so 1 of 2 queries count as missed: on-call-for-model.\n"
    assert (some.returncode, some.stderr) == (0, told)
    assert none.returncode == 1
    assert none.stderr == (
        "None of the expected episodes is in this podcast. Check AIRQUOTE_EPISODES.\n"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "https://x.y"), "one of its addresses is not that of a git repository or a"),
        (("check", "git@github.com:a/b.git"), "git@github.com:a/b.git is an SSH address. Use its"),
        (("lexicon", "learn", "ftp://x/y"), "ftp:// is not supported. Use https://."),
        (("quotes", "image", "photo.jpg"), "photo.jpg is written as a PNG, so its name should"),
        (("mentions", "model", "--chart", "x.txt"), "x.txt is written as a PNG, so its name"),
    ],
)
def test_an_argument_that_makes_no_sense_is_what_is_blamed(
    home: Path, words: tuple[str, ...], told: str
) -> None:
    done = airquote(home, *words)

    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert "AIRQUOTE_EPISODES" not in done.stderr
    assert not (home / words[-1]).exists()
