"""Where Airquote is added: to a server, or to the account of somebody who brings it along."""

import discord

# To view channels, to send messages and to embed links.
_PERMISSIONS = discord.Permissions(view_channel=True, send_messages=True, embed_links=True)
_COMMANDS = "applications.commands"
# What Discord calls integration types: resources/application, Installation Context.
_SERVER, _ACCOUNT = 0, 1


def tell_links(application: int) -> tuple[str, str]:
    """Say where the application with this id is added to a server, and where to an account."""
    server = discord.utils.oauth_url(
        application, permissions=_PERMISSIONS, scopes=("bot", _COMMANDS)
    )
    account = discord.utils.oauth_url(application, scopes=(_COMMANDS,))
    return (
        f"To add it to a server, open {server}&integration_type={_SERVER}",
        f"To bring it along everywhere, open {account}&integration_type={_ACCOUNT}",
    )
