"""Socket Mode: the connections of an app, what goes out over them and what is acknowledged."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from time import monotonic
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.fakes.serving import PATIENCE_SECONDS
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.things import APP
from tests.fakes.slack.workspace import Workspace

Acknowledged = Callable[[Delivery | None, Any], None]


@dataclass(eq=False)
class Socket:
    """A connection of the app; a silent one answers no ping."""

    connection: web.WebSocketResponse
    transport: asyncio.Transport
    silent: bool = False


class Sockets:
    """All connections; deliveries go over one after the other, as with Slack.

    `connected` counts the connections there ever were; new ones are silent while `silent` is true.
    `acknowledged` is told of each acknowledgement, with None for one of nothing.
    """

    def __init__(
        self, workspace: Workspace, loop: asyncio.AbstractEventLoop, acknowledged: Acknowledged
    ) -> None:
        self.open: list[Socket] = []
        self.connected = 0
        self.silent = False
        self._workspace = workspace
        self._loop = loop
        self._acknowledged = acknowledged
        self._deliveries: dict[str, Delivery] = {}
        self._tickets: set[str] = set()
        self._turn = 0

    def new_link(self, url: str) -> str:
        """Make the address of a connection, good for one."""
        ticket = self._workspace.new_id("ticket-")
        self._tickets.add(ticket)
        return f"{url.replace('http', 'ws', 1)}link?ticket={ticket}&app_id={APP}"

    def send(self, delivery: Delivery) -> None:
        """Send a delivery over the connection whose turn it is."""
        with self._workspace.changed:
            self._turn += 1
            socket = self.open[self._turn % len(self.open)]
            self._deliveries[delivery.id] = delivery
        delivery.sent = monotonic()
        self._do(socket.connection.send_json(delivery.envelope()))

    def close(self) -> None:
        """Close all connections, as a server that restarts."""
        self._do(self.close_all())

    def close_first(self) -> None:
        """Close the oldest connection, as Slack does a while after its warning."""
        self._do(self.open[0].connection.close(code=WSCloseCode.GOING_AWAY))

    def drop(self) -> None:
        """Cut all connections without a word."""
        for each in list(self.open):
            self._loop.call_soon_threadsafe(each.transport.abort)

    def refresh(self) -> None:
        """Ask the app to connect anew."""
        self._say_disconnect("refresh_requested")

    def warn(self) -> None:
        """Tell the app that its connections end soon."""
        self._say_disconnect("warning")

    def fall_silent(self) -> None:
        """Answer no ping any more, neither on the connections there are nor on new ones."""
        self.silent = True
        for each in list(self.open):
            each.silent = True

    async def close_all(self) -> None:
        """Close all connections, in the server's own loop."""
        for each in list(self.open):
            await each.connection.close(code=WSCloseCode.GOING_AWAY)

    async def on_connect(self, request: web.Request) -> web.StreamResponse:
        """Take a connection and listen to it until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(ticket)
        # Pings are answered here, so that they can go unanswered too.
        connection = web.WebSocketResponse(autoping=False)
        await connection.prepare(request)
        assert request.transport is not None
        socket = Socket(connection, request.transport, silent=self.silent)
        await connection.send_json(_hello(len(self.open) + 1))
        with self._workspace.changed:
            self.open.append(socket)
            self.connected += 1
            self._workspace.changed.notify_all()
        try:
            await self._listen(socket)
        finally:
            with self._workspace.changed:
                self.open.remove(socket)
                self._workspace.changed.notify_all()
        return connection

    async def _listen(self, socket: Socket) -> None:
        async for frame in socket.connection:
            if frame.type is WSMsgType.PING and not socket.silent:
                await socket.connection.pong(frame.data)
            elif frame.type is WSMsgType.TEXT:
                ack = json.loads(frame.data)
                delivery = self._deliveries.get(ack.get("envelope_id", ""))
                self._acknowledged(delivery, ack.get("payload"))

    def _say_disconnect(self, reason: str) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}
        # The app may know that it is connected a moment before this server does.
        with self._workspace.changed:
            assert self._workspace.changed.wait_for(lambda: self.open, PATIENCE_SECONDS)
        for each in list(self.open):
            self._do(each.connection.send_json(frame))

    def _do(self, doing: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(PATIENCE_SECONDS)


def _hello(number: int) -> dict[str, Any]:
    return {
        "type": "hello",
        "connection_info": {"app_id": APP},
        "num_connections": number,
        "debug_info": {"host": "local", "build_number": 1, "approximate_connection_time": 18060},
    }
