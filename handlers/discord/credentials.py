"""What Discord wants to be shown, and what people set in its place."""

import re

from bot.config import DAMAGED, SLACK_KINDS, Settings, reveal
from bot.errors import ConfigError

# Where it is found; said wherever it is missing or refused.
DISCORD_TOKEN_FROM = (
    "Reset and copy the token on your app's page Bot at discord.com/developers/applications."  # noqa: S105
)

_TOKEN = re.compile(r"[\w.-]+", re.ASCII)
_QUOTATION_MARKS = "\"'`“”„‟‘’‚‛«»‹›"


def discord_problems(settings: Settings) -> tuple[ConfigError, ...]:
    """List what keeps the settings from saying how to answer in Discord."""
    token = reveal(settings.discord_token)
    if not token:
        return (ConfigError("DISCORD_TOKEN", "it is missing.", DISCORD_TOKEN_FROM),)
    kinds = [
        f"it holds {kind} of Slack's."
        for start, kind in SLACK_KINDS.items()
        if token.startswith(start)
    ]
    if len(token.split()) > 1:
        kinds.append("it is several words; the token is one, without “Bot” before it.")
    elif token.strip(_QUOTATION_MARKS) != token:
        kinds.append("it stands in quotation marks; the token has none.")
    elif token.isdecimal():
        kinds.append("it is only digits, as the application's id is; the token is another.")
    elif not _TOKEN.fullmatch(token):
        kinds.append(DAMAGED)
    return tuple(ConfigError("DISCORD_TOKEN", reason, DISCORD_TOKEN_FROM) for reason in kinds)
