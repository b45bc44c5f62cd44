"""Hints beside the hits: examples, corrections, and what to try without any."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.answers.replies import Reply, quoted
from bot.library.library import Library
from bot.models import Order, Query
from bot.search.budget import Budget, Task
from bot.search.engine import similar_titles
from bot.search.index.analysis import locate_words, normalise, terms_of
from bot.search.index.index import Index, once_for_each
from bot.search.query import MAX_CHARACTERS, find_bare_words, without_filters
from bot.search.spelling import correct_terms
from bot.search.titles import episodes_titled
from bot.translations import format_date, format_number, gettext, gettext_noop

_FILTERS = {
    "guest": gettext_noop("guest {value}"),
    "speaker": gettext_noop("speaker {value}"),
    "episode": gettext_noop("episode {value}"),
    "season": gettext_noop("season {value}"),
}
_ORDERS = {Order.NEWEST: gettext_noop("newest first"), Order.OLDEST: gettext_noop("oldest first")}
# Words in the titles of chapters common to all episodes.
_FRAMES = frozenset(
    {"closing", "conclusion", "episode", "guest", "intro", "introduction", "outro", "podcast"}
    | {"background", "bio", "contact", "farewell", "final", "resources", "welcome", "wrap"}
)


def no_episodes() -> Reply:
    """Say that there is nothing to search yet."""
    why = gettext("“airquote check” shows what is wrong with the files.")
    return Reply(gettext("There are no episodes yet."), (why,))


def how_to_ask() -> str:
    """Say in a sentence what to type."""
    return gettext("Type what you remember, and I will find where it was said.")


def place_gone() -> Reply:
    """Say that a passage shown before is not in the podcast any more."""
    return Reply(gettext("I can no longer find that place in the podcast. Please search again."))


def fewer_filters() -> str:
    """Suggest to widen a query."""
    return gettext("Try fewer filters.")


def explain_search(library: Library, query: Query) -> Reply:
    """Explain what to ask, with examples from the podcast."""
    if query.excluded:
        said = gettext("I know what to leave out, but not what to look for. Add a word or two.")
        return Reply(said)
    empty = gettext("There are no words in that.") if query.text else ""
    examples = " · ".join(examples_from(library))
    notes = (gettext("For example: {examples}", examples=examples),) if examples else ()
    return Reply(f"{empty} {how_to_ask()}".strip(), notes)


def examples_from(library: Library) -> tuple[str, ...]:
    """Choose up to three example queries: frequent subjects, then titles from throughout."""
    return _examples(library.index)


@once_for_each
def _examples(index: Index) -> tuple[str, ...]:
    chapters = dict.fromkeys(chapter.title for chapter in index.chapters)
    titles = [title for title in chapters if _is_example(terms_of(title))]
    titles = titles or [episode.title for episode in index.episodes]
    spread = titles[len(titles) // 4 :: max(1, len(titles) // 4)]
    return tuple(dict.fromkeys([*index.subjects, *spread]))[:3]


def _is_example(terms: Sequence[str]) -> bool:
    """Return whether a chapter title is as short as a query and about a subject."""
    return 2 <= len(terms) <= 5 and _FRAMES.isdisjoint(terms)


def too_long(typed: str) -> Reply:
    """Say that a query exceeds MAX_CHARACTERS."""
    return Reply(
        gettext(
            "That is {typed} characters; {most} is the most I can search for. "
            "Try the few words that matter most.",
            typed=format_number(len(typed)),
            most=MAX_CHARACTERS,
        )
    )


def explain_corrections(
    corrections: Mapping[str, tuple[str, ...]], *, found: bool = True
) -> tuple[str, ...]:
    """Say which words replaced those typed and, if found, how to undo that."""
    if not corrections:
        return ()
    meant = " ".join(word for words in corrections.values() for word in words)
    typed = " ".join(corrections)
    if not found:
        said = gettext("Searched for “{meant}” instead of “{typed}”.", meant=meant, typed=typed)
        return (said,)
    return (
        gettext(
            "Showing results for “{meant}”. To search for exactly “{typed}”, put it in quotes.",
            meant=meant,
            typed=typed,
        ),
    )


def did_you_mean(text: str, offered: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Offer a query with other words for those that may be misspelt."""
    if not offered:
        return ()
    return (gettext("Did you mean {query}?", query=quoted(corrected(text, offered))),)


def corrected(text: str, corrections: Mapping[str, tuple[str, ...]]) -> str:
    """Return a query with its words corrected; phrases and filter values stay as typed."""
    pieces, done = [], 0
    for start, stop in find_bare_words(text):
        for first, last in locate_words(text[start:stop]):
            word = text[start + first : start + last]
            meant = corrections.get(normalise(word), (word,))
            pieces += [text[done : start + first], " ".join(meant)]
            done = start + last
    return "".join([*pieces, text[done:]])


def explain_filters(query: Query) -> tuple[str, ...]:
    """Summarize filters and order of a query, if any, in a line: "Season 10 · guest Ann"."""
    parts = [gettext(_FILTERS[each.field], value=each.value) for each in query.filters]
    if query.after:
        parts.append(gettext("after {day}", day=_write_date(query.after)))
    if query.before:
        parts.append(gettext("before {day}", day=_write_date(query.before)))
    if query.order:
        parts.append(gettext(_ORDERS[query.order]))
    line = " · ".join(parts)
    return (line[0].upper() + line[1:],) if line else ()


def _write_date(day: date) -> str:
    # To translators: a date as in after:2023-06-30, by the letters of format_date.
    return format_date(day, gettext("yyyy-MM-dd"))


def explain_unfinished(tasks: Sequence[Task]) -> tuple[str, ...]:
    """Say what was left out of an answer, if anything was."""
    silent = tuple(gettext(each) for each in tasks if each is Task.REACH_ALL)
    left_out = " ".join(gettext(each) for each in tasks if each is not Task.REACH_ALL)
    if not left_out:
        return silent
    too_much = gettext(
        "That is too much for one query. {left_out} Try fewer words.", left_out=left_out
    )
    return (too_much, *silent)


def nothing_found(query: Query, page: int = 0) -> str:
    """Say that a query has no hits, or no more on this page."""
    if query.problems and not query.has_words:
        return gettext("I could not read that.")
    words = without_filters(query.text)
    if not words:
        return gettext("I found no episodes for that.")
    if page:
        return gettext("That is all I found about {words}.", words=quoted(words))
    return gettext("I found nothing for {words}.", words=quoted(words))


def ways_on(library: Library, query: Query) -> tuple[str, ...]:
    """Suggest what is close to a query without hits, and how to widen it."""
    words = [*query.words, *(word for phrase in query.phrases for word in phrase)]
    notes = [*_titled(library, query), *nearest_chapters(library, " ".join(words))]
    if any(len(phrase) > 1 for phrase in query.phrases):
        notes.append(gettext("Without the quotes, the words need not be next to each other."))
    elif query.phrases:
        notes.append(gettext("Without the quotes, other forms of the word count too."))
    if query.excluded:
        notes.append(gettext("Try leaving out fewer -words."))
    if query.is_narrowed:
        notes.append(fewer_filters())
    return tuple(notes) or (_other_words(),)


def never_mentioned(library: Library, terms: Sequence[str]) -> tuple[str, ...]:
    """Suggest what was meant by terms that never occur."""
    vocabulary = library.index.vocabulary
    words = [word for term in terms for word in vocabulary.content_terms(terms_of(term))]
    meant = correct_terms(library.index, words, Budget.of(library.index))
    notes = did_you_mean(" ".join(words), meant)
    return notes or nearest_chapters(library, " ".join(words)) or (_other_words(),)


def nearest_chapters(library: Library, text: str) -> tuple[str, ...]:
    """Name the chapters whose titles are closest to a text."""
    titles = similar_titles(library.index, text) if text else ()
    return (gettext("Nearest chapters: {titles}", titles=" · ".join(titles)),) if titles else ()


def _titled(library: Library, query: Query) -> tuple[str, ...]:
    """Name the episodes that have the words in their titles."""
    titles = " · ".join(each.title for each in episodes_titled(library.index, query))
    return (gettext("In the title of an episode: {titles}", titles=titles),) if titles else ()


def _other_words() -> str:
    return gettext("Try different words.")
