"""A person in the local Discord, and the platform they are on: `fakes.chat` in Discord's terms."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.answers.requests import Verb, read_request
from tests.apps.discord_weekly import typed_weekly
from tests.fakes.chat import Answer, Feature, Kind, Venue
from tests.fakes.discord.entries import find_component
from tests.fakes.discord.interactions import Done
from tests.fakes.discord.reading import Page, read_page
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import EPHEMERAL, LOADING, Channel, User
from tests.process import Running, airquote, free_port, running

MENU = "Find in podcast"
# What a button of a version before the first would have carried.
_OLD_ID = "aq0:turn:search:registry:1"
CONNECTED = '"connected"'  # what the process logs then
# The option that takes the words behind a command; help has none.
_WORDS = {
    Verb.SEARCH: "query",
    Verb.QUOTE: "words",
    Verb.EPISODE: "words",
    Verb.EPISODES: "words",
    Verb.MENTIONS: "terms",
    Verb.FOLLOW: "query",
    Verb.UNFOLLOW: "query",
    Verb.ANNOUNCE: "switch",
}
_SEARCH = "podcast search"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DiscordMember:
    """A person in a channel of the local Discord."""

    discord: DiscordServer
    user: User
    channel: Channel

    @property
    def name(self) -> str:
        """What others call them."""
        return self.user.name

    def say(self, typed: str, **options: Any) -> Answer:
        """Choose the command that the words behind /podcast begin with, and fill it in."""
        request = read_request(typed)
        if request.verb is Verb.WEEKLY:
            return self.use(*typed_weekly(request.text))
        if request.verb is Verb.USE:
            ids, everywhere, _ = request.text.partition("everywhere")
            chosen = {"podcasts": ids.strip()} if ids.strip() else {}
            options = {**chosen, **({"everywhere": True} if everywhere else {})}
            return self.use("podcast-admin use", options)
        command = "podcast-admin" if request.verb is Verb.ANNOUNCE else "podcast"
        words = {_WORDS[request.verb]: request.text} if request.text else {}
        return self.use(f"{command} {request.verb}", {**words, **options})

    def ask_aloud(self, question: str) -> Answer:
        """Ask the bot so that everybody in the channel sees the answer."""
        return self.say(question, visible=True)

    def mention(self, question: str, *, below: str = "") -> Answer:
        """Ask in a message that mentions the bot, as a reply to another one if one is given."""
        author = self.discord.add_user("Author")
        parent = self.discord.say(below, user=author, channel=self.channel) if below else None
        asked = self.discord.mention(question, user=self.user, channel=self.channel, below=parent)
        return self._read(self.discord.wait_for_reply(asked))

    def use_shortcut_on(self, message: str) -> Answer:
        """Use "Find in podcast" in the menu of somebody's message."""
        author = self.discord.add_user("Author")
        written = self.discord.say(message, user=author, channel=self.channel)
        return self._see(self.discord.context_menu(MENU, written, user=self.user))

    def open_form(self) -> "DiscordForm":
        """Begin to fill a command's options in: they are the form."""
        return DiscordForm(self)

    def open_home(self) -> Answer:
        """Open what an app does not have here."""
        raise NotImplementedError

    def screen(self) -> tuple[Answer, ...]:
        """Look at all messages of the bot that can be seen in the channel, oldest first."""
        seen = self.discord.seen(self.user, self.channel)
        mine = [each for each in seen if each["author"]["bot"]]
        return tuple(self._read(each) for each in mine if not each["flags"] & LOADING)

    def press_old(self, answer: Answer, label: str) -> Answer:
        """Press the button of the newest message as if it had another id."""
        assert label in answer.buttons
        return self.press_as(label, _OLD_ID)

    def press_as(self, label: str, custom_id: str) -> Answer:
        """Press a button of the newest message that was made with another id."""
        with self.discord.changed:
            mine = [each for each in self.discord.world.messages.values() if each.owners]
            newest = [each for each in mine if each.channel == self.channel][-1]
            find_component(newest.json, label)["custom_id"] = custom_id
        return self.press(newest.json, custom_id)

    def use(self, command: str, options: Mapping[str, Any]) -> Answer:
        """Use a command, and see what happens."""
        return self._see(self.begin(command, options))

    def begin(self, command: str, options: Mapping[str, Any]) -> Done:
        """Use a command without waiting for anything."""
        return self.discord.slash(command, options, user=self.user, channel=self.channel)

    def press(self, message: Json, custom_id: str) -> Answer:
        """Press a button, or choose the option of a menu, and see what happens."""
        return self._see(self.discord.click(message, custom_id, user=self.user))

    def elsewhere(self) -> "DiscordMember":
        """Go to a server that does not have the bot, with the bot in the own account."""
        brings_it = self.discord.add_user(self.name, installed=True)
        foreign = self.discord.add_guild("Elsewhere", foreign=True)
        channel = self.discord.add_channel("elsewhere", guild=foreign)
        return replace(self, user=brings_it, channel=channel)

    def neighbour(self) -> "DiscordMember":
        """Invite another person to the channel."""
        return replace(self, user=self.discord.add_user("Neighbour"))

    def _see(self, done: Done) -> Answer:
        """Wait for the first that this person sees of the answer."""
        act, world = done.interaction, self.discord.world

        def look() -> int | None:
            answer = act.answered_by(world)
            return act.followups[0] if answer is None and act.followups else answer

        number = self.discord.wait_for(look, f"something to see of {act.name}")
        return self._read(self.discord.message(number))

    def _read(self, message: Json) -> Answer:
        page = read_page(message)
        return Answer(
            text="\n".join(page.lines),
            bold=tuple(page.bold),
            links=tuple(page.links),
            rows=tuple(tuple(each["label"] for each in row) for row in page.rows),
            private=bool(message["flags"] & EPHEMERAL),
            kind=Kind.MESSAGE,
            below=(message.get("referenced_message") or {}).get("content", ""),
            _press=lambda label, card: self.press(message, _id_of(page, label, card)),
            pictures=tuple(self.discord.file(message, name) for name in page.pictures),
        )


@dataclass(frozen=True, slots=True)
class DiscordForm:
    """The options of the search that a person is filling in."""

    member: DiscordMember

    @property
    def shows(self) -> Kind:
        """Where it shows what it finds."""
        return Kind.MESSAGE

    def suggest(self, name: str, typed: str) -> tuple[str, ...]:
        """Type into an option and see what is suggested."""
        return tuple(choice["name"] for choice in self._choices(name, typed))

    def submit(self, **filled_in: str) -> Answer:
        """Fill options in, those with suggestions by the label of one, and see what is found."""
        words = filled_in.pop("words")
        filters = {name: self._value(name, label) for name, label in filled_in.items()}
        return self.member.use(_SEARCH, {"query": words, **filters})

    def _value(self, name: str, label: str) -> str | int:
        # A number is chosen from the list: its label cannot be typed.
        choices = self._choices(name, "" if name == "season" else label)
        value: str | int = next(each["value"] for each in choices if each["name"] == label)
        return value

    def _choices(self, name: str, typed: str) -> list[Json]:
        member = self.member
        return member.discord.autocomplete(
            _SEARCH, {name: typed}, user=member.user, channel=member.channel
        )


@dataclass(slots=True)
class DiscordPlatform:
    """The local Discord with the bot's process connected to it."""

    discord: DiscordServer
    home: Path
    variables: dict[str, str]
    process: Running
    stack: ExitStack

    def join(self) -> DiscordMember:
        """Let a new person come into a new channel."""
        return joined(self.discord)

    def restart(self) -> None:
        """End the bot's process and start another one."""
        begun = len(self.discord.gateway.identifies)
        assert self.process.stop() == 0, self.process.output
        self.process = self.stack.enter_context(running(self.home, **self.variables))
        self.process.wait_for(CONNECTED)
        if not self.discord.endpoint.url:
            self.discord.wait_for_bot(begun + 1)


def joined(discord: DiscordServer, **about: Any) -> DiscordMember:
    """Let a new person come into a new channel; `about` are further facts of the person."""
    return DiscordMember(discord, discord.add_user("Ida", **about), discord.add_channel("podcasts"))


@contextmanager
def local_discord() -> Iterator[DiscordServer]:
    """Run a Discord that knows no command yet; what talks to it may break no rule."""
    discord = DiscordServer()
    discord.start()
    try:
        yield discord
    finally:
        discord.stop()
    assert discord.violations == []
    assert discord.drift == []


def variables_for(discord: DiscordServer) -> dict[str, str]:
    """Set what leads a process to the local Discord."""
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


@contextmanager
def on_discord(home: Path, **variables: str) -> Iterator[DiscordPlatform]:
    """Run a local Discord and the bot on it, with its commands registered."""
    with local_discord() as discord, ExitStack() as stack:
        all_variables = {**variables_for(discord), **variables}
        synced = airquote(home, "discord", "sync", **all_variables)
        assert synced.returncode == 0, synced.stderr
        process = stack.enter_context(running(home, **all_variables))
        process.wait_for(CONNECTED)
        discord.wait_for_bot()
        yield DiscordPlatform(discord, home, all_variables, process, stack)


@contextmanager
def on_discord_over_http(home: Path, **variables: str) -> Iterator[DiscordPlatform]:
    """Run a local Discord that sends requests to the bot, which has its commands registered."""
    with local_discord() as discord, ExitStack() as stack:
        port = free_port()
        over_http = {"DISCORD_PUBLIC_KEY": discord.endpoint.public_key, "PORT": str(port)}
        all_variables = {**variables_for(discord), **over_http, **variables}
        synced = airquote(home, "discord", "sync", **all_variables)
        assert synced.returncode == 0, synced.stderr
        process = stack.enter_context(running(home, **all_variables))
        process.wait_for(CONNECTED)
        address = f"http://127.0.0.1:{port}"
        told = airquote(home, "discord", "endpoint", address, **all_variables)
        assert told.returncode == 0, told.stderr
        yield DiscordPlatform(discord, home, all_variables, process, stack)
        assert discord.gateway.sessions == []
        assert {*discord.endpoint.statuses} <= {200, 202}


DISCORD = Venue(on_discord, frozenset({Feature.PICTURES, Feature.MENTIONS}))
DISCORD_OVER_HTTP = Venue(on_discord_over_http, frozenset({Feature.PICTURES}))


def _id_of(page: Page, label: str, card: int) -> str:
    ids = [each["custom_id"] for row in page.rows for each in row if each["label"] == label]
    return str(ids[card])
