"""Read files as transcripts, each by its format's reader, and add the catalogs' facts."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from bot.errors import TranscriptError
from bot.models import Metadata, Problem, Transcript
from bot.pool import Pool
from bot.reporting import Steps, ignore
from bot.strict_yaml import LONGEST_TEXT
from bot.transcripts.catalog import (
    Catalog,
    fill_gaps,
    read_built_in_catalog,
    read_catalog,
    video_in_name,
)
from bot.transcripts.file_names import facts_in_name
from bot.transcripts.files import FoundFiles, OnFile, SourceFile, attempt, read_text
from bot.transcripts.formats.episode_facts import (
    FEED_FACTS,
    EpisodeFacts,
    FactsFile,
    is_facts_file,
    read_facts,
)
from bot.transcripts.formats.episode_yaml import (
    EpisodeFile,
    join_episode_files,
    looks_like_episode_yaml,
    read_episode_yaml,
)
from bot.transcripts.formats.fields import ParsedFile, make_note
from bot.transcripts.formats.jekyll import read_page, split_front_matter
from bot.transcripts.formats.other_subtitles import (
    looks_like_other_subtitles,
    read_other_subtitles,
)
from bot.transcripts.formats.page_body import looks_like_html, read_html
from bot.transcripts.formats.page_text import unescape
from bot.transcripts.formats.segments_json import looks_like_json, read_json
from bot.transcripts.formats.subtitles import looks_like_subtitles, read_subtitles
from bot.transcripts.formats.tables import looks_like_table, read_table
from bot.transcripts.formats.timed_text import looks_like_timed_text, read_timed_text
from bot.transcripts.formats.timed_xml import looks_like_timed_xml, read_timed_xml
from bot.transcripts.formats.untimed_text import has_turns, looks_like_speech, read_untimed_text
from bot.transcripts.known_files import FileContent, KnownFiles, read_packed
from bot.transcripts.other_files import (
    OUTLINE,
    PassedOver,
    count_passed_over,
    describe_text,
    is_doubtful,
    kind_of_text,
)
from bot.transcripts.people import read_people
from bot.transcripts.same_episode import ReadFile, join_facts

_ACCEPTED = (
    "Airquote reads pages with front matter, text with times or names, SRT, WebVTT and other "
    "subtitles, and JSON and tables of programs that transcribe: export it as SRT or VTT."
)
MOST_LINES = 250_000
"""Lines of subtitles or captions; the longest known file has 1,745."""
_Reader: TypeAlias = tuple[Callable[[str], bool], Callable[[str, str], ParsedFile]]
# How each family of formats is known, and read. Of the first, a line may be as long as the file.
_MARKED_UP: tuple[_Reader, ...] = (
    (looks_like_json, read_json),
    (looks_like_timed_xml, read_timed_xml),
)
_IN_LINES: tuple[_Reader, ...] = (
    (looks_like_other_subtitles, read_other_subtitles),
    (looks_like_subtitles, read_subtitles),
    (looks_like_timed_text, read_timed_text),
)
# How the names of files with plain text end. What was exported from a document may be Markdown.
_PLAIN_TEXT = ("", ".txt", ".text")
_MAY_BE_MARKDOWN = (".md", ".markdown", *_PLAIN_TEXT)
_BLANKS = re.compile(r"[^\S\n]{2,}")


@dataclass(frozen=True, slots=True)
class ReadResult:
    """All transcripts in the order of their files, names of people by id, and problems.

    `passed_over` are files that are none, though only their content says so.
    """

    transcripts: tuple[Transcript, ...]
    people: Mapping[str, str]
    problems: tuple[Problem, ...]
    passed_over: tuple[PassedOver, ...] = ()


def read_transcripts(
    found: FoundFiles,
    on_progress: Steps = ignore,
    on_file: OnFile = ignore,
    known: KnownFiles | None = None,
    pool: Pool | None = None,
) -> ReadResult:
    """Read all files; a bad one becomes a problem and does not stop the others.

    `on_file` is called with each file before it is read, unless the `pool` reads it elsewhere. Of
    the transcripts that are `known`, only those cues are read that somebody asks for.

    Facts of the catalog beside a file override the file's own, which override those of the
    built-in catalog.
    """
    people, people_problems = read_people(found.people, on_file)
    catalogs, catalog_problems = _read_catalogs(found.catalogs, on_file)
    facts, others, fact_problems = _read_facts(found.files, on_file)
    parsed, file_problems = _read_all(others, on_progress, on_file, known, pool or Pool())
    built_in = read_built_in_catalog()
    place = {file: index for index, file in enumerate(found.files)}
    transcripts: list[ReadFile] = []
    notes: list[Problem] = []
    for file, read in sorted(parsed, key=lambda pair: place[pair[0]]):
        notes += read.notes
        if read.transcript:
            beside = catalogs.get(file.location, Metadata())
            shipped = built_in.get(file.location.name, Metadata())
            told = _with_facts(read.transcript, beside, shipped)
            transcripts.append(ReadFile(file.location, told, _named(read.transcript)))
    problems = (
        *found.problems,
        *people_problems,
        *catalog_problems,
        *fact_problems,
        *_with_episodes([*file_problems, *notes], others, facts),
    )
    passed_over = count_passed_over(
        (read.passed_over, file.path) for file, read in parsed if read.passed_over
    )
    return ReadResult(tuple(join_facts(transcripts, facts)), people, problems, passed_over)


def _read_facts(
    files: Sequence[SourceFile], on_file: OnFile
) -> tuple[list[tuple[Path, EpisodeFacts]], list[SourceFile], list[Problem]]:
    """Read the files that have facts rather than a transcript; return the other files too."""
    facts: list[tuple[Path, EpisodeFacts]] = []
    problems: list[Problem] = []
    for file in files:
        if not is_facts_file(file.path):
            continue
        on_file(file)
        read = attempt(file.path, partial(_read_facts_file, file))
        if isinstance(read, Problem):
            problems.append(read)
            continue
        problems += read.notes
        facts += [(file.location, each) for each in read.facts]
    return facts, [file for file in files if not is_facts_file(file.path)], problems


def _with_episodes(
    problems: Sequence[Problem],
    files: Sequence[SourceFile],
    facts: Sequence[tuple[Path, EpisodeFacts]],
) -> Iterator[Problem]:
    """Name the episodes of transcripts that a feed gave: their files are in the cache."""
    given = {
        location.with_name(name): episode
        for location, episode in facts
        if location.name == FEED_FACTS
        for name in episode.files
    }
    episodes = {file.path: given[file.location] for file in files if file.location in given}
    for problem in problems:
        episode = episodes.get(problem.path)
        yield (
            replace(problem, reason=f"{_called(episode)}: {problem.reason}") if episode else problem
        )


def _called(episode: EpisodeFacts) -> str:
    title = f"“{episode.metadata.title}”" if episode.metadata.title else "an untitled episode"
    return f"{title} ({episode.address})" if episode.address else title


def _read_facts_file(file: SourceFile) -> FactsFile:
    return read_facts(file.path, read_text(file))


def _read_all(
    files: Sequence[SourceFile],
    on_progress: Steps,
    on_file: OnFile,
    known: KnownFiles | None,
    pool: Pool,
) -> tuple[list[tuple[SourceFile, ParsedFile]], list[Problem]]:
    parsed: list[tuple[SourceFile, ParsedFile]] = []
    site: list[EpisodeFile] = []
    problems: list[Problem] = []
    before = [known.find(file, _read_file) if known else None for file in files]
    unread = [file for file, read in zip(files, before, strict=True) if read is None]
    now = pool.map(partial(read_packed, _read_file) if known else _attempt_file, unread, on_file)
    on_progress(0, len(files))
    for done, (file, found) in enumerate(zip(files, before, strict=True), start=1):
        read = next(now) if found is None else found
        if known and found is None:
            known.add(file, read, _read_file)
        if isinstance(read, Problem):
            problems.append(read)
        elif isinstance(read, ParsedFile):
            parsed.append((file, read))
        else:
            site.append(EpisodeFile(file, read))
        on_progress(done, len(files))
    return parsed + join_episode_files(site), problems


def _attempt_file(file: SourceFile) -> FileContent | Problem:
    return attempt(file.path, partial(_read_file, file))


def _read_file(file: SourceFile) -> FileContent:
    """Detect a file's format and read it."""
    path, text = file.path, read_text(file)
    if not text.strip():
        raise TranscriptError(path, "it is empty.", "Remove it.")
    if split_front_matter(text):
        return read_page(path, text)
    if looks_like_episode_yaml(text):
        return read_episode_yaml(path, text)
    reader = next((read for knows, read in _MARKED_UP if knows(text)), None)
    if reader:
        return reader(path, text)
    if looks_like_html(text) and (page := read_html(path, text)):
        return page
    _refuse_excess(path, text)
    if looks_like_table(text):
        return read_table(path, text)
    # No format in lines needs runs of blanks.
    text = _BLANKS.sub(" ", text)
    if PurePosixPath(path).suffix.lower() in _MAY_BE_MARKDOWN:
        text = unescape(text)
    reader = next((read for knows, read in _IN_LINES if knows(text)), None)
    if reader:
        return reader(path, text)
    known = describe_text(text)
    if not known and (has_turns(text) or (_may_be_prose(path) and looks_like_speech(text))):
        return read_untimed_text(path, text)
    reason, remedy = known or ("its format is unknown.", _ACCEPTED)
    kind = kind_of_text(path, text)
    if is_doubtful(path) or kind == OUTLINE:
        return ParsedFile(None, passed_over=kind)
    raise TranscriptError(path, reason, remedy)


def _may_be_prose(path: str) -> bool:
    """Tell whether a text without times or names may be a transcript, by its name."""
    return PurePosixPath(path).suffix.lower() in _PLAIN_TEXT


def _refuse_excess(path: str, text: str) -> None:
    if (lines := text.count("\n")) > MOST_LINES:
        reason = f"it has {lines:,} lines; a transcript has at most {MOST_LINES:,}."
        raise TranscriptError(path, reason, "Split it.")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_TEXT:
            reason = f"it has a line of {len(line):,} characters."
            raise TranscriptError(path, reason, "Split it.", number)


def _read_catalogs(
    catalogs: Sequence[SourceFile], on_file: OnFile
) -> tuple[dict[Path, Metadata], list[Problem]]:
    """Read catalogs as facts by location; a path without a file is a problem.

    The catalog nearest to a file counts; those in folders above fill its gaps.
    """
    facts: dict[Path, Metadata] = {}
    problems: list[Problem] = []
    for catalog in sorted(catalogs, key=lambda each: -len(each.location.parts)):
        on_file(catalog)
        read = attempt(catalog.path, partial(_read_catalog, catalog))
        if isinstance(read, Problem):
            problems.append(read)
            continue
        problems += read.problems
        for name, metadata in read.facts.items():
            location = catalog.location.parent / name
            facts[location] = fill_gaps(facts.get(location, Metadata()), metadata)
            if not _exists(location):
                problems.append(make_note(catalog.path, f'there is no file "{name}" here.'))
    return facts, problems


def _read_catalog(file: SourceFile) -> Catalog:
    return read_catalog(read_text(file), file.path)


def _exists(location: Path) -> bool:
    try:
        return location.exists()
    except OSError:  # the name is too long
        return False


def _with_facts(transcript: Transcript, beside: Metadata, shipped: Metadata) -> Transcript:
    """Add the catalogs' facts."""
    metadata = fill_gaps(fill_gaps(beside, transcript.metadata), shipped)
    return replace(transcript, metadata=metadata)


def _named(transcript: Transcript) -> Metadata:
    """Return what the name of a file that is no page says."""
    if transcript.metadata.slug:
        return Metadata()
    return replace(facts_in_name(transcript.path), youtube=video_in_name(transcript.stem))
