"""The `airquote` command where something is wrong: with what was typed, a file or a terminal."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from handlers.cli import main
from tests.process import airquote, command, environment


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["search", "--limit", "0", "model"], "--limit"),
        (["search", "--limit", "51", "model"], "--limit"),
        (["search", "--limit", "many", "model"], "--limit"),
        (["search", "model", "--limit"], "--limit"),
        (["search", "--page", "0", "model"], "--page"),
        (["search", "--jsn", "model"], "--jsn"),
        (["search", "model", "--limits=3"], "--limits=3"),
        (["episodes", "--all"], "--all"),
        (["check", "--all"], "--all"),
        (["eval"], "file"),
        (["eval", "a", "b"], "b"),
        (["seek", "model"], "seek"),
    ],
)
def test_wrong_usage_names_what_is_wrong(
    words: list[str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["airquote", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()

    assert ended.value.code == 2
    assert printed.out == ""
    assert reason in printed.err


def test_help_is_plain_text_without_a_word_cut_off(home: Path) -> None:
    done = airquote(home, "--help", PYTHONIOENCODING="ascii:strict")

    assert done.returncode == 0
    assert done.stdout.startswith("Usage: airquote [OPTIONS] COMMAND [ARGS]...\n")
    assert done.stdout.count("...") == 1
    assert airquote(home).returncode == 2


def test_a_setting_that_is_wrong_ends_in_a_sentence(home: Path) -> None:
    done = airquote(home, "search", "model", AIRQUOTE_EPISODES="nowhere")

    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == (
        "AIRQUOTE_EPISODES: there is no nowhere. "
        "Check the path, or unset it to use the sample podcast.\n"
    )


def test_a_cache_that_cannot_be_is_said_without_markup_and_does_no_harm(home: Path) -> None:
    (home / "[red]").touch()
    done = airquote(home, "search", "--json", "model", AIRQUOTE_CACHE="[red]/cache")

    assert done.returncode == 0
    assert json.loads(done.stdout)["hits"]
    assert done.stderr.startswith("[red]/cache: the index cannot be kept")


@pytest.mark.parametrize(
    "typed",
    [
        "\udcff\udcfe model",
        "🚀 model",
        "\x1b[31m\x07 model",
        "\u202e model שלום",
        "\udcff",
        "x" * 400,
    ],
)
def test_whatever_is_typed_gets_a_polite_answer_on_any_terminal(home: Path, typed: str) -> None:
    done = airquote(home, "search", typed, PYTHONIOENCODING="ascii:strict")
    answer = airquote(home, "search", "--json", typed, PYTHONIOENCODING="utf-8:strict")

    assert done.returncode == answer.returncode == (0 if "model" in typed else 1)
    assert done.stderr == answer.stderr == ""
    assert done.stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)
    assert json.loads(answer.stdout)["query"] == typed


def test_a_terminal_without_the_signs_shows_the_rest(home: Path) -> None:
    done = airquote(home, "episodes", "tomas", PYTHONIOENCODING="ascii:strict")

    assert done.returncode == 0
    assert "S01E01 ? Tom?? Vl?ek" in done.stdout
    assert "https://youtu.be/sample00001" in done.stdout


def test_a_reader_that_has_seen_enough_ends_it_quietly(home: Path) -> None:
    with subprocess.Popen(
        command("episodes"),
        cwd=home,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == b""


def test_a_full_disk_is_a_sentence(home: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            command("episodes"),
            cwd=home,
            env=environment(home),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )

    assert done.stderr.startswith("airquote: No space left on device.\n")
    assert "Traceback" not in done.stderr


def interrupt(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Interrupt a process until it ends, as people do.

    Python may lose a signal that comes while it is opening a file.
    """
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=10)
    raise TimeoutError("It goes on.")


def test_an_interrupt_ends_it_quietly(home: Path) -> None:
    """The file is a pipe that is never written to, so the process waits inside the command."""
    queries = home / "queries"
    os.mkfifo(queries)
    with (
        subprocess.Popen(
            command("eval", "queries"),
            cwd=home,
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
        queries.open("wb"),
    ):  # opens once the process does
        time.sleep(0.5)  # Python imports a codec next, and reports an interrupt in an import
        outcome = interrupt(process)

    assert outcome == (b"", b"")
    assert process.returncode == 130


def test_a_terminal_sees_progress_on_the_first_use_only(home: Path) -> None:
    first, later = (_in_terminal(home, "search", "--json", "model") for _ in range(2))

    assert "Reading transcripts" in first
    assert "Timing sentences" in first
    assert later == ""


def _in_terminal(home: Path, *words: str) -> str:
    """Return what a terminal shows that stands for stderr."""
    ours, theirs = pty.openpty()
    variables = environment(home, TERM="xterm", COLUMNS="80")
    process = subprocess.Popen(
        command(*words), cwd=home, env=variables, stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    output, _ = process.communicate()
    shown = b""
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)

    assert json.loads(output)["hits"]
    return shown.decode()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["nowhere"], "nowhere: cannot be read (No such file or directory).\n"),
        (["."], ".: cannot be read (Is a directory).\n"),
        (
            ["bad.jsonl"],
            "bad.jsonl:1: this is not a query. A line is JSON with query, episode, start",
        ),
        (
            ["good.jsonl", "--run", "no/run"],
            "no/run: cannot be written (No such file or directory)",
        ),
    ],
)
def test_eval_says_what_is_wrong_with_a_file(home: Path, words: list[str], reason: str) -> None:
    (home / "bad.jsonl").write_text("tea\n", encoding="utf-8")
    row = {"query": "tea", "episode": "tea", "start": 0, "end": 1}
    (home / "good.jsonl").write_text(json.dumps(row), encoding="utf-8")
    done = airquote(home, "eval", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(reason)
