"""The Discord app, built from the shared services: on the gateway, or over HTTP."""

from bot.posting.places import platform_of
from bot.service.saved_requests import BatchedRequestStore
from bot.service.sharing import Shares
from handlers.discord.account import Account
from handlers.discord.endpoint import INTERACTIONS_PATH
from handlers.discord.gateway import Gateway
from handlers.discord.http_interactions import HttpInteractions, build_interactions_handler
from handlers.discord.interaction import PLATFORM, Backend
from handlers.discord.languages import Languages
from handlers.discord.render.charts import ChartRenderer
from handlers.in_flight import InFlight
from handlers.platform import Platform
from handlers.services import Services


def build_discord(services: Services) -> Platform | None:
    """Build the connection to Discord: its gateway, or HTTP if a public key is set.

    None if no token is set.
    """
    settings = services.settings
    if not settings.discord_token:
        return None
    backend = Backend(
        services.intake,
        BatchedRequestStore(services.store),
        Shares(services.intake.claims, on_posted=services.intake.note_share),
        InFlight(),
        services.weekly,
        ChartRenderer(),
        frozenset(each for each in settings.admin_ids if platform_of(each) == PLATFORM),
        Languages(settings.reply_language),
    )
    account = Account(settings, backend)
    if not settings.discord_over_http:
        return Gateway(account, settings.discord_shards)
    key = settings.discord_public_key
    platform = HttpInteractions(account, key, services.server.is_behind)
    services.server.add(INTERACTIONS_PATH, build_interactions_handler(key, platform.receive))
    return platform
