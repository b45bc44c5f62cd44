"""Two small podcasts, whose episodes have the same slug."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.library.library import Library, open_library, with_quotes
from bot.podcasts import Podcast

TEA, WINE = Podcast("tea", "The Tea Hour"), Podcast("wine", "Wine and Wisdom")
_SAID = (
    "Welcome back. When does the harvest begin in your village, and who decides that?",
    "The harvest begins when the {what} are ready, and nobody decides that but the {what}.",
    "I wait for a dry week, because {what} that are picked in the rain lose what I worked for.",
    "And what did you learn from {taught} in all those years?",
    "From {taught} I learned patience, which no school teaches and every grower needs.",
    "If you can't wait for your {what}, you don't have a harvest, you have a hobby.",
)
_HOST = (0, 3)
_SECONDS = 20
_FILE = """\
tea:
  title: The Tea Hour
  sources: [tea]
  colour: "#4e9a06"
wine:
  title: Wine and Wisdom
  sources: [wine]
"""


def write_podcasts(folder: Path) -> Path:
    """Write both into a folder; return the path of the file that describes them."""
    write_talk(folder / "tea", "harvest", "Leaves in the mist", "Mina Oolong", "leaves camellias")
    write_talk(folder / "wine", "harvest", "Grapes on a hill", "Vera Riesling", "grapes vineyards")
    path = folder / "podcasts.yaml"
    path.write_text(_FILE, encoding="utf-8")
    return path


def open_podcasts(folder: Path) -> tuple[Library, ...]:
    """Write both into a folder, and open them with their quotes."""
    write_podcasts(folder)
    return tuple(_opened(folder, each) for each in (TEA, WINE))


def write_talk(folder: Path, slug: str, title: str, guest: str, subjects: str) -> None:
    """Write an episode about two subjects, published today, into a folder."""
    what, taught = subjects.split()
    facts = {"title": title, "season": 1, "episode": 1, "guests": [guest]}
    lines = [
        {
            "line": said.format(what=what, taught=taught),
            "sec": number * _SECONDS,
            "who": "Paul Kettle" if number in _HOST else guest,
        }
        for number, said in enumerate(_SAID)
    ]
    # YAML reads JSON.
    ids = {"youtube": f"{slug[:5]:x<5}{what[:6]:x<6}"}
    page = {**facts, "ids": ids, "dateadded": str(date.today()), "transcript": lines}
    folder.mkdir(exist_ok=True)
    text = f"---\n{json.dumps(page, indent=1)}\n---\n"
    (folder / f"{slug}.md").write_text(text, encoding="utf-8")


def _opened(folder: Path, podcast: Podcast) -> Library:
    cache = folder / f"cache-{podcast.id}"
    library = with_quotes(open_library([folder / podcast.id], cache), cache)
    return replace(library, podcast=podcast)
