"""What moderators and members said of quotes is remembered, and moves those like them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.claims import make_claim
from bot.models import Feedback, Verdict
from bot.posting.places import Channel
from bot.quotes.models import GOOD_SCORE, ScoredQuote
from bot.quotes.taste import MOST_SHIFT
from bot.schedule import TICK_SECONDS
from bot.store.feedback import Store
from bot.weekly.models import Candidate, Judgement, quote_from
from bot.weekly.selection import read_supply, read_tasted
from bot.weekly.slots import Slot
from bot.weekly.verdicts import Verdicts
from tests.weekly_world import HERE, MONDAY, World, in_world, scored_quote

ELSEWHERE = Channel("discord", "G1", "C9")
SLOT = Slot(MONDAY.date(), MONDAY)


def measured(name: str, number: float) -> ScoredQuote:
    return replace(scored_quote(name, score=GOOD_SCORE), evidence=(number, 1.0))


async def judge(world: World, name: str, judgement: Judgement, channel: Channel = HERE) -> None:
    await world.decisions.judge(
        channel, quote_from(scored_quote(name)), judgement, "U1", world.clock()
    )


def test_decisions_tell_how_much_a_quote_is_liked(database: str) -> None:
    async def use(world: World) -> None:
        await judge(world, "liked", Judgement.APPROVE)
        await judge(world, "skipped", Judgement.SKIP)
        await judge(world, "hated", Judgement.NEVER)
        await judge(world, "disputed", Judgement.APPROVE)
        await judge(world, "disputed", Judgement.NEVER, ELSEWHERE)
        edited = replace(quote_from(scored_quote("edited")), original="It really is edited.")
        await world.decisions.judge(HERE, edited, Judgement.APPROVE, "U1", world.clock())

        assert await world.decisions.liked() == {
            "liked": 1.0,
            "skipped": 0.25,
            "hated": 0.0,
            "disputed": 0.5,
            "edited": 0.5,
        }

    in_world(database, use)


def test_a_report_and_a_vote_tell_it_too(database: str) -> None:
    async def use(world: World) -> None:
        await world.tick()
        (posted,) = await world.deliveries.history(HERE)
        delivery = await world.deliveries.last_delivery(HERE)
        assert delivery
        await world.deliveries.flag(delivery, "reported")
        ballot = [Candidate(quote_from(scored_quote(name)), ()) for name in ("one", "two", "three")]
        await world.context.votes.open_vote(HERE, delivery.slot, ballot)
        assert await world.decisions.liked() == {posted.id: 0.0}

        await world.context.votes.close_vote(delivery, {"one": 4, "two": 1, "three": 0})
        assert await world.decisions.liked() == {
            posted.id: 0.0,
            "one": 1.0,
            "two": 0.25,
            "three": 0.0,
        }

    in_world(database, use)


@pytest.mark.parametrize("liked", ["high", "low"])
def test_what_is_like_the_liked_quotes_comes_before_the_rest(database: str, liked: str) -> None:
    """All have the same score; what was said of some decides the order of the others."""

    async def use(world: World) -> None:
        numbers = {"low": 0.0, "high": 9.0}
        world.pool = [
            measured(f"{kind} {place}", number)
            for place in range(5)
            for kind, number in numbers.items()
        ]
        for kind in numbers:
            judgement = Judgement.APPROVE if kind == liked else Judgement.NEVER
            for place in range(3):
                await judge(world, f"{kind} {place}", judgement)
        supply = await read_supply(world.context, HERE)

        assert {each.id for each in supply.quotes if each.score > GOOD_SCORE} == {
            f"{liked} {place}" for place in range(5)
        }

    in_world(database, use)


async def praise(world: World, quote: ScoredQuote, verdict: Verdict | None) -> None:
    """Share the moment of a quote, or give a verdict on it."""
    store, now = Store(world.database, 0), world.clock()
    assert quote.start is not None
    if verdict is None:
        await store.add_share(quote.episode, quote.start, now)
        return
    given = Feedback(now, verdict, quote.episode, quote.start, "made-up", "slack")
    claim = make_claim("verdict", quote.id, lasts=timedelta(hours=1), platform="slack", person="U1")
    await store.add_feedback(given, claim)


def test_shares_and_useful_passages_are_praise_and_others_are_not(database: str) -> None:
    async def use(world: World) -> None:
        for name, verdict in (("shared", None), *((each.value, each) for each in Verdict)):
            await praise(world, scored_quote(name), verdict)
        await praise(world, scored_quote("shared"), None)

        assert await world.decisions.praised() == {("talk-shared", 61.5), ("talk-useful", 61.5)}

    in_world(database, use)


@pytest.mark.parametrize("verdict", [None, Verdict.USEFUL])
def test_praised_passages_move_quotes_like_theirs_a_little(
    database: str, verdict: Verdict | None
) -> None:
    async def use(world: World) -> None:
        world.pool = [measured(f"q{place}", float(place)) for place in range(6)]
        await judge(world, "q0", Judgement.NEVER)
        before = {each.id: each.score for each in (await read_supply(world.context, HERE)).quotes}
        for place in (4, 5):
            await praise(world, world.pool[place], verdict)
        after = {each.id: each.score for each in (await read_supply(world.context, HERE)).quotes}

        assert before.keys() >= {"q3"} and after["q3"] > before["q3"]
        assert after["q5"] - before["q5"] <= MOST_SHIFT

    in_world(database, use)


def test_what_was_said_of_a_quote_itself_outweighs_its_passage(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [measured(f"q{place}", float(place)) for place in range(6)]
        await judge(world, "q5", Judgement.NEVER)
        before = await read_tasted(await world.context.pool(HERE), world.context.verdicts)
        await praise(world, world.pool[5], None)

        assert await read_tasted(await world.context.pool(HERE), world.context.verdicts) == before

    in_world(database, use)


class Asked:
    """A store that counts how often it is asked what people said."""

    def __init__(self) -> None:
        self.times = 0

    async def liked(self) -> Mapping[str, float]:
        self.times += 1
        await asyncio.sleep(0)
        return {"q0": float(self.times)}

    async def praised(self) -> frozenset[tuple[str, float]]:
        return frozenset()


def test_what_people_said_is_read_once_for_all_channels_of_a_tick() -> None:
    async def read() -> None:
        store, now = Asked(), 0.0
        verdicts = Verdicts(store, lambda: now)
        await asyncio.gather(*(verdicts.read() for _ in range(8)))
        assert store.times == 1

        now = TICK_SECONDS
        assert (await verdicts.read()).liked == {"q0": 2.0}

    asyncio.run(read())
