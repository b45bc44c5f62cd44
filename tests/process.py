"""The `airquote` command as people run it: in a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Condition, Thread
from typing import IO

ROOT = Path(__file__).parents[1]
_PATIENCE_SECONDS = 30.0
# discord.py imports audioop, which Python 3.13 no longer has.
_WARNINGS = ("-W", "error", "-W", "ignore:'audioop' is deprecated:DeprecationWarning")
_START = "import sys; sys.argv[0] = 'airquote'; from handlers.cli import main; main()"


def command(*words: str) -> list[str]:
    """Write the command with its arguments, to be started with `environment`."""
    return [sys.executable, *_WARNINGS, "-c", _START, *words]


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Make an environment in which nothing is set but what a test sets.

    The model is off, so that the tests are the same and as fast where the extra is installed.
    """
    path = os.environ.get("PATH", "")
    basis = {"PATH": path, "HOME": str(home), "PYTHONPATH": str(ROOT)}
    return {**basis, "AIRQUOTE_SEMANTIC_MODEL": "off", **variables}


def airquote(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end in the folder `home`, where its cache is too."""
    return subprocess.run(
        command(*words),
        cwd=home,
        env=environment(home, **variables),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class Running:
    """A process whose output is read while it runs, its errors among it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self._process = process
        self._lines: list[str] = []
        self._over = False
        self._changed = Condition()
        self._reader = Thread(target=self._read, args=[process.stdout], daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """What it has written so far."""
        with self._changed:
            return "".join(self._lines)

    @property
    def ended(self) -> bool:
        """Whether it has closed its output, as it does at its end."""
        return self._over

    def wait_for(self, pattern: str, times: int = 1) -> re.Match[str]:
        """Wait for a line in which a pattern is found, the first unless `times` says which.

        Fails if the process ends before.
        """
        found = self._wait(lambda: self._find(pattern, times), f"a line like {pattern!r}")
        assert found is not None, f"it ended without a line like {pattern!r}:\n{self.output}"
        return found

    def wait(self) -> int:
        """Wait for its end, and give its exit code."""
        self._wait(lambda: None, "its end")
        return self._process.wait(_PATIENCE_SECONDS)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and give the exit code."""
        self.send(number)
        return self.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once, if it still runs."""
        self._process.kill()
        self._process.wait(_PATIENCE_SECONDS)
        self._reader.join(_PATIENCE_SECONDS)

    def _find(self, pattern: str, times: int) -> re.Match[str] | None:
        found = filter(None, (re.search(pattern, line) for line in self._lines))
        return next(islice(found, times - 1, None), None)

    def _wait(self, look: Callable[[], re.Match[str] | None], what: str) -> re.Match[str] | None:
        with self._changed:
            done = self._changed.wait_for(lambda: look() or self._over, _PATIENCE_SECONDS)
            assert done, f"waited for {what}:\n{''.join(self._lines)}"
            return look()

    def _read(self, output: IO[str]) -> None:
        with output:
            for line in output:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()


@contextmanager
def running(home: Path, *words: str, **variables: str) -> Iterator[Running]:
    """Run `airquote run` in the folder `home` for as long as it is needed."""
    process = subprocess.Popen(
        command("run", *words),
        cwd=home,
        env=environment(home, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    started = Running(process)
    try:
        yield started
    finally:
        started.kill()
