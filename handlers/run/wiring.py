"""Wire the services and platforms of `airquote run` together, and close them in order."""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.config import Settings
from bot.languages import ENGLISH
from bot.logs import make_redactor
from bot.posting.bindings import Bindings
from bot.posting.follows import PostingContext
from bot.posting.outbox import Outbox
from bot.posting.places import Channel
from bot.posting.poster import Poster
from bot.quotes.models import QuotePool
from bot.service.request_queue import RequestQueue
from bot.store.bindings import SqlBindingStore
from bot.store.database import ephemeral_storage_problem, open_database
from bot.store.decisions import SqlDecisionStore
from bot.store.deliveries import SqlDeliveryStore
from bot.store.feedback import Store
from bot.store.follows import SqlFollowStore
from bot.store.outbox import SqlOutboxStore
from bot.store.people import SqlPeopleStore
from bot.store.votes import SqlThemeStore, SqlVoteStore
from bot.weekly.pictures import make_draw
from bot.weekly.pools import pool_of_all
from bot.weekly.ports import WeeklyContext
from bot.weekly.verdicts import Verdicts
from handlers.discord.app import build_discord
from handlers.http import DRAIN_SECONDS, Server, open_session
from handlers.platform import Platform
from handlers.run.connections import Connections, PostingOnly
from handlers.run.health import Health, Watched, watching
from handlers.run.metrics import Metrics, counting_warnings
from handlers.run.quotes_feed import FEED_PATH, QuotesFeed
from handlers.run.roles import ALL_ROLES, Role, Roles
from handlers.run.shelf import LivePodcasts
from handlers.services import Services
from handlers.slack.app import build_slack

_BUILDERS = (build_slack, build_discord)
_MIN_GRACE_MINUTES = 10
# The loggers on which discord.py reports a 429.
_LIMITED_LOGGERS = ("discord.http", "discord.webhook.async_")

_log = logging.getLogger(__name__)


async def assemble(
    stack: AsyncExitStack, settings: Settings, podcasts: LivePodcasts, roles: Roles = ALL_ROLES
) -> tuple[Services, Connections, Health]:
    """Open the services, build the platforms and listen; `stack` closes everything.

    Raises what opening the database and listening raise.
    """
    metrics, posters = Metrics(), dict[str, Poster]()
    answers = Role.WEB in roles
    server = Server(settings.http_port if answers else settings.port)
    services = await _open_services(stack, settings, podcasts, metrics, posters, server)
    platforms = list(_build_platforms(services, roles))
    posters |= {each.poster.platform: each.poster for each in platforms}
    connections = Connections(platforms)
    if settings.mcp and answers:
        # Imported here, because its library is an extra.
        from handlers.mcp.http import answering_assistants

        await stack.enter_async_context(answering_assistants(services.server, services.intake))
    stack.push_async_callback(_stop, connections, services.server)
    posts = Role.WORKER in roles
    health = await _watch(stack, services, podcasts, connections, metrics, posts=posts)
    if answers and (channels := settings.public_channels):
        services.server.show(FEED_PATH, QuotesFeed(services.weekly, channels).show)
    await services.server.start()
    return services, connections, health


def _build_platforms(services: Services, roles: Roles) -> Iterator[Platform]:
    """Build what these roles need of each platform: all of it to answer, or what posts."""
    if Role.WEB in roles:
        yield from (built for build in _BUILDERS if (built := build(services)))
    elif Role.WORKER in roles:
        # Others are asked; nothing is answered here.
        deaf = replace(services, server=Server(None))
        yield from (PostingOnly(built) for build in _BUILDERS if (built := build(deaf)))


async def _open_services(
    stack: AsyncExitStack,
    settings: Settings,
    podcasts: LivePodcasts,
    metrics: Metrics,
    posters: dict[str, Poster],
    server: Server,
) -> Services:
    database = await stack.enter_async_context(open_database(settings.database.get_secret_value()))
    store = Store(database, settings.keep_queries_days)
    limited = partial(metrics.limited, "slack")
    session = await stack.enter_async_context(open_session(limited))
    shelf = podcasts.shelf
    bindings = Bindings([*shelf.podcasts], SqlBindingStore(database))
    intake = RequestQueue(shelf, store, on_answered=metrics.answered, bindings=bindings)
    stack.push_async_callback(shelf.close)
    stack.push_async_callback(intake.drain)
    stack.callback(intake.close)
    language = settings.reply_language or ENGLISH
    outbox = Outbox(SqlOutboxStore(database), posters, language=language)
    posting = PostingContext(
        outbox,
        SqlFollowStore(database),
        SqlPeopleStore(database),
        _ephemeral(settings),
        bindings=bindings,
    )
    decisions = SqlDecisionStore(database)
    weekly = WeeklyContext(
        posting,
        SqlDeliveryStore(database),
        decisions,
        SqlVoteStore(database),
        SqlThemeStore(database),
        partial(_pool, intake),
        Verdicts(decisions),
        partial(_is_ready, intake),
        make_draw(settings),
        metrics.delivered,
    )
    return Services(settings, intake, database, store, session, server, weekly)


async def _watch(
    stack: AsyncExitStack,
    services: Services,
    podcasts: LivePodcasts,
    connections: Connections,
    metrics: Metrics,
    *,
    posts: bool,
) -> Health:
    redact = make_redactor(services.settings.secrets)
    # A newer index is noticed at the next refresh, or never if refreshing is off.
    minutes = services.settings.refresh_minutes
    grace = timedelta(minutes=max(2 * minutes, _MIN_GRACE_MINUTES)) if minutes else timedelta.max
    watched = Watched(connections, services.weekly, podcasts.loaded, redact, grace, posts)
    limited = partial(metrics.limited, "discord")
    stack.enter_context(counting_warnings(_LIMITED_LOGGERS, "rate limited", limited))
    return await stack.enter_async_context(watching(services.server, watched, metrics))


def _ephemeral(settings: Settings) -> str:
    """Log and return a warning if the host discards the database, unless that is accepted."""
    found = ephemeral_storage_problem(settings.database.get_secret_value(), os.environ)
    if found is None or settings.fleeting:
        return ""
    _log.warning("%s", found)
    return str(found)


async def _pool(intake: RequestQueue, channel: Channel) -> QuotePool:
    return pool_of_all(await intake.libraries_at(channel.place))


async def _is_ready(intake: RequestQueue, channel: Channel) -> bool:
    return await intake.shelf.is_ready(await intake.bindings.podcasts_at(channel.place))


async def _stop(connections: Connections, server: Server) -> None:
    await asyncio.gather(server.stop(), connections.stop(DRAIN_SECONDS))
