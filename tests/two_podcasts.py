"""Two small podcasts, whose episodes have the same slug."""

from pathlib import Path

_TALK = """\
---
title: "{title}"
season: 1
episode: 1
guests: ["{guest}"]
---

{host}: Welcome back. When does the harvest begin in your village, and who decides?

{guest}: The harvest begins when the {what} are ready, and nobody decides that but the {what}. I \
wait for a dry week, because {what} that are picked in the rain lose everything I worked for.

{host}: And what did you learn from {taught}?

{guest}: From {taught} I learned patience, which no school teaches and every {what} grower needs.
"""
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
    facts = {
        "tea": ("Leaves in the mist", "Mina Oolong", "Paul Kettle", "leaves", "camellias"),
        "wine": ("Grapes on a hill", "Vera Riesling", "Otto Fass", "grapes", "vineyards"),
    }
    for name, values in facts.items():
        keys = ("title", "guest", "host", "what", "taught")
        text = _TALK.format(**dict(zip(keys, values, strict=True)))
        (folder / name).mkdir()
        (folder / name / "harvest.md").write_text(text, encoding="utf-8")
    path = folder / "podcasts.yaml"
    path.write_text(_FILE, encoding="utf-8")
    return path
