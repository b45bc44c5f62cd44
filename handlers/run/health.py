"""The state of the process over HTTP: /healthz, /readyz and /metrics.

These pages may be public, as Slack uses the same port: details that may be confidential are only
logged.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from bot.errors import StoreError
from bot.library.library import Library
from bot.library.refresh import Refresher
from bot.library.registry import Registry
from bot.logs import Redactor
from bot.weekly.ports import WeeklyContext
from handlers.http import HttpRequest, HttpResponse, Server
from handlers.run.connections import CONNECTED, Connections
from handlers.run.metrics import CONTENT_TYPE, Metrics

FINE = ""
# With more lag than this, nobody is answered in time: platforms wait for three seconds.
MAX_LAG_SECONDS = 5.0
# A tick comes every half minute.
MAX_TICK_SECONDS = 120.0
_DATABASE_SECONDS = 3.0
# A result is reused for this long.
_FRESH_SECONDS = 1.0

_log = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Watched:
    """What is monitored: the platforms, weekly quotes, the live libraries and their registries.

    `grace` is how long a newer index may wait to be used, and how long refreshing may fail.
    `redact` removes secrets from what is shown. Unless this process `posts`, others do.
    """

    connections: Connections
    weekly: WeeklyContext
    loaded: Callable[[], Sequence[tuple[Library, Registry]]]
    redact: Redactor
    grace: timedelta = timedelta(hours=2)
    posts: bool = True


class Lag:
    """The lag of the event loop in seconds, measured every `period` seconds."""

    def __init__(self, period: float = 1.0) -> None:
        self._period = period
        self._late = deque([0.0], maxlen=60)

    @property
    def latest(self) -> float:
        """The latest measurement."""
        return self._late[-1]

    @property
    def worst(self) -> float:
        """The maximum of the last minute."""
        return max(self._late)

    def note(self, seconds: float) -> None:
        """Record a measurement."""
        self._late.append(max(seconds, 0.0))

    async def measure(self) -> None:
        """Measure for ever."""
        while True:
            due = monotonic() + self._period
            await asyncio.sleep(self._period)
            self.note(monotonic() - due)


class Health:
    """Checks which parts of the process work, and updates the metrics."""

    def __init__(
        self,
        watched: Watched,
        metrics: Metrics,
        fresh: float = _FRESH_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.lag = Lag()
        self._watched = watched
        self._metrics = metrics
        self._fresh = fresh
        self._now = now
        self._ticked: float | None = None
        self._refreshers: Callable[[], Sequence[Refresher]] = tuple
        self._checking = asyncio.Lock()
        self._checked: float | None = None
        self._parts: dict[str, str] = {}
        self._described: tuple[str, ...] = ()
        self._newer: dict[str, str] = {}

    def noting(self, tick: Tick) -> Tick:
        """Wrap the tick of the weekly quotes, to record when it last ran."""

        async def noted() -> None:
            await tick()
            self._ticked = self._now()

        return noted

    def watch_episodes(self, refreshers: Callable[[], Sequence[Refresher]]) -> None:
        """From now on, also check that refreshing works."""
        self._refreshers = refreshers

    async def check(self) -> dict[str, str]:
        """Return the trouble of every part, FINE if there is none."""
        async with self._checking:
            if self._checked is None or self._now() - self._checked >= self._fresh:
                before, self._parts = _failing(self._parts), await self._look()
                self._checked = self._now()
                if (failing := _failing(self._parts)) != before:
                    level = logging.WARNING if failing else logging.INFO
                    _log.log(level, "not ready" if failing else "ready", extra={"parts": failing})
            return self._parts

    async def show_health(self, _: HttpRequest) -> HttpResponse:
        """Answer whether the event loop keeps up; if not, the process may be restarted."""
        if self.lag.latest > MAX_LAG_SECONDS:
            return HttpResponse(status=503, text=f"The event loop lags by {self.lag.latest:.1f} s.")
        return HttpResponse(text="ok")

    async def show_readiness(self, _: HttpRequest) -> HttpResponse:
        """Answer with a line for each part that does not work, and which index answers."""
        failing = _failing(await self.check())
        lines = [f"{part}: {trouble}" for part, trouble in failing.items()] or ["ok"]
        text = "\n".join((*lines, *map(self._name_index, self._watched.loaded())))
        return HttpResponse(status=503 if failing else 200, text=text)

    async def show_metrics(self, _: HttpRequest) -> HttpResponse:
        """Answer with all metrics in the format of Prometheus."""
        await self.check()
        self._metrics.lagging(self.lag.worst)
        return HttpResponse(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    async def _look(self) -> dict[str, str]:
        troubles = {
            name: self._watched.redact(trouble)
            for name, trouble in self._watched.connections.find_troubles().items()
        }
        for name in self._watched.connections.troubles:
            self._metrics.connected(name, is_up=troubles[name] == CONNECTED)
        parts = {
            "database": await self._read_database(),
            "index": await self._look_at_index(),
            "episodes": await self._explain_episodes(),
            "quotes": self._explain_tick(),
            **troubles,
        }
        for name, trouble in parts.items():
            self._metrics.ready(name, is_up=trouble == FINE)
        return parts

    async def _read_database(self) -> str:
        """Read when quotes were sent, which also shows that the database works."""
        try:
            async with asyncio.timeout(_DATABASE_SECONDS):
                sent = await self._watched.weekly.deliveries.last_sent()
        except (StoreError, TimeoutError) as error:
            if not self._parts.get("database"):
                _log.warning("The database could not be read. %s", error)
            return "it cannot be read; the log says why."
        self._metrics.quoted(
            {each.platform: each.sent for each in sent if each.sent},
            {
                each.platform: each.waiting
                for each in sent
                if each.waiting and each.platform in self._posters
            },
        )
        return FINE

    @property
    def _posters(self) -> frozenset[str]:
        return frozenset(self._watched.weekly.posting.outbox.posters)

    async def _look_at_index(self) -> str:
        loaded = self._watched.loaded()
        self._newer = {}
        if tuple(library.id for library, _ in loaded) != self._described:
            await self._describe(loaded)
        troubles = [
            _named(library, trouble)
            for library, registry in loaded
            if (trouble := await self._explain_index(library, registry))
        ]
        self._metrics.behind(is_behind=any(self._newer.values()))
        return next(iter(troubles), FINE)

    async def _describe(self, loaded: Sequence[tuple[Library, Registry]]) -> None:
        manifests = [
            await asyncio.to_thread(registry.manifest, library.id) for library, registry in loaded
        ]
        self._metrics.answering_from(
            [
                (library, manifest.built_at if manifest else None)
                for (library, _), manifest in zip(loaded, manifests, strict=True)
            ]
        )
        # A manifest that has not been written yet is read again next time.
        self._described = tuple(each.id for each, _ in loaded) if all(manifests) else ()

    async def _explain_index(self, library: Library, registry: Registry) -> str:
        if not library.index.episodes:
            return "it contains no episodes."
        standing = await asyncio.to_thread(registry.standing)
        newer = standing.id if standing.id not in ("", library.id) else ""
        self._newer[library.id] = newer
        if not newer or not self._is_due(standing.promotions[-1].at):
            return FINE
        return f"{library.id} is in use instead of {standing.id}; the log says why."

    def _name_index(self, used: tuple[Library, Registry]) -> str:
        """Name an index that answers, and the current one if that is another."""
        library, _ = used
        newer = self._newer.get(library.id)
        answering = f"This process answers from the index {library.id}"
        return _named(library, f"{answering}; current is {newer}." if newer else f"{answering}.")

    async def _explain_episodes(self) -> str:
        for refresher in self._refreshers():
            if trouble := await self._explain_refresher(refresher):
                return _named(refresher.live, trouble)
        return FINE

    async def _explain_refresher(self, refresher: Refresher) -> str:
        standing = await asyncio.to_thread(refresher.registry.standing)
        number, since = refresher.refused, refresher.succeeded_at
        if number and standing.refuses(number):
            return f"{number} is newer but was not promoted; “airquote index list” says why."
        if self._is_due(since):
            return f"the last complete refresh was at {since:%Y-%m-%d %H:%M} UTC; see the log."
        return FINE

    def _is_due(self, since: datetime) -> bool:
        """Return whether the grace period since then is over."""
        return self._watched.weekly.posting.outbox.clock() - since > self._watched.grace

    def _explain_tick(self) -> str:
        if not self._watched.posts:
            return FINE
        if self._ticked is None:
            return "the scheduler has not run yet."
        silence = self._now() - self._ticked
        if silence > MAX_TICK_SECONDS:
            return f"the scheduler has not run for {silence:.0f} s."
        return FINE


@asynccontextmanager
async def watching(server: Server, watched: Watched, metrics: Metrics) -> AsyncIterator[Health]:
    """Serve the state of the process; the server must not have started yet."""
    health = Health(watched, metrics)
    metrics.expect(watched.connections.troubles)
    server.show("/healthz", health.show_health)
    server.show("/readyz", health.show_readiness)
    server.show("/metrics", health.show_metrics)
    measuring = asyncio.create_task(health.lag.measure())
    try:
        yield health
    finally:
        measuring.cancel()
        await asyncio.wait([measuring])


def _named(library: Library, trouble: str) -> str:
    """Say whose trouble it is where there are several podcasts."""
    return f"{library.podcast.id}: {trouble}" if library.podcast.id else trouble


def _failing(parts: dict[str, str]) -> dict[str, str]:
    return {part: trouble for part, trouble in parts.items() if trouble != FINE}
