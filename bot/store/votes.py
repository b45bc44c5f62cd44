"""Votes on the quote of a date, and the themes of months, in the database."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select, update

from bot.posting.outbox import OutboxMessage
from bot.posting.places import Channel
from bot.store.database import Database
from bot.store.rows import (
    candidate_rows,
    channel_values,
    claim_message,
    is_at,
    is_of,
    is_on,
    put,
    read_candidate,
    read_outbox_message,
)
from bot.store.tables import CANDIDATES, DELIVERIES, OUTBOX, THEMES, VOTES
from bot.weekly.models import Candidate, Delivery
from bot.weekly.slots import Slot

_CANDIDATE_KEY = tuple(column.name for column in CANDIDATES.primary_key)


class SqlVoteStore:
    """A `bot.weekly.ports.VoteStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_vote(
        self, channel: Channel, slot: Slot, candidates: Sequence[Candidate]
    ) -> tuple[Candidate, ...]:
        there = is_on(CANDIDATES, channel, slot.day)
        put_to_vote = select(CANDIDATES).where(there, CANDIDATES.c.votes.is_not(None))
        async with self._database.write() as connection:
            # Whoever waits for this lock finds what the first one has put to the vote.
            locking = update(DELIVERIES).where(is_on(DELIVERIES, channel, slot.day))
            await connection.execute(locking.values(counted=DELIVERIES.c.counted))
            known = (await connection.execute(put_to_vote)).first()
            for row in candidate_rows(channel, slot, candidates) if known is None else ():
                key = {name: row.pop(name) for name in _CANDIDATE_KEY}
                await put(connection, CANDIDATES, key, {**row, "votes": 0})
        rows = await self._database.rows(put_to_vote.order_by(CANDIDATES.c.rank))
        return tuple(map(read_candidate, rows))

    async def claim_ballot(self, message: OutboxMessage, now: datetime) -> OutboxMessage | None:
        async with self._database.write() as connection:
            return await claim_message(connection, message, now)

    async def find_ballot(self, key: str) -> OutboxMessage | None:
        rows = await self._database.rows(select(OUTBOX).where(OUTBOX.c.key == key))
        return next(map(read_outbox_message, rows), None)

    async def vote(self, delivery: Delivery, quote_id: str, person: str) -> bool:
        key = {**channel_values(delivery.channel), "day": delivery.slot.day, "person": person}
        uncounted = is_of(delivery) & DELIVERIES.c.counted.is_(False)
        async with self._database.write() as connection:
            # The lock keeps a vote from coming between the count and the deletion.
            locking = update(DELIVERIES).where(uncounted).values(counted=False)
            if not (await connection.execute(locking)).rowcount:
                return False
            await put(connection, VOTES, key, {"quote_id": quote_id})
        return True

    async def count_votes(self, channel: Channel, day: date) -> Mapping[str, int]:
        counting = select(VOTES.c.quote_id, func.count().label("votes"))
        counting = counting.where(is_on(VOTES, channel, day)).group_by(VOTES.c.quote_id)
        return {row["quote_id"]: row["votes"] for row in await self._database.rows(counting)}

    async def close_vote(self, delivery: Delivery, counts: Mapping[str, int]) -> bool:
        channel, day = delivery.channel, delivery.slot.day
        there = is_on(CANDIDATES, channel, day)
        open_vote = is_of(delivery) & DELIVERIES.c.counted.is_(False)
        async with self._database.write() as connection:
            closing = update(DELIVERIES).where(open_vote).values(counted=True)
            if not (await connection.execute(closing)).rowcount:
                return False
            for quote_id, votes in counts.items():
                mine = there & (CANDIDATES.c.quote_id == quote_id)
                await connection.execute(update(CANDIDATES).where(mine).values(votes=votes))
            await connection.execute(delete(VOTES).where(is_on(VOTES, channel, day)))
        return True


class SqlThemeStore:
    """A `bot.weekly.ports.ThemeStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_theme(self, channel: Channel, month: str, words: str) -> None:
        key = {**channel_values(channel), "month": month}
        mine = is_at(THEMES, channel) & (THEMES.c.month == month)
        async with self._database.write() as connection:
            if words:
                await put(connection, THEMES, key, {"words": words})
            else:
                await connection.execute(delete(THEMES).where(mine))

    async def themes(self, channel: Channel) -> Mapping[str, str]:
        wanted = select(THEMES).where(is_at(THEMES, channel)).order_by(THEMES.c.month)
        return {row["month"]: row["words"] for row in await self._database.rows(wanted)}
