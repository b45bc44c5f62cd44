"""Feedback, shares, queries without hits, long button requests and claims, in the database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Executable, Table, delete, insert, select

from bot.claims import Claim, Claimed
from bot.models import Feedback, Verdict, ZeroHit
from bot.store.claims import count_claims, remove_claim, renew_claim
from bot.store.database import Database, open_database
from bot.store.rows import REPLACING
from bot.store.tables import CLAIMS, FEEDBACK, KEPT_REQUESTS, SHARES, ZERO_HITS

# How long buttons work whose request is too long to fit in them.
KEEP_REQUESTS_DAYS = 90


class Store:
    """A `FeedbackStore`, `ClaimStore` and `RequestRows` in a database, with what `eval` reads.

    The text of queries is kept for `keep_queries_days` days; 0 keeps none. Long button requests are
    kept for KEEP_REQUESTS_DAYS days after they were last shown.
    """

    def __init__(self, database: Database, keep_queries_days: int) -> None:
        self._database = database
        self._keep_queries_days = keep_queries_days

    async def add_feedback(self, feedback: Feedback, claim: Claim) -> bool:
        async with self._database.write() as connection:
            (claimed,) = await connection.run_sync(count_claims, [claim], feedback.at)
            if claimed.is_first:
                await connection.execute(insert(FEEDBACK).values(self._kept(feedback)))
        return claimed.is_first

    async def remove_feedback(self, feedback: Feedback, claim: Claim) -> bool:
        # Nobody's name is on a verdict; any of the same kind is as good as theirs.
        kept = self._kept(feedback)
        facts = ("verdict", "episode", "start", "platform", "query")
        same = [FEEDBACK.c[fact].is_not_distinct_from(kept[fact]) for fact in facts]
        newest = select(FEEDBACK.c.id).where(*same).order_by(FEEDBACK.c.id.desc()).limit(1)
        async with self._database.write() as connection:
            if not await remove_claim(connection, claim, feedback.at):
                return False
            await connection.execute(
                delete(FEEDBACK).where(FEEDBACK.c.id == newest.scalar_subquery())
            )
        return True

    async def add_zero_hit(self, zero_hit: ZeroHit) -> None:
        row = self._kept(zero_hit)
        await self._database.write_in_thread(
            lambda connection: connection.execute(insert(ZERO_HITS), row)
        )

    async def add_share(self, episode: str, start: float, now: datetime) -> None:
        values = {"at": now, "episode": episode, "start": start}
        async with self._database.write() as connection:
            await connection.execute(insert(SHARES).values(values))

    async def claim(self, claim: Claim, now: datetime) -> Claimed:
        async with self._database.write() as connection:
            (claimed,) = await connection.run_sync(count_claims, [claim], now)
        return claimed

    async def claim_all(self, claims: Sequence[Claim], now: datetime) -> tuple[Claimed, ...]:
        return await self._database.write_in_thread(
            lambda connection: count_claims(connection, claims, now)
        )

    async def renew(self, claim: Claim, now: datetime) -> None:
        async with self._database.write() as connection:
            await renew_claim(connection, claim, now)

    async def feedback(self) -> tuple[Feedback, ...]:
        """Return all feedback, oldest first."""
        return tuple(
            Feedback(**row | {"verdict": Verdict(row["verdict"])})
            for row in await self._rows(FEEDBACK)
        )

    async def zero_hits(self) -> tuple[ZeroHit, ...]:
        """Return all queries without hits, oldest first."""
        return tuple(ZeroHit(**row) for row in await self._rows(ZERO_HITS))

    async def keep_requests(self, requests: Mapping[str, str], now: datetime) -> None:
        rows = [{"key": key, "at": now, "packed": packed} for key, packed in requests.items()]
        if rows:
            # With the rows in the statement, SQLAlchemy would compile it each time.
            await self._database.write_in_thread(
                lambda connection: connection.execute(_keeping(connection.dialect.name), rows)
            )

    async def find_request(self, key: str) -> str | None:
        wanted = select(KEPT_REQUESTS.c.packed).where(KEPT_REQUESTS.c.key == key)
        async with self._database.read() as connection:
            return (await connection.execute(wanted)).scalar_one_or_none()

    async def forget_old(self, now: datetime) -> None:
        """Delete rows whose query, request or claim has expired.

        Rows without a query say nothing about anyone; they stay and count.
        """
        oldest = now - timedelta(days=self._keep_queries_days)
        async with self._database.write() as connection:
            for table in (FEEDBACK, ZERO_HITS):
                is_old = table.c.query.is_not(None) & (table.c.at < oldest)
                await connection.execute(delete(table).where(is_old))
            least = now - timedelta(days=KEEP_REQUESTS_DAYS)
            await connection.execute(delete(KEPT_REQUESTS).where(KEPT_REQUESTS.c.at < least))
            await connection.execute(delete(CLAIMS).where(CLAIMS.c.until <= now))
        await self._database.overwrite_deleted()

    def _kept(self, told: Feedback | ZeroHit) -> dict[str, Any]:
        """Lay a row out, with the query only if queries are kept."""
        return asdict(told if self._keep_queries_days else replace(told, query=None))

    async def _rows(self, table: Table) -> list[dict[str, Any]]:
        columns = [column for column in table.c if not column.primary_key]
        found = await self._database.rows(select(*columns).order_by(table.c.id))
        return [dict(row) for row in found]


@cache
def _keeping(dialect: str) -> Executable:
    """Build the statement that saves requests, and renews those already saved."""
    replacing = REPLACING[dialect](KEPT_REQUESTS)
    again = {"at": replacing.excluded.at}
    return replacing.on_conflict_do_update(index_elements=["key"], set_=again)


@asynccontextmanager
async def open_store(address: str, keep_queries_days: int = 0) -> AsyncIterator[Store]:
    """Open the store at an address like that of DATABASE_URL, deleting expired rows.

    Raise ConfigError and StoreError as `open_database` does.
    """
    async with open_database(address) as database:
        store = Store(database, keep_queries_days)
        await store.forget_old(datetime.now(UTC))
        yield store
