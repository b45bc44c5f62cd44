"""What is said of the quotes of the week that were posted, and of those that are due."""

from pathlib import Path

from bot.answers.replies import Reply
from bot.posting.outbox import State
from bot.weekly.status import add_deliveries, add_deliveries_of
from tests.weekly_world import PLAN, World, drop_deliveries, in_world, subscription


def test_the_last_and_the_next_quote_are_those_of_the_workspace(database: str) -> None:
    notes = (
        "The last quote of the week was posted on 2026-11-23 09:00 UTC.",
        "The next one is due on 2026-11-30 09:00 UTC.",
    )

    async def use(world: World) -> None:
        await world.tick()
        assert await world.states() == [State.SENT]

        here = await add_deliveries_of(Reply("x"), world.context, "slack", "T1")
        elsewhere = await add_deliveries_of(Reply("x"), world.context, "slack", "T2")
        everywhere = await add_deliveries(Reply("x"), world.deliveries, world.clock())
        assert (here.notes, elsewhere.notes, everywhere.notes) == (notes, (), notes)

    in_world(database, use, subscription(schedule=PLAN))


def test_a_database_that_is_away_takes_nothing_from_the_rest(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'a.db'}"

    async def use(world: World) -> None:
        await drop_deliveries(address)
        told = await add_deliveries(Reply("x", ("y",)), world.deliveries, world.clock())
        assert told == Reply("x", ("y",))

    in_world(address, use)
