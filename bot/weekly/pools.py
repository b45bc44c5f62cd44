"""The quotes that may be posted: those of a library, or of all that a channel is served."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from bot.answers.quotes import quotes_about
from bot.library.library import Library, quotes_of
from bot.podcasts import split_name
from bot.quotes.lookup import quotes_at_moments
from bot.quotes.models import QuotePool, Wording
from bot.quotes.wording import find_wording


def pool_of(library: Library) -> QuotePool:
    """Return the quotes of a library."""
    index = library.index
    return QuotePool(
        quotes_of(library),
        index.episodes,
        partial(find_wording, index),
        partial(quotes_about, library),
        partial(quotes_at_moments, index, quotes_of(library)),
    )


def pool_of_all(libraries: Sequence[Library]) -> QuotePool:
    """Return the quotes of several libraries, best first, with clear names of their episodes."""
    pools = [(each.podcast, _named_pool(each)) for each in libraries]
    if len(pools) == 1:
        return pools[0][1]
    of_prefix = {podcast.prefix: pool for podcast, pool in pools}

    def find_wording(episode: str, text: str) -> Wording | None:
        pool = of_prefix.get(split_name(episode)[0])
        return pool.find_wording(episode, text) if pool else None

    def find_about(words: str) -> frozenset[str]:
        return frozenset().union(*(pool.find_about(words) for _, pool in pools))

    def find_at(moments: Iterable[tuple[str, float]]) -> frozenset[str]:
        places = [*moments]
        return frozenset().union(*(pool.find_at(places) for _, pool in pools))

    quotes = [quote for _, pool in pools for quote in pool.quotes]
    return QuotePool(
        sorted(quotes, key=lambda each: -each.score),
        [episode for _, pool in pools for episode in pool.episodes],
        find_wording,
        find_about,
        find_at,
    )


def _named_pool(library: Library) -> QuotePool:
    """Return the quotes of a library; episodes have their names where there are other podcasts."""
    pool, podcast = pool_of(library), library.podcast
    if not podcast.prefix:
        return pool

    def find_at(moments: Iterable[tuple[str, float]]) -> frozenset[str]:
        named = ((split_name(episode), second) for episode, second in moments)
        return pool.find_at((slug, at) for (own, slug), at in named if own == podcast.prefix)

    return QuotePool(
        [replace(each, episode=podcast.name_of(each.episode)) for each in pool.quotes],
        [replace(each, slug=podcast.name_of(each.slug)) for each in pool.episodes],
        lambda episode, text: pool.find_wording(split_name(episode)[1], text),
        pool.find_about,
        find_at,
    )
