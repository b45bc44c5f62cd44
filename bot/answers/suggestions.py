"""Suggestions while people type into a form, and the query that its fields make."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.answers.episodes import newest_first
from bot.answers.replies import episode_code
from bot.library.library import Library
from bot.models import Episode
from bot.search.filters import matches_episode
from bot.search.index.analysis import clean_text, terms_of, terms_of_name
from bot.search.index.names import matches_name
from bot.search.spelling import nearest
from bot.text import truncate

# The tightest platform, Slack, takes no more for either part of an option:
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
_MOST_CHARACTERS = 75
_MARKS = '"“”„‟«»″＂'
_BLANKS = str.maketrans(dict.fromkeys(_MARKS, " "))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion: what is read, and the value that a query's filter understands."""

    label: str
    value: str


def suggest_guests(
    library: Library, typed: str, limit: int, characters: int = _MOST_CHARACTERS
) -> tuple[Suggestion, ...]:
    """Suggest guests by the beginnings of their names, those of most episodes first.

    A label has at most so many `characters`.
    """
    names = Counter(guest.name for each in library.index.episodes for guest in each.guests)
    values = {name: _plain(name)[:_MOST_CHARACTERS] for name, _ in names.most_common()}
    choices = {
        name: Suggestion(truncate(name, characters), value)
        for name, value in values.items()
        if matches_name(value, name)
    }
    return _choose(choices, typed, limit)


def suggest_episodes(
    library: Library, typed: str, limit: int, characters: int = _MOST_CHARACTERS
) -> tuple[Suggestion, ...]:
    """Suggest episodes by the beginnings of words in titles, guests and numbers, newest first.

    A number alone is that of an episode in any season. A label has at most so many `characters`.
    """
    episodes = newest_first(library.index.episodes)
    codes = Counter(map(episode_code, episodes))
    choices: dict[str, Suggestion] = {}
    for each in episodes:
        value = _value(each, codes)
        named = filter(None, [episode_code(each), each.title])
        label = truncate(" · ".join(named), characters)
        if value:
            choices[_key(each, label)] = Suggestion(label, value)
    return _choose(choices, typed, limit)


def episode_value(library: Library, typed: str, season: int | None = None) -> str:
    """Give what a filter understands of an episode that was typed rather than chosen.

    A number is that of an episode where only one has it, in the season if one is named; a filter
    takes it for words.
    """
    number = clean_text(typed)
    if not number.isdecimal():
        return typed
    episodes = library.index.episodes
    numbered = [each for each in episodes if each.number == int(number)]
    found = [each for each in numbered if season is None or each.season == season]
    codes = Counter(map(episode_code, episodes))
    return (_value(found[0], codes) if len(found) == 1 else "") or typed


def seasons(library: Library) -> tuple[Suggestion, ...]:
    """List the seasons, the latest first."""
    known = {each.season for each in library.index.episodes if each.season is not None}
    return tuple(Suggestion(f"Season {each}", str(each)) for each in sorted(known, reverse=True))


def compose_query(
    words: str, guest: str = "", episode: str = "", season: str = "", *, exact: bool = False
) -> str:
    """Write the fields of a form as a query; an open quotation in the words is closed first.

    With `exact`, the words are looked for just as they are.
    """
    if exact and (plain := _plain(words)):
        words = f'"{plain}"'
    fields = {"guest": guest, "episode": episode, "season": season}
    filters = (f'{name}:"{_plain(value)}"' for name, value in fields.items() if value)
    marks = sum(mark in _MARKS for mark in clean_text(words))
    return " ".join(filter(None, [words.strip() + '"' * (marks % 2), *filters]))


def _choose(choices: Mapping[str, Suggestion], typed: str, limit: int) -> tuple[Suggestion, ...]:
    """Take the choices whose key answers to what was typed, else those that look most like it.

    Those that have each typed word as it is come before those where it only begins one.
    """
    wanted = clean_text(typed)
    found = [key for key in choices if not wanted or matches_name(wanted, key)]
    words = terms_of(wanted)
    found.sort(key=lambda key: not set(words).issubset(terms_of_name(key)))
    found = found or nearest(wanted, list(choices), limit)
    return tuple(choices[key] for key in found[:limit])


def _key(episode: Episode, label: str) -> str:
    """Write all that an episode is found by."""
    number = "" if episode.number is None else f"{episode.number} E{episode.number}"
    names = [guest.name for guest in episode.guests]
    return " ".join([label, episode.title, episode.slug, *names, number])


def _value(episode: Episode, codes: Mapping[str, int]) -> str:
    """Name an episode as a filter understands it, "" if nothing does; `codes` are counted."""
    code = episode_code(episode)
    own = code.casefold() if codes[code] == 1 else ""
    ways = (own, _plain(episode.slug), truncate(_plain(episode.title), _MOST_CHARACTERS))
    return next((way for way in ways if _names(way, episode)), "")


def _names(value: str, episode: Episode) -> bool:
    return len(value) <= _MOST_CHARACTERS and matches_episode(value, episode)


def _plain(value: str) -> str:
    """Make a value of a filter, which stands in quotation marks and so has none."""
    return clean_text(value.translate(_BLANKS))
