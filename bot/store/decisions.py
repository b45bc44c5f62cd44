"""What people decide on quotes, in the database: the part of the ledger for moderators."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, Table, and_, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.posting.places import Channel
from bot.store.database import Database
from bot.store.feedback import REPLACING
from bot.store.tables import (
    CANDIDATES,
    DELIVERIES,
    EXCLUDED_GUESTS,
    JUDGEMENTS,
    Values,
    candidate_rows,
    channel_values,
    delivery_values,
    is_at,
    is_of,
    quote_values,
    read_candidate,
    read_quote,
)
from bot.weekly.models import Barred, Candidate, Delivery, Judgement, Quote, State, fold_name
from bot.weekly.slots import Slot

SEEN_STATES = (State.SENDING, State.SENT, State.UNKNOWN)
"""In these, people may have seen the quote."""


class Decisions:
    """Rows on what may be, shall be and must not be posted; every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def barred(self, channel: Channel, since: datetime) -> Barred:
        """Read what may not be chosen: never in the workspace, or skipped here since then."""
        table = JUDGEMENTS
        never = and_(
            table.c.platform == channel.platform,
            table.c.workspace == channel.workspace,
            table.c.judgement == Judgement.NEVER,
        )
        skipped = and_(
            is_at(table, channel), table.c.judgement == Judgement.SKIP, table.c.at >= since
        )
        quotes = await self._rows(select(table.c.quote_id).where(never | skipped))
        guests = await self._rows(select(EXCLUDED_GUESTS.c.guest))
        return Barred(
            frozenset(row["quote_id"] for row in quotes), frozenset(row["guest"] for row in guests)
        )

    async def wait(
        self, channel: Channel, slot: Slot, candidates: Sequence[Candidate], now: datetime
    ) -> Delivery | None:
        """Note a delivery for which moderators are to choose; None if there is one."""
        delivery = Delivery(channel, slot, State.WAITING)
        row = delivery_values(channel, slot, State.WAITING)
        async with self._database.write() as connection:
            waiting = REPLACING[connection.dialect.name](DELIVERIES).values(row)
            ignoring = waiting.on_conflict_do_nothing(index_elements=list(DELIVERIES.primary_key))
            added = (await connection.execute(ignoring.returning(DELIVERIES.c.day))).all()
            rows = list(candidate_rows(channel, slot, candidates))
            if added and rows:
                await connection.execute(insert(CANDIDATES), rows)
        return delivery if added else None

    async def candidates(self, channel: Channel, day: date) -> tuple[Candidate, ...]:
        """Read what moderators may choose from for a date."""
        wanted = is_at(CANDIDATES, channel) & (CANDIDATES.c.day == day)
        rows = await self._rows(select(CANDIDATES).where(wanted).order_by(CANDIDATES.c.rank))
        return tuple(map(read_candidate, rows))

    async def hold(self, delivery: Delivery, until: datetime) -> bool:
        """Keep others from asking moderators until then; False if another process did before."""
        table = DELIVERIES
        waiting = is_of(delivery) & (table.c.state == State.WAITING)
        unchanged = table.c.lease.is_not_distinct_from(delivery.lease)
        async with self._database.write() as connection:
            holding = update(table).where(waiting & unchanged).values(lease=until)
            return (await connection.execute(holding)).rowcount == 1

    async def remind(self, delivery: Delivery) -> bool:
        """Note that moderators are reminded; False if they were."""
        return await self._flag(delivery, "reminded")

    async def note_report(self, delivery: Delivery) -> bool:
        """Note that somebody objects to what was posted; False if somebody did before."""
        return await self._flag(delivery, "reported")

    async def note_withdrawal(self, delivery: Delivery) -> bool:
        """Note that what was posted was withdrawn; False if it was before."""
        return await self._flag(delivery, "withdrawn")

    async def approved(self, channel: Channel) -> tuple[Quote, ...]:
        """Read what moderators approved of and was not posted, in the order they did."""
        table = JUDGEMENTS
        since_then = exists().where(
            is_at(DELIVERIES, channel),
            DELIVERIES.c.quote_id == table.c.quote_id,
            DELIVERIES.c.state.in_(SEEN_STATES),
            DELIVERIES.c.sending_at >= table.c.at,
        )
        wanted = and_(is_at(table, channel), table.c.judgement == Judgement.APPROVE, ~since_then)
        rows = await self._rows(select(table).where(wanted).order_by(table.c.at))
        return tuple(map(read_quote, rows))

    async def judge(
        self, channel: Channel, quote: Quote, judgement: Judgement, by: str, now: datetime
    ) -> None:
        """Note what a moderator says of a quote, in place of what was said before."""
        values = quote_values(quote)
        key = {**channel_values(channel), "quote_id": values.pop("quote_id")}
        said = {"judgement": judgement, "by": by, "at": now, **values}
        async with self._database.write() as connection:
            await put(connection, JUDGEMENTS, key, said)

    async def exclude_guest(self, name: str, now: datetime) -> None:
        """Quote a guest no more, in any channel."""
        async with self._database.write() as connection:
            values = {"name": name, "at": now}
            await put(connection, EXCLUDED_GUESTS, {"guest": fold_name(name)}, values)

    async def include_guest(self, name: str) -> bool:
        """Quote a guest again; False if nobody of that name was excluded."""
        named = EXCLUDED_GUESTS.c.guest == fold_name(name)
        async with self._database.write() as connection:
            done = await connection.execute(delete(EXCLUDED_GUESTS).where(named))
        return done.rowcount > 0

    async def excluded_guests(self) -> tuple[str, ...]:
        """Name the guests that are quoted no more, as they were typed."""
        rows = await self._rows(select(EXCLUDED_GUESTS).order_by(EXCLUDED_GUESTS.c.guest))
        return tuple(row["name"] for row in rows)

    async def _flag(self, delivery: Delivery, name: str) -> bool:
        unset = is_of(delivery) & DELIVERIES.c[name].is_(False)
        async with self._database.write() as connection:
            done = await connection.execute(update(DELIVERIES).where(unset).values({name: True}))
        return done.rowcount == 1

    async def _rows(self, wanted: Select[Any]) -> Sequence[RowMapping]:
        async with self._database.read() as connection:
            found: Sequence[RowMapping] = (await connection.execute(wanted)).mappings().all()
        return found


async def put(connection: AsyncConnection, table: Table, key: Values, values: Values) -> None:
    """Insert a row, or change the one that has its key."""
    adding = REPLACING[connection.dialect.name](table).values({**key, **values})
    await connection.execute(
        adding.on_conflict_do_update(index_elements=list(key), set_=dict(values))
    )
