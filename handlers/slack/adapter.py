"""Slack as the rest sees it."""

from collections.abc import AsyncIterator
from functools import partial

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
    from handlers.slack.poster import SlackPoster
    from handlers.slack.sockets import Sockets

    settings, running = parts.settings, Running()
    token, url, admins = settings.slack_bot_token, settings.slack_api_url, settings.admin_ids
    if not token:
        return None
    client = create_client(url, token, parts.session)
    # A post that is sent again may be there twice.
    once = create_client(url, token, parts.session, retry=False)
    poster = SlackPoster(once, admins)
    build = partial(build_app, parts.intake, parts.weekly, client, admins=admins, running=running)
    if settings.slack_app_token:
        return Sockets(build(), settings.slack_app_token, running, poster)
    if settings.slack_signing_secret:
        secret = settings.slack_signing_secret.get_secret_value()
        app = build(signing_secret=secret)
        parts.server.add(PATH, answer_with(app, secret))
        return Events(app, running, poster)
    return None


SLACK = Adapter(
    name="Slack",
    variables=("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    is_set=lambda settings: settings.has_slack,
    problems=slack_problems,
    check=_check,
    build=_build,
)
