"""What people can ask for, on any platform: each command takes what was typed and replies."""

import re
from collections import Counter

import numpy as np

from bot.hints import (
    corrected,
    explain_corrections,
    explain_search,
    nearest_chapters,
    nothing_found,
    ways_on,
)
from bot.library import Library
from bot.mentions import Mentions, count_mentions, sparkline
from bot.models import Corpus, Episode, Problem, Query, Source
from bot.replies import Card, Reply, count_of, episode_card, hit_card, join_names
from bot.search.analysis import terms_of
from bot.search.filters import matches_episode, narrow
from bot.search.people import matches_name
from bot.search.query import MAX_CHARACTERS, clean_text, parse_query
from bot.search.related import passage_at, passage_text, query_like
from bot.search.search import Results, show_match
from bot.search.search import search as find

PER_PAGE = 5
_MOST_TERMS = 4
_MOST_GUESTS = 3
_VERSUS = re.compile(r"(?:^|\s)vs\.?(?=\s|$)", re.IGNORECASE)
_NO_EPISODES = "There are no episodes here."
_ASK_CHECK = "“airquote check” says which files were looked at and what is wrong with them."


def search(library: Library, typed: str, limit: int = PER_PAGE, page: int = 0) -> Reply:
    """Answer a query with a page (from 0) of at most `limit` passages."""
    if len(typed) > MAX_CHARACTERS:
        return Reply(
            f"That is {len(typed):,} characters; {MAX_CHARACTERS} is the most I can search for. "
            "Try the few words that tell it apart."
        )
    if not library.index.episodes:
        return Reply(_NO_EPISODES, (_ASK_CHECK,))
    query = parse_query(typed)
    if not (query.words or query.phrases or query.filters or query.problems):
        return explain_search(library, query)
    if not (query.words or query.phrases or query.problems):
        return _narrowed_episodes(library, query)
    results = find(library.index, query, limit, page)
    notes = (*results.problems, *explain_corrections(results.corrections))
    if not results.hits:
        hints = () if page else ways_on(library, query)
        return Reply(nothing_found(query, page), (*notes, *hints))
    return Reply(
        text=f"What the podcast says about “{query.text}”",
        notes=notes,
        cards=tuple(hit_card(hit) for hit in results.hits),
        suggestion=corrected(query.text, results.corrections) if results.corrections else None,
        more=results.more,
    )


def more_like(
    library: Library, episode: str, second: float, limit: int = PER_PAGE, page: int = 0
) -> Reply:
    """Find what else the podcast says about what is said at a second of an episode."""
    passage = passage_at(library.index, episode, second)
    if passage is None:
        return _gone()
    query = query_like(library.index, passage_text(library.index, passage))
    if not query.words:
        return Reply("No words there tell what it is about.")
    results = find(library.index, query, limit, page, unlike=passage)
    return _similar(query, results, page)


def find_similar(library: Library, text: str, limit: int = PER_PAGE, page: int = 0) -> Reply:
    """Find what the podcast says about a longer text, such as a message: its telling words ask."""
    if not library.index.episodes:
        return Reply(_NO_EPISODES, (_ASK_CHECK,))
    query = query_like(library.index, clean_text(text))
    if not query.words:
        return Reply("I found no words in that which the podcast says and which tell it apart.")
    return _similar(query, find(library.index, query, limit, page), page)


def mentions(library: Library, typed: str) -> Reply:
    """Count how often something is mentioned, by season; "llm vs mlops" compares several."""
    if not library.index.episodes:
        return Reply(_NO_EPISODES, (_ASK_CHECK,))
    parts = (part.strip(' "“”') for part in _VERSUS.split(clean_text(typed)))
    terms = [term for term in dict.fromkeys(parts) if terms_of(term)]
    if not terms:
        return Reply("Type what to count, as in “mlops” or “llm vs mlops”.")
    counted = [count_mentions(library.index, term) for term in terms[:_MOST_TERMS]]
    notes = [line for each in counted for line in _describe(each)]
    if len(terms) > _MOST_TERMS:
        notes.append(f"{_MOST_TERMS} are the most I compare; the rest is left out.")
    cards = tuple(card for each in counted for card in _first_and_latest(library, each))
    return Reply(" · ".join(map(_summary, counted)), tuple(notes), cards, mentions=tuple(counted))


def _similar(query: Query, results: Results, page: int) -> Reply:
    if not results.hits:
        return Reply(nothing_found(query, page))
    text = f"What the podcast says about {query.text}"
    return Reply(text, cards=tuple(map(hit_card, results.hits)), more=results.more)


def _gone() -> Reply:
    return Reply("I no longer find that place in the podcast. Please search again.")


def _summary(counted: Mentions) -> str:
    if not counted.total:
        return f"“{counted.term}” is never mentioned"
    times, episodes = count_of(counted.total, "time"), count_of(counted.episodes, "episode")
    return f"“{counted.term}” is mentioned {times} in {episodes}"


def _describe(counted: Mentions) -> list[str]:
    """Draw a term's mentions by season and name the guests who mention it most."""
    lines = []
    if counted.total and len(counted.by_season) > 1:
        bars = sparkline([times for _, times in counted.by_season])
        first, last = counted.by_season[0][0], counted.by_season[-1][0]
        lines.append(f"{counted.term}, seasons {first} to {last}: {bars}")
    if counted.guests:
        most = [f"{name} ({times})" for name, times in counted.guests[:_MOST_GUESTS]]
        lines.append(f"{counted.term}, most by: {join_names(most)}")
    if counted.misheard:
        lines.append(f"{counted.term}: {counted.misheard} of them misheard by captions")
    return lines


def _first_and_latest(library: Library, counted: Mentions) -> list[Card]:
    moments = (moment for moment in (counted.first, counted.latest) if moment)
    return [hit_card(show_match(library.index, moment)) for moment in dict.fromkeys(moments)]


def episodes(library: Library, typed: str = "") -> Reply:
    """List the episodes, or those whose title or guests answer to some words."""
    if not library.index.episodes:
        return Reply(_NO_EPISODES, (_ASK_CHECK,))
    wanted = clean_text(typed)
    found = [e for e in library.index.episodes if not wanted or _answers_to(wanted, e)]
    if not found:
        return Reply(f"No episode fits “{wanted}”.", nearest_chapters(library, wanted))
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
    return "edited text" + (" with captions" if len(episode.paths) > 1 else "")


def _line_of(problem: Problem) -> str:
    place = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
    verdict = "refused" if problem.refused else "note"
    return " ".join(filter(None, [f"{place}: {verdict}: {problem.reason}", problem.remedy]))


def _narrowed_episodes(library: Library, query: Query) -> Reply:
    """List the episodes that filters alone leave."""
    narrowed = narrow(library.index, query)
    if narrowed.problems or narrowed.allowed is None:
        return Reply(nothing_found(query), narrowed.problems)
    numbers = np.unique(library.index.passage_episodes[narrowed.allowed]).tolist()
    found = [library.index.episodes[number] for number in numbers]
    notes = ("Add a word or two to search in them.",)
    return Reply(count_of(len(found), "episode"), notes, tuple(map(episode_card, found)))


def _answers_to(wanted: str, episode: Episode) -> bool:
    by_guest = any(matches_name(wanted, guest.name) for guest in episode.guests)
    return by_guest or matches_episode(wanted, episode)
