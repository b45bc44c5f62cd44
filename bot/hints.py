"""What is said beside the hits: examples, corrections, and ways on where nothing was found."""

from collections.abc import Mapping

from bot.library import Library
from bot.models import Query
from bot.replies import Reply, quoted
from bot.search.analysis import locate_words, normalise, terms_of
from bot.search.query import find_bare
from bot.search.search import near_titles

FEWER_FILTERS = "Fewer filters leave more to search."


def explain_search(library: Library, query: Query) -> Reply:
    """Say what can be asked, with examples from the podcast itself."""
    if query.excluded:
        return Reply("I know what to leave out, but not what to look for. Add a word or two.")
    start = "There are no words in that. " if query.text else ""
    examples = _examples(library)
    notes = (f"For example: {examples}",) if examples else ()
    return Reply(f"{start}Type what you remember of it, and I find where it was said.", notes)


def _examples(library: Library) -> str:
    titles = [chapter.title for chapter in library.index.chapters]
    titles = [title for title in titles if 2 <= len(terms_of(title)) <= 5]
    titles = titles or [episode.title for episode in library.index.episodes]
    return " · ".join(dict.fromkeys(titles[len(titles) // 4 :: max(1, len(titles) // 4)][:3]))


def explain_corrections(
    corrections: Mapping[str, tuple[str, ...]], *, found: bool = True
) -> tuple[str, ...]:
    """Say which words were looked for instead of those typed; if any were found, how to insist."""
    if not corrections:
        return ()
    meant = " ".join(word for words in corrections.values() for word in words)
    typed = " ".join(corrections)
    if not found:
        return (f"Searched for “{meant}” instead of “{typed}”.",)
    return (f"Showing results for “{meant}”. To insist on “{typed}”, put it in quotes.",)


def corrected(text: str, corrections: Mapping[str, tuple[str, ...]]) -> str:
    """Write the query as it was answered; phrases and the values of filters stay as typed."""
    pieces, done = [], 0
    for start, stop in find_bare(text):
        for first, last in locate_words(text[start:stop]):
            word = text[start + first : start + last]
            meant = corrections.get(normalise(word), (word,))
            pieces += [text[done : start + first], " ".join(meant)]
            done = start + last
    return "".join([*pieces, text[done:]])


def nothing_found(query: Query, page: int = 0) -> str:
    """Say that a query has no hits, or none on a further page."""
    if query.problems and not (query.words or query.phrases):
        return "I could not read that."
    if page:
        return f"That is all there is about {quoted(query.text)}."
    return f"I found nothing for {quoted(query.text)}."


def ways_on(library: Library, query: Query) -> tuple[str, ...]:
    """Say what is close to a query without hits, and how to ask more widely."""
    words = [*query.words, *(word for phrase in query.phrases for word in phrase)]
    notes = list(nearest_chapters(library, " ".join(words)))
    if query.phrases:
        notes.append("Without the quotes, the words need not stand together.")
    if query.excluded:
        notes.append("Fewer -words leave more to find.")
    if query.filters or query.after or query.before:
        notes.append(FEWER_FILTERS)
    return tuple(notes) or ("Try other words for it.",)


def nearest_chapters(library: Library, text: str) -> tuple[str, ...]:
    """Name the chapters whose titles are nearest to a text."""
    titles = near_titles(library.index, text) if text else ()
    return (f"Nearest chapters: {' · '.join(titles)}",) if titles else ()
