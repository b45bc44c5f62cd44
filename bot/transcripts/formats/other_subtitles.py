"""Less common subtitles: SubStation Alpha, SAMI, MicroDVD and MPL2. The only home of pysubs2."""

import re
from functools import partial

from bot.errors import TranscriptError
from bot.transcripts.formats.fields import ParsedFile
from bot.transcripts.formats.subtitles import Subtitle, cues_from_subtitles

_FORMATS = {
    "ass": re.compile(r"\A(?:;[^\n]*\n\s*)?\[(?:Script Info|V4\+? Styles|Events)\]", re.IGNORECASE),
    "sami": re.compile(r"\A<sami[\s>]", re.IGNORECASE),
    "microdvd": re.compile(r"\A\{\d{1,7}\}\{\d{1,7}\}"),
    "mpl2": re.compile(r"\A\[\d{1,6}\] ?\[\d{1,6}\]"),
}
# MicroDVD counts frames; a file that does not say how many make a second was made for film.
_FRAMES = 23.976


def looks_like_other_subtitles(text: str) -> bool:
    """Tell whether a text begins like subtitles of one of these formats."""
    return bool(_format_of(text))


def read_other_subtitles(path: str, text: str) -> ParsedFile:
    """Read subtitles of one of these formats; the actor of a line speaks it.

    Raises TranscriptError.
    """
    # Only here, as few have such files, and loading it takes a tenth of a worker's start.
    import pysubs2

    kind = _format_of(text)
    if kind == "sami":  # the library knows it by its capitals
        text = re.sub("<sami", "<SAMI", text.lstrip(), count=1, flags=re.IGNORECASE)
    parse = partial(pysubs2.SSAFile.from_string, text, format_=kind)
    try:
        try:
            events = parse()
        except pysubs2.UnknownFPSError:
            events = parse(fps=_FRAMES)
    except (pysubs2.Pysubs2Error, ValueError, IndexError) as error:
        reason, remedy = "its subtitles are broken.", "Export them again, as SRT or VTT."
        raise TranscriptError(path, reason, remedy) from error
    spoken = sorted(each for each in events if not (each.is_comment or each.is_drawing))
    shown = [
        Subtitle(each.start / 1000, each.end / 1000, _lines(each.name, each.plaintext))
        for each in spoken
    ]
    return cues_from_subtitles(path, shown)


def _lines(actor: str, text: str) -> tuple[str, ...]:
    name = re.sub("[<>]", "", actor).strip()
    voice = f"<v {name}>" if name else ""
    return tuple(f"{voice}{line}" for line in text.split("\n") if line.strip())


def _format_of(text: str) -> str:
    beginning = text[:2000].lstrip()
    return next((name for name, start in _FORMATS.items() if start.match(beginning)), "")
