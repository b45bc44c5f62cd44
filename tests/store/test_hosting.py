"""Databases on disks that do not last."""

from pathlib import Path

import pytest

from bot.store.database import ephemeral_storage_problem

FILE = "sqlite:////srv/airquote/kept.db"


@pytest.mark.parametrize(
    ("variable", "host"),
    [
        ("DYNO", "Heroku"),
        ("RENDER", "Render"),
        ("FLY_APP_NAME", "Fly.io"),
        ("RAILWAY_ENVIRONMENT", "Railway"),
        ("RAILWAY_ENVIRONMENT_NAME", "Railway"),
    ],
)
def test_a_file_on_a_host_that_throws_files_away_is_told(variable: str, host: str) -> None:
    found = ephemeral_storage_problem(FILE, {variable: "web.1"})

    assert found is not None
    assert str(found).startswith(
        f"DATABASE_URL: {host} throws the file /srv/airquote/kept.db away at each restart."
    )


def test_elsewhere_and_in_postgresql_it_stays() -> None:
    assert ephemeral_storage_problem(FILE, {"DYNO": ""}) is None
    assert ephemeral_storage_problem("postgres://a:b@host/name", {"DYNO": "web.1"}) is None


def test_a_mounted_disk_keeps_it() -> None:
    mounted = next((each for each in map(Path, ("/proc", "/dev", "/sys")) if each.is_mount()), None)
    if mounted is None:
        pytest.skip("nothing is mounted here")

    assert (
        ephemeral_storage_problem(f"sqlite:///{mounted / 'data' / 'kept.db'}", {"DYNO": "web.1"})
        is None
    )
    assert ephemeral_storage_problem(FILE, {"DYNO": "web.1"}) is not None
