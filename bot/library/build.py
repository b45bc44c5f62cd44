"""Build an index from transcripts, which takes a while and happens once for the same files."""

from collections.abc import Sequence
from functools import partial

from bot.library.parts import KeptParts
from bot.models import Corpus, Problem
from bot.reporting import Progress, ignore
from bot.search.index.build import join_index
from bot.search.index.index import Index
from bot.search.index.lexicon_file import read_built_in
from bot.transcripts.files import FoundFiles, OnFile, SourceFile
from bot.transcripts.merge import merge_talks, merge_transcripts
from bot.transcripts.other_files import passed_over_note
from bot.transcripts.reader import ReadResult, read_transcripts

_READING, _TIMING = "Reading transcripts", "Timing sentences"


def read_corpus(
    found: FoundFiles, on_progress: Progress = ignore, on_file: OnFile = ignore
) -> Corpus:
    """Read and merge transcripts; the problems of their files are in `Corpus.problems`.

    `on_file` is called with each file before it is read, and again before its sentences are timed.
    """
    reading = read_transcripts(found, partial(on_progress, _READING), on_file)
    by_path = _by_path(found)
    episodes, problems = merge_transcripts(
        reading.transcripts,
        reading.people,
        partial(on_progress, _TIMING),
        lambda transcript: on_file(by_path[transcript.path]),
        found.language,
    )
    return Corpus(episodes, _sort(problems, reading, found))


def index_files(
    found: FoundFiles,
    kept: KeptParts,
    on_progress: Progress = ignore,
    on_file: OnFile = ignore,
) -> tuple[Index, tuple[Problem, ...]]:
    """Index transcripts, from the parts that are kept and new ones, which are kept from now on.

    Returns the problems of their files too; `on_file` is called as by `read_corpus`.
    """
    report = partial(on_progress, _READING)
    reading = read_transcripts(found, report, on_file, kept.files, kept.pool)
    by_path = _by_path(found)
    merged, problems = merge_talks(
        reading.transcripts,
        reading.people,
        lambda talks: kept.time(talks, lambda talk: on_file(by_path[talk.timed_by.path])),
        partial(on_progress, _TIMING),
        found.language,
    )
    # While this process joins what all have made, the others would wait.
    kept.pool.rest(len(merged))
    episodes, parts = [episode for episode, _ in merged], (part() for _, part in merged)
    index = join_index(episodes, parts, read_built_in())
    kept.save()
    return index, _sort(problems, reading, found)


def _by_path(found: FoundFiles) -> dict[str, SourceFile]:
    return {file.path: file for file in found.files}


def _sort(
    problems: Sequence[Problem], reading: ReadResult, found: FoundFiles
) -> tuple[Problem, ...]:
    """List the problems of reading and merging: refusals first, what was passed over last."""
    everything = sorted((*reading.problems, *problems), key=lambda problem: not problem.refused)
    others = passed_over_note((*found.passed_over, *reading.passed_over))
    return (*everything, *([others] if others else []))
