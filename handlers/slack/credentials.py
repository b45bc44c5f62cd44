"""Check Slack's tokens without loading Slack's libraries, so that the CLI starts fast."""

import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from secrets import token_bytes

from bot.config import DAMAGED, SLACK_KINDS, Settings
from bot.errors import ConfigError
from bot.posting.places import platform_of
from bot.setting_types import reveal
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
# The remedy where a workspace's own token is missing or rejected.
INSTALL_AGAIN = gettext_noop("An admin of the workspace can install the app, at /slack/install.")
SIGNING_SECRET_FROM = "Copy it from your app's Basic Information page at api.slack.com/apps."  # noqa: S105
# The client's id and secret are on the same page.
_CLIENT_FROM = SIGNING_SECRET_FROM
_KEY_FROM = "“airquote slack key” prints one."
_KEY_BYTES = 32
_FOR_ONE = "it is for one workspace, and SLACK_CLIENT_ID is for many."
_ONE_WAY = "Unset one of the two."
_BOT, _APP = "xoxb-", "xapp-"
_TOKEN = re.compile(r"[\w-]+", re.ASCII)


def slack_problems(settings: Settings) -> tuple[ConfigError, ...]:
    """List what is wrong with the settings for Slack."""
    return tuple(_problems(settings))


def new_encryption_key() -> str:
    """Make a key for AIRQUOTE_ENCRYPTION_KEY."""
    return urlsafe_b64encode(token_bytes(_KEY_BYTES)).decode()


def _problems(settings: Settings) -> Iterator[ConfigError]:
    if settings.slack_for_many:
        yield from _problems_with_many(settings)
        return
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


def _problems_with_many(settings: Settings) -> Iterator[ConfigError]:
    """List what is wrong with the settings of an app that many workspaces install."""
    needed = {
        "SLACK_CLIENT_ID": (settings.slack_client_id, _CLIENT_FROM),
        "SLACK_CLIENT_SECRET": (reveal(settings.slack_client_secret), _CLIENT_FROM),
        "SLACK_SIGNING_SECRET": (reveal(settings.slack_signing_secret), SIGNING_SECRET_FROM),
        "AIRQUOTE_ENCRYPTION_KEY": (reveal(settings.encryption_key), _KEY_FROM),
    }
    for name, (value, remedy) in needed.items():
        if not value:
            reason = "it is missing, and SLACK_CLIENT_ID or SLACK_CLIENT_SECRET is set."
            yield ConfigError(name, reason, remedy)
        elif name != "AIRQUOTE_ENCRYPTION_KEY" and value.startswith(("xox", _APP)):
            yield ConfigError(name, "it contains a token.", remedy)
    if not all(map(_is_key, settings.encryption_keys)):
        yield ConfigError("AIRQUOTE_ENCRYPTION_KEY", "it is no such key.", _KEY_FROM)
    yield from _problems_with_one(settings)


def _problems_with_one(settings: Settings) -> Iterator[ConfigError]:
    """List the settings that make sense in one workspace only."""
    for name, token in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token),
        ("SLACK_APP_TOKEN", settings.slack_app_token),
    ):
        if token:
            yield ConfigError(name, _FOR_ONE, _ONE_WAY)
    strangers = sorted(each for each in settings.admin_ids if _is_anywhere(each))
    if strangers:
        reason = f"{', '.join(strangers)} may be another person in each workspace."
        yield ConfigError("AIRQUOTE_ADMINS", reason, "Write it as T012AB3C4/U567DE8F9.")


def _is_key(key: str) -> bool:
    """Return whether a key has the form of Fernet's: 32 bytes in URL-safe Base64."""
    try:
        return len(b64decode(key, altchars=b"-_", validate=True)) == _KEY_BYTES
    except ValueError:
        return False


def _is_anywhere(person: str) -> bool:
    """Return whether the id of a member in Slack does not say in which workspace."""
    return platform_of(person) == "slack" and "/" not in person


def _token_problems(name: str, token: str, prefix: str, remedy: str) -> Iterator[ConfigError]:
    """Say what is wrong with a token, without showing its value."""
    if not token or (token.startswith(prefix) and _TOKEN.fullmatch(token)):
        return
    kinds = [kind for other, kind in SLACK_KINDS.items() if token.startswith(other)]
    reason = f"it contains {kinds[0]}." if kinds else f"it does not start with {prefix}."
    yield ConfigError(name, DAMAGED if token.startswith(prefix) else reason, remedy)
