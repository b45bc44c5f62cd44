"""MCP over streamable HTTP, on the port of the other endpoints.

The SDK answers through ASGI, and is called within this process. Each request is answered by itself,
so that any process may answer the next one, and nobody can keep a connection.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address

import httpx2
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp

from bot.answers.replies import Reply
from bot.answers.requests import Request
from bot.answers.several import podcasts_named
from bot.posting.serving import MOST_USED
from bot.service.request_queue import RequestQueue
from handlers.http import HttpRequest, HttpResponse, RequestHandler, Server, network_of
from handlers.mcp.adapter import ASSISTANTS_PATH, requester_at
from handlers.mcp.tools import build_tool_server

# The headers that are part of the protocol, by name or by its beginning.
_HEADERS = frozenset({"accept", "content-type"})
_PREFIX = "mcp-"
# The address within this process, which nothing else reads.
_INSIDE = f"http://localhost{ASSISTANTS_PATH}"


@asynccontextmanager
async def answering_assistants(server: Server, intake: RequestQueue) -> AsyncIterator[None]:
    """Answer at ASSISTANTS_PATH until left; the server must not have started yet."""

    async def ask(request: Request, client: str) -> Reply:
        if intake.shelf.has_several and not podcasts_named(request):
            # An assistant is in no place whose admin could have chosen.
            request = replace(request, podcasts=tuple(intake.shelf.podcasts)[:MOST_USED])
        return await intake.consult(request, requester_at(client))

    tools = build_tool_server(ask)
    # The SDK's own check of origins needs the names of this host, which are not known here.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = tools.streamable_http_app(
        streamable_http_path=ASSISTANTS_PATH,
        json_response=True,
        stateless_http=True,
        transport_security=unchecked,
    )
    async with tools.session_manager.run():
        server.add(ASSISTANTS_PATH, _build_handler(app))
        yield


def _build_handler(app: ASGIApp) -> RequestHandler:
    async def answer(request: HttpRequest) -> HttpResponse:
        if "Origin" in request.headers:
            # A page in somebody's browser could reach a port that only their network can.
            return HttpResponse(status=403, text="Web pages may not ask here.")
        inside = httpx2.ASGITransport(
            app, raise_app_exceptions=False, client=(client_of(request), 0)
        )
        asked = httpx2.Request(
            "POST",
            _INSIDE,
            headers=_protocol_headers(request.headers),
            content=await request.read(),
        )
        answered = await inside.handle_async_request(asked)
        body = await answered.aread()
        return HttpResponse(
            status=answered.status_code, body=body, headers=_protocol_headers(answered.headers)
        )

    return answer


def _protocol_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Choose the headers that are part of the protocol."""
    named = {name.lower(): value for name, value in headers.items()}
    return {
        name: value for name, value in named.items() if name in _HEADERS or name.startswith(_PREFIX)
    }


def client_of(request: HttpRequest) -> str:
    """Return the network of whoever asks: behind a proxy of ours, as the proxy says.

    A proxy is one with a private address. What it adds comes last, after what clients claim.
    """
    network = network_of(request.remote or "127.0.0.1")
    _, _, last = request.headers.get("X-Forwarded-For", "").rpartition(",")
    if network.is_global or not last.strip():
        return str(network)
    try:
        return str(network_of(str(ip_address(last.strip()))))
    except ValueError:
        return str(network)
