"""How long the good quotes of a channel last, and that nobody is surprised when they end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.posting.outbox import State
from bot.quotes.models import ScoredQuote, Wording
from bot.weekly.models import Judgement, Posted, quote_from
from bot.weekly.ports import NoticeKind
from bot.weekly.ranking import GUEST_DAYS
from bot.weekly.subscribing import tell_status
from bot.weekly.supply import Outlook, Supply, choose_next, look_ahead, supply_of
from tests.weekly_world import (
    HERE,
    PLAN,
    REVIEWED,
    WEEK,
    World,
    in_world,
    scored_quote,
    scored_quotes,
    subscription,
)

MONDAY = date(2026, 1, 5)
DAYS = [MONDAY + week * timedelta(weeks=1) for week in range(52)]


def of_ann(count: int) -> list[ScoredQuote]:
    return [scored_quote(f"a{number}", "Ann") for number in range(count)]


def supply(quotes: Sequence[ScoredQuote], *posted: Posted) -> Supply:
    return Supply(quotes, (), posted)


@pytest.mark.parametrize(
    ("quotes", "outlook"),
    [
        ([], Outlook(0, GUEST_DAYS, lasts=False)),
        (of_ann(3), Outlook(3, 7, lasts=False)),
        (scored_quotes(12), Outlook(12, GUEST_DAYS, lasts=False)),
        ([*of_ann(2), *scored_quotes(3)], Outlook(5, 28, lasts=False)),
        ([scored_quote(f"q{n}") for n in range(60)], Outlook(52, GUEST_DAYS, lasts=True)),
    ],
)
def test_a_supply_lasts_until_something_would_be_repeated(
    quotes: Sequence[ScoredQuote], outlook: Outlook
) -> None:
    assert look_ahead(supply(quotes), DAYS) == outlook


def test_what_was_posted_is_no_part_of_it() -> None:
    quotes = of_ann(3)
    before = Posted("a0", "Ann", "talk-a0", MONDAY - timedelta(days=7))

    assert look_ahead(supply(quotes, before), DAYS) == Outlook(2, 7, lasts=False)
    assert {each.id for each in supply(quotes, before).unspent} == {"a1", "a2"}


def test_only_what_is_good_and_was_said_counts() -> None:
    good, weak = scored_quote("good"), scored_quote("weak", score=2.9)
    rewritten = replace(good, wording=Wording(0.5, "it is kind of good"))

    assert supply_of([good, weak, rewritten], (), ()) == Supply((good,), (), (), rewritten=1)


def test_the_very_good_come_before_the_good_whatever_is_new() -> None:
    very_good, good = scored_quote("a", score=3.5), scored_quote("b", score=3.4)

    assert choose_next(supply([good, very_good]), MONDAY) == very_good


def test_the_admin_is_told_once_before_the_first_repetition(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = of_ann(3)
        told: list[int] = []
        for _ in range(9):
            await world.tick(WEEK)
            told.append(len(world.platform.told))

        assert await world.states() == [State.SENT] * 9
        assert len(set(world.platform.texts[:3])) == 3
        assert told == [0, 0, 1, 1, 1, 1, 1, 1, 1]
        ((kind, notice),) = world.platform.told
        assert kind is NoticeKind.RUN_OUT
        assert world.platform.told_to == ["U1"]
        assert notice.text == (
            "The quote for Monday 14 December 2026, 09:00 (UTC) was the last good one "
            "that I had not posted before."
        )
        assert notice.notes == (
            "From Monday 21 December 2026, 09:00 (UTC) on, I will repeat them, unless new episodes "
            "bring others. The same guest may then come before 8 weeks have passed.",
            "To choose from the others yourself, type “/podcast weekly on mon 09:00 UTC review”.",
            "To have one a month, type “/podcast weekly on mon 09:00 UTC monthly”.",
            "To stop, type “/podcast weekly off”.",
        )

    in_world(database, use)


def test_it_is_told_again_when_new_ones_run_out_too(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = of_ann(1)
        await world.tick()
        await world.tick(WEEK)
        world.pool = of_ann(2)
        await world.tick(WEEK)

        assert [kind for kind, _ in world.platform.told] == [NoticeKind.RUN_OUT] * 2

    in_world(database, use)


def test_who_chooses_is_not_told_that_they_run_out(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = of_ann(1)
        approved = quote_from(world.pool[0])
        await world.decisions.judge(HERE, approved, Judgement.APPROVE, "U1", world.clock())
        await world.tick()

        assert NoticeKind.RUN_OUT not in [kind for kind, _ in world.platform.told]

    in_world(database, use, subscription(schedule=REVIEWED))


@pytest.mark.parametrize(
    ("pool", "monthly", "notes"),
    [
        (
            of_ann(3),
            False,
            (
                "I have 3 good quotes, by 1 guest: enough for about 3 weeks. "
                "Before one comes again, I will tell an admin.",
                "With so few, the same guest comes again after 1 week, not 8.",
            ),
        ),
        (
            scored_quotes(12),
            True,
            (
                "I have 12 good quotes, by 12 guests: enough for about 12 months. "
                "Before one comes again, I will tell an admin.",
            ),
        ),
        (
            [scored_quote(f"q{n}") for n in range(60)],
            False,
            ("I have 60 good quotes, by 60 guests: enough for 52 weeks or more.",),
        ),
        (
            [
                scored_quote("weak", score=2.0),
                replace(scored_quote("other"), wording=Wording(0.5, "it is uh other")),
            ],
            False,
            (
                "No quote is good enough to post without a review. To choose from all others, type "
                "“/podcast weekly on mon 09:00 UTC review”.",
                "I leave out 1 good quote said in other words.",
            ),
        ),
    ],
)
def test_how_many_there_are_is_said(
    database: str, pool: list[ScoredQuote], monthly: bool, notes: tuple[str, ...]
) -> None:
    async def use(world: World) -> None:
        world.pool = pool

        assert (await tell_status(world.context, HERE)).notes[1:] == notes

    in_world(database, use, subscription(schedule=replace(PLAN, monthly=monthly)))


def test_that_all_were_posted_is_said(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = of_ann(1)
        await world.tick()
        notes = (await tell_status(world.context, HERE)).notes

        assert notes[1].startswith("I have 1 good quote, and have posted it: it comes again.")

    in_world(database, use)
