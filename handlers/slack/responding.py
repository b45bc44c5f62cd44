"""Posting to a response_url: tried again where that cannot say a thing twice, and never raising."""

import asyncio
import json
import logging
from typing import Any

from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.service.sharing import ShareOutcome
from handlers.web import NO_CONNECTION

_TRIES_WHEN_LIMITED = 3
# The webhook client asks its retry handlers about a 429 only: server errors are tried again here.
_PAUSES = (0.5, 1.5)
_NOT_TAKEN = 503
_SERVER_ERRORS = frozenset({500, 502, _NOT_TAKEN, 504})
_DEAD = frozenset({404, 410})

_log = logging.getLogger(__name__)


async def respond(client: AsyncWebClient, url: str, message: dict[str, Any]) -> ShareOutcome:
    """Answer a person; every passing trouble is a reason to try again.

    `client` lends its session, proxy and timeout. A dead address is logged.
    """
    handlers = [AsyncConnectionErrorRetryHandler(), _rate_limit()]
    return await _post(_webhook(client, url, handlers), message, _SERVER_ERRORS)


async def publish(client: AsyncWebClient, url: str, message: dict[str, Any]) -> ShareOutcome:
    """Post what must not appear twice: tried again only where it surely has not been posted."""
    webhook = _webhook(client, url, [_rate_limit()])
    return await _post(webhook, message, frozenset({_NOT_TAKEN}))


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


async def _post(
    webhook: AsyncWebhookClient, message: dict[str, Any], again: frozenset[int]
) -> ShareOutcome:
    """Post a message, again after each pause if the answer is one of those statuses."""
    for pause in (*_PAUSES, None):
        try:
            response = await webhook.send_dict(message)
        # The address lets anybody post: neither it nor an error that may name it is logged.
        except Exception as error:  # noqa: BLE001 - whatever the network and the SDK come up with
            _log.warning("A response_url cannot be reached: %s", type(error).__name__)
            return ShareOutcome.REFUSED if isinstance(error, NO_CONNECTION) else ShareOutcome.UNSURE
        if response.status_code not in again or pause is None:
            break
        await asyncio.sleep(pause)
    return _outcome(response.status_code, response.body)


def _outcome(status: int, body: str) -> ShareOutcome:
    if status < 300 and not _refuses(body):
        return ShareOutcome.POSTED
    if status in _DEAD:
        _log.info("A response_url is dead: %s", status)
    else:
        _log.warning("A response_url answers with %s.", status)
    return ShareOutcome.UNSURE if status >= 500 and status != _NOT_TAKEN else ShareOutcome.REFUSED


def _refuses(body: str) -> bool:
    """Say whether an answer that looks fine says otherwise, as Slack's API does: {"ok": false}."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False
