"""A small balancer: it asks one process after another until one has answered.

That is what a proxy does that repeats what a process left without an answer, also a POST: nginx
with `proxy_next_upstream error non_idempotent`, or HAProxy with `retry-on conn-failure
empty-response`. What a process refuses as it is only starting, or ending, is repeated too, as with
`http_503` and `503` there.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle
from threading import Event, Thread
from time import monotonic

from aiohttp import ClientError, ClientSession, ClientTimeout, web

# Platforms wait for three seconds.
_PATIENCE_SECONDS = 2.8
_PAUSE_SECONDS = 0.02
_START_SECONDS = 10.0
_NOBODY, _NOT_NOW, _TOO_LATE = 502, 503, 504
# What concerns one connection alone.
_OWN = frozenset({"connection", "content-length", "host", "transfer-encoding"})


class Balancer:
    """Listens on a port of its own, in a thread; `repeated` counts what was asked once more."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.port = 0
        self.repeated = 0
        self._next = cycle(ports)
        self._loop = asyncio.new_event_loop()
        self._ready, self._over = Event(), asyncio.Event()
        self._thread = Thread(target=self._run, name="balancer", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise RuntimeError("the balancer does not start")

    def stop(self) -> None:
        """Close everything."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_START_SECONDS)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        async with ClientSession(timeout=ClientTimeout(total=_PATIENCE_SECONDS)) as session:

            async def answer(request: web.Request) -> web.Response:
                return await self._pass_on(session, request)

            app = web.Application()
            app.router.add_route("*", "/{path:.*}", answer)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.port = runner.addresses[0][1]
            self._ready.set()
            await self._over.wait()
            await runner.cleanup()

    async def _pass_on(self, session: ClientSession, request: web.Request) -> web.Response:
        """Let a process answer; whichever is killed meanwhile, another one is asked the same."""
        body, until = await request.read(), monotonic() + _PATIENCE_SECONDS
        headers = {name: each for name, each in request.headers.items() if name.lower() not in _OWN}
        while monotonic() < until:
            address = f"http://127.0.0.1:{next(self._next)}{request.path_qs}"
            try:
                async with session.request(
                    request.method, address, data=body, headers=headers, allow_redirects=False
                ) as told:
                    content = await told.read()
                    kept = {n: each for n, each in told.headers.items() if n.lower() not in _OWN}
                    if told.status != _NOT_NOW:
                        return web.Response(status=told.status, body=content, headers=kept)
            except TimeoutError:
                return web.Response(status=_TOO_LATE)  # it may still answer
            except (ClientError, OSError):
                pass
            self.repeated += 1
            await asyncio.sleep(_PAUSE_SECONDS)
        return web.Response(status=_NOBODY)
