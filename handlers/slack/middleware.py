"""What surrounds every listener: each payload is handled once."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse

from bot.service.limits import ExpiringSet

# Slack delivers an event again at once, after a minute and after five.
_REDELIVERED_SECONDS = 15 * 60
_MOST_REMEMBERED = 20_000

Middleware = Callable[..., Awaitable[BoltResponse | None]]


def handle_once() -> Middleware:
    """Make the middleware that acknowledges what Slack delivers again, and goes no further."""
    seen = ExpiringSet(_MOST_REMEMBERED, _REDELIVERED_SECONDS)

    async def once(
        body: dict[str, Any], ack: AsyncAck, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        key = body.get("event_id") or body.get("trigger_id")
        if key and not seen.take(key):
            return await ack()
        await next_()
        return None

    return once
