"""What people can ask for, on any platform: each command takes what was typed and replies."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.answers.episodes import narrowed_episodes
from bot.answers.hints import (
    GONE,
    NO_EPISODES,
    corrected,
    explain_corrections,
    explain_filters,
    explain_search,
    never_mentioned,
    nothing_found,
    too_long,
    ways_on,
)
from bot.answers.replies import Reply, clock_time, hit_card, join_names, quoted
from bot.library.library import Library
from bot.models import Corpus, Episode, Origin, Problem, Query
from bot.search.engine import SearchResults, show_match
from bot.search.engine import search as find
from bot.search.filters import explain_episode, matches_episode
from bot.search.index.analysis import terms_of
from bot.search.mentions import Mentions, count_mentions, tell_seasons
from bot.search.more_like_this import end_of, passage_at, query_at, query_like
from bot.search.query import MAX_CHARACTERS, clean_text, parse_query, without_filters
from bot.text import pluralize

PER_PAGE = 5
_MOST_TERMS = 4
_MOST_GUESTS = 3
_SEVERAL = "To compare several, put vs between them: llm vs mlops."
_VERSUS = re.compile(r"(?:^|\s)vs\.?(?=\s|$)", re.IGNORECASE)


def search(library: Library, typed: str, limit: int = PER_PAGE, page: int = 0) -> Reply:
    """Answer a query with a page (from 0) of at most `limit` passages."""
    if len(typed) > MAX_CHARACTERS:
        return too_long(typed)
    if not library.index.episodes:
        return NO_EPISODES
    query = parse_query(typed)
    if not (query.words or query.phrases):
        return _without_words(library, query)
    results = find(library.index, query, limit, page, meaning=library.meaning)
    found = bool(results.hits)
    corrections = explain_corrections(results.corrections, found=found)
    narrowed = () if results.problems else explain_filters(query)
    hints = () if found or page else ways_on(library, query)
    text = f"What the podcast says about {quoted(without_filters(query.text))}"
    return Reply(
        text=text if found else nothing_found(query, page),
        notes=(*narrowed, *results.problems, *corrections, *hints),
        cards=tuple(map(hit_card, results.hits)),
        suggestion=corrected(query.text, results.corrections) if results.corrections else None,
        more=results.more,
        first=results.first if found else 1,
    )


def like(
    library: Library, wanted: str, second: float, limit: int = PER_PAGE, page: int = 0
) -> Reply:
    """Find more like a moment of an episode, named by its number, slug or words of its title."""
    if not library.index.episodes:
        return NO_EPISODES
    fitting = [each for each in library.index.episodes if matches_episode(wanted, each)]
    # The slug of one may be in the title of another.
    fitting = [each for each in fitting if each.slug == wanted] or fitting
    if not fitting:
        return Reply(explain_episode(library.index, wanted))
    if len(fitting) > 1:
        text = f"{pluralize(len(fitting), 'episode')} fit {quoted(wanted)}. Name one of them."
        return Reply(text, (" · ".join(each.title for each in fitting[:PER_PAGE]),))
    (episode,) = fitting
    end = end_of(library.index, episode.slug)
    if end is not None and second > end:
        return Reply(f"{episode.title} ends at {clock_time(end)}.")
    return more_like(library, episode.slug, second, limit, page)


def more_like(
    library: Library, episode: str, second: float, limit: int = PER_PAGE, page: int = 0
) -> Reply:
    """Find what else the podcast says about what is said at a second of an episode."""
    passage = passage_at(library.index, episode, second)
    return GONE if passage is None else like_passage(library, passage, second, limit, page)


def like_passage(
    library: Library, passage: int, second: float, limit: int = PER_PAGE, page: int = 0
) -> Reply:
    """Find what else is said about what a passage of the index says, which `second` is in."""
    query = query_at(library.index, passage)
    if not query.words:
        return Reply("No words there tell what it is about.")
    results = find(library.index, query, limit, page, unlike=passage)
    episode = library.index.episodes[int(library.index.passage_episodes[passage])]
    place = f"{clock_time(second)} in {quoted(episode.title)}"
    nothing = f"That is all there is like {place}." if page else f"I found nothing like {place}."
    return _similar(f"More like {place}", nothing, results)


def find_similar(library: Library, text: str, limit: int = PER_PAGE, page: int = 0) -> Reply:
    """Find what the podcast says about a longer text, such as a message: its telling words ask."""
    if not library.index.episodes:
        return NO_EPISODES
    cleaned = clean_text(text)
    if not cleaned:
        return Reply("There is no text to go by.")
    query = query_like(library.index, cleaned)
    if not query.words:
        return Reply("No words in that tell what it is about.")
    results = find(library.index, query, limit, page)
    return _similar(
        f"Passages about: {', '.join(query.words)}", nothing_found(query, page), results
    )


def mentions(library: Library, typed: str) -> Reply:
    """Count how often something is mentioned, by season; "llm vs mlops" compares several."""
    if not library.index.episodes:
        return NO_EPISODES
    parts = (part.strip(' "“”') for part in _VERSUS.split(clean_text(typed)))
    terms = [term for term in dict.fromkeys(parts) if terms_of(term)]
    if not terms:
        return Reply("Type what to count, as in “mlops” or “llm vs mlops”.")
    counted = [count_mentions(library.index, term) for term in terms[:_MOST_TERMS]]
    notes = [line for each in counted for line in _describe(each)]
    if any("," in term for term in terms):
        notes.append(_SEVERAL)
    elif not any(each.total for each in counted):
        notes += never_mentioned(library, [each.term for each in counted])
    if len(terms) > _MOST_TERMS:
        notes.append(f"{_MOST_TERMS} are the most I compare; the rest is left out.")
    cards = tuple(
        replace(hit_card(show_match(library.index, moment)), label=f"{name}: {quoted(each.term)}")
        for each in counted
        for name, moment in zip(_names_of(each), each.moments, strict=True)
    )
    return Reply(" · ".join(map(_summary, counted)), tuple(notes), cards, mentions=tuple(counted))


def _similar(text: str, nothing: str, results: SearchResults) -> Reply:
    if not results.hits:
        return Reply(nothing)
    cards = tuple(map(hit_card, results.hits))
    return Reply(text, cards=cards, more=results.more, first=results.first)


def _names_of(counted: Mentions) -> tuple[str, ...]:
    """Name the moments of a term, which may be one and the same."""
    return ("First", "Latest") if len(counted.moments) > 1 else ("Only",) * len(counted.moments)


def _summary(counted: Mentions) -> str:
    if not counted.total:
        return f"{quoted(counted.term)} is never mentioned"
    times, episodes = pluralize(counted.total, "time"), pluralize(counted.episodes, "episode")
    return f"{quoted(counted.term)} is mentioned {times} in {episodes}"


def _describe(counted: Mentions) -> list[str]:
    """Draw a term's mentions by season and name the guests who mention it most."""
    lines = []
    if counted.counted_as:
        lines.append(f"{counted.term}: counted as {counted.counted_as}")
    lines += tell_seasons(counted)
    if counted.guests:
        most = [f"{name} ({times})" for name, times in counted.guests[:_MOST_GUESTS]]
        lines.append(f"{counted.term}, most by: {join_names(most)}")
    if counted.misheard:
        lines.append(f"{counted.term}: {counted.misheard} of them misheard by captions")
    return lines


def check(corpus: Corpus, paths: Sequence[Path] = ()) -> Reply:
    """Say what a corpus was read from and what is wrong with its files; those refused come first.

    `paths` are where they were looked for.
    """
    kinds = Counter(_made_of(episode) for episode in corpus.episodes)
    parts = [f"{number:,} from {kind}" for kind, number in sorted(kinds.items())]
    refused = sum(problem.refused for problem in corpus.problems)
    lines = tuple(map(line_of, sorted(corpus.problems, key=lambda problem: not problem.refused)))
    if not (corpus.episodes or refused):
        places = join_names([f"“{path}”" for path in paths])
        return Reply(f"No transcripts found{f' in {places}' if places else ''}.", lines)
    text = pluralize(len(corpus.episodes), "episode")
    text += f": {join_names(parts)}." if parts else "."
    text += f" {pluralize(refused, 'file')} refused." if refused else " No file refused."
    return Reply(text, lines)


def _made_of(episode: Episode) -> str:
    """Say which kinds of text an episode was made of."""
    sources = {cue.source for cue in episode.cues}
    if sources == {Origin.CAPTIONS}:
        return "captions"
    return "edited text" + (" with captions" if len(episode.paths) > 1 else "")


def line_of(problem: Problem) -> str:
    """Say in a line where a problem is, what it is and what to do."""
    place = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
    verdict = "refused" if problem.refused else "note"
    return " ".join(filter(None, [f"{place}: {verdict}: {problem.reason}", problem.remedy]))


def _without_words(library: Library, query: Query) -> Reply:
    """Answer a query that says nothing to look for."""
    if query.problems:
        return Reply(nothing_found(query), query.problems)
    if query.filters or query.after or query.before:
        return narrowed_episodes(library, query)
    return explain_search(library, query)
