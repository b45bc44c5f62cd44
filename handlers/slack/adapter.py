"""Slack as a plugin; its libraries are loaded only when they are needed."""

from collections.abc import AsyncIterator

from bot.config import Settings
from handlers.platform import Finding, PlatformPlugin
from handlers.slack.credentials import slack_problems


def _check(settings: Settings) -> AsyncIterator[Finding]:
    # Imported here, because loading Slack's libraries takes longer than a search.
    from handlers.slack.setup_checks import check_slack

    return check_slack(settings)


SLACK = PlatformPlugin(
    name="Slack",
    variables=("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    is_set=lambda settings: settings.has_slack,
    problems=slack_problems,
    check=_check,
)
