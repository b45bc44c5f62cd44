"""The report on a corpus: its sources and the problems with its files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answers.replies import Reply
from bot.models import Corpus, Episode, Origin, Problem
from bot.text import pluralize
from bot.translations import join_names

# So many files with the same problem are listed.
_MOST_ALIKE = 10


def check_corpus(corpus: Corpus, places: Sequence[str] = (), *, every: bool = False) -> Reply:
    """Report the sources of a corpus and the problems with its files, refused files first.

    `places` are where they were looked for. Where many files have the same problem, the first is
    named, or with `every` each.
    """
    kinds = Counter(_made_of(episode) for episode in corpus.episodes)
    parts = [f"{number:,} from {kind}" for kind, number in sorted(kinds.items())]
    refused = [problem for problem in corpus.problems if problem.refused]
    ordered = sorted(corpus.problems, key=lambda problem: not problem.refused)
    lines = tuple(map(line_of, ordered) if every else _lines_of(ordered))
    if not (corpus.episodes or refused):
        named = join_names([f"“{place}”" for place in places])
        return Reply(f"No transcripts found{f' in {named}' if named else ''}.", lines)
    text = pluralize(len(corpus.episodes), "episode")
    text += f": {join_names(parts)}." if parts else "."
    return Reply(f"{text} {count_refused(refused) or 'No file'} refused.", lines)


def count_refused(refused: Sequence[Problem]) -> str:
    """Count refused files and entries: "1 file", "2 files and 1 catalog entry", or ""."""
    files = sum(problem.loses_file for problem in refused)
    entries = len(refused) - files
    parts = [pluralize(files, "file")] if files else []
    if entries:
        parts.append("1 catalog entry" if entries == 1 else f"{entries:,} catalog entries")
    return " and ".join(parts)


def line_of(problem: Problem) -> str:
    """Describe a problem in one line: its place, the reason and the remedy."""
    place = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
    verdict = "refused" if problem.loses_file else "entry refused" if problem.refused else "note"
    return " ".join(filter(None, [f"{place}: {verdict}: {problem.reason}", problem.remedy]))


def _lines_of(problems: Sequence[Problem]) -> Iterator[str]:
    """Describe problems, those of many files in one line."""
    alike = Counter(map(_without_place, problems))
    told: set[Problem] = set()
    for problem in problems:
        same = _without_place(problem)
        if alike[same] <= _MOST_ALIKE:
            yield line_of(problem)
        elif same not in told:
            told.add(same)
            yield line_of(replace(same, path=f"{problem.path} and {alike[same] - 1:,} more files"))
    if told:
        yield "To see every file, add --every."


def _without_place(problem: Problem) -> Problem:
    return replace(problem, path="", line=None)


def _made_of(episode: Episode) -> str:
    """Name the kinds of text an episode was made from."""
    sources = {cue.source for cue in episode.cues}
    if sources == {Origin.CAPTIONS}:
        return "captions"
    return "edited text" + (" with captions" if len(episode.paths) > 1 else "")
