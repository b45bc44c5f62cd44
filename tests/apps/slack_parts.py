"""What the Slack app is built of in a test: the real parts, on a database of the test's own."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.dispatch import answer
from bot.answers.several import AnswerRequest
from bot.library.library import Library
from bot.posting.places import Channel
from bot.quotes.models import QuotePool, ScoredQuote
from bot.quotes.wording import find_wording
from bot.service.request_queue import RequestQueue
from bot.store.database import open_database
from bot.store.feedback import Store
from bot.weekly.ports import WeeklyContext
from handlers.slack.clients import Clients
from handlers.slack.poster import SlackPoster
from tests.weekly_world import context_on

# More than any test asks.
_PER_MINUTE = 1000


@dataclass(frozen=True, slots=True)
class SlackParts:
    """What an app and its poster work with."""

    store: Store
    intake: RequestQueue
    poster: SlackPoster
    weekly: WeeklyContext


@asynccontextmanager
async def opened(
    client: AsyncWebClient,
    library: Library,
    folder: Path,
    answered: AnswerRequest = answer,
    *,
    admins: Iterable[str] = (),
    per_minute: int = _PER_MINUTE,
) -> AsyncIterator[SlackParts]:
    """Open the parts, with a database in a folder; `answered` answers requests."""
    async with open_database(f"sqlite:///{folder / 'airquote.db'}") as database:
        store = Store(database, 0)
        intake = RequestQueue(library, store, answered, per_minute)
        once = AsyncWebClient(client.token, base_url=client.base_url, retry_handlers=[])
        poster = SlackPoster(Clients(once), admins)

        async def pool(_: Channel) -> QuotePool:
            quotes = tuple(scored_quotes(library))
            return QuotePool(quotes, library.index.episodes, partial(find_wording, library.index))

        yield SlackParts(store, intake, poster, context_on(database, {"slack": poster}, pool))
        intake.close()
        await intake.drain()


def scored_quotes(library: Library) -> Iterator[ScoredQuote]:
    """Make something worth posting of every episode."""
    for number, episode in enumerate(library.index.episodes):
        guest = episode.guests[0].name if episode.guests else "Somebody"
        text = f"Number {number} is <!channel> & *the* best thing to say."
        yield ScoredQuote(f"{number:016x}", episode.slug, 61.5, guest, text, "Tea", 9.0, ("short",))
