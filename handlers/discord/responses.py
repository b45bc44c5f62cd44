"""The first response to an interaction: a call of Discord's API, or the answer to its request.

Over HTTP, the response is held until the interaction is answered. If the process is killed
meanwhile, the connection breaks, so that a balancer asks another one. The library makes its calls
through an adapter that is looked up in the context; those here take its place.
"""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from discord import InteractionResponseType
from discord.http import MultipartParameters, Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

# Of the three seconds that Discord waits. Then a call says that the bot is thinking; when two
# processes were busy, it came up to 1 s later, so holding for 2 s would be too long.
HOLDING_SECONDS = 1.5
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


class Calls(AsyncWebhookAdapter):
    """Answers by calls that do not return the message: the library would parse it in vain."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    async def create_interaction_response(
        self,
        interaction_id: int,
        token: str,
        *,
        params: MultipartParameters,
        **through: Any,  # noqa: ANN401 - the library's session and proxy
    ) -> Any:  # noqa: ANN401 - as the library says
        """Give the first response."""
        if not self._takes(params.payload):
            route = Route(
                "POST",
                "/interactions/{webhook_id}/{webhook_token}/callback",
                webhook_id=interaction_id,
                webhook_token=token,
            )
            await self.request(route, **through, **params._asdict())
        return {"interaction": {"id": interaction_id}}

    def _takes(self, payload: dict[str, Any] | None) -> bool:
        """Take a first response that no call need send, and return whether it is one."""
        return False


class HeldResponse(Calls):
    """Answers one interaction: in the response while it is held, else by calls."""

    def __init__(self) -> None:
        super().__init__()
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

    def _takes(self, payload: dict[str, Any] | None) -> bool:
        if self._held.done() or not payload or payload["type"] not in _FINAL:
            return False
        self._held.set_result(payload)
        return True


def answer_by_calls() -> None:
    """Let interactions be answered by calls in this task, and in those that it starts."""
    async_context.set(Calls())


def held_response() -> HeldResponse | None:
    """Return the response to what is being answered, if that came over HTTP."""
    adapter = async_context.get()
    return adapter if isinstance(adapter, HeldResponse) else None
