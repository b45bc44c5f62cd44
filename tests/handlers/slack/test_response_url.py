"""Posting to a response_url, against the local Slack."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, TraceConfig
from slack_sdk.web.async_client import AsyncWebClient

from bot.service.sharing import ShareOutcome
from handlers.slack.response_url import publish, respond
from tests.fakes.slack.calls import RESPONSE_URL
from tests.fakes.slack.server import Fault, SlackServer, running_slack

Post = Callable[[AsyncWebClient, str, dict[str, Any]], Awaitable[ShareOutcome]]

PRIVATE = {"text": "Hello", "response_type": "ephemeral"}
PUBLIC = {"text": "Hello", "response_type": "in_channel"}


def url_of(slack: SlackServer) -> str:
    workspace = slack.workspace
    act = workspace.interact(workspace.add_person("Ann"), workspace.add_channel("general"))
    return f"{slack.url}response/{act.response}"


def send(slack: SlackServer, post: Post, url: str, message: dict[str, Any]) -> ShareOutcome:
    return asyncio.run(post(AsyncWebClient(base_url=slack.api_url), url, message))


@pytest.mark.parametrize(("post", "message"), [(respond, PRIVATE), (publish, PUBLIC)])
def test_a_message_is_posted(slack: SlackServer, post: Post, message: dict[str, Any]) -> None:
    outcome = send(slack, post, url_of(slack), message)

    assert outcome is ShareOutcome.POSTED
    assert [each.text for each in slack.workspace.messages] == ["Hello"]


@pytest.mark.parametrize("post", [respond, publish])
@pytest.mark.parametrize("fault", [Fault(status=429, retry_after=0), Fault(status=503)])
def test_what_slack_puts_off_is_posted_later(slack: SlackServer, post: Post, fault: Fault) -> None:
    slack.fail(RESPONSE_URL, fault)

    assert send(slack, post, url_of(slack), PUBLIC) is ShareOutcome.POSTED
    assert len(slack.called(RESPONSE_URL)) == 2


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(status=502), Fault(drop=True)])
def test_a_private_answer_is_tried_again_whatever_went_wrong(
    slack: SlackServer, fault: Fault
) -> None:
    slack.fail(RESPONSE_URL, fault)

    assert send(slack, respond, url_of(slack), PRIVATE) is ShareOutcome.POSTED
    assert len(slack.called(RESPONSE_URL)) == 2


@pytest.mark.parametrize(
    "fault", [Fault(status=500, done=True), Fault(status=200, drop=True, done=True)]
)
def test_what_may_be_posted_is_not_posted_again(slack: SlackServer, fault: Fault) -> None:
    slack.fail(RESPONSE_URL, fault)

    assert send(slack, publish, url_of(slack), PUBLIC) is ShareOutcome.UNSURE
    assert len(slack.workspace.messages) == 1


def test_who_is_put_off_for_too_long_gives_up(slack: SlackServer) -> None:
    slack.fail(RESPONSE_URL, Fault(status=503), times=3)

    assert send(slack, publish, url_of(slack), PUBLIC) is ShareOutcome.REFUSED
    assert len(slack.called(RESPONSE_URL)) == 3


@pytest.mark.parametrize("post", [respond, publish])
def test_a_dead_address_is_logged_without_naming_it(
    slack: SlackServer, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "handlers.slack"):
        outcome = send(slack, post, f"{slack.url}response/gone", PRIVATE)

    assert outcome is ShareOutcome.REFUSED
    assert caplog.messages == ["A response_url has expired: 404"]


@pytest.mark.parametrize("post", [respond, publish])
def test_an_address_that_nobody_answers_is_logged_without_naming_it(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with running_slack() as slack:
        url = url_of(slack)
    with caplog.at_level(logging.INFO, "handlers.slack"):
        outcome = send(slack, post, url, PRIVATE)

    assert outcome is ShareOutcome.REFUSED
    assert len(caplog.messages) == 1
    assert url not in caplog.text


def test_a_refusal_that_calls_itself_fine_is_one(slack: SlackServer) -> None:
    """Slack's Web API answers in this way, so it stands in for a response_url that does."""
    outcome = send(slack, publish, f"{slack.api_url}chat.postMessage", {"text": "Hello"})

    assert outcome is ShareOutcome.REFUSED


def test_messages_go_through_the_session_of_the_client(slack: SlackServer) -> None:
    seen: list[str] = []

    async def note(_: object, __: object, params: Any) -> None:
        seen.append(params.url.path)

    async def run() -> ShareOutcome:
        trace = TraceConfig()
        trace.on_request_start.append(note)
        async with ClientSession(trace_configs=[trace]) as session:
            client = AsyncWebClient(base_url=slack.api_url, session=session)
            return await respond(client, url_of(slack), PRIVATE)

    assert asyncio.run(run()) is ShareOutcome.POSTED
    assert len(seen) == 1
