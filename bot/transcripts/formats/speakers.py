"""Speech and speakers in captions, for all caption formats."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.errors import TranscriptError
from bot.models import Cue, Metadata, Origin, Transcript
from bot.strict_yaml import LONGEST_TEXT
from bot.transcripts.formats.fields import (
    clean_line,
    first_words,
    language_in_name,
    stem_of,
)
from bot.transcripts.formats.labels import Labels, origin_of_cues

SpeakerText = tuple[str, str]
"""A speaker, or "" if unknown, and their words."""

# Remarks such as [music playing], masked words and musical notes; [any remark] alone on its line.
_NOT_SPEECH = re.compile(
    r"[\[(][^\[\]()]{0,40}(?:music|applau|laugh|chuckl|giggl|sigh|gasp|snort|snif|cough|clear|"
    r"inaudible|unintelligible|cross-?talk|silence|nois[ey]|cheer|clap|blank_audio|foreign)"
    r"[^\[\]()]{0,40}[\])]|\A\s*\[[^\[\]]{0,80}\]\s*\Z|\[\s*__\s*\]|__+|[♪♫]+",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[\[(<{&_♪♫]")
_TAG = re.compile(r"</?[A-Za-z0-9][^<>]{0,200}>|\{\\[^{}]{0,50}\}")
_CHARACTERS_A_SECOND = 15


def spoken_words(text: str) -> str:
    """Return the words of a caption, without tags, sounds, masked words and HTML entities."""
    if _MARKED.search(text):
        text = _NOT_SPEECH.sub(" ", html.unescape(_TAG.sub("", text)))
    return clean_line(text)


def untagged(text: str) -> str:
    """Return a caption on one line without tags, but with all that may be a speaker's label."""
    if _MARKED.search(text):
        text = html.unescape(_TAG.sub("", text))
    return clean_line(text)


def split_caption(
    start: float, end: float | None, parts: Sequence[SpeakerText], source: Origin
) -> Iterator[Cue]:
    """Yield a cue for each part of a caption, timed in proportion to its characters.

    The last part ends at `end`; if that is unknown, the others last as long as usual speech.
    """
    length = sum(len(text) for _, text in parts)
    pace = (end - start) / length if end is not None and length else 1 / _CHARACTERS_A_SECOND
    for place, (speaker, text) in enumerate(parts, start=1):
        stop = end if place == len(parts) else start + pace * len(text)
        yield Cue(text, start, stop, speaker, source)
        start = start if stop is None else stop


def join_neighbours(parts: Iterable[SpeakerText]) -> list[SpeakerText]:
    """Join neighbouring parts of one speaker, and drop empty ones."""
    joined: list[SpeakerText] = []
    for speaker, words in parts:
        if words and joined and joined[-1][0] == speaker:
            joined[-1] = (speaker, f"{joined[-1][1]} {words}")
        elif words:
            joined.append((speaker, words))
    return joined


def transcript_of(
    path: str,
    cues: Sequence[Cue],
    metadata: Metadata | None,
    labels: Labels,
) -> Transcript:
    """Return cues as a transcript, as edited if it says who speaks, else as captions.

    Who is called a guest is one; if only hosts are marked, whoever else has a name is a guest.
    Raises TranscriptError for a text that is longer than anybody speaks.
    """
    metadata, origin = metadata or Metadata(), origin_of_cues(cues)
    if (longest := max((len(cue.text) for cue in cues), default=0)) > LONGEST_TEXT:
        raise TranscriptError(path, f"it has a turn of {longest:,} characters.", "Split it.")
    if not metadata.guests:
        metadata = replace(metadata, guests=labels.guests())
    return Transcript(
        path,
        stem_of(path),
        origin,
        metadata,
        cues=tuple(cue if cue.source is origin else replace(cue, source=origin) for cue in cues),
        first_line=first_words(cues),
        hosts=labels.hosts(),
        language=language_in_name(path),
    )
