"""Keep discord.py from retrying a request: one attempt, and no waiting for a rate limit.

The library still delays a request to a bucket that it knows to be exhausted, and holds one that
exhausts it. Neither sends anything twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import discord

_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500

_once: ContextVar[bool] = ContextVar("once", default=False)


class StoppedError(Exception):
    """Raised instead of retrying; `retry_after` is in seconds, 0 if Discord does not say.

    A message that got `status` 429 was certainly not posted.
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
    """Attempt each request inside once; raises StoppedError where the library would retry."""
    token = _once.set(True)
    try:
        yield
    finally:
        _once.reset(token)


def build_http_trace(
    on_answer: Callable[[int, bool], None],
) -> Any:  # noqa: ANN401, aiohttp's home is handlers.http
    """Build the `http_trace` that a client needs for `single_attempt` to work.

    `on_answer` gets the status of each answer, and whether its request carried the bot's token.
    """

    async def see(_: object, __: object, seen: Any) -> None:  # noqa: ANN401, as above
        on_answer(seen.response.status, "Authorization" in seen.headers)
        _see_answer(seen)

    library: Any = discord.http
    trace = library.aiohttp.TraceConfig()
    trace.on_request_end.append(see)
    return trace


def _see_answer(seen: Any) -> None:  # noqa: ANN401, as above
    """Inspect an answer before the library does; raising here ends the request."""
    answer = seen.response
    repeated = answer.status == _TOO_MANY_REQUESTS or answer.status >= _SERVER_ERRORS
    if _once.get() and repeated:
        raise StoppedError(answer.status, _seconds(answer.headers.get("Retry-After", "")))


def _seconds(written: str) -> float:
    try:
        return max(float(written), 0.0)
    except ValueError:  # Cloudflare may write a date
        return 0.0
