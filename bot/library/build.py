"""Build an index from transcripts, which takes a while and happens once for the same files."""

from collections.abc import Callable, Sequence
from functools import partial

from bot.library.parts import KeptParts
from bot.models import Corpus, Problem, Transcript
from bot.reporting import Progress, Steps, ignore
from bot.search.index.build import join_index
from bot.search.index.index import Index
from bot.search.index.lexicon_file import read_built_in
from bot.transcripts.files import FoundFiles, OnFile
from bot.transcripts.known_files import KnownFiles
from bot.transcripts.merge import merge_talks, merge_transcripts
from bot.transcripts.other_files import passed_over_note
from bot.transcripts.reader import ReadResult, read_transcripts


def read_corpus(
    found: FoundFiles, on_progress: Progress = ignore, on_file: OnFile = ignore
) -> Corpus:
    """Read and merge transcripts; the problems of their files are in `Corpus.problems`.

    `on_file` is called with each file before it is read, and again before its sentences are timed.
    """
    reading = _read(found, None, on_progress, on_file)
    episodes, problems = merge_transcripts(
        reading.transcripts,
        reading.people,
        *_reports(found, on_progress, on_file),
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
    reading = _read(found, kept.files, on_progress, on_file)
    merged, problems = merge_talks(
        reading.transcripts,
        reading.people,
        kept.time,
        *_reports(found, on_progress, on_file),
        found.language,
    )
    kept.save()
    episodes, parts = [episode for episode, _ in merged], [part for _, part in merged]
    index = join_index(episodes, parts, read_built_in())
    return index, _sort(problems, reading, found)


def _read(
    found: FoundFiles, known: KnownFiles | None, on_progress: Progress, on_file: OnFile
) -> ReadResult:
    return read_transcripts(found, partial(on_progress, "Reading transcripts"), on_file, known)


def _reports(
    found: FoundFiles, on_progress: Progress, on_file: OnFile
) -> tuple[Steps, Callable[[Transcript], None]]:
    """Return what merging reports to: with each talk, and before it with its transcript."""
    by_path = {file.path: file for file in found.files}
    return (
        partial(on_progress, "Timing sentences"),
        lambda transcript: on_file(by_path[transcript.path]),
    )


def _sort(
    problems: Sequence[Problem], reading: ReadResult, found: FoundFiles
) -> tuple[Problem, ...]:
    """List the problems of reading and merging: refusals first, what was passed over last."""
    everything = sorted((*reading.problems, *problems), key=lambda problem: not problem.refused)
    others = passed_over_note((*found.passed_over, *reading.passed_over))
    return (*everything, *([others] if others else []))
