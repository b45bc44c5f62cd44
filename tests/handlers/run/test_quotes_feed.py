"""The feed of quotes over HTTP: what named channels posted, kept by whoever asks again."""

from collections.abc import Mapping
from xml.etree import ElementTree

import pytest

from bot.config import Settings
from handlers.http import Server, open_session
from handlers.run.quotes_feed import FEED_PATH, QuotesFeed
from tests.process import free_port
from tests.weekly_world import HERE, WEEK, World, drop_deliveries, in_world

ATOM = "{http://www.w3.org/2005/Atom}"
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Visitor:
    """Somebody who reads a feed."""

    def __init__(self, world: World, *channels: str) -> None:
        self.port, self.now = free_port(), [0.0]
        feed = QuotesFeed(world.context, channels, now=lambda: self.now[0])
        self.server = Server(self.port)
        self.server.show(FEED_PATH, feed.show)

    async def __aenter__(self) -> "Visitor":
        await self.server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.stop()

    async def get(self, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            open_session() as session,
            session.get(f"http://127.0.0.1:{self.port}{FEED_PATH}", headers=sent) as response,
        ):
            return response.status, response.headers, await response.read()

    async def titles(self) -> list[str | None]:
        _, _, body = await self.get()
        feed = ElementTree.fromstring(body)  # noqa: S314
        return [each.findtext(f"{ATOM}title") for each in feed.findall(f"{ATOM}entry")]


@SQLITE
def test_whoever_asks_again_is_told_that_nothing_has_changed(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        async with Visitor(world, HERE.id) as visitor:
            status, headers, _ = await visitor.get()
            assert status == 200
            assert headers["Content-Type"] == "application/atom+xml; charset=utf-8"
            assert "max-age=" in headers["Cache-Control"]
            assert await visitor.titles() == ["“It is q00.”"]
            again, _, body = await visitor.get(If_None_Match=headers["ETag"])
            assert (again, body) == (304, b"")

            await world.tick(WEEK)
            assert len(await visitor.titles()) == 1
            visitor.now[0] += 61
            status, changed, _ = await visitor.get(If_None_Match=headers["ETag"])
            assert status == 200
            assert changed["ETag"] != headers["ETag"]
            assert await visitor.titles() == ["“It is q01.”", "“It is q00.”"]

    in_world(database, use)


@SQLITE
def test_nothing_of_another_channel_is_told(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        async with Visitor(world, "C2") as visitor:
            assert await visitor.titles() == []

    in_world(database, use)


@SQLITE
def test_without_the_database_it_is_to_be_asked_for_later(database: str) -> None:
    async def use(world: World) -> None:
        await drop_deliveries(database)
        async with Visitor(world, HERE.id) as visitor:
            status, headers, _ = await visitor.get()
            assert status == 503
            assert headers["Retry-After"]

    in_world(database, use)


def test_channels_are_named_in_the_settings_and_need_a_port() -> None:
    settings = Settings(feed_channels="C1, 123")

    assert settings.public_channels == {"C1", "123"}
    assert settings.http_port == 3000
    assert Settings().public_channels == frozenset()
