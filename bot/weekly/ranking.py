"""Rank quotes: the best first, but with a variety of guests, seasons and topics."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.models import Episode
from bot.quotes.models import ScoredQuote
from bot.weekly.models import Posted

GUEST_DAYS = 56
"""Days until the same guest may come again."""

GUEST_WEEKS = GUEST_DAYS // 7

# In units of a quote's score: the bonus of the newest episode over the oldest, and the malus for
# each of the latest quotes from the same season or with a shared topic, and of one that was said in
# other words, for which new is no bonus.
_FRESH = 1.0
_SAME_SEASON = 0.5
_SAME_TOPIC = 0.25
_REWRITTEN = 1.0
_LATEST = 8


@dataclass(frozen=True, slots=True)
class _Place:
    """An episode's position: `freshness` is 0 for the oldest one and 1 for the newest."""

    season: int | None
    topics: frozenset[str]
    freshness: float


def rank_quotes(
    quotes: Sequence[ScoredQuote],
    episodes: Sequence[Episode],
    posted: Sequence[Posted],
    today: date,
) -> tuple[ScoredQuote, ...]:
    """Order the quotes that may be posted today, best first.

    No quote returns before all others were posted, and no guest within `GUEST_DAYS`. If only such
    guests are left, those not heard for longest are allowed.
    """
    places = _places(episodes)
    latest = [places[each.episode] for each in _latest(posted) if each.episode in places]
    worth = {
        quote.id: quote.score + _standing(quote, places.get(quote.episode), latest)
        for quote in quotes
    }
    unspent = _unspent(quotes, posted)
    left = Counter(quote.speaker for quote in unspent)
    # Near the end of the pool, guests with several quotes left would follow each other.
    scarce = {name: n for name, n in left.items() if (n - 1) * 2 * GUEST_WEEKS >= len(unspent)}
    allowed = _without_recent_guests(unspent, posted, today)

    def order(quote: ScoredQuote) -> tuple[int, float, str]:
        return -scarce.get(quote.speaker, 0), -worth[quote.id], quote.id

    return tuple(sorted(allowed, key=order))


def is_new(quote: ScoredQuote, posted: Sequence[Posted], today: date) -> bool:
    """Return whether a quote is unposted, and its guest was not heard within `GUEST_DAYS`."""
    return not any(
        each.id == quote.id
        or (each.speaker == quote.speaker and (today - each.day).days < GUEST_DAYS)
        for each in posted
    )


def shortlist(ranked: Sequence[ScoredQuote], count: int = 5) -> tuple[ScoredQuote, ...]:
    """Keep the first quotes, one per guest."""
    first: dict[str, ScoredQuote] = {}
    for quote in ranked:
        first.setdefault(quote.speaker, quote)
    return tuple(first.values())[:count]


def _unspent(quotes: Sequence[ScoredQuote], posted: Sequence[Posted]) -> list[ScoredQuote]:
    """Keep the quotes posted least often: never, until all have been."""
    times = Counter(each.id for each in posted)
    fewest = min((times[quote.id] for quote in quotes), default=0)
    return [quote for quote in quotes if times[quote.id] == fewest]


def _without_recent_guests(
    quotes: Sequence[ScoredQuote], posted: Sequence[Posted], today: date
) -> list[ScoredQuote]:
    heard: dict[str, date] = {}
    for each in posted:
        heard[each.speaker] = max(each.day, heard.get(each.speaker, date.min))
    ages = {
        quote.id: (today - heard[quote.speaker]).days for quote in quotes if quote.speaker in heard
    }
    longest = max(ages.values(), default=0)
    free = [each for each in quotes if ages.get(each.id, GUEST_DAYS) >= GUEST_DAYS]
    return free or [each for each in quotes if ages[each.id] == longest]


def _latest(posted: Sequence[Posted]) -> list[Posted]:
    return sorted(posted, key=lambda each: each.day)[-_LATEST:]


def _places(episodes: Sequence[Episode]) -> Mapping[str, _Place]:
    """Place episodes in time: by date where all have one, else as the library orders them."""
    days = [each.published for each in episodes if each.published]
    ordered = list(episodes)
    if len(days) == len(ordered):
        ordered.sort(key=lambda each: each.published or date.min)
    steps = max(1, len(ordered) - 1)
    return {
        each.slug: _Place(each.season, frozenset(map(str.casefold, each.topics)), place / steps)
        for place, each in enumerate(ordered)
    }


def _standing(quote: ScoredQuote, place: _Place | None, latest: Sequence[_Place]) -> float:
    """Return a quote's bonus: more if new and said, less for each recent episode like its own."""
    rewritten = 0.0 if quote.wording.is_literal else _REWRITTEN
    if place is None:
        return -rewritten
    seasons = sum(each.season == place.season is not None for each in latest)
    topics = sum(not each.topics.isdisjoint(place.topics) for each in latest)
    bonus = -rewritten or _FRESH * place.freshness
    return bonus - _SAME_SEASON * seasons - _SAME_TOPIC * topics
