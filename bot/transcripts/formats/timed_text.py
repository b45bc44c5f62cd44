"""Text with times in it, as copied from a transcript panel or exported for people to read.

A time begins a line or follows the name of who speaks: `0:05 words`, `[00:01:05] Ann: words`,
`Ann Doe  0:05` or `Ann Doe (00:05):` above the words, `[00:05.00 --> 00:09.00] words`. A name may
also have a line of its own, above the time or below it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice, zip_longest

from bot.errors import TranscriptError
from bot.models import Cue, Metadata, Origin
from bot.transcripts.formats.fields import (
    ParsedFile,
    clean_line,
    find_jumps,
    parse_clock,
    parse_youtube,
)
from bot.transcripts.formats.labels import (
    NAME,
    Label,
    Labels,
    bare_names,
    choose_labels,
    is_bare_name,
    may_be_name,
    plain_name,
    split_label,
)
from bot.transcripts.formats.page_text import is_outline, without_marks
from bot.transcripts.formats.speakers import (
    SpeakerText,
    join_neighbours,
    split_caption,
    spoken_words,
    transcript_of,
    untagged,
)

_CLOCK = r"\d{1,3}[:;]\d{2,3}(?:[:;]\d{1,3})?(?:[.,:;]\d{1,3})?"
_LAST = r"\d[\d:;.,]{1,14}"
_ARROW = r"[ \t]?(?:-{1,2}>|[-–—→]|to)[ \t]?"
# 0:05 | [00:05] | 0:05 - 0:09 | [00:05.00 --> 00:09.00] | [0.00s -> 4.20s]
_SECONDS = r"\[(\d{1,6}\.\d{1,3})s? ?(?:-{1,2}>|→) ?(\d{1,6}\.\d{1,3})s?\]"
_STAMP = rf"(?:[\[(<*_]{{0,3}}({_CLOCK})(?:{_ARROW}({_LAST}))?[\])>*_]{{0,3}}|{_SECONDS})"
# Some programs that show Markdown join lines.
_JOINED = re.compile(rf"(?<=[^\s\n]) (?={_SECONDS} )")
# The last character of a time that is alone on its line.
_ENDS_OF_TIME = tuple("0123456789])>*_-–—|:;.,")
# 0:05 words | 0:05 - words | the time alone, its words on the next line
_TIMED = re.compile(rf"\s{{0,8}}{_STAMP}(?:\s?[-–—|:])?(?:(?:\s+|(?<=\]))(.*)|\s*$)")
# [0:05] words, in a paragraph here and there
_MARKED = re.compile(rf"\[{_CLOCK}\] ")
# Ann Doe  0:05 | Ann Doe (host) [0:05]: words | **Ann Doe** (0:05): words
_NAMED = re.compile(
    rf"\s{{0,8}}(?:[-•+] |[*] )?[*_#]{{0,3}} ?({NAME})[*_]{{0,3}}:?"
    r"(?: ?[(\[]([^\W\d][^()\[\]:]{0,30})[)\]])?:?"
    rf"[*_]{{0,3}}[ \t]{{0,8}}[,|•·–—-]?[ \t]{{0,8}}{_STAMP}[ \t]?(:?)[*_]{{0,3}}:?"
    r"(?:\s+(\S.*)|\s*$)"
)
# [Ann Doe] [00:05] words | [Ann Doe 0:05] words
_BRACKETED = re.compile(
    rf"\s{{0,8}}\[([^\W\d_][^\[\]:\n]{{0,40}}?)(?:\][ \t]?(?=[\[(])|[ \t](?=\d)){_STAMP}:?"
    r"(?:\s+(\S.*)|\s*$)"
)
# **Ann Doe** words, after a time
_BOLD = re.compile(rf"\*\*({NAME})\*\*\s+(\S.*)")
# Every label has one of these: a colon, or a mark around the name, which may be escaped.
_MAY_BE_LABEL = re.compile(r"[:：*\[(<&]")
_TAG = re.compile(r"\[(ti|ar|al|au|by|la|length|offset|re|ve|tool|#):([^\[\]\n]{0,200})\]\s*")
_SPEAKER_CHANGE = re.compile(r">>+|(?:&gt;){2,}")
_GLUED_COUNT = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,}+)[0-9]{1,5}")
_CREDIT = re.compile(
    r"\W{0,3}(?:this )?(?:transcri(?:bed|pt|ption)|captions?|subtitles?)[\w ]{0,40}"
    r"\b(?:by|with|at)\b.{0,80}",
    re.IGNORECASE,
)
# What stands above the words without being the title.
_NO_TITLE = re.compile(
    r"\W*+(?:(?:full |episode |video )?transcript(?:ion)?\W*|detect(?:ing|ed) language.*"
    r"|https?://.*|skipping .*|\d.*|summary keywords.*|speakers\W*|search in video\W*)",
    re.IGNORECASE,
)
_REMARK = re.compile(r"[^\w\[(]*+[\[(].*[\])]")
# Nobody speaks in titles with a minute between them.
_CHAPTER = re.compile(r"[^\Wa-z].{0,80}[^.!?,;:]")
_LEAST_APART = 45.0
_LONGEST_TITLE = 200
# Seconds, and characters a second.
_LEAST_OPENING, _SLOWEST_OPENING = 30.0, 4.0
_FIRST_LINES = 10
_FIRST_CHARACTERS = 20_000
_NAMED_LINES = 2
# Notes about a talk name a time here and there.
_NAMED_SHARE = 0.25
_MOST_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class _Block:
    """What follows a time: lines of words, and the label beside the time, if there is one."""

    start: float
    end: float | None
    lines: tuple[str, ...]
    label: Label | None = None


def looks_like_timed_text(text: str) -> bool:
    """Tell whether one of the first lines begins with a time, or some with a name and a time.

    A time in brackets needs no name.
    """
    lines = (line for line in text[:5000].split("\n") if line.strip())
    if any(_TIMED.fullmatch(line) for line in islice(lines, _FIRST_LINES)):
        return True
    written = [line for line in text[:_FIRST_CHARACTERS].split("\n") if line.strip()]
    named = sum(bool(_split_named(line) or _MARKED.match(line)) for line in written)
    outlined = sum(map(is_outline, written))
    return named >= max(_NAMED_LINES, outlined * _NAMED_SHARE)


def read_timed_text(path: str, text: str) -> ParsedFile:
    """Read text with times; its first line is the title unless it has a time.

    Where nobody is named, a cue ends where the next one begins; the last has no end. Cues of the
    same second share it evenly, since most of these texts have no fractions of seconds. What those
    who speak later say before the first time is said from the beginning on. Raises TranscriptError.
    """
    heading, blocks = _split_blocks(text)
    blocks = _with_bare_names(list(_spread_seconds(blocks)))
    labels = choose_labels([_labels_in(block) for block in blocks])
    heading, opening = _split_opening(heading, labels, blocks[0].start if blocks else 0.0)
    blocks = [*opening, *blocks]
    cues = tuple(_turns(blocks, labels) if labels.names else _lines_of(blocks))
    if not cues:
        raise TranscriptError(path, "it has times but no words.", "Put words after the times.")
    if not labels.names:
        _refuse_chapters(path, cues)
        cues = (*cues[:-1], _drop_glued_count(cues))
    metadata = Metadata(title=_title_in(heading), youtube=_video_of(heading))
    transcript = transcript_of(path, cues, metadata, labels)
    return ParsedFile(transcript, tuple(find_jumps(transcript)))


def time_on_line(line: str) -> float | None:
    """Return the time at which a line begins, as this reader sees it; None if it has none."""
    found = _split_line(line)
    return found.start if found else None


def _split_blocks(text: str) -> tuple[list[str], list[_Block]]:
    heading: list[str] = []
    blocks: list[tuple[_Block, list[str]]] = []
    for line in _names_beside_times(_JOINED.sub("\n", text).split("\n")):
        found = _split_line(line)
        if found:
            blocks.append((found, list(found.lines)))
        elif blocks and not _CREDIT.fullmatch(line):
            blocks[-1][1].append(line)
        elif line.strip() and not blocks:
            heading.append(line)
    return heading, [
        block if len(lines) == len(block.lines) else replace(block, lines=tuple(lines))
        for block, lines in blocks
    ]


def _split_line(line: str) -> _Block | None:
    """Read a line that begins with a time, or with a name and a time."""
    match = _TIMED.fullmatch(line)
    if match is None:
        return _split_named(line)
    start, end = _times(match, 1)
    return None if start is None else _Block(start, end, (match[5] or "",))


def _split_named(line: str) -> _Block | None:
    match = _NAMED.fullmatch(line)
    if match is None or not may_be_name(match[1]):
        return _split_bracketed(line)
    start, end = _times(match, 3)
    bracketed = line[: match.end(3)].rstrip("0123456789.,:;").endswith(("[", "(", "<"))
    if start is None or (match[8] and not (bracketed or match[7])):
        return None  # "Lunch 12:30 as always"
    return _Block(start, end, (match[8] or "",), Label(plain_name(match[1]), match[2] or "", ""))


def _split_bracketed(line: str) -> _Block | None:
    match = _BRACKETED.fullmatch(line)
    if match is None:
        return None
    start, end = _times(match, 2)
    label = Label(clean_line(match[1]), "", "")
    return None if start is None else _Block(start, end, (match[6] or "",), label)


def _times(match: re.Match[str], first: int) -> tuple[float | None, float | None]:
    start, end = match[first] or match[first + 2], match[first + 1] or match[first + 3]
    return parse_clock(start), parse_clock(end) if end else None


def _names_beside_times(lines: Sequence[str]) -> list[str]:
    """Put a name on a line of its own beside the time on the line below, if most times have one."""
    written = [line for line in lines if line.strip()]
    alone = [
        place
        for place, line in enumerate(written)
        if line.rstrip().endswith(_ENDS_OF_TIME)
        and (match := _TIMED.fullmatch(line))
        and not match[5]
    ]
    named = [
        place for place in alone if place and is_bare_name(written[place - 1].strip(" \t*_:#"))
    ]
    names = {written[place - 1].strip(" \t*_:#") for place in named}
    colons = sum(written[place - 1].rstrip(" *_").endswith(":") for place in named)
    recurring = len(names) < len(named) or colons == len(named)
    if not named or len(named) < _MOST_SHARE * len(alone) or not recurring:
        return list(lines)
    for place in named:
        name = written[place - 1].strip(" \t*_:#")
        written[place - 1], written[place] = "", f"{name} ({written[place].strip(' []()<>*_')})"
    return written


def _split_opening(
    heading: list[str], labels: Labels, first: float
) -> tuple[list[str], list[_Block]]:
    """Split what stands before the first time at the first turn of somebody who speaks later.

    A list of who speaks is too short for what is said until then.
    """
    begins = next((at for at, line in enumerate(heading) if _speaks(line, labels)), len(heading))
    said = heading[begins:]
    if first < _LEAST_OPENING or sum(map(len, said)) < _SLOWEST_OPENING * first:
        return heading, []
    return heading[:begins], [_Block(0.0, None, tuple(said))]


def _speaks(line: str, labels: Labels) -> bool:
    label = _label_on(line)
    return label is not None and label.name in labels.names


def _with_bare_names(blocks: Sequence[_Block]) -> list[_Block]:
    """Make labels of names that have the first line of nearly every block to themselves."""
    lines = [[line for line in each.lines if line.strip()] for each in blocks if not each.label]
    names = bare_names(lines) if len(lines) == len(blocks) else frozenset[str]()
    if not names:
        return list(blocks)
    return [
        replace(block, lines=tuple(rest), label=Label(plain_name(first.strip()), "", ""))
        if first.strip() in names
        else block
        for block, (first, *rest) in zip(blocks, (each or [""] for each in lines), strict=True)
    ]


def _spread_seconds(blocks: Sequence[_Block]) -> Iterator[_Block]:
    for start, group in groupby(blocks, key=lambda block: block.start):
        first, *others = group
        yield first
        for place, block in enumerate(others, start=1):
            yield replace(block, start=start + place / (len(others) + 1))


def _labels_in(block: _Block) -> list[Label]:
    own = [block.label] if block.label else []
    return own + [label for line in block.lines if (label := _label_on(line))]


def _label_on(line: str) -> Label | None:
    """Split a line at its label, which after a time may also be a name in bold."""
    if not _MAY_BE_LABEL.search(line):
        return None
    bold = _BOLD.fullmatch(line)
    if bold and may_be_name(bold[1]):
        return Label(plain_name(bold[1]), "", bold[2])
    return split_label(untagged(line))


def _turns(blocks: Sequence[_Block], labels: Labels) -> Iterator[Cue]:
    """Yield a cue for each speaker in each block; a name goes on until the next one."""
    speaker = ""
    for block, after in zip_longest(blocks, blocks[1:]):
        parts: list[SpeakerText] = []
        following = after.start if after else None
        if block.label:
            speaker = block.label.name if block.label.name in labels.names else ""
        for line in block.lines:
            label = _label_on(line)
            known = label is not None and label.name in labels.names
            speaker = label.name if label and known else speaker
            parts.append(
                (speaker, spoken_words(without_marks(label.words if label and known else line)))
            )
        turns = join_neighbours(parts)
        yield from split_caption(block.start, block.end, turns, Origin.CAPTIONS, following)


def _lines_of(blocks: Sequence[_Block]) -> Iterator[Cue]:
    """Yield a cue for each block and for each change of speaker inside one."""
    for block, after in zip_longest(blocks, blocks[1:]):
        end = block.end or (after.start if after and after.start > block.start else None)
        # A label that is none is what it looks like: words.
        own = f"{block.label.name}: " if block.label else ""
        words = own + " ".join(map(without_marks, block.lines))
        parts = [("", part) for part in map(spoken_words, _SPEAKER_CHANGE.split(words)) if part]
        yield from split_caption(block.start, end, parts, Origin.CAPTIONS)


def _refuse_chapters(path: str, cues: Sequence[Cue]) -> None:
    """Raise TranscriptError if all lines are titles, minutes apart: `05:10 What went wrong`."""
    first, last = cues[0].start or 0.0, cues[-1].start or 0.0
    titles = all(_CHAPTER.fullmatch(cue.text) for cue in cues)
    if len(cues) > 2 and titles and (last - first) > _LEAST_APART * len(cues):
        reason, remedy = "this is a list of chapters, not a transcript.", "Add the words."
        raise TranscriptError(path, reason, remedy)


def _drop_glued_count(cues: Sequence[Cue]) -> Cue:
    """Remove a number glued to the last word, if the word also occurs without it.

    Text copied from a transcript panel ends with the count on a button: "bye everyone80".
    """
    *before, word = cues[-1].text.split(" ")
    match = _GLUED_COUNT.fullmatch(word)
    if not match:
        return cues[-1]
    known = {spoken for cue in cues[:-1] for spoken in cue.text.lower().split()}
    if match[1].lower() not in known.union(known_word.lower() for known_word in before):
        return cues[-1]
    return replace(cues[-1], text=" ".join([*before, match[1]]))


def _title_in(heading: Sequence[str]) -> str:
    tagged = [match for line in heading if (match := _TAG.fullmatch(line))]
    title = next((match[2] for match in tagged if match[1] == "ti"), "")
    lines = (clean_line(line).lstrip("# ") for line in heading if not _TAG.fullmatch(line))
    titles = (line for line in lines if not (_NO_TITLE.fullmatch(line) or _REMARK.fullmatch(line)))
    first = next(titles, "")
    return clean_line(title) or (first if len(first) <= _LONGEST_TITLE else "")


def _video_of(heading: Sequence[str]) -> str:
    addresses = (line for line in heading if "/" in line)
    return next((video for video in map(parse_youtube, addresses) if video), "")
