"""The tools of assistants, as the SDK's own client sees them: what is asked, what comes back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import jsonschema
import pytest
from mcp.client import Client
from mcp.types import CallToolResult, TextContent, Tool

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.errors import ConfigError
from bot.library.library import Library
from bot.search.index.build import build_index
from handlers.mcp.adapter import Ask
from handlers.mcp.tools import build_tool_server
from tests.builders import episode

CALLS = [
    ("search", {"query": "model registry"}),
    ("passage", {"episode": "s01e03", "time": "3:00"}),
    ("episode", {"name": "s01e02"}),
    ("mentions", {"terms": "model vs registry"}),
    ("quote", {}),
]

T = TypeVar("T")


def with_client(ask: Ask, use: Callable[[Client], Awaitable[T]]) -> T:
    async def run() -> T:
        async with Client(build_tool_server(ask)) as client:
            return await use(client)

    return asyncio.run(run())


def asking(library: Library, asked: list[Request] | None = None) -> Ask:
    async def ask(request: Request, client: str) -> Reply:
        if asked is not None:
            asked.append(request)
        return answer(library, request)

    return ask


def call(ask: Ask, name: str, /, **arguments: Any) -> CallToolResult:
    return with_client(ask, lambda client: client.call_tool(name, arguments))


def list_tools(ask: Ask) -> list[Tool]:
    return with_client(ask, lambda client: client.list_tools()).tools


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_there_are_five_tools_and_none_changes_anything(library: Library) -> None:
    tools = list_tools(asking(library))

    assert [tool.name for tool in tools] == ["search", "passage", "episode", "mentions", "quote"]
    for tool in tools:
        assert tool.title
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.annotations.open_world_hint is False


@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_every_answer_links_to_the_second_as_text_and_as_data(
    library: Library, name: str, arguments: dict[str, Any]
) -> None:
    result = call(asking(library), name, **arguments)
    (schema,) = (tool.output_schema for tool in list_tools(asking(library)) if tool.name == name)
    data = result.structured_content
    assert data is not None
    links = [place["url"] for place in data["places"]]
    links += [chapter["url"] for place in data["places"] for chapter in place.get("chapters", ())]

    jsonschema.validate(data, schema or {})
    assert not result.is_error
    assert any("?t=" in link for link in links)
    assert all(link in text_of(result) for link in links)
    assert text_of(result).startswith(data["answer"])


def test_a_passage_says_who_said_it_where_and_when(library: Library) -> None:
    result = call(asking(library), "search", query="museum", limit=1)
    assert result.structured_content is not None
    (place,) = result.structured_content["places"]

    assert place["number"] == "S01E03"
    assert place["guests"] == ["Bram Oosterveld"]
    assert place["speaker"] == "Bram Oosterveld"
    assert place["said"][-1]["text"] in text_of(result)
    assert f"{place['time']}: {place['url']}" in text_of(result)


def test_mentions_are_data_too(library: Library) -> None:
    result = call(asking(library), "mentions", terms="registry vs zebra")
    assert result.structured_content is not None
    registry, zebra = result.structured_content["counts"]

    assert registry["total"] == sum(registry["by_season"].values()) > 0
    assert (zebra["total"], zebra["guests"]) == (0, {})


def test_filters_and_pages_are_arguments(library: Library) -> None:
    asked: list[Request] = []
    filters = {"guest": "Bram", "episode": "s01e03", "season": 1}
    call(asking(library, asked), "search", query="store", limit=2, page=3, **filters)

    assert asked == [Request(Verb.SEARCH, 'store guest:"Bram" episode:"s01e03" season:"1"', 2)]
    assert asked[0].size == 2


@pytest.mark.parametrize(("time", "second"), [("3:05", 185.0), (185, 185.0), ("185", 185.0)])
def test_a_time_may_be_written_or_be_a_number(
    library: Library, time: str | int, second: float
) -> None:
    asked: list[Request] = []
    call(asking(library, asked), "passage", episode="feature-stores", time=time)

    assert [each.start for each in asked] == [second]


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("passage", {"episode": "s01e03", "time": "soon"}, "Write it as 12:54"),
        ("search", {"query": "x", "limit": 99}, "less than or equal to 10"),
        ("search", {"query": "x" * 3_001}, "at most 3000 characters"),
        ("search", {}, "query"),
        ("forget", {}, "forget"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    library: Library, name: str, arguments: dict[str, Any], told: str
) -> None:
    result = call(asking(library), name, **arguments)

    assert result.is_error
    assert told in text_of(result)


def test_what_is_too_long_is_told_as_in_chats(library: Library) -> None:
    result = call(asking(library), "search", query="model " * 60)

    assert text_of(result).startswith("That is 359 characters; 300 is the most")


def test_a_problem_that_is_known_is_told() -> None:
    async def ask(request: Request, client: str) -> Reply:
        raise ConfigError("AIRQUOTE_EPISODES", "there is no file.", "Check the path.")

    result = call(ask, "quote")

    assert result.is_error
    assert "AIRQUOTE_EPISODES: there is no file. Check the path." in text_of(result)


def test_a_failure_is_an_apology_whose_reference_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def ask(request: Request, client: str) -> Reply:
        raise RuntimeError("the secret of the house")

    result = call(ask, "quote")
    reference = text_of(result).rstrip(".").rsplit(maxsplit=1)[1]

    assert result.is_error
    assert "secret" not in json.dumps(result.model_dump(mode="json"))
    assert reference in caplog.text


def test_a_query_that_asks_for_too_much_is_answered_in_part() -> None:
    many = [episode(f"talk-{number}", "Tea and jam.") for number in range(200)]
    filters = " ".join(f"episode:talk-{number}" for number in range(15))
    result = call(
        asking(Library("made-up", build_index(many), ())), "search", query=f"tea {filters}"
    )

    assert "That is too much for one query" in text_of(result)
