"""The quotes that were posted, as a digest of a month and as a feed."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from bot.models import Question, Snippet
from bot.quotes.models import Wording
from bot.translations import speaking
from bot.weekly.archive import read_latest, read_month, write_digest, write_feed
from bot.weekly.models import key_of
from bot.weekly.review import withdraw
from tests.builders import episode
from tests.weekly_world import (
    DAY,
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

ATOM = "{http://www.w3.org/2005/Atom}"
TALK = episode("talk-q00", "It is q00.", title="Tea <& *coffee*", youtube="abcdefghijk")


async def post(world: World, weeks: int) -> None:
    """Let some weeks pass."""
    world.talks = (TALK,)
    for _ in range(weeks):
        await world.tick()
        world.clock.now += WEEK


def test_a_month_is_written_as_markdown_without_where_it_was_posted(database: str) -> None:
    async def use(world: World) -> None:
        await post(world, 3)
        pool = await world.context.pool(HERE)
        quotes = await read_month(world.deliveries, pool, "2026-11")
        digest = write_digest("2026-11", quotes)

        assert [each.id for each in quotes] == ["q00", "q01"]
        assert digest.startswith("# Quotes of November 2026\n\n> It is q00.\n\n— Guest q00, in ")
        assert r"[Tea \<& \*coffee\*](<https://youtu.be/abcdefghijk?t=59>)" in digest
        assert "at 1:01 (23 November)" in digest
        assert HERE.id not in digest
        assert [each.id for each in await read_month(world.deliveries, pool, "2026-12")] == ["q02"]
        assert await read_month(world.deliveries, pool, "2025-11") == ()

    in_world(database, use)


def test_a_month_and_a_feed_are_in_the_language_spoken(database: str) -> None:
    async def use(world: World) -> None:
        await post(world, 1)
        pool = await world.context.pool(HERE)
        quotes = await read_month(world.deliveries, pool, "2026-11")
        with speaking("de"):
            digest = write_digest("2026-11", quotes)
            feed = ElementTree.fromstring(write_feed("tea", quotes, world.clock.now))  # noqa: S314

        assert digest.startswith("# Zitate im November 2026\n\n> It is q00.\n\n— Guest q00, in ")
        assert "bei 1:01 (23. November)" in digest
        assert feed.findtext(f"{ATOM}title") == "Zitate der Woche"
        assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "„It is q00.“"

    in_world(database, use)


def test_what_was_withdrawn_is_in_neither(database: str) -> None:
    async def use(world: World) -> None:
        await post(world, 2)
        first = await world.deliveries.find_delivery(key_of(HERE, MONDAY.date()))
        assert first
        await withdraw(world.context, first, "U2")
        pool = await world.context.pool(HERE)

        assert [each.id for each in await read_month(world.deliveries, pool, "2026-11")] == ["q01"]
        latest = await read_latest(world.deliveries, world.context.pool, [HERE.id], world.clock.now)
        assert [each.id for each in latest] == ["q01"]

    in_world(database, use)


def test_a_feed_has_what_named_channels_posted_and_the_latest_first(database: str) -> None:
    other = subscription(replace(HERE, id="C2"), replace(PLAN, weekday=1))

    async def use(world: World) -> None:
        await post(world, 1)
        await world.tick(-WEEK + DAY)
        await world.tick(WEEK - DAY)
        latest = await read_latest(world.deliveries, world.context.pool, [HERE.id], world.clock.now)
        assert [each.id for each in latest] == ["q01", "q00"]
        assert (
            len(await read_latest(world.deliveries, world.context.pool, ["C2"], world.clock.now))
            == 1
        )
        assert await read_latest(world.deliveries, world.context.pool, [], world.clock.now) == ()

        feed = ElementTree.fromstring(write_feed("C1", latest, world.clock.now))  # noqa: S314
        entries = feed.findall(f"{ATOM}entry")
        assert [each.findtext(f"{ATOM}title") for each in entries] == [
            "“It is q01.”",
            "“It is q00.”",
        ]
        for each in (feed, *entries):
            assert all(each.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
            assert each.findtext(f"{ATOM}author/{ATOM}name")
        link = entries[1].find(f"{ATOM}link[@rel='alternate']")
        assert link is not None
        assert link.get("href") == "https://youtu.be/abcdefghijk?t=59"
        assert "Tea &lt;&amp; *coffee*" in str(entries[1].findtext(f"{ATOM}content"))
        assert HERE.id not in ElementTree.tostring(feed, encoding="unicode")

    in_world(database, use, subscription(), other)


def test_rewritten_words_have_no_quotation_marks(database: str) -> None:
    async def use(world: World) -> None:
        await post(world, 1)
        rewritten = replace(scored_quote("q00"), wording=Wording(0.5, "so it was q"))
        world.pool = [rewritten]
        pool = await world.context.pool(HERE)
        quotes = await read_month(world.deliveries, pool, "2026-11")

        assert "\nIn short: It is q00.\n" in write_digest("2026-11", quotes)
        feed = write_feed("C1", quotes, world.clock.now).decode()
        assert "<title>In short: It is q00.</title>" in feed
        assert "blockquote" not in feed

    in_world(database, use)


def test_the_question_of_a_host_is_above_the_quote_in_both(database: str) -> None:
    async def use(world: World) -> None:
        await post(world, 1)
        asked = Question("Alexey", Snippet("Is it <q>?"))
        world.pool = [replace(scored_quote("q00"), wording=Wording(question=asked))]
        pool = await world.context.pool(HERE)
        quotes = await read_month(world.deliveries, pool, "2026-11")
        content = write_feed("C1", quotes, world.clock.now).decode()

        assert "\n\nAlexey: Is it \\<q\\>?\n\n> It is q00.\n" in write_digest("2026-11", quotes)
        assert escape("<p>Alexey: Is it &lt;q&gt;?</p><blockquote>It is q00.") in content

    in_world(database, use)


def test_an_empty_feed_has_what_a_feed_needs() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    feed = ElementTree.fromstring(write_feed("C1", (), now))  # noqa: S314

    assert feed.findtext(f"{ATOM}updated") == "2026-11-23T00:00:00+00:00"
    assert str(feed.findtext(f"{ATOM}id")).startswith("urn:uuid:")


def test_a_quote_that_is_posted_again_is_listed_once(database: str) -> None:
    async def use(world: World) -> None:
        world.pool = [scored_quote("q00")]
        await post(world, 2)
        await world.tick(MINUTE)
        pool = await world.context.pool(HERE)

        assert len(await world.deliveries.history(HERE)) >= 2
        assert len(await read_month(world.deliveries, pool, "2026-11")) == 1

    in_world(database, use)
