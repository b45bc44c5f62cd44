"""What the people of a workspace see: channels, what only one of them sees, modals and App Home."""

from collections.abc import Iterator
from itertools import count
from threading import Condition
from time import monotonic, time
from typing import Any

from tests.fakes.slack.rules import is_interactive, parts_of
from tests.fakes.slack.things import (
    BOT_USER,
    TEAM,
    Channel,
    Interaction,
    Message,
    Opened,
    Seen,
    SlackError,
    SlackFile,
)

MOST_STACKED_VIEWS = 3
TRIGGER_SECONDS = 3.0


class Workspace:
    """The model; every change happens under `changed`, which wakes up who waits for one.

    `base` is where uploads go, `teams` are those of people from other workspaces. New files are
    refused in as many messages as `file_refusals`, and a page of history holds `history_page`
    messages at most; one of people `people_page`. One `beside` another is of the same server.
    """

    def __init__(self, team: str = TEAM, beside: "Workspace | None" = None) -> None:
        self.team = team
        self.enterprise = ""
        self.changed: Condition = beside.changed if beside else Condition()
        self.base = ""
        self.people: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.pins: list[tuple[str, str]] = []
        self.admins: set[str] = set()
        self.deactivated: set[str] = set()
        self.locales: dict[str, str] = {}
        self.people_page = 100
        self.teams: dict[str, str] = {}
        self.files: dict[str, SlackFile] = {}
        self.file_refusals = 0
        self.history_page = 1000
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.domains: tuple[str, ...] = ("youtube.com", "youtu.be")
        self.unfurls: list[dict[str, Any]] = []
        self.statuses: list[str] = []
        self.prompts: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.scheduled: dict[str, dict[str, Any]] = {}
        self.modals: dict[str, list[Opened]] = {}
        self.homes: dict[str, Opened] = {}
        self.interactions: list[Interaction] = []
        self.log: list[Seen] = []
        self.numbers: Iterator[int] = beside.numbers if beside else count(1)

    def new_id(self, prefix: str) -> str:
        """Make an id that was not there before."""
        return f"{prefix}{next(self.numbers):08}"

    def new_ts(self) -> str:
        """Make a timestamp that is later than all before it."""
        return f"{int(time())}.{next(self.numbers):06}"

    def add_person(self, name: str, locale: str = "en-US") -> str:
        """Add a person, who reads a language, and give their id."""
        user = self.new_id("U")
        self.locales[user] = locale
        self.people[user] = name
        return user

    def add_channel(self, name: str, *, bot_is_member: bool = True, private: bool = False) -> str:
        """Add a channel and give its id."""
        channel = Channel(self.new_id("C"), name, bot_is_member, private)
        self.channels[channel.id] = channel
        return channel.id

    def interact(
        self, user: str, channel: str = "", origin: Message | None = None, *, responds: bool = True
    ) -> Interaction:
        """Note that somebody does something; `responds` says whether there is a response_url."""
        response = self.new_id("R") if responds else ""
        new = Interaction(self.new_id("trigger."), response, user, channel, origin)
        with self.changed:
            self.interactions.append(new)
        return new

    def nameable(self) -> frozenset[str]:
        """Name whom messages may mention: people who did something, and channels and groups."""
        named = (*self.channels, *self.groups)
        return frozenset([*(each.user for each in self.interactions), *named])

    def post(
        self, channel: str, body: dict[str, Any], user: str = BOT_USER, only_for: str = ""
    ) -> Message:
        """Show a message in a channel, or to one person there."""
        return self._post(channel, body, user, only_for, None)

    def answer(self, act: Interaction, body: dict[str, Any]) -> None:
        """Show a message where something was done, to who did it or to everybody."""
        only_for = "" if body.get("response_type") == "in_channel" else act.user
        act.latest = self._post(act.channel, body, BOT_USER, only_for, act)

    def _post(
        self,
        channel: str,
        body: dict[str, Any],
        user: str,
        only_for: str,
        act: Interaction | None,
    ) -> Message:
        message = Message(channel, self.new_ts(), user, self._with_ids(body), only_for)
        self.messages.append(message)
        self._show("new", message, act)
        return message

    def replace(
        self, message: Message, body: dict[str, Any], act: Interaction | None = None
    ) -> None:
        """Show something else in place of a message, in the same thread; its metadata stays."""
        kept: dict[str, Any] = {
            key: message.body[key] for key in ("thread_ts", "metadata") if key in message.body
        }
        message.body = {**kept, **self._with_ids(body)}
        self._show("changed", message, act)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        self._show("gone", message)

    def find_message(self, channel: str, ts: object) -> Message:
        """Find a message that all see; raises message_not_found."""
        for message in self.messages:
            fits = message.channel == channel and message.ts == ts
            if fits and not (message.only_for or message.deleted):
                return message
        raise SlackError("message_not_found")

    def open_view(self, user: str, view: dict[str, Any], *, push: bool = False) -> Opened:
        """Open a modal, on top of the one that is open or in its place."""
        stack = self.modals.setdefault(user, [])
        if push and not stack:
            raise SlackError("not_found")
        if push and len(stack) >= MOST_STACKED_VIEWS:
            raise SlackError("push_limit_reached")
        opened = Opened(self.new_id("V"), user, self._with_ids(view), self.new_id("hash."))
        if push:
            opened.root, opened.previous = stack[0].id, stack[-1].id
        else:
            stack.clear()
        stack.append(opened)
        self._show("new", opened)
        return opened

    def update_view(self, opened: Opened, view: dict[str, Any], known: object = None) -> Opened:
        """Show something else in a view; `known` is the hash it must still have."""
        if known and known != opened.hash:
            raise SlackError("hash_conflict")
        if view.get("type") != opened.view.get("type"):
            raise SlackError("invalid_arguments")
        opened.view, opened.hash, opened.errors = self._with_ids(view), self.new_id("hash."), {}
        self._show("changed", opened)
        return opened

    def complain(self, opened: Opened, errors: dict[str, str]) -> None:
        """Show errors below the inputs of a modal, by the ids of their blocks."""
        opened.errors = errors
        self._show("changed", opened)

    def find_view(self, view_id: object, external_id: object = None) -> Opened:
        """Find a modal that is open; raises not_found."""
        for opened in (each for stack in self.modals.values() for each in stack):
            if opened.id == view_id or (
                external_id and opened.view.get("external_id") == external_id
            ):
                return opened
        raise SlackError("not_found")

    def close_views(self, user: str, *, every: bool = False) -> None:
        """Close the modal on top, or all of them."""
        stack = self.modals.get(user, [])
        closed = stack[:] if every else stack[-1:]
        del stack[len(stack) - len(closed) :]
        for opened in closed:
            self._show("gone", opened)

    def publish_home(self, user: str, view: dict[str, Any], known: object = None) -> Opened:
        """Show an App Home to a person."""
        if user in self.homes:
            return self.update_view(self.homes[user], view, known)
        home = Opened(self.new_id("V"), user, self._with_ids(view), self.new_id("hash."))
        self.homes[user] = home
        self._show("new", home)
        return home

    def use_trigger(self, trigger: object) -> Interaction:
        """Spend a trigger_id: each is good for one view within three seconds."""
        for each in self.interactions:
            if each.trigger == trigger:
                if each.trigger_used:
                    raise SlackError("exchanged_trigger_id")
                if monotonic() - each.at > TRIGGER_SECONDS:
                    raise SlackError("expired_trigger_id")
                each.trigger_used = True
                return each
        raise SlackError("invalid_trigger_id")

    def _show(self, how: str, thing: Message | Opened, act: Interaction | None = None) -> None:
        with self.changed:
            self.log.append(Seen(how, thing, act))
            self.changed.notify_all()

    def _with_ids(self, body: dict[str, Any]) -> dict[str, Any]:
        """Give blocks the ids that they lack, as Slack does."""
        blocks = [{"block_id": self.new_id("b"), **block} for block in body.get("blocks") or []]
        for part in parts_of(blocks):
            if is_interactive(part):
                part.setdefault("action_id", self.new_id("a"))
        return {**body, "blocks": blocks}
