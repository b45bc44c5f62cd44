"""Draw the app's icon: `python -m tests.pictures.icon` writes docs/airquote-icon.svg and .png.

A speech bubble with a quotation mark that plays. Needs Chromium, for the PNG.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.process import ROOT

BACKGROUND, TEXT, ACCENT = "#17203a", "#f7f4ec", "#f4b942"
SIDE = 1024
"""Slack and Discord take squares of 512 to 2000 pixels; both round the corners themselves."""

SVG = f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024" width="{SIDE}" height="{SIDE}">
  <title>Airquote</title>
  <rect width="1024" height="1024" fill="{BACKGROUND}"/>
  <path fill="{TEXT}" d="M280 204h464a112 112 0 0 1 112 112v288a112 112 0 0 1-112 112H508
    L348 852a20 20 0 0 1-34-15V716h-34a112 112 0 0 1-112-112V316a112 112 0 0 1 112-112z"/>
  <path fill="{BACKGROUND}" d="M436 332c-92 20-138 76-138 158v16a82 82 0 1 0 82-82c-4 0-8 0-12 1
    8-26 31-45 68-54z"/>
  <path fill="{ACCENT}" d="M532 346v228a24 24 0 0 0 36 21l197-114a24 24 0 0 0 0-42L568 325
    a24 24 0 0 0-36 21z"/>
</svg>
"""


def draw(folder: Path) -> None:
    """Write the icon as SVG and as PNG."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is missing: on Debian, apt-get install chromium brings it.")
    drawn = folder / "airquote-icon.svg"
    drawn.write_text(SVG, encoding="utf-8")
    with TemporaryDirectory() as temporary:
        page, shot = Path(temporary) / "icon.html", Path(temporary) / "icon.png"
        page.write_text(f"<style>* {{ margin: 0 }}</style>{SVG}", encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--screenshot={shot}"]
        subprocess.run(
            [chromium, *flags, f"--window-size={SIDE},{SIDE}", page.as_uri()],
            check=True,
            capture_output=True,
            timeout=60,
        )
        with Image.open(shot) as picture:
            few = picture.convert("RGB").crop((0, 0, SIDE, SIDE)).quantize(64)
            few.save(folder / "airquote-icon.png", optimize=True)


if __name__ == "__main__":
    draw(ROOT / "docs")
