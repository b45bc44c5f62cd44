"""Choose a channel's quote: the best that may be posted, or one its moderators approved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.posting.places import Channel
from bot.quotes.models import QuotePool, ScoredQuote
from bot.quotes.taste import with_taste
from bot.search.index.analysis import terms_of
from bot.weekly.anniversaries import month_of, years_since
from bot.weekly.models import Barred, Candidate, Quote, Subscription, fold_name, quote_from
from bot.weekly.ports import WeeklyContext
from bot.weekly.ranking import GUEST_DAYS, rank_quotes, shortlist
from bot.weekly.supply import Supply, choose_next, supply_of
from bot.weekly.verdicts import Verdicts

SHORTLIST, BALLOT = 5, 3
# How much a quote is liked whose passage is; the passage may be for something else in it.
_PRAISED = 0.75
# The share of words that a quote has in common with a corrected version of itself.
_LEAST_LIKENESS = 0.5
# A skipped quote is offered again once its guest could be.
_SKIPPED_FOR = timedelta(days=GUEST_DAYS)


async def choose_quote(
    context: WeeklyContext, subscription: Subscription, day: date
) -> Quote | None:
    """Choose the quote of a day; return None if none is left or approved.

    Without moderators, only what was said as it is written is posted: what fits the month or the
    week comes first, then the best quotes, then the good ones, then all of them again.
    """
    channel = subscription.channel
    if subscription.schedule.review:
        return await _choose_approved(context, channel, day)
    fitting = await read_fitting(context, subscription, day)
    chosen = choose_next(await read_supply(context, channel), day, fitting)
    return quote_from(chosen) if chosen else None


async def read_tasted(pool: QuotePool, verdicts: Verdicts) -> tuple[ScoredQuote, ...]:
    """Return all quotes, with scores as the podcast's own people would have them.

    A quote in a passage that members praised is liked, unless something was said of itself.
    """
    said = await verdicts.read()
    praised = dict.fromkeys(pool.find_at(said.praised), _PRAISED)
    return with_taste(pool.quotes, {**praised, **said.liked})


async def choose_ballot(
    context: WeeklyContext, subscription: Subscription, day: date
) -> tuple[Candidate, ...]:
    """Choose what a channel votes on: what moderators approved, then the best, one per guest."""
    channel = subscription.channel
    approved = [Candidate(each, ()) for each in await _read_approved(context, channel)]
    supply = await read_supply(context, channel)
    ranked = _fitting_first(
        rank_quotes(supply.quotes, supply.episodes, supply.posted, day),
        await read_fitting(context, subscription, day),
    )
    chosen = (*approved, *(Candidate(quote_from(each), each.reasons) for each in ranked))
    first: dict[str, Candidate] = {}
    for each in chosen:
        first.setdefault(each.quote.speaker, each)
    return tuple(first.values())[:BALLOT]


async def read_supply(context: WeeklyContext, channel: Channel) -> Supply:
    """Return what may be posted in a channel without a moderator."""
    pool = await context.pool(channel)
    posted = await context.deliveries.history(channel)
    return supply_of(await _allowed(context, channel), pool.episodes, posted)


async def count_offers(context: WeeklyContext, channel: Channel) -> tuple[int, int]:
    """Count the quotes that moderators of a channel can be offered, and their guests."""
    allowed = await _allowed(context, channel)
    return len(allowed), len({each.speaker for each in allowed})


async def choose_candidates(
    context: WeeklyContext, subscription: Subscription, day: date
) -> tuple[Candidate, ...]:
    """Choose new candidates for moderators, one per guest, leaving out what waits to be posted."""
    channel = subscription.channel
    known = {quote.id for quote in await context.decisions.approved(channel)}
    known |= {each.quote.id for each in await context.decisions.candidates(channel, day)}
    posted = await context.deliveries.history(channel)
    episodes = (await context.pool(channel)).episodes
    ranked = rank_quotes(await _allowed(context, channel), episodes, posted, day)
    fitting = await read_fitting(context, subscription, day)
    new = [each for each in ranked if each.id not in known]
    offered = shortlist(_fitting_first(new, fitting), SHORTLIST)
    return tuple(Candidate(quote_from(quote), quote.reasons) for quote in offered)


async def read_fitting(
    context: WeeklyContext, subscription: Subscription, day: date
) -> tuple[frozenset[str], ...]:
    """Name the quotes that fit the month's theme, then those that fit the week, by their ids."""
    pool = await context.pool(subscription.channel)
    words = (await context.themes.themes(subscription.channel)).get(month_of(day), "")
    themed = pool.find_about(words) if words else frozenset()
    if not subscription.schedule.archive:
        return (themed,)
    weeks = {each.slug for each in pool.episodes if years_since(each.published, day)}
    return themed, frozenset(each.id for each in pool.quotes if each.episode in weeks)


def find_current(pool: QuotePool, quote: Quote) -> Quote | None:
    """Return a quote as the live index has it; None if its episode or its words are gone."""
    for each in pool.quotes:
        if each.id == quote.id:
            current = quote_from(each)
            if not quote.original:
                return current
            return replace(current, text=quote.text, original=quote.original)
    wording = pool.find_wording(quote.episode, quote.source)
    return replace(quote, wording=wording) if wording else None


def as_worded(pool: QuotePool, quote: Quote) -> Quote:
    """Return a quote with its wording as the live index has it, if it still has it."""
    current = find_current(pool, quote)
    return replace(quote, wording=current.wording) if current else quote


def find_corrected(pool: QuotePool, quote: Quote) -> ScoredQuote | None:
    """Find the quote of the same episode that shares most of a quote's words."""
    words = set(terms_of(quote.source))

    def likeness(other: ScoredQuote) -> float:
        others = set(terms_of(other.text))
        return len(words & others) / max(1, len(words | others))

    close = [each for each in pool.quotes if each.episode == quote.episode]
    best = max(close, key=likeness, default=None)
    return best if best and likeness(best) >= _LEAST_LIKENESS else None


async def read_barred(context: WeeklyContext, channel: Channel) -> Barred:
    """Return what may not be posted in a channel now."""
    return await context.decisions.barred(channel, context.posting.outbox.clock() - _SKIPPED_FOR)


def is_barred(barred: Barred, quote: Quote | ScoredQuote) -> bool:
    """Return whether a quote is barred, by itself or through its guest."""
    return quote.id in barred.quotes or fold_name(quote.speaker) in barred.guests


async def _choose_approved(context: WeeklyContext, channel: Channel, day: date) -> Quote | None:
    """Choose a date's first approved candidate, else the quote approved earliest."""
    asked = {each.quote.id for each in await context.decisions.candidates(channel, day)}
    approved = await _read_approved(context, channel)
    return min(approved, key=lambda quote: quote.id not in asked, default=None)


async def _read_approved(context: WeeklyContext, channel: Channel) -> list[Quote]:
    """Read what is approved and may still be posted, as the live index has it."""
    barred, pool = await read_barred(context, channel), await context.pool(channel)
    return [
        current
        for each in await context.decisions.approved(channel)
        if not is_barred(barred, each) and (current := find_current(pool, each))
    ]


def _fitting_first(
    ranked: Sequence[ScoredQuote], fitting: Sequence[frozenset[str]]
) -> list[ScoredQuote]:
    """Put what fits first, and leave the order otherwise."""

    def place(quote: ScoredQuote) -> int:
        return next((n for n, ids in enumerate(fitting) if quote.id in ids), len(fitting))

    return sorted(ranked, key=place)


async def _allowed(context: WeeklyContext, channel: Channel) -> list[ScoredQuote]:
    """Return what is not barred, scored as `read_tasted` does."""
    barred, pool = await read_barred(context, channel), await context.pool(channel)
    quotes = await read_tasted(pool, context.verdicts)
    return [each for each in quotes if not is_barred(barred, each)]
