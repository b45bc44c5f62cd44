"""Commands of the local Slack as signed requests, to one process after another.

Nobody waits for the answer to somebody else, and each is waited for as long as Slack does.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle
from threading import Thread
from time import monotonic

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from tests.fakes.slack.delivery import Delivery, Door, held_in, signed
from tests.fakes.slack.server import SlackServer

_SECRET = "a-signing-secret-of-nothing"  # noqa: S105
_PATIENCE_SECONDS = 3.0
_END_SECONDS = 10.0


class Doors:
    """Where processes take commands, which are sent in a thread of its own.

    `variables` tell a process the secret.
    """

    def __init__(self, slack: SlackServer) -> None:
        self.variables = {"SLACK_SIGNING_SECRET": _SECRET}
        self._slack = slack
        self._doors = cycle(list[Door]())
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._session: asyncio.Future[ClientSession] = self._loop.create_future()
        self._thread = Thread(target=self._run, name="doors", daemon=True)

    def open(self, ports: Sequence[int]) -> None:
        """Send to processes that listen on these ports from now on."""
        self._doors = cycle([Door(f"http://127.0.0.1:{p}/slack/events", _SECRET) for p in ports])
        self._thread.start()

    def send(self, delivery: Delivery) -> None:
        """Send a command to the process whose turn it is."""
        asyncio.run_coroutine_threadsafe(self._post(next(self._doors), delivery), self._loop)

    def close(self) -> None:
        """Send nothing any more."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        connector, timeout = TCPConnector(limit=0), ClientTimeout(total=_PATIENCE_SECONDS)
        async with ClientSession(connector=connector, timeout=timeout) as session:
            self._session.set_result(session)
            await self._over.wait()

    async def _post(self, door: Door, delivery: Delivery) -> None:
        body, headers = delivery.request()
        session, signature = await self._session, signed(door.secret, body)
        delivery.sent = monotonic()
        try:
            async with session.post(door.url, data=body, headers=headers | signature) as answer:
                status, text = answer.status, await answer.text()
        except (ClientError, OSError, TimeoutError):
            return  # it was not acknowledged
        self._slack.acknowledge(delivery, status, held_in(text))
