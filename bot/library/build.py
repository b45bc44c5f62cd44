"""Build an index from transcripts, which takes a while and happens once for the same files."""

from bot.models import Corpus, Problem
from bot.reporting import Progress, ignore
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon_file import read_built_in
from bot.transcripts.files import FoundFiles
from bot.transcripts.merge import merge_transcripts
from bot.transcripts.reader import read_transcripts


def index_found(
    found: FoundFiles, on_progress: Progress = ignore
) -> tuple[Index, tuple[Problem, ...]]:
    """Index transcripts, and return the problems of their files too."""
    corpus = read_corpus(found, on_progress)
    return build_index(corpus.episodes, read_built_in()), corpus.problems


def read_corpus(found: FoundFiles, on_progress: Progress = ignore) -> Corpus:
    """Read and merge transcripts; the problems of their files are in `Corpus.problems`."""
    reading = read_transcripts(found, lambda done, of: on_progress("Reading transcripts", done, of))
    episodes, problems = merge_transcripts(
        reading.transcripts,
        reading.people,
        lambda done, of: on_progress("Timing sentences", done, of),
    )
    everything = sorted((*reading.problems, *problems), key=lambda problem: not problem.refused)
    return Corpus(episodes, tuple(everything))
