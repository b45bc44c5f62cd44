"""Who is a guest where no file says it: those who speak, but not in most episodes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.models import Episode, Guest, Problem
from bot.text import is_numbered_speaker, pluralize
from bot.transcripts.formats.fields import make_note
from bot.transcripts.formats.labels import is_role
from bot.transcripts.people import complete_name, names_in

# In fewer episodes nobody is a regular yet: whoever opens one is its host.
_FEW_EPISODES = 3
# Who says less is a caller or an advertisement.
_LEAST_SHARE = 0.02
_MOST_NAMED = 3


def infer_guests(
    episodes: Sequence[Episode],
    said: Mapping[str, Mapping[str, int]],
    hosts: Mapping[str, frozenset[str]],
    people: Mapping[str, str],
) -> tuple[list[Episode], list[Problem]]:
    """Add guests to the episodes that list none, and note who they are taken to be.

    By the slugs of their episodes, `said` counts the characters that each speaker says, in order
    of appearance; `hosts` are those whom the files call so. `people` maps ids to full names: a
    speaker's first name is completed by the one in the episode's title or description.
    """
    speakers = {slug: _speakers(each) for slug, each in said.items()}
    regulars = _regulars([names for names in speakers.values() if names])
    few = sum(map(bool, speakers.values())) < _FEW_EPISODES
    found: list[Episode] = []
    inferred: list[Episode] = []
    for episode in episodes:
        if not episode.guests and (names := speakers[episode.slug]):
            regular = regulars | {host.casefold() for host in hosts.get(episode.slug, ())}
            guests = _guests_among(names, regular, few)
            named_there = names_in([episode.title, episode.description], people.values())
            named = tuple(Guest(name, complete_name(name, named_there)) for name in guests)
            episode = replace(episode, guests=named)
            if guests:
                inferred.append(episode)
        found.append(episode)
    return found, [_note(inferred)] if inferred else []


def _speakers(said: Mapping[str, int]) -> list[str]:
    """Return who speaks by name, in order, without those who say next to nothing."""
    named = {name: n for name, n in said.items() if name and not is_numbered_speaker(name)}
    least = _LEAST_SHARE * sum(named.values())
    return [name for name, length in named.items() if length >= least]


def _regulars(speakers: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return who speaks in most episodes; in a single one, nobody does."""
    seen = Counter(name.casefold() for names in speakers for name in names)
    most = len(speakers) / 2
    return frozenset(name for name, times in seen.items() if times > max(most, 1))


def _guests_among(names: Sequence[str], hosts: frozenset[str], few: bool) -> list[str]:
    guests = [name for name in names if name.casefold() not in hosts and not is_role(name)]
    if few and len(guests) == len(names) > 1:
        return guests[1:]
    return guests


def _note(inferred: Sequence[Episode]) -> Problem:
    first = inferred[0]
    names = ", ".join(guest.name for guest in first.guests[:_MOST_NAMED])
    verb = "is taken for its guest" if len(first.guests) == 1 else "are taken for its guests"
    reason = f"it lists no guests: {names} {verb}"
    if more := len(inferred) - 1:
        reason += f", and so are others in {pluralize(more, 'more episode')}"
    remedy = "If that is wrong, list guests in catalog.yaml."
    if first.guid:
        remedy = "If that is wrong, list guests in catalog.yaml, or as podcast:person in the feed."
    return make_note(first.paths[0], f"{reason}.", remedy)
