"""What is shared is shared once, on any platform."""

import asyncio
from dataclasses import replace

import pytest

from bot.answers.help import out_of_date
from bot.answers.replies import Card, Reply
from bot.posting.places import Requester
from bot.service.sharing import SHARED, Share, ShareOutcome, Shares, share_hit, tell_outcome

HIT = Reply("Here it is.", cards=(Card("tea", "Tea", "S01E01", (), ""),))
SHARE = Share(Requester("slack", "T1", "U1"), "C1", "tea", 10.0)


async def outcomes(*published: ShareOutcome, key: str = "hit") -> list[ShareOutcome]:
    """Share the same several times, with what would become of it."""
    shares, left = Shares(), list(published)

    async def publish() -> ShareOutcome:
        await asyncio.sleep(0)
        return left.pop(0)

    return [await shares.share(key, publish) for _ in published]


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
    published: list[ShareOutcome], told: list[ShareOutcome]
) -> None:
    assert asyncio.run(outcomes(*published)) == told


def test_what_may_have_been_shared_can_be_shared_again_a_while_later() -> None:
    async def later() -> list[ShareOutcome]:
        shares, left = Shares(unsure_seconds=0), [ShareOutcome.UNSURE, ShareOutcome.POSTED]

        async def publish() -> ShareOutcome:
            return left.pop(0)

        return [await shares.share("hit", publish) for _ in range(3)]

    assert asyncio.run(later()) == [
        ShareOutcome.UNSURE,
        ShareOutcome.POSTED,
        ShareOutcome.POSTED_BEFORE,
    ]


def test_a_share_that_breaks_off_may_have_arrived() -> None:
    async def twice() -> ShareOutcome:
        shares = Shares()

        async def publish() -> ShareOutcome:
            raise RuntimeError("the oven is cold")

        with pytest.raises(RuntimeError):
            await shares.share("hit", publish)
        return await shares.share("hit", publish)

    assert asyncio.run(twice()) is ShareOutcome.UNSURE_BEFORE


def test_who_shares_while_it_is_being_shared_is_told() -> None:
    async def together() -> list[ShareOutcome]:
        shares, done = Shares(), asyncio.Event()

        async def publish() -> ShareOutcome:
            await done.wait()
            return ShareOutcome.POSTED

        first = asyncio.create_task(shares.share("hit", publish))
        await asyncio.sleep(0)
        second = await shares.share("hit", publish)
        done.set()
        return [await first, second]

    assert asyncio.run(together()) == [ShareOutcome.POSTED, ShareOutcome.POSTED_BEFORE]


@pytest.mark.parametrize("outcome", ShareOutcome)
def test_every_outcome_is_told_in_its_own_words(outcome: ShareOutcome) -> None:
    said = [tell_outcome(each).text for each in ShareOutcome]

    assert said.count(tell_outcome(outcome).text) == 1


def sharing(*hits: Reply, shares: tuple[Share, ...]) -> tuple[list[Reply], list[Reply]]:
    """Share hits one after the other: what is said of each, and all that is published."""

    async def run() -> tuple[list[Reply], list[Reply]]:
        remembered, published = Shares(), list[Reply]()

        async def publish(hit: Reply) -> ShareOutcome:
            published.append(hit)
            return ShareOutcome.POSTED

        told = [
            await share_hit(remembered, share, hit, publish)
            for share, hit in zip(shares, hits, strict=True)
        ]
        return told, published

    return asyncio.run(run())


def test_a_hit_is_published_once() -> None:
    told, published = sharing(HIT, HIT, shares=(SHARE, SHARE))

    assert told[0] is SHARED
    assert told[1] == tell_outcome(ShareOutcome.POSTED_BEFORE)
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
def test_what_differs_is_another_share(other: Share) -> None:
    told, published = sharing(HIT, HIT, shares=(SHARE, other))

    assert told == [SHARED, SHARED]
    assert published == [HIT, HIT]


def test_a_hit_that_is_gone_says_so_and_is_not_published() -> None:
    told, published = sharing(out_of_date(), HIT, shares=(SHARE, SHARE))

    assert told == [out_of_date(), SHARED]
    assert published == [HIT]
