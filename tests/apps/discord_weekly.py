"""The quote of the week in the local Discord: a podcast with quotes, admins and what they do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.library.library import Library
from bot.posting import places
from bot.quotes.models import ScoredQuote
from bot.weekly.messages import posted
from bot.weekly.models import Quote, quote_from
from tests.apps.discord import App, Json, answering
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import MANAGE_GUILD, MEMBER, Channel, User
from tests.illustrated import illustrated

KEY, OTHER_KEY = "a1" * 12 + "b", "c2" * 12 + "d"
SLUG, TITLE, CODE = "model-registry", "Sample: A Model Registry People Actually Use", "S01E01"
SAID = "A registry that nobody opens is a folder with a logo."
WORDS = (SAID, "Names outlive models.", "Nobody reads twelve alerts.", "Ask who is paged.", "Yes.")


def scored_quote(number: int) -> ScoredQuote:
    """Make a quote of a guest of its own."""
    guest = f"Guest {number}" if number else "Tomáš Vlček"
    return ScoredQuote(
        f"{number:016x}", SLUG, 95.0, guest, WORDS[number], "Names", 6.0 - number, ("a claim",)
    )


SCORED_QUOTES = tuple(map(scored_quote, range(len(WORDS))))
QUOTE: Quote = quote_from(SCORED_QUOTES[0])


@contextmanager
def posting(server: DiscordServer, library: Library, folder: Path, **about: Any) -> Iterator[App]:
    """Let the app answer and post, of a podcast that has quotes."""
    with answering(server, replace(library, quotes=SCORED_QUOTES), folder, **about) as app:
        # Who is answered here knows what was told before: of servers and their channels.
        server.slash("podcast help", user=server.add_user("Early")).wait_for_response()
        yield app


def place_of(channel: Channel) -> places.Channel:
    """Name a channel of a server."""
    assert channel.guild
    return places.Channel("discord", str(channel.guild.id), str(channel.id))


def admin_of(server: DiscordServer, name: str = "Grace", **about: Any) -> User:
    """Let somebody in who may manage servers."""
    return server.add_user(name, permissions=MEMBER | MANAGE_GUILD, **about)


def post(app: App, quote: Quote = QUOTE, key: str = KEY, channel: Channel | None = None) -> Json:
    """Post a quote and give the message as it is."""
    server = app.server
    place = place_of(channel or server.channel)
    reply = posted(app.library.index.episodes, quote, key)
    if app.with_pictures:
        reply = illustrated(reply, app.library.index.episodes, quote)
    return server.message(int(app.do(app.account.poster.post(place, reply, key))))


def past(minutes: float = 1) -> datetime:
    """Give a moment before now."""
    return datetime.now(UTC) - timedelta(minutes=minutes)


def typed_weekly(typed: str) -> tuple[str, Json]:
    """Name the command for what is typed elsewhere, "on mon 09:00 Europe/Berlin review"."""
    word, *rest = typed.split() or ["status"]
    values: Json = dict(zip(("day", "time", "zone"), rest[:3], strict=False))
    return f"podcast-admin weekly {word}", values | ({"review": True} if rest[3:] else {})
