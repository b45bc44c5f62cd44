"""The start page: what /podcast help shows in Discord."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answers.buttons import help_buttons
from bot.answers.replies import Instant
from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from bot.weekly.home import Home, Switch, gather_latest
from handlers.discord.render.home import render_help
from tests.fakes.discord.member import DiscordPlatform, on_discord
from tests.fakes.discord.rules import problems
from tests.hostile import LONG, NASTY, everywhere

ANN = 123456789012345678
DUE = Instant("Monday 23 November 2026, 09:00 (UTC)", datetime(2026, 11, 23, 9, tzinfo=UTC))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library([SAMPLE_EPISODES], tmp_path_factory.mktemp("cache"))


def text_of(home: Home, command: str = "") -> str:
    components = render_help(home, ANN, command).view.to_components()

    body = {"components": components, "flags": 1 << 15, "allowed_mentions": {"parse": []}}
    assert problems("create_message", body, (), None) == []
    return str(components)


def test_help_begins_with_the_search_and_ends_with_versions(sample: Library) -> None:
    switches = tuple(Switch(str(number), "a quote", True) for number in range(10))
    full = (help_buttons(sample), gather_latest([sample]), ("tea",), DUE, switches, ("1.0", "a"))
    text = text_of(Home("Ask", *full), "7")
    order = ("</podcast search:7>", "Latest episodes", "For you", "This server", "`1.0 · a`")

    assert sorted(order, key=text.index) == list(order)
    assert "10 June 2025" in text
    assert f"<t:{int(DUE.at.timestamp())}:f>" in text


def test_members_see_neither_switches_nor_versions(sample: Library) -> None:
    text = text_of(Home("Ask", help_buttons(sample), gather_latest([sample])))

    assert "This server" not in text
    assert "`/podcast search`" in text


@pytest.mark.parametrize("text", [*NASTY, *LONG], ids=lambda text: repr(text[:12]))
def test_nothing_that_an_episode_is_called_spoils_help(text: str) -> None:
    (card,) = everywhere(text).cards[:1]
    switches = (Switch("1", text, True),) * 10

    text_of(Home(text, (), (card,) * 5, (text,) * 20, None, switches, (text,)), text)


@pytest.fixture
def platform(home: Path) -> Iterator[DiscordPlatform]:
    with on_discord(home, DATABASE_URL=f"sqlite:///{home / 'airquote.db'}") as platform:
        yield platform


def test_help_in_the_process_tells_what_concerns_the_member(platform: DiscordPlatform) -> None:
    ann = platform.join()
    ann.say("follow feature store")
    answer = ann.say("help")

    assert "</podcast search:" in answer.text
    assert "You follow “feature store”." in answer.text
    assert answer.press(answer.buttons[0]).links
