"""What a chat platform's folder offers to the rest: one adapter, listed in `handlers.platforms`."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.config import Settings
from bot.errors import AirquoteError, ConfigError

if TYPE_CHECKING:
    from bot.posting.poster import Poster
    from bot.service.request_queue import RequestQueue
    from bot.store.feedback import Store
    from bot.weekly.ports import WeeklyContext
    from handlers.web import Server, Session

# What is fine, in a sentence, or what is to be mended.
Finding = str | AirquoteError


class Platform(Protocol):
    """A chat platform to answer on."""

    @property
    def name(self) -> str:
        """What logs call it."""

    @property
    def poster(self) -> "Poster":
        """What posts there."""

    async def start(self) -> None:
        """Connect; raises ConfigError if that is refused, UnreachableError if it may work later."""

    async def serve(self) -> None:
        """Answer until the connection is lost; then it is started anew, unless by ConfigError."""

    async def stop(self, seconds: float) -> None:
        """Take nothing more in, let what runs finish for so long, and disconnect."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a platform is built of; what comes in over HTTP comes through `server`.

    `weekly` is for the quote of the week; its posters are those of the platforms that were built.
    """

    settings: Settings
    intake: "RequestQueue"
    store: "Store"
    session: "Session"
    server: "Server"
    weekly: "WeeklyContext"


@dataclass(frozen=True, slots=True)
class Adapter:
    """A chat platform; its library is loaded only where one of its functions is called.

    `variables` are those to set first. `problems` lists what keeps the settings from saying how to
    answer there. `build` gives None where they do not. `commands` are those of the command line
    for this platform alone: each gives the lines to print, its docstring is its help.
    """

    name: str
    variables: tuple[str, ...]
    is_set: Callable[[Settings], bool]
    problems: Callable[[Settings], tuple[ConfigError, ...]]
    check: Callable[[Settings], AsyncIterator[Finding]]
    build: Callable[[Parts], Platform | None]
    commands: Mapping[str, Callable[[Settings], Iterable[str]]] = field(default_factory=dict)
    commands_help: str = ""
