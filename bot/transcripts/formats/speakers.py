"""Speech and speakers in captions, for all caption formats."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from textwrap import wrap

from bot.models import Cue, Metadata, Origin, Transcript
from bot.strict_yaml import LONGEST_TEXT
from bot.transcripts.formats.fields import (
    clean_line,
    first_words,
    language_in_name,
    stem_of,
)
from bot.transcripts.formats.labels import Labels, origin_of_cues
from bot.transcripts.sentences import split_sentences

SpeakerText = tuple[str, str]
"""A speaker, or "" if unknown, and their words."""

_SOUNDS = (
    "music|applau|laugh|chuckl|giggl|sigh|gasp|snort|snif|cough|clear|inaudible|unintelligible|"
    "cross-?talk|silence|nois[ey]|cheer|clap|blank_audio|foreign|exhal|inhal|whisper|groan|scoff"
)
_NOT_SPEECH = re.compile(
    "|".join(
        (
            rf"[\[(][^\[\]()]{{0,40}}(?:{_SOUNDS})[^\[\]()]{{0,40}}[\])]",
            # [win sound], but not what an editor put in: with [the sound] of it
            r"\[(?!(?:an?|that|the|this) )[^\[\]]{0,30}\b"
            r"(?:sound|alert|bell|bleep|jingle|pause|singing)s?\]",
            r"\[\\?\d{1,3}(?::\d\d){1,2}(?:\.\d{1,3})?\\?\]",  # a time
            # Alone on its line: any remark, or an address with what it is of.
            r"\A\s*\[[^\[\]]{0,80}\]\s*\Z",
            r"\A\s*(?:\w[\w ]{0,30}:\s)?<?https?://\S{1,500}\s*\Z",
            r"\[\s*(?:__|\?{1,3})\s*\]|__+",  # masked, or not understood
            r"[♪♫]+",
        )
    ),
    re.IGNORECASE,
)
_MARKED = re.compile(r"[\[(<{&_♪♫]|://")
_TAG = re.compile(r"</?[A-Za-z0-9][^<>]{0,200}>|\{\\[^{}]{0,50}\}")
_LONGEST_PARAGRAPH, _LONGEST_SENTENCE = 2000, 4000
_CHARACTERS_A_SECOND = 15
# What is slower contains a pause.
_FEWEST_CHARACTERS_A_SECOND = 4


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
    start: float,
    end: float | None,
    parts: Sequence[SpeakerText],
    source: Origin,
    following: float | None = None,
) -> Iterator[Cue]:
    """Yield a cue for each part of a caption, timed in proportion to its characters.

    The last part ends at `end`; if that is unknown, the others last until `following` at most, the
    start of the next caption, or as long as usual speech.
    """
    length = sum(len(text) for _, text in parts)
    pace = _pace(start, end, following, length)
    for place, (speaker, text) in enumerate(parts, start=1):
        stop = end if place == len(parts) else start + pace * len(text)
        yield Cue(text, start, stop, speaker, source)
        start = start if stop is None else stop


def _pace(start: float, end: float | None, following: float | None, length: int) -> float:
    """Return how many seconds a character takes."""
    if end is not None and length:
        return (end - start) / length
    if following is not None and following > start and length:
        return min((following - start) / length, 1 / _FEWEST_CHARACTERS_A_SECOND)
    return 1 / _CHARACTERS_A_SECOND


def join_neighbours(parts: Iterable[SpeakerText]) -> list[SpeakerText]:
    """Join neighbouring parts of one speaker, and drop empty ones.

    A remark such as [music playing] may begin in one part and end in the next.
    """
    joined: list[SpeakerText] = []
    for speaker, words in parts:
        if words and joined and joined[-1][0] == speaker:
            joined[-1] = (speaker, f"{joined[-1][1]} {words}")
        elif words:
            joined.append((speaker, words))
    spoken = ((speaker, spoken_words(words)) for speaker, words in joined)
    return [(speaker, words) for speaker, words in spoken if words]


def cut_words(words: str) -> Iterator[str]:
    """Cut what nobody would speak in one turn into runs of sentences."""
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


def _cut_turns(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Cut a lecture, which is a single turn, into parts with times of their own."""
    for cue, after in zip_longest(cues, cues[1:]):
        if len(cue.text) <= LONGEST_TEXT:
            yield cue
            continue
        parts = [(cue.speaker, words) for words in cut_words(cue.text)]
        if cue.start is None:
            yield from (replace(cue, text=words) for _, words in parts)
        else:
            following = after.start if after else None
            yield from split_caption(cue.start, cue.end, parts, cue.source, following)


def transcript_of(
    path: str,
    cues: Sequence[Cue],
    metadata: Metadata | None,
    labels: Labels,
) -> Transcript:
    """Return cues as a transcript, as edited if it says who speaks, else as captions.

    Who is called a guest is one; if only hosts are marked, whoever else has a name is a guest.
    """
    metadata, origin = metadata or Metadata(), origin_of_cues(cues)
    full = dict(labels.full)
    cues = tuple(
        replace(cue, speaker=full[cue.speaker]) if cue.speaker in full else cue
        for cue in _cut_turns(cues)
    )
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
