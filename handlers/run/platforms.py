"""All chat platforms, and whether the settings are sufficient for one."""

from bot.config import Settings
from bot.environment import raise_problems, read_settings
from bot.errors import ConfigError
from handlers.discord.adapter import DISCORD
from handlers.mcp.adapter import sdk_problems
from handlers.platform import PlatformPlugin
from handlers.run.roles import ALL_ROLES, Role, Roles
from handlers.shared_index import shared_problems
from handlers.slack.adapter import SLACK

PLATFORMS: tuple[PlatformPlugin, ...] = (SLACK, DISCORD)


def load_chat_settings(roles: Roles = ALL_ROLES) -> Settings:
    """Read all settings and check that they suffice for a platform, unless none is needed.

    Raises one ConfigError that lists everything that is wrong.
    """
    # Imported here, because loading it takes longer than a search.
    from bot.store.database import address_problems

    settings, problems = read_settings()
    address = settings.database.get_secret_value()
    of_chats = () if roles == {Role.REFRESH} else chat_problems(settings)
    of_place = (*address_problems(address), *shared_problems(settings))
    raise_problems((*problems, *of_place, *of_chats))
    return settings


def load_settings_of(platform: PlatformPlugin) -> Settings:
    """Read all settings and check that they suffice for one platform; raises ConfigError."""
    settings, problems = read_settings()
    raise_problems((*problems, *platform.problems(settings)))
    return settings


def chat_problems(settings: Settings) -> tuple[ConfigError, ...]:
    """List what is wrong with the settings of the platforms, or that nobody could ask."""
    chosen = [platform for platform in PLATFORMS if platform.is_set(settings)]
    if not chosen and not settings.mcp:
        return (_nothing_is_set(),)
    of_chats = (problem for platform in chosen for problem in platform.problems(settings))
    return (*of_chats, *(sdk_problems() if settings.mcp else ()))


def _nothing_is_set() -> ConfigError:
    variables = ", ".join(name for platform in PLATFORMS for name in platform.variables)
    ways = ", ".join(
        f"{' and '.join(platform.variables)} to answer in {platform.name}" for platform in PLATFORMS
    )
    reason = "none of them is set, so there is no platform to answer on."
    others = "or AIRQUOTE_MCP to answer assistants"
    return ConfigError(
        variables, reason, f"Set {ways}, {others}. “airquote search” needs none of them."
    )
