"""The quotes that were posted, for use elsewhere: a month as Markdown, the latest as an Atom feed.

Neither says where a quote was posted, or who chose it.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from bot.answers.replies import Card
from bot.posting.places import Channel
from bot.quotes.models import QuotePool
from bot.text import clean, one_line
from bot.translations import format_date, gettext
from bot.weekly.anniversaries import month_of, name_month
from bot.weekly.messages import question_line, quote_card
from bot.weekly.models import Delivery
from bot.weekly.ports import DeliveryStore
from bot.weekly.selection import as_worded

FEED_ENTRIES = 50
"""The most quotes in a feed."""

_YEAR = timedelta(days=366)
# Returns the quotes of a channel's podcasts.
PoolAt = Callable[[Channel], Awaitable[QuotePool]]
# A date may begin in one month in UTC and in another in the zone of a channel.
_MARGIN = timedelta(days=4)
_ATOM = "http://www.w3.org/2005/Atom"
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class PostedQuote:
    """A quote as it was posted, and when."""

    id: str
    card: Card
    day: date
    at: datetime


async def read_month(store: DeliveryStore, pool: QuotePool, month: str) -> tuple[PostedQuote, ...]:
    """Read what was posted in a month such as "2026-11", each quote once."""
    year, _, number = month.partition("-")
    begin = datetime(int(year), int(number), 1, tzinfo=UTC)
    sent = await store.archive(begin - _MARGIN, begin + timedelta(days=31) + _MARGIN)
    return _posted((pool, each) for each in sent if month_of(each.slot.day) == month)


async def read_latest(
    store: DeliveryStore, pool_at: PoolAt, channels: Iterable[str], now: datetime
) -> tuple[PostedQuote, ...]:
    """Read what was posted in some channels, by their ids, within a year; the latest comes first.

    What was posted several times counts once, when it was posted first.
    """
    named, sent = frozenset(channels), await store.archive(now - _YEAR, now + _MARGIN)
    chosen = [each for each in sent if each.channel.id in named]
    pools = {each: await pool_at(each) for each in dict.fromkeys(each.channel for each in chosen)}
    found = _posted((pools[each.channel], each) for each in chosen)
    return found[::-1][:FEED_ENTRIES]


def write_digest(month: str, quotes: Sequence[PostedQuote]) -> str:
    """Write the quotes of a month as Markdown."""
    heading = gettext("Quotes of {month}", month=name_month(month))
    lines = [f"# {heading}", ""]
    for each in quotes:
        card, day = each.card, format_date(each.day, gettext("d MMMM"))
        title = _literal(card.title)
        place = f"[{title}](<{card.url}>)" if card.url else title
        said = _literal(_said(card))
        quoted = said if card.in_short else f"> {said}"
        lines += [
            *([_literal(question_line(card.question)), ""] if card.question else []),
            quoted,
            "",
            f"{_source(card, _literal(card.speaker), place)} ({day})",
            "",
        ]
    return "\n".join(lines)


def write_feed(name: str, quotes: Sequence[PostedQuote], now: datetime) -> bytes:
    """Write quotes as an Atom feed, the latest first; `name` tells the feed from others."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(_tag("feed"))
    _add(feed, "id", uuid5(NAMESPACE_URL, f"airquote:{name}").urn)
    _add(feed, "title", gettext("Quotes of the week"))
    _add(feed, "updated", max((each.at for each in quotes), default=now).isoformat())
    # Relative to where it was fetched from, which a proxy may hide.
    ElementTree.SubElement(feed, _tag("link"), rel="self", href="quotes.atom")
    author = ElementTree.SubElement(feed, _tag("author"))
    _add(author, "name", "Airquote")
    for each in quotes:
        _add_entry(feed, each)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _posted(deliveries: Iterable[tuple[QuotePool, Delivery]]) -> tuple[PostedQuote, ...]:
    """Show deliveries as they were posted, each quote once; each comes with its pool."""
    first: dict[str, PostedQuote] = {}
    for pool, each in deliveries:
        if each.quote:
            card = quote_card(pool.episodes, as_worded(pool, each.quote))
            at = each.message.sending_at or each.slot.at
            first.setdefault(each.quote.id, PostedQuote(each.quote.id, card, each.slot.day, at))
    return tuple(first.values())


def _said(card: Card) -> str:
    return one_line(card.snippet.text) if card.snippet else ""


def _source(card: Card, speaker: str, place: str) -> str:
    """Say who said it, where and at what time; names are escaped already."""
    facts = {"speaker": speaker, "place": place, "time": card.time}
    if speaker and card.time:
        return gettext("— {speaker}, in {place}, at {time}", **facts)
    if speaker:
        return gettext("— {speaker}, in {place}", **facts)
    return gettext("— {place}, at {time}", **facts) if card.time else f"— {place}"


def _literal(text: str) -> str:
    """Escape a text for Markdown."""
    return _MARKUP.sub(r"\\\1", one_line(text))


def _tag(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, _tag(name), attributes).text = clean(text)


def _add_entry(feed: ElementTree.Element, posted: PostedQuote) -> None:
    card = posted.card
    entry = ElementTree.SubElement(feed, _tag("entry"))
    _add(entry, "id", uuid5(NAMESPACE_URL, f"airquote:quote:{posted.id}").urn)
    said = _said(card)
    _add(entry, "title", said if card.in_short else gettext("“{words}”", words=said))
    _add(entry, "published", posted.at.isoformat())
    _add(entry, "updated", posted.at.isoformat())
    author = ElementTree.SubElement(entry, _tag("author"))
    _add(author, "name", card.speaker or gettext("A guest"))
    if card.url:
        ElementTree.SubElement(entry, _tag("link"), rel="alternate", href=card.url)
    _add(entry, "content", _html(card), type="html")


def _html(card: Card) -> str:
    tag, title = "p" if card.in_short else "blockquote", escape(card.title)
    place = f'<a href="{escape(card.url)}">{title}</a>' if card.url else title
    source = _source(card, escape(card.speaker), place)
    asked = f"<p>{escape(question_line(card.question))}</p>" if card.question else ""
    return f"{asked}<{tag}>{escape(_said(card))}</{tag}><p>{source}</p>"
