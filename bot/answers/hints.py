"""Hints beside the hits: examples, corrections, and what to try without any."""

from collections.abc import Mapping, Sequence

from bot.answers.replies import Reply, quoted
from bot.library.library import Library
from bot.models import Query
from bot.search.budget import Budget, Task
from bot.search.engine import similar_titles
from bot.search.index.analysis import locate_words, normalise, terms_of
from bot.search.index.index import Index, once_for_each
from bot.search.query import MAX_CHARACTERS, find_bare_words, without_filters
from bot.search.spelling import correct_terms

NO_EPISODES = Reply(
    "There are no episodes yet.", ("“airquote check” shows what is wrong with the files.",)
)
HOW_TO_ASK = "Type what you remember, and I will find where it was said."
GONE = Reply("I can no longer find that place in the podcast. Please search again.")
# Words in the titles of chapters common to all episodes.
_FRAMES = frozenset(
    {"closing", "conclusion", "episode", "guest", "intro", "introduction", "outro", "podcast"}
    | {"background", "bio", "contact", "farewell", "final", "resources", "welcome", "wrap"}
)
OTHER_WORDS = "Try different words."
FEWER_FILTERS = "Try fewer filters."


def explain_search(library: Library, query: Query) -> Reply:
    """Explain what to ask, with examples from the podcast."""
    if query.excluded:
        return Reply("I know what to leave out, but not what to look for. Add a word or two.")
    start = "There are no words in that. " if query.text else ""
    examples = examples_from(library)
    notes = (f"For example: {' · '.join(examples)}",) if examples else ()
    return Reply(f"{start}{HOW_TO_ASK}", notes)


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
        f"That is {len(typed):,} characters; {MAX_CHARACTERS} is the most I can search for. "
        "Try the few words that matter most."
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
        return (f"Searched for “{meant}” instead of “{typed}”.",)
    return (f"Showing results for “{meant}”. To search for exactly “{typed}”, put it in quotes.",)


def did_you_mean(text: str, offered: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Offer a query with other words for those that may be misspelt."""
    return (f"Did you mean {quoted(corrected(text, offered))}?",) if offered else ()


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
    dates = (("after", query.after), ("before", query.before))
    parts = [f"{each.field} {each.value}" for each in query.filters]
    parts += [f"{name} {day}" for name, day in dates if day]
    parts += [f"{query.order} first"] if query.order else []
    line = " · ".join(parts)
    return (line[0].upper() + line[1:],) if line else ()


def explain_unfinished(tasks: Sequence[Task]) -> tuple[str, ...]:
    """Say what was left out of an answer, if anything was."""
    if not tasks:
        return ()
    return (f"That is too much for one query, so I did not {' or '.join(tasks)}. Try fewer words.",)


def nothing_found(query: Query, page: int = 0) -> str:
    """Say that a query has no hits, or no more on this page."""
    if query.problems and not (query.words or query.phrases):
        return "I could not read that."
    words = without_filters(query.text)
    if not words:
        return "I found no episodes for that."
    if page:
        return f"That is all I found about {quoted(words)}."
    return f"I found nothing for {quoted(words)}."


def ways_on(library: Library, query: Query) -> tuple[str, ...]:
    """Suggest what is close to a query without hits, and how to widen it."""
    words = [*query.words, *(word for phrase in query.phrases for word in phrase)]
    notes = list(nearest_chapters(library, " ".join(words)))
    if query.phrases:
        notes.append("Without the quotes, the words need not be next to each other.")
    if query.excluded:
        notes.append("Try leaving out fewer -words.")
    if query.filters or query.after or query.before:
        notes.append(FEWER_FILTERS)
    return tuple(notes) or (OTHER_WORDS,)


def never_mentioned(library: Library, terms: Sequence[str]) -> tuple[str, ...]:
    """Suggest what was meant by terms that never occur."""
    vocabulary = library.index.vocabulary
    words = [word for term in terms for word in vocabulary.content_terms(terms_of(term))]
    meant = correct_terms(library.index, words, Budget.of(library.index))
    notes = did_you_mean(" ".join(words), meant)
    return notes or nearest_chapters(library, " ".join(words)) or (OTHER_WORDS,)


def nearest_chapters(library: Library, text: str) -> tuple[str, ...]:
    """Name the chapters whose titles are closest to a text."""
    titles = similar_titles(library.index, text) if text else ()
    return (f"Nearest chapters: {' · '.join(titles)}",) if titles else ()
