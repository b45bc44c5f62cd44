"""Files stay whole when their writer is killed, and locks end with their process."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import time

import pytest

from bot.errors import CacheError
from bot.files import exclusive, sweep
from tests.process import ROOT

WRITES = """
import sys
from pathlib import Path
from bot.files import write_atomically

while True:
    for letter in (b"a", b"b"):
        write_atomically(Path("file"), *[letter * 1000] * 1000)
        print(flush=True)
"""


@pytest.mark.parametrize("lines", range(1, 5))
def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path, lines: int) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITES],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    with writer, writer.stdout:
        for _ in range(lines):
            writer.stdout.readline()
        writer.kill()

    assert (tmp_path / "file").read_bytes() in (b"a" * 1_000_000, b"b" * 1_000_000)


# The system kills whoever writes past the limit, unless that is ignored, as Python does.
DIES_HALFWAY = """
import resource, signal
from pathlib import Path
from bot.files import write_atomically

signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
write_atomically(Path("file"), b"b" * 1_000_000)
"""


def test_a_writer_killed_halfway_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a")
    dying = [sys.executable, "-c", DIES_HALFWAY]
    done = subprocess.run(dying, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=False)

    assert done.returncode == -signal.SIGXFSZ
    assert (tmp_path / "file").read_bytes() == b"a"
    (half,) = tmp_path.glob(".new-*/file")
    assert half.stat().st_size == 500_000


def test_what_a_killed_writer_left_is_swept_once_nobody_can_still_write_it(
    tmp_path: Path,
) -> None:
    for name in (".new-old", ".new-young", "mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "here.index").write_bytes(b"half")
    two_hours_ago = time() - 2 * 60 * 60
    for name in (".new-old", "mine"):
        os.utime(tmp_path / name, (two_hours_ago, two_hours_ago))
    sweep(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {".new-young", "mine"}


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


def test_an_error_releases_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "lock", 0, Event()):
        raise ZeroDivisionError

    with exclusive(tmp_path / "lock", 0, Event()):
        assert (tmp_path / "lock").is_file()


def test_setting_stop_ends_the_wait_for_a_lock(tmp_path: Path) -> None:
    def wait(stop: Event) -> None:
        with exclusive(tmp_path / "lock", 600, stop):
            pass

    stop = Event()
    with ThreadPoolExecutor() as threads, exclusive(tmp_path / "lock", 0):
        waiting = threads.submit(wait, stop)
        with pytest.raises(TimeoutError):
            waiting.result(0.5)
        stop.set()
        with pytest.raises(CacheError, match="another process holds the lock"):
            waiting.result(30)


def test_a_missing_folder_raises_oserror(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OSError, match="file"), exclusive(tmp_path / "file" / "lock"):
        pass
