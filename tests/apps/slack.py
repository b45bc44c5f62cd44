"""The Slack app in this process, handed one payload after the other, on the local Slack."""

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request
from bot.answers.several import AnswerRequest
from bot.library.library import Library
from bot.setting_types import Secret
from bot.store.feedback import Store
from handlers.in_flight import InFlight
from handlers.slack.app import build_bolt_app
from handlers.slack.client import create_client
from handlers.slack.clients import Clients
from tests.apps.slack_parts import SlackParts, opened
from tests.fakes.slack import methods
from tests.fakes.slack.reading import Page, Pressable, read_page
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.things import BOT_USER, Opened
from tests.fakes.slack.tokens import BOT_TOKEN
from tests.fakes.slack.workspace import Message

_SETTLED_SECONDS = 20.0

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """An app, the person who uses it, and the channel where they are."""

    slack: SlackServer
    app: AsyncApp
    running: InFlight
    parts: SlackParts
    user: str
    channel: str

    @property
    def store(self) -> Store:
        """Where what people judge is kept."""
        return self.parts.store

    @property
    def messages(self) -> list[Message]:
        """What the bot has said and not taken back, oldest first."""
        said = self.slack.workspace.messages
        return [each for each in said if each.user == BOT_USER and not each.deleted]

    @property
    def dialogs(self) -> list[Opened]:
        """The dialogs that are open, the lowest first."""
        return self.slack.workspace.modals.get(self.user, [])

    async def hand_in(self, payload: Json) -> BoltResponse:
        """Hand a payload to the app and give what it acknowledges with."""
        return await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))

    async def send(self, payload: Json) -> BoltResponse:
        """Hand a payload to the app and wait until nothing is left to do."""
        acknowledged = await self.hand_in(payload)
        assert await self.running.settle(_SETTLED_SECONDS)
        return acknowledged

    def command(self, typed: str) -> Json:
        """Type something behind /podcast."""
        act = self.slack.workspace.interact(self.user, self.channel)
        return self.slack.payloads.slash_command(act, "/podcast", typed)

    def mention(self, text: str, **facts: Any) -> Json:
        """Write a message that mentions the bot."""
        message = self.slack.workspace.post(self.channel, {"text": text, **facts}, self.user)
        return self.slack.payloads.app_mention(message)

    def direct_message(self, text: str, **facts: Any) -> Json:
        """Write to the bot alone."""
        channel = f"D{self.user[1:]}"
        message = self.slack.workspace.post(channel, {"text": text, **facts}, self.user)
        return self.slack.payloads.direct_message(message)

    def shortcut_on(self, text: str, shortcut: str = "find_in_podcast", **facts: Any) -> Json:
        """Use a shortcut on a message, such as to look for what it is about."""
        message = self.slack.workspace.post(self.channel, {"text": text, **facts}, self.user)
        act = self.slack.workspace.interact(self.user, self.channel)
        return self.slack.payloads.message_shortcut(act, shortcut, message)

    def global_shortcut(self) -> Json:
        """Ask for the form to search with, from nowhere."""
        act = self.slack.workspace.interact(self.user, responds=False)
        return self.slack.payloads.global_shortcut(act, "search_podcast")

    def home(self) -> Json:
        """Open the App Home."""
        return self.slack.payloads.app_home_opened(self.user)

    def press(self, label: str, place: Message | Opened | None = None, **changes: Any) -> Json:
        """Press the first button with a label, in the last message unless another is named."""
        place = place or self.messages[-1]
        found = next(each for each in buttons(place) if each.label == label)
        message = place if isinstance(place, Message) else None
        act = self.slack.workspace.interact(
            self.user, self.channel if message else "", message, responds=bool(message)
        )
        element = {**found.element, **changes}
        return self.slack.payloads.press(act, place, found.block, element)

    async def submit(self, travels: float = 0.0, **filled_in: Json) -> BoltResponse:
        """Submit the form on top; Slack does what the ack says, which `travels` so many seconds."""
        values = {name: {name: value} for name, value in filled_in.items()}
        act = self.slack.workspace.interact(self.user, responds=False)
        told = await self.hand_in(self.slack.payloads.submit(act, self.dialogs[-1], values))
        await asyncio.sleep(travels)
        answered = json.loads(told.body) if told.body else None
        methods.acknowledge(self.slack.workspace, act, "view_submission", answered)
        assert await self.running.settle(_SETTLED_SECONDS)
        return told

    def suggest(self, name: str, typed: str) -> Json:
        """Type into a menu of the form on top."""
        act = self.slack.workspace.interact(self.user, responds=False)
        return self.slack.payloads.suggest(act, self.dialogs[-1], name, typed)


class Slow:
    """Answers only when it is `let`."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def __call__(self, _: Library, request: Request) -> Reply:
        assert self.let.wait(20)
        return Reply("At last.")


def broken(_: Library, request: Request) -> Reply:
    """Fail to answer."""
    raise RuntimeError("the oven is cold")


def words(text: str) -> Json:
    """Fill in the words of the form."""
    return {"type": "plain_text_input", "value": text}


def page_of(place: Message | Opened) -> Page:
    """Read what a message or a dialog shows."""
    return read_page(place.blocks, defaultdict(lambda: "somebody"))


def buttons(place: Message | Opened) -> Iterator[Pressable]:
    """Give what can be pressed there."""
    yield from (each for row in page_of(place).rows for each in row)


def labels(place: Message | Opened) -> list[str]:
    """Name what can be pressed there."""
    return [each.label for each in buttons(place)]


def text_of(place: Message | Opened) -> str:
    """Read all lines there."""
    return "\n".join(page_of(place).lines)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where stories about the app are played."""

    slack: SlackServer
    library: Library
    folder: Path

    def play(
        self, story: Callable[[Desk], Awaitable[T]], answered: AnswerRequest = answer, **facts: Any
    ) -> T:
        """Build the app, let a story happen and give what it gives.

        `answered` answers requests; the other `facts` are those of `opened`, `library` and
        `signing_secret`.
        """
        secret = facts.pop("signing_secret", None)
        library, admins = facts.pop("library", self.library), facts.get("admins", ())

        async def run() -> T:
            workspace = self.slack.workspace
            user, channel = workspace.add_person("Ida"), workspace.add_channel("podcasts")
            client, running = _client(self.slack), InFlight()
            async with opened(client, library, self.folder, answered, **facts) as parts:
                app = build_bolt_app(
                    parts.intake,
                    parts.weekly,
                    Clients(client),
                    admins=admins,
                    signing_secret=secret,
                    in_flight=running,
                )
                return await story(Desk(self.slack, app, running, parts, user, channel))

        return asyncio.run(run())


def _client(slack: SlackServer) -> AsyncWebClient:
    return create_client(slack.api_url, Secret(BOT_TOKEN), retry=False)
