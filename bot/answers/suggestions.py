"""Suggestions as people type into the form, and the query its fields make."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.answers.episodes import newest_first
from bot.library.library import Library
from bot.models import Episode, Filter
from bot.search.filters import episode_matcher, episodes_called
from bot.search.index.analysis import clean_text, terms_of, terms_of_name
from bot.search.index.index import Index, once_for_each
from bot.search.index.names import name_matcher, words_matcher
from bot.search.labels import (
    LABEL_CHARACTERS,
    all_labels,
    episode_code,
    find_labelled,
    once_for_each_language,
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


@dataclass(frozen=True, slots=True)
class _Choice:
    """Something to suggest, what it is found by, and the words of that."""

    suggestion: Suggestion
    key: str
    words: Sequence[str]


# By the length of their labels, one of LABEL_CHARACTERS.
_Choices = Mapping[int, Sequence[_Choice]]


def suggest_guests(
    library: Library, typed: str, limit: int, characters: int = _MOST_CHARACTERS
) -> tuple[Suggestion, ...]:
    """Suggest guests by prefixes of their names, most frequent first.

    `characters`, one of LABEL_CHARACTERS, limits a label.
    """
    return _choose(_guests(library.index)[characters], typed, limit)


def suggest_speakers(
    library: Library, typed: str, limit: int, characters: int = _MOST_CHARACTERS
) -> tuple[Suggestion, ...]:
    """Suggest speakers, hosts among them, as `suggest_guests` does."""
    return _choose(_speakers(library.index)[characters], typed, limit)


def suggest_episodes(
    library: Library, typed: str, limit: int, characters: int = _MOST_CHARACTERS
) -> tuple[Suggestion, ...]:
    """Suggest episodes by prefixes of words in titles, guests and numbers, newest first.

    A bare number matches in any season. `characters`, one of LABEL_CHARACTERS, limits a label.
    """
    return _choose(_episodes(library.index)[characters], typed, limit)


@once_for_each
def _guests(index: Index) -> _Choices:
    return _named(guest.name for each in index.episodes for guest in each.guests)


@once_for_each
def _speakers(index: Index) -> _Choices:
    return _named(filter(None, index.speakers.values()))


def _named(names: Iterable[str]) -> _Choices:
    """Let names be chosen from, most frequent first."""
    often = [name for name, _ in Counter(names).most_common()]
    values = {name: _plain(name)[:_MOST_CHARACTERS] for name in often}
    found = [(name, value) for name, value in values.items() if name_matcher(value)(name)]
    return {
        length: [_choice(Suggestion(truncate(name, length), value), name) for name, value in found]
        for length in LABEL_CHARACTERS
    }


@once_for_each_language
def _episodes(index: Index) -> _Choices:
    newest = newest_first(index.episodes)
    codes = Counter(map(episode_code, newest))
    found = [(each, value) for each in newest if (value := _value(each, codes))]
    return {
        length: [
            _choice(Suggestion(labels[each.slug], value), _key(each, labels[each.slug]))
            for each, value in found
        ]
        for length, labels in all_labels(index).items()
    }


def _choice(suggestion: Suggestion, key: str) -> _Choice:
    return _Choice(suggestion, key, terms_of_name(key))


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


def _choose(choices: Sequence[_Choice], typed: str, limit: int) -> tuple[Suggestion, ...]:
    """Suggest the choices whose key matches what was typed, or else the most similar.

    Matches of whole words come before matches of prefixes.
    """
    wanted = clean_text(typed)
    matches = words_matcher(wanted)
    found = [each for each in choices if matches(each.words)] if wanted else [*choices]
    words = set(terms_of(wanted))
    found.sort(key=lambda each: not words.issubset(each.words))
    found = found or _most_similar(choices, wanted, limit)
    return tuple(each.suggestion for each in found[:limit])


def _most_similar(choices: Sequence[_Choice], wanted: str, limit: int) -> list[_Choice]:
    by_key = {each.key: each for each in choices}
    return [by_key[key] for key in nearest(wanted, [*by_key], limit)]


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
