"""Work for several at once: how much of it, and what a mistake stops."""

import asyncio
import logging

import pytest

from bot.errors import StoreError
from bot.posting.runner import Turn, take_turns


def test_no_more_jobs_run_at_once_than_wanted() -> None:
    running, most = 0, 0

    async def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    asyncio.run(take_turns([Turn(work)] * 9, at_once=3))

    assert (running, most) == (0, 3)


def test_what_fails_is_logged_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done = []

    async def away() -> None:
        raise StoreError("the database", "it is away.")

    async def broken() -> None:
        raise RuntimeError("oh")

    async def work() -> None:
        done.append(True)

    facts = {"channel": "C1"}
    asyncio.run(take_turns([Turn(away, facts), Turn(broken, facts), Turn(work)], at_once=1))
    warned, failed = caplog.records

    assert done == [True]
    assert warned.message == "the database: it is away. It is tried again."
    assert (failed.levelno, failed.exc_info is not None) == (logging.ERROR, True)
    assert {each.channel for each in (warned, failed)} == {"C1"}  # type: ignore[attr-defined]
