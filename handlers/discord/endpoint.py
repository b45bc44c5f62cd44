"""The address to which Discord sends interactions, as the application has it: shown and changed."""

from urllib.parse import urlsplit

import discord
from discord.http import Route

from bot.config import Settings
from bot.errors import ConfigError, UnreachableError
from handlers.discord.client import explain, log_in_only
from handlers.discord.credentials import PUBLIC_KEY_FROM
from handlers.http import NETWORK_ERRORS

INTERACTIONS_PATH = "/discord/interactions"
_INVALID_FORM = 50035
_GATEWAY = "Discord sends interactions through the gateway."


def complete_address(address: str) -> str:
    """Add the path to the address of a host, if it has none."""
    return address if urlsplit(address).path.strip("/") else address.rstrip("/") + INTERACTIONS_PATH


def check_public_key(app: discord.AppInfo, public_key: str) -> None:
    """Check that a key is that of an application; raises ConfigError."""
    if app.verify_key.lower() != public_key:
        reason = f"it is not that of the application “{app.name}”, whose token is set."
        raise ConfigError("DISCORD_PUBLIC_KEY", reason, PUBLIC_KEY_FROM)


async def show_endpoint(settings: Settings) -> str:
    """Say where Discord sends interactions; raises ConfigError or UnreachableError."""
    async with log_in_only(settings) as (app, _):
        url = app.interactions_endpoint_url
    return f"Discord sends interactions to {url}." if url else _GATEWAY


async def set_endpoint(settings: Settings, address: str) -> str:
    """Let Discord send interactions to an address, or, if it is "", through the gateway.

    Discord tries the address first. Raises ConfigError if it is rejected, else UnreachableError.
    """
    url = complete_address(address) if address else ""
    async with log_in_only(settings) as (_, tree):
        try:
            # The library's own call leaves this field out.
            await tree.client.http.request(
                Route("PATCH", "/applications/@me"), json={"interactions_endpoint_url": url or None}
            )
        except discord.HTTPException as error:
            if error.code == _INVALID_FORM:
                raise _rejected(url, error) from error
            raise explain(error) from error
        except NETWORK_ERRORS as error:
            raise explain(error) from error
    return f"Discord sends interactions to {url} now." if url else _GATEWAY


def _rejected(url: str, error: discord.HTTPException) -> UnreachableError:
    said = error.text.partition(": ")[2] or error.text
    reason = f"it does not accept {url} ({' '.join(said.split())})."
    remedy = (
        "“airquote run” must be running with DISCORD_PUBLIC_KEY, and reachable there by HTTPS from "
        "outside."
    )
    return UnreachableError("Discord", reason, remedy)
