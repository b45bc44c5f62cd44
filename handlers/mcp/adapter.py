"""MCP as the rest of Airquote sees it: how an assistant asks, and whether the extra is there."""

from collections.abc import Awaitable, Callable
from importlib.util import find_spec

from bot.answers.replies import Reply
from bot.answers.requests import Request
from bot.errors import ConfigError
from bot.posting.places import Requester

PLATFORM_OF_ASSISTANTS = "mcp"
ASSISTANTS_PATH = "/mcp"

# Answers a request of a client, which is named by its address, or "" if it is the only one.
Ask = Callable[[Request, str], Awaitable[Reply]]


def requester_at(client: str) -> Requester:
    """Return who asks, for limits and logs."""
    return Requester(PLATFORM_OF_ASSISTANTS, "", client)


def sdk_problems() -> tuple[ConfigError, ...]:
    """Say that the SDK of the extra is not installed, if it is not."""
    if find_spec("mcp"):
        return ()
    remedy = "Install the extra: pip install 'airquote[mcp]'."
    return (ConfigError("MCP", "its SDK is not installed.", remedy),)
