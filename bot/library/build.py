"""Build an index from transcripts, which takes a while and happens once for the same files."""

from functools import partial

from bot.models import Corpus, Problem
from bot.reporting import Progress, ignore
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon_file import read_built_in
from bot.transcripts.files import FoundFiles, OnFile
from bot.transcripts.merge import merge_transcripts
from bot.transcripts.other_files import passed_over_note
from bot.transcripts.reader import read_transcripts


def read_corpus(
    found: FoundFiles, on_progress: Progress = ignore, on_file: OnFile = ignore
) -> Corpus:
    """Read and merge transcripts; the problems of their files are in `Corpus.problems`.

    `on_file` is called with each file before it is read, and again before its sentences are timed.
    """
    by_path = {file.path: file for file in found.files}
    reading = read_transcripts(found, partial(on_progress, "Reading transcripts"), on_file)
    episodes, problems = merge_transcripts(
        reading.transcripts,
        reading.people,
        partial(on_progress, "Timing sentences"),
        lambda transcript: on_file(by_path[transcript.path]),
    )
    everything = sorted((*reading.problems, *problems), key=lambda problem: not problem.refused)
    others = passed_over_note((*found.passed_over, *reading.passed_over))
    return Corpus(episodes, (*everything, *([others] if others else [])))


def index_corpus(corpus: Corpus) -> tuple[Index, tuple[Problem, ...]]:
    """Index a corpus, and return the problems of its files too."""
    return build_index(corpus.episodes, read_built_in()), corpus.problems
