"""Episode pages of a site: front matter with the edited transcript in it, or in the body below."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.errors import TranscriptError
from bot.models import Chapter, Cue, Metadata, Origin, Problem, Transcript
from bot.players import parse_link
from bot.strict_toml import load_toml
from bot.strict_yaml import YamlValue, items_of, load_yaml, text_of
from bot.text import pluralize, truncate
from bot.transcripts.formats.fields import (
    EXPECTED,
    ParsedFile,
    clean_line,
    find_jumps,
    first_words,
    is_name,
    links_of,
    make_note,
    parse_day,
    parse_number,
    parse_seconds,
    parse_youtube,
    stem_of,
    texts_of,
)
from bot.transcripts.formats.page_body import read_body
from bot.transcripts.formats.page_items import PageItem, Repairs, read_items, repair_items
from bot.transcripts.formats.page_text import text_of_page

_FACTS = ("season", "episode", "ids", "guests", "quotableClips", "transcript")
# Who has these writes transcripts; pages with the others may have show notes, which are shorter.
_ONLY_TRANSCRIPTS = ("transcript_by", "speakers", "speaker", "media")
_OF_EPISODES = (
    *("guest", "host", "hosts", "audio", "mp3", "enclosure", "podcast", "episode_number"),
    *("youtube", "youtube_id", "youtube_url", "video_id", "pub_date", "duration"),
)
_FEWEST_WORDS, _MOST_NOTES = 20, 1000
_SEASONS = ("season", "season_number")
_NUMBERS = ("episode", "episode_number", "number")
_GUESTS = ("guests", "guest")
_DATES = ("dateadded", "date", "pubDate", "published", "publishDate")
_VIDEOS = ("youtube", "youtube_id", "youtubeId", "youtube_url", "youtubeUrl", "video_id", "videoId")
_LINKS = ("video", "video_url", "videoUrl", "media", "url", "link", "external_url")
LONGEST_BODY = 5_000_000
"""Characters of a page below its front matter; the longest transcripts have a twentieth."""
_LONGEST_TITLE, _LONGEST_SHOWN = 200, 60
# In some site generators, `published: false` hides a page.
_SWITCHES = ("true", "false", "yes", "no")
# Up to three characters on a line before the front matter are a typing slip.
_YAML = (
    re.compile(r"\A(?:[^\n]{0,3}\n)*?---[ \t]*\n"),
    re.compile(r"\n(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
)
_TOML = (
    re.compile(r"\A\s*\+\+\+[ \t]*\n"),
    re.compile(r"\n\+\+\+[ \t]*$", re.MULTILINE),
)
_PLACEHOLDER = re.compile(r"^(?:title|short|season|episode):(?>.*?\{\{).*\}\}", re.MULTILINE)
_TIMED_HEADING = re.compile(r"\W{0,2}(\d{1,3}(?::\d{2}){1,2})(?!\d)[\s\-–—:|.)\]]*(.*)")
_MARKUP = re.compile(r"<[^<>]{1,100}>")


def split_front_matter(text: str) -> tuple[str, int, str] | None:
    """Return a page's front matter, the line on which it begins, and its body; or None."""
    for opening, closing in (_YAML, _TOML):
        begun = opening.match(text)
        if begun and (ended := closing.search(text, begun.end() - 1)):
            front_matter = text[begun.end() : ended.start() + 1]
            return front_matter, 1 + begun[0].count("\n"), text[ended.end() :]
    return None


def read_page(path: str, text: str) -> ParsedFile:
    """Read a page with front matter.

    A template or a page about something else yields a note and no transcript; a page without a
    transcript yields its metadata and chapters. Raises TranscriptError.
    """
    found = split_front_matter(text)
    if found is None:
        raise TranscriptError(path, "it has no front matter.", "Begin it with a line '---'.")
    front_matter, first_line, body = found
    if _PLACEHOLDER.search(front_matter):
        return ParsedFile(
            None, (make_note(path, "it is a template with {{ }} to fill in: skipped."),)
        )
    load = load_toml if text.lstrip().startswith("+++") else load_yaml
    facts: YamlValue = load(front_matter, path, first_line)
    if not items_of(facts, "transcript") and (read := _read_body(path, facts, body)):
        return read
    if not any(key in facts for key in _FACTS):
        return ParsedFile(None, (make_note(path, "it is a page without an episode: skipped."),))
    return read_episode(path, facts, items_of(facts, "transcript"))


def _read_body(path: str, facts: YamlValue, body: str) -> ParsedFile | None:
    """Read the transcript in a page's body with the facts above it; None if there is none."""
    if len(body) > LONGEST_BODY:
        return None
    page = text_of_page(body)
    least = _FEWEST_WORDS if any(key in facts for key in _ONLY_TRANSCRIPTS) else _MOST_NOTES
    read = read_body(path, page, least if _is_episode(facts) else None)
    if read is None or read.transcript is None:
        return read
    own, about = read.transcript.metadata, _read_metadata(path, facts)
    metadata = replace(
        about,
        youtube=about.youtube or page.youtube,
        guests=about.guests or own.guests,
    )
    hosts = (*read.transcript.hosts, *_names_under(facts, "hosts", "host"))
    chapters = _read_clips(items_of(facts, "quotableClips")) or read.transcript.chapters
    transcript = replace(
        read.transcript,
        metadata=metadata,
        hosts=hosts,
        chapters=tuple(chapters),
        wrong_video=bool(_wrong_video(facts, metadata)),
    )
    return replace(
        read, transcript=transcript, notes=(*read.notes, *_find_ignored(path, facts, metadata))
    )


def read_episode(path: str, facts: YamlValue, written: Sequence[YamlValue]) -> ParsedFile:
    """Build a transcript from an episode's facts and its list of headings and lines."""
    items, repairs = repair_items(read_items(written))
    cues = tuple(Cue(item.text, item.start, None, item.speaker) for item in items if item.text)
    chapters = _read_clips(items_of(facts, "quotableClips")) or _chapters_of(items)
    metadata = _read_metadata(path, facts)
    transcript = Transcript(
        path=path,
        stem=stem_of(path),
        source=Origin.EDITED,
        metadata=metadata,
        chapters=tuple(chapters),
        cues=cues,
        first_line=first_words(cues),
        wrong_video=bool(_wrong_video(facts, metadata)),
        hosts=_names_under(facts, "hosts", "host"),
    )
    ignored = _find_ignored(path, facts, metadata)
    return ParsedFile(transcript, (*_find_problems(transcript, repairs), *ignored))


def _is_episode(facts: YamlValue) -> bool:
    """Tell whether a page is about a recording, whatever its site calls it."""
    if not isinstance(facts, dict):
        return False
    link = text_of(facts, "url").startswith(("http://", "https://"))
    return link or any(key in facts for key in (*_FACTS, *_ONLY_TRANSCRIPTS, *_OF_EPISODES))


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
        season=_number_under(facts, *_SEASONS),
        number=_number_under(facts, *_NUMBERS),
        guests=_guests_in(facts),
        youtube=_youtube(facts),
        published=next(filter(None, (parse_day(text_of(facts, key)) for key in _DATES)), None),
        topics=texts_of(facts, "topics"),
        description=clean_line(
            _MARKUP.sub(" ", text_of(facts, "description") or text_of(facts, "intro"))
        ),
        guid=clean_line(text_of(facts, "guid")),
        **_links_in(facts),
    )


def _links_in(facts: dict[str, YamlValue]) -> dict[str, str]:
    """Read what links may lead to; a page that is linked under another key is better than none."""
    links = links_of(facts, facts.get("links", ""), _ids(facts))
    if not (links["audio"] or links["url"]):
        linked = (parse_link(text_of(facts, key)) for key in _LINKS)
        links["url"] = next((link for link in linked if link and not parse_youtube(link)), "")
    return links


def _youtube(facts: dict[str, YamlValue]) -> str:
    """Return the video, by the keys of several site generators; elsewhere only a link counts."""
    known = [text_of(_ids(facts), "youtube"), text_of(facts.get("links", ""), "youtube")]
    known += [text_of(facts, key) for key in _VIDEOS]
    linked = (text_of(facts, key) for key in _LINKS)
    known += [link for link in linked if "youtu" in link]
    return next(filter(None, map(parse_youtube, known)), "")


def _number_under(facts: YamlValue, *keys: str) -> int | None:
    numbers = (parse_number(text_of(facts, key)) for key in keys)
    return next((number for number in numbers if number is not None), None)


def _guests_in(facts: YamlValue) -> tuple[str, ...]:
    """Return the guests, or the speakers who are no hosts."""
    if guests := _names_under(facts, *_GUESTS):
        return guests
    hosts = _names_under(facts, "hosts", "host")
    return tuple(name for name in _names_under(facts, "speakers", "speaker") if name not in hosts)


def _names_under(facts: YamlValue, *keys: str) -> tuple[str, ...]:
    """Return the names in the first of some lists that has any."""
    listed = (tuple(filter(is_name, _items_under(facts, key))) for key in keys)
    return next(filter(None, listed), ())


def _items_under(facts: YamlValue, key: str) -> Iterator[str]:
    """Yield the texts in a list, each on one line; an item may be a mapping with a name."""
    for item in items_of(facts, key):
        yield clean_line(item if isinstance(item, str) else text_of(item, "name"))


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


def _wrong_video(facts: YamlValue, metadata: Metadata) -> str:
    """Return what stands in place of the id of a video, if there is no id."""
    if metadata.youtube or not isinstance(facts, dict):
        return ""
    written = [text_of(_ids(facts), "youtube"), text_of(facts.get("links", ""), "youtube")]
    written += [text_of(facts, key) for key in _VIDEOS if key.startswith("youtube")]
    return next(filter(None, map(clean_line, written)), "")


def _find_ignored(path: str, facts: YamlValue, metadata: Metadata) -> Iterator[Problem]:
    """Report the values in front matter that cannot be read, and what to write instead."""
    if video := _wrong_video(facts, metadata):
        reason = f'"{truncate(video, _LONGEST_SHOWN)}" is not a video id, which has 11 characters.'
        yield make_note(path, reason, EXPECTED["youtube"])
    values = (
        ("season", metadata.season, _SEASONS),
        ("episode", metadata.number, _NUMBERS),
        ("date", metadata.published, _DATES),
    )
    unread = [
        (clean_line(text_of(facts, key)), name)
        for name, value, keys in values
        for key in keys
        if value is None
    ]
    guests = [(guest, "guest") for key in _GUESTS for guest in _items_under(facts, key)]
    unread += [(guest, name) for guest, name in guests if not is_name(guest)]
    for written, name in dict.fromkeys(unread):
        if written and written.lower() not in _SWITCHES:
            shown = truncate(written, _LONGEST_SHOWN)
            reason = f'the {name} "{shown}" cannot be read: it is ignored.'
            yield make_note(path, reason, EXPECTED[name])


def _find_problems(transcript: Transcript, repairs: Repairs) -> Iterator[Problem]:
    path = transcript.path
    if not transcript.cues:
        yield make_note(path, "it has no transcript.")
    if repairs.paragraphs:
        what = pluralize(repairs.paragraphs, "paragraph")
        yield make_note(path, f"{what} in a speaker's field: read as speech.")
    if repairs.names:
        what = pluralize(repairs.names, "name")
        yield make_note(path, f"{what} among the lines: read as who says what follows.")
    if repairs.repeated:
        what = pluralize(repairs.repeated, "line")
        yield make_note(path, f"it has {what} twice, once without time and speaker: read once.")
    yield from find_jumps(transcript)
