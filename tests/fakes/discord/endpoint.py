"""The fake Discord's side of interactions over HTTP: signed requests to an app's address."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition

from aiohttp import ClientError, ClientSession
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.fakes.discord.shapes import Json

_PING, _PONG = {"id": "1", "type": 1, "token": "ping", "version": 1}, {"type": 1}


@dataclass(eq=False)
class Endpoint:
    """Where interactions go, if there is a `url`; `statuses` are those of what was sent there.

    `on_answer` gets each interaction that was answered in the response, and that answer.
    """

    changed: Condition
    url: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    loop: asyncio.AbstractEventLoop | None = None
    session: ClientSession | None = None
    statuses: list[int] = field(default_factory=list)
    on_answer: Callable[[Json, Json], None] = lambda _, __: None

    @property
    def public_key(self) -> str:
        """What the app verifies signatures by."""
        return self.key.public_key().public_bytes_raw().hex()

    def headers(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """Sign a body."""
        timestamp = str(int(time.time() if at is None else at))
        signature = self.key.sign(timestamp.encode() + body).hex()
        return {
            "Content-Type": "application/json",
            "X-Signature-Ed25519": signature,
            "X-Signature-Timestamp": timestamp,
        }

    def deliver(self, event: Json) -> None:
        """Send an interaction. Of any thread."""
        assert self.loop
        asyncio.run_coroutine_threadsafe(self._deliver(event), self.loop)

    async def refuses(self, url: str) -> str:
        """Say why an address cannot be the app's, as Discord finds out by asking it."""
        signed = await self._post(url, _PING)
        if signed != (200, _PONG):
            return f"The specified interactions endpoint url could not be verified: {signed[0]}"
        if (await self._post(url, _PING, tampered=True))[0] != 401:
            return "The specified interactions endpoint url accepts wrong signatures"
        return ""

    async def _deliver(self, event: Json) -> None:
        status, told = await self._post(self.url, event)
        if status == 200 and isinstance(told, dict):
            self.on_answer(event, told)
        with self.changed:
            self.statuses.append(status)
            self.changed.notify_all()

    async def _post(self, url: str, payload: Json, *, tampered: bool = False) -> tuple[int, object]:
        body = json.dumps(payload).encode()
        headers = self.headers(b"another" if tampered else body)
        assert self.session
        try:
            async with self.session.post(url, data=body, headers=headers) as answer:
                is_json = answer.content_type == "application/json"
                return answer.status, await answer.json() if is_json else await answer.text()
        except (ClientError, OSError) as error:
            return 0, str(error)
