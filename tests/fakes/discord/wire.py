"""How requests to the fake Discord are read, how answers are written and how they go wrong."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.discord.operations import Ask, File
from tests.fakes.discord.shapes import Json

_JSON = "application/json"  # discord.py knows no other spelling


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the app made, and how it was answered; 0 is a dropped connection."""

    operation: str
    path: dict[str, str]
    body: Any
    files: dict[str, bytes]
    status: int
    answer: Any


@dataclass(frozen=True, slots=True)
class Fault:
    """How a call goes wrong: with a status and an error code, or a connection that drops.

    `done` says that Discord does what it was asked before. A 429 without `via` is Cloudflare's.
    `errors` says what is wrong with which part of the request.
    """

    status: int = 0
    code: int = 0
    retry_after: float | None = None
    via: bool = True
    done: bool = False
    errors: Json | None = None


async def read(operation: str, request: web.Request) -> Ask:
    """Read a request, JSON or multipart."""
    body, files = None, []
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            if part.name == "payload_json":
                body = json.loads(content)
            else:
                files.append(File(part.filename or "", content))
    elif request.can_read_body:
        body = json.loads(await request.text())
    return Ask(operation, dict(request.match_info), dict(request.query), body, tuple(files))


def fault_body(fault: Fault) -> Json | None:
    """Write what a fault says; None where the connection drops."""
    if fault.retry_after is not None:
        limited = "You are being rate limited."
        return {"message": limited, "retry_after": fault.retry_after, "global": False}
    if not fault.status:
        return None
    errors = {"errors": fault.errors} if fault.errors else {}
    return {"code": fault.code, "message": "made to fail", **errors}


def written(status: int, body: Any, fault: Fault | None = None) -> web.Response:
    """Write an answer, without a body where that is None."""
    headers = {}
    if fault and fault.retry_after is not None:
        headers = {"Retry-After": str(fault.retry_after), "X-RateLimit-Scope": "user"}
        headers |= {"Via": "1.1 google"} if fault.via else {}
    if body is None:
        return web.Response(status=status, headers=headers)
    text = json.dumps(body).encode()
    return web.Response(status=status, body=text, content_type=_JSON, headers=headers)
