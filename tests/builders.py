"""Small made-up episodes and their index, for the tests of the search."""

from collections.abc import Iterable
from typing import Any

from bot.models import Chapter, Cue, Episode, Guest, Hit, Question
from bot.search.engine import SearchResults, search
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.query import parse_query

_BREAD = (
    "Good bread needs flour, water and salt.",
    "Rye is slower than wheat.",
    "A cold cellar keeps the dough quiet overnight.",
    "Nobody should hurry an oven.",
    "Caraway seeds divide every family.",
    "Stale crusts become soup on Thursdays.",
    "The miller still grinds on two stones.",
    "Butter belongs on warm slices only.",
    "Sourdough smells like apples in spring.",
    "Flat loaves taste better than they look.",
    "Seven rolls make a dozen for generous bakers.",
    "Crumbs attract sparrows to every window.",
)


def episode(slug: str, *lines: str | Cue, speaker: str = "Ann", **facts: Any) -> Episode:
    """Make an episode of one sentence every ten seconds; `guests` may be plain names."""
    guests = tuple(
        guest if isinstance(guest, Guest) else Guest(guest.replace(" ", "").casefold(), guest)
        for guest in facts.pop("guests", ())
    )
    cues = [
        line if isinstance(line, Cue) else Cue(line, 10.0 * place, 10.0 * (place + 1), speaker)
        for place, line in enumerate(lines)
    ]
    title = facts.pop("title", slug.title())
    return Episode(slug, title, cues=tuple(cues), guests=guests, **facts)


def bakery() -> list[Episode]:
    """Make a dozen episodes on something else, so that words of the others are rare."""
    return [episode(f"bread-{place}", line) for place, line in enumerate(_BREAD)]


def index_of(*episodes: Episode, words: int = 100, step: int = 33) -> Index:
    """Index episodes among those of the bakery."""
    return build_index([*episodes, *bakery()], words=words, step=step)


def find(index: Index, typed: str, limit: int = 10, page: int = 0) -> SearchResults:
    """Search as typed."""
    return search(index, parse_query(typed), limit, page)


def slugs(hits: Iterable[Hit]) -> list[str]:
    """Name the episodes of hits."""
    return [hit.episode.slug for hit in hits]


def marked(shown: Hit | Question) -> list[str]:
    """Read what a snippet marks."""
    return [shown.snippet.text[first:last] for first, last in shown.snippet.spans]


def long_talk(slug: str, parts: int, **facts: Any) -> Episode:
    """Make an episode whose chapters all speak of a registry."""
    lines = [f"Part {number} has a registry of its own and says so." for number in range(parts)]
    chapters = tuple(Chapter(f"Part {number}", 10.0 * number) for number in range(parts))
    return episode(slug, *lines, chapters=chapters, **facts)


def long_talks() -> Index:
    """Index a few long talks on registries, in passages so small that they overlap."""
    dense = [f"Line {number} is about a registry too." for number in range(12)]
    return index_of(
        long_talk("long", 9, guests=("Maria Vechtomova",), season=1),
        long_talk("longer", 4, season=1),
        episode("dense", *dense, season=1),
        episode("short", "There is a registry, just once."),
        words=20,
        step=7,
    )


def cues_of(index: Index, hit: Hit) -> range:
    """Number the cues of a hit's passage."""
    first, last = index.passages.firsts[hit.passage], index.passages.lasts[hit.passage]
    return range(int(first), int(last))
