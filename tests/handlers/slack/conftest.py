"""Fixtures of the tests that drive the Slack app."""

from pathlib import Path

import pytest

from bot.library.library import Library
from tests.apps.slack import Stage
from tests.fakes.slack.server import SlackServer


@pytest.fixture
def stage(slack: SlackServer, library: Library, tmp_path: Path) -> Stage:
    """A local Slack, with the sample podcast for the app."""
    return Stage(slack, library, tmp_path)
