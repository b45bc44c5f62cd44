"""MCP on the port of the running process: who may ask, and how often."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import TypeVar

import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from bot.service.request_queue import CALLS_PER_MINUTE
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN
from tests.handlers.mcp.test_stdio import INITIALIZE
from tests.handlers.mcp.test_tools import CALLS, text_of
from tests.process import Running, airquote, free_port, running

STARTED = r'^\{"event": "started"'
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

T = TypeVar("T")


class Assistants:
    """The process that assistants can reach, and nobody else."""

    def __init__(self, process: Running, port: int) -> None:
        self.process = process
        self.port = port

    def use(
        self, use: Callable[[Client], Awaitable[T]], mode: str = "auto", forwarded: str = ""
    ) -> T:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}

        async def run() -> T:
            async with httpx2.AsyncClient(headers=headers) as http:
                address = f"http://127.0.0.1:{self.port}/mcp"
                transport = streamable_http_client(address, http_client=http)
                async with Client(transport, mode=mode) as client:
                    return await use(client)

        return asyncio.run(run())

    def send(self, method: str, body: str = "", **headers: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, "/mcp", body, {**JSON, **headers})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def assistants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistants]:
    port = free_port()
    with running(tmp_path_factory.mktemp("home"), AIRQUOTE_MCP="1", PORT=str(port)) as process:
        process.wait_for(STARTED)
        yield Assistants(process, port)


async def quote(client: Client) -> str:
    return text_of(await client.call_tool("quote", {}))


def test_an_assistant_is_answered_in_the_language_of_the_settings_over_http(home: Path) -> None:
    async def use(client: Client) -> str:
        return text_of(await client.call_tool("search", {"query": "zyxwvut"}))

    port = free_port()
    settings = {"AIRQUOTE_MCP": "1", "AIRQUOTE_REPLY_LANGUAGE": "de", "PORT": str(port)}
    with running(home, **settings) as process:
        process.wait_for(STARTED)
        said = Assistants(process, port).use(use)

    assert "Ich habe nichts zu „zyxwvut“ gefunden." in said


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_assistant_gets_its_answers_over_http(assistants: Assistants, mode: str) -> None:
    async def use(client: Client) -> list[str]:
        assert len((await client.list_tools()).tools) == len(CALLS)
        return [text_of(await client.call_tool(name, arguments)) for name, arguments in CALLS]

    said = assistants.use(use, mode)

    assert all("https://youtu.be/" in each for each in said)
    assert "Traceback" not in assistants.process.output
    assert "model registry" not in assistants.process.output


def test_a_client_that_asks_too_often_waits_and_others_do_not(assistants: Assistants) -> None:
    async def often(client: Client) -> list[str]:
        return [await quote(client) for _ in range(CALLS_PER_MINUTE + 1)]

    *answers, last = assistants.use(often, forwarded="192.0.2.1, 198.51.100.7")

    assert all(each.startswith("A quote") for each in answers)
    assert last.startswith("That is a lot at once. I answer 60 calls a minute")
    # The proxy adds the last address; a client may claim any before it.
    assert assistants.use(quote, forwarded="203.0.113.9, 198.51.100.7").startswith("That is a lot")
    assert assistants.use(quote, forwarded="198.51.100.8").startswith("A quote")


@pytest.mark.parametrize(
    ("method", "body", "headers", "status"),
    [
        ("GET", "", {}, 405),
        ("DELETE", "", {}, 405),
        ("POST", json.dumps(INITIALIZE), {}, 200),
        ("POST", json.dumps(INITIALIZE), {"Origin": "https://example.org"}, 403),
        ("POST", json.dumps(INITIALIZE), {"Content-Type": "text/plain"}, 400),
        ("POST", "not JSON", {}, 400),
        ("POST", "[" * 100_000, {}, 400),
        ("POST", " " * 2_000_000, {}, 413),
    ],
)
def test_only_a_request_of_the_protocol_is_answered(
    assistants: Assistants, method: str, body: str, headers: dict[str, str], status: int
) -> None:
    assert assistants.send(method, body, **headers)[0] == status
    assert assistants.use(quote).startswith("A quote")


def test_the_process_stops_when_it_is_told_to(home: Path) -> None:
    with running(home, AIRQUOTE_MCP="1", PORT=str(free_port())) as process:
        process.wait_for(STARTED)

        assert process.stop() == 0
        assert "Traceback" not in process.output


def test_unless_it_is_set_nobody_may_ask(home: Path, slack: SlackServer) -> None:
    port = free_port()
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    with running(home, SLACK_API_URL=slack.api_url, PORT=str(port), **tokens) as process:
        process.wait_for(STARTED)

        assert Assistants(process, port).send("POST", json.dumps(INITIALIZE))[0] == 404


def test_if_nothing_is_set_it_is_told_how_to_answer_assistants(home: Path) -> None:
    done = airquote(home, "run")

    assert done.returncode == 78
    assert "or AIRQUOTE_MCP to answer assistants" in done.stderr
