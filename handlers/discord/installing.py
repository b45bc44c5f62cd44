"""Where Airquote is added: to a server, or to the account of somebody who brings it along."""

import discord

# For the quote of the week: to post it with its video and picture, and to see whether it is there.
_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
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
