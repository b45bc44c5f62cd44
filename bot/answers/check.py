"""The report on a corpus: its sources and the problems with its files."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.answers.replies import Reply, join_names
from bot.models import Corpus, Episode, Origin, Problem
from bot.text import pluralize


def check_corpus(corpus: Corpus, paths: Sequence[Path] = ()) -> Reply:
    """Report the sources of a corpus and the problems with its files, refused files first.

    `paths` are the places searched.
    """
    kinds = Counter(_made_of(episode) for episode in corpus.episodes)
    parts = [f"{number:,} from {kind}" for kind, number in sorted(kinds.items())]
    refused = sum(problem.refused for problem in corpus.problems)
    lines = tuple(map(line_of, sorted(corpus.problems, key=lambda problem: not problem.refused)))
    if not (corpus.episodes or refused):
        places = join_names([f"“{path}”" for path in paths])
        return Reply(f"No transcripts found{f' in {places}' if places else ''}.", lines)
    text = pluralize(len(corpus.episodes), "episode")
    text += f": {join_names(parts)}." if parts else "."
    text += f" {pluralize(refused, 'file')} refused." if refused else " No file refused."
    return Reply(text, lines)


def line_of(problem: Problem) -> str:
    """Describe a problem in one line: its place, the reason and the remedy."""
    place = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
    verdict = "refused" if problem.refused else "note"
    return " ".join(filter(None, [f"{place}: {verdict}: {problem.reason}", problem.remedy]))


def _made_of(episode: Episode) -> str:
    """Name the kinds of text an episode was made from."""
    sources = {cue.source for cue in episode.cues}
    if sources == {Origin.CAPTIONS}:
        return "captions"
    return "edited text" + (" with captions" if len(episode.paths) > 1 else "")
