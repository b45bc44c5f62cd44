"""Claims in the database, within transactions of others; what has expired counts as not there."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable, bindparam, case, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.claims import Claim, Claimed, digest_person
from bot.store.rows import REPLACING
from bot.store.tables import CLAIMS, UtcTime

_EXPIRED = CLAIMS.c.until <= bindparam("now", type_=UtcTime)


def count_claims(
    connection: Connection, claims: Sequence[Claim], now: datetime
) -> tuple[Claimed, ...]:
    """Count claims; equal ones are counted in their order."""
    counts = Counter(claims)
    rows = [
        {
            "key": claim.key,
            "person": claim.person,
            "count": counts[claim],
            "until": now + claim.lasts,
            "now": now,
        }
        # Processes that lock the same rows in different orders would block each other.
        for claim in sorted(counts, key=lambda each: each.key)
    ]
    counted = connection.execute(_counting(connection.dialect.name), rows)
    found = {key: (count, until) for key, count, until in counted}
    claimed = []
    for claim in claims:
        counts[claim] -= 1
        count, until = found[claim.key]
        claimed.append(Claimed(count - counts[claim], until))
    return tuple(claimed)


async def renew_claim(connection: AsyncConnection, claim: Claim, now: datetime) -> None:
    """Let a claim last from now on."""
    renewing = update(CLAIMS).where(CLAIMS.c.key == claim.key)
    await connection.execute(renewing.values(until=now + claim.lasts))


async def remove_claim(connection: AsyncConnection, claim: Claim, now: datetime) -> bool:
    """Delete a claim; return whether it was there and has not expired."""
    valid = (CLAIMS.c.key == claim.key) & (CLAIMS.c.until > now)
    return (await connection.execute(delete(CLAIMS).where(valid))).rowcount > 0


async def forget_claims(connection: AsyncConnection, platform: str, person: str) -> int:
    """Delete a person's claims; return how many."""
    theirs = CLAIMS.c.person == digest_person(platform, person)
    return (await connection.execute(delete(CLAIMS).where(theirs))).rowcount


@cache
def _counting(dialect: str) -> Executable:
    """Build the statement that counts a claim, from 0 if an earlier one has expired."""
    adding = REPLACING[dialect](CLAIMS)
    return adding.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": case((_EXPIRED, 0), else_=CLAIMS.c.count) + adding.excluded.count,
            "until": case((_EXPIRED, adding.excluded.until), else_=CLAIMS.c.until),
        },
    ).returning(CLAIMS.c.key, CLAIMS.c.count, CLAIMS.c.until)
