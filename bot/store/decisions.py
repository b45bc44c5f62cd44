"""Decisions on quotes, in the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from statistics import fmean

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, union_all, update

from bot.models import Verdict
from bot.posting.places import Channel
from bot.store.database import Database
from bot.store.rows import (
    SEEN_STATES,
    add_if_missing,
    candidate_rows,
    channel_values,
    is_at,
    is_on,
    put,
    quote_values,
    read_candidate,
    read_quote,
)
from bot.store.tables import (
    APPROVALS,
    CANDIDATES,
    DELIVERIES,
    EXCLUDED_GUESTS,
    FEEDBACK,
    JUDGEMENTS,
    OUTBOX,
    SHARES,
)
from bot.weekly.models import Barred, Candidate, Judgement, Quote, fold_name
from bot.weekly.slots import Slot

# How much each decision says that a quote is liked, and how much one that was edited first does.
_LIKINGS = {Judgement.APPROVE: 1.0, Judgement.SKIP: 0.25, Judgement.NEVER: 0.0}
_EDITED = 0.5
# The latest moments that members shared or found useful; older ones no longer count.
_MOST_PRAISED = 500


class SqlDecisionStore:
    """A `bot.weekly.ports.DecisionStore` in a database, with the excluded guests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def barred(self, channel: Channel, since: datetime) -> Barred:
        table = JUDGEMENTS
        never = and_(
            table.c.platform == channel.platform,
            table.c.workspace == channel.workspace,
            table.c.judgement == Judgement.NEVER,
        )
        skipped = and_(
            is_at(table, channel), table.c.judgement == Judgement.SKIP, table.c.at >= since
        )
        quotes = await self._database.rows(select(table.c.quote_id).where(never | skipped))
        guests = await self._database.rows(select(EXCLUDED_GUESTS.c.guest))
        return Barred(
            frozenset(row["quote_id"] for row in quotes), frozenset(row["guest"] for row in guests)
        )

    async def candidates(self, channel: Channel, day: date) -> tuple[Candidate, ...]:
        wanted = select(CANDIDATES).where(is_on(CANDIDATES, channel, day))
        rows = await self._database.rows(wanted.order_by(CANDIDATES.c.rank))
        return tuple(map(read_candidate, rows))

    async def offer(self, channel: Channel, slot: Slot, candidates: Sequence[Candidate]) -> None:
        ranking = select(func.coalesce(func.max(CANDIDATES.c.rank) + 1, 0))
        async with self._database.write() as connection:
            there = is_on(CANDIDATES, channel, slot.day)
            first = (await connection.execute(ranking.where(there))).scalar_one()
            for row in candidate_rows(channel, slot, candidates, first):
                await add_if_missing(connection, CANDIDATES, row)

    async def approved(self, channel: Channel) -> tuple[Quote, ...]:
        table = JUDGEMENTS
        since_then = exists().where(
            is_at(DELIVERIES, channel),
            DELIVERIES.c.quote_id == table.c.quote_id,
            OUTBOX.c.key == DELIVERIES.c.key,
            OUTBOX.c.state.in_(SEEN_STATES),
            OUTBOX.c.sending_at >= table.c.at,
        )
        wanted = and_(is_at(table, channel), table.c.judgement == Judgement.APPROVE, ~since_then)
        rows = await self._database.rows(select(table).where(wanted).order_by(table.c.at))
        return tuple(map(read_quote, rows))

    async def judge(
        self, channel: Channel, quote: Quote, judgement: Judgement, by: str, now: datetime
    ) -> None:
        values = quote_values(quote)
        key = {**channel_values(channel), "quote_id": values.pop("quote_id")}
        said = {"judgement": judgement, "by": by, "at": now, **values}
        async with self._database.write() as connection:
            await put(connection, JUDGEMENTS, key, said)
            await connection.execute(delete(APPROVALS).where(_approves(channel, quote.id)))

    async def edit(self, channel: Channel, day: date, quote: Quote) -> None:
        values = quote_values(quote)
        there = is_on(CANDIDATES, channel, day)
        mine = there & (CANDIDATES.c.quote_id == values.pop("quote_id"))
        async with self._database.write() as connection:
            await connection.execute(update(CANDIDATES).where(mine).values(values))
            await connection.execute(delete(APPROVALS).where(_approves(channel, quote.id)))

    async def add_approval(self, channel: Channel, quote_id: str, by: str, now: datetime) -> int:
        row = {**channel_values(channel), "quote_id": quote_id, "by": by, "at": now}
        async with self._database.write() as connection:
            await add_if_missing(connection, APPROVALS, row)
        # In a transaction of its own, so that of two at once, the later one sees both.
        counting = select(func.count()).where(_approves(channel, quote_id))
        async with self._database.read() as connection:
            return int((await connection.execute(counting)).scalar_one())

    async def liked(self) -> Mapping[str, float]:
        found: dict[str, list[float]] = defaultdict(list)
        columns = JUDGEMENTS.c
        kinds = columns.quote_id, columns.judgement, (columns.original != "").label("edited")
        judged = select(*kinds, func.count().label("times")).group_by(*kinds)
        for row in await self._database.rows(judged):
            edited = row["edited"] and row["judgement"] == Judgement.APPROVE
            liking = _EDITED if edited else _LIKINGS[Judgement(row["judgement"])]
            found[row["quote_id"]] += [liking] * row["times"]
        reported = select(DELIVERIES.c.quote_id).where(DELIVERIES.c.reported)
        for row in await self._database.rows(reported):
            found[row["quote_id"]].append(_LIKINGS[Judgement.NEVER])
        for quote_id, share in await self._ballots():
            found[quote_id].append(share)
        return {quote_id: fmean(likings) for quote_id, likings in found.items()}

    async def praised(self) -> frozenset[tuple[str, float]]:
        known = FEEDBACK.c.start.is_not(None) & (FEEDBACK.c.verdict == Verdict.USEFUL)
        moments = union_all(
            select(FEEDBACK.c.episode, FEEDBACK.c.start, FEEDBACK.c.at).where(known),
            select(SHARES.c.episode, SHARES.c.start, SHARES.c.at),
        ).subquery()
        latest = select(moments).order_by(moments.c.at.desc()).limit(_MOST_PRAISED)
        rows = await self._database.rows(latest)
        return frozenset((row["episode"], row["start"]) for row in rows)

    async def _ballots(self) -> list[tuple[str, float]]:
        """Return each quote put to the vote, with its votes as a share of the winner's."""
        table = CANDIDATES
        ballot = (table.c.platform, table.c.workspace, table.c.channel, table.c.day)
        most = func.max(table.c.votes).over(partition_by=ballot)
        counted = select(table.c.quote_id, table.c.votes, most.label("most"))
        rows = await self._database.rows(counted.where(table.c.votes.is_not(None)))
        return [(row["quote_id"], row["votes"] / row["most"]) for row in rows if row["most"]]

    async def exclude_guest(self, name: str, now: datetime) -> None:
        """Stop quoting a guest, in all channels."""
        async with self._database.write() as connection:
            values = {"name": name, "at": now}
            await put(connection, EXCLUDED_GUESTS, {"guest": fold_name(name)}, values)

    async def include_guest(self, name: str) -> bool:
        """Quote a guest again; return False if no one of that name was excluded."""
        named = EXCLUDED_GUESTS.c.guest == fold_name(name)
        async with self._database.write() as connection:
            done = await connection.execute(delete(EXCLUDED_GUESTS).where(named))
        return done.rowcount > 0

    async def excluded_guests(self) -> tuple[str, ...]:
        """Return the excluded guests, as typed."""
        rows = await self._database.rows(select(EXCLUDED_GUESTS).order_by(EXCLUDED_GUESTS.c.guest))
        return tuple(row["name"] for row in rows)


def _approves(channel: Channel, quote_id: str) -> ColumnElement[bool]:
    """Require that an approval is of a quote in a channel."""
    return is_at(APPROVALS, channel) & (APPROVALS.c.quote_id == quote_id)
