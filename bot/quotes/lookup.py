"""Locate a quote in an index and the guest who says it, and tell where there are none."""

import re
from collections.abc import Iterable, Sequence

from bot.languages import ENGLISH
from bot.models import Episode
from bot.quotes.models import MAX_SENTENCES, ScoredQuote
from bot.search.index.index import Index
from bot.search.more_like_this import cues_starting_at, passage_at
from bot.translations import format_number, gettext, name_language, ngettext

# A sentence that opens with these says the same without them.
_OPENER = re.compile(
    r"(?:(?:and|but|however|okay|so|well|yeah|yes)\b(?! (?:far|that)\b),? )+", re.I
)


def find_cues(index: Index, quote: ScoredQuote) -> range | None:
    """Return the cue numbers of a quote, or None if it is untimed or not in this index."""
    begins = [] if quote.start is None else cues_starting_at(index, quote.episode, quote.start)
    for first in begins:
        text = index.transcripts.text_of(first)
        for past in range(first + 1, min(first + MAX_SENTENCES, len(index.transcripts.ends)) + 1):
            if quote.text in (text, trim_opening(text)):
                return range(first, past)
            if past < len(index.transcripts.ends):
                text = f"{text} {index.transcripts.text_of(past)}"
    return None


def quotes_at_moments(
    index: Index, quotes: Sequence[ScoredQuote], moments: Iterable[tuple[str, float]]
) -> frozenset[str]:
    """Name by their ids the quotes that begin in the passages at some seconds of episodes."""
    of_episode: dict[str, list[ScoredQuote]] = {}
    for quote in quotes:
        of_episode.setdefault(quote.episode, []).append(quote)
    found: set[str] = set()
    for slug, second in moments:
        passage = passage_at(index, slug, second) if slug in of_episode else None
        if passage is None:
            continue
        begin = index.transcripts.begins[index.passages.firsts[passage]]
        end = index.transcripts.finishes[index.passages.lasts[passage] - 1]
        found |= {
            each.id
            for each in of_episode[slug]
            if each.start is not None and begin <= each.start < end
        }
    return frozenset(found)


def trim_opening(text: str) -> str:
    """Strip "And", "So" and the like from the start of a quote."""
    opener = _OPENER.match(text)
    return text[opener.end() :][:1].upper() + text[opener.end() + 1 :] if opener else text


def guest_of(index: Index, cue: int) -> str:
    """Return the guest who says a cue; "" for anyone else and for automatic captions."""
    transcripts = index.transcripts
    episode = int(transcripts.episodes[cue])
    name = index.speakers.get((episode, int(transcripts.speakers[cue])), "")
    invited = any(guest.name == name for guest in index.episodes[episode].guests)
    return name if invited and not transcripts.captions[cue] else ""


def guests_of(index: Index, episode: int) -> list[str]:
    """Return for each cue of an episode who says it, as `guest_of` does."""
    cues = index.cue_numbers(episode)
    speakers = index.transcripts.speakers[cues.start : cues.stop].tolist()
    captions = index.transcripts.captions[cues.start : cues.stop].tolist()
    voices = [*zip(speakers, captions, strict=True)]
    cue_of = dict(zip(voices, cues, strict=True))
    guests = {voice: guest_of(index, cue) for voice, cue in cue_of.items()}
    return [guests[voice] for voice in voices]


def explain_languages(episodes: Sequence[Episode]) -> str:
    """Say which episodes have no quotes because of their language; "" if there are none."""
    others = [episode for episode in episodes if not is_judged(episode)]
    if not others:
        return ""
    named = {name_language(episode.language) for episode in others}
    language = min(named) if len(named) == 1 else ""
    if len(others) == len(episodes):
        if not language:
            return gettext(
                "I know what makes a good quote in English only, and this is in other languages."
            )
        return gettext(
            "I know what makes a good quote in English only, and this is in {language}.",
            language=language,
        )
    count = format_number(len(episodes))
    if not language:
        return ngettext(
            "I know what makes a good quote in English only, and {n} of {episodes} episodes is in "
            "other languages.",
            "I know what makes a good quote in English only, and {n} of {episodes} episodes are in "
            "other languages.",
            len(others),
            episodes=count,
        )
    return ngettext(
        "I know what makes a good quote in English only, and {n} of {episodes} episodes is in "
        "{language}.",
        "I know what makes a good quote in English only, and {n} of {episodes} episodes are in "
        "{language}.",
        len(others),
        episodes=count,
        language=language,
    )


def explain_none(episodes: Sequence[Episode], otherwise: str) -> tuple[str, ...]:
    """Say why there is no quote: `otherwise`, unless none could be for the language of episodes."""
    languages = explain_languages(episodes)
    if episodes and not any(map(is_judged, episodes)):
        return (languages,)
    return tuple(filter(None, (otherwise, languages)))


def is_judged(episode: Episode) -> bool:
    """Return whether there are rules for quotes in an episode's language."""
    return episode.language in ("", ENGLISH)
