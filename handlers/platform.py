"""What a chat platform offers to the rest of Airquote."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.config import Settings
from bot.errors import AirquoteError, ConfigError
from bot.posting.poster import Poster
from handlers.token_watch import TokenWatch

# The parts of a connection that has none.
UNDIVIDED: Mapping[str, str] = {}
# A sentence about what is fine, or the problem to fix.
Finding = str | AirquoteError


class Platform(Protocol):
    """A running connection to a chat platform."""

    @property
    def name(self) -> str:
        """The platform's name in the logs."""

    @property
    def poster(self) -> Poster:
        """What posts messages there."""

    @property
    def watch(self) -> TokenWatch:
        """What knows whether the platform accepts the token of this connection."""

    @property
    def parts(self) -> Mapping[str, str]:
        """The trouble of each part that the connection is divided into, "" if there is none."""

    async def start(self) -> None:
        """Connect; raises ConfigError if refused, UnreachableError if it may work later."""

    async def log_in(self) -> None:
        """Make ready to post without answering; raises the same errors as `start`."""

    async def serve(self) -> None:
        """Answer until the connection is lost; raises ConfigError if it must not be restarted."""

    async def stop(self, seconds: float) -> None:
        """Accept nothing new, give running answers some seconds to finish, and disconnect."""


@dataclass(frozen=True, slots=True)
class PlatformPlugin:
    """What the command line needs to know of a platform, without loading the platform's library.

    `variables` are the ones to set first. `problems` lists what is wrong with the settings.
    `commands` become `airquote <platform> <command>`: each returns the lines to print, and its
    docstring is its help.
    """

    name: str
    variables: tuple[str, ...]
    is_set: Callable[[Settings], bool]
    problems: Callable[[Settings], tuple[ConfigError, ...]]
    check: Callable[[Settings], AsyncIterator[Finding]]
    commands: Mapping[str, Callable[[Settings], Iterable[str]]] = field(default_factory=dict)
    commands_help: str = ""
