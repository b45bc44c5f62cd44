"""Which quote a channel gets: the best that may be posted, or what its moderators approved of."""

from datetime import date, timedelta

from bot.deliveries import Barred, Candidate, Place, Quote, Subscription, fold_name, quote_of
from bot.ports import Ports
from bot.quotes.extraction import BEST_SCORE, GOOD_SCORE, ScoredQuote
from bot.variety import GUEST_DAYS, is_new, rank_sayings, shortlist

SHORTLIST = 5
# What moderators skipped is offered again when its guest could be, too.
_SKIPPED_FOR = timedelta(days=GUEST_DAYS)


async def choose_quote(ports: Ports, subscription: Subscription, day: date) -> Quote | None:
    """Choose what is posted on a day; None if there is nothing, or nobody approved of any.

    Without moderators, the best sayings come first, then the good ones, then all of those again.
    """
    place = subscription.place
    if subscription.plan.review:
        return await _choose_approved(ports, place, day)
    ranked = await _rank(ports, place, day)
    posted = await ports.ledger.history(place)
    for least in (BEST_SCORE, GOOD_SCORE):
        for saying in ranked:
            if saying.score >= least and is_new(saying, posted, day):
                return quote_of(saying)
    good = await _rank(ports, place, day, GOOD_SCORE)
    return quote_of(good[0]) if good else None


async def choose_candidates(ports: Ports, place: Place, day: date) -> tuple[Candidate, ...]:
    """Choose what moderators are asked about, one of a guest, without what waits to be posted."""
    approved = {quote.id for quote in await ports.ledger.approved(place)}
    ranked = await _rank(ports, place, day)
    offered = shortlist([each for each in ranked if each.id not in approved], SHORTLIST)
    return tuple(Candidate(quote_of(saying), saying.reasons) for saying in offered)


async def read_barred(ports: Ports, place: Place) -> Barred:
    """Read what may not be posted in a channel now."""
    return await ports.ledger.barred(place, ports.clock() - _SKIPPED_FOR)


def is_barred(barred: Barred, words: Quote | ScoredQuote) -> bool:
    """Say whether words may not be posted, because of themselves or of who said them."""
    return words.id in barred.quotes or fold_name(words.speaker) in barred.guests


async def _choose_approved(ports: Ports, place: Place, day: date) -> Quote | None:
    """Choose the first approved quote of a date's candidates, else the one that waits longest."""
    asked = {each.quote.id for each in await ports.ledger.candidates(place, day)}
    barred = await read_barred(ports, place)
    approved = [each for each in await ports.ledger.approved(place) if not is_barred(barred, each)]
    approved.sort(key=lambda quote: quote.id not in asked)
    return approved[0] if approved else None


async def _rank(
    ports: Ports, place: Place, day: date, least: float = float("-inf")
) -> tuple[ScoredQuote, ...]:
    pool = await ports.pool()
    barred = await read_barred(ports, place)
    allowed = [each for each in pool.sayings if each.score >= least and not is_barred(barred, each)]
    return rank_sayings(allowed, pool.episodes, await ports.ledger.history(place), day)
