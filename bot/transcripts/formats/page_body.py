"""Transcripts in the body of a page, in Markdown or HTML.

The transcript is the blocks that have times as attributes, or what stands below a heading
"Transcript"; in a page without either, turns that name their speakers. What else a page says is
nobody's speech.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import TranscriptError
from bot.languages import count_words
from bot.models import Chapter, Origin, Transcript
from bot.transcripts.formats.fields import ParsedFile
from bot.transcripts.formats.labels import split_label
from bot.transcripts.formats.page_text import PageText, heading_in, text_of_page, transcript_section
from bot.transcripts.formats.timed_text import looks_like_timed_text, read_timed_text, time_on_line
from bot.transcripts.formats.untimed_text import has_turns, looks_like_speech, read_untimed_text

_HTML = re.compile(
    r"(?:<\?xml[^<>]*>\s*)?(?:<!DOCTYPE html|<(?:html|head|body|main|article|section|div|p|"
    r"h[1-6]|cite|time|ol|ul|dl|table)[\s>])",
    re.IGNORECASE,
)
_MARK = re.compile(r"<(?:/p|/div|cite|time|br)\b", re.IGNORECASE)
# A page that has no transcript may have a sound bite or two.
_FEWEST_TIMED_BLOCKS = 3
# Characters a second; the most condensed transcripts have three times as many.
_SLOWEST = 1.0


def looks_like_html(text: str) -> bool:
    """Tell whether a text is a web page, or a part of one."""
    return bool(_HTML.match(text[:5000].lstrip()) and _MARK.search(text))


def read_html(path: str, text: str) -> ParsedFile | None:
    """Read a web page, or a part of one; None if there is no transcript in it."""
    page = text_of_page(text)
    read = read_body(path, page)
    if read is None or read.transcript is None:
        return read
    own = read.transcript.metadata
    own = replace(own, title=page.title or own.title, youtube=own.youtube or page.youtube)
    return replace(read, transcript=replace(read.transcript, metadata=own))


def read_body(path: str, page: PageText, prose: int | None = None) -> ParsedFile | None:
    """Read the transcript in the text of a page; None if there is none.

    Headings within it are chapters. Without names, times or a heading, a text of at least `prose`
    words is a transcript. Raises TranscriptError.
    """
    section, headed = transcript_section(page.lines)
    if page.timed_blocks >= _FEWEST_TIMED_BLOCKS:
        section, headed = _from_first_time(page.lines), True
    text = "\n".join(section)
    if looks_like_timed_text(text):
        spoken, chapters = _split_chapters(section)
        try:
            read = read_timed_text(path, "\n".join(spoken))
        except TranscriptError:  # times without words, or those of chapters
            read = ParsedFile(None)
        timed = read.transcript
        if timed and (headed or (_says_who_speaks(timed) and not _is_sparse(timed))):
            untitled = replace(timed.metadata, title="")
            timed = replace(timed, metadata=untitled, chapters=tuple(chapters))
            return replace(read, transcript=timed)
    long = prose is not None and count_words(text) >= prose
    if (headed or long) and looks_like_speech(text):
        return read_untimed_text(path, text)
    if not has_turns(text) or (not headed and _is_list(page)):
        return None
    turns = read_untimed_text(path, text)
    if headed or (turns.transcript and turns.transcript.source is Origin.EDITED):
        return turns
    return None  # notes on an episode name somebody here and there


def _from_first_time(lines: Sequence[str]) -> tuple[str, ...]:
    first = next((place for place, line in enumerate(lines) if time_on_line(line) is not None), 0)
    return tuple(lines[first:])


def _says_who_speaks(transcript: Transcript) -> bool:
    return sum(bool(cue.speaker) for cue in transcript.cues) * 2 > len(transcript.cues)


def _is_sparse(transcript: Transcript) -> bool:
    """Tell whether less is said than anybody would say in that time, as in a list of chapters."""
    starts = [cue.start for cue in transcript.cues if cue.start is not None]
    before_last = sum(len(cue.text) for cue in transcript.cues[:-1])
    return before_last < _SLOWEST * (max(starts, default=0.0) - min(starts, default=0.0))


def _is_list(page: PageText) -> bool:
    """Tell whether most lines of a page are items of a list that do not say who speaks."""
    unlabelled = sum(split_label(item) is None for item in page.items)
    return 2 * unlabelled > sum(map(bool, page.lines))


def _split_chapters(lines: Sequence[str]) -> tuple[list[str], list[Chapter]]:
    """Split a transcript from its headings, each of which is a chapter until the next one.

    What follows a heading and has no time is not speech.
    """
    spoken: list[str] = []
    chapters: list[Chapter] = []
    heading = ""
    for line in lines:
        start = time_on_line(line)
        if start is None and (found := heading_in(line)):
            heading = found
            continue
        if start is not None and heading:
            chapters.append(Chapter(heading, start))
            heading = ""
        if not heading:
            spoken.append(line)
    return spoken, chapters
