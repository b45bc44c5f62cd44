"""The Slack app: Bolt's, with every listener of ours and one boundary for errors."""

import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from secrets import token_hex
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.help import apology
from bot.logs import reference_of
from bot.ports import Ports
from bot.service.request_queue import Requester, RequestQueue
from bot.service.sharing import Shares
from handlers.running import Running
from handlers.slack.actions import press
from handlers.slack.calls import Call, origin_of, tell
from handlers.slack.listeners import (
    COMMANDS,
    EVENTS,
    GLOBAL_SHORTCUTS,
    MESSAGE_SHORTCUTS,
    OPTIONS,
    VIEWS,
    Listener,
)
from handlers.slack.middleware import handle_once
from handlers.slack.moderators import Moderators

PLATFORM = "slack"

_log = logging.getLogger(__name__)

BoltListener = Callable[..., Awaitable[None]]


def build_app(
    intake: RequestQueue,
    weekly: Ports,
    client: AsyncWebClient,
    *,
    admins: Iterable[str] = (),
    signing_secret: str | None = None,
    running: Running | None = None,
) -> AsyncApp:
    """Make the app that answers through `client`, for Socket Mode and for HTTP alike.

    `client` brings its token, retry handlers and session; answers to a response_url share the
    session. `admins` are members who decide on weekly quotes as the workspace's own admins do.
    `running` counts the listeners at work: `await running.settle(seconds)` drains them.
    Without a signing secret, whatever comes over HTTP is refused.
    """
    app = _bolt_app(client, signing_secret or token_hex())
    shares, counted = Shares(), running or Running()
    moderators = Moderators(client, admins)

    def bound(listener: Listener) -> BoltListener:
        async def run(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
            asker = Requester(PLATFORM, context.team_id or "", context.user_id or "")
            call = Call(body, ack, asker, intake, client, shares, weekly, moderators)
            with counted:
                await _attend(listener, call)

        return run

    app.use(handle_once())
    _register(app, bound)
    app.error(_failed)
    return app


def _register(app: AsyncApp, bound: Callable[[Listener], BoltListener]) -> None:
    for command, listener in COMMANDS.items():
        app.command(command)(bound(listener))
    for event, listener in EVENTS.items():
        app.event(event)(bound(listener))
    for shortcut, listener in MESSAGE_SHORTCUTS.items():
        app.message_shortcut(shortcut)(bound(listener))
    for shortcut, listener in GLOBAL_SHORTCUTS.items():
        app.global_shortcut(shortcut)(bound(listener))
    for view, listener in VIEWS.items():
        app.view_submission(view)(bound(listener))
    for menu, listener in OPTIONS.items():
        app.options(menu)(bound(listener))
    # Whatever its id: a button of another version is answered too.
    app.block_action(re.compile(""))(bound(press))


def _bolt_app(client: AsyncWebClient, signing_secret: str) -> AsyncApp:
    """Make Bolt's app; it neither asks Slack who it is, nor finds anything in the environment."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

    # Bolt would warn that it uses no token but asks `authorize` for it.
    own = copy(client)
    own.token = None
    with _unseen("SLACK_"):
        app = AsyncApp(
            name=__name__, client=own, authorize=authorize, signing_secret=signing_secret
        )
    own.token = client.token
    return app


@contextmanager
def _unseen(prefix: str) -> Iterator[None]:
    """Hide variables: with some of them Bolt would turn to OAuth, or take other tokens."""
    hidden = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith(prefix)}
    try:
        yield
    finally:
        os.environ.update(hidden)


async def _attend(listener: Listener, call: Call) -> None:
    """Run a listener; when it fails, the person gets a sentence with a number, the log the rest.

    Bolt's own boundary would take back an acknowledgement that is still on its way.
    """
    try:
        call.origin = origin_of(call.body)
        await listener(call)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person must hear of it
        reference = reference_of(error)
        _log.exception("A listener failed: %s", reference)
        await _apologise(call, reference)


async def _apologise(call: Call, reference: str) -> None:
    try:
        if call.ack.response is None:
            await call.ack()
        if call.in_modal:
            call.dialog = call.dialog or call.view["id"]
        await tell(call, apology(reference))
    except Exception:  # noqa: BLE001 - there is nobody left to tell
        _log.exception("Nobody hears of it: %s", reference)


async def _failed(error: Exception) -> BoltResponse:
    """Take what goes wrong before a listener runs: a payload of a shape that Bolt cannot read."""
    _log.warning("A payload cannot be read.", exc_info=error)
    return BoltResponse(status=400, body="")
