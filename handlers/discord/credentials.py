"""Check the Discord token without loading Discord's library, so that the CLI starts fast."""

import re

from bot.config import DAMAGED, SLACK_KINDS, Settings
from bot.errors import ConfigError
from bot.setting_types import reveal

# The remedy wherever the token is missing or rejected.
DISCORD_TOKEN_FROM = (
    "Reset and copy the token on your app's Bot page at discord.com/developers/applications."  # noqa: S105
)

PUBLIC_KEY_FROM = (
    "Copy the public key from your app's General Information page at "
    "discord.com/developers/applications."
)

_TOKEN = re.compile(r"[\w.-]+", re.ASCII)
_QUOTATION_MARKS = "\"'`“”„‟‘’‚‛«»‹›"


def discord_problems(settings: Settings) -> tuple[ConfigError, ...]:
    """List what is wrong with the settings for Discord."""
    token = reveal(settings.discord_token)
    if not token:
        reason = (
            "it is missing, and DISCORD_PUBLIC_KEY is set."
            if settings.discord_public_key
            else "it is missing."
        )
        return (ConfigError("DISCORD_TOKEN", reason, DISCORD_TOKEN_FROM),)
    kinds = [
        f"it contains {kind} for Slack."
        for start, kind in SLACK_KINDS.items()
        if token.startswith(start)
    ]
    if len(token.split()) > 1:
        kinds.append("it contains spaces; set the token alone, without “Bot” before it.")
    elif token.strip(_QUOTATION_MARKS) != token:
        kinds.append("it is in quotation marks; set the token without them.")
    elif token.isdecimal():
        kinds.append("it consists of digits only, like an application id; it is not a token.")
    elif not _TOKEN.fullmatch(token):
        kinds.append(DAMAGED)
    problems = [ConfigError("DISCORD_TOKEN", reason, DISCORD_TOKEN_FROM) for reason in kinds]
    if settings.discord_shards and settings.discord_over_http:
        reason = "DISCORD_PUBLIC_KEY is set, so nothing comes through the gateway."
        problems.append(ConfigError("DISCORD_SHARDS", reason, "Unset one of the two."))
    return tuple(problems)
