"""Answers about episodes: all, those that match some words, or a single one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from bot.answers.buttons import episode_buttons, page_buttons
from bot.answers.hints import (
    explain_filters,
    explain_unfinished,
    fewer_filters,
    nearest_chapters,
    no_episodes,
    nothing_found,
)
from bot.answers.replies import Moment, Reply, clock_time, episode_card, episode_url, quoted
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Episode, Query
from bot.numbering import names_episodes, read_season
from bot.search.ages import sort_by_age
from bot.search.budget import Budget
from bot.search.filters import apply_filters, episode_matcher, explain_episode
from bot.search.index.analysis import clean_text, terms_of
from bot.search.index.index import Index
from bot.search.index.names import name_matcher
from bot.search.labels import find_labelled, tell_apart
from bot.search.more_like_this import end_of
from bot.text import name_day, truncate
from bot.translations import gettext, gettext_noop, listed_words, ngettext

_DESCRIPTION_CHARACTERS = 300
_PER_PAGE = 10
# To translators: words that people type, separated by “|”, as in “What is the latest episode?” In
# the first two texts stands what may come before, in the next what means it even alone.
_SHOW = gettext_noop("what's|what’s|what is|what was|what are|show|show me")
_THE = gettext_noop("the")
_LATEST = gettext_noop("latest|newest|most recent")
_LAST = gettext_noop("last")
_EPISODE = gettext_noop("episode|one")
_EPISODES = gettext_noop("episodes|ones")


def answer_episodes(library: Library, request: Request) -> Reply:
    """Answer with a page of the matching episodes, or of all, newest first."""
    wanted = "" if _read_latest(request.text) else request.text
    found = _find(library.index, wanted)
    if not found:
        return _none_found(library, wanted)
    return _page_of_episodes(library.index, _count(found), newest_first(found), request)


def list_episodes(library: Library, typed: str = "") -> Reply:
    """List the matching episodes, or all, in the podcast's order and on one page."""
    if not library.index.episodes:
        return no_episodes()
    wanted = clean_text(typed)
    found = _find(library.index, wanted)
    if not found:
        return _none_found(library, wanted)
    return Reply(_count(found), cards=tuple(map(episode_card, found)))


def narrowed_episodes(library: Library, query: Query, request: Request) -> Reply:
    """Answer a query of filters alone with a page of the episodes that pass them."""
    budget = Budget.of(library.index)
    narrowed = apply_filters(library.index, query, budget)
    left_out = explain_unfinished(budget.unfinished)
    if narrowed.problems or narrowed.allowed is None or not narrowed.allowed.any():
        remedies = narrowed.problems or (*explain_filters(query), fewer_filters())
        return Reply(nothing_found(query), (*remedies, *left_out))
    numbers = np.unique(library.index.passage_episodes[narrowed.allowed]).tolist()
    found = [library.index.episodes[number] for number in numbers]
    more = ngettext(
        "Add a word or two to search within it.",
        "Add a word or two to search within them.",
        len(found),
    )
    notes = [*explain_filters(query), *left_out, more]
    if query.excluded:
        notes.append(gettext("To leave words out, also say what to look for."))
    reply = _page_of_episodes(library.index, _count(found), found, request)
    return replace(reply, notes=tuple(notes))


def answer_episode(library: Library, request: Request) -> Reply:
    """Answer with an episode, found by slug, number, words of its title or a guest.

    If several match, or nothing was typed, list them to choose from.
    """
    if request.episode:
        return show_episode(library, request.episode)
    wanted = request.text
    if not wanted:
        text = gettext("Which episode? Type words from its title, its number or a guest.")
        return _to_choose_from(library.index, text, library.index.episodes, request)
    # Of "episode last", only the last word comes here.
    latest = answer_latest(library, request) or answer_latest(
        library, replace(request, text=f"{wanted} episode")
    )
    if latest:
        return latest
    found = _named(library.index, wanted)
    if not found:
        return Reply(explain_episode(library.index, wanted))
    if len(found) == 1:
        return show_episode(library, found[0].slug)
    text = ngettext(
        "{n} episode matches {wanted}. Which one?",
        "{n} episodes match {wanted}. Which one?",
        len(found),
        wanted=quoted(wanted),
    )
    return _to_choose_from(library.index, text, found, request)


def show_episode(library: Library, slug: str) -> Reply:
    """Show everything known about an episode: guests, chapters, date, length."""
    episode = next((each for each in library.index.episodes if each.slug == slug), None)
    if episode is None:
        return Reply(gettext("I can no longer find that episode. Please search for it again."))
    chapters = tuple(
        Moment(each.title, clock_time(each.start), episode_url(episode, each.start))
        for each in episode.chapters
    )
    details = _details(library.index, episode)
    card = replace(episode_card(episode), chapters=chapters, details=details)
    said = gettext("The episode {title}", title=quoted(episode.title))
    return Reply(said, cards=(card,), names_card=True)


def answer_latest(library: Library, request: Request) -> Reply | None:
    """Answer a text that asks for the latest episode or episodes; return None for any other."""
    asked = _read_latest(request.text)
    if asked is None:
        return None
    if asked["several"] or asked["all"]:
        return answer_episodes(library, replace(request, verb=Verb.EPISODES, text=""))
    return show_episode(library, newest_first(library.index.episodes)[0].slug)


def _read_latest(text: str) -> re.Match[str] | None:
    """Match what asks for the latest episode or episodes; catalogues are read only if it may."""
    english = _latest(everywhere=False).fullmatch(text)
    return english or (_latest(everywhere=True).fullmatch(text) if names_episodes(text) else None)


@cache
def _latest(*, everywhere: bool) -> re.Pattern[str]:
    lists = (_SHOW, _THE, _LATEST, _LAST, _EPISODE, _EPISODES)
    show, the, latest, last, one, many = (listed_words(x, everywhere=everywhere) for x in lists)
    return re.compile(
        rf"(?:(?:{show})\s+)?(?:(?:{the})\s+)?"
        rf"(?:(?:{latest})(?:\s+(?:{one}|(?P<several>{many})))?"
        rf"|(?:{last})\s+(?:{one}|(?P<all>{many})))\s*[?!.]*",
        re.IGNORECASE,
    )


def episodes_per_page(request: Request) -> int:
    """Return how many episodes are on a page of a list."""
    return max(request.size, _PER_PAGE)


def newest_first(found: Sequence[Episode]) -> list[Episode]:
    """Sort episodes by date or number, newest first, those without either last."""
    return [found[each] for each in sort_by_age(found, range(len(found)), newest_first=True)]


def _count(found: Sequence[Episode]) -> str:
    return ngettext("{n} episode", "{n} episodes", len(found))


def _to_choose_from(index: Index, text: str, found: Sequence[Episode], request: Request) -> Reply:
    return _page_of_episodes(index, text, newest_first(found), request, gettext("Show"))


def _page_of_episodes(
    index: Index, text: str, found: Sequence[Episode], request: Request, label: str = ""
) -> Reply:
    """Return the request's page of a list of episodes.

    `label` goes on the button of each; without it, a button says what it adds, if it adds anything.
    """
    size = episodes_per_page(request)
    first = request.page * size
    told = tell_apart(found)
    shown = []
    for each in found[first : first + size]:
        card = replace(episode_card(each), label=told.get(each.slug, ""))
        adds = each.chapters or _details(index, each)
        says = label or (name_details(each) if adds else "")
        shown.append(replace(card, buttons=episode_buttons(card, says) if says else ()))
    more = first + size < len(found)
    return Reply(
        text if shown else gettext("That is all of them."),
        cards=tuple(shown),
        more=more,
        first=first + 1 if shown else 1,
        buttons=page_buttons(request, more=more),
    )


def name_details(episode: Episode) -> str:
    """Say on a button what an episode's own answer shows."""
    return gettext("Chapters") if episode.chapters else gettext("Details")


def _none_found(library: Library, wanted: str) -> Reply:
    near = nearest_chapters(library, wanted)
    ways = gettext(
        "Try words from its title, a guest’s name, its number (s01e04) or its season (s01)."
    )
    return Reply(gettext("No episode matches {wanted}.", wanted=quoted(wanted)), (*near, ways))


def _find(index: Index, wanted: str) -> list[Episode]:
    """Find the episodes that match some words, or all without words."""
    return list(filter(_wanted(wanted), index.episodes)) if wanted else list(index.episodes)


def _details(index: Index, episode: Episode) -> tuple[str, ...]:
    """List date and length, topics and description, where known."""
    day = episode.published
    end = end_of(index, episode.slug)
    facts = (
        name_day(day) if day else "",
        ngettext("{n} minute", "{n} minutes", round(end / 60)) if end and end >= 60 else "",
    )
    details = (
        " · ".join(filter(None, facts)),
        gettext("Topics: {topics}", topics=", ".join(episode.topics)) if episode.topics else "",
        truncate(" ".join(episode.description.split()), _DESCRIPTION_CHARACTERS),
    )
    return tuple(filter(None, details))


def _named(index: Index, wanted: str) -> list[Episode]:
    """Find the episodes that match some words; a single exact match wins."""
    found = _find(index, wanted)
    if not found and (labelled := find_labelled(index, wanted)):
        return [labelled]
    terms = terms_of(wanted)
    called = [
        each
        for each in found
        if wanted == each.slug or terms in (terms_of(each.title), terms_of(each.short))
    ]
    return called if len(called) == 1 else found


def _wanted(wanted: str) -> Callable[[Episode], bool]:
    """Return a test of episodes: their guest, number, season or title is wanted."""
    of_guest, of_episode = name_matcher(wanted), episode_matcher(wanted)
    return lambda episode: (
        any(of_guest(guest.name) for guest in episode.guests)
        or _is_numbered(wanted, episode)
        or of_episode(episode)
    )


def _is_numbered(wanted: str, episode: Episode) -> bool:
    """Return whether an episode is in the season typed or has the number typed."""
    season = read_season(wanted)
    if season is not None:
        return episode.season == season
    return wanted.isdecimal() and episode.number == int(wanted)
