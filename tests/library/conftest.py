"""A server of feeds, and a cache for what is fetched."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.web_server import WebServer, web_server


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as facts:
        yield facts


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"
