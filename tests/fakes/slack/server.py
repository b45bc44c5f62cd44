"""A local server that speaks Slack's Web API and Socket Mode, and knows what people would see.

Pass `SlackServer.api_url` as SLACK_API_URL. Everything that is sent is recorded and checked; what
breaks a rule is answered as Slack answers it, and fails the test at its end.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from aiohttp import web

from tests.fakes.serving import PATIENCE_SECONDS
from tests.fakes.slack import methods
from tests.fakes.slack.calls import RESPONSE_URL, Call, Fault
from tests.fakes.slack.delivery import Delivery, Door, post_signed
from tests.fakes.slack.doors import Doors
from tests.fakes.slack.grants import Grants
from tests.fakes.slack.payloads import Payloads
from tests.fakes.slack.rules import options_problems
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.things import Interaction, SlackError
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN, NEEDED
from tests.fakes.slack.workspace import Workspace

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "RESPONSE_URL",
    "Fault",
    "SlackServer",
    "running_slack",
]


@dataclass(eq=False)
class SlackServer:
    """The server; it runs in a thread of its own from `start` to `stop`.

    `scopes` are those of the bot token, `faults` those of its calls that are still to come. `door`
    is where deliveries go in HTTP mode.
    """

    scopes: tuple[str, ...] = NEEDED
    workspace: Workspace = field(default_factory=Workspace)
    door: Door | None = None
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    url: str = ""
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    sockets: Sockets = field(init=False)
    grants: Grants = field(init=False)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self.sockets = Sockets(self.workspace, self._loop, self._on_ack)
        self.grants = Grants()
        self._ready, self._over = Event(), asyncio.Event()
        self._thread = Thread(target=self._run, name="fake-slack", daemon=True)

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.url}api/"

    @property
    def payloads(self) -> Payloads:
        """Makes what is delivered."""
        return Payloads(self.workspace, self.url)

    def inside(self, team: str) -> "SlackServer":
        """Give the same server for what happens in another workspace, made if it is not there."""
        if team not in self.grants.workspaces:
            self.grants.workspaces[team] = Workspace(team, beside=self.workspace)
        there = copy(self)
        there.workspace = self.grants.workspaces[team]
        there.workspace.base = self.url
        return there

    def start(self) -> None:
        """Listen on a free port."""
        self._thread.start()
        assert self._ready.wait(PATIENCE_SECONDS)

    def stop(self) -> None:
        """Close everything, unless it is closed."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(PATIENCE_SECONDS)

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method go wrong, after those that already shall."""
        with self.workspace.changed:
            self.faults[method].extend([fault] * times)

    def called(self, method: str) -> list[Call]:
        """Give the calls of a method, the faulty ones too."""
        with self.workspace.changed:
            return [each for each in self.calls if each.method == method]

    def wait_for(
        self, condition: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS
    ) -> Any:
        """Wait until a condition gives something true, and give that."""
        with self.workspace.changed:
            found = self.workspace.changed.wait_for(condition, seconds)
            made = [f"{each.method}: {each.answer}" for each in self.calls[-8:]]
        assert found, f"waited {seconds} s for {what}; {self.violations}; last calls: {made}"
        return found

    def wait_for_socket(self, least: int = 1, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the app has connected, or connected so many times."""
        self.wait_for(
            lambda: self.sockets.connected >= least and self.sockets.open, "a socket", seconds
        )

    def deliver(
        self,
        kind: str,
        payload: dict[str, Any],
        act: Interaction | None = None,
        *,
        wait: bool = True,
    ) -> Delivery:
        """Send a payload as an envelope, or to the door, and wait for its acknowledgement.

        `kind` is slash_commands, interactive or events_api.
        """
        delivery = Delivery(self.workspace.new_id("envelope-"), kind, payload, act)
        self._send(delivery)
        return self.wait_for_ack(delivery) if wait else delivery

    def redeliver(self, delivery: Delivery, *, wait: bool = True) -> Delivery:
        """Send the same again, as Slack does with what it thinks was lost."""
        again = Delivery(delivery.id, delivery.kind, delivery.payload, delivery.act)
        again.retry = delivery.retry + 1
        self._send(again)
        return self.wait_for_ack(again) if wait else again

    def wait_for_ack(self, delivery: Delivery) -> Delivery:
        """Wait until the app has acknowledged."""
        self.wait_for(lambda: delivery.acks, f"the ack of a {delivery.shape}")
        return delivery

    def _send(self, delivery: Delivery) -> None:
        if self.door is not None:
            self.acknowledge(delivery, *post_signed(self.door, delivery))
            return
        self.wait_for(lambda: self.sockets.open, "a socket")
        self.sockets.send(delivery)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        app = web.Application()
        Doors(self).open(app)
        app.router.add_get("/link", self.sockets.on_connect)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = self.workspace.base = f"http://{host}:{port}/"
        self._ready.set()
        await self._over.wait()
        await self.sockets.close_all()
        await runner.cleanup()

    def attempt(self, method: str, answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do something, and say what Slack says to it; what breaks a rule is noted."""
        try:
            return answer()
        except SlackError as error:
            return {"ok": False, "error": str(error), **error.facts}
        except methods.InvalidError as error:
            self.violations += [f"{method}: {problem}" for problem in error.problems]
            return {"ok": False, "error": error.code}

    def _on_ack(self, delivery: Delivery | None, payload: Any) -> None:
        if delivery is None:
            self.violations.append(f"an ack of nothing: {payload}")
        else:
            self.acknowledge(delivery, 200, payload)

    def acknowledge(self, delivery: Delivery, status: int, payload: Any) -> None:
        """Take an acknowledgement, and do what it says."""
        with self.workspace.changed:
            first = not delivery.acks
            delivery.ack(status, payload)
            if status == 200 and first:
                self._obey(delivery, payload)
            self.workspace.changed.notify_all()

    def _obey(self, delivery: Delivery, payload: Any) -> None:
        if payload and not delivery.takes_payload:
            self.violations.append(f"a payload in the ack of a {delivery.shape}: {payload}")
        elif delivery.shape == "block_suggestion":
            self.violations += options_problems(payload or {})
        elif delivery.act and not delivery.retry:
            act, shape = delivery.act, delivery.shape
            told = self.attempt(
                f"ack of a {shape}",
                lambda: methods.acknowledge(self.workspace, act, shape, payload),
            )
            if told.get("error"):
                self.violations.append(f"ack of a {shape}: {told['error']}")


@contextmanager
def running_slack(**facts: Any) -> Iterator[SlackServer]:
    """Run a server; at the end, raise what the app sent against the rules."""
    slack = SlackServer(**facts)
    slack.start()
    try:
        yield slack
    finally:
        slack.stop()
    assert slack.violations == []
