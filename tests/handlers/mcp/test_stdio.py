"""`airquote mcp` as an assistant starts it: a process that speaks the protocol and nothing else."""

import asyncio
import json
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from mcp import StdioServerParameters
from mcp.client import Client

from bot.service.request_queue import CALLS_PER_MINUTE
from tests.handlers.mcp.test_tools import CALLS, text_of
from tests.process import airquote, command, environment

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "tests", "version": "1"},
    },
}

T = TypeVar("T")


def with_process(
    home: Path, use: Callable[[Client], Awaitable[T]], mode: str = "auto", **variables: str
) -> T:
    name, *words = command("mcp")
    program = StdioServerParameters(
        command=name, args=words, env=environment(home, **variables), cwd=home
    )

    async def run() -> T:
        async with Client(program, mode=mode) as client:
            return await use(client)

    return asyncio.run(run())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_assistant_gets_its_answers_from_the_process(home: Path, mode: str) -> None:
    async def use(client: Client) -> list[str]:
        assert client.server_info is not None
        assert client.server_info.name == "airquote"
        return [text_of(await client.call_tool(name, arguments)) for name, arguments in CALLS]

    said = with_process(home, use, mode)

    assert len(said) == len(CALLS)
    assert all("https://youtu.be/" in each for each in said)


def test_a_client_that_asks_too_often_is_told_to_wait(home: Path) -> None:
    async def use(client: Client) -> list[str]:
        asked = [client.call_tool("quote", {}) for _ in range(CALLS_PER_MINUTE + 1)]
        return [text_of(each) for each in await asyncio.gather(*asked)]

    said = with_process(home, use)
    refused = [each for each in said if each.startswith("That is a lot at once.")]

    assert len(refused) == 1
    assert "60 calls a minute" in refused[0]


def test_nothing_but_the_protocol_goes_to_standard_output(home: Path) -> None:
    done = subprocess.run(
        command("mcp"),
        cwd=home,
        env=environment(home, LOG_LEVEL="DEBUG"),
        input=json.dumps(INITIALIZE) + "\nnot JSON\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert answers[0]["result"]["serverInfo"]["name"] == "airquote"
    assert all(each["jsonrpc"] == "2.0" for each in answers)


def test_settings_that_are_wrong_are_told_before_anything_is_answered(home: Path) -> None:
    done = airquote(home, "mcp", AIRQUOTE_EPISODES="nowhere.vtt")

    assert (done.returncode, done.stdout) == (78, "")
    assert "there is no" in done.stderr


def test_episodes_that_cannot_be_read_are_told_to_the_assistant(home: Path) -> None:
    (home / "empty").mkdir()

    async def use(client: Client) -> str:
        return text_of(await client.call_tool("search", {"query": "tea"}))

    said = with_process(home, use, AIRQUOTE_EPISODES=str(home / "empty"))

    assert said.startswith("There are no episodes yet.")
