"""What an answer of Slack's Web API says about the token."""

import asyncio
from contextlib import suppress

import pytest
from slack_sdk.errors import SlackApiError

from bot.setting_types import Secret
from handlers.slack.client import check_app_token, check_bot_token, create_client
from handlers.token_watch import TokenWatch
from tests.fakes.slack.calls import Fault
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.things import BOT_USER
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN

DEAD = ("account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked")


def troubles_after(slack: SlackServer, *errors: str) -> list[str]:
    """Call Slack once for each error, "" for none, and give the trouble after each call."""

    async def run() -> list[str]:
        watch = TokenWatch("slack")
        client = create_client(slack.api_url, Secret(BOT_TOKEN), watch=watch, retry=False)
        found = []
        for error in errors:
            if error:
                slack.fail("users.info", Fault(error=error))
            with suppress(SlackApiError):
                await client.users_info(user=BOT_USER)
            found.append(watch.trouble)
        await check_app_token(client, Secret(APP_TOKEN))
        found.append(watch.trouble)
        await check_bot_token(client)
        return [*found, watch.trouble]

    return asyncio.run(run())


@pytest.mark.parametrize("code", DEAD)
def test_a_token_that_does_not_work_is_noted_until_one_does(slack: SlackServer, code: str) -> None:
    first, with_another_token, checked = troubles_after(slack, code)

    assert f"({code})" in first
    assert first == with_another_token
    assert first.startswith("SLACK_BOT_TOKEN: ")
    assert checked == ""


@pytest.mark.parametrize("code", ["missing_scope", "is_archived", "ratelimited", "fatal_error"])
def test_what_one_call_may_not_do_says_nothing_about_the_token(
    slack: SlackServer, code: str
) -> None:
    before, revoked, after, *_ = troubles_after(slack, code, "token_revoked", code)

    assert before == ""
    assert "token_revoked" in revoked
    assert after == revoked


def test_the_first_of_many_rejections_is_logged(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    troubles_after(slack, "token_revoked", "token_revoked", "token_revoked")

    assert [each.levelname for each in caplog.records if "token" in each.getMessage()] == ["ERROR"]
