"""Check Slack's tokens without loading Slack's libraries, so that the CLI starts fast."""

import re
from collections.abc import Iterator

from bot.config import DAMAGED, SLACK_KINDS, Settings, reveal
from bot.errors import ConfigError
from bot.translations import gettext_noop

# The remedies wherever one of them is missing or rejected.
BOT_TOKEN_FROM = gettext_noop(
    "Copy the bot token from your app's OAuth & Permissions page at api.slack.com/apps."
)
APP_TOKEN_FROM = (
    "Copy the app-level token from your app's Basic Information page at api.slack.com/apps; "  # noqa: S105
    "it needs the scope connections:write."
)
REINSTALL = gettext_noop(
    "Paste what “airquote slack manifest” prints, with the options you chose, into the app's App "
    "Manifest page, and reinstall the app."
)
SIGNING_SECRET_FROM = "Copy it from your app's Basic Information page at api.slack.com/apps."  # noqa: S105

_BOT, _APP = "xoxb-", "xapp-"
_TOKEN = re.compile(r"[\w-]+", re.ASCII)


def slack_problems(settings: Settings) -> tuple[ConfigError, ...]:
    """List what is wrong with the settings for Slack."""
    return tuple(_problems(settings))


def _problems(settings: Settings) -> Iterator[ConfigError]:
    bot, app = reveal(settings.slack_bot_token), reveal(settings.slack_app_token)
    secret = reveal(settings.slack_signing_secret)
    if bot.startswith(_APP) and app.startswith(_BOT):
        yield ConfigError(
            "SLACK_BOT_TOKEN, SLACK_APP_TOKEN", "they are swapped.", "Swap them back."
        )
    else:
        yield from _token_problems("SLACK_BOT_TOKEN", bot, _BOT, BOT_TOKEN_FROM)
        yield from _token_problems("SLACK_APP_TOKEN", app, _APP, APP_TOKEN_FROM)
    if secret.startswith(("xox", _APP)):
        yield ConfigError("SLACK_SIGNING_SECRET", "it contains a token.", SIGNING_SECRET_FROM)
    if not bot:
        yield ConfigError("SLACK_BOT_TOKEN", "it is missing.", BOT_TOKEN_FROM)
    if not (app or secret):
        remedy = f"{APP_TOKEN_FROM} Or set SLACK_SIGNING_SECRET, to use HTTP instead."
        yield ConfigError("SLACK_APP_TOKEN", "it is missing.", remedy)


def _token_problems(name: str, token: str, prefix: str, remedy: str) -> Iterator[ConfigError]:
    """Say what is wrong with a token, without showing its value."""
    if not token or (token.startswith(prefix) and _TOKEN.fullmatch(token)):
        return
    kinds = [kind for other, kind in SLACK_KINDS.items() if token.startswith(other)]
    reason = f"it contains {kinds[0]}." if kinds else f"it does not start with {prefix}."
    yield ConfigError(name, DAMAGED if token.startswith(prefix) else reason, remedy)
