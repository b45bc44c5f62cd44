"""How often sessions start: never more than Discord allows, in a day and in five seconds."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import UnreachableError
from bot.service.claims import Claims
from bot.setting_types import ShardRange
from bot.store.database import open_database
from bot.store.feedback import Store
from handlers.discord.sessions import SessionStarts, StartLimits, read_limits
from handlers.discord.setup_checks import check_shards, check_starts

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)


def limits(remaining: int = 1000, concurrency: int = 1, recommended: int = 1) -> StartLimits:
    return StartLimits(recommended, remaining, 1000, NOW + timedelta(hours=2), concurrency)


class Asked:
    """Tells how many starts are left: what it is given, one after the other, then the last."""

    def __init__(self, *told: StartLimits) -> None:
        self._told = [*told]

    async def __call__(self) -> StartLimits:
        return self._told.pop(0) if len(self._told) > 1 else self._told[0]


def starts_of(asked: Asked, folder: Path, shards: range, processes: int = 1) -> list[float]:
    """Start shards in processes that share a database, and list how long they slept."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(min(seconds, 0.02))

    async def run() -> None:
        async with open_database(f"sqlite:///{folder / 'airquote.db'}") as database:
            store = Store(database, 0)
            window = timedelta(milliseconds=50)
            each = [SessionStarts(asked, Claims(store), window, sleep) for _ in range(processes)]
            takes = (starts.take(shard) for starts in each for shard in shards)
            await asyncio.gather(*takes)

    asyncio.run(run())
    return slept


def test_shards_start_one_after_the_other(tmp_path: Path) -> None:
    assert starts_of(Asked(limits()), tmp_path, range(3))


def test_as_many_start_at_once_as_discord_allows(tmp_path: Path) -> None:
    assert starts_of(Asked(limits(concurrency=16)), tmp_path, range(16)) == []


def test_processes_take_turns(tmp_path: Path) -> None:
    assert starts_of(Asked(limits(concurrency=16)), tmp_path, range(1), processes=2)


def test_when_no_start_is_left_a_shard_waits(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked = Asked(limits(remaining=2), limits(remaining=1000))
    with caplog.at_level(logging.WARNING):
        slept = starts_of(asked, tmp_path, range(1))

    assert len(slept) == 1
    assert "2 of 1,000 session starts are left until 2026-11-30 08:00 UTC" in caplog.text
    assert "Waiting, as no session can start" in caplog.text


def test_too_many_shards_for_what_is_left_do_not_start(tmp_path: Path) -> None:
    async def run() -> None:
        async with open_database(f"sqlite:///{tmp_path / 'airquote.db'}") as database:
            starts = SessionStarts(Asked(limits(remaining=12)), Claims(Store(database, 0)))
            assert (await starts.look(2)).remaining == 12
            await starts.look(16)

    with pytest.raises(UnreachableError, match="and 16 would start"):
        asyncio.run(run())


def test_discords_answer_is_read() -> None:
    told = {"total": 1000, "remaining": 42, "reset_after": 7_200_000, "max_concurrency": 16}

    assert read_limits(9, told, NOW) == limits(remaining=42, concurrency=16, recommended=9)


def test_the_doctor_says_how_many_shards_and_starts_there_are() -> None:
    many = limits(recommended=16)

    assert "recommends 16 shards, and this process connects all" in str(check_shards(many, None))
    assert "this process connects 0-3/16" in str(check_shards(many, ShardRange(0, 3, 16)))
    assert "DISCORD_SHARDS: they are fewer" in str(check_shards(many, ShardRange(0, 3, 8)))
    assert "1,000 of 1,000 session starts" in str(check_starts(many))
    assert "only 42 of 1,000" in str(check_starts(limits(remaining=42)))
