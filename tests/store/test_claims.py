"""Claims: what several processes on one database may do once, or so often."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.claims import Claim, Claimed, make_claim
from bot.models import Feedback, Verdict
from bot.store.claims import forget_claims
from bot.store.database import Database, open_database
from bot.store.feedback import Store
from bot.store.tables import CLAIMS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EVENT = make_claim("event", "slack", "Ev1", lasts=MINUTE)
ANNS = make_claim("questions", "T1", lasts=MINUTE, platform="slack", person="ann")
BOBS = make_claim("questions", "T1", lasts=MINUTE, platform="slack", person="bob")
USEFUL = Feedback(NOON, Verdict.USEFUL, "talk", 61.5, "abc", "slack", "green tea")


def in_two_processes(address: str, use: Callable[[Store, Store, Database], Awaitable[Any]]) -> Any:
    """Use two stores with connections of their own, as two processes have."""

    async def run() -> Any:
        async with AsyncExitStack() as stack:
            first, second = [
                await stack.enter_async_context(open_database(address)) for _ in range(2)
            ]
            return await use(Store(first, 30), Store(second, 30), first)

    return asyncio.run(run())


async def rows_of(database: Database) -> list[dict[str, Any]]:
    return [dict(row) for row in await database.rows(select(CLAIMS))]


def test_only_the_first_of_two_processes_claims_something(database: str) -> None:
    async def use(one: Store, other: Store, _: Database) -> list[int]:
        claimed = await asyncio.gather(
            *(each.claim_all([EVENT], NOON) for each in (one, other) * 5)
        )
        return sorted(each.count for (each,) in claimed)

    assert in_two_processes(database, use) == list(range(1, 11))


def test_claims_that_cross_each_other_are_all_counted(database: str) -> None:
    events = [make_claim("event", number, lasts=MINUTE) for number in range(50)]

    async def use(one: Store, other: Store, _: Database) -> list[list[int]]:
        claimed = await asyncio.gather(
            *(one.claim_all(events, NOON) for _ in range(5)),
            *(other.claim_all(events[::-1], NOON) for _ in range(5)),
        )
        return [[each.count for each in some] for some in claimed]

    counts = in_two_processes(database, use)

    assert sorted(counts) == [[number] * 50 for number in range(1, 11)]


def test_equal_claims_at_once_are_counted_in_their_order(database: str) -> None:
    async def use(one: Store, other: Store, _: Database) -> list[int]:
        await other.claim_all([ANNS], NOON)
        return [each.count for each in await one.claim_all([ANNS, BOBS, ANNS, ANNS], NOON)]

    assert in_two_processes(database, use) == [2, 1, 3, 4]


def test_a_claim_ends_with_its_time_and_can_be_renewed(database: str) -> None:
    async def use(one: Store, other: Store, _: Database) -> list[Claimed]:
        seen = []
        for seconds in (0, 59, 60):
            seen += await one.claim_all([EVENT], NOON + timedelta(seconds=seconds))
        await other.renew(replace(EVENT, lasts=10 * MINUTE), NOON + MINUTE)
        seen += await one.claim_all([EVENT], NOON + 10 * MINUTE)
        await other.renew(replace(EVENT, lasts=0 * MINUTE), NOON + 10 * MINUTE)
        return [*seen, *await one.claim_all([EVENT], NOON + 10 * MINUTE)]

    assert in_two_processes(database, use) == [
        Claimed(1, NOON + MINUTE),
        Claimed(2, NOON + MINUTE),
        Claimed(1, NOON + 2 * MINUTE),
        Claimed(2, NOON + 11 * MINUTE),
        Claimed(1, NOON + 11 * MINUTE),
    ]


def test_expired_claims_are_deleted(database: str) -> None:
    lasting = make_claim("share", lasts=10 * MINUTE)

    async def use(store: Store, _: Store, opened: Database) -> list[str]:
        await store.claim_all([EVENT, lasting], NOON)
        await store.forget_old(NOON + MINUTE)
        return [row["key"] for row in await rows_of(opened)]

    assert in_two_processes(database, use) == [lasting.key]


def test_a_verdict_is_stored_with_its_claim_or_not_at_all(database: str) -> None:
    async def use(one: Store, other: Store, _: Database) -> tuple[list[bool], int]:
        stored = await asyncio.gather(*(each.add_feedback(USEFUL, ANNS) for each in (one, other)))
        stored.append(await other.add_feedback(USEFUL, BOBS))
        return stored, len(await one.feedback())

    stored, kept = in_two_processes(database, use)

    assert sorted(stored[:2]) == [False, True]
    assert stored[2]
    assert kept == 2


def test_a_person_can_be_forgotten_and_is_not_named(database: str) -> None:
    async def use(store: Store, _: Store, opened: Database) -> tuple[str, list[str]]:
        elsewhere = make_claim("questions", "T2", lasts=MINUTE, platform="slack", person="ann")
        await store.claim_all([EVENT, ANNS, elsewhere, BOBS], NOON)
        written = str(await rows_of(opened))
        async with opened.write() as connection:
            await forget_claims(connection, "slack", "ann")
        return written, [row["key"] for row in await rows_of(opened)]

    written, left = in_two_processes(database, use)

    assert sorted(left) == sorted([EVENT.key, BOBS.key])
    for hidden in ("ann", "bob", "T1", "slack", "questions"):
        assert hidden not in written


@pytest.mark.parametrize(
    "other",
    [
        make_claim("buttons", "T1", lasts=MINUTE, platform="slack", person="ann"),
        make_claim("questions", "T2", lasts=MINUTE, platform="slack", person="ann"),
        make_claim("questions", "T1", lasts=MINUTE, platform="discord", person="ann"),
        BOBS,
    ],
    ids=["kind", "workspace", "platform", "person"],
)
def test_what_differs_is_another_claim(other: Claim) -> None:
    assert other.key != ANNS.key
