"""A local Slack and a local Discord, those of the tests, that note when they are answered.

What is timed begins and ends where they send and receive: their own work is a part of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from time import monotonic, sleep
from typing import Any
from urllib.request import urlopen

from bench.load.doors import Doors
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import User
from tests.fakes.discord.wire import Call
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.things import Interaction
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN
from tests.fakes.slack.workspace import Workspace

# Who starts may read transcripts first.
START_SECONDS = 300.0
_REPLY, _GOOD = 4, 300
# The option of a command on Discord that takes what is typed.
OPTIONS = {"search": "query", "mentions": "terms", "quote": "words"}
# What answers say that are none.
_BUSY, _LIMITED = "my hands full", "That is a lot at once"


@dataclass(slots=True)
class Asked:
    """A command on its way; all times are those of one clock."""

    sent: float
    acknowledged: float | None = None
    answered: float | None = None
    outcome: str = "nothing"


class People:
    """The people of a local Slack, each with a channel."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[int, tuple[str, str]] = {}

    def find(self, number: int) -> tuple[str, str]:
        """Return the user and the channel of a person, who joins when asked for first."""
        if number not in self._known:
            user = self._workspace.add_person(f"Person {number}")
            self._known[number] = user, self._workspace.add_channel(f"channel-{number}")
        return self._known[number]


class Slack:
    """The local Slack, over Socket Mode, or over HTTP to one process after another."""

    def __init__(self, *, over_http: bool = False) -> None:
        self._asked: dict[str, Asked] = {}
        self._workspace = _Workspace(self._asked)
        self._server = SlackServer(workspace=self._workspace)
        self._people = People(self._workspace)
        self._server.start()
        self._doors = Doors(self._server) if over_http else None
        self.variables = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": self._server.api_url,
            **(self._doors.variables if self._doors else {"SLACK_APP_TOKEN": APP_TOKEN}),
        }
        self.violations = self._server.violations

    def wait_for_bot(self, ports: Sequence[int]) -> None:
        """Wait until the processes that listen there are connected, or ready."""
        if self._doors is None:
            self._server.wait_for_socket(len(ports), START_SECONDS)
            return
        for port in ports:
            _wait_until_ready(port)
        self._doors.open(ports)

    def ask(self, person: int, verb: str, words: str) -> Asked:
        """Let somebody use a command."""
        act = self._workspace.interact(*self._people.find(person))
        payload = self._server.payloads.slash_command(act, "/podcast", f"{verb} {words}")
        delivery = _Slash(self._workspace.new_id("envelope-"), "slash_commands", payload, act)
        asked = delivery.asked = self._asked[act.trigger] = Asked(monotonic())
        send = self._doors.send if self._doors else self._server.sockets.send
        send(delivery)
        return asked

    def tidy(self) -> None:
        """Forget what is answered: the server looks through all there is for each answer."""
        with self._workspace.changed:
            over = {name for name, each in self._asked.items() if each.answered is not None}
            kept = [each for each in self._workspace.interactions if each.trigger not in over]
            self._workspace.interactions[:] = kept
            for each in over:
                del self._asked[each]
            for record in (self._workspace.messages, self._workspace.log, self._server.calls):
                record.clear()

    def stop(self) -> None:
        """Close everything."""
        if self._doors:
            self._doors.close()
        self._server.stop()


class _Workspace(Workspace):
    """A workspace that notes when an answer is seen."""

    def __init__(self, asked: dict[str, Asked]) -> None:
        super().__init__()
        self._asked_by_trigger = asked

    def answer(self, act: Interaction, body: dict[str, Any]) -> None:
        """Show a message, and note when that was."""
        super().answer(act, body)
        asked = self._asked_by_trigger[act.trigger]
        asked.answered, asked.outcome = monotonic(), _outcome(body)


class _Slash(Delivery):
    """A delivery that notes when it is acknowledged."""

    asked: Asked

    def ack(self, status: int, payload: Any) -> None:  # noqa: ANN401 - as the one it stands on
        """Note an acknowledgement."""
        self.asked.sent = self.sent
        if status < _GOOD:
            self.asked.acknowledged = monotonic()
        super().ack(status, payload)


class Discord:
    """The local Discord, over the gateway, or over HTTP to one process after another."""

    def __init__(self, *, over_http: bool = False) -> None:
        self._server = DiscordServer()
        self._calls = _Calls()
        self._server.calls = self._calls
        self._people: dict[int, User] = {}
        self._server.start()
        self.variables = {
            "DISCORD_TOKEN": self._server.token,
            "DISCORD_API_URL": self._server.api_url,
            "DISCORD_GATEWAY_URL": self._server.gateway_url,
        }
        if over_http:
            self.variables["DISCORD_PUBLIC_KEY"] = self._server.endpoint.public_key
        self._over_http = over_http
        self._addresses: Iterator[str] = iter(())
        self.violations = self._server.violations

    def wait_for_bot(self, ports: Sequence[int]) -> None:
        """Wait until the processes that listen there are connected, or ready."""
        if self._over_http:
            for port in ports:
                _wait_until_ready(port)
            self._addresses = cycle(f"http://127.0.0.1:{p}/discord/interactions" for p in ports)
            return
        connected = self._server.gateway.connected
        many = len(ports)
        self._server.wait_for(lambda: len(connected()) >= many, "the processes", START_SECONDS)

    def ask(self, person: int, verb: str, words: str) -> Asked:
        """Let somebody use a command."""
        if person not in self._people:
            self._people[person] = self._server.add_user(f"Person {person}")
        sent = monotonic()
        self._server.endpoint.url = next(self._addresses, "")
        options = {OPTIONS[verb]: words}
        done = self._server.slash(f"podcast {verb}", options, user=self._people[person])
        # The first answer may be here already.
        asked = self._calls.asked[done.interaction.token]
        asked.sent = sent
        return asked

    def tidy(self) -> None:
        """Forget nothing: the server finds what it knows by its name."""

    def stop(self) -> None:
        """Close everything."""
        self._server.stop()


class _Calls(list[Call]):
    """Calls of the process, of which only the moments are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, Asked] = defaultdict(lambda: Asked(0.0))

    def append(self, call: Call) -> None:
        """Note when a command was acknowledged or answered."""
        if "token" not in call.path or not 0 < call.status < _GOOD:
            return
        asked, now = self.asked[call.path["token"]], monotonic()
        first = call.operation == "create_interaction_response"
        if first:
            asked.acknowledged = now
        if not first or call.body["type"] == _REPLY:
            asked.answered, asked.outcome = now, _outcome(call.body)


def _wait_until_ready(port: int) -> None:
    until = monotonic() + START_SECONDS
    while monotonic() < until:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/readyz"):
            return
        sleep(0.1)
    raise RuntimeError(f"nothing is ready on port {port}")


def _outcome(said: object) -> str:
    text = str(said)
    if _BUSY in text:
        return "busy"
    return "limited" if _LIMITED in text else "answered"
