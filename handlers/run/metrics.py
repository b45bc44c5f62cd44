"""Metrics for Prometheus: the only module that imports its library.

No label contains a person, a workspace or a query.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.library.library import Library
from bot.posting.outbox import State
from bot.search.index.index import Index
from bot.service.events import Answered, Outcome
from bot.version import commit, version
from bot.weekly.models import Delivered

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Up to three seconds, for which platforms wait.
_ANSWERS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_MINUTE, _HOUR = 60.0, 3600.0
# Up to the lateness at which a quote is skipped.
_LATENESS = (5.0, 15.0, 30.0, _MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 6 * _HOUR, 48 * _HOUR)


class Metrics:
    """All metrics of the process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._add_commands()
        self._add_deliveries()
        self._add_standing()
        self._add_index()

    def expect(self, platforms: Iterable[str]) -> None:
        """Start the counters of platforms at 0: alerts would miss a counter that starts at 1."""
        for platform in platforms:
            self._limited.labels(platform)
            for state in State:
                self._deliveries.labels(platform, state)

    def answered(self, answered: Answered) -> None:
        """Count a command, and observe its duration unless it was rejected."""
        of = answered.platform, answered.command
        self._commands.labels(*of, answered.outcome).inc()
        if answered.outcome not in (Outcome.LIMITED, Outcome.BUSY):
            self._seconds.labels(*of).observe(answered.seconds)
        if answered.is_zero_hit:
            self._zero_hits.inc()

    def delivered(self, delivered: Delivered) -> None:
        """Count a delivery by its state, and observe its lateness if it was sent."""
        self._deliveries.labels(delivered.platform, delivered.state).inc()
        if delivered.state is State.SENT:
            self._lateness.observe(max(delivered.late, 0.0))

    def limited(self, platform: str) -> None:
        """Count that a platform's rate limit was reached."""
        self._limited.labels(platform).inc()

    def connected(self, platform: str, *, is_up: bool) -> None:
        """Record whether a platform is connected."""
        self._connected.labels(platform).set(is_up)

    def ready(self, part: str, *, is_up: bool) -> None:
        """Record whether a part of the process works."""
        self._ready.labels(part).set(is_up)

    def lagging(self, seconds: float) -> None:
        """Record the lag of the event loop."""
        self._lag.set(seconds)

    def quoted(self, sent: Mapping[str, datetime], waiting: Mapping[str, datetime]) -> None:
        """Record when each platform last got a quote, and since when one is overdue."""
        for gauge, times in ((self._last_sent, sent), (self._waiting, waiting)):
            gauge.clear()
            for platform, time in times.items():
                gauge.labels(platform).set(time.timestamp())

    def answering_from(self, used: Sequence[tuple[Library, datetime | None]]) -> None:
        """Record which indexes are in use, and when each was built if that is known."""
        self._info.clear()
        self._built.clear()
        self._podcasts.clear()
        for library, built_at in used:
            self._info.labels(library.id, version(), commit()).set(1)
            if library.podcast.id:
                self._podcasts.labels(library.podcast.id, library.id).set(1)
            if built_at:
                self._built.labels(library.id).set(built_at.timestamp())
        libraries = [library for library, _ in used]
        self._passages.set(sum(_passages(each.index) for each in libraries))
        self._episodes.set(sum(len(each.index.episodes) for each in libraries))
        self._quarantined.set(sum(map(_count_refused, libraries)))

    def behind(self, *, is_behind: bool) -> None:
        """Record whether another index than the one in use is current."""
        self._behind.set(is_behind)

    def render(self) -> bytes:
        """Serialize all metrics, with the content type CONTENT_TYPE."""
        return generate_latest(self._registry)

    def _add_commands(self) -> None:
        registry = self._registry
        self._commands = Counter(
            "airquote_commands_total",
            "Commands by outcome.",
            ["platform", "command", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "airquote_command_seconds",
            "Seconds from a command to its reply.",
            ["platform", "command"],
            buckets=_ANSWERS,
            registry=registry,
        )
        self._zero_hits = Counter(
            "airquote_zero_hits_total", "Queries without results.", registry=registry
        )
        self._limited = Counter(
            "airquote_rate_limited_total",
            "Responses with status 429 from a platform.",
            ["platform"],
            registry=registry,
        )

    def _add_deliveries(self) -> None:
        registry = self._registry
        self._deliveries = Counter(
            "airquote_deliveries_total",
            "Quotes of the week by the states they reached.",
            ["platform", "state"],
            registry=registry,
        )
        self._lateness = Histogram(
            "airquote_delivery_lateness_seconds",
            "Seconds between the due time of a quote of the week and its delivery.",
            buckets=_LATENESS,
            registry=registry,
        )
        self._last_sent = Gauge(
            "airquote_last_sent_timestamp_seconds",
            "When a quote of the week was last sent; absent if none was sent for five weeks.",
            ["platform"],
            registry=registry,
        )
        self._waiting = Gauge(
            "airquote_waiting_since_timestamp_seconds",
            "Since when the longest-waiting channel has had no quote of the week.",
            ["platform"],
            registry=registry,
        )

    def _add_standing(self) -> None:
        registry = self._registry
        self._ready = Gauge(
            "airquote_part_ready", "Whether a part works (1) or not (0).", ["part"],
            registry=registry,
        )  # fmt: skip
        self._connected = Gauge(
            "airquote_platform_connected",
            "Whether a platform is connected (1) or not (0).",
            ["platform"],
            registry=registry,
        )
        self._lag = Gauge(
            "airquote_event_loop_lag_seconds",
            "Maximum lag of the event loop in the last minute.",
            registry=registry,
        )

    def _add_index(self) -> None:
        registry = self._registry
        self._info = Gauge(
            "airquote_index_info",
            "The index and the version in use.",
            ["index", "version", "commit"],
            registry=registry,
        )
        self._podcasts = Gauge(
            "airquote_podcast_loaded",
            "The podcasts in memory, where there are several, and the index of each.",
            ["podcast", "index"],
            registry=registry,
        )
        self._behind = Gauge(
            "airquote_index_behind",
            "Whether another index than the one in use is current (1) or not (0).",
            registry=registry,
        )
        self._built = Gauge(
            "airquote_index_built_timestamp_seconds",
            "When the index in use was built.",
            ["index"],
            registry=registry,
        )
        self._passages = Gauge(
            "airquote_index_passages", "Passages in the index in use.", registry=registry
        )
        self._episodes = Gauge(
            "airquote_index_episodes", "Episodes in the index in use.", registry=registry
        )
        self._quarantined = Gauge(
            "airquote_quarantined_files",
            "Files left out of the index in use because they are invalid.",
            registry=registry,
        )


def _count_refused(library: Library) -> int:
    return len({problem.path for problem in library.problems if problem.loses_file})


def _passages(index: Index) -> int:
    return len(index.passages.firsts)


@contextmanager
def counting_warnings(
    loggers: Iterable[str], phrase: str, count: Callable[[], object]
) -> Iterator[None]:
    """Count the warnings of these loggers that contain a phrase, whether logged or not."""
    root, logs = logging.getLogger(), [logging.getLogger(name) for name in loggers]
    levels = [log.level for log in logs]

    def see(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING and phrase in str(record.msg):
            count()
        return record.levelno >= root.level

    for log in logs:
        log.addFilter(see)
        log.setLevel(min(root.getEffectiveLevel(), logging.WARNING))
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.removeFilter(see)
            log.setLevel(level)
