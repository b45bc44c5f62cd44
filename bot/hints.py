"""What is said beside the hits: examples, corrections, and ways on where nothing was found."""

import re
from collections.abc import Mapping

from bot.library import Library
from bot.models import Query
from bot.replies import Reply
from bot.search.analysis import normalise, terms_of
from bot.search.search import near_titles


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


def explain_corrections(corrections: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Say which words were looked for instead of those typed, and how to insist."""
    if not corrections:
        return ()
    meant = " ".join(word for words in corrections.values() for word in words)
    typed = " ".join(corrections)
    return (f"Showing results for “{meant}”. To insist on “{typed}”, put it in quotes.",)


def corrected(text: str, corrections: Mapping[str, tuple[str, ...]]) -> str:
    """Write the query as it was answered."""

    def correct(word: re.Match[str]) -> str:
        return " ".join(corrections.get(normalise(word.group()), (word.group(),)))

    return re.sub(r"[^\W_]+(?:['’][^\W_]+)*", correct, text)


def nothing_found(query: Query, page: int = 0) -> str:
    """Say that a query has no hits, or none on a further page."""
    if query.problems and not (query.words or query.phrases or query.filters):
        return "I could not read that."
    if page:
        return f"That is all there is about “{query.text}”."
    return f"I found nothing for “{query.text}”."


def ways_on(library: Library, query: Query) -> tuple[str, ...]:
    """Say what is close to a query without hits, and how to ask more widely."""
    words = [*query.words, *(word for phrase in query.phrases for word in phrase)]
    notes = list(nearest_chapters(library, " ".join(words)))
    if query.phrases:
        notes.append("Without the quotes, the words need not stand together.")
    if query.excluded:
        notes.append("Fewer -words leave more to find.")
    if query.filters or query.after or query.before:
        notes.append("Fewer filters leave more to search.")
    return tuple(notes) or ("Try other words for it.",)


def nearest_chapters(library: Library, text: str) -> tuple[str, ...]:
    """Name the chapters whose titles are nearest to a text."""
    titles = near_titles(library.index, text) if text else ()
    return (f"Nearest chapters: {' · '.join(titles)}",) if titles else ()
