"""The tools that assistants call. None of them changes anything.

The docstrings of the tools, and the descriptions of their arguments, are what an assistant reads.
"""

import logging
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, ToolAnnotations
from pydantic import Field
from pydantic.fields import FieldInfo

from bot.answers.help import apology
from bot.answers.requests import Request, Verb
from bot.answers.suggestions import compose_query
from bot.errors import AirquoteError
from bot.logs import reference_of
from bot.search.query import MAX_CHARACTERS
from bot.transcripts.formats.fields import parse_seconds
from bot.version import version
from handlers.mcp.adapter import Ask
from handlers.mcp.results import ToolAnswer, result_of

_INSTRUCTIONS = (
    "Airquote knows what was said in a podcast, word for word. Every answer links to the second at "
    "which it was said: show these links, and quote people in their own words only. What nobody "
    "said, Airquote does not find."
)
# Longer texts are not even looked at.
_MOST_CHARACTERS = 10 * MAX_CHARACTERS
_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

_log = logging.getLogger(__name__)

_Result = Annotated[CallToolResult, ToolAnswer]
_Page = Annotated[int, Field(ge=1, le=100, description="The page of the answer.")]


def _text(description: str) -> FieldInfo:
    field: FieldInfo = Field(max_length=_MOST_CHARACTERS, description=description)
    return field


class Tools:
    """The tools, which `ask` answers."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def search(
        self,
        query: Annotated[
            str,
            _text(
                f"Up to {MAX_CHARACTERS} characters: a few telling words or a question. "
                '"Exact words" in quotes, -word to leave one out, after:2023-06 and '
                "before:2024 for dates, speaker:name for who says it."
            ),
        ],
        context: Context[Any, Any],
        guest: Annotated[str, _text("Only episodes with this guest.")] = "",
        episode: Annotated[str, _text("Only this episode: its id, title or number.")] = "",
        season: Annotated[int | None, Field(ge=0, le=999, description="Only this season.")] = None,
        limit: Annotated[int, Field(ge=1, le=10, description="How many passages.")] = 5,
        page: _Page = 1,
    ) -> _Result:
        """Find the passages that say something, best first, each with a link to the moment."""
        number = "" if season is None else str(season)
        words = compose_query(query, guest, episode, number)
        return await self._answer(Request(Verb.SEARCH, words, page - 1, size=limit), context)

    async def passage(
        self,
        episode: Annotated[
            str, _text("The episode's id, title or number (s01e04), or a link to it.")
        ],
        context: Context[Any, Any],
        time: Annotated[
            str | float,
            Field(description="When, as in 12:54 or 1:02:03, or in seconds; or as the link says."),
        ] = "",
    ) -> _Result:
        """Show what is said around a second of an episode, speaker by speaker."""
        second = time if isinstance(time, float) else parse_seconds(time)
        if time and second is None:
            raise ToolError("That is not a time. Write it as 12:54, 1:02:03 or 774.")
        return await self._answer(Request(Verb.MOMENT, episode, start=second), context)

    async def episode(
        self,
        context: Context[Any, Any],
        name: Annotated[
            str, _text("Its id, title, number (s01e04) or guest; without, the latest are listed.")
        ] = "",
        page: _Page = 1,
    ) -> _Result:
        """Show an episode with its guests, date, topics and chapters, each with a link."""
        return await self._answer(Request(Verb.EPISODE, name, page - 1), context)

    async def mentions(
        self,
        terms: Annotated[str, _text("A term, or up to four to compare: “llm vs mlops”.")],
        context: Context[Any, Any],
    ) -> _Result:
        """Count how often something is mentioned, by season and guest; link to first and latest."""
        return await self._answer(Request(Verb.MENTIONS, terms), context)

    async def quote(
        self,
        context: Context[Any, Any],
        about: Annotated[str, _text("What it is about, or guest:name for who says it.")] = "",
        page: Annotated[int, Field(ge=1, le=100, description="1 for the best, then on.")] = 1,
    ) -> _Result:
        """Pick a sentence worth quoting, as a guest said it."""
        return await self._answer(Request(Verb.QUOTE, about, page - 1), context)

    async def _answer(self, request: Request, context: Context[Any, Any]) -> CallToolResult:
        try:
            return result_of(await self._ask(request, _client(context)))
        except AirquoteError as error:
            raise ToolError(str(error)) from error
        except Exception as error:
            reference = reference_of(error)
            _log.exception("A tool failed: %s", reference)
            raise ToolError(apology(reference).text) from error


def build_tool_server(ask: Ask) -> MCPServer[Any]:
    """Build the server with its tools, for either transport."""
    server = MCPServer[Any](
        "airquote",
        title="Airquote",
        instructions=_INSTRUCTIONS,
        version=version(),
        subscriptions=False,
    )
    tools = Tools(ask)
    titled: dict[str, Callable[..., Any]] = {
        "Search the podcast": tools.search,
        "Show a passage": tools.passage,
        "Show an episode": tools.episode,
        "Count mentions": tools.mentions,
        "Pick a quote": tools.quote,
    }
    for title, tool in titled.items():
        server.add_tool(tool, title=title, annotations=_READ_ONLY, structured_output=True)
    return server


def _client(context: Context[Any, Any]) -> str:
    """Return the address of the client; "" if there is only one."""
    request = context.request_context.request
    return request.client.host if request is not None and request.client else ""
