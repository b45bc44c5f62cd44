"""Who hears of new episodes, and of what, in the database: the part of the ledger for that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Integer,
    RowMapping,
    Table,
    Text,
    and_,
    delete,
    func,
    select,
)
from sqlalchemy import exists as row_exists
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.posting.follows import Follow, Piece
from bot.posting.places import Channel, Recipient, RecipientKind, channel_at
from bot.store.decisions import Decisions
from bot.store.feedback import METADATA, REPLACING, UtcTime

RECIPIENT_KEY = ("platform", "workspace", "kind", "id")


def _recipient_columns() -> list[Column[Any]]:
    return [Column(name, Text, primary_key=True) for name in RECIPIENT_KEY]


FOLLOWS = Table(
    "follows",
    METADATA,
    *(Column(name, Text, primary_key=True) for name in ("platform", "person", "words")),
    Column("workspace", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
)
RECIPIENTS = Table(
    "recipients",
    METADATA,
    *_recipient_columns(),
    Column("admin", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("told_at", UtcTime),
    Column("failures", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("lease", UtcTime),
    Column("key", Text),
    Column("sending_at", UtcTime),
)
NEWS = Table(
    "news",
    METADATA,
    *_recipient_columns(),
    Column("episode", Text, primary_key=True),
    Column("words", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("key", Text),
    Column("told", Boolean, nullable=False),
)
KNOWN_EPISODES = Table(
    "known_episodes",
    METADATA,
    Column("episode", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
)
NOTED_LIBRARIES = Table(
    "noted_libraries",
    METADATA,
    Column("library", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
)
# Below the number of variables that a statement of SQLite may have.
_ROWS_AT_ONCE = 500


class Following(Decisions):
    """Rows on who hears of what, as `bot.posting.follows` wants them; all raise StoreError."""

    async def follow(self, follow: Follow, most: int) -> bool:
        """Keep what a person follows; False if they follow that many things already."""
        mine = and_(FOLLOWS.c.platform == follow.platform, FOLLOWS.c.person == follow.person)
        row = {**asdict(follow), "words": follow.words}
        async with self._database.write() as connection:
            await _add_recipient(connection, follow.recipient, "", follow.since)
            # Who follows several things at the same moment waits here, and is counted rightly.
            there = is_for(RECIPIENTS, follow.recipient)
            await connection.execute(select(RECIPIENTS.c.id).where(there).with_for_update())
            others = select(func.count()).where(mine, FOLLOWS.c.words != follow.words)
            if (await connection.execute(others)).scalar_one() >= most:
                return False
            adding = REPLACING[connection.dialect.name](FOLLOWS).values(row)
            await connection.execute(adding.on_conflict_do_nothing())
        return True

    async def follows_of(self, recipient: Recipient) -> tuple[Follow, ...]:
        """Read what a person follows, oldest first."""
        rows = await self._rows(
            select(FOLLOWS).where(_followed_by(recipient)).order_by(FOLLOWS.c.since)
        )
        return tuple(map(_read_follow, rows))

    async def follows(self) -> tuple[Follow, ...]:
        """Read what everybody follows."""
        return tuple(map(_read_follow, await self._rows(select(FOLLOWS))))

    async def unfollow(self, recipient: Recipient, words: str | None) -> bool:
        """Delete what a person follows, all of it for None; False if they did not."""
        async with self._database.write() as connection:
            chosen, news = _followed_by(recipient), is_for(NEWS, recipient)
            if words is not None:
                chosen, news = chosen & (FOLLOWS.c.words == words), news & (NEWS.c.words == words)
            done = await connection.execute(delete(FOLLOWS).where(chosen))
            await connection.execute(delete(NEWS).where(news))
            left = select(FOLLOWS.c.words).where(_followed_by(recipient))
            if not (await connection.execute(left)).first():
                await forget_recipient(connection, recipient)
        return done.rowcount > 0

    async def announce(self, channel: Channel, admin: str, now: datetime) -> bool:
        """Tell a channel of new episodes; False if it is told already."""
        async with self._database.write() as connection:
            return await _add_recipient(connection, channel_at(channel), admin, now)

    async def announces(self, channel: Channel) -> bool:
        """Say whether a channel is told of new episodes."""
        there = is_for(RECIPIENTS, channel_at(channel))
        return bool(await self._rows(select(RECIPIENTS.c.id).where(there)))

    async def stop_announcing(self, channel: Channel) -> bool:
        """Tell a channel no more; False if it was not told."""
        async with self._database.write() as connection:
            return await forget_recipient(connection, channel_at(channel))

    async def channels(self) -> tuple[Recipient, ...]:
        """Read which channels are told."""
        wanted = select(RECIPIENTS).where(RECIPIENTS.c.kind == RecipientKind.CHANNEL)
        return tuple(map(read_recipient, await self._rows(wanted)))

    async def is_noted(self, library: str) -> bool:
        """Say whether what is new in a library was noted."""
        wanted = select(NOTED_LIBRARIES.c.library).where(NOTED_LIBRARIES.c.library == library)
        return bool(await self._rows(wanted))

    async def known_episodes(self) -> Mapping[str, frozenset[str]]:
        """Read which episodes there have been: all digests of each slug."""
        known: dict[str, set[str]] = defaultdict(set)
        for row in await self._rows(select(KNOWN_EPISODES)):
            known[row["episode"]].add(row["digest"])
        return {episode: frozenset(digests) for episode, digests in known.items()}

    async def note(
        self,
        library: str,
        digests: Mapping[str, str],
        news: Iterable[tuple[Recipient, Piece]],
        now: datetime,
    ) -> None:
        """Note at once what is new in a library, and for whom; what was noted before stays."""
        known = [{"episode": each, "digest": digest} for each, digest in digests.items()]
        pieces = [
            {**asdict(recipient), **asdict(piece), "at": now, "told": False}
            for recipient, piece in news
        ]
        async with self._database.write() as connection:
            await _add_all(connection, NEWS, pieces)
            await _add_all(connection, KNOWN_EPISODES, known)
            await _add_all(connection, NOTED_LIBRARIES, [{"library": library, "at": now}])
            # Who has gone since they were read has left nothing to tell.
            theirs = (RECIPIENTS.c[name] == NEWS.c[name] for name in RECIPIENT_KEY)
            there = row_exists().where(*theirs)
            await connection.execute(delete(NEWS).where(~there))


def is_for(table: Table, recipient: Recipient) -> ColumnElement[bool]:
    """Require a recipient."""
    return and_(*(table.c[name] == value for name, value in asdict(recipient).items()))


def read_recipient(row: RowMapping) -> Recipient:
    """Read a recipient."""
    return Recipient(row["platform"], row["workspace"], RecipientKind(row["kind"]), row["id"])


async def forget_recipient(connection: AsyncConnection, recipient: Recipient) -> bool:
    """Delete all that is known of a recipient; False if nothing is."""
    await connection.execute(delete(NEWS).where(is_for(NEWS, recipient)))
    if recipient.kind is RecipientKind.PERSON:
        await connection.execute(delete(FOLLOWS).where(_followed_by(recipient)))
    done = await connection.execute(delete(RECIPIENTS).where(is_for(RECIPIENTS, recipient)))
    return done.rowcount > 0


async def forget_workspace(connection: AsyncConnection, platform: str, workspace: str) -> None:
    """Delete what is followed from a workspace, and its channels."""
    followed = and_(FOLLOWS.c.platform == platform, FOLLOWS.c.workspace == workspace)
    rows = (await connection.execute(delete(FOLLOWS).where(followed).returning(FOLLOWS))).mappings()
    for row in rows.all():
        follow = _read_follow(row)
        gone = is_for(NEWS, follow.recipient) & (NEWS.c.words == follow.words)
        await connection.execute(delete(NEWS).where(gone))
        left = select(FOLLOWS.c.words).where(_followed_by(follow.recipient))
        if not (await connection.execute(left)).first():
            await forget_recipient(connection, follow.recipient)
    for table in (NEWS, RECIPIENTS):
        there = (table.c.platform == platform) & (table.c.workspace == workspace)
        await connection.execute(delete(table).where(there, table.c.kind == RecipientKind.CHANNEL))


async def _add_recipient(
    connection: AsyncConnection, recipient: Recipient, admin: str, now: datetime
) -> bool:
    values = {**asdict(recipient), "admin": admin, "since": now, "failures": 0, "owner": ""}
    adding = REPLACING[connection.dialect.name](RECIPIENTS).values(values)
    added = await connection.execute(adding.on_conflict_do_nothing().returning(RECIPIENTS.c.id))
    return added.first() is not None


async def _add_all(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Add the rows that are not there."""
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        adding = REPLACING[connection.dialect.name](table)
        some = rows[first : first + _ROWS_AT_ONCE]
        await connection.execute(adding.on_conflict_do_nothing(), some)


def _followed_by(recipient: Recipient) -> ColumnElement[bool]:
    return and_(FOLLOWS.c.platform == recipient.platform, FOLLOWS.c.person == recipient.id)


def _read_follow(row: RowMapping) -> Follow:
    return Follow(row["platform"], row["workspace"], row["person"], row["query"], row["since"])
