"""What is shared is shared once, on any platform."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.answers.help import out_of_date
from bot.answers.replies import Card, Reply
from bot.posting.places import Requester
from bot.service.claims import Claims
from bot.service.sharing import Share, ShareOutcome, Shares, share_hit, tell_outcome
from bot.store.feedback import open_store

MINUTE = timedelta(minutes=1)
HIT = Reply("Here it is.", cards=(Card("tea", "Tea", "S01E01", (), ""),))
SHARE = Share(Requester("slack", "T1", "U1"), "C1", "tea", 10.0)

T = TypeVar("T")


def with_shares(
    address: str, use: Callable[[Shares, Shares], Awaitable[T]], unsure: timedelta = MINUTE
) -> T:
    """Share in two processes on one database."""

    async def run() -> T:
        async with open_store(address) as one, open_store(address) as other:
            shares = [Shares(Claims(store), unsure) for store in (one, other)]
            return await use(*shares)

    return asyncio.run(run())


def outcomes(
    address: str, *published: ShareOutcome, unsure: timedelta = MINUTE
) -> list[ShareOutcome]:
    """Share the same several times, in turns by two processes, with what becomes of it."""
    left = list(published)

    async def publish() -> ShareOutcome:
        return left.pop(0)

    async def use(*processes: Shares) -> list[ShareOutcome]:
        return [await processes[n % 2].share(SHARE, publish) for n in range(len(published))]

    return with_shares(address, use, unsure)


@pytest.mark.parametrize(
    ("published", "told"),
    [
        ([ShareOutcome.POSTED] * 2, [ShareOutcome.POSTED, ShareOutcome.POSTED_BEFORE]),
        (
            [ShareOutcome.UNSURE, ShareOutcome.POSTED],
            [ShareOutcome.UNSURE, ShareOutcome.UNSURE_BEFORE],
        ),
        ([ShareOutcome.REFUSED, ShareOutcome.POSTED], [ShareOutcome.REFUSED, ShareOutcome.POSTED]),
    ],
)
def test_only_what_was_refused_is_shared_again(
    database: str, published: list[ShareOutcome], told: list[ShareOutcome]
) -> None:
    assert outcomes(database, *published) == told


def test_what_may_have_been_shared_can_be_shared_again_a_while_later(database: str) -> None:
    published = [ShareOutcome.UNSURE, ShareOutcome.POSTED, ShareOutcome.POSTED]

    assert outcomes(database, *published, unsure=timedelta(0)) == [
        ShareOutcome.UNSURE,
        ShareOutcome.POSTED,
        ShareOutcome.POSTED_BEFORE,
    ]


def test_a_share_that_breaks_off_may_have_arrived(database: str) -> None:
    async def twice(one: Shares, other: Shares) -> ShareOutcome:
        async def publish() -> ShareOutcome:
            raise RuntimeError("the oven is cold")

        with pytest.raises(RuntimeError):
            await one.share(SHARE, publish)
        return await other.share(SHARE, publish)

    assert with_shares(database, twice) is ShareOutcome.UNSURE_BEFORE


def test_who_shares_while_it_is_being_shared_is_told(database: str) -> None:
    async def together(one: Shares, other: Shares) -> list[ShareOutcome]:
        begun, done = asyncio.Event(), asyncio.Event()

        async def publish() -> ShareOutcome:
            begun.set()
            await done.wait()
            return ShareOutcome.POSTED

        first = asyncio.create_task(one.share(SHARE, publish))
        await begun.wait()
        second = await other.share(SHARE, publish)
        done.set()
        return [await first, second]

    assert with_shares(database, together) == [ShareOutcome.POSTED, ShareOutcome.POSTED_BEFORE]


def test_two_processes_that_share_at_once_post_one_message(database: str) -> None:
    async def together(*processes: Shares) -> list[ShareOutcome]:
        async def publish() -> ShareOutcome:
            return ShareOutcome.POSTED

        return list(await asyncio.gather(*(each.share(SHARE, publish) for each in processes * 5)))

    told = with_shares(database, together)

    assert Counter(told) == {ShareOutcome.POSTED: 1, ShareOutcome.POSTED_BEFORE: 9}


def test_nothing_is_shared_without_the_database(tmp_path: Path) -> None:
    path = tmp_path / "airquote.db"

    async def use(shares: Shares, _: Shares) -> list[ShareOutcome]:
        async def publish() -> ShareOutcome:
            return ShareOutcome.POSTED

        with closing(sqlite3.connect(path, isolation_level=None)) as another:
            another.execute("BEGIN EXCLUSIVE")
            locked = await shares.share(SHARE, publish)
            another.execute("ROLLBACK")
        return [locked, await shares.share(SHARE, publish)]

    told = with_shares(f"sqlite:///{path}", use)

    assert told == [ShareOutcome.UNAVAILABLE, ShareOutcome.POSTED]


@pytest.mark.parametrize("outcome", ShareOutcome)
def test_every_outcome_is_told_in_its_own_words(outcome: ShareOutcome) -> None:
    said = [tell_outcome(each).text for each in ShareOutcome]

    assert said.count(tell_outcome(outcome).text) == 1


def sharing(
    address: str, *hits: Reply, shares: tuple[Share, ...]
) -> tuple[list[tuple[Reply, bool]], list[Reply]]:
    """Share hits one after the other: what is said of each, and all that is published."""
    published: list[Reply] = []

    async def publish(hit: Reply) -> ShareOutcome:
        published.append(hit)
        return ShareOutcome.POSTED

    async def use(remembered: Shares, _: Shares) -> list[tuple[Reply, bool]]:
        return [
            await share_hit(remembered, share, hit, publish)
            for share, hit in zip(shares, hits, strict=True)
        ]

    return with_shares(address, use), published


def test_a_hit_is_published_once(database: str) -> None:
    told, published = sharing(database, HIT, HIT, shares=(SHARE, SHARE))

    assert told[0] == (tell_outcome(ShareOutcome.POSTED), True)
    assert told[1] == (tell_outcome(ShareOutcome.POSTED_BEFORE), False)
    assert published == [HIT]


@pytest.mark.parametrize(
    "other",
    [
        replace(SHARE, requester=Requester("slack", "T1", "U2")),
        replace(SHARE, place="C2"),
        replace(SHARE, start=20.0),
        replace(SHARE, episode="coffee"),
    ],
    ids=["person", "place", "moment", "episode"],
)
def test_what_differs_is_another_share(database: str, other: Share) -> None:
    told, published = sharing(database, HIT, HIT, shares=(SHARE, other))

    assert [is_posted for _, is_posted in told] == [True, True]
    assert published == [HIT, HIT]


def test_a_hit_that_is_gone_says_so_and_is_not_published(database: str) -> None:
    told, published = sharing(database, out_of_date(), HIT, shares=(SHARE, SHARE))

    assert told == [(out_of_date(), False), (tell_outcome(ShareOutcome.POSTED), True)]
    assert published == [HIT]


@pytest.mark.parametrize("outcome", [ShareOutcome.POSTED, ShareOutcome.REFUSED])
def test_only_what_was_posted_is_remembered_as_shared(database: str, outcome: ShareOutcome) -> None:
    async def use() -> list[tuple[str, float | None]]:
        noted: list[tuple[str, float | None]] = []

        async def publish() -> ShareOutcome:
            return outcome

        async with open_store(database) as store:
            shares = Shares(Claims(store), on_posted=lambda *moment: noted.append(moment))
            for _ in range(2):
                await shares.share(SHARE, publish)
        return noted

    assert asyncio.run(use()) == ([("tea", 10.0)] if outcome is ShareOutcome.POSTED else [])
