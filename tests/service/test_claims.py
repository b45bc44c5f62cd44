"""What several processes on one database do once, or so often, all of them together."""

import asyncio
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import TypeVar

import pytest

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Verdict
from bot.posting.places import Requester
from bot.service.claims import Claims, Events
from bot.service.request_queue import PER_MINUTE, RequestQueue
from bot.store.feedback import Store, open_store
from tests.builders import long_talks
from tests.process import environment

ANN = Requester("slack", "T1", "ann")
TEA = Request(Verb.SEARCH, "tea")
POURED = Reply("Here is tea.")
# Far more than one claim takes, and less than a platform waits.
SOON = 2.5

T = TypeVar("T")

CLAIMING = """
import asyncio, sys
from bot.service.claims import Claims, Events
from bot.store.feedback import open_store

async def main():
    async with open_store(sys.argv[1]) as store:
        events = Events("slack", Claims(store, seconds=60))
        print("ready", flush=True)
        sys.stdin.readline()
        new = await asyncio.gather(*(events.is_ours(f"Ev{number}") for number in range(200)))
        print(*(number for number, is_ours in enumerate(new) if is_ours))

asyncio.run(main())
"""


def in_two_processes(address: str, use: Callable[[Store, Store], Awaitable[T]]) -> T:
    """Use two stores with connections of their own, as two processes have."""

    async def run() -> T:
        async with AsyncExitStack() as stack:
            one, other = [await stack.enter_async_context(open_store(address)) for _ in range(2)]
            return await use(one, other)

    return asyncio.run(run())


def test_two_real_processes_answer_each_event_once(database: str, tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMING, database],
            env=environment(tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for each in processes:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in processes:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    answered = [each.communicate(timeout=60)[0].split() for each in processes]

    assert Counter(number for each in answered for number in each) == {
        str(number): 1 for number in range(200)
    }


def test_an_event_is_answered_once_by_one_process_or_the_other(database: str) -> None:
    async def use(*stores: Store) -> list[bool]:
        events = [Events("slack", Claims(store)) for store in stores]
        elsewhere = Events("discord", Claims(stores[0]))
        return [
            await events[0].is_ours("Ev1"),
            await events[1].is_ours("Ev1"),
            await events[1].is_ours("Ev2"),
            await elsewhere.is_ours("Ev1"),
        ]

    assert in_two_processes(database, use) == [True, False, True, True]


def test_a_person_asks_so_often_in_all_processes_together(database: str) -> None:
    async def use(*stores: Store) -> list[Reply]:
        library = Library("made-up", long_talks(), ())
        queues = [RequestQueue(library, store, lambda *_: POURED) for store in stores]
        try:
            asked = [await queues[n % 2].ask(TEA, ANN) for n in range(PER_MINUTE + 2)]
            other = Requester("slack", "T2", "ann")
            return [*asked, await queues[0].ask(TEA, other)]
        finally:
            for each in queues:
                await each.drain()
                each.close()

    *asked, elsewhere = in_two_processes(database, use)

    assert asked[:PER_MINUTE] == [POURED] * PER_MINUTE
    for reply in asked[PER_MINUTE:]:
        assert "I answer 10 questions a minute per person. Please ask again in" in reply.text
    assert elsewhere == POURED


def test_a_verdict_counts_once_in_all_processes_together(database: str) -> None:
    async def use(*stores: Store) -> tuple[list[str], int]:
        library = Library("made-up", long_talks(), ())
        queues = [RequestQueue(library, store) for store in stores]
        told = [await each.judge(TEA, Verdict.USEFUL, ANN) for each in queues]
        for each in queues:
            await each.drain()
            each.close()
        return [reply.text for reply in told], len(await stores[0].feedback())

    assert in_two_processes(database, use) == (
        [
            "Thank you, that is noted for the first passage.",
            "Thank you, I had already noted your rating.",
        ],
        1,
    )


def test_a_database_that_does_not_answer_keeps_no_event_waiting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "airquote.db"

    async def use(store: Store, _: Store) -> list[bool]:
        events = Events("slack", Claims(store))
        with closing(sqlite3.connect(path, isolation_level=None)) as another:
            another.execute("BEGIN EXCLUSIVE")
            async with asyncio.timeout(SOON):
                new = await asyncio.gather(*(events.is_ours(f"Ev{number}") for number in range(50)))
                # Nobody waits for it again for a while.
                new.append(await events.is_ours("Ev50"))
            another.execute("ROLLBACK")
        return new

    assert in_two_processes(f"sqlite:///{path}", use) == [True] * 51
    assert (
        "Other processes may do the same as this one: the database takes too long." in caplog.text
    )
