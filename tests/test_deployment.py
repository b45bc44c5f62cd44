"""What hosts are told: the Procfile and the unit for systemd."""

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from handlers.run.roles import Role
from tests.process import airquote, environment

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "docs" / "airquote.service"


def processes() -> dict[str, list[str]]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    named = (line.partition(":") for line in lines)
    return {name: command.split() for name, _, command in named}


def test_the_procfile_starts_one_process_in_either_way_or_one_for_each_part() -> None:
    run = ["python", "-m", "handlers", "run"]

    assert processes() == {
        "release": ["python", "-m", "handlers", "store", "check"],
        "worker": run,
        "web": run,
        **{f"only-{role}": [*run, "--only", role] for role in Role},
    }


def test_a_release_brings_the_database_up_to_date(home: Path) -> None:
    address = {"DATABASE_URL": f"sqlite:///{home / 'kept.db'}"}

    _, *words = processes()["release"]
    # As on a host: started in the checkout, whose packages alone are installed.
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment(home, **address),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.stdout == "The database opens, and its tables are up to date.\n", done.stderr
    assert (home / "kept.db").is_file()


def test_a_release_with_a_database_out_of_reach_fails(home: Path) -> None:
    (home / "kept.db").write_bytes(b"no database, but as long as the head of one" * 9)

    done = airquote(home, "store", "check", DATABASE_URL=f"sqlite:///{home / 'kept.db'}")

    assert done.returncode == 1
    assert "kept.db: it is damaged, or no SQLite database." in done.stderr


def test_the_unit_keeps_its_files_where_it_may_write() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(UNIT)
    service = unit["Service"]
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^[A-Z_]+=(?:sqlite:///)?(/var/\w+)/airquote", page, re.MULTILINE))

    assert service["ExecStart"].endswith("/airquote run")
    assert service["RestartPreventExitStatus"] == "78"
    assert written == {"/var/cache", "/var/lib"}
    assert (service["CacheDirectory"], service["StateDirectory"]) == ("airquote", "airquote")


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    # It asks whether the program is there.
    text = UNIT.read_text(encoding="utf-8").replace("/srv/airquote/.venv/bin/airquote", "/bin/true")
    unit = tmp_path / "airquote.service"
    unit.write_text(text, encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_test_that_starts_processes_is_left_out_of_the_fast_ones(
    request: pytest.FixtureRequest,
) -> None:
    """As this module does."""
    assert request.node.get_closest_marker("slow")
