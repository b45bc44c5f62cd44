"""Discord over HTTP: commands and buttons come as requests to /discord/interactions.

No connection to the gateway is needed, and behind a balancer any process may answer. The code is
that which answers those of the gateway. What comes through the gateway only is missing: messages
that mention the bot, and that a server removed it.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from time import time
from typing import Any

from discord import InteractionResponseType, InteractionType

from bot.translations import speaking
from handlers.crypto import build_verifier
from handlers.discord.account import Account
from handlers.discord.client import receive_interaction
from handlers.discord.departures import forget_unlisted
from handlers.discord.endpoint import check_public_key
from handlers.discord.interaction import PLATFORM
from handlers.discord.responses import HeldResponse
from handlers.http import HttpRequest, HttpResponse, RequestHandler
from handlers.platform import UNDIVIDED

# As Slack's library does. Discord takes one answer, however often an interaction is sent.
_LONGEST_AGO_SECONDS = 5 * 60
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_PING, _PONG = 1, 1
_EPHEMERAL = 64
_DAY_SECONDS = 24 * 60 * 60.0

_log = logging.getLogger(__name__)

# Answers the payload of an interaction.
Receive = Callable[[dict[str, Any]], Awaitable[HttpResponse]]


def build_interactions_handler(
    public_key: str, receive: Receive, now: Callable[[], float] = time
) -> RequestHandler:
    """Build the handler that passes Discord's signed requests on and rejects all others.

    Discord itself checks now and then that wrong signatures are rejected.
    """
    verify = build_verifier(public_key)

    async def answer(request: HttpRequest) -> HttpResponse:
        timestamp = request.headers.get("X-Signature-Timestamp", "")
        signature = request.headers.get("X-Signature-Ed25519", "")
        body = await request.read()
        if not (_TIMESTAMP.fullmatch(timestamp) and verify(signature, timestamp.encode() + body)):
            return HttpResponse(status=401)
        if abs(ago := now() - int(timestamp)) > _LONGEST_AGO_SECONDS:
            _log.warning("A signed request seems to be %.0f s old: is the clock right?", ago)
            return HttpResponse(status=401)
        return await _answer(body, receive)

    return answer


async def _answer(body: bytes, receive: Receive) -> HttpResponse:
    try:
        payload = json.loads(body)
    except (RecursionError, ValueError):
        payload = None
    if not isinstance(payload, dict):
        _log.warning("A signed request is not a JSON object.")
        return HttpResponse(status=400)
    if payload.get("type") == _PING:
        return _said({"type": _PONG})
    return await receive(payload)


def _said(answer: dict[str, Any]) -> HttpResponse:
    return HttpResponse(text=json.dumps(answer), content_type="application/json")


def _response(kind: InteractionResponseType, **data: object) -> dict[str, Any]:
    return {"type": kind.value, "data": data}


class HttpInteractions:
    """Discord as a platform over HTTP, until `is_behind` tells that it would answer too late."""

    name = PLATFORM

    def __init__(self, account: Account, public_key: str, is_behind: Callable[[], bool]) -> None:
        self._account = account
        self._key = public_key
        self._is_behind = is_behind
        self._is_open = False
        self.parts = UNDIVIDED
        self.poster = account.poster
        self.watch = account.watch

    async def receive(self, payload: dict[str, Any]) -> HttpResponse:
        """Answer an interaction, unless it is too early or too late for that.

        If it would be too late, say that the process is busy without reading what is asked.
        """
        client = self._account.client
        if client is None or not self._is_open:
            return HttpResponse(status=503)
        if self._is_behind():
            return self._turn_away(payload)
        answer = await HeldResponse().receive(partial(receive_interaction, client, payload))
        # With this status, Discord waits for the call that answers.
        return HttpResponse(status=202) if answer is None else _said(answer)

    def _turn_away(self, payload: dict[str, Any]) -> HttpResponse:
        if payload.get("type") == InteractionType.autocomplete.value:
            return _said(_response(InteractionResponseType.autocomplete_result, choices=[]))
        backend = self._account.backend
        with speaking(backend.languages.of_locale(str(payload.get("locale", "")))):
            busy = backend.intake.turn_away(PLATFORM)
        message = InteractionResponseType.channel_message
        mentions = {"parse": list[str]()}
        return _said(
            _response(message, content=busy.text, flags=_EPHEMERAL, allowed_mentions=mentions)
        )

    async def start(self) -> None:
        """Log in; raises ConfigError if the token or key is wrong, else UnreachableError."""
        client, app = await self._account.log_in()
        try:
            check_public_key(app, self._key)
            await self._account.warn_once(client)
        except BaseException:
            await self._account.log_out()
            raise
        if not app.interactions_endpoint_url:
            _log.warning(
                "Discord does not send interactions here yet: “airquote discord endpoint ADDRESS” "
                "tells it to.",
                extra={"platform": PLATFORM},
            )
        self._is_open = True

    async def log_in(self) -> None:
        """Log in to post; raises the same errors as `start`."""
        await self._account.log_in()

    async def serve(self) -> None:
        """Forget each day the servers that removed the bot, as nothing else tells of them."""
        while True:
            if client := self._account.client:
                await forget_unlisted(client)
            await asyncio.sleep(_DAY_SECONDS)

    async def stop(self, seconds: float) -> None:
        """Give running answers some seconds to finish, and log out."""
        self._is_open = False
        await self._account.backend.in_flight.finish(seconds, self.name)
        await self._account.log_out()
