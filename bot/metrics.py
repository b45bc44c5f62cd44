"""What is counted and measured, in the form that Prometheus reads: the only home of its library.

No label names a person, a workspace or what somebody asked.
"""

from collections.abc import Iterable, Mapping
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

# Up to what platforms wait for: three seconds.
_ANSWERS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_MINUTE, _HOUR = 60.0, 3600.0
# Up to when a quote is left out because it is too late for it.
_LATENESS = (5.0, 15.0, 30.0, _MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 6 * _HOUR, 48 * _HOUR)


class Metrics:
    """All metrics of a process; `render` writes them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._add_commands()
        self._add_deliveries()
        self._add_standing()
        self._add_index()

    def expect(self, platforms: Iterable[str]) -> None:
        """Begin the counts of platforms with 0: an alert does not see what begins with 1 rise."""
        for platform in platforms:
            self._limited.labels(platform)
            for state in State:
                self._deliveries.labels(platform, state)

    def answered(self, answered: Answered) -> None:
        """Count a command, and measure how long it took unless nobody worked on it."""
        of = answered.platform, answered.command
        self._commands.labels(*of, answered.outcome).inc()
        if answered.outcome not in (Outcome.LIMITED, Outcome.BUSY):
            self._seconds.labels(*of).observe(answered.seconds)
        if answered.is_zero_hit:
            self._zero_hits.inc()

    def delivered(self, delivered: Delivered) -> None:
        """Count what became of a delivery, and measure how late it was if it was sent."""
        self._deliveries.labels(delivered.platform, delivered.state).inc()
        if delivered.state is State.SENT:
            self._lateness.observe(max(delivered.late, 0.0))

    def limited(self, platform: str) -> None:
        """Count that a platform has said there were too many requests."""
        self._limited.labels(platform).inc()

    def connected(self, platform: str, *, is_up: bool) -> None:
        """Note whether a platform is connected."""
        self._connected.labels(platform).set(is_up)

    def ready(self, part: str, *, is_up: bool) -> None:
        """Note whether a part of the process works."""
        self._ready.labels(part).set(is_up)

    def lagging(self, seconds: float) -> None:
        """Note how late the event loop was."""
        self._lag.set(seconds)

    def quoted(self, sent: Mapping[str, datetime], waiting: Mapping[str, datetime]) -> None:
        """Note when platforms were last sent a quote, and since when channels wait for one."""
        for gauge, times in ((self._last_sent, sent), (self._waiting, waiting)):
            gauge.clear()
            for platform, time in times.items():
                gauge.labels(platform).set(time.timestamp())

    def answering_from(self, library: Library, built_at: datetime | None) -> None:
        """Note which index answers, and when it was built if that is known."""
        refused = {problem.path for problem in library.problems if problem.refused}
        self._info.clear()
        self._info.labels(library.id, version(), commit()).set(1)
        self._built.clear()
        if built_at:
            self._built.labels(library.id).set(built_at.timestamp())
        self._passages.set(_passages(library.index))
        self._episodes.set(len(library.index.episodes))
        self._quarantined.set(len(refused))

    def render(self) -> bytes:
        """Write all metrics as CONTENT_TYPE says."""
        return generate_latest(self._registry)

    def _add_commands(self) -> None:
        registry = self._registry
        self._commands = Counter(
            "airquote_commands_total",
            "Commands that came in, by what came of them.",
            ["platform", "command", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "airquote_command_seconds",
            "How long answers took, from when a command came in until there was a reply.",
            ["platform", "command"],
            buckets=_ANSWERS,
            registry=registry,
        )
        self._zero_hits = Counter(
            "airquote_zero_hits_total", "Queries that found nothing.", registry=registry
        )
        self._limited = Counter(
            "airquote_rate_limited_total",
            "Answers of a platform that there were too many requests (429).",
            ["platform"],
            registry=registry,
        )

    def _add_deliveries(self) -> None:
        registry = self._registry
        self._deliveries = Counter(
            "airquote_deliveries_total",
            "Quotes of the week, by each state they came to.",
            ["platform", "state"],
            registry=registry,
        )
        self._lateness = Histogram(
            "airquote_delivery_lateness_seconds",
            "How long after they were due quotes of the week were sent.",
            buckets=_LATENESS,
            registry=registry,
        )
        self._last_sent = Gauge(
            "airquote_last_sent_timestamp_seconds",
            "When a quote of the week was last sent; not there if none was for five weeks.",
            ["platform"],
            registry=registry,
        )
        self._waiting = Gauge(
            "airquote_waiting_since_timestamp_seconds",
            "Since when the channel that has waited longest had no quote of the week.",
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
            "How late the event loop was at worst in the last minute.",
            registry=registry,
        )

    def _add_index(self) -> None:
        registry = self._registry
        self._info = Gauge(
            "airquote_index_info",
            "Which index answers, and which code.",
            ["index", "version", "commit"],
            registry=registry,
        )
        self._built = Gauge(
            "airquote_index_built_timestamp_seconds",
            "When the index that answers was built.",
            ["index"],
            registry=registry,
        )
        self._passages = Gauge(
            "airquote_index_passages", "Passages in the index that answers.", registry=registry
        )
        self._episodes = Gauge(
            "airquote_index_episodes", "Episodes in the index that answers.", registry=registry
        )
        self._quarantined = Gauge(
            "airquote_quarantined_files",
            "Files that the index that answers was made without, as they cannot be used.",
            registry=registry,
        )


def _passages(index: Index) -> int:
    return len(index.passages.firsts)
