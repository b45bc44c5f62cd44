"""Slack over HTTP: what it sends to /slack/events, handed to the app."""

import asyncio
import logging
import re

from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.posting.poster import Poster
from handlers.running import Running
from handlers.slack.client import check_bot_token
from handlers.web import Answer, Request, Response

PATH = "/slack/events"
# Bolt's own check raises at other timestamps and signatures, and reads the body before it.
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")

_log = logging.getLogger(__name__)


def answer_with(app: AsyncApp, signing_secret: str) -> Answer:
    """Make what answers Slack's requests through the app, and refuses everybody else's.

    A request that is older than five minutes is refused too.
    """
    verifier = SignatureVerifier(signing_secret)

    async def answer(request: Request) -> Response:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not (_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)):
            return Response(status=401)
        try:
            body = (await request.read()).decode()
            if not verifier.is_valid(body, timestamp, signature):
                return Response(status=401)
            asked = AsyncBoltRequest(
                body=body, query=request.query_string, headers=dict(request.headers)
            )
        except (AttributeError, LookupError, TypeError, ValueError):
            # What Bolt raises at a body that is no JSON, and at JSON of another shape.
            return Response(status=400)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    return answer


class Events:
    """The app behind `answer_with`; `running` counts what it is answering."""

    name = "slack"

    def __init__(self, app: AsyncApp, running: Running, poster: Poster) -> None:
        self.poster = poster
        self._app = app
        self._running = running

    async def start(self) -> None:
        """See that answers can be sent; raises ConfigError or UnreachableError as Sockets does."""
        await check_bot_token(self._app.client)

    async def serve(self) -> None:
        """Wait: it is Slack who calls."""
        await asyncio.Event().wait()

    async def stop(self, seconds: float) -> None:
        """Let what was taken in be answered for so long."""
        if not await self._running.settle(seconds):
            _log.warning("Some answers were not finished.", extra={"platform": self.name})
