"""Which podcasts a place is served: the nearest choice counts, and all processes know it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from bot.errors import StoreError
from bot.posting.bindings import Bindings
from bot.posting.places import Place
from bot.store.bindings import SqlBindingStore
from bot.store.database import open_database
from bot.store.deliveries import SqlDeliveryStore

PODCASTS = ("tea", "wine", "milk")
TEAM = Place("slack", "T1")
TALK, OTHER = Place("slack", "T1", ("C1",)), Place("slack", "T1", ("C2",))
THREAD = Place("slack", "T1", ("C1-thread", "C1"))


def with_store(address: str, use: Callable[[SqlBindingStore], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with open_database(address) as database:
            return await use(SqlBindingStore(database))

    return asyncio.run(run())


def test_where_nothing_is_chosen_it_is_the_first_podcast(database: str) -> None:
    async def use(store: SqlBindingStore) -> None:
        bindings = Bindings(PODCASTS, store)

        assert await bindings.podcasts_at(TALK) == ("tea",)
        assert await bindings.chosen_at(TALK) == ()

    with_store(database, use)


def test_the_nearest_choice_counts(database: str) -> None:
    async def use(store: SqlBindingStore) -> None:
        bindings = Bindings(PODCASTS, store)
        await bindings.bind(TEAM, ["milk"])
        await bindings.bind(TALK, ["wine", "tea"])

        assert await bindings.podcasts_at(TALK) == ("wine", "tea")
        assert await bindings.podcasts_at(THREAD) == ("wine", "tea")
        assert await bindings.podcasts_at(OTHER) == ("milk",)
        assert await bindings.podcasts_at(Place("slack", "T2", ("C1",))) == ("tea",)
        assert await bindings.podcasts_at(Place("discord", "T1", ("C1",))) == ("tea",)

        await bindings.bind(TALK, [])
        assert await bindings.podcasts_at(TALK) == ("milk",)

    with_store(database, use)


def test_another_process_notices_a_choice_after_some_seconds(database: str) -> None:
    async def use(store: SqlBindingStore) -> None:
        now = 0.0
        here, there = Bindings(PODCASTS, store), Bindings(PODCASTS, store, lambda: now)
        assert await there.podcasts_at(TALK) == ("tea",)
        await here.bind(TALK, ["wine"])

        assert await here.podcasts_at(TALK) == ("wine",)
        assert await there.podcasts_at(TALK) == ("tea",)
        now = 20.0
        assert await there.podcasts_at(TALK) == ("wine",)

    with_store(database, use)


def test_what_the_settings_no_longer_name_is_not_served(database: str) -> None:
    async def use(store: SqlBindingStore) -> None:
        await Bindings(PODCASTS, store).bind(TALK, ["milk", "wine"])

        assert await Bindings(("tea", "wine"), store).podcasts_at(TALK) == ("wine",)
        assert await Bindings(("tea", "beer"), store).podcasts_at(TALK) == ("tea",)

    with_store(database, use)


def test_the_choices_of_a_workspace_that_removes_the_app_are_deleted(database: str) -> None:
    async def run() -> None:
        async with open_database(database) as opened:
            store, deliveries = SqlBindingStore(opened), SqlDeliveryStore(opened)
            for workspace in ("1", "2"):
                await store.bind("discord", workspace, "", ["tea"])
                await store.bind("discord", workspace, "77", ["wine"])
            assert await deliveries.workspaces("discord") == {"1", "2"}

            await deliveries.forget("discord", "1")

            assert await store.bindings("discord", "1") == {}
            assert await store.bindings("discord", "2") == {"": ["tea"], "77": ["wine"]}

    asyncio.run(run())


class Away:
    """A store that cannot be reached."""

    async def bindings(self, *_: object) -> Any:
        raise StoreError("database", f"it is away since {datetime.now(UTC)}.")

    async def bind(self, *_: object) -> None:
        raise StoreError("database", "it is away.")


def test_without_the_database_the_first_podcast_answers() -> None:
    assert asyncio.run(Bindings(PODCASTS, Away()).podcasts_at(TALK)) == ("tea",)


def test_a_single_podcast_needs_no_database() -> None:
    assert asyncio.run(Bindings([""], Away()).podcasts_at(TALK)) == ("",)
