"""Fixtures every test module may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real transcripts, queries and contracts; the test skips where there is none."""
    folder = os.environ.get("AIRQUOTE_SHARED")
    if not folder:
        pytest.skip("AIRQUOTE_SHARED is not set: no real corpus here")
    return Path(folder)
