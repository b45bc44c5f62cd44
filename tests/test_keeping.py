"""What buttons ask for is kept, however many people are answered at once."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.keeping import Kept
from bot.store import Store, open_store


class Counting(Store):
    """A store that counts how often it is written to, and may be away."""

    writes = 0
    is_away = False
    begun: asyncio.Event

    async def keep_requests(self, requests: Mapping[str, str], now: datetime) -> None:
        self.writes += 1
        self.begun.set()
        await asyncio.sleep(0.01)
        if self.is_away:
            raise StoreError("airquote.db", "it is locked.")
        await super().keep_requests(requests, now)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'airquote.db'}"


def counting(store: Store) -> Counting:
    made = Counting(store._database, 0)
    made.begun = asyncio.Event()
    return made


def test_what_many_ask_for_at_once_is_written_together(folder: str) -> None:
    async def story() -> tuple[int, list[str | None]]:
        async with open_store(folder) as opened:
            store = counting(opened)
            kept = Kept(store)
            await asyncio.gather(*(kept.keep({f"key {n}": f"[{n}]"}) for n in range(100)))
            return store.writes, [await kept.find(f"key {n}") for n in range(100)]

    writes, found = asyncio.run(story())

    assert found == [f"[{n}]" for n in range(100)]
    assert writes <= 2


def test_what_comes_while_others_are_written_is_written_next(folder: str) -> None:
    async def story() -> tuple[int, str | None]:
        async with open_store(folder) as opened:
            store = counting(opened)
            kept = Kept(store)
            first = asyncio.create_task(kept.keep({"first": "[1]"}))
            await store.begun.wait()
            await kept.keep({"second": "[2]"})
            found = await kept.find("second")
            await first
            return store.writes, found

    assert asyncio.run(story()) == (2, "[2]")


def test_who_no_longer_waits_does_not_end_it_for_the_others(folder: str) -> None:
    async def story() -> list[str | None]:
        async with open_store(folder) as opened:
            kept = Kept(counting(opened))
            given_up = asyncio.create_task(kept.keep({"given up": "[1]"}))
            waiting = asyncio.create_task(kept.keep({"waiting": "[2]"}))
            await asyncio.sleep(0)
            given_up.cancel()
            await waiting
            return [await kept.find("given up"), await kept.find("waiting")]

    assert asyncio.run(story()) == ["[1]", "[2]"]


def test_an_answer_goes_out_without_a_store_and_later_ones_are_kept(
    folder: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> list[str | None]:
        async with open_store(folder) as opened:
            store = counting(opened)
            store.is_away, kept = True, Kept(store)
            await kept.keep({"lost": "[1]"})
            store.is_away = False
            await kept.keep({"kept": "[2]"})
            return [await kept.find("lost"), await kept.find("kept")]

    assert asyncio.run(story()) == [None, "[2]"]
    assert "Some buttons will not work: airquote.db: it is locked." in caplog.text
