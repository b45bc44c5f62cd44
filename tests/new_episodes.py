"""Two libraries of a made-up podcast, the newer with an episode more, and a file with one."""

from pathlib import Path
from shutil import copytree

from bot.config import SAMPLE_EPISODES
from bot.library.library import Library
from bot.library.shelf import only
from bot.models import Chapter
from bot.posting.follows import PostingContext
from bot.posting.new_episodes import note_changes, tell_waiting
from bot.search.index.build import build_index
from tests.builders import bakery, episode

TALK = episode(
    "new",
    "A feature store keeps *the* features of a model.",
    "It is nice <!channel> & *so* on.",
    title="On <Stores> & Such",
    youtube="abc",
    guests=("Ida B",),
    chapters=(Chapter("Leaves", 0.0),),
)
OLD = Library("old", build_index(bakery()), ())
NEW = Library("new", build_index([TALK, *bakery()]), ())
_FILE = """WEBVTT

00:00:01.000 --> 00:00:05.000
<v Ida>A teapot museum shows more than a thousand teapots.

00:00:06.000 --> 00:00:09.000
<v Ida>The teapot museum is open on Sundays.
"""


def copy_episodes(home: Path) -> Path:
    """Copy the sample podcast to where an episode can be added."""
    folder = home / "episodes"
    copytree(SAMPLE_EPISODES, folder)
    return folder


def add_episode(folder: Path) -> str:
    """Add an episode on a teapot museum, and name it."""
    (folder / "teapots.vtt").write_text(_FILE, encoding="utf-8")
    return "teapots"


async def tell_of_changes(context: PostingContext, old: Library, new: Library) -> None:
    """Do what the process does when a library takes another's place."""
    await note_changes(context, new, old)
    await tell_waiting(context, only(new))
