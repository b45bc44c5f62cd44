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
