"""Quotes for an occasion: the theme of a month, and the same week of earlier years."""

from dataclasses import replace
from datetime import date

from bot.models import Episode
from bot.posting.places import Channel, ChannelMember
from bot.quotes.models import QuotePool
from bot.weekly.commands import answer_weekly
from bot.weekly.ports import WeeklyContext
from bot.weekly.selection import choose_candidates, choose_quote
from bot.weekly.subscribing import tell_status
from bot.weekly.tick import tick
from tests.weekly_world import (
    HERE,
    MINUTE,
    MONDAY,
    PLAN,
    WEEK,
    World,
    in_world,
    scored_quote,
    subscription,
)

IN_ARCHIVE = subscription(schedule=replace(PLAN, archive=True))
ADMIN = ChannelMember(HERE, "U1")
DAY_OF = MONDAY.date()


def knowing(world: World, **about: str) -> WeeklyContext:
    """Let the quotes of a pool be found by words: `mlops="q05 q07"`."""
    ids = {words: frozenset(named.split()) for words, named in about.items()}
    usual = world.context

    async def pool(channel: Channel) -> QuotePool:
        return replace(
            await usual.pool(channel), find_about=lambda words: ids.get(words, frozenset())
        )

    return replace(usual, pool=pool)


async def headings(world: World, context: WeeklyContext, weeks: int) -> list[str]:
    """Post for some weeks, and give the headings."""
    for _ in range(weeks):
        await tick(context)
        world.clock.now += WEEK
    return world.platform.headings


def test_a_month_with_a_theme_has_its_quotes_first_and_then_others(database: str) -> None:
    async def use(world: World) -> None:
        context = knowing(world, mlops="q05 q07")
        told = await answer_weekly(context, "theme 2026-11 mlops", ADMIN)
        assert told.text == "November 2026 is about “mlops” here."
        assert "2 good quotes" in told.notes[0]
        assert "November 2026 is about “mlops”." in (await tell_status(context, HERE)).notes

        assert await headings(world, context, 3) == [
            *["Quote of the week · a month about “mlops”"] * 2,
            "Quote of the week",
        ]
        assert world.platform.texts == ["It is q05.", "It is q07.", "It is q00."]

    in_world(database, use)


def test_a_theme_without_quotes_is_refused_and_one_can_be_ended(database: str) -> None:
    async def use(world: World) -> None:
        context = knowing(world, mlops="q05")
        refused = await answer_weekly(context, "theme november zebras", ADMIN)
        assert refused.text == "I have no quote about “zebras”. Try other words."
        unread = await answer_weekly(context, "theme mlops", ADMIN)
        assert unread.text == "Name a month and a theme."
        await answer_weekly(context, "theme november mlops", ADMIN)
        ended = await answer_weekly(context, "theme november off", ADMIN)
        assert ended.text == "November 2026 has no theme here now."
        assert await context.themes.themes(HERE) == {}

    in_world(database, use)


def test_moderators_are_offered_what_fits_first(database: str) -> None:
    async def use(world: World) -> None:
        context = knowing(world, mlops="q07 q09")
        await context.themes.set_theme(HERE, "2026-11", "mlops")
        offered = await choose_candidates(context, subscription(), DAY_OF)

        assert [each.quote.id for each in offered] == ["q07", "q09", "q00", "q01", "q02"]

    in_world(database, use)


def test_the_archive_prefers_the_same_week_of_earlier_years_and_says_so(database: str) -> None:
    async def use(world: World) -> None:
        world.talks = (Episode("talk-q04", "On Tea", published=date(2023, 11, 25)),)
        context = world.context

        assert await headings(world, context, 2) == [
            "Quote of the week · 3 years ago this week",
            "Quote of the week",
        ]
        assert world.platform.texts == ["It is q04.", "It is q00."]

    in_world(database, use, IN_ARCHIVE)


def test_without_the_archive_a_week_is_like_any_other(database: str) -> None:
    async def use(world: World) -> None:
        world.talks = (Episode("talk-q04", "On Tea", published=date(2023, 11, 25)),)

        assert await headings(world, world.context, 1) == ["Quote of the week"]
        assert world.platform.texts == ["It is q00."]

    in_world(database, use)


def test_what_fits_and_is_not_good_enough_is_not_preferred(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [scored_quote("good"), scored_quote("bad", score=1.0)]
        context = knowing(world, mlops="bad")
        await context.themes.set_theme(HERE, "2026-11", "mlops")
        world.clock.now = MONDAY + MINUTE
        quote = await choose_quote(context, subscription(), DAY_OF)

        assert quote
        assert quote.id == "good"

    in_world(database, use)
