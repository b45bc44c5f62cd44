"""Build an index from transcripts, which takes a while and happens once for the same files."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.library.parts import KeptParts
from bot.models import Corpus, Episode, Problem
from bot.reporting import Progress, ignore
from bot.search.index.build import join_index
from bot.search.index.index import Index
from bot.search.index.lexicon_file import read_built_in
from bot.transcripts.files import FoundFiles, OnFile
from bot.transcripts.grouping import Talk
from bot.transcripts.known_files import KnownFiles
from bot.transcripts.merge import Timed, merge_talks, time_talk
from bot.transcripts.reader import read_transcripts


def read_corpus(
    found: FoundFiles, on_progress: Progress = ignore, on_file: OnFile = ignore
) -> Corpus:
    """Read and merge transcripts; the problems of their files are in `Corpus.problems`.

    `on_file` is called with each file before it is read, and again before its sentences are timed.
    """
    merged, problems = _merge(found, None, time_talk, on_progress, on_file)
    return Corpus(tuple(replace(each, cues=timed.cues) for each, timed in merged), problems)


def index_files(
    found: FoundFiles,
    kept: KeptParts,
    on_progress: Progress = ignore,
    on_file: OnFile = ignore,
) -> tuple[Index, tuple[Problem, ...]]:
    """Index transcripts, from the parts that are kept and new ones, which are kept from now on.

    Returns the problems of their files too; `on_file` is called as by `read_corpus`.
    """
    merged, problems = _merge(found, kept.files, kept.time, on_progress, on_file)
    kept.save()
    parts = [timed.part for _, timed in merged]
    return join_index([episode for episode, _ in merged], parts, read_built_in()), problems


def _merge(
    found: FoundFiles,
    known: KnownFiles | None,
    time: Callable[[Talk], Timed],
    on_progress: Progress,
    on_file: OnFile,
) -> tuple[list[tuple[Episode, Timed]], tuple[Problem, ...]]:
    by_path = {file.path: file for file in found.files}
    reading = read_transcripts(found, partial(on_progress, "Reading transcripts"), on_file, known)
    merged, problems = merge_talks(
        reading.transcripts,
        reading.people,
        time,
        partial(on_progress, "Timing sentences"),
        lambda transcript: on_file(by_path[transcript.path]),
    )
    everything = sorted((*reading.problems, *problems), key=lambda problem: not problem.refused)
    return merged, tuple(everything)
