"""What a workspace is made of: messages, views, and what people do there."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Any

TEAM = "T0WORKSPACE"
APP = "A0AIRQUOTE"
BOT_USER = "U0AIRQUOTE"
BOT = "B0AIRQUOTE"
MOST_RESPONSES = 5
RESPONSE_SECONDS = 1800.0


class SlackError(Exception):
    """An error code of Slack's, as its Web API answers it, with what it says besides."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.facts = facts


@dataclass
class Channel:
    """A channel, of which the bot is a member or not; in a restricted one, only few may post."""

    id: str
    name: str
    bot_is_member: bool = True
    private: bool = False
    archived: bool = False
    restricted: bool = False


@dataclass
class SlackFile:
    """A file; it has a title once its upload is complete.

    So many messages with it are refused until Slack has looked through it.
    """

    id: str
    name: str
    length: int
    content: bytes = b""
    title: str = ""
    refusals: int = 0
    deleted: bool = False


@dataclass(eq=False)
class Message:
    """A message; `only_for` is the one person who sees it, "" where all do."""

    channel: str
    ts: str
    user: str
    body: dict[str, Any]
    only_for: str = ""
    deleted: bool = False

    @property
    def text(self) -> str:
        """The text that notifications show."""
        return str(self.body.get("text") or "")

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """What is shown."""
        return list(self.body.get("blocks") or [])

    @property
    def thread(self) -> str:
        """The message it replies to, "" if it stands in the channel."""
        return str(self.body.get("thread_ts") or "")


@dataclass(eq=False)
class Opened:
    """A view somebody looks at: a modal or their App Home."""

    id: str
    user: str
    view: dict[str, Any]
    hash: str
    root: str = ""
    previous: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """What is shown."""
        return list(self.view.get("blocks") or [])

    def described(self, values: dict[str, Any] | None = None) -> dict[str, Any]:
        """Describe the view as payloads do, with what is filled in."""
        ours = {"private_metadata": "", "callback_id": "", "external_id": "", **self.view}
        identity = {"id": self.id, "team_id": TEAM, "app_id": APP, "bot_id": BOT, "hash": self.hash}
        place = {"root_view_id": self.root or self.id, "previous_view_id": self.previous}
        return {**ours, **identity, **place, "state": {"values": values or {}}}


@dataclass(eq=False)
class Interaction:
    """Something a person did: what may be done with its trigger and its response_url."""

    trigger: str
    response: str
    user: str
    channel: str = ""
    origin: Message | None = None
    at: float = field(default_factory=monotonic)
    trigger_used: bool = False
    responses: int = 0
    latest: Message | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that became visible; `how` is "new", "changed" or "gone".

    `act` is what it answers, as far as its response_url tells.
    """

    how: str
    thing: Message | Opened
    act: Interaction | None = None
