"""`like`, `find` and `mentions`, tried as people use them: in a process of their own."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from handlers.cli.app import main
from tests.process import airquote, command, environment

NOT_PIPED = "Error: Invalid value for text: give a text, or pipe one in.\n"


def piped(
    home: Path, typed: bytes, *words: str, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command with something on its standard input."""
    return subprocess.run(
        command(*words),
        cwd=home,
        env=environment(home, **variables),
        input=typed,
        capture_output=True,
        check=False,
    )


def test_like_shows_more_passages_like_a_moment(home: Path) -> None:
    done = airquote(home, "like", "model-registry", "0:30", "--limit", "2")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("More like 0:30 in “")
    assert done.stdout.count("https://youtu.be/sample0000") == 2
    assert "\n 2. " in done.stdout
    assert "There is more: " in done.stdout
    assert done.stderr == ""


def test_like_has_pages(home: Path) -> None:
    first, second = (
        airquote(home, "like", "model-registry", "0:30", "--limit=1", f"--page={page}")
        for page in (1, 2)
    )

    assert first.returncode == second.returncode == 0
    assert first.stdout != second.stdout


def test_like_an_episode_that_is_not_there_finds_nothing(home: Path) -> None:
    done = airquote(home, "like", "nowhere", "0:30")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("No episode matches “nowhere”. ")


@pytest.mark.parametrize("time", ["soon", "1:75", "", "1:2:3:4", "nan"])
def test_like_says_how_a_moment_is_written(home: Path, time: str) -> None:
    done = airquote(home, "like", "model-registry", time)

    assert (done.returncode, done.stdout) == (2, "")
    assert "write the time as 12:54 or 1:02:03." in done.stderr


def test_like_needs_an_episode_and_a_moment(home: Path) -> None:
    assert airquote(home, "like").returncode == 2
    assert airquote(home, "like", "model-registry").returncode == 2


def test_find_takes_a_text_as_words_or_from_standard_input(home: Path) -> None:
    message = "Does anybody use a model registry? We lost track of our models.\n"
    typed = airquote(home, "find", *message.split())
    read = piped(home, message.encode(), "find")

    assert typed.returncode == read.returncode == 0
    assert typed.stdout.startswith("Passages about: ")
    assert read.stdout.decode() == typed.stdout
    assert (typed.stderr, read.stderr) == ("", b"")


def test_find_has_limit_and_pages(home: Path) -> None:
    done = airquote(home, "find", "a model registry", "--limit", "1", "--page", "2")

    assert done.returncode == 0
    assert done.stdout.count(" 2. ") == 1
    assert " 1. " not in done.stdout


def test_find_reads_what_is_no_text(home: Path) -> None:
    bad = b"the model \xff\xfe\x00 registry \xc3"
    done = piped(home, bad, "find", PYTHONIOENCODING="utf-8:strict")

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Passages about: model, registry\n")


def test_find_reads_a_very_long_text(home: Path) -> None:
    done = piped(home, b"we talk of the model registry, and so on. " * 20_000, "find")

    assert done.returncode == 0
    assert done.stdout.startswith(b"Passages about: model, registry\n")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (b"", b"There is no text"),
        (b"\n\n", b"There is no text"),
        (b"and so on", b"I cannot tell what that is about"),
        ("🚀".encode(), b"I cannot tell what that is about"),
    ],
)
def test_find_without_telling_words_finds_nothing(home: Path, typed: bytes, told: bytes) -> None:
    done = piped(home, typed, "find")

    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(told)


def test_find_does_not_wait_silently_for_somebody_to_type(home: Path) -> None:
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            command("find"),
            cwd=home,
            env=environment(home),
            stdin=theirs,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(NOT_PIPED)


def test_a_mistyped_option_is_no_text(home: Path) -> None:
    for name in ("find", "mentions"):
        done = airquote(home, name, "model", "--limt=3")
        assert (done.returncode, done.stdout) == (2, "")
        assert "there is no such option." in done.stderr


def test_mentions_are_counted_with_the_first_and_the_latest(home: Path) -> None:
    done = airquote(home, "mentions", "feature", "store")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("“feature store” is mentioned 4 times in 1 episode\n")
    assert "feature store, most often by: Bram Oosterveld (2)\n" in done.stdout
    assert done.stdout.count("https://youtu.be/sample00003?t=") == 2
    assert done.stderr == ""


def test_several_terms_are_compared(home: Path) -> None:
    done = airquote(home, "mentions", "feature store", "vs", "zyxwvut")

    assert done.returncode == 0
    assert "“feature store” is mentioned 4 times" in done.stdout
    assert "“zyxwvut” is never mentioned" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("zyxwvut",), "“zyxwvut” is never mentioned\nTry different words.\n"),
        ((), "Type what to count, as in “mlops” or “llm vs mlops”.\n"),
        (("?!",), "Type what to count, as in “mlops” or “llm vs mlops”.\n"),
    ],
)
def test_nothing_mentioned_or_nothing_typed_finds_nothing(
    home: Path, words: tuple[str, ...], text: str
) -> None:
    done = airquote(home, "mentions", *words)

    assert (done.returncode, done.stdout, done.stderr) == (1, text, "")


def test_a_chart_is_written_beside_the_answer(home: Path) -> None:
    done = airquote(home, "mentions", "model", "vs", "$x$ 🚀", "--chart", "model.png")

    assert done.returncode == 0, done.stderr
    assert "is mentioned" in done.stdout
    assert done.stderr == ""
    assert done.stdout.endswith("\nChart: model.png\n")
    assert (home / "model.png").read_bytes().startswith(b"\x89PNG\r\n")


def test_nothing_typed_draws_nothing(home: Path) -> None:
    assert airquote(home, "mentions", "--chart", "none.png").returncode == 1
    assert not (home / "none.png").exists()


@pytest.mark.parametrize(
    ("chart", "reason"),
    [("nowhere/model.png", "No such file or directory"), (".", "Is a directory")],
)
def test_a_chart_that_cannot_be_written_is_a_sentence(home: Path, chart: str, reason: str) -> None:
    done = airquote(home, "mentions", "model", "--chart", chart)

    assert done.returncode == 1
    assert done.stderr == f"{chart}: {reason}.\n"
    assert done.stdout.startswith("“model” is mentioned ")
    assert "Chart: " not in done.stdout


def test_no_chart_is_drawn_where_no_episode_has_a_season(home: Path) -> None:
    (home / "tea.txt").write_text("0:05 All about green tea\n0:09 Yes\n", encoding="utf-8")
    done = airquote(home, "mentions", "tea", "--chart", "tea.png", AIRQUOTE_EPISODES="tea.txt")

    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "“tea” is mentioned once")
    assert done.stderr == "No chart was drawn: no mention is in a season.\n"
    assert not (home / "tea.png").exists()


def test_lexicon_learn_names_the_files_it_could_not_read(home: Path) -> None:
    (home / "empty.txt").touch()
    done = airquote(home, "lexicon", "learn", "empty.txt")

    assert done.returncode == 1
    assert done.stderr.startswith("empty.txt: refused: ")


def test_a_query_without_hits_is_kept_only_if_that_is_switched_on(home: Path) -> None:
    database = f"sqlite:///{home / 'airquote.db'}"
    airquote(home, "search", "zzzyx", DATABASE_URL=database)
    assert not (home / "airquote.db").exists()

    airquote(home, "search", "zzzyx", DATABASE_URL=database, AIRQUOTE_KEEP_QUERIES_DAYS="30")
    again = airquote(
        home,
        *("eval", "--from-feedback"),
        DATABASE_URL=database,
        AIRQUOTE_KEEP_QUERIES_DAYS="30",
    )

    assert again.returncode == 0
    assert "Found nothing: 1 question" in again.stdout


def test_a_search_takes_one_core_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["airquote", "--version"])
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with pytest.raises(SystemExit):
        main()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"

    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    with pytest.raises(SystemExit):
        main()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "4"
