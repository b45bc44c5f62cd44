"""Checks of the Slack setup for `airquote doctor`."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.resources import files

from bot.answers.replies import join_names
from bot.config import Secret, Settings
from bot.errors import AirquoteError, ConfigError
from handlers.slack.client import check_app_token, check_bot_token, create_client
from handlers.slack.credentials import SIGNING_SECRET_FROM

# Requests over HTTP are rejected if they seem to be older than five minutes.
MOST_SKEW_SECONDS = 60
_PATIENCE_SECONDS = 10
_HISTORY = "to find out whether a weekly quote was posted if Slack's answer was lost"
# What each optional scope is for.
_GAINS = {
    "channels:history": _HISTORY,
    "groups:history": _HISTORY,
    "files:write": "to post weekly quotes with an image",
    "users:read": "to let the workspace's admins moderate weekly quotes",
}
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")


async def check_slack(settings: Settings) -> AsyncIterator[str | AirquoteError]:
    """Check the tokens, the scopes and the clock."""
    if settings.slack_bot_token:
        client = create_client(settings.slack_api_url, settings.slack_bot_token, retry=False)
        client.timeout = _PATIENCE_SECONDS
        try:
            response = await check_bot_token(client)
        except AirquoteError as error:
            yield error
        else:
            yield f"Slack: the bot token belongs to “{response['user']}” in “{response['team']}”."
            given = _header(response.headers, "x-oauth-scopes")
            yield compare_scopes(given)
            yield describe_optional(given)
            yield compare_clocks(_header(response.headers, "date"), datetime.now(UTC))
        if settings.slack_app_token:
            try:
                await check_app_token(client, settings.slack_app_token)
            except AirquoteError as error:
                yield error
            else:
                yield "Slack: the app-level token opens a socket."
    if settings.slack_signing_secret:
        yield _check_signing_secret(settings.slack_signing_secret)
    if settings.slack_over_http:
        yield f"Slack: requests are accepted over HTTP on port {settings.http_port}."
    elif settings.slack_signing_secret:
        yield "Slack: the signing secret is not needed with Socket Mode."


def _check_signing_secret(secret: Secret) -> str | ConfigError:
    """Check the form of a signing secret, as Slack offers no way to verify it."""
    if _SIGNING_SECRET.fullmatch(secret.get_secret_value()):
        return "Slack: the signing secret looks valid."
    reason = "it is not 32 hexadecimal digits."
    return ConfigError("SLACK_SIGNING_SECRET", reason, SIGNING_SECRET_FROM)


def compare_scopes(given: str) -> str | ConfigError:
    """Check that a token's scopes, joined by commas, include all that the manifest requires."""
    scopes = _manifest_scopes()
    missing = sorted(set(scopes["bot"]) - set(scopes["bot_optional"]) - _read_scopes(given))
    if not missing:
        return "Slack: the bot token has every scope it needs."
    remedy = (
        "Paste handlers/slack/manifest.json into the app's App Manifest page, "
        "and reinstall the app."
    )
    return ConfigError("SLACK_BOT_TOKEN", f"it lacks {', '.join(missing)}.", remedy)


def describe_optional(given: str) -> str:
    """Say what the optional scopes that a token lacks would allow."""
    gains: dict[str, list[str]] = {}
    for scope in sorted(set(_manifest_scopes()["bot_optional"]) - _read_scopes(given)):
        gains.setdefault(_GAINS[scope], []).append(scope)
    if not gains:
        return "Slack: the bot token has every optional scope."
    listed = "; ".join(f"{join_names(scopes)}: {gain}" for gain, scopes in gains.items())
    return f"Slack: these optional scopes are missing. {listed}."


def compare_clocks(theirs: str, ours: datetime) -> str | ConfigError:
    """Compare our clock with the time in a header of Slack's."""
    try:
        skew = (ours - parsedate_to_datetime(theirs)).total_seconds()
    except (TypeError, ValueError):
        return "Slack: its answer has no date, so the clock was not compared."
    if abs(skew) <= MOST_SKEW_SECONDS:
        return "Slack: this machine's clock agrees with Slack's."
    way = "ahead of" if skew > 0 else "behind"
    reason = f"it is {abs(skew):,.0f} seconds {way} Slack's."
    return ConfigError("Clock", reason, "Synchronize it with NTP.")


def _manifest_scopes() -> dict[str, list[str]]:
    manifest = json.loads((files("handlers.slack") / "manifest.json").read_text("utf-8"))
    return dict(manifest["oauth_config"]["scopes"])


def _read_scopes(given: str) -> set[str]:
    return {scope.strip() for scope in given.split(",")}


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
