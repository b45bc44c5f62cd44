"""What buttons ask for is kept, however many people are answered at once."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.service.saved_requests import BatchedRequestStore
from bot.store.database import Database, open_database
from bot.store.feedback import Store


class Counting(Store):
    """A store that counts how often it is written to, and may be away."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, 0)
        self.writes = self.writing = 0
        self.is_away = self.hangs = False
        self.begun = asyncio.Event()

    async def keep_requests(self, requests: Mapping[str, str], now: datetime) -> None:
        self.writes += 1
        self.writing += 1
        assert self.writing == 1
        self.begun.set()
        try:
            await asyncio.sleep(60 if self.hangs else 0.01)
            if self.is_away:
                raise StoreError("airquote.db", "it is locked.")
            await super().keep_requests(requests, now)
        finally:
            self.writing -= 1


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'airquote.db'}"


def test_what_many_ask_for_at_once_is_written_together(address: str) -> None:
    async def story() -> tuple[int, list[str | None]]:
        async with open_database(address) as opened:
            store = Counting(opened)
            kept = BatchedRequestStore(store)
            await asyncio.gather(*(kept.keep({f"key {n}": f"[{n}]"}) for n in range(100)))
            return store.writes, [await kept.find(f"key {n}") for n in range(100)]

    writes, found = asyncio.run(story())

    assert found == [f"[{n}]" for n in range(100)]
    assert writes <= 2


def test_what_is_asked_for_a_moment_later_is_written_with_it(address: str) -> None:
    async def story() -> int:
        async with open_database(address) as opened:
            store = Counting(opened)
            kept = BatchedRequestStore(store)
            first = asyncio.create_task(kept.keep({"one": "[1]"}))
            for _ in range(5):
                await asyncio.sleep(0)
            await asyncio.gather(first, kept.keep({"two": "[2]"}))
            return store.writes

    assert asyncio.run(story()) == 1


def test_what_comes_while_others_are_written_is_written_next(address: str) -> None:
    async def story() -> tuple[int, str | None]:
        async with open_database(address) as opened:
            store = Counting(opened)
            kept = BatchedRequestStore(store)
            first = asyncio.create_task(kept.keep({"first": "[1]"}))
            await store.begun.wait()
            await kept.keep({"second": "[2]"})
            found = await kept.find("second")
            await first
            return store.writes, found

    assert asyncio.run(story()) == (2, "[2]")


def test_who_no_longer_waits_does_not_end_it_for_the_others(address: str) -> None:
    async def story() -> list[str | None]:
        async with open_database(address) as opened:
            kept = BatchedRequestStore(Counting(opened))
            given_up = asyncio.create_task(kept.keep({"given up": "[1]"}))
            waiting = asyncio.create_task(kept.keep({"waiting": "[2]"}))
            await asyncio.sleep(0)
            given_up.cancel()
            await waiting
            return [await kept.find("given up"), await kept.find("waiting")]

    assert asyncio.run(story()) == ["[1]", "[2]"]


def test_an_answer_goes_out_without_a_store_and_later_ones_are_kept(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> list[str | None]:
        async with open_database(address) as opened:
            store = Counting(opened)
            store.is_away, kept = True, BatchedRequestStore(store)
            await kept.keep({"lost": "[1]"})
            store.is_away = False
            await kept.keep({"kept": "[2]"})
            return [await kept.find("lost"), await kept.find("kept")]

    assert asyncio.run(story()) == [None, "[2]"]
    assert "Some buttons will not work: airquote.db: it is locked." in caplog.text


def test_a_write_that_hangs_holds_up_no_answer_for_long_and_later_ones_are_kept(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> str | None:
        async with open_database(address) as opened:
            store = Counting(opened)
            store.hangs, kept = True, BatchedRequestStore(store, seconds=0.2)
            async with asyncio.timeout(5):
                await asyncio.gather(*(kept.keep({f"key {n}": f"[{n}]"}) for n in range(9)))
                store.hangs = False
                await kept.keep({"later": "[1]"})
            return await kept.find("later")

    assert asyncio.run(story()) == "[1]"
    assert "Some buttons may not work: the database takes too long." in caplog.text


def test_groups_are_written_one_after_the_other(address: str) -> None:
    async def story() -> list[str | None]:
        async with open_database(address) as opened:
            kept = BatchedRequestStore(Counting(opened))
            keeping = []
            for number in range(20):
                keeping.append(asyncio.create_task(kept.keep({f"key {number}": "[1]"})))
                await asyncio.sleep(0.003)
            await asyncio.gather(*keeping)
            return [await kept.find(f"key {number}") for number in range(20)]

    assert asyncio.run(story()) == ["[1]"] * 20
