"""The `airquote` command as people run it: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_START = "import sys; sys.argv[0] = 'airquote'; from handlers.cli import main; main()"


def command(*words: str) -> list[str]:
    """Write the command with its arguments, to be started with `environment`."""
    return [sys.executable, "-W", "error", "-c", _START, *words]


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Make an environment in which nothing is set but what a test sets."""
    path = os.environ.get("PATH", "")
    return {"PATH": path, "HOME": str(home), "PYTHONPATH": str(ROOT), **variables}


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
