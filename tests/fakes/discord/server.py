"""A local server that speaks Discord's REST API and gateway, and knows what people would see.

Pass `DiscordServer.api_url` and `.gateway_url` to the app. Everything that is sent is recorded and
checked; what breaks a rule is answered as Discord answers it, and fails the test at its end.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Condition, Event, Thread
from time import monotonic
from typing import Any

from aiohttp import ClientSession, TCPConnector, web

from tests.fakes.discord.api import Api
from tests.fakes.discord.contract import contract
from tests.fakes.discord.endpoint import Endpoint
from tests.fakes.discord.gateway import Gateway, shard_of
from tests.fakes.discord.operations import ROUTES, WITHOUT_LOGIN, ApiError, Ask
from tests.fakes.discord.people import People
from tests.fakes.discord.rules import problems
from tests.fakes.discord.shapes import Channel, Guild, Json, user_json
from tests.fakes.discord.wire import Call, Fault, fault_body, read, written
from tests.fakes.discord.world import World
from tests.fakes.serving import PATIENCE_SECONDS

BOT_TOKEN = "fake-bot-token"  # noqa: S105, a token of nothing
_APP = "update_my_application"


class DiscordServer(People):
    """The server; it runs in a thread of its own from `start` to `stop`.

    `violations` are what the app sent against the rules, `drift` what the server itself answered
    against Discord's description. Times pass as they do, and by `advance`.
    """

    def __init__(self, token: str = BOT_TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.drift: list[str] = []
        self.url = ""
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._skipped = 0.0
        self._loop = asyncio.new_event_loop()
        self._ready, self._over = Event(), asyncio.Event()
        self._thread = Thread(target=self._run, name="fake-discord", daemon=True)
        world = World("http://attachments.test")
        changed = Condition()
        gateway = Gateway(changed, lambda token: token == self.token, self._first_events)
        endpoint = Endpoint(changed, on_answer=self._take)
        super().__init__(changed, world, Api(world, self.now, endpoint), gateway)

    @property
    def api_url(self) -> str:
        """What DISCORD_API_URL is set to."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL is set to."""
        return f"{self.url.replace('http', 'ws')}/gateway"

    def start(self) -> None:
        """Listen on a free port."""
        self._thread.start()
        assert self._ready.wait(PATIENCE_SECONDS)

    def stop(self) -> None:
        """Close everything."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE_SECONDS)

    def now(self) -> float:
        """Give the server's time in seconds, from which deadlines count."""
        return monotonic() + self._skipped

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        with self.changed:
            self._skipped += seconds
            self.changed.notify_all()

    def fail(self, operation: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of an operation go wrong, after those that already shall."""
        assert operation in ROUTES
        with self.changed:
            self._faults[operation].extend([fault] * times)

    def allow(self, channel: Channel, permissions: int) -> Channel:
        """Change what the app may do in a channel, and give it as it is now."""
        with self.changed:
            changed = replace(channel, bot_permissions=permissions)
            self.world.channels[channel.id] = changed
        self.tell("CHANNEL_UPDATE", changed)
        return changed

    def put_out(self, guild: Guild, *, for_good: bool = True) -> None:
        """Take the app out of a guild; if not `for_good`, the guild is only away for a while."""
        about: Json = {"id": str(guild.id)}
        self.gateway.dispatch("GUILD_DELETE", about if for_good else about | {"unavailable": True})

    def drop(self, guild: Guild) -> None:
        """Take the app out of a guild while it is not connected."""
        with self.changed:
            del self.world.guilds[guild.id]

    def called(self, operation: str) -> list[Call]:
        """Give the calls of an operation, the faulty ones too."""
        with self.changed:
            return [each for each in self.calls if each.operation == operation]

    def forgive(self) -> list[str]:
        """Give the violations that a test is about, and forget them."""
        with self.changed:
            found, self.violations = self.violations, []
            return found

    def wait_for(
        self, condition: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS
    ) -> Any:
        """Wait until a condition gives something true, and give that."""
        with self.changed:
            found = self.changed.wait_for(condition, seconds)
            made = [f"{each.operation}: {each.status} {each.answer}" for each in self.calls[-5:]]
        assert found, f"waited {seconds} s for {what}; {self.violations}; last calls: {made}"
        return found

    def wait_for_bot(self, identifies: int = 1) -> None:
        """Wait until the app is connected, and has said so many times who it is."""
        self.wait_for(
            lambda: len(self.gateway.identifies) >= identifies and self.gateway.connected(), "a bot"
        )

    # -- the thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.serve)
        for operation, route in ROUTES.items():
            method, path = route.split(" ")
            app.router.add_route(method, f"/api/v10{path}", partial(self._answer, operation))
        app.router.add_route("*", "/{anything:.*}", self._unknown)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.gateway.loop = self.endpoint.loop = self._loop
        self.api.gateway_url = self.gateway_url
        # A session of its own for each interaction would take more time than sending it.
        async with ClientSession(connector=TCPConnector(limit=0)) as self.endpoint.session:
            self._ready.set()
            await self._over.wait()
        await self.gateway.end()
        await runner.cleanup()

    def _first_events(self, identify: Json) -> tuple[Json, list[tuple[str, Json]]]:
        number, of = shard_of(identify)
        known = [each for each in self.world.guilds.values() if not each.foreign]
        guilds = [each for each in known if (each.id >> 22) % of == number]
        self.api.starts["remaining"] -= 1
        ready = {
            "v": 10,
            "user": user_json(self.world.me),
            "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
            "resume_gateway_url": self.gateway_url,
            "session_type": "normal",
            "private_channels": [],
            "application": {"id": str(self.api.application), "flags": 0},
        }
        return ready, [("GUILD_CREATE", self.world.guild_create(each)) for each in guilds]

    async def _unknown(self, request: web.Request) -> web.Response:
        with self.changed:
            self.violations.append(f"the fake knows no {request.method} {request.path}")
        return written(404, {"code": 0, "message": "404: Not Found"})

    async def _answer(self, operation: str, request: web.Request) -> web.StreamResponse:
        ask = await read(operation, request)
        refused = await self._refused_address(ask)
        with self.changed:
            begun = monotonic()
            faults = self._faults[operation]
            fault = faults.popleft() if faults else None
            if fault and not fault.done:
                status, body = fault.status, fault_body(fault)
            else:
                status, body = refused or self._result(ask, partial(self._check, ask, request))
                if fault:
                    status, body = fault.status, fault_body(fault)
            files = {file.name: file.content for file in ask.files}
            self.calls.append(Call(operation, ask.path, ask.body, files, status, body))
            # What is checked here takes Discord no time.
            self._skipped -= monotonic() - begun
            self.changed.notify_all()
        if not status and request.transport:
            request.transport.abort()
        return written(status or 500, body, fault)

    async def _refused_address(self, ask: Ask) -> tuple[int, Json] | None:
        """Try the address at which an app wants its interactions, before it is accepted."""
        url = (ask.body or {}).get("interactions_endpoint_url") if ask.operation == _APP else None
        reason = await self.endpoint.refuses(url) if url else ""
        if not reason:
            return None
        told = [{"code": "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", "message": reason}]
        errors = {"interactions_endpoint_url": {"_errors": told}}
        return 400, {"code": 50035, "message": "Invalid Form Body", "errors": errors}

    def _take(self, event: Json, told: Json) -> None:
        """Take an answer that is in the response to an interaction, as if it came by a call."""
        path = {"interaction": event["id"], "token": event["token"]}
        ask = Ask("create_interaction_response", path, body=told)
        with self.changed:
            status, body = self._result(ask, partial(self._check_form, ask))
            self.calls.append(Call(ask.operation, path, told, {}, status, body))

    def _result(self, ask: Ask, check: Callable[[], None]) -> tuple[int, Any]:
        try:
            check()
            status, body = self.api.answer(ask)
        except ApiError as error:
            status, body = error.status, error.json
        except Exception as error:
            self.drift.append(f"{ask.operation} broke: {error!r}")
            raise
        described = contract()
        if described:
            error_text = described.answer_error(ask.operation, status, body)
            self.drift += [f"{ask.operation}: {error_text}"] if error_text else []
        return status, body

    def _check(self, ask: Ask, request: web.Request) -> None:
        """Check who asks, and the form of what is asked for."""
        allowed = request.headers.get("Authorization") == f"Bot {self.token}"
        if not allowed and not any(f"/{name}" in request.path for name in WITHOUT_LOGIN):
            raise ApiError(401, 0, "401: Unauthorized")
        if request.method not in ("GET", "DELETE"):
            self._check_form(ask)

    def _check_form(self, ask: Ask) -> None:
        names = [file.name for file in ask.files]
        found = problems(ask.operation, ask.body, names, self.api.edited(ask))
        if not found:
            return
        self.violations += [f"{ask.operation}: {each}" for each in found]
        if found == ["the message is empty"]:
            raise ApiError(400, 50006, "Cannot send an empty message")
        error = ApiError(400, 50035, "Invalid Form Body")
        told = [{"code": "INVALID", "message": each} for each in found]
        error.json["errors"] = {"_errors": told}
        raise error
