"""Post to a response_url: retry where nothing can appear twice, and never raise."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.service.sharing import ShareOutcome
from handlers.http import NO_CONNECTION
from handlers.slack.pictures import has_pictures, without_pictures

_TRIES_WHEN_LIMITED = 3
# The webhook client's retry handlers see only 429s, so server errors are retried here.
_PAUSES = (0.5, 1.5)
_NOT_TAKEN = 503
_SERVER_ERRORS = frozenset({500, 502, _NOT_TAKEN, 504})
_DEAD = frozenset({404, 410})

_log = logging.getLogger(__name__)

OnTaken = Callable[[dict[str, Any]], object]


async def respond(
    client: AsyncWebClient,
    url: str,
    message: dict[str, Any],
    on_taken: OnTaken | None = None,
) -> ShareOutcome:
    """Answer a member, with retries after every temporary error.

    Uses the session, proxy and timeout of `client`. An expired address is only logged. `on_taken`
    gets the message as Slack has taken it.
    """
    handlers = [AsyncConnectionErrorRetryHandler(), _rate_limit()]
    return await _post_accepted(_webhook(client, url, handlers), message, _SERVER_ERRORS, on_taken)


async def publish(client: AsyncWebClient, url: str, message: dict[str, Any]) -> ShareOutcome:
    """Post what must not appear twice, with retries only if it certainly was not posted."""
    webhook = _webhook(client, url, [_rate_limit()])
    return await _post_accepted(webhook, message, frozenset({_NOT_TAKEN}))


def _rate_limit() -> AsyncRateLimitErrorRetryHandler:
    return AsyncRateLimitErrorRetryHandler(max_retry_count=_TRIES_WHEN_LIMITED)


def _webhook(
    client: AsyncWebClient, url: str, handlers: list[AsyncRetryHandler]
) -> AsyncWebhookClient:
    return AsyncWebhookClient(
        url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        retry_handlers=handlers,
    )


async def _post_accepted(
    webhook: AsyncWebhookClient,
    message: dict[str, Any],
    again: frozenset[int],
    on_taken: OnTaken | None = None,
) -> ShareOutcome:
    """Post a message; where it is refused, post it without pictures, of which one may be gone."""
    outcome, in_vain = await _post(webhook, message, again)
    if outcome is ShareOutcome.REFUSED and not in_vain and has_pictures(message):
        message = without_pictures(message)
        outcome, _ = await _post(webhook, message, again)
    if on_taken and outcome is ShareOutcome.POSTED:
        on_taken(message)
    return outcome


async def _post(
    webhook: AsyncWebhookClient, message: dict[str, Any], again: frozenset[int]
) -> tuple[ShareOutcome, bool]:
    """Post a message; retry after each pause if the status is one of `again`.

    Also return whether no other message would be accepted either.
    """
    for pause in (*_PAUSES, None):
        try:
            response = await webhook.send_dict(message)
        # Anybody who knows the address can post: log neither it nor an error that may contain it.
        except Exception as error:  # noqa: BLE001 - whatever the network and the SDK come up with
            _log.warning("A response_url could not be reached: %s", type(error).__name__)
            lost = isinstance(error, NO_CONNECTION)
            return ShareOutcome.REFUSED if lost else ShareOutcome.UNSURE, lost
        if response.status_code not in again or pause is None:
            break
        await asyncio.sleep(pause)
    status = response.status_code
    return _outcome(status, response.body), status in _DEAD or status == _NOT_TAKEN


def _outcome(status: int, body: str) -> ShareOutcome:
    if status < 300 and not _refuses(body):
        return ShareOutcome.POSTED
    if status in _DEAD:
        _log.info("A response_url has expired: %s", status)
    else:
        _log.warning("A response_url answered with %s.", status)
    return ShareOutcome.UNSURE if status >= 500 and status != _NOT_TAKEN else ShareOutcome.REFUSED


def _refuses(body: str) -> bool:
    """Return whether a successful status carries an error, as in Slack's API: {"ok": false}."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False
