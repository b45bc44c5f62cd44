"""What can keep Airquote from answering in Slack, looked into before anybody asks."""

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

# Slack's requests over HTTP are refused when they seem to be five minutes old.
MOST_SKEW_SECONDS = 60
_PATIENCE_SECONDS = 10
_HISTORY = "to find out whether a weekly quote was posted when its answer was lost"
# What each optional scope is for.
_GAINS = {
    "channels:history": _HISTORY,
    "groups:history": _HISTORY,
    "files:write": "to post weekly quotes with a picture",
    "users:read": "to let the workspace's admins decide on weekly quotes",
}
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")


async def check_slack(settings: Settings) -> AsyncIterator[str | AirquoteError]:
    """Say of the tokens, the scopes and the clock that they are fine, or what is to be mended."""
    if settings.slack_bot_token:
        client = create_client(settings.slack_api_url, settings.slack_bot_token, retry=False)
        client.timeout = _PATIENCE_SECONDS
        try:
            response = await check_bot_token(client)
        except AirquoteError as error:
            yield error
        else:
            yield f"Slack: the bot token is “{response['user']}” in “{response['team']}”."
            given = _header(response.headers, "x-oauth-scopes")
            yield compare_scopes(given)
            yield tell_optional(given)
            yield compare_clocks(_header(response.headers, "date"), datetime.now(UTC))
        if settings.slack_app_token:
            try:
                await check_app_token(client, settings.slack_app_token)
            except AirquoteError as error:
                yield error
            else:
                yield "Slack: the app-level token opens a socket."
    if settings.slack_signing_secret:
        yield check_signing_secret(settings.slack_signing_secret)
    if settings.slack_over_http:
        yield f"Slack: requests are taken in over HTTP on port {settings.http_port}."
    elif settings.slack_signing_secret:
        yield "Slack: the signing secret is not needed, as everything comes through the socket."


def check_signing_secret(secret: Secret) -> str | ConfigError:
    """Say whether a signing secret looks like one: Slack has no way to ask."""
    if _SIGNING_SECRET.fullmatch(secret.get_secret_value()):
        return "Slack: the signing secret looks like one."
    reason = "it is not 32 hexadecimal digits."
    return ConfigError("SLACK_SIGNING_SECRET", reason, SIGNING_SECRET_FROM)


def compare_scopes(given: str) -> str | ConfigError:
    """Say whether a token's scopes, joined by commas, are all that the manifest needs."""
    scopes = _manifest_scopes()
    missing = sorted(set(scopes["bot"]) - set(scopes["bot_optional"]) - _read_scopes(given))
    if not missing:
        return "Slack: the bot token has every scope it needs."
    remedy = "Put handlers/slack/manifest.json into the app's page App Manifest; install it again."
    return ConfigError("SLACK_BOT_TOKEN", f"it lacks {', '.join(missing)}.", remedy)


def tell_optional(given: str) -> str:
    """Say what a token could do with the scopes that are up to whoever installs the app."""
    gains: dict[str, list[str]] = {}
    for scope in sorted(set(_manifest_scopes()["bot_optional"]) - _read_scopes(given)):
        gains.setdefault(_GAINS[scope], []).append(scope)
    if not gains:
        return "Slack: the bot token has every optional scope too."
    listed = "; ".join(f"{join_names(scopes)}: {gain}" for gain, scopes in gains.items())
    return f"Slack: it works without these scopes, which would help. {listed}."


def compare_clocks(theirs: str, ours: datetime) -> str | ConfigError:
    """Say whether the time that Slack wrote into a header is about ours."""
    try:
        skew = (ours - parsedate_to_datetime(theirs)).total_seconds()
    except (TypeError, ValueError):
        return "Slack: it does not tell the time, so the clock is not compared."
    if abs(skew) <= MOST_SKEW_SECONDS:
        return "Slack: this machine's clock agrees with Slack's."
    way = "ahead of" if skew > 0 else "behind"
    reason = f"it is {abs(skew):,.0f} seconds {way} Slack's."
    return ConfigError("Clock", reason, "Let the machine set it (NTP).")


def _manifest_scopes() -> dict[str, list[str]]:
    manifest = json.loads((files("handlers.slack") / "manifest.json").read_text("utf-8"))
    return dict(manifest["oauth_config"]["scopes"])


def _read_scopes(given: str) -> set[str]:
    return {scope.strip() for scope in given.split(",")}


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
