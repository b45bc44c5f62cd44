"""The lock between processes: one at a time, and nobody waits for the dead."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from bot.errors import CacheError
from bot.files import exclusive
from tests.process import ROOT

HOLD = """
import sys
from pathlib import Path
from threading import Event
from bot.files import exclusive
with exclusive(Path(sys.argv[1]), 30, Event()):
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
    def wait(stop: Event) -> None:
        with exclusive(tmp_path / "lock", 600, stop):
            pass

    stop = Event()
    with ThreadPoolExecutor() as threads, exclusive(tmp_path / "lock", 0):
        waiting = threads.submit(wait, stop)
        with pytest.raises(TimeoutError):
            waiting.result(0.5)
        stop.set()
        with pytest.raises(CacheError, match="another process has it"):
            waiting.result(30)


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OSError, match="file"), exclusive(tmp_path / "file" / "lock"):
        pass
