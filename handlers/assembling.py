"""The parts of the process behind `airquote run`, put together and taken apart in their order."""

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

from bot.config import Settings
from bot.logs import hide_secrets
from bot.metrics import Metrics
from bot.posting.follows import PostingContext
from bot.posting.outbox import Outbox
from bot.posting.poster import Poster
from bot.service.request_queue import RequestQueue
from bot.store.database import ephemeral_storage_problem, open_database
from bot.store.decisions import SqlDecisionStore
from bot.store.deliveries import SqlDeliveryStore
from bot.store.feedback import Store
from bot.store.follows import SqlFollowStore
from bot.store.outbox import SqlOutboxStore
from bot.weekly.messages import draw
from bot.weekly.ports import Pool, WeeklyContext
from bot.weekly.selection import pool_of
from handlers.adapters import Parts
from handlers.connecting import Connections
from handlers.counting import counting
from handlers.health import Health, Watched, watching
from handlers.opening import Podcast
from handlers.platforms import PLATFORMS
from handlers.web import DRAIN_SECONDS, Server, open_session

# In minutes.
_LEAST_GRACE = 10
# Discord's library, where it says that it was answered with 429.
_LIMITED_LOGGERS = ("discord.http", "discord.webhook.async_")

_log = logging.getLogger(__name__)


async def assemble(
    stack: AsyncExitStack, settings: Settings, podcast: Podcast
) -> tuple[Parts, Connections, Health]:
    """Open what is needed, build the platforms and listen; `stack` takes it all apart again.

    Raises what opening the database and listening raise.
    """
    metrics, posters = Metrics(), dict[str, Poster]()
    parts = await _open_parts(stack, settings, podcast, metrics, posters)
    platforms = [built for each in PLATFORMS if (built := each.build(parts))]
    posters |= {each.poster.platform: each.poster for each in platforms}
    connections = Connections(platforms)
    stack.push_async_callback(_stop, connections, parts.server)
    health = await _watch(stack, parts, podcast, connections, metrics)
    await parts.server.start()
    return parts, connections, health


async def _open_parts(
    stack: AsyncExitStack,
    settings: Settings,
    podcast: Podcast,
    metrics: Metrics,
    posters: dict[str, Poster],
) -> Parts:
    database = await stack.enter_async_context(open_database(settings.database.get_secret_value()))
    store = Store(database, settings.keep_queries_days)
    limited = partial(metrics.limited, "slack")
    session = await stack.enter_async_context(open_session(limited))
    intake = RequestQueue(podcast.library, store, on_answered=metrics.answered)
    stack.push_async_callback(intake.drain)
    stack.callback(intake.close)
    outbox = Outbox(SqlOutboxStore(database), posters)
    posting = PostingContext(outbox, SqlFollowStore(database), _ephemeral(settings))
    weekly = WeeklyContext(
        posting,
        SqlDeliveryStore(database),
        SqlDecisionStore(database),
        partial(_pool, intake),
        draw if settings.quote_card else None,
        metrics.delivered,
    )
    return Parts(settings, intake, store, session, Server(settings.http_port), weekly)


async def _watch(
    stack: AsyncExitStack,
    parts: Parts,
    podcast: Podcast,
    connections: Connections,
    metrics: Metrics,
) -> Health:
    redact = hide_secrets(parts.settings.secrets)
    # Another index is found at the next look, which takes its time; without looks, it never is.
    minutes = parts.settings.refresh_minutes
    grace = timedelta(minutes=max(2 * minutes, _LEAST_GRACE)) if minutes else timedelta.max
    watched = Watched(
        connections, parts.weekly, lambda: parts.intake.library, podcast.registry, redact, grace
    )
    limited = partial(metrics.limited, "discord")
    stack.enter_context(counting(_LIMITED_LOGGERS, "rate limited", limited))
    return await stack.enter_async_context(watching(parts.server, watched, metrics))


def _ephemeral(settings: Settings) -> str:
    """Warn of a database that its host throws away; say so unless that is wanted."""
    found = ephemeral_storage_problem(settings.database.get_secret_value(), os.environ)
    if found is None or settings.fleeting:
        return ""
    _log.warning("%s", found)
    return str(found)


async def _pool(intake: RequestQueue) -> Pool:
    return pool_of(intake.library)


async def _stop(connections: Connections, server: Server) -> None:
    await asyncio.gather(server.stop(), connections.stop(DRAIN_SECONDS))
