"""What `python -m bench.load.swarm` shows, for as long as it takes to kill two processes."""

import re

import pytest

from bench.load.swarm import main
from tests.databases import find_program


def test_what_several_processes_share_is_done_once_though_they_are_killed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not (find_program("initdb") and find_program("pg_ctl")):
        pytest.skip("no PostgreSQL here: install its server")
    code = main(["--seconds", "25", "--rate", "4", "--quotes", "4"])
    printed = capsys.readouterr().out
    rows = dict(re.findall(r"^ *(\w.*?) {2,}(\d+) *$", printed, re.M))

    assert code == 0, printed
    for name in ("Slack", "Discord"):
        assert rows[f"{name}: commands answered once"] == "50"
        assert rows[f"{name}: commands answered more than once"] == "0"
    assert (rows["quotes posted once"], rows["quotes posted more than once"]) == ("4", "0")
    assert rows["processes killed"] == "2"
