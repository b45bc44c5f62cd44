"""How many good quotes a channel has left, and for how long they last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.models import Episode
from bot.quotes.lookup import explain_none
from bot.quotes.models import BEST_SCORE, GOOD_SCORE, ScoredQuote
from bot.translations import gettext, ngettext
from bot.weekly.models import Posted
from bot.weekly.ranking import GUEST_DAYS, GUEST_WEEKS, is_new, rank_quotes
from bot.weekly.slots import Schedule, as_command

_LEAST_SCORES = (BEST_SCORE, GOOD_SCORE)
_DAYS = 7  # in a week


@dataclass(frozen=True, slots=True)
class Supply:
    """What may be posted in a channel without a moderator, and what was posted there.

    `rewritten` counts the quotes that are as good, but were said in other words.
    """

    quotes: Sequence[ScoredQuote]
    episodes: Sequence[Episode]
    posted: Sequence[Posted]
    rewritten: int = 0

    @property
    def unspent(self) -> tuple[ScoredQuote, ...]:
        """The quotes that were never posted there."""
        spent = {each.id for each in self.posted}
        return tuple(each for each in self.quotes if each.id not in spent)


@dataclass(frozen=True, slots=True)
class Outlook:
    """For how many of the coming dates a supply lasts; `pause` is the shortest of a guest in days.

    A supply that `lasts` has more quotes than there are dates.
    """

    dates: int
    pause: int
    lasts: bool


def supply_of(
    quotes: Iterable[ScoredQuote], episodes: Sequence[Episode], posted: Sequence[Posted]
) -> Supply:
    """Keep the good quotes that were said as they are written."""
    good = [each for each in quotes if each.score >= GOOD_SCORE]
    literal = tuple(each for each in good if each.wording.is_literal)
    return Supply(literal, episodes, posted, len(good) - len(literal))


def choose_next(
    supply: Supply, day: date, fitting: Sequence[frozenset[str]] = ()
) -> ScoredQuote | None:
    """Choose the quote of a day: the best first, then the good ones, then all of them again.

    Those in `fitting`, by their ids, come before all.
    """
    groups = (
        *([each for each in supply.quotes if each.id in ids] for ids in fitting),
        *([each for each in supply.quotes if each.score >= least] for least in _LEAST_SCORES),
    )
    for group in groups:
        new = [each for each in group if is_new(each, supply.posted, day)]
        if new:
            return rank_quotes(new, supply.episodes, supply.posted, day)[0]
    return next(iter(rank_quotes(supply.quotes, supply.episodes, supply.posted, day)), None)


def look_ahead(supply: Supply, days: Sequence[date]) -> Outlook:
    """Post what would be posted on some days, until a quote would be repeated."""
    posted = list(supply.posted)
    heard = {each.speaker: each.day for each in sorted(posted, key=lambda each: each.day)}
    pause = GUEST_DAYS
    for passed, day in enumerate(days):
        chosen = choose_next(Supply(supply.quotes, supply.episodes, posted), day)
        if chosen is None or any(each.id == chosen.id for each in posted):
            return Outlook(passed, pause, lasts=False)
        if chosen.speaker in heard:
            pause = min(pause, (day - heard[chosen.speaker]).days)
        heard[chosen.speaker] = day
        posted.append(Posted(chosen.id, chosen.speaker, chosen.episode, day))
    return Outlook(len(days), pause, lasts=True)


def describe_supply(supply: Supply, schedule: Schedule, outlook: Outlook) -> tuple[str, ...]:
    """Say how many good quotes a channel has left, and for how long they last."""
    yourself = gettext(
        "To choose from all others, type “{command}”.",
        command=as_command(replace(schedule, review=True)),
    )
    told = ngettext(
        "I leave out {n} good quote said in other words.",
        "I leave out {n} good quotes said in other words.",
        supply.rewritten,
    )
    rewritten = (told,) if supply.rewritten else ()
    if not supply.quotes:
        none = gettext("No quote is good enough to post without a review.")
        return (*explain_none(supply.episodes, f"{none} {yourself}"), *rewritten)
    if not supply.unspent:
        posted = ngettext(
            "I have {n} good quote, and have posted it: it comes again.",
            "I have {n} good quotes, and have posted them all: they come again.",
            len(supply.quotes),
        )
        return (f"{posted} {yourself}", *rewritten)
    return (*_tell_left(supply, schedule, outlook), *rewritten)


def _tell_left(supply: Supply, schedule: Schedule, outlook: Outlook) -> tuple[str, ...]:
    """Say for how long the quotes last that were not posted, and whether guests come sooner."""
    left = supply.unspent
    guests = len({each.speaker for each in left})
    facts = {
        "guests": ngettext("{n} guest", "{n} guests", guests),
        "time": _period(outlook.dates, monthly=schedule.monthly),
    }
    if outlook.lasts:
        enough = ngettext(
            "I have {n} good quote, by {guests}: enough for {time} or more.",
            "I have {n} good quotes, by {guests}: enough for {time} or more.",
            len(left),
            **facts,
        )
    else:
        enough = ngettext(
            "I have {n} good quote, by {guests}: enough for about {time}. Before one comes again, "
            "I will tell an admin.",
            "I have {n} good quotes, by {guests}: enough for about {time}. Before one comes again, "
            "I will tell an admin.",
            len(left),
            **facts,
        )
    sooner = ngettext(
        "With so few, the same guest comes again after {n} week, not {usual}.",
        "With so few, the same guest comes again after {n} weeks, not {usual}.",
        outlook.pause // _DAYS,
        usual=GUEST_WEEKS,
    )
    return (enough, sooner) if outlook.pause < GUEST_DAYS else (enough,)


def _period(dates: int, *, monthly: bool) -> str:
    if monthly:
        return ngettext("{n} month", "{n} months", dates)
    return ngettext("{n} week", "{n} weeks", dates)
