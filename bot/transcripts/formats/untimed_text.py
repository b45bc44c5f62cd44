"""Text without times: the least that is a transcript.

Its words are found, but nobody can tell at which second they are said, unless captions of the same
talk do.
"""

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap

from bot.errors import TranscriptError
from bot.models import Cue, Origin
from bot.transcripts.formats.fields import ParsedFile
from bot.transcripts.formats.labels import Labels, bare_names, find_labels, take_label
from bot.transcripts.formats.page_text import without_marks
from bot.transcripts.formats.speakers import (
    SpeakerText,
    join_neighbours,
    spoken_words,
    transcript_of,
    untagged,
)
from bot.transcripts.sentences import split_sentences

# A remark beside the transcripts is shorter.
_FEWEST_WORDS, _FEWEST_SENTENCES = 20, 3
_MANY_WORDS = 200  # automatic captions may have no sentences
_FEWEST_NAMED = 3
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)|[。！？]")
_HEADING = re.compile(r"#{1,6} .{0,300}")
# Letters, spaces and common punctuation: what is mostly something else is data or code.
_LETTERS = re.compile(r"[\w\s.,;:!?'’\"“”…-]")
_SPEECH_SHARE = 0.95
_SAMPLE = 5000
_LONGEST_PARAGRAPH, _LONGEST_SENTENCE = 2000, 4000


def looks_like_speech(text: str) -> bool:
    """Tell whether a text is prose of some length, or several turns with names."""
    sample = text[:_SAMPLE]
    words, sentences = len(sample.split()), len(_SENTENCE_END.findall(sample))
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
            for piece in _pieces(words)
        )


def _pieces(words: str) -> Iterable[str]:
    """Cut a paragraph that nobody would speak in one turn into runs of sentences."""
    if len(words) <= _LONGEST_PARAGRAPH:
        yield words
        return
    begin = 0
    for start, end in split_sentences(words):
        if start > begin and end - begin > _LONGEST_PARAGRAPH:
            yield from _cut(words[begin:start].rstrip())
            begin = start
    yield from _cut(words[begin:])


def _cut(sentence: str) -> Iterable[str]:
    """Cut what never ends between words: some programs write no punctuation."""
    return wrap(sentence, _LONGEST_SENTENCE, break_on_hyphens=False)
