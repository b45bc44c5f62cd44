"""Messages that were on their way before they had a table of their own."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, MetaData, insert

from bot.posting.follows import Piece
from bot.posting.outbox import OutboxMessage, State, Topic
from bot.posting.places import Recipient, channel_at, person_at
from bot.store.database import Database, empty, migrate, open_database, parse_address
from bot.store.deliveries import SqlDeliveryStore
from bot.store.follows import SqlFollowStore
from bot.store.outbox import SqlOutboxStore
from bot.weekly.models import key_of
from tests.weekly_world import HERE, MINUTE, MONDAY, WEEK

NOW = MONDAY + MINUTE
LEASE = NOW - MINUTE / 2
KEY = "k" * 25
IDA, BO, EVA = (person_at("slack", name, "") for name in ("U1", "U2", "U3"))
NEWS = channel_at(HERE)
BLANK = {"message": "", "reason": "", "reminded": False, "reported": False, "withdrawn": False}
PLACE = {"platform": "slack", "workspace": "T1", "channel": "C1"}
QUOTE = {
    "quote_id": "tea",
    "episode": "talk-tea",
    "start": 61.5,
    "speaker": "Ann",
    "text": "It is tea.",
    "chapter": "Tea",
}


def delivery(day: date, state: str, **values: Any) -> dict[str, Any]:
    """Lay a delivery out as 0005 had it."""
    blank = {"owner": "", "lease": None, "sending_at": None, "key": key_of(HERE, day)}
    quote = dict.fromkeys(QUOTE)
    slot = {"day": day, "slot": MONDAY + (day - MONDAY.date())}
    return {**PLACE, **slot, **BLANK, **blank, **quote, "state": state, **values}


def recipient(who: Recipient, **values: Any) -> dict[str, Any]:
    """Lay a recipient out as 0005 had it."""
    named = {"platform": who.platform, "workspace": who.workspace, "kind": who.kind, "id": who.id}
    blank = {"admin": "", "since": MONDAY - WEEK, "told_at": None, "failures": 0}
    letter = {"owner": "", "lease": None, "key": None, "sending_at": None}
    return {**named, **blank, **letter, **values}


def piece(who: Recipient, episode: str, **values: Any) -> dict[str, Any]:
    named = {"platform": who.platform, "workspace": who.workspace, "kind": who.kind, "id": who.id}
    rest = {"episode": episode, "words": "tea", "at": MONDAY, "key": None, "told": False}
    return {**named, **rest, **values}


def fill(connection: Connection) -> None:
    """Leave messages in all states, as a process of the version before does."""
    empty(connection)
    migrate(connection, "0005")
    tables = MetaData()
    tables.reflect(connection)
    sending = {"owner": "a", "lease": LEASE, "sending_at": MONDAY}
    first = MONDAY.date()
    rows = {
        "deliveries": [
            delivery(first, "sending", **sending, **QUOTE),
            delivery(first - timedelta(weeks=1), "sent", **QUOTE, message="m1", key=None),
            delivery(first - timedelta(weeks=2), "failed", reason="It is away."),
        ],
        "recipients": [
            recipient(IDA, key=KEY, **sending),
            recipient(BO, lease=NOW + WEEK, failures=1),
            recipient(EVA),
            recipient(NEWS, admin="U9", owner="a", lease=LEASE),
        ],
        "news": [
            piece(IDA, "one", key=KEY),
            piece(IDA, "two"),
            piece(BO, "one"),
            piece(EVA, "one"),
            piece(NEWS, "one", words=""),
        ],
    }
    for name, values in rows.items():
        for row in values:
            plain = {key: _plain(value, connection) for key, value in row.items()}
            connection.execute(insert(tables.tables[name]).values(plain))


def _plain(value: Any, connection: Connection) -> Any:
    """Write a moment as the tables have it: SQLite keeps no zone."""
    zoned = isinstance(value, datetime) and connection.dialect.name == "sqlite"
    return value.replace(tzinfo=None) if zoned else value


async def use_old(address: str) -> None:
    before = Database(parse_address(address))
    async with before.write() as connection:
        await connection.run_sync(fill)
    await before.close()


def test_quotes_are_where_they_were(database: str) -> None:
    async def see() -> None:
        await use_old(database)
        async with open_database(database) as opened:
            store = SqlDeliveryStore(opened)
            failed, sent, sending = await store.deliveries(MONDAY - 4 * WEEK)

            assert [each.message.state for each in (failed, sent, sending)] == [
                "failed",
                "sent",
                "sending",
            ]
            assert failed.message.reason == "It is away."
            assert (sent.message.posted_id, sent.quote and sent.quote.id) == ("m1", "tea")
            assert sent.message.key == key_of(HERE, sent.slot.day)
            assert sending.message == OutboxMessage(
                sending.message.key,
                Topic.QUOTE,
                channel_at(HERE),
                State.SENDING,
                "a",
                LEASE,
                MONDAY,
            )
            taken = await store.claim(HERE, sending.slot, "b", NOW, NOW + MINUTE)
            assert taken and taken.message.state is State.SENDING
            assert await store.claim(HERE, sent.slot, "b", NOW, NOW + MINUTE) is None

    asyncio.run(see())


def test_letters_are_where_they_were(database: str) -> None:
    async def see() -> None:
        await use_old(database)
        async with open_database(database) as opened:
            store = SqlFollowStore(opened)
            assert set(await store.waiting(NOW, NOW - WEEK)) == {IDA, EVA, NEWS}
            letters = {
                who: await store.claim_letter(who, "b", NOW, NOW + MINUTE, NOW - WEEK)
                for who in (IDA, BO, EVA, NEWS)
            }
            ida, news = letters[IDA], letters[NEWS]

            assert ida and ida.pieces == (Piece("one", "tea"),)
            assert (ida.message.key, ida.message.state) == (KEY, State.SENDING)
            assert ida.message.sending_at == MONDAY
            assert letters[BO] is None
            assert letters[EVA]
            assert news and (news.message.state, news.admin) == (State.CLAIMED, "U9")
            assert news.message.topic is Topic.ANNOUNCEMENT

            # What is told is told once, and what was put off comes at its time.
            assert await SqlOutboxStore(opened).finish(ida.message, State.UNKNOWN, NOW)
            assert IDA not in await store.waiting(NOW, NOW - WEEK)
            later = NOW + WEEK + MINUTE
            assert {IDA, BO} <= set(await store.waiting(later, later - WEEK))

    asyncio.run(see())
