"""The response to an interaction over HTTP, held until it is answered.

If the process is killed meanwhile, the connection breaks, so that a balancer asks another one. The
library answers by calls of Discord's API, through an adapter that is looked up in the context; the
adapter here is the one of a single interaction, and lets its answer be the response.
"""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from discord import InteractionResponseType
from discord.http import MultipartParameters
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

# Of the three seconds that Discord waits. Then the members see that the bot is thinking.
HOLDING_SECONDS = 2.0
# Nothing follows these. What follows another first response must come after it, and only a call
# tells when Discord has that.
_FINAL = frozenset(
    each.value
    for each in (
        InteractionResponseType.channel_message,
        InteractionResponseType.autocomplete_result,
        InteractionResponseType.modal,
    )
)


class HeldResponse(AsyncWebhookAdapter):
    """Answers one interaction: in the response while it is held, else by calls."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._held: asyncio.Future[dict[str, Any] | None] = (
            asyncio.get_running_loop().create_future()
        )

    async def receive(self, receive: Callable[[], object]) -> dict[str, Any] | None:
        """Let an interaction be received; return its answer, None if calls answer it."""

        def answer_here() -> None:
            async_context.set(self)
            receive()

        # The library answers in tasks, which inherit the context.
        copy_context().run(answer_here)
        await asyncio.wait([self._held], timeout=HOLDING_SECONDS)
        self.end()
        return self._held.result()

    def end(self) -> None:
        """Hold the response no longer, as everything is done or it is getting late."""
        if not self._held.done():
            self._held.set_result(None)

    async def create_interaction_response(
        self,
        interaction_id: int,
        token: str,
        *,
        params: MultipartParameters,
        **call: Any,  # noqa: ANN401 - the library's session and proxy
    ) -> Any:  # noqa: ANN401 - as the library says
        """Answer in the response if that is possible."""
        payload = params.payload
        if self._held.done() or not payload or payload["type"] not in _FINAL:
            return await super().create_interaction_response(
                interaction_id, token, params=params, **call
            )
        self._held.set_result(payload)
        return {"interaction": {"id": interaction_id}}


def held_response() -> HeldResponse | None:
    """Return the response to what is being answered, if that came over HTTP."""
    adapter = async_context.get()
    return adapter if isinstance(adapter, HeldResponse) else None
