"""Text without times: the least that is a transcript.

Its words are found, but nobody can tell at which second they are said, unless captions of the same
talk do.
"""

import re
from collections.abc import Iterable, Sequence

from bot.errors import TranscriptError
from bot.languages import count_words
from bot.models import Cue, Origin
from bot.transcripts.formats.fields import ParsedFile
from bot.transcripts.formats.labels import Labels, bare_names, find_labels, take_label
from bot.transcripts.formats.page_text import is_outline, without_marks
from bot.transcripts.formats.speakers import (
    SpeakerText,
    cut_words,
    join_neighbours,
    spoken_words,
    transcript_of,
    untagged,
)

# A remark beside the transcripts is shorter.
_FEWEST_WORDS, _FEWEST_SENTENCES = 20, 3
_MANY_WORDS = 200  # automatic captions may have no sentences
_FEWEST_NAMED = 3
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)|[。！？]")
_HEADING = re.compile(r"#{1,6} .{0,300}")
# Letters, spaces and common punctuation: what is mostly something else is data or code.
_LETTERS = re.compile(r"[\w\s.,;:!?'’\"“”…\u3000-\u301f\uff00-\uff0f\uff1a-\uff1f-]")
_SPEECH_SHARE = 0.95
_SAMPLE = 5000
# What has more headings, lists and tables is a report.
_MOST_OUTLINED = 0.25


def looks_like_speech(text: str) -> bool:
    """Tell whether a text is prose of some length, or several turns with names."""
    sample = text[:_SAMPLE]
    words, sentences = count_words(sample), len(_SENTENCE_END.findall(sample))
    prose = words >= _FEWEST_WORDS and (sentences >= _FEWEST_SENTENCES or words >= _MANY_WORDS)
    letters = sum(1 for _ in _LETTERS.finditer(sample))
    return (prose or has_turns(sample)) and letters >= _SPEECH_SHARE * len(sample)


def read_untimed_text(path: str, text: str) -> ParsedFile:
    """Read paragraphs as turns, with the names that they begin with. Raises TranscriptError."""
    paragraphs = _paragraphs(text)
    labels = find_labels(paragraphs)
    cues = tuple(_cues_of(paragraphs, labels))
    if not cues:
        raise TranscriptError(path, "it has no words.", "Export it as SRT or VTT.")
    return ParsedFile(transcript_of(path, cues, None, labels))


def has_turns(text: str) -> bool:
    """Tell whether a text consists of turns with the names of their speakers."""
    lines = [line for line in text.split("\n") if line.strip()]
    if sum(map(is_outline, lines)) > _MOST_OUTLINED * len(lines):
        return False
    paragraphs = _paragraphs(text)
    return len(paragraphs) >= _FEWEST_NAMED and bool(find_labels(paragraphs).names)


def _paragraphs(text: str) -> list[list[str]]:
    """Split a text at empty lines, or if there are none, into its lines; headings are left out."""
    lines = [line.strip() for line in text.split("\n") if not _HEADING.fullmatch(line)]
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    found = [each for each in paragraphs if each]
    if len(found) <= 1:
        found = [[line] for line in lines if line]
    names = bare_names(found)
    return [[f"{each[0]}:", *each[1:]] if each[0] in names else each for each in found]


def _cues_of(paragraphs: Sequence[Sequence[str]], labels: Labels) -> Iterable[Cue]:
    speaker = ""
    for paragraph in paragraphs:
        parts: list[SpeakerText] = []
        for line in paragraph:
            words = untagged(line)
            if labels.names:
                speaker, words = take_label(words, labels, speaker)
            parts.append((speaker, spoken_words(without_marks(words))))
        yield from (
            Cue(piece, None, None, name, Origin.CAPTIONS)
            for name, words in join_neighbours(parts)
            for piece in cut_words(words)
        )
