"""Fixtures of the tests that drive the Discord app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.library.library import Library
from tests.apps.discord import App, answering, running_discord
from tests.fakes.discord.server import DiscordServer


@pytest.fixture
def server() -> Iterator[DiscordServer]:
    """A local Discord that knows the commands."""
    with running_discord() as server:
        yield server


@pytest.fixture
def app(server: DiscordServer, library: Library, tmp_path: Path) -> Iterator[App]:
    """The app, which answers from the sample podcast."""
    with answering(server, library, tmp_path) as app:
        yield app
