"""Ways on for whoever found nothing: an episode, a wider search, a chapter, the form again."""

from collections.abc import Iterator
from itertools import chain

from bot.answers.buttons import change_button, meaning_button, search_button, title_button
from bot.answers.hints import examples_from
from bot.answers.replies import Button
from bot.library.library import Library
from bot.models import Query
from bot.search.budget import Budget
from bot.search.engine import finds, similar_titles
from bot.search.meaning import search_by_meaning
from bot.search.query import parse_query, without_exclusions, without_filters, without_phrases
from bot.search.titles import episodes_titled
from bot.translations import gettext

_MOST_CHAPTERS = 2
_MOST_WIDER = 2
# With the last button, as many as fit into a row.
_MOST_WAYS = 4


def widening_buttons(library: Library, query: Query) -> tuple[Button, ...]:
    """Return buttons that lead to something, then one to change what was typed.

    Episodes with the words in their titles come first, then searches; without any of these, the
    searches are examples. Each wider search may cost as much as the first, so whoever asks for too
    much should get the last button only.
    """
    wider = {text: label for label, text in _wider(query) if _finds(library, text)}
    widened = [search_button(label, text) for text, label in wider.items()][:_MOST_WIDER]
    words = without_filters(without_phrases(query.text))
    chapters = similar_titles(library.index, words, _MOST_CHAPTERS) if words else ()
    near = [search_button(title, title) for title in chapters]
    titled = map(title_button, episodes_titled(library.index, query))
    ways = [*titled, *widened, *_by_meaning(library, query), *near]
    ways = ways or [search_button(each, each) for each in examples_from(library)]
    return tuple(chain(*ways[:_MOST_WAYS], change_button(query.text)))


def search_instead(library: Library, text: str, budget: Budget) -> tuple[Button, ...]:
    """Return a button that searches for what was asked otherwise, if that finds something.

    Whoever asked for more than the `budget` was enough for gets none.
    """
    found = _finds(library, text, budget) and not budget.unfinished
    return search_button(gettext("Search Instead"), text) if found else ()


def _wider(query: Query) -> Iterator[tuple[str, str]]:
    """Yield labels and queries that leave out less, the least first."""
    if query.phrases:
        yield gettext("Without Quotes"), without_phrases(query.text)
    if query.is_narrowed:
        yield gettext("Without Filters"), without_filters(query.text)
    if query.excluded:
        yield gettext("Without -words"), without_exclusions(query.text)
    if query.phrases and query.is_narrowed:
        yield gettext("Without Quotes and Filters"), without_filters(without_phrases(query.text))


def _by_meaning(library: Library, query: Query) -> list[tuple[Button, ...]]:
    """Return the button that asks by meaning, where a sentence model finds something."""
    if library.semantic is None:
        return []
    found = search_by_meaning(library.index, query, library.semantic, limit=1).hits
    return [meaning_button(query.text)] if found else []


def _finds(library: Library, text: str, budget: Budget | None = None) -> bool:
    query = parse_query(text)
    return query.has_words and finds(library.index, query, library.semantic, budget)
