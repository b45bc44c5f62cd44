"""Duties: what one process at a time does, and who does it when that process has ended."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import StoreError
from bot.service.duties import Duties, look_seconds
from bot.store.database import Database, open_database
from bot.store.duties import SqlDutyStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


class Processes:
    """Two processes on one database, by a clock of the test's own."""

    def __init__(self, *stores: SqlDutyStore) -> None:
        self.now = NOON
        self.stores = stores
        self.one, self.other = (Duties(each, LEASE, lambda: self.now) for each in stores)
        self.done = 0

    async def work(self) -> None:
        self.done += 1

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def in_two_processes(address: str, use: Callable[[Processes], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with AsyncExitStack() as stack:
            opened = [await stack.enter_async_context(open_database(address)) for _ in range(2)]
            return await use(Processes(*map(SqlDutyStore, opened)))

    return asyncio.run(run())


def test_of_many_that_begin_at_once_one_does_it(database: str) -> None:
    async def use(both: Processes) -> None:
        turns = [each.do("quotes", both.work, 25) for each in (both.one, both.other) * 5]
        assert sorted(await asyncio.gather(*turns)) == [False] * 9 + [True]
        assert both.done == 1

    in_two_processes(database, use)


def test_it_is_done_again_by_anybody_once_its_time_has_come(database: str) -> None:
    async def use(both: Processes) -> None:
        assert await both.one.do("quotes", both.work, 25)
        both.pass_by(24)
        assert not await both.other.do("quotes", both.work, 25)
        assert await both.other.do("letters", both.work, 25)
        both.pass_by(1)
        assert await both.other.do("quotes", both.work, 25)
        assert both.done == 3

    in_two_processes(database, use)


def test_what_a_killed_process_was_doing_is_done_by_another_after_the_lease(database: str) -> None:
    async def use(both: Processes) -> None:
        # As a process does that is killed in the middle: nothing comes after it.
        await both.stores[0].take("quotes", "killed", both.now, both.now + LEASE)
        both.pass_by(29)
        assert not await both.other.do("quotes", both.work)
        both.pass_by(1)
        assert await both.other.do("quotes", both.work)

    in_two_processes(database, use)


class Watched(SqlDutyStore):
    """Tells when a duty has been held on to."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.held = asyncio.Event()

    async def hold(self, name: str, owner: str, until: datetime) -> bool:
        held = await super().hold(name, owner, until)
        self.held.set()
        return held


def test_what_takes_long_stays_with_the_process_that_does_it(database: str) -> None:
    async def run() -> None:
        async with open_database(database) as first, open_database(database) as second:
            store = Watched(first)
            both = Processes(store, SqlDutyStore(second))
            # It holds on to it every 10 ms, however much time has passed by the clock.
            slow = Duties(store, timedelta(milliseconds=30), lambda: both.now)
            ending = asyncio.Event()
            running = asyncio.create_task(slow.do("sources", ending.wait))
            for _ in range(5):
                store.held.clear()
                await store.held.wait()
                both.pass_by(0.025)
                assert not await both.other.do("sources", both.work)
            ending.set()
            assert await running
            assert await both.other.do("sources", both.work)

    asyncio.run(run())


def test_whoever_has_lost_a_duty_does_not_take_it_from_its_new_owner(database: str) -> None:
    async def use(both: Processes) -> None:
        one, other = both.stores
        await one.take("quotes", "paused", both.now, both.now + LEASE)
        both.pass_by(31)
        await other.take("quotes", "new", both.now, both.now + LEASE)
        assert not await one.hold("quotes", "paused", both.now)
        await one.leave("paused", both.now)
        assert not await one.take("quotes", "third", both.now, both.now + LEASE)

    in_two_processes(database, use)


def test_a_failure_leaves_it_to_the_next(database: str) -> None:
    async def fail() -> None:
        raise StoreError("the disk", "is full.")

    async def use(both: Processes) -> None:
        with pytest.raises(StoreError):
            await both.one.do("quotes", fail, 25)
        assert await both.other.do("quotes", both.work, 25)

    in_two_processes(database, use)


def test_a_process_that_ends_in_good_order_leaves_all_to_others(database: str) -> None:
    async def use(both: Processes) -> None:
        async with both.one.leaving():
            assert await both.one.do("leavers", both.work, 24 * 60 * 60)
        assert await both.other.do("quotes", both.work, 25)
        both.pass_by(1)
        assert await both.other.do("leavers", both.work, 24 * 60 * 60)

    in_two_processes(database, use)


def test_turns_come_at_their_intervals_however_often_one_looks(database: str) -> None:
    async def use(both: Processes) -> None:
        turn = both.one.turn("quotes", both.work, 30)
        for _ in range(9):
            await turn()
            both.pass_by(look_seconds(30))
        assert both.done == 3

    in_two_processes(database, use)
