"""Edited pages: YAML front matter with what is known of an episode, and its transcript."""

import re
from collections.abc import Iterator, Sequence

from bot.corpus.fields import (
    Parsed,
    clean,
    first_words,
    note,
    parse_day,
    parse_number,
    parse_seconds,
    parse_youtube,
    stem_of,
    texts_of,
)
from bot.corpus.turns import Turn, mend_turns, read_turns
from bot.errors import TranscriptError
from bot.models import Chapter, Cue, Metadata, Problem, Source, Transcript
from bot.plainyaml import Plain, items_of, load_yaml, text_of
from bot.wording import count_of

# A short line before the front matter is a slip of the editor's keyboard.
_FRONT_MATTER = re.compile(
    r"\A((?:[^\n]{0,3}\n)*?---[ \t]*\n)(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE
)
_PLACEHOLDER = re.compile(r"^(?:title|short|season|episode):.*\{\{.*\}\}", re.MULTILINE)
_TIMED_HEADING = re.compile(r"\W{0,2}(\d{1,3}(?::\d{2}){1,2})(?!\d)[\s\-–—:|.)\]]*(.*)")
_MARKUP = re.compile(r"<[^<>]{1,100}>")
_LONGEST_TITLE = 200
_FACTS = ("season", "episode", "ids", "guests", "quotableClips", "transcript")


def split_front_matter(text: str) -> tuple[str, int] | None:
    """Return a page's front matter and the line on which it begins; None where there is none."""
    match = _FRONT_MATTER.match(text)
    return (match[2], 1 + match[1].count("\n")) if match else None


def read_page(path: str, text: str) -> Parsed:
    """Read a page with front matter.

    Templates and pages about something else give no transcript but a note; a page whose
    transcript is missing gives its metadata and chapters. Raises TranscriptError.
    """
    found = split_front_matter(text)
    if found is None:
        raise TranscriptError(path, "there is no front matter.", "Begin it with a line '---'.")
    front_matter, first_line = found
    if _PLACEHOLDER.search(front_matter):
        return Parsed(None, (note(path, "a template with {{ }} to fill in: left out."),))
    facts = load_yaml(front_matter, path, first_line)
    if not any(key in facts for key in _FACTS):
        return Parsed(None, (note(path, "a page without an episode: left out."),))
    return read_episode(path, facts, items_of(facts, "transcript"))


def read_episode(path: str, facts: Plain, items: Sequence[Plain]) -> Parsed:
    """Build a transcript of an episode's facts and its list of headings and lines."""
    turns, moved = mend_turns(read_turns(items))
    cues = tuple(Cue(turn.text, turn.start, None, turn.speaker) for turn in turns if turn.text)
    chapters = _read_clips(items_of(facts, "quotableClips")) or _chapters_of(turns)
    metadata = read_metadata(path, facts)
    wrong_video = "" if metadata.youtube else clean(text_of(_ids(facts), "youtube"))
    transcript = Transcript(
        path=path,
        stem=stem_of(path),
        source=Source.EDITED,
        metadata=metadata,
        chapters=tuple(chapters),
        cues=cues,
        first_line=first_words(cues),
        wrong_video=bool(wrong_video),
    )
    return Parsed(transcript, tuple(_notes(transcript, wrong_video, moved)))


def read_metadata(path: str, facts: Plain) -> Metadata:
    """Translate a page's fields about its episode; the slug is the file's stem unless given."""
    facts = facts if isinstance(facts, dict) else {}
    title, short = clean(text_of(facts, "title")), clean(text_of(facts, "short"))
    if len(title) > _LONGEST_TITLE:  # a paragraph that slipped into the title
        title = short or title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
    return Metadata(
        slug=clean(text_of(facts, "slug")) or stem_of(text_of(facts, "legacy_path") or path),
        title=title or short,
        short=short,
        season=parse_number(text_of(facts, "season")),
        number=parse_number(text_of(facts, "episode")),
        guests=texts_of(facts, "guests"),
        youtube=_youtube(facts),
        published=parse_day(text_of(facts, "dateadded")) or parse_day(text_of(facts, "date")),
        topics=texts_of(facts, "topics"),
        description=clean(
            _MARKUP.sub(" ", text_of(facts, "description") or text_of(facts, "intro"))
        ),
    )


def _youtube(facts: dict[str, Plain]) -> str:
    return parse_youtube(text_of(_ids(facts), "youtube")) or parse_youtube(
        text_of(facts.get("links", ""), "youtube")
    )


def _ids(facts: Plain) -> Plain:
    return facts.get("ids", "") if isinstance(facts, dict) else ""


def _read_clips(clips: Sequence[Plain]) -> list[Chapter]:
    chapters = []
    for clip in clips:
        title, start = clean(text_of(clip, "name")), parse_seconds(text_of(clip, "startOffset"))
        if title and start is not None:
            chapters.append(Chapter(title, start))
    return sorted(chapters, key=lambda chapter: chapter.start)


def _chapters_of(turns: Sequence[Turn]) -> list[Chapter]:
    """Make chapters of headings: each starts at its own time or at the next one that follows."""
    chapters: list[Chapter] = []
    following: float | None = None
    spoken = False
    for turn in reversed(turns):
        if not turn.heading:
            spoken, following = True, turn.start if turn.start is not None else following
            continue
        timed = _TIMED_HEADING.fullmatch(turn.heading)
        start = parse_seconds(timed[1]) if timed else None
        if start is None and spoken:
            start = following
        if start is not None:
            chapters.append(Chapter(timed[2] if timed and timed[2] else turn.heading, start))
        spoken = False
    chapters.reverse()
    return sorted(chapters, key=lambda chapter: chapter.start)


def _notes(transcript: Transcript, wrong_video: str, moved: int) -> Iterator[Problem]:
    path = transcript.path
    if not transcript.cues:
        yield note(path, "there is no transcript.")
    if wrong_video:
        yield note(path, f'"{wrong_video}" is no video id: it has 11 characters.', "Mend it.")
    if moved:
        what = count_of(moved, "paragraph")
        yield note(path, f"{what} in the place of a speaker's name: read as speech.")
