"""Who speaks: names in a query are recognised against the corpus' speakers and guests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

import numpy as np

from bot.arrays import Longs, distinct
from bot.models import Episode
from bot.search.index.analysis import terms_of, terms_of_name
from bot.search.index.passages import Transcripts

# How often captions may say a word that is only a name.
_SELDOM = 20
# Two spellings this similar are one name: "Michael" and "Micheal", but not "Daniel" and "Dana".
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Spellings:
    """How often edited text writes each term small and with a capital, and captions at all."""

    small: Longs
    capital: Longs
    captions: Longs

    def of(self, term: int | None) -> tuple[int, int, int]:
        """Return the three counts of a term; that of a title or a guest may never be said."""
        if term is None or term >= len(self.small):
            return 0, 0, 0
        return int(self.small[term]), int(self.capital[term]), int(self.captions[term])


def full_name(speaker: str, episode: Episode) -> str:
    """Name a speaker as fully as the episode's guests allow: "Maria" -> "Maria Vechtomova"."""
    spoken = terms_of(speaker)
    for guest in episode.guests:
        if spoken and terms_of(guest.name)[: len(spoken)] == spoken:
            return guest.name
    return speaker


def full_names(speakers: Iterable[str], episode: Episode) -> dict[str, str]:
    """Name all speakers of an episode as fully as its guests allow.

    A guest whose name no speaker has is the one speaker whose name is a short form of the guest's
    or spelled much like it: "Theo" -> "Theofilos Papapanagiotou".
    """
    names = {speaker: full_name(speaker, episode) for speaker in speakers}
    guests = {guest.name for guest in episode.guests}
    silent = guests.difference(names.values())
    unknown = [name for name, full in names.items() if full not in guests]
    likely = [(name, guest) for name in unknown for guest in silent if _may_be(name, guest)]
    if len(likely) == 1 and len(names) > 1:
        names.update(likely)
    return names


def name_speakers(
    episodes: Sequence[Episode], transcripts: Transcripts
) -> dict[tuple[int, int], str]:
    """Return the full name of each (episode, speaker number) that has a name."""
    named = transcripts.speaker_names
    numbers = distinct(transcripts.episodes.astype(np.int64) * len(named) + transcripts.speakers)
    pairs = (divmod(number, len(named)) for number in numbers.tolist())
    found: dict[tuple[int, int], str] = {}
    for episode, run in groupby(pairs, key=lambda pair: pair[0]):
        speaking = {named[speaker]: speaker for _, speaker in run if named[speaker]}
        full = full_names(speaking, episodes[episode])
        found |= {(episode, speaker): full[name] for name, speaker in speaking.items()}
    return found


def _may_be(speaker: str, guest: str) -> bool:
    return name_matcher(speaker)(guest) or any(
        SequenceMatcher(None, spoken, word).ratio() >= _ALIKE
        for spoken in terms_of(speaker)
        for word in terms_of(guest)
    )


def name_matcher(value: str) -> Callable[[str], bool]:
    """Return a test of names: each word of the value must begin a word of the name."""
    matches = words_matcher(value)
    return lambda name: matches(terms_of_name(name))


def words_matcher(value: str) -> Callable[[Iterable[str]], bool]:
    """Return what `name_matcher` does, for names whose words are known."""
    typed = dict.fromkeys(terms_of(value))

    def matches(words: Iterable[str]) -> bool:
        return bool(typed) and all(any(word.startswith(t) for word in words) for t in typed)

    return matches


def name_terms(
    names: Iterable[str], spellings: Spellings, term_ids: Mapping[str, int]
) -> frozenset[str]:
    """List the terms that name somebody and hardly ever mean anything else.

    "Maria" is one; "Mark" and "Will" are only if edited text hardly ever writes them in lower case.
    Captions have no capitals; where there is nothing else, a name must be rare.
    """
    terms = {term for name in set(names) for term in terms_of(name) if len(term) > 2}
    return frozenset(term for term in terms if _is_name(*spellings.of(term_ids.get(term))))


def _is_name(small: int, capital: int, captions: int) -> bool:
    return small <= capital // 20 and (capital > 0 or captions <= _SELDOM)
