"""Slack over HTTP: requests to /slack/events are verified and passed to the app."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.posting.poster import Poster
from handlers.http import HttpRequest, HttpResponse, RequestHandler
from handlers.in_flight import InFlight
from handlers.platform import UNDIVIDED
from handlers.slack.payloads import payload_problem
from handlers.token_watch import TokenWatch

# Bolt's own check fails on malformed ones, and reads the body first.
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")

_log = logging.getLogger(__name__)

# Returns the message to whoever sends a payload, if it would be answered too late.
TurnAway = Callable[[dict[str, Any]], dict[str, Any] | None]


def build_request_handler(
    app: AsyncApp, signing_secret: str, turn_away: TurnAway
) -> RequestHandler:
    """Build the handler that passes Slack's requests to the app and rejects all others.

    Requests that are older than five minutes are rejected too. `turn_away` is asked before the app.
    """
    verifier = SignatureVerifier(signing_secret)

    async def answer(request: HttpRequest) -> HttpResponse:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not (_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)):
            return HttpResponse(status=401)
        try:
            body = (await request.read()).decode()
            if not verifier.is_valid(body, timestamp, signature):
                return HttpResponse(status=401)
            asked = AsyncBoltRequest(
                body=body, query=request.query_string, headers=dict(request.headers)
            )
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            # Raised if the body is not UTF-8, not JSON, or not the JSON that Bolt expects.
            _log.info("A request could not be read: %s", type(error).__name__)
            return HttpResponse(status=400)
        if problem := payload_problem(asked.body):
            _log.warning("A signed payload does not have the shape of Slack's: %s", problem)
            return HttpResponse(status=400)
        if message := turn_away(asked.body):
            return HttpResponse(text=json.dumps(message), content_type="application/json")
        return await to_aiohttp_response(await app.async_dispatch(asked))

    return answer


class HttpEvents:
    """Slack as a platform over HTTP.

    `check` finds out whether answers can be sent. `in_flight` counts what the app is answering, and
    `watch` knows how its token is doing.
    """

    name = "slack"

    def __init__(
        self,
        check: Callable[[], Awaitable[object]],
        in_flight: InFlight,
        poster: Poster,
        watch: TokenWatch,
    ) -> None:
        self.poster = poster
        self.watch = watch
        self.parts = UNDIVIDED
        self._check = check
        self._in_flight = in_flight

    async def start(self) -> None:
        """Check that answers can be sent; raises ConfigError or UnreachableError."""
        await self._check()

    async def log_in(self) -> None:
        """Check that posts can be sent; raises the same errors as `start`."""
        await self._check()

    async def serve(self) -> None:
        """Wait for ever, as Slack opens the connections."""
        await asyncio.Event().wait()

    async def stop(self, seconds: float) -> None:
        """Give running answers some seconds to finish."""
        await self._in_flight.finish(seconds, self.name)
