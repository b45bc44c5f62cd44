"""Suggestions as people type into the form, and the query its fields make."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.answers.episodes import newest_first
from bot.library.library import Library
from bot.models import Episode, Filter
from bot.search.filters import episode_matcher, episodes_called
from bot.search.index.analysis import clean_text, terms_of, terms_of_name
from bot.search.index.index import Index
from bot.search.index.names import name_matcher
from bot.search.labels import (
    LABEL_CHARACTERS,
    all_labels,
    episode_code,
    find_labelled,
    label_episodes,
)
from bot.search.query import QUOTATION_MARKS, parse_query, split_query
from bot.search.spelling import nearest
from bot.text import truncate
from bot.translations import gettext

# The strictest platform, Slack, allows this much for either part of an option:
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
_MOST_CHARACTERS = min(LABEL_CHARACTERS)
_BLANKS = str.maketrans(dict.fromkeys(QUOTATION_MARKS, " "))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion; its value is one that a query's filter understands."""

    label: str
    value: str


def suggest_guests(
    library: Library, typed: str, limit: int, characters: int = _MOST_CHARACTERS
) -> tuple[Suggestion, ...]:
    """Suggest guests by prefixes of their names, most frequent first.

    `characters` limits a label.
    """
    guests = (guest.name for each in library.index.episodes for guest in each.guests)
    return _suggest_names(Counter(guests), typed, limit, characters)


def suggest_speakers(
    library: Library, typed: str, limit: int, characters: int = _MOST_CHARACTERS
) -> tuple[Suggestion, ...]:
    """Suggest speakers, hosts among them, as `suggest_guests` does."""
    speakers = Counter(filter(None, library.index.speakers.values()))
    return _suggest_names(speakers, typed, limit, characters)


def _suggest_names(
    names: Counter[str], typed: str, limit: int, characters: int
) -> tuple[Suggestion, ...]:
    values = {name: _plain(name)[:_MOST_CHARACTERS] for name, _ in names.most_common()}
    choices = {
        name: Suggestion(truncate(name, characters), value)
        for name, value in values.items()
        if name_matcher(value)(name)
    }
    return _choose(choices, typed, limit)


def suggest_episodes(
    library: Library, typed: str, limit: int, characters: int = _MOST_CHARACTERS
) -> tuple[Suggestion, ...]:
    """Suggest episodes by prefixes of words in titles, guests and numbers, newest first.

    A bare number matches in any season. `characters` limits a label.
    """
    episodes = newest_first(library.index.episodes)
    codes = Counter(map(episode_code, episodes))
    labels = label_episodes(episodes, characters)
    choices: dict[str, Suggestion] = {}
    for each in episodes:
        value, label = _value(each, codes), labels[each.slug]
        if value:
            choices[_key(each, label)] = Suggestion(label, value)
    return _choose(choices, typed, limit)


def episode_value(library: Library, typed: str, season: int | None = None) -> str:
    """Return the filter value for an episode that was typed rather than chosen.

    A number stands for an episode if only one has it, within the season if given; a filter would
    take it for a word. A label stands for its episode.
    """
    found = _find_typed(library.index, clean_text(typed), season)
    codes = Counter(map(episode_code, library.index.episodes))
    return (_value(found, codes) if found else "") or typed


def _find_typed(index: Index, typed: str, season: int | None) -> Episode | None:
    """Find the only episode with a number, or else the one with a label."""
    if not typed.isdecimal():
        return find_labelled(index, typed) if typed else None
    numbered = [each for each in index.episodes if each.number == int(typed)]
    found = [each for each in numbered if season in (None, each.season)]
    return found[0] if len(found) == 1 else None


def seasons(library: Library) -> tuple[Suggestion, ...]:
    """List the seasons, latest first."""
    known = {each.season for each in library.index.episodes if each.season is not None}
    return tuple(
        Suggestion(gettext("Season {number}", number=each), str(each))
        for each in sorted(known, reverse=True)
    )


def compose_query(
    words: str,
    guest: str = "",
    episode: str = "",
    season: str = "",
    *,
    exact: bool = False,
    **others: str,
) -> str:
    """Compose a query from the fields of a form, closing an open quotation in the words.

    With `exact`, the words become one phrase. `others` are filters by their names.
    """
    if exact and (plain := _plain(words)):
        words = f'"{plain}"'
    fields = {"guest": guest, "episode": episode, "season": season, **others}
    filters = (f'{name}:"{_plain(value)}"' for name, value in fields.items() if value)
    marks = sum(mark in QUOTATION_MARKS for mark in clean_text(words))
    return " ".join(filter(None, [words.strip() + '"' * (marks % 2), *filters]))


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What the fields of a form say; None for a field that is empty."""

    words: str = ""
    guest: Suggestion | None = None
    episode: Suggestion | None = None
    season: Suggestion | None = None


def fill_form(library: Library, text: str) -> FilledForm:
    """Fill a form with a query, as `compose_query` reads it; what has no field stays a word."""
    query = parse_query(text)
    chosen: dict[str, Suggestion] = {}
    for wanted in query.filters:
        found = _suggestion(library, wanted)
        if found and wanted.field not in chosen:
            chosen[wanted.field] = found
    words = [part for part in split_query(text) if not _is_of(part, chosen)]
    return FilledForm(" ".join(words), **chosen)


def _suggestion(library: Library, wanted: Filter) -> Suggestion | None:
    """Return what a field shows for a filter, if it has a field."""
    value = wanted.value
    if wanted.field == "season":
        return next((each for each in seasons(library) if each.value == value), None)
    if wanted.field == "guest" and len(value) <= _MOST_CHARACTERS:
        return Suggestion(value, value)
    called = episodes_called(library.index, value) if wanted.field == "episode" else []
    if len(called) != 1 or len(value) > _MOST_CHARACTERS:
        return None
    labels = all_labels(library.index)[_MOST_CHARACTERS]
    return Suggestion(labels[called[0].slug], value)


def _is_of(part: str, chosen: Mapping[str, Suggestion]) -> bool:
    """Return whether a part of a query is the filter of a field."""
    filters = parse_query(part).filters
    return any(each.field in chosen and chosen[each.field].value == each.value for each in filters)


def _choose(choices: Mapping[str, Suggestion], typed: str, limit: int) -> tuple[Suggestion, ...]:
    """Return the choices whose key matches what was typed, or else the most similar.

    Matches of whole words come before matches of prefixes.
    """
    wanted = clean_text(typed)
    found = list(filter(name_matcher(wanted), choices)) if wanted else list(choices)
    words = set(terms_of(wanted))
    found.sort(key=lambda key: not words.issubset(terms_of_name(key)))
    found = found or nearest(wanted, list(choices), limit)
    return tuple(choices[key] for key in found[:limit])


def _key(episode: Episode, label: str) -> str:
    """Join everything an episode can be found by."""
    number = "" if episode.number is None else f"{episode.number} E{episode.number}"
    names = [guest.name for guest in episode.guests]
    return " ".join([label, episode.title, episode.slug, *names, number])


def _value(episode: Episode, codes: Mapping[str, int]) -> str:
    """Return a filter value that finds an episode, or ""; `codes` counts each code."""
    code = episode_code(episode)
    own = code.casefold() if codes[code] == 1 else ""
    ways = (own, _plain(episode.slug), truncate(_plain(episode.title), _MOST_CHARACTERS))
    return next((way for way in ways if _names(way, episode)), "")


def _names(value: str, episode: Episode) -> bool:
    return len(value) <= _MOST_CHARACTERS and episode_matcher(value)(episode)


def _plain(value: str) -> str:
    """Strip quotation marks from a filter value, which is written between them."""
    return clean_text(value.translate(_BLANKS))
