"""People in Slack who were the same in all workspaces before several could install the app."""

import asyncio

from sqlalchemy import Connection, MetaData, insert, select

from bot.store.database import Database, empty, migrate, open_database, parse_address
from bot.store.tables import NEWS, OUTBOX, RECIPIENTS
from tests.weekly_world import MONDAY

# In a workspace or server, on its own, and a channel that keeps its workspace.
ROWS = (
    ("slack", "", "person", "U1"),
    ("slack", "", "person", "U9"),
    ("discord", "", "person", "7"),
    ("slack", "T2", "channel", "C1"),
)
FOLLOWS = (
    ("slack", "T1", "U1", "tea"),
    ("slack", "T2", "U1", "rye"),
    ("discord", "G1", "7", "tea"),
)


def fill(connection: Connection) -> None:
    """Leave people and a channel as a process of the version before does."""
    empty(connection)
    migrate(connection, "0011")
    tables = MetaData()
    tables.reflect(connection)
    at = MONDAY.replace(tzinfo=None) if connection.dialect.name == "sqlite" else MONDAY
    follow = {"query": "tea", "since": at}
    for platform, workspace, person, words in FOLLOWS:
        place = {"platform": platform, "workspace": workspace, "person": person}
        row = follow | place | {"words": words}
        connection.execute(insert(tables.tables["follows"]).values(row))
    message = {"topic": "letter", "state": "claimed", "owner": "", "posted_id": "", "reason": ""}
    piece = {"episode": "one", "words": "tea", "at": at, "told": False}
    for number, each in enumerate(ROWS):
        place = dict(zip(("platform", "workspace", "kind", "id"), each, strict=True))
        recipient = {"admin": "", "since": at, "failures": 0}
        for name, row in (
            ("recipients", recipient),
            ("news", piece),
            ("outbox", message | {"key": str(number)}),
        ):
            connection.execute(insert(tables.tables[name]).values(place | row))


def test_people_in_slack_are_in_the_workspace_where_they_follow_something(database: str) -> None:
    async def see() -> None:
        before = Database(parse_address(database))
        async with before.write() as connection:
            await connection.run_sync(fill)
        await before.close()
        async with open_database(database) as opened:
            for table in (RECIPIENTS, NEWS, OUTBOX):
                rows = await opened.rows(select(table.c.workspace, table.c.id))
                found = {(row["id"], row["workspace"]) for row in rows}
                others = {("U1", "T2")} if table is RECIPIENTS else set()
                assert found == {("U1", "T1"), ("U9", ""), ("7", ""), ("C1", "T2")} | others

    asyncio.run(see())
