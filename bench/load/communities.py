"""A local Slack and a local Discord, those of the tests, that send commands over HTTP.

People ask there, and what they see is counted: how often each command was answered, and how often
something was posted in a channel.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock
from time import monotonic
from typing import Any, Protocol

from bench.load.chats import OPTIONS, People
from bot.posting.places import Channel
from tests.fakes.discord.interactions import Interaction as DiscordInteraction
from tests.fakes.discord.server import DiscordServer
from tests.fakes.slack.delivery import Door
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.things import TEAM, Interaction
from tests.fakes.slack.tokens import BOT_TOKEN, NEEDED, OPTIONAL
from tests.fakes.slack.workspace import Workspace

_SECRET = "a-signing-secret-of-nothing"  # noqa: S105
# After three seconds, Discord takes no answer.
_PATIENCE_SECONDS = 3.5


class Community(Protocol):
    """People on a platform.

    `variables` lead a process to the platform, and `violations` are rules of it that were broken.
    `waited` are the seconds that people waited for what was not refused: in Slack for the response,
    in Discord for the answer.
    """

    name: str
    variables: dict[str, str]
    violations: list[str]
    waited: list[float]

    @property
    def refused(self) -> Counter[int]:
        """The statuses with which commands were refused."""

    def open(self, base: str) -> None:
        """Send commands to paths below an address from now on."""

    def ask(self, person: int, verb: str, words: str) -> None:
        """Let somebody use a command, and wait for the response. Of any thread."""

    def add_channel(self, name: str) -> Channel:
        """Open a channel in which to post."""

    def count_answers(self) -> Counter[int]:
        """Count how many commands were answered how often."""

    def count_posts(self, channel: Channel) -> int:
        """Count what was posted in a channel."""


@contextmanager
def communities(names: Sequence[str]) -> Iterator[list[Community]]:
    """Run platforms; raises RuntimeError at the end if a rule of one was broken."""
    with ExitStack() as stack:
        running = [stack.enter_context(_COMMUNITIES[each]()) for each in names]
        yield running
    if broken := [rule for each in running for rule in each.violations]:
        raise RuntimeError(f"rules were broken: {broken[:3]}")


class _Slack:
    """The local Slack."""

    name = "Slack"

    def __init__(self, slack: SlackServer, workspace: "_Workspace") -> None:
        self.variables = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": _SECRET,
        }
        self.violations = slack.violations
        self.waited: list[float] = []
        self._slack, self._workspace = slack, workspace
        self._people = People(workspace)
        self._acts: list[Interaction] = []
        self._refused: Counter[int] = Counter()
        self._lock = Lock()

    @property
    def refused(self) -> Counter[int]:
        return self._refused

    def open(self, base: str) -> None:
        self._slack.door = Door(f"{base}/slack/events", _SECRET)

    def ask(self, person: int, verb: str, words: str) -> None:
        with self._lock:
            act = self._workspace.interact(*self._people.find(person))
            self._acts.append(act)
        payload = self._slack.payloads.slash_command(act, "/podcast", f"{verb} {words}".strip())
        begun = monotonic()
        status = self._slack.deliver("slash_commands", payload, act).acks[0].status
        with self._lock:
            if status == 200:
                self.waited.append(monotonic() - begun)
            else:
                self._refused[status] += 1

    def add_channel(self, name: str) -> Channel:
        return Channel("slack", TEAM, self._workspace.add_channel(name))

    def count_answers(self) -> Counter[int]:
        with self._workspace.changed:
            return Counter(self._workspace.seen[each.trigger] for each in self._acts)

    def count_posts(self, channel: Channel) -> int:
        with self._workspace.changed:
            return sum(each.channel == channel.id for each in self._workspace.messages)


class _Workspace(Workspace):
    """A workspace that counts the answers to each command."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()

    def answer(self, act: Interaction, body: dict[str, Any]) -> None:
        """Show a message, and count it."""
        super().answer(act, body)
        self.seen[act.trigger] += 1


class _Discord:
    """The local Discord."""

    name = "Discord"

    def __init__(self, discord: DiscordServer) -> None:
        self.variables = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_PUBLIC_KEY": discord.endpoint.public_key,
        }
        self.violations = discord.violations
        self.waited: list[float] = []
        self._discord = discord
        self._asked: list[DiscordInteraction] = []
        self._people = {0: discord.user}
        self._lock = Lock()

    @property
    def refused(self) -> Counter[int]:
        statuses = Counter(self._discord.endpoint.statuses)
        return Counter({each: n for each, n in statuses.items() if each not in (200, 202)})

    def open(self, base: str) -> None:
        self._discord.endpoint.url = f"{base}/discord/interactions"

    def ask(self, person: int, verb: str, words: str) -> None:
        discord, begun = self._discord, monotonic()
        options = {OPTIONS[verb]: words} if words else {}
        with self._lock:
            if person not in self._people:
                self._people[person] = discord.add_user(f"Person {person}")
            done = discord.slash(f"podcast {verb}", options, user=self._people[person])
            self._asked.append(done.interaction)
        with discord.changed:
            answered = discord.changed.wait_for(
                lambda: done.interaction.is_answered(discord.world), _PATIENCE_SECONDS
            )
        if answered:
            self.waited.append(monotonic() - begun)

    def add_channel(self, name: str) -> Channel:
        channel = self._discord.add_channel(name)
        return Channel("discord", str(self._discord.guild.id), str(channel.id))

    def count_answers(self) -> Counter[int]:
        world = self._discord.world
        with self._discord.changed:
            return Counter(each.is_answered(world) + len(each.followups) for each in self._asked)

    def count_posts(self, channel: Channel) -> int:
        world = self._discord.world
        with self._discord.changed:
            return sum(str(each.channel.id) == channel.id for each in world.messages.values())


@contextmanager
def _slack() -> Iterator[Community]:
    workspace = _Workspace()
    slack = SlackServer(scopes=(*NEEDED, *OPTIONAL), workspace=workspace)
    slack.start()
    try:
        yield _Slack(slack, workspace)
    finally:
        slack.stop()


@contextmanager
def _discord() -> Iterator[Community]:
    discord = DiscordServer()
    discord.start()
    try:
        yield _Discord(discord)
    finally:
        discord.stop()


_COMMUNITIES: dict[str, Callable[[], Any]] = {"slack": _slack, "discord": _discord}
PLATFORMS = tuple(_COMMUNITIES)
