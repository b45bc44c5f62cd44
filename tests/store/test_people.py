"""What the database holds of people: every column is known, and nothing outlasts its person."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Table, insert, select

from bot.claims import make_claim
from bot.models import ZeroHit
from bot.posting.follows import Follow
from bot.posting.outbox import MOST_FAILURES
from bot.posting.places import Requester, person_at
from bot.store.database import Database, open_database
from bot.store.deliveries import SqlDeliveryStore
from bot.store.feedback import KEEP_REQUESTS_DAYS, Store
from bot.store.follows import SqlFollowStore
from bot.store.people import NAMED, OWN, SqlPeopleStore
from bot.store.tables import CLAIMS, METADATA, RECIPIENTS, SUBSCRIPTIONS, UtcTime
from tests.process import ROOT, airquote

IDA, BO = "UIDA7", "UBO8"
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVERY_COLUMN = {str(column) for table in METADATA.tables.values() for column in table.columns}
PERSONAL = {str(column) for column in (*OWN.values(), *NAMED.values(), CLAIMS.c.person)}
# A column that can name a person belongs in `bot.store.people`, and in no list here. Speakers and
# guests are those of the podcast.
_IMPERSONAL = {
    "bindings": "channel platform podcasts workspace",
    "candidates": "channel chapter day episode original platform quote_id rank reasons speaker "
    "start text votes workspace",
    "claims": "count key until",
    "deliveries": "channel chapter counted day episode key original platform quote_id reminded "
    "reported slot speaker start text withdrawn workspace",
    "duties": "name owner until",
    "excluded_guests": "at guest name",
    "feedback": "at episode id index_id platform query start verdict",
    "follows": "language platform podcasts query since words workspace",
    "judgements": "at channel chapter episode judgement original platform quote_id speaker start "
    "text workspace",
    "kept_requests": "at key packed",
    "known_episodes": "digest episode",
    "news": "at episode key kind platform told words workspace",
    "noted_libraries": "at library",
    "outbox": "key kind lease owner platform posted_id reason sending_at state topic workspace",
    "recipients": "failures key kind platform since told_at workspace",
    "shares": "at episode id start",
    "slack_bots": "app_id bot_id bot_refresh_token bot_scopes bot_token bot_token_expires_at "
    "bot_user_id client_id enterprise_id enterprise_name id installed_at is_enterprise_install "
    "team_id team_name",
    "slack_oauth_states": "expire_at id state",
    "slack_org_workspaces": "enterprise workspace",
    "subscriptions": "approvals archive channel failures look_at monthly pin ping platform review "
    "sent_at since standing thread time vote weekday workspace zone",
    "themes": "channel month platform words workspace",
    "votes": "channel day platform quote_id workspace",
    "approvals": "at channel platform quote_id workspace",
    "zero_hits": "at id index_id platform query",
}
NUMBERS = count()
# The row of SECURITY.md that tells of each table.
_TOLD_OF = {
    "approvals": "Votes on the next quote in Slack, and approvals",
    "bindings": "Which of several podcasts a channel, workspace or server is served",
    "candidates": "What was offered to moderators, who nominated it, and what they decided",
    "claims": "What was just asked, pressed, rated or shared",
    "deliveries": "Each quote that was due",
    "duties": "Which process does what all need",
    "excluded_guests": "Guests who are not to be quoted",
    "feedback": "Ratings of answers",
    "follows": "What people follow",
    "judgements": "What was offered to moderators, who nominated it, and what they decided",
    "kept_requests": "Requests of Discord buttons",
    "known_episodes": "Which episodes were seen",
    "news": "What people follow",
    "noted_libraries": "Which episodes were seen",
    "outbox": "Messages on their way",
    "recipients": "Channels in which new episodes are announced",
    "shares": "Passages that were shared",
    "slack_bots": "Slack workspaces that installed Airquote",
    "slack_oauth_states": "Installations in Slack that have begun",
    "slack_org_workspaces": "Slack workspaces that installed Airquote",
    "subscriptions": "Channels that get the quote of the week",
    "themes": "What the quotes of a month are about",
    "votes": "Votes on the next quote in Slack, and approvals",
    "zero_hits": "Queries that found nothing",
}
IMPERSONAL = {f"{table}.{name}" for table, names in _IMPERSONAL.items() for name in names.split()}


def test_every_column_is_said_to_name_a_person_or_not() -> None:
    assert not EVERY_COLUMN - PERSONAL - IMPERSONAL, "Does it name a person?"
    assert not (PERSONAL | IMPERSONAL) - EVERY_COLUMN, "It is no longer there."
    assert not PERSONAL & IMPERSONAL


def test_security_tells_of_every_table() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")

    assert set(_TOLD_OF) == set(METADATA.tables)
    for row in _TOLD_OF.values():
        assert f"\n| {row}" in page
    assert f"| {KEEP_REQUESTS_DAYS} days after they were last shown |" in page
    assert f"or until {'three' if MOST_FAILURES == 3 else MOST_FAILURES} messages" in page


def test_requests_of_buttons_are_deleted_after_their_days(database: str) -> None:
    async def use(opened: Database) -> None:
        store = Store(opened, 0)
        for days in (-1, 1):
            shown = AT - timedelta(days=KEEP_REQUESTS_DAYS + days)
            await store.keep_requests({f"key {days}": "packed"}, shown)
        await store.forget_old(AT)

        assert await store.find_request("key -1") == "packed"
        assert await store.find_request("key 1") is None

    run(database, use)


@pytest.mark.parametrize("other", [(BO, "slack"), (IDA, "discord")])
def test_who_is_forgotten_is_named_nowhere_and_nobody_else_is_touched(
    database: str, other: tuple[str, str]
) -> None:
    async def use(opened: Database) -> None:
        people = SqlPeopleStore(opened)
        await fill(opened, IDA, "slack")
        await fill(opened, *other)
        counts = await people.count("slack", IDA)
        others = await people.count(other[1], other[0])

        assert set(counts) == {*OWN, *NAMED}
        assert await people.forget("slack", IDA, "T1") == counts == dict.fromkeys(counts, 1)
        assert await people.count("slack", IDA) == await people.forget("slack", IDA, "T1") == {}
        assert await people.count(other[1], other[0]) == others
        left = [row for row in await read_all(opened) if row.get("platform") == "slack"]
        assert IDA not in json.dumps(left, default=str)

    run(database, use)


def test_who_follows_while_they_are_forgotten_is_known_in_full_or_not_at_all(
    database: str,
) -> None:
    async def use(opened: Database) -> None:
        people, follows = SqlPeopleStore(opened), SqlFollowStore(opened)
        for number in range(20):
            follow = Follow("slack", "T1", IDA, f"tea {number}", AT)
            await asyncio.gather(follows.follow(follow), people.forget("slack", IDA, "T1"))
            counts = await people.count("slack", IDA)
            assert counts in ({}, {"follows": 1, "recipients": 1})
            await people.forget("slack", IDA, "T1")

    run(database, use)


def test_claims_go_with_their_person(database: str) -> None:
    async def use(opened: Database) -> None:
        store = Store(opened, 0)
        claims = [
            make_claim("share", lasts=timedelta(days=1), platform="slack", person=each)
            for each in (IDA, BO)
        ]
        await store.claim_all(claims, AT)
        people = SqlPeopleStore(opened)

        assert await people.count("slack", IDA) == {}
        assert await people.forget("slack", IDA) == {"claims": 1}
        assert [row["key"] for row in await read_all(opened)] == [claims[1].key]

    run(database, use)


def test_a_channel_with_the_id_of_a_person_is_no_person(database: str) -> None:
    async def use(opened: Database) -> None:
        row = make_row(RECIPIENTS, "slack") | {"kind": "channel", "id": IDA}
        async with opened.write() as connection:
            await connection.execute(insert(RECIPIENTS).values(row))

        assert await SqlPeopleStore(opened).forget("slack", IDA) == {}
        assert len(await read_all(opened)) == 1

    run(database, use)


def test_who_left_one_server_is_forgotten_there(database: str) -> None:
    async def use(opened: Database) -> None:
        people, follows = SqlPeopleStore(opened), SqlFollowStore(opened)
        for server, words in (("G1", "tea"), ("G2", "rye"), ("", "salt")):
            await follows.follow(Follow("discord", server, "7", words, AT))
        async with opened.write() as connection:
            for server in ("G1", "G2"):
                row = make_row(SUBSCRIPTIONS, "discord", "7") | {"workspace": server}
                await connection.execute(insert(SUBSCRIPTIONS).values(row))
        there = [Requester("discord", each, "7") for each in ("G1", "G2", "")]
        assert set(await people.members()) == set(there)
        await people.forget_member(there[0])

        assert set(await people.members()) == set(there[1:])
        assert await people.count("discord", "7") == {
            "follows": 2,
            "recipients": 1,
            "subscriptions.admin": 1,
        }
        for each in there[1:]:
            await people.forget_member(each)
        assert await people.count("discord", "7") == {}

    run(database, use)


def test_a_workspace_that_removes_airquote_is_named_nowhere(database: str) -> None:
    async def use(opened: Database) -> None:
        await fill(opened, IDA, "slack")
        await SqlDeliveryStore(opened).forget("slack", "T1")
        left = [row for row in await read_all(opened) if "T1" in row.values()]

        assert left == []
        assert await SqlPeopleStore(opened).count("slack", IDA) == {}

    run(database, use)


def test_what_is_deleted_is_in_no_file_of_a_process_that_goes_on(tmp_path: Path) -> None:
    async def use(opened: Database) -> None:
        await fill(opened, IDA, "slack")
        assert IDA.encode() in files_of(tmp_path)
        await SqlPeopleStore(opened).forget("slack", IDA)
        assert IDA.encode() not in files_of(tmp_path)

    run(f"sqlite:///{tmp_path / 'airquote.db'}", use)


def test_old_queries_are_in_no_file_of_a_process_that_goes_on(tmp_path: Path) -> None:
    async def use(opened: Database) -> None:
        store = Store(opened, 1)
        await store.add_zero_hit(ZeroHit(AT, "index", "slack", "quantum teapot"))
        assert b"quantum teapot" in files_of(tmp_path)
        await store.forget_old(datetime.now(UTC))
        assert b"quantum teapot" not in files_of(tmp_path)

    run(f"sqlite:///{tmp_path / 'airquote.db'}", use)


def run(address: str, use: Any) -> None:
    async def opened() -> None:
        async with open_database(address) as database:
            await use(database)

    asyncio.run(opened())


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def fill(database: Database, person: str, platform: str) -> None:
    """Put a row that names a person into every table that can."""
    async with database.write() as connection:
        for column in (*OWN.values(), *NAMED.values()):
            row = make_row(column.table, platform) | {column.name: person}
            if column.name == "id":
                row |= asdict(person_at(platform, person, "T1"))
            elif column.table is RECIPIENTS:
                row |= {"kind": "channel"}
            await connection.execute(insert(column.table).values(row))


def make_row(table: Table, platform: str, person: str = "") -> dict[str, Any]:
    """Make a row with a value of its own in each column; `person` is its admin, if it has one."""
    made = {column.name: make_value(column) for column in table.columns}
    named = {column.name: person for column in NAMED.values() if column.table is table}
    return made | named | {"platform": platform, "workspace": "T1"}


def make_value(column: Column[Any]) -> Any:
    if isinstance(column.type, UtcTime):
        return AT
    known = {date: AT.date(), bool: False, int: 1, float: 1.0}
    return known.get(column.type.python_type, f"some {column.name} {next(NUMBERS)}")


async def read_all(database: Database) -> list[dict[str, Any]]:
    rows = []
    for table in METADATA.sorted_tables:
        rows += [dict(row) for row in await database.rows(select(table))]
    return rows


def test_the_command_forgets_a_person_by_their_id(home: Path) -> None:
    address = f"sqlite:///{home / 'a.db'}"

    async def use(opened: Database) -> None:
        await fill(opened, IDA, "slack")
        await fill(opened, "10070", "discord")

    run(address, use)
    told = [airquote(home, "store", "forget", who, DATABASE_URL=address) for who in (IDA, "Ida")]
    other = airquote(home, "store", "forget", "<@10070>", DATABASE_URL=address)

    assert told[0].returncode == 0, told[0].stderr
    assert told[0].stdout.splitlines() == [
        "recipients: deleted 1 row",
        "follows: deleted 1 row",
        "news: deleted 1 row",
        "outbox: deleted 1 row",
        "votes: deleted 1 row",
        "approvals: deleted 1 row",
        "subscriptions: name removed from 1 row",
        "recipients: name removed from 1 row",
        "judgements: name removed from 1 row",
        "candidates: name removed from 1 row",
    ]
    assert told[1].returncode == 1
    assert (
        told[1].stdout
        == "Nothing is stored about “Ida”. Give the id of the member, not the name.\n"
    )
    assert other.stdout == told[0].stdout
