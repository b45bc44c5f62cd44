"""The chaos script keeps what its table says, on a small scale."""

import re
import subprocess
import sys
from pathlib import Path

from tests.process import ROOT, environment


def test_chaos_posts_nothing_twice_and_loses_nothing_that_can_be_found(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.load.chaos", "--periods", "15", "--seed", "3"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(tmp_path, COLUMNS="100"),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,  # its clock is its own: a busy machine only makes it take longer
    )
    rows = re.findall(r"^ *(nonce|read-back|neither) +(\d+) +(\d+) +(\d+) ", done.stdout, re.M)

    assert done.returncode == 0, done.stderr
    assert "seed 3" in done.stdout
    assert rows[:2] == [("nonce", "15", "0", "0"), ("read-back", "15", "0", "0")]
    name, once, missed, twice = rows[2]
    assert (name, int(once) + int(missed), twice) == ("neither", 15, "0")
