"""Speech and speakers in captions, for all caption formats."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.models import Cue, Origin
from bot.transcripts.formats.fields import clean_line

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
_NAMED = re.compile(r"([^\W\d_][\w.'’-]{0,30}(?: [\w.'’-]{1,30}){0,3}):\s+(\S.*)", re.DOTALL)
_SMALL_WORDS = frozenset(
    {"al", "da", "de", "del", "den", "der", "di", "dos", "la", "le", "of", "ter", "van", "von", "y"}
)
_CHARACTERS_A_SECOND = 15
_MOST = 0.75


def spoken_words(text: str) -> str:
    """Return the words of a caption, without tags, sounds, masked words and HTML entities."""
    if _MARKED.search(text):
        text = _NOT_SPEECH.sub(" ", html.unescape(_TAG.sub("", text)))
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


def find_names(lines: Iterable[str]) -> frozenset[str]:
    """Find the speakers in lines such as "Ann: Hello."

    Someone may say "Remember: ...", so a name must occur twice, unless most lines have one.
    """
    total = 0
    seen: Counter[str] = Counter()
    for line in lines:
        total += 1
        match = _NAMED.match(line)
        if match and _is_name(match[1]):
            seen[match[1]] += 1
    if len(seen) > 1 and seen.total() >= _MOST * total:
        return frozenset(seen)
    return frozenset(name for name, times in seen.items() if times > 1)


def split_name(line: str, names: frozenset[str]) -> SpeakerText:
    """Split "Ann: Hello." into speaker and words, if the speaker is one of `names`."""
    match = _NAMED.match(line)
    return (match[1], match[2]) if match and match[1] in names else ("", line)


def _is_name(text: str) -> bool:
    return all(word[0].isupper() or word.isdigit() or word in _SMALL_WORDS for word in text.split())
