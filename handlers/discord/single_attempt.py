"""One attempt where the library would make several: no waiting when told to, no second try.

What remains is the library's own order: where Discord has said that a channel takes no more
messages for some seconds, a request is not sent before, and one that was answered with that is
held for as long. Nothing is sent twice by either.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import discord

_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500

_once: ContextVar[bool] = ContextVar("once", default=False)


class StoppedError(Exception):
    """Raised in place of another attempt; `retry_after` is in seconds, 0 if Discord says nothing.

    A message of `status` 429 was certainly not taken.
    """

    def __init__(self, status: int, retry_after: float) -> None:
        self.status = status
        self.retry_after = retry_after
        super().__init__(f"Discord answers with {status}.")

    @property
    def is_limit(self) -> bool:
        """Whether there were too many requests."""
        return self.status == _TOO_MANY_REQUESTS


@contextmanager
def single_attempt() -> Iterator[None]:
    """Make each request inside but once; StoppedError is raised where it would be repeated."""
    token = _once.set(True)
    try:
        yield
    finally:
        _once.reset(token)


def build_http_trace() -> Any:  # noqa: ANN401, aiohttp's home is handlers.http
    """Make what the library's client needs, as its `http_trace`, for `one_attempt` to work."""
    library: Any = discord.http
    trace = library.aiohttp.TraceConfig()
    trace.on_request_end.append(_see_answer)
    return trace


async def _see_answer(_: object, __: object, seen: Any) -> None:  # noqa: ANN401, as above
    """See an answer before the library does, which then gives the request up and closes it."""
    answer = seen.response
    repeated = answer.status == _TOO_MANY_REQUESTS or answer.status >= _SERVER_ERRORS
    if _once.get() and repeated:
        raise StoppedError(answer.status, _seconds(answer.headers.get("Retry-After", "")))


def _seconds(written: str) -> float:
    try:
        return max(float(written), 0.0)
    except ValueError:  # Cloudflare may write a date
        return 0.0
