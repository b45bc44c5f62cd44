"""Labels of episodes, in lists to choose from: no two are alike."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import TypeVar

from bot.models import Episode
from bot.search.index.analysis import clean_text
from bot.search.index.index import Index, once_for_each
from bot.text import name_day, truncate
from bot.translations import language_spoken, languages, speaking

_Value = TypeVar("_Value")

# The longest labels of Slack and of Discord.
LABEL_CHARACTERS = (75, 100)
_BETWEEN = " · "


def episode_code(episode: Episode) -> str:
    """Format season and number as S17E05, leaving out what is unknown."""
    season = "" if episode.season is None else f"S{episode.season:02}"
    return season + ("" if episode.number is None else f"E{episode.number:02}")


def title_with_code(episode: Episode) -> str:
    """Name an episode by its number, if it has one, and its title."""
    return _BETWEEN.join(filter(None, [episode_code(episode), episode.title]))


def label_episodes(
    episodes: Sequence[Episode],
    characters: int,
    name: Callable[[Episode], str] = title_with_code,
) -> dict[str, str]:
    """Label episodes by slug: by their names, and by what tells apart those of one name.

    That is the first of these that all of them have and no two share: guests, date, number, slug.
    """
    alike = defaultdict(list)
    for episode in episodes:
        alike[truncate(name(episode), characters).casefold()].append(episode)
    labels = {}
    for group in alike.values():
        facts = _facts_that_differ(group) if len(group) > 1 else [""]
        for episode, fact in zip(group, facts, strict=True):
            end = truncate(f"{_BETWEEN}{fact}", characters // 2) if fact else ""
            labels[episode.slug] = truncate(name(episode), characters - len(end)) + end
    return labels


def tell_apart(episodes: Sequence[Episode]) -> dict[str, str]:
    """Say by slug what tells an episode from others of its title, number and guests, if any are."""

    def shown(episode: Episode) -> tuple[str, str, tuple[str, ...]]:
        return episode.title, episode_code(episode), tuple(each.name for each in episode.guests)

    times = Counter(map(shown, episodes))
    alike = [each for each in episodes if times[shown(each)] > 1]
    return dict(zip((each.slug for each in alike), _facts_that_differ(alike), strict=True))


def find_labelled(index: Index, typed: str) -> Episode | None:
    """Find the episode with a label, which some clients send instead of the value behind it."""
    return _by_label(index).get(clean_text(typed).casefold())


def once_for_each_language(compute: Callable[[Index], _Value]) -> Callable[[Index], _Value]:
    """Compute texts about an index when they are first asked for in a language."""

    @once_for_each
    def known(index: Index) -> dict[str, _Value]:
        return {}

    @wraps(compute)
    def recall(index: Index) -> _Value:
        language = language_spoken()
        if language not in known(index):
            known(index)[language] = compute(index)
        return known(index)[language]

    return recall


@once_for_each_language
def all_labels(index: Index) -> Mapping[int, Mapping[str, str]]:
    """Label all episodes by slug, for each length in LABEL_CHARACTERS; see `label_episodes`."""
    return {length: label_episodes(index.episodes, length) for length in LABEL_CHARACTERS}


@once_for_each
def _by_label(index: Index) -> Mapping[str, Episode]:
    """Find episodes by their labels in any language, as these may have dates in them."""
    found: dict[str, Episode] = {}
    for language in languages():
        with speaking(language):
            every = all_labels(index).values()
        for labels in every:
            for episode in index.episodes:
                found.setdefault(clean_text(labels[episode.slug]).casefold(), episode)
    return found


def _facts_that_differ(episodes: Sequence[Episode]) -> list[str]:
    for facts in map(list, zip(*map(_facts, episodes), strict=True)):
        if all(facts) and len({*facts}) == len(facts):
            return facts
    return [episode.slug for episode in episodes]


def _facts(episode: Episode) -> Iterable[str]:
    day = episode.published
    yield ", ".join(guest.name for guest in episode.guests)
    yield name_day(day) if day else ""
    yield episode_code(episode)
