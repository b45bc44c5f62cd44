"""Who speaks: names in a query are recognised against the corpus' speakers and guests."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.models import Episode, Source
from bot.search.analysis import normalise, split_words, terms_of


def full_name(speaker: str, episode: Episode) -> str:
    """Name a speaker as fully as the episode's guests allow: "Maria" -> "Maria Vechtomova"."""
    spoken = terms_of(speaker)
    for guest in episode.guests:
        if spoken and terms_of(guest.name)[: len(spoken)] == spoken:
            return guest.name
    return speaker


def matches_name(value: str, name: str) -> bool:
    """Say whether a name answers to what was typed: each typed word begins one of its words."""
    words = terms_of(name)
    typed = terms_of(value)
    return bool(typed) and all(any(word.startswith(t) for word in words) for t in typed)


def name_terms(episodes: Sequence[Episode]) -> frozenset[str]:
    """List the terms that name a speaker or guest and hardly ever mean anything else.

    "Maria" does; "Mark" or "Will" do so only where the transcripts write them with a capital
    letter more often than without one.
    """
    terms = {
        term
        for episode in episodes
        for name in [guest.name for guest in episode.guests] + speakers_of(episode)
        for term in terms_of(name)
        if len(term) > 2
    }
    small, capital = _spellings(episodes, terms)
    return frozenset(term for term in terms if small[term] <= capital[term] // 20)


def speakers_of(episode: Episode) -> list[str]:
    """List the names an episode's cues carry, in order of appearance."""
    return list(dict.fromkeys(cue.speaker for cue in episode.cues if cue.speaker))


def episodes_by_speaker(episodes: Sequence[Episode]) -> Mapping[str, int]:
    """Count the episodes in which each full name speaks or is a guest."""
    return Counter(
        name
        for episode in episodes
        for name in {guest.name for guest in episode.guests}
        | {full_name(speaker, episode) for speaker in speakers_of(episode)}
    )


def _spellings(episodes: Iterable[Episode], terms: set[str]) -> tuple[Counter[str], Counter[str]]:
    """Count how often edited text writes each term small and with a capital letter."""
    words: Counter[str] = Counter()
    for episode in episodes:
        for cue in episode.cues:
            if cue.source is Source.EDITED:
                words.update(split_words(cue.text))
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for word, count in words.items():
        term = normalise(word)
        if term in terms:
            (small if word[0].islower() else capital)[term] += count
    return small, capital
