"""A local server that loses requests and replies, and the poster that asks it."""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import ClientError, ClientSession, web

from bench.load.clock import SharedClock
from bot.answers.replies import Reply
from bot.posting.places import Channel, Recipient
from bot.posting.poster import FailureKind, LookupResult, NotFound, PostError

LOST_REQUESTS, LOST_REPLIES = 0.05, 0.10
# By the shared clock: how long a key is known, and how long each way of a request takes at most.
_NONCE_SECONDS = 5 * 60 * 60.0
_MOST_SECONDS = 24.0


SERVER = 0
"""Which member of the clock the server is; the others post."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """What a platform offers: to know keys again, to look for messages, or neither."""

    name: str
    nonce: bool
    readable: bool

    @property
    def certain(self) -> bool:
        """Whether every quote must be posted exactly once."""
        return self.nonce or self.readable


# As Discord, Slack with the scope to read a channel's history, and Slack without it.
STRATEGIES = (
    Strategy("nonce", nonce=True, readable=False),
    Strategy("read-back", nonce=False, readable=True),
    Strategy("neither", nonce=False, readable=False),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One strategy in a world of its own.

    `address` is that of the server, which takes part in the clock as `SERVER`.
    """

    strategy: Strategy
    periods: int
    seed: int
    database: str
    address: str
    clock: SharedClock


class Server:
    """A channel server that loses things, and counts."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._random = random.Random(run.seed)  # noqa: S311 - it must come the same again
        self._posted: Counter[str] = Counter()
        self._known: dict[str, tuple[str, float]] = {}
        self._lost: Counter[str] = Counter()

    def serve(self, listening: socket.socket) -> None:
        """Answer until this process is ended."""
        app = web.Application()
        app.router.add_post("/post", self._lossy(self._post))
        app.router.add_post("/find", self._lossy(self._find))
        app.router.add_get("/counts", self._counts)
        app.cleanup_ctx.append(self._keep_up)
        web.run_app(app, sock=listening, print=None, access_log=None)

    async def _keep_up(self, _: web.Application) -> AsyncIterator[None]:
        keeping_up = asyncio.create_task(self._run.clock.keep_up(SERVER, _turn))
        yield
        keeping_up.cancel()

    def _lossy(
        self, handle: Callable[[str], web.Response]
    ) -> Callable[[web.Request], "asyncio.Future[web.StreamResponse]"]:
        async def answer(request: web.Request) -> web.StreamResponse:
            key = await request.text()
            await self._travel()
            if self._random.random() < LOST_REQUESTS:
                return self._lose(request, "request")
            response = handle(key)
            await self._travel()
            if self._random.random() < LOST_REPLIES:
                return self._lose(request, "reply")
            return response

        return answer  # type: ignore[return-value]

    async def _travel(self) -> None:
        await self._run.clock.sleep(self._random.uniform(0.0, _MOST_SECONDS))

    def _post(self, key: str) -> web.Response:
        now = self._run.clock.seconds
        message, at = self._known.get(key, ("", 0.0))
        if not (message and self._run.strategy.nonce and now - at < _NONCE_SECONDS):
            self._posted[key] += 1
            message = f"{key}-{self._posted[key]}"
            self._known[key] = message, now
        return web.Response(text=message)

    def _find(self, key: str) -> web.Response:
        return web.Response(text=self._known.get(key, ("", 0.0))[0])

    async def _counts(self, _: web.Request) -> web.Response:
        return web.json_response({"posted": self._posted, "lost": self._lost})

    def _lose(self, request: web.Request, what: str) -> web.Response:
        self._lost[what] += 1
        if request.transport:
            request.transport.close()
        return web.Response()


async def _turn() -> None:
    """Let everything else of the server have its turn."""
    await asyncio.sleep(0)


class LossyPoster:
    """Posts to the server, as a platform's adapter would."""

    def __init__(self, run: Run, session: ClientSession) -> None:
        self._run = run
        self._session = session

    @property
    def platform(self) -> str:
        """The name of the platform, which is no real one."""
        return "lossy"

    def admins_of(self, workspace: str) -> Sequence[str]:
        """Nobody looks after anything here."""
        return ()

    @property
    def nonce_seconds(self) -> float:
        """For how long a key that was posted is not posted again."""
        return _NONCE_SECONDS if self._run.strategy.nonce else 0.0

    async def post(self, channel: Channel, reply: Reply, key: str) -> str:
        """Post a quote and name the message."""
        return await self._ask("post", channel, key)

    async def find(self, channel: Channel, key: str, since: datetime) -> LookupResult:
        """Look for a message, if that is allowed."""
        if not self._run.strategy.readable:
            return NotFound.CANNOT_TELL
        return await self._ask("find", channel, key) or NotFound.ABSENT

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        """Nothing is withdrawn here."""

    async def send(self, person: Recipient, reply: Reply, key: str) -> None:
        """Nobody listens here; the database says what people would be told."""

    async def stand_ins(self, channel: Channel) -> Sequence[str]:
        """Nobody stands in."""
        return ()

    async def close_poll(self, channel: Channel, message: str) -> Sequence[int] | None:
        """There are no polls here."""
        return None

    async def has_left(self, workspace: str, person: str) -> bool:
        """Nobody leaves here."""
        return False

    async def language_of(self, recipient: Recipient) -> str:
        """Nobody says which language they read."""
        return ""

    async def find_group(self, channel: Channel, named: str) -> str:
        """There are no groups."""
        return named

    async def lacks(self, channel: Channel, *, thread: bool, pin: bool, ping: str) -> Sequence[str]:
        """Nothing is lacking."""
        return ()

    async def open_thread(self, channel: Channel, message: str, name: str, text: str) -> None:
        """There are no threads."""

    async def pin(self, channel: Channel, message: str, earlier: str = "") -> None:
        """There are no pins."""

    async def why_not(self, channel: Channel, admin: str, *, plain: bool = False) -> str | None:
        """Everything may be posted here."""
        return None

    async def _ask(self, what: str, channel: Channel, key: str) -> str:
        try:
            async with self._session.post(f"{self._run.address}/{what}", data=key) as response:
                return await response.text()
        except ClientError as error:
            reason = f"the connection was lost ({type(error).__name__})."
            raise PostError(FailureKind.AMBIGUOUS, channel.id, reason) from error
