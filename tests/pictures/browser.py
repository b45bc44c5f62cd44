"""Pages photographed with a headless Chromium, for the pictures of the README."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops

from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from tests.process import ROOT

WIDTH = 640
PHONE = 390
HEIGHT = 3600
SCALE = 2
COLOURS = 32
MOST_BYTES = 150_000
DOCS = ROOT / "docs"


def take_pictures(
    pages: Callable[[Library], Iterator[tuple[str, str]]], usual: str, *others: str
) -> None:
    """Photograph what `pages` lays out of the sample podcast: each page is named as its picture.

    The pictures of the documents have the `usual` theme. With a folder on the command line, those
    that are named there are taken for it, each in all themes and as a phone shows it.
    """
    with TemporaryDirectory() as cache:
        library = open_library([SAMPLE_EPISODES], Path(cache))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for name, page in pages(library):
        if folder is None:
            if (target := DOCS / f"{name}.png").exists():
                photograph(themed(page, usual), target)
            continue
        folder.mkdir(parents=True, exist_ok=True)
        for theme in (usual, *others):
            photograph(themed(page, theme), folder / f"{name}-{theme}.png")
        photograph(themed(page, f"{usual} phone"), folder / f"{name}-phone.png", PHONE)


def themed(page: str, theme: str) -> str:
    """Give a page a theme, the class of its body."""
    return page.replace("<body>", f'<body class="{theme}">')


def photograph(page: str, target: Path, width: int = WIDTH) -> None:
    """Write a page as a PNG without what is empty below it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is missing: on Debian, apt-get install chromium brings it.")
    with TemporaryDirectory() as folder:
        source, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(page, encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--screenshot={shot}"]
        size = [f"--window-size={WIDTH},{HEIGHT}", f"--force-device-scale-factor={SCALE}"]
        subprocess.run(
            [chromium, *flags, *size, source.as_uri()], check=True, capture_output=True, timeout=60
        )
        with Image.open(shot) as picture:
            save(picture.convert("RGB").crop((0, 0, width * SCALE, picture.height)), target)


def save(picture: Image.Image, target: Path) -> None:
    """Cut the empty end off a picture and write it in few colours."""
    empty = Image.new("RGB", picture.size, picture.getpixel((0, picture.height - 1)))
    box = ImageChops.difference(picture, empty).getbbox() or (0, 0, *picture.size)
    cut = picture.crop((0, 0, picture.width, box[3] + 16 * SCALE))
    cut.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        target, optimize=True
    )
    if target.parent == DOCS and (size := target.stat().st_size) > MOST_BYTES:
        sys.exit(f"{target.name} has {size} bytes, more than {MOST_BYTES}.")
