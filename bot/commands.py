"""What people can ask for, on any platform: each command takes what was typed and replies."""

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np

from bot.library import Library
from bot.models import Corpus, Episode, Problem, Query, Source
from bot.replies import Reply, count_of, episode_card, hit_card, join_names
from bot.search.analysis import normalise, terms_of
from bot.search.filters import matches_episode, narrow
from bot.search.people import matches_name
from bot.search.query import MAX_CHARACTERS, clean_text, parse_query
from bot.search.search import Results, near_titles
from bot.search.search import search as find

PER_PAGE = 5


def search(library: Library, typed: str, limit: int = PER_PAGE, page: int = 0) -> Reply:
    """Answer a query with a page (from 0) of at most `limit` passages."""
    if len(typed) > MAX_CHARACTERS:
        return Reply(
            f"That is {len(typed):,} characters; {MAX_CHARACTERS} is the most I can search for. "
            "Try the few words that tell it apart."
        )
    query = parse_query(typed)
    if not (query.words or query.phrases or query.filters or query.problems):
        return _explain_search(library, query)
    if not (query.words or query.phrases or query.problems):
        return _narrowed_episodes(library, query)
    results = find(library.index, query, limit, page)
    notes = (*results.problems, *_explain_corrections(results.corrections))
    if not results.hits:
        return Reply(_nothing_found(query, page), (*notes, *_ways_on(library, query)))
    return Reply(
        text=f"What the podcast says about “{query.text}”",
        notes=notes,
        cards=tuple(hit_card(hit) for hit in results.hits),
        suggestion=_corrected(query.text, results) if results.corrections else None,
        more=results.more,
    )


def episodes(library: Library, typed: str = "") -> Reply:
    """List the episodes, or those whose title or guests answer to some words."""
    wanted = clean_text(typed)
    found = [e for e in library.index.episodes if not wanted or _answers_to(wanted, e)]
    if not found:
        text = f"No episode fits “{wanted}”." if wanted else "There are no episodes here."
        near = near_titles(library.index, wanted) if wanted else ()
        return Reply(text, _nearest(near))
    return Reply(count_of(len(found), "episode"), cards=tuple(map(episode_card, found)))


def check(corpus: Corpus) -> Reply:
    """Say what a corpus was read from and what is wrong with its files."""
    kinds = Counter(_made_of(episode) for episode in corpus.episodes)
    parts = [f"{number:,} from {kind}" for kind, number in sorted(kinds.items())]
    refused = sum(problem.refused for problem in corpus.problems)
    text = count_of(len(corpus.episodes), "episode")
    text += f": {join_names(parts)}." if parts else "."
    text += f" {count_of(refused, 'file')} refused." if refused else " No file refused."
    return Reply(text, tuple(_line_of(problem) for problem in corpus.problems))


def _made_of(episode: Episode) -> str:
    """Say which kinds of text an episode was made of."""
    sources = {cue.source for cue in episode.cues}
    if sources == {Source.CAPTIONS}:
        return "captions"
    return "an edited transcript" + (" and captions" if len(episode.paths) > 1 else "")


def _line_of(problem: Problem) -> str:
    place = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
    verdict = "refused" if problem.refused else "note"
    return " ".join(filter(None, [f"{place}: {verdict}: {problem.reason}", problem.remedy]))


def _narrowed_episodes(library: Library, query: Query) -> Reply:
    """List the episodes that filters alone leave."""
    narrowed = narrow(library.index, query)
    if narrowed.problems or narrowed.allowed is None:
        return Reply(_nothing_found(query, 0), narrowed.problems)
    numbers = np.unique(library.index.passage_episodes[narrowed.allowed]).tolist()
    found = [library.index.episodes[number] for number in numbers]
    notes = ("Add a word or two to search in them.",)
    return Reply(count_of(len(found), "episode"), notes, tuple(map(episode_card, found)))


def _answers_to(wanted: str, episode: Episode) -> bool:
    by_guest = any(matches_name(wanted, guest.name) for guest in episode.guests)
    return by_guest or matches_episode(wanted, episode)


def _explain_search(library: Library, query: Query) -> Reply:
    """Say what can be asked, with examples from the podcast itself."""
    if query.excluded:
        return Reply("I know what to leave out, but not what to look for. Add a word or two.")
    start = "There are no words in that. " if query.text else ""
    examples = _examples(library)
    notes = (f"For example: {examples}",) if examples else ()
    return Reply(f"{start}Type what you remember of it, and I find where it was said.", notes)


def _examples(library: Library) -> str:
    chapters = [c.title for c in library.index.chapters if 2 <= len(terms_of(c.title)) <= 5]
    return " · ".join(dict.fromkeys(chapters[len(chapters) // 4 :: max(1, len(chapters) // 4)][:3]))


def _explain_corrections(corrections: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if not corrections:
        return ()
    meant = " ".join(word for words in corrections.values() for word in words)
    typed = " ".join(corrections)
    return (f"Showing results for “{meant}”. To insist on “{typed}”, put it in quotes.",)


def _corrected(text: str, results: Results) -> str:
    """Write the query as it was answered."""

    def correct(word: re.Match[str]) -> str:
        return " ".join(results.corrections.get(normalise(word.group()), (word.group(),)))

    return re.sub(r"[^\W_]+(?:['’][^\W_]+)*", correct, text)


def _nothing_found(query: Query, page: int) -> str:
    if query.problems and not (query.words or query.phrases or query.filters):
        return "I could not read that."
    if page:
        return f"That is all there is about “{query.text}”."
    return f"I found nothing for “{query.text}”."


def _ways_on(library: Library, query: Query) -> tuple[str, ...]:
    """Say what is close to a query without hits, and how to ask more widely."""
    words = [*query.words, *(word for phrase in query.phrases for word in phrase)]
    notes = list(_nearest(near_titles(library.index, " ".join(words)) if words else ()))
    if query.phrases:
        notes.append("Without the quotes, the words need not stand together.")
    if query.excluded:
        notes.append("Fewer -words leave more to find.")
    if query.filters or query.after or query.before:
        notes.append("Fewer filters leave more to search.")
    return tuple(notes)


def _nearest(titles: tuple[str, ...]) -> tuple[str, ...]:
    return (f"Nearest chapters: {' · '.join(titles)}",) if titles else ()
