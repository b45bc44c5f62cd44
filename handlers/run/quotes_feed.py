"""The quotes of the week as an Atom feed at /quotes.atom, for channels that the settings name."""

import hashlib
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import monotonic

from bot.errors import StoreError
from bot.weekly.archive import read_latest, write_feed
from bot.weekly.ports import WeeklyContext
from handlers.http import HttpRequest, HttpResponse

FEED_PATH = "/quotes.atom"
_CONTENT_TYPE = "application/atom+xml"
# How long others may keep it, and how long we do, so that nobody can keep the database busy.
_MAX_AGE, _KEPT_SECONDS = 300, 60.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Written:
    """A feed, the tag that changes with it, and when it was written."""

    body: bytes
    tag: str
    at: float


class QuotesFeed:
    """Answers with what was posted in some channels, by their ids."""

    def __init__(
        self,
        weekly: WeeklyContext,
        channels: Collection[str],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._weekly = weekly
        self._channels = frozenset(channels)
        self._now = now
        self._written: _Written | None = None

    async def show(self, request: HttpRequest) -> HttpResponse:
        """Answer with the feed, or that it has not changed."""
        try:
            written = await self._write()
        except StoreError as error:
            _log.warning("The feed of quotes could not be read. %s", error)
            return HttpResponse(status=503, headers={"Retry-After": str(_MAX_AGE)})
        headers = {"Cache-Control": f"public, max-age={_MAX_AGE}", "ETag": written.tag}
        known = request.headers.get("If-None-Match", "")
        if written.tag in (each.strip().removeprefix("W/") for each in known.split(",")):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(
            body=written.body, content_type=_CONTENT_TYPE, charset="utf-8", headers=headers
        )

    async def _write(self) -> _Written:
        if self._written and self._now() - self._written.at < _KEPT_SECONDS:
            return self._written
        clock = self._weekly.posting.outbox.clock
        weekly = self._weekly
        quotes = await read_latest(weekly.deliveries, weekly.pool, self._channels, clock())
        since = min((each.at for each in quotes), default=None)
        body = write_feed(",".join(sorted(self._channels)), quotes, since or clock())
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        self._written = _Written(body, tag, self._now())
        return self._written
