"""Episodes by the words of their titles, in any form."""

from collections.abc import Sequence

from bot.models import Episode, Query
from bot.search.budget import Budget
from bot.search.filters import apply_filters
from bot.search.index.analysis import stem_terms, terms_of
from bot.search.index.index import Index, once_for_each
from bot.search.spelling import is_everyday


def episodes_titled(index: Index, query: Query, most: int = 3) -> list[Episode]:
    """List the first episodes within the filters that have all telling words in the title."""
    telling = [word for word in query.words if not is_everyday(index, word)]
    quoted = [word for phrase in query.phrases for word in phrase]
    terms = index.vocabulary.content_terms([*telling, *quoted] or query.words)
    titled = _holding(index, terms) if terms else []
    if titled and query.is_narrowed:
        allowed = apply_filters(index, query, Budget.of(index)).allowed
        passing = {*index.passage_episodes[allowed].tolist()}
        titled = [number for number in titled if number in passing]
    return [index.episodes[number] for number in titled[:most]]


def _holding(index: Index, terms: Sequence[str]) -> list[int]:
    """Number the episodes whose titles have all terms."""
    languages = index.vocabulary.languages
    wanted = [*zip(*(stem_terms([*terms], language) for language in languages), strict=True)]
    return [
        number
        for number, stems in enumerate(_stems_of_titles(index))
        if not any(map(stems.isdisjoint, wanted))
    ]


@once_for_each
def _stems_of_titles(index: Index) -> list[frozenset[str]]:
    """List the stems in the title of each episode, as every language of the corpus has them."""
    titles = [terms_of(f"{each.title} {each.short}") for each in index.episodes]
    return [
        frozenset(
            stem for language in index.vocabulary.languages for stem in stem_terms(title, language)
        )
        for title in titles
    ]
