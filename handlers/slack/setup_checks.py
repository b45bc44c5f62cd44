"""Checks of the Slack setup for `airquote doctor`."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.config import Settings
from bot.errors import AirquoteError, ConfigError
from bot.posting.places import Channel
from bot.posting.poster import PostError
from bot.setting_types import Secret
from bot.store.database import Database, open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.store.follows import SqlFollowStore
from bot.text import pluralize
from bot.translations import join_names
from bot.weekly.models import SubscriptionState
from handlers.http import NETWORK_ERRORS
from handlers.platform import Finding
from handlers.slack.client import act_for, check_app_token, check_bot_token, create_client
from handlers.slack.credentials import (
    APP_TOKEN_FROM,
    REINSTALL,
    SIGNING_SECRET_FROM,
    slack_problems,
)
from handlers.slack.manifests import extra_scopes, optional_scopes, required_scopes
from handlers.slack.rehearsal import rehearse_post

# Requests over HTTP are rejected if they seem to be older than five minutes.
MOST_SKEW_SECONDS = 60
_PATIENCE_SECONDS = 10
_HISTORY = (
    "to find out whether a weekly quote was posted if Slack's answer was lost, and to answer a "
    "mention about the message above it"
)
_DIRECT = "to answer direct messages, and suggest what to ask"
_LINKED = "to show what is said at the second that a link leads to"
# What each optional scope is for.
_GAINS = {
    "assistant:write": _DIRECT,
    "channels:history": _HISTORY,
    "files:write": "to post weekly quotes with an image",
    "groups:history": _HISTORY,
    "im:history": _DIRECT,
    "links.embed:write": "to play the video of a link in Slack",
    "links:read": _LINKED,
    "links:write": _LINKED,
    "pins:write": "to pin weekly quotes",
    "usergroups:read": "to find user groups to notify by their names",
    "users:read": (
        "to let the workspace's admins moderate weekly quotes, and to answer people in their own "
        "language"
    ),
}
_EXTRA = " Those for direct messages and links come with “airquote slack manifest --full”."
_MOST_WORKSPACES = 20
_INSTALL = "Their admins do so at /slack/install, at your address."
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
# An app-level token contains the id of its app.
_APP_OF_TOKEN = re.compile(r"xapp-\d-(?P<app>A[A-Z0-9]+)-.+")
# It opens a channel wherever somebody is signed in.
_OPEN = "https://slack.com/app_redirect?team={team}&channel={channel}"


async def check_slack(settings: Settings) -> AsyncIterator[Finding]:
    """Check the tokens, the scopes, the clock, and the channels to post in."""
    if settings.slack_for_many:
        async for finding in _check_workspaces(settings):
            yield finding
    elif settings.slack_bot_token:
        client = _open_client(settings)
        bot: AsyncSlackResponse | None = None
        try:
            bot = await check_bot_token(client)
        except AirquoteError as error:
            yield error
        else:
            for finding in _describe_bot(bot):
                yield finding
        if settings.slack_app_token:
            yield await _check_socket(client, bot, settings.slack_app_token)
        if bot is not None:
            targets = await _load_targets(settings)
            async for finding in _check_channels(client, str(bot["team_id"]), targets):
                yield finding
    for finding in _check_transport(settings):
        yield finding


async def _check_workspaces(settings: Settings) -> AsyncIterator[Finding]:
    """Check the tokens of the workspaces that have installed the app, the newest first."""
    if slack_problems(settings):
        return
    # Imported here, because one workspace needs no encryption.
    from handlers.slack.oauth import open_installations

    client, fine = _open_client(settings), 0
    try:
        async with open_database(settings.database.get_secret_value()) as database:
            installations = open_installations(settings, client, database)
            known, targets = await installations.rows.known(), await _targets(database)
            for each in [*reversed(known)][:_MOST_WORKSPACES]:
                there = each.workspace or each.enterprise
                own = act_for(client, await installations.find_token(there), there)
                try:
                    await check_bot_token(own)
                except AirquoteError as error:
                    yield error
                    continue
                fine += 1
                async for finding in _check_channels(own, there, targets):
                    yield finding
    except AirquoteError as error:
        yield error
        return
    if not known:
        yield f"Slack: no workspace has installed the app yet. {_INSTALL}"
    elif fine:
        many = pluralize(len(known), "workspace")
        yield f"Slack: {many} installed the app; {fine} of the tokens that were tried work."


def _open_client(settings: Settings) -> AsyncWebClient:
    client = create_client(settings.slack_api_url, settings.slack_bot_token, retry=False)
    client.timeout = _PATIENCE_SECONDS
    return client


def _describe_bot(bot: AsyncSlackResponse) -> Iterator[Finding]:
    """Say whose the bot token is and what it may do, by Slack's answer about it."""
    given = _header(bot.headers, "x-oauth-scopes")
    yield f"Slack: the bot token belongs to “{bot['user']}” in “{bot['team']}”."
    yield compare_scopes(given)
    yield describe_optional(given)
    yield compare_clocks(_header(bot.headers, "date"), datetime.now(UTC))


async def _check_socket(
    client: AsyncWebClient, bot: AsyncSlackResponse | None, app_token: Secret
) -> Finding:
    """Check the app-level token, and that the bot token is of the same app."""
    try:
        await check_app_token(client, app_token)
    except AirquoteError as error:
        return error
    theirs = await _app_of(client, bot) if bot is not None else ""
    return compare_apps(app_token.get_secret_value(), theirs)


def compare_apps(app_token: str, theirs: str) -> Finding:
    """Compare the app of an app-level token with the id of the bot token's, "" if unknown."""
    found = _APP_OF_TOKEN.fullmatch(app_token)
    if found and theirs and found["app"] != theirs:
        reason = f"it is of another app ({found['app']}) than SLACK_BOT_TOKEN ({theirs})."
        return ConfigError("SLACK_APP_TOKEN", reason, f"Take both from one app. {APP_TOKEN_FROM}")
    return "Slack: the app-level token opens a socket."


async def _app_of(client: AsyncWebClient, bot: AsyncSlackResponse) -> str:
    """Ask for the id of a bot's app; "" if Slack does not tell, as without users:read."""
    try:
        described = await client.bots_info(bot=bot.get("bot_id") or "")
    except (SlackApiError, AttributeError, *NETWORK_ERRORS):
        return ""
    return str((described.get("bot") or {}).get("app_id") or "")


async def _check_channels(
    client: AsyncWebClient, team: str, targets: Iterable[Channel]
) -> AsyncIterator[Finding]:
    """Check that the app may post in the targets that are in a workspace."""
    fine = 0
    for channel in sorted({each.id for each in targets if each.workspace == team}):
        try:
            await rehearse_post(client, channel)
        except PostError as error:
            where = _OPEN.format(team=team, channel=channel)
            yield ConfigError(f"Channel {channel} ({where})", error.reason, error.remedy)
        else:
            fine += 1
    if fine:
        yield f"Slack: it may post in {pluralize(fine, 'channel')}, for quotes or announcements."


async def _load_targets(settings: Settings) -> Sequence[Channel]:
    """Open the database and list the targets; none after an error, which has a line of its own."""
    try:
        async with open_database(settings.database.get_secret_value()) as database:
            return await _targets(database)
    except AirquoteError:
        return ()


async def _targets(database: Database) -> Sequence[Channel]:
    """List the channels that get weekly quotes or announcements; raises StoreError."""
    subscriptions = await SqlDeliveryStore(database).subscriptions()
    announced = await SqlFollowStore(database).channels()
    wanted = [each.channel for each in subscriptions if each.state is not SubscriptionState.OFF]
    wanted += [each.channel for each in announced]
    return [each for each in wanted if each.platform == "slack"]


def _check_transport(settings: Settings) -> Iterator[Finding]:
    if settings.slack_signing_secret:
        yield _check_signing_secret(settings.slack_signing_secret)
    if settings.slack_over_http:
        yield f"Slack: requests are accepted over HTTP on port {settings.http_port}."
    elif settings.slack_signing_secret:
        yield "Slack: the signing secret is not needed with Socket Mode."


def _check_signing_secret(secret: Secret) -> Finding:
    """Check the form of a signing secret, as Slack offers no way to verify it."""
    if _SIGNING_SECRET.fullmatch(secret.get_secret_value()):
        return "Slack: the signing secret looks valid."
    reason = "it is not 32 hexadecimal digits."
    return ConfigError("SLACK_SIGNING_SECRET", reason, SIGNING_SECRET_FROM)


def compare_scopes(given: str) -> Finding:
    """Check that a token's scopes, joined by commas, include all that the manifest requires."""
    missing = sorted(required_scopes() - _read_scopes(given))
    if not missing:
        return "Slack: the bot token has every scope it needs."
    return ConfigError("SLACK_BOT_TOKEN", f"it lacks {', '.join(missing)}.", REINSTALL)


def describe_optional(given: str) -> str:
    """Say what the optional scopes that a token lacks would allow."""
    gains: dict[str, list[str]] = {}
    missing = optional_scopes() - _read_scopes(given)
    for scope in sorted(missing):
        gains.setdefault(_GAINS[scope], []).append(scope)
    if not gains:
        return "Slack: the bot token has every optional scope."
    listed = "; ".join(f"{join_names(scopes)}: {gain}" for gain, scopes in gains.items())
    extra = _EXTRA if missing & extra_scopes() else ""
    return f"Slack: these optional scopes are missing. {listed}.{extra}"


def compare_clocks(theirs: str, ours: datetime) -> Finding:
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


def _read_scopes(given: str) -> set[str]:
    return {scope.strip() for scope in given.split(",")}


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
