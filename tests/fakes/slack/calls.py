"""What an app asks of Slack: the requests that were made, and how the next ones go wrong."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

RESPONSE_URL, UPLOAD = "response_url", "upload"
_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the app made: a method of the Web API, RESPONSE_URL or UPLOAD."""

    method: str
    body: dict[str, Any]
    token: str
    at: float
    answer: str


@dataclass(frozen=True, slots=True)
class Fault:
    """How a call goes wrong: with a status, an error code, or a connection that drops.

    `done` says that Slack does what it was asked before the connection drops. With `content_type`,
    the answer is none of Slack's, but a text of that type.
    """

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    drop: bool = False
    done: bool = False
    content_type: str = ""

    def told(self) -> dict[str, Any]:
        """Say what is answered then."""
        default = "ratelimited" if self.status == _TOO_MANY_REQUESTS else "internal_error"
        return {"ok": False, "error": self.error or default}

    def headers(self) -> dict[str, str]:
        """Say when to try again."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


async def read_body(request: web.Request) -> dict[str, Any]:
    """Read JSON or a form, whose fields may hold JSON, or an empty body that claims to be JSON."""
    if request.content_type == "application/json":
        return dict(json.loads(await request.text() or "{}"))
    fields = {**request.query, **await request.post()}
    return {name: _loaded(str(value)) for name, value in fields.items()}


def _loaded(value: str) -> Any:
    return json.loads(value) if value[:1] in ("[", "{") else value
