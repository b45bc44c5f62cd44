"""Functions are called at intervals, despite errors, and finish before the end."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo

import pytest

from bot.errors import StoreError
from bot.schedule import enter_all, run_every

SECONDS = 0.02


class Ticks:
    """Counts calls, and lets a test wait for one of them."""

    def __init__(self, during: Callable[[int], Awaitable[None]] | None = None) -> None:
        self.begun = 0
        self.at_once = 0
        self.most_at_once = 0
        self._during = during
        self._called = asyncio.Condition()

    async def __call__(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        async with self._called:
            self.begun += 1
            self._called.notify_all()
        try:
            if self._during:
                await self._during(self.begun)
        finally:
            self.at_once -= 1

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(20), self._called:
            await self._called.wait_for(lambda: self.begun >= count)


def test_a_function_is_called_at_once_and_then_at_intervals() -> None:
    async def run() -> None:
        ticks = Ticks()
        async with run_every(ticks, seconds=3600):
            await ticks.wait_for(1)
        often = Ticks()
        async with run_every(often, seconds=SECONDS):
            await often.wait_for(4)

        assert ticks.begun == 1

    asyncio.run(run())


def test_a_blocked_event_loop_skips_no_call() -> None:
    async def run() -> None:
        ticks = Ticks()
        async with run_every(ticks, seconds=3600):
            # More than the second after which APScheduler would leave the call out.
            time.sleep(1.2)  # noqa: ASYNC251 - it is to block
            await ticks.wait_for(1)

    asyncio.run(run())


def test_setting_the_clock_back_delays_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    class TenMinutesOn(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(minutes=10)

    async def run() -> None:
        async def set_back(_: int) -> None:
            monkeypatch.setattr("apscheduler.schedulers.base.datetime", datetime)

        ticks = Ticks(set_back)
        monkeypatch.setattr("apscheduler.schedulers.base.datetime", TenMinutesOn)
        async with run_every(ticks, seconds=SECONDS):
            await ticks.wait_for(3)

    asyncio.run(run())


def test_contexts_are_left_concurrently() -> None:
    async def run() -> list[float]:
        given_up: list[float] = []

        async def hang(_: int) -> None:
            try:
                await asyncio.sleep(60)
            finally:
                given_up.append(time.monotonic())

        ticks = [Ticks(hang) for _ in range(3)]
        async with enter_all([run_every(each, 3600, grace_seconds=1) for each in ticks]):
            for each in ticks:
                await each.wait_for(1)
        return given_up

    given_up = asyncio.run(run())

    assert len(given_up) == 3
    assert max(given_up) - min(given_up) < 1


def test_calls_never_overlap() -> None:
    async def run() -> None:
        async def take_long(_: int) -> None:
            await asyncio.sleep(3 * SECONDS)

        ticks = Ticks(take_long)
        async with run_every(ticks, seconds=SECONDS):
            await ticks.wait_for(4)

        assert ticks.most_at_once == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreError("the database", "it is away."), "the database: it is away. Trying again"),
        (ZeroDivisionError("a mistake"), "a mistake"),
    ],
)
def test_a_call_that_fails_is_logged_and_followed_by_another(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(number: int) -> None:
        if number == 1:
            raise error

    async def run() -> None:
        ticks = Ticks(fail)
        async with run_every(ticks, seconds=SECONDS):
            await ticks.wait_for(2)

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())

    assert said in caplog.text


def test_exit_waits_for_a_running_call() -> None:
    async def run() -> None:
        done = asyncio.Event()

        async def finish(_: int) -> None:
            await asyncio.sleep(SECONDS)
            done.set()

        ticks = Ticks(finish)
        async with run_every(ticks, seconds=3600):
            await ticks.wait_for(1)

        assert done.is_set()

    asyncio.run(run())


def test_a_call_that_does_not_end_is_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        cancelled = asyncio.Event()

        async def hang(_: int) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        ticks = Ticks(hang)
        async with run_every(ticks, seconds=3600, grace_seconds=SECONDS):
            await ticks.wait_for(1)
        async with asyncio.timeout(20):
            await cancelled.wait()

    asyncio.run(run())

    assert "did not end within 0.02 s" in caplog.text
    assert "Traceback" not in caplog.text


def test_nothing_is_called_after_exit() -> None:
    async def run() -> None:
        ticks = Ticks()
        async with run_every(ticks, seconds=SECONDS):
            await ticks.wait_for(2)
        begun = ticks.begun
        await asyncio.sleep(5 * SECONDS)

        assert begun >= 2
        assert ticks.begun == begun

    asyncio.run(run())
