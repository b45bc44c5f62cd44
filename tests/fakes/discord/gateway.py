"""The websocket by which the fake Discord tells bots what happens."""

import asyncio
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Condition
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.shapes import Json

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME = 0, 1, 2, 6
_RECONNECT, _INVALID_SESSION, _HELLO, _HEARTBEAT_ACK = 7, 9, 10, 11
_PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15  # members, presences and the content of messages
_GUILD_MESSAGES, _DIRECT_MESSAGES = 1 << 9, 1 << 12
_FLUSHED = zlib.Z_SYNC_FLUSH


@dataclass(eq=False)
class Session:
    """What a bot began with IDENTIFY; it outlives its connections."""

    id: str
    identify: Json
    connection: "Connection | None" = None
    sent: list[Json] = field(default_factory=list)

    @property
    def shard(self) -> int:
        """The number of its shard."""
        return shard_of(self.identify)[0]

    def hears_of(self, event: str, data: Json) -> bool:
        """Say whether an event is for this shard; what is in no guild is for the first."""
        number, of = shard_of(self.identify)
        guild = data.get("guild_id") or (data.get("id") if event.startswith("GUILD_") else None)
        is_number = str(guild or "0").isdecimal()
        return not is_number or (int(guild or 0) >> 22) % of == number


def shard_of(identify: Json) -> tuple[int, int]:
    """Read which shard of how many a bot begins."""
    number, of = identify.get("shard", (0, 1))
    return number, of


@dataclass(eq=False)
class Connection:
    """One websocket; `compress` is None where the bot asked for plain text.

    `closed` says that it was not the bot who hung up.
    """

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    compress: Any = None
    session: Session | None = None
    closed: bool = False

    async def close(self, code: int) -> None:
        """Hang up."""
        self.closed = True
        await self.socket.close(code=code)

    async def send(self, op: int, data: Any = None, **more: Any) -> None:
        """Write one payload."""
        text = json.dumps({"op": op, "d": data, "s": None, "t": None, **more})
        if self.compress is None:
            await self.socket.send_str(text)
        else:
            packed = self.compress.compress(text.encode()) + self.compress.flush(_FLUSHED)
            await self.socket.send_bytes(packed)


class Gateway:
    """The websocket's side of the server.

    `identifies` and `resumes` are what bots began and took up again, `close_codes` those with which
    bots left. What `ready` gives is sent after IDENTIFY: READY's fields, then events. With a
    `refusal`, every IDENTIFY ends with that code; those of shards that are `away` end with 4000.
    """

    def __init__(
        self,
        changed: Condition,
        is_token: Callable[[str], bool],
        ready: Callable[[Json], tuple[Json, list[tuple[str, Json]]]],
    ) -> None:
        self._changed, self._is_token, self._ready = changed, is_token, ready
        self.loop: asyncio.AbstractEventLoop | None = None
        self.privileged = False
        self.refusal = 0
        self.away: set[int] = set()
        self.heartbeat_seconds = 41.25
        self.heartbeats = 0
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.close_codes: list[int | None] = []
        self.sessions: list[Session] = []

    def connected(self) -> list[Session]:
        """Give the sessions that have a connection now."""
        held = [each for each in self.sessions if each.connection]
        return [each for each in held if each.connection and not each.connection.socket.closed]

    def dispatch(self, event: str, data: Json) -> None:
        """Tell every session of an event; who is away is told at RESUME. Of any thread."""
        if self.sessions:
            self._on_loop(self._dispatch, event, data)

    def reconnect(self) -> None:
        """Ask bots to connect anew (op 7)."""
        self._on_loop(self._to_all, _RECONNECT)

    def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        """Say that sessions, or that of a shard, are no longer valid (op 9)."""
        if not resumable:
            self._on_loop(self._forget, shard)
        self._on_loop(self._to_all, _INVALID_SESSION, resumable, shard)

    def close(self, code: int, *, forget: bool = False, shard: int | None = None) -> None:
        """Close every connection, or a shard's, with a code; `forget` makes a RESUME fail."""
        if forget:
            self._on_loop(self._forget, shard)
        self._on_loop(self._close, code, shard)

    def drop(self) -> None:
        """Cut every connection without a word."""
        self._on_loop(self._drop)

    async def end(self) -> None:
        """Hang up on everybody, so that the server can stop."""
        await self._close(1001)

    def _on_loop(self, act: Callable[..., Any], *arguments: Any) -> None:
        assert self.loop

        async def run() -> None:
            done = act(*arguments)
            if done is not None:
                await done

        asyncio.run_coroutine_threadsafe(run(), self.loop).result()

    async def _dispatch(self, event: str, data: Json) -> None:
        for session in self.sessions:
            if session.hears_of(event, data):
                await self._tell(session, event, data)

    async def _tell(self, session: Session, event: str, data: Json) -> None:
        needed = _GUILD_MESSAGES if "guild_id" in data else _DIRECT_MESSAGES
        if event == "MESSAGE_CREATE" and not session.identify["intents"] & needed:
            return
        payload = {"s": len(session.sent) + 1, "t": event, "data": data}
        session.sent.append(payload)
        if session.connection:
            # Who is leaving just now is told at RESUME.
            with suppress(ConnectionError):
                await _replay(session.connection, payload)

    async def _to_all(self, op: int, data: Any = None, shard: int | None = None) -> None:
        for connection in self._connections(shard):
            await connection.send(op, data)

    async def _close(self, code: int, shard: int | None = None) -> None:
        for connection in self._connections(shard):
            await connection.close(code)

    def _drop(self) -> None:
        for connection in self._connections():
            if connection.transport:
                connection.transport.abort()

    def _connections(self, shard: int | None = None) -> list[Connection]:
        return [each.connection for each in self._of(shard) if each.connection]

    def _of(self, shard: int | None) -> list[Session]:
        return [each for each in self.sessions if shard in (None, each.shard)]

    def _forget(self, shard: int | None = None) -> None:
        for session in self._of(shard):
            session.id = ""

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Talk to one bot until one of the two hangs up."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        zipped = request.query.get("compress") == "zlib-stream"
        connection = Connection(socket, request.transport, zlib.compressobj() if zipped else None)
        await connection.send(_HELLO, {"heartbeat_interval": int(self.heartbeat_seconds * 1000)})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(connection, json.loads(message.data))
        finally:
            self._hang_up(connection)
        return socket

    def _hang_up(self, connection: Connection) -> None:
        with self._changed:
            code, session = connection.socket.close_code, connection.session
            if not connection.closed:
                self.close_codes.append(code)
            if session and session.connection is connection:
                session.connection = None
                # Who leaves with 1000 or 1001 does not mean to come back.
                if code in (1000, 1001) and not connection.closed:
                    self.sessions.remove(session)
            self._changed.notify_all()

    async def _receive(self, connection: Connection, payload: Json) -> None:
        match payload["op"]:
            case 1:
                await connection.send(_HEARTBEAT_ACK)
                with self._changed:
                    self.heartbeats += 1
                    self._changed.notify_all()
            case 2:
                await self._identify(connection, payload["d"])
            case 6:
                await self._resume(connection, payload["d"])

    async def _identify(self, connection: Connection, identify: Json) -> None:
        with self._changed:
            self.identifies.append(identify)
            self._changed.notify_all()
        if self.refusal:
            await connection.close(self.refusal)
        elif shard_of(identify)[0] in self.away:
            await connection.close(4000)
        elif not self._is_token(identify["token"]):
            await connection.close(4004)
        elif connection.session:
            await connection.close(4005)
        elif identify["intents"] & _PRIVILEGED and not self.privileged:
            await connection.close(4014)
        else:
            await self._begin(connection, Session(token_hex(16), identify))

    async def _begin(self, connection: Connection, session: Session) -> None:
        with self._changed:
            ready, events = self._ready(session.identify)
        connection.session, session.connection = session, connection
        shard = {"shard": session.identify["shard"]} if "shard" in session.identify else {}
        await self._tell(session, "READY", {**ready, "session_id": session.id, **shard})
        for event, data in events:
            await self._tell(session, event, data)
        with self._changed:
            self.sessions.append(session)
            self._changed.notify_all()

    async def _resume(self, connection: Connection, resume: Json) -> None:
        with self._changed:
            known = [each for each in self.sessions if each.id and each.id == resume["session_id"]]
        if not self._is_token(resume["token"]):
            await connection.close(4004)
        elif not known:
            await connection.send(_INVALID_SESSION, data=False)
        else:
            await self._continue(connection, known[0], resume)

    async def _continue(self, connection: Connection, session: Session, resume: Json) -> None:
        connection.session, session.connection = session, connection
        for payload in session.sent[resume["seq"] :]:
            await _replay(connection, payload)
        await self._tell(session, "RESUMED", {})
        with self._changed:
            self.resumes.append(resume)
            self._changed.notify_all()


async def _replay(connection: Connection, payload: Json) -> None:
    await connection.send(_DISPATCH, payload["data"], s=payload["s"], t=payload["t"])
