"""The facts of an index, which are no arrays: episodes, chapters, names, the lexicon, problems.

They are stored as JSON, a list for each field: thousands of chapters then open in a few
milliseconds. The checksum of the file vouches for them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import accumulate, pairwise, starmap
from typing import Any, TypeVar

from bot.models import Chapter, Episode, Guest, Problem
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry

_Row = TypeVar("_Row")

# Fields of episodes that are tuples of texts.
_LISTS = ("topics", "paths", "players")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an index holds besides its arrays, and the problems of its files."""

    episodes: tuple[Episode, ...]
    chapters: tuple[Chapter, ...]
    languages: tuple[str, ...]
    speaker_names: tuple[str, ...]
    speakers: Mapping[tuple[int, int], str]
    name_terms: frozenset[str]
    called: frozenset[str]
    subjects: tuple[str, ...]
    lexicon: Lexicon
    problems: tuple[Problem, ...]


def pack_facts(index: Index, problems: Iterable[Problem]) -> dict[str, Any]:
    """Turn the facts of an index into what JSON can hold."""
    episodes = _columns(Episode, index.episodes, without=("cues", "chapters"))
    lexicon = index.lexicon
    return {
        "episodes": episodes
        | {"guests": [[[each.id, each.name] for each in of] for of in episodes["guests"]]}
        | {"published": [day and day.isoformat() for day in episodes["published"]]},
        "chapters": _columns(Chapter, index.chapters),
        "chapter_counts": [len(each.chapters) for each in index.episodes],
        "languages": index.vocabulary.languages,
        "speaker_names": index.transcripts.speaker_names,
        "speakers": [[*key, name] for key, name in index.speakers.items()],
        "name_terms": sorted(index.name_terms),
        "called": sorted(index.called),
        "subjects": index.subjects,
        "lexicon": _columns(LexiconEntry, lexicon.entries),
        "lexicon_stems": lexicon.ways,
        "problems": _columns(Problem, tuple(problems)),
    }


def unpack_facts(stored: Mapping[str, Any]) -> Facts:
    """Read facts; raises KeyError, TypeError or ValueError if they are something else."""
    chapters = _rows(Chapter, stored["chapters"])
    entries = stored["lexicon"]
    for name in ("same", "heard", "blocked"):
        entries[name] = [*map(tuple, entries[name])]
    return Facts(
        episodes=_episodes(stored["episodes"], chapters, stored["chapter_counts"]),
        chapters=chapters,
        languages=tuple(stored["languages"]),
        speaker_names=tuple(stored["speaker_names"]),
        speakers={(episode, speaker): name for episode, speaker, name in stored["speakers"]},
        name_terms=frozenset(stored["name_terms"]),
        called=frozenset(stored["called"]),
        subjects=tuple(stored["subjects"]),
        lexicon=Lexicon(_rows(LexiconEntry, entries), (*map(tuple, stored["lexicon_stems"]),)),
        problems=_rows(Problem, stored["problems"]),
    )


def _episodes(
    columns: dict[str, Any], chapters: Sequence[Chapter], counts: Sequence[int]
) -> tuple[Episode, ...]:
    for name in _LISTS:
        columns[name] = [*map(tuple, columns[name])]
    columns["guests"] = [tuple(starmap(Guest, of)) for of in columns["guests"]]
    columns["published"] = [day and date.fromisoformat(day) for day in columns["published"]]
    bounds = pairwise(accumulate(counts, initial=0))
    columns["chapters"] = [tuple(chapters[first:past]) for first, past in bounds]
    columns["cues"] = [()] * len(counts)
    return _rows(Episode, columns)


def _columns(kind: type, rows: Sequence[Any], without: Sequence[str] = ()) -> dict[str, list[Any]]:
    names = (each.name for each in fields(kind) if each.name not in without)
    return {name: [getattr(row, name) for row in rows] for name in names}


def _rows(kind: type[_Row], columns: Mapping[str, Sequence[Any]]) -> tuple[_Row, ...]:
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    return tuple(starmap(kind, zip(*(columns[name] for name in names), strict=True)))
