"""Episode pages of a Jekyll site: front matter and the edited transcript in it.

An item is a heading or a spoken line. Known defects are repaired: a line that occurs twice, first
without its time and speaker; a paragraph of speech in the speaker's field, repeated on the lines
after it; a speaker's name that became a line; a stray "=" before a paragraph; a full stop after a
speaker's name.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.errors import TranscriptError
from bot.models import Chapter, Cue, Metadata, Origin, Problem, Transcript
from bot.strict_yaml import YamlValue, items_of, load_yaml, text_of
from bot.text import pluralize
from bot.transcripts.formats.fields import (
    ParsedFile,
    clean_line,
    first_words,
    links_of,
    make_note,
    parse_day,
    parse_number,
    parse_seconds,
    parse_youtube,
    stem_of,
    texts_of,
)

_FACTS = ("season", "episode", "ids", "guests", "quotableClips", "transcript")
_LONGEST_TITLE = 200
_LONGEST_NAME = 40
_MOST_WORDS_IN_A_NAME = 6
# Up to three characters on a line before the front matter are a typing slip.
_FRONT_MATTER = re.compile(
    r"\A((?:[^\n]{0,3}\n)*?---[ \t]*\n)(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE
)
_PLACEHOLDER = re.compile(r"^(?:title|short|season|episode):(?>.*?\{\{).*\}\}", re.MULTILINE)
_TIMED_HEADING = re.compile(r"\W{0,2}(\d{1,3}(?::\d{2}){1,2})(?!\d)[\s\-–—:|.)\]]*(.*)")
_MARKUP = re.compile(r"<[^<>]{1,100}>")
# Initials and "Jr." keep their full stop.
_STOPPED_NAME = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,}+)\.")


@dataclass(frozen=True, slots=True)
class PageItem:
    """An item of a transcript: a `heading`, or a `text` with its start and speaker if known."""

    text: str = ""
    heading: str = ""
    start: float | None = None
    speaker: str = ""


def split_front_matter(text: str) -> tuple[str, int] | None:
    """Return a page's front matter and the line on which it begins, or None."""
    match = _FRONT_MATTER.match(text)
    return (match[2], 1 + match[1].count("\n")) if match else None


def read_page(path: str, text: str) -> ParsedFile:
    """Read a page with front matter.

    A template or a page about something else yields a note and no transcript; a page without a
    transcript yields its metadata and chapters. Raises TranscriptError.
    """
    found = split_front_matter(text)
    if found is None:
        raise TranscriptError(path, "it has no front matter.", "Begin it with a line '---'.")
    front_matter, first_line = found
    if _PLACEHOLDER.search(front_matter):
        return ParsedFile(
            None, (make_note(path, "it is a template with {{ }} to fill in: skipped."),)
        )
    facts = load_yaml(front_matter, path, first_line)
    if not any(key in facts for key in _FACTS):
        return ParsedFile(None, (make_note(path, "it is a page without an episode: skipped."),))
    return read_episode(path, facts, items_of(facts, "transcript"))


def read_episode(path: str, facts: YamlValue, written: Sequence[YamlValue]) -> ParsedFile:
    """Build a transcript from an episode's facts and its list of headings and lines."""
    items, moved = repair_items(read_items(written))
    cues = tuple(Cue(item.text, item.start, None, item.speaker) for item in items if item.text)
    chapters = _read_clips(items_of(facts, "quotableClips")) or _chapters_of(items)
    metadata = _read_metadata(path, facts)
    wrong_video = "" if metadata.youtube else clean_line(text_of(_ids(facts), "youtube"))
    transcript = Transcript(
        path=path,
        stem=stem_of(path),
        source=Origin.EDITED,
        metadata=metadata,
        chapters=tuple(chapters),
        cues=cues,
        first_line=first_words(cues),
        wrong_video=bool(wrong_video),
    )
    return ParsedFile(transcript, tuple(_find_problems(transcript, wrong_video, moved)))


def _read_metadata(path: str, facts: YamlValue) -> Metadata:
    """Convert a page's facts to metadata; without a slug, the file's stem is the slug."""
    facts = facts if isinstance(facts, dict) else {}
    title, short = clean_line(text_of(facts, "title")), clean_line(text_of(facts, "short"))
    if len(title) > _LONGEST_TITLE:  # a paragraph that slipped into the title
        title = short or title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
    return Metadata(
        slug=clean_line(text_of(facts, "slug")) or stem_of(text_of(facts, "legacy_path") or path),
        title=title or short,
        short=short,
        season=parse_number(text_of(facts, "season")),
        number=parse_number(text_of(facts, "episode")),
        guests=texts_of(facts, "guests"),
        youtube=_youtube(facts),
        published=parse_day(text_of(facts, "dateadded")) or parse_day(text_of(facts, "date")),
        topics=texts_of(facts, "topics"),
        description=clean_line(
            _MARKUP.sub(" ", text_of(facts, "description") or text_of(facts, "intro"))
        ),
        guid=clean_line(text_of(facts, "guid")),
        **links_of(facts, facts.get("links", ""), _ids(facts)),
    )


def read_items(written: Sequence[YamlValue]) -> list[PageItem]:
    """Convert a page's items; what is neither a heading nor a line is skipped."""
    items = []
    for item in written:
        heading, line = clean_line(text_of(item, "header")), clean_line(text_of(item, "line"))
        if heading:
            items.append(PageItem(heading=heading))
        if line:
            start = parse_seconds(text_of(item, "sec")) if text_of(item, "sec") else None
            if start is None:
                start = parse_seconds(text_of(item, "time"))
            items.append(PageItem(line.lstrip("= "), "", start, _read_speaker(item)))
    return items


def repair_items(items: Sequence[PageItem]) -> tuple[list[PageItem], int]:
    """Drop repeated lines and move speech out of speakers' fields; also count those moves."""
    items = _drop_repeated(items)
    if not any(_is_speech(item.speaker) for item in items):
        return items, 0
    return _move_speech(items)


def _read_speaker(item: YamlValue) -> str:
    speaker = clean_line(text_of(item, "who")).removesuffix(":")
    stopped = _STOPPED_NAME.fullmatch(speaker)
    return stopped[1] if stopped else speaker


def _drop_repeated(items: Sequence[PageItem]) -> list[PageItem]:
    """Of two equal lines in a row, keep the second if the first lacks time and speaker.

    The heading before such a line is repeated too.
    """
    lines = [item for item in items if item.text]
    bare = {id(one) for one, two in pairwise(lines) if one == PageItem(two.text)}
    kept: list[PageItem] = []
    for item in items:
        again = kept and item.heading and item.heading == kept[-1].heading
        if not again and id(item) not in bare:
            kept.append(item)
    return kept


def _is_speech(speaker: str) -> bool:
    return len(speaker) > _LONGEST_NAME or len(speaker.split()) > _MOST_WORDS_IN_A_NAME


def _move_speech(items: Sequence[PageItem]) -> tuple[list[PageItem], int]:
    """Move each paragraph found in a speaker's field before the lines that have it."""
    names = Counter(item.speaker for item in items if item.speaker and not _is_speech(item.speaker))
    moved: list[PageItem] = []
    paragraph, speaker, moves = "", "", 0
    for position, item in enumerate(items):
        if not _is_speech(item.speaker):
            moved.append(item)
            paragraph = paragraph if item.heading else ""
            continue
        if item.speaker != paragraph:
            paragraph, moves = item.speaker, moves + 1
            speaker = _guess_speaker(items, position, names)
            moved.append(PageItem(paragraph, "", item.start, speaker))
        if item.text in names:
            speaker = item.text
        else:
            moved.append(replace(item, speaker=speaker))
    return moved, moves


def _guess_speaker(items: Sequence[PageItem], position: int, names: Counter[str]) -> str:
    """Guess an unnamed speaker: the one who spoke before, unless they also speak next.

    The same person rarely has two turns in a row, so between two turns of one speaker it is the
    other one, if there are exactly two.
    """
    before = next(
        (item.speaker for item in reversed(items[:position]) if item.speaker in names), ""
    )
    after = next((name for item in items[position:] for name in _names_in(item, names)), "")
    if before != after:
        return before
    others = [name for name in names if name != before]
    return others[0] if len(others) == 1 else ""


def _names_in(item: PageItem, names: Counter[str]) -> list[str]:
    return [name for name in (item.text, item.speaker) if name in names]


def _youtube(facts: dict[str, YamlValue]) -> str:
    return parse_youtube(text_of(_ids(facts), "youtube")) or parse_youtube(
        text_of(facts.get("links", ""), "youtube")
    )


def _ids(facts: YamlValue) -> YamlValue:
    return facts.get("ids", "") if isinstance(facts, dict) else ""


def _read_clips(clips: Sequence[YamlValue]) -> list[Chapter]:
    chapters = []
    for clip in clips:
        title, start = (
            clean_line(text_of(clip, "name")),
            parse_seconds(text_of(clip, "startOffset")),
        )
        if title and start is not None:
            chapters.append(Chapter(title, start))
    return sorted(chapters, key=lambda chapter: chapter.start)


def _chapters_of(items: Sequence[PageItem]) -> list[Chapter]:
    """Turn headings into chapters, each starting at its own time or that of the next line."""
    chapters: list[Chapter] = []
    following: float | None = None
    spoken = False
    for item in reversed(items):
        if not item.heading:
            spoken, following = True, item.start if item.start is not None else following
            continue
        timed = _TIMED_HEADING.fullmatch(item.heading)
        start = parse_seconds(timed[1]) if timed else None
        if start is None and spoken:
            start = following
        if start is not None:
            chapters.append(Chapter(timed[2] if timed and timed[2] else item.heading, start))
        spoken = False
    chapters.reverse()
    return sorted(chapters, key=lambda chapter: chapter.start)


def _find_problems(transcript: Transcript, wrong_video: str, moved: int) -> Iterator[Problem]:
    path = transcript.path
    if not transcript.cues:
        yield make_note(path, "it has no transcript.")
    if wrong_video:
        yield make_note(
            path, f'"{wrong_video}" is not a video id, which has 11 characters.', "Fix it."
        )
    if moved:
        what = pluralize(moved, "paragraph")
        yield make_note(path, f"{what} in a speaker's field: read as speech.")
