"""A Bolt app of this process, connected to the local Slack from a thread of its own."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from threading import Event, Thread

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.serving import PATIENCE_SECONDS
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN

_PING_SECONDS = 0.5

Serving = AbstractAsyncContextManager[None]


@contextmanager
def serving(slack: SlackServer, serve: Callable[[AsyncWebClient], Serving]) -> Iterator[None]:
    """Run something that connects to Slack, in a loop of its own, until the end of the block."""
    over, problems = Event(), []

    async def live() -> None:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
        async with serve(client):
            await asyncio.to_thread(over.wait)

    def run() -> None:
        try:
            asyncio.run(live())
        except Exception as error:  # noqa: BLE001, raised again in the test's thread
            problems.append(error)

    thread = Thread(target=run, name="app", daemon=True)
    thread.start()
    try:
        slack.wait_for(lambda: problems or slack.sockets.open, "the app")
        yield
    finally:
        over.set()
        thread.join(PATIENCE_SECONDS)
        assert problems == []


class Connection:
    """An app that is connected over Socket Mode, as an asynchronous context."""

    def __init__(self, app: AsyncApp) -> None:
        self._handler = AsyncSocketModeHandler(app, APP_TOKEN, ping_interval=_PING_SECONDS)

    async def __aenter__(self) -> None:
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def __aexit__(self, *_: object) -> None:
        await self._handler.close_async()  # type: ignore[no-untyped-call]
