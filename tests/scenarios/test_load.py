"""What `python -m bench.load` measures, of a process that is asked now and then."""

import re

import pytest

from bench.load.__main__ import main


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the sample podcast, whatever this machine is set up for."""
    monkeypatch.setenv("AIRQUOTE_EPISODES", "")
    monkeypatch.delenv("AIRQUOTE_SHARED", raising=False)


def rows(printed: str, name: str) -> list[list[str]]:
    """Find the figures of a row, once for each run."""
    return [re.split(r"\s{2,}", line.strip())[1:] for line in printed.splitlines() if name in line]


def test_every_command_of_a_crowd_is_acknowledged_and_answered_and_one_who_asks_too_much_limited(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--seconds", "2", "--rate", "30", "--platform", "both", "--noisy"])
    printed = capsys.readouterr().out

    assert code == 0
    assert rows(printed, "commands  ") == [["30", "30"], ["15", "15", "15", "15"]]
    assert rows(printed, "not acknowledged") == [["0", "0"], ["0", "0", "0", "0"]]
    assert rows(printed, "told: limited") == [["0", "0"], ["0", "5", "0", "5"]]
    assert rows(printed, "rules of the platforms broken") == [["0"], ["0"]]
