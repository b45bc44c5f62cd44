"""The Discord app in this process, on the local Discord, and how its answers are read."""

import asyncio
import threading
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request
from bot.answers.several import AnswerRequest
from bot.config import Settings
from bot.environment import parse_settings
from bot.errors import ConfigError
from bot.library.library import Library
from bot.posting.places import Channel
from bot.posting.poster import Poster
from bot.quotes.models import QuotePool
from bot.service.request_queue import RequestQueue
from bot.service.saved_requests import BatchedRequestStore
from bot.service.sharing import Shares
from bot.store.database import Database, open_database
from bot.store.feedback import Store
from bot.weekly.pools import pool_of
from bot.weekly.ports import WeeklyContext
from handlers.discord.account import Account
from handlers.discord.endpoint import INTERACTIONS_PATH
from handlers.discord.gateway import Gateway
from handlers.discord.http_interactions import HttpInteractions, build_interactions_handler
from handlers.discord.interaction import Backend
from handlers.discord.languages import Languages
from handlers.discord.render.charts import ChartRenderer
from handlers.discord.shards import Pace
from handlers.discord.sync import sync_commands
from handlers.http import Server
from handlers.in_flight import InFlight
from handlers.run.connections import keep_connected
from tests.fakes.discord.message_rules import buttons_of, parts_of, shown_text
from tests.fakes.discord.server import DiscordServer
from tests.fakes.serving import PATIENCE_SECONDS
from tests.process import free_port
from tests.weekly_world import context_on

# More than any test asks.
_PER_MINUTE = 1000

_AT_ONCE = timedelta(milliseconds=10)
Json = dict[str, Any]
T = TypeVar("T")


def _paces() -> tuple[Pace, Pace]:
    return Pace(shortest=0.01), Pace(shortest=0.01, longest=0.1)


@contextmanager
def running_discord() -> Iterator[DiscordServer]:
    """Run a Discord that knows the commands; neither it nor the app may break a rule."""
    server = DiscordServer()
    server.start()
    try:
        asyncio.run(sync_commands(settings_for(server)))
        yield server
    finally:
        server.stop()
    assert server.violations == []
    assert server.drift == []


def settings_for(server: DiscordServer, **variables: str) -> Settings:
    """Make the settings that lead to a server."""
    basis = {
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_URL": server.api_url,
        "DISCORD_GATEWAY_URL": server.gateway_url,
    }
    settings, problems = parse_settings({**basis, **variables})
    assert problems == []
    return settings


def ports_on(
    database: Database, library: Library, posters: Mapping[str, Poster] | None = None
) -> WeeklyContext:
    """Make what the quote of the week needs, on a database."""

    async def pool(_: Channel) -> QuotePool:
        return pool_of(library)

    return context_on(database, {} if posters is None else posters, pool)


@dataclass
class App:
    """The app, which runs in a thread with a loop of its own."""

    server: DiscordServer
    library: Library
    folder: Path
    answered: AnswerRequest
    ready: threading.Event = field(default_factory=threading.Event)
    loop: asyncio.AbstractEventLoop = field(init=False)
    over: asyncio.Event = field(init=False)
    store: Store = field(init=False)
    intake: RequestQueue = field(init=False)
    account: Account = field(init=False)
    platform: Gateway | HttpInteractions = field(init=False)
    weekly: WeeklyContext = field(init=False)
    over_http: bool = False
    shards: str = ""
    make_paces: Callable[[], tuple[Pace, Pace]] = field(default=_paces)
    with_pictures: bool = False
    admins: Collection[str] = ()
    languages: Languages = field(default_factory=Languages)
    refusal: ConfigError | None = None
    is_behind: bool = False
    _listening: Server = field(init=False)

    def run(self) -> None:
        """Answer until it is over."""
        asyncio.run(self._serve())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the app's loop, and give what it gives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_SECONDS)

    def end(self) -> None:
        """End it as its process would, without waiting for that."""
        self.loop.call_soon_threadsafe(self.over.set)

    async def _serve(self) -> None:
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        async with open_database(f"sqlite:///{self.folder / 'airquote.db'}") as database:
            self.store = Store(database, 0)
            self.intake = RequestQueue(self.library, self.store, self.answered, _PER_MINUTE)
            posters: dict[str, Poster] = {}
            self.weekly = ports_on(database, self.library, posters)
            desk = Backend(
                self.intake,
                BatchedRequestStore(self.store),
                Shares(self.intake.claims, on_posted=self.intake.note_share),
                InFlight(),
                self.weekly,
                ChartRenderer(),
                frozenset(self.admins),
                self.languages,
            )
            style = {"AIRQUOTE_QUOTE_CARD": "1"} if self.with_pictures else {}
            divided = {"DISCORD_SHARDS": self.shards} if self.shards else {}
            self.account = Account(settings_for(self.server, **style, **divided), desk)
            await self._choose_platform()
            posters["discord"] = self.account.poster
            answering = asyncio.create_task(self._keep_up())
            await self.over.wait()
            answering.cancel()
            await asyncio.wait([answering])
            await self.platform.stop(PATIENCE_SECONDS)
            await self._listening.stop()
            self.intake.close()
            await self.intake.drain()

    async def _choose_platform(self) -> None:
        """Connect through the gateway, or let Discord send its requests to a free port."""
        port, key = free_port(), self.server.endpoint.public_key
        self._listening = Server(port if self.over_http else None)
        if not self.over_http:
            shards = self.account.settings.discord_shards
            self.platform = Gateway(self.account, shards, self.make_paces, _AT_ONCE)
            return
        self.platform = over_http = HttpInteractions(self.account, key, lambda: self.is_behind)
        answer = build_interactions_handler(key, over_http.receive)
        self._listening.add(INTERACTIONS_PATH, answer)
        await self._listening.start()
        self.server.endpoint.url = f"http://127.0.0.1:{port}{INTERACTIONS_PATH}"

    async def _keep_up(self) -> None:
        try:
            await keep_connected(self.platform, lambda _: self.ready.set(), 0.05)
        except ConfigError as error:
            self.refusal = error
            with self.server.changed:
                self.server.changed.notify_all()


@contextmanager
def answering(
    server: DiscordServer,
    library: Library,
    folder: Path,
    answered: AnswerRequest = answer,
    **about: Any,
) -> Iterator[App]:
    """Let the app answer; `answered` answers its requests, `about` are further fields of `App`."""
    app = App(server, library, folder, answered, **about)
    before = len(server.gateway.identifies)
    thread = threading.Thread(target=app.run, name="discord-app")
    thread.start()
    try:
        assert app.ready.wait(PATIENCE_SECONDS)
        if not app.over_http:
            server.wait_for_bot(before + 1)
        yield app
    finally:
        app.end()
        thread.join(2 * PATIENCE_SECONDS)
        assert not thread.is_alive()


def comes_true(fact: Callable[[], object]) -> bool:
    """Look at a fact until it is true, but not for ever."""
    until = monotonic() + PATIENCE_SECONDS
    while not (found := fact()) and monotonic() < until:
        sleep(0.01)
    return bool(found)


class Slow:
    """Answers only when it is `let`."""

    def __init__(self, then: AnswerRequest = lambda _, __: Reply("At last.")) -> None:
        self.let = threading.Event()
        self._then = then

    def __call__(self, library: Library, request: Request) -> Reply:
        assert self.let.wait(20)
        return self._then(library, request)


def broken(_: Library, __: Request) -> Reply:
    """Fail to answer."""
    raise RuntimeError("the oven is cold")


def labels(message: Json) -> list[str]:
    """Name what can be pressed in a message."""
    parts = [*parts_of(message["components"])]
    options = [option for each in parts for option in each.get("options") or ()]
    chosen = [option["label"].partition(". ")[2] for option in options]
    return chosen + [each["label"] for each in buttons_of(message) if "custom_id" in each]


def links(message: Json) -> list[str]:
    """Give the addresses of the buttons that open a video."""
    return [each["url"] for each in buttons_of(message) if each.get("url")]


def text_of(message: Json) -> str:
    """Read a message."""
    return shown_text(message)


def is_private(message: Json) -> bool:
    """Say whether only one person sees a message."""
    return bool(message["flags"] & 64)
