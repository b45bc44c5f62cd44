"""Slack as the rest sees it."""

from collections.abc import AsyncIterator

from bot.config import Settings
from handlers.adapters import Adapter, Finding, Parts, Platform
from handlers.slack.credentials import slack_problems


def _check(settings: Settings) -> AsyncIterator[Finding]:
    # Loaded here and below, as Slack's libraries take longer than a search.
    from handlers.slack.checks import check_slack

    return check_slack(settings)


def _build(parts: Parts) -> Platform | None:
    """Connect through a socket, or over HTTP where nothing is set for a socket."""
    from handlers.running import Running
    from handlers.slack.app import build_app
    from handlers.slack.client import create_client
    from handlers.slack.events import PATH, Events, answer_with
    from handlers.slack.sockets import Sockets

    settings, running = parts.settings, Running()
    if not settings.slack_bot_token:
        return None
    client = create_client(settings.slack_api_url, settings.slack_bot_token, parts.session)
    if settings.slack_app_token:
        app = build_app(parts.intake, client, running=running)
        return Sockets(app, settings.slack_app_token, running)
    if settings.slack_signing_secret:
        secret = settings.slack_signing_secret.get_secret_value()
        app = build_app(parts.intake, client, signing_secret=secret, running=running)
        parts.server.add(PATH, answer_with(app, secret))
        return Events(app, running)
    return None


SLACK = Adapter(
    name="Slack",
    variables=("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    is_set=lambda settings: settings.has_slack,
    problems=slack_problems,
    check=_check,
    build=_build,
)
