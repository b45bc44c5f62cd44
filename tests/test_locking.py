"""The lock between processes: one at a time, and nobody waits for the dead."""

import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from bot.errors import CacheError
from bot.locking import exclusive
from tests.process import ROOT

HOLD = """
import sys
from pathlib import Path
from threading import Event
from bot.locking import alone
with alone(Path(sys.argv[1]), 30, Event()):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_is_held_until_its_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"

        with (
            pytest.raises(CacheError, match="cannot be locked") as caught,
            exclusive(path, 0, Event()),
        ):
            pass
        assert caught.value.subject == str(path)
        process.kill()
        process.wait(30)

    with exclusive(path, 0, Event()):
        assert path.is_file()


def test_what_goes_wrong_inside_lets_go_of_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "lock", 0, Event()):
        raise ZeroDivisionError

    with exclusive(tmp_path / "lock", 0, Event()):
        assert (tmp_path / "lock").is_file()


def test_nobody_waits_any_longer_who_was_stopped(tmp_path: Path) -> None:
    stop = Event()
    stop.set()

    with exclusive(tmp_path / "lock", 0, Event()):
        with pytest.raises(CacheError), exclusive(tmp_path / "lock", 600, stop):
            pass
        assert stop.is_set()


def test_a_file_that_is_no_lock_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("something else altogether" * 100, encoding="utf-8")

    with pytest.raises(CacheError, match="Remove it") as caught:  # noqa: SIM117
        with exclusive(tmp_path / "lock", 600, Event()):
            pass
    assert caught.value.subject == str(tmp_path / "lock")
