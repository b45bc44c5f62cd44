"""Follows, announcements and news of episodes, in the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, func, or_, select, update
from sqlalchemy import exists as row_exists
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.posting.follows import MOST_FOLLOWS, Follow, Letter, Piece
from bot.posting.outbox import MOST_FAILURES, OutboxMessage, State, Topic, make_key
from bot.posting.places import Channel, Recipient, RecipientKind, channel_at
from bot.store.database import Database
from bot.store.rows import (
    REPLACING,
    Values,
    add_if_missing,
    claim_message,
    is_for,
    keep_message,
    read_recipient,
)
from bot.store.tables import (
    FOLLOWS,
    KNOWN_EPISODES,
    NEWS,
    NOTED_LIBRARIES,
    OUTBOX,
    RECIPIENT_KEY,
    RECIPIENTS,
)

_TOPICS = {RecipientKind.PERSON: Topic.LETTER, RecipientKind.CHANNEL: Topic.ANNOUNCEMENT}
# Recipients with the message on its way to them, if any.
_WITH_MESSAGE = select(RECIPIENTS).outerjoin(OUTBOX, OUTBOX.c.key == RECIPIENTS.c.key)
_IS_NEWS_FOR = and_(*(NEWS.c[name] == RECIPIENTS.c[name] for name in RECIPIENT_KEY))
# A letter that is tried again, and why that was not told yet.
_REFUSED = and_(
    RECIPIENTS.c.kind == RecipientKind.PERSON,
    RECIPIENTS.c.failures > 0,
    OUTBOX.c.state == State.CLAIMED,
    OUTBOX.c.reason != "",
)
# Below SQLite's limit of variables in a statement.
_ROWS_AT_ONCE = 500


class SqlFollowStore:
    """A `bot.posting.follows.FollowStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def follow(self, follow: Follow) -> bool:
        mine = _followed_by(follow.recipient)
        async with self._database.write() as connection:
            await add_recipient(connection, follow.recipient, "", follow.since)
            # Wait here for the person's other transactions, so that the count is right.
            there = is_for(RECIPIENTS, follow.recipient)
            await connection.execute(select(RECIPIENTS.c.id).where(there).with_for_update())
            others = select(func.count()).where(mine, FOLLOWS.c.words != follow.words)
            if (await connection.execute(others)).scalar_one() >= MOST_FOLLOWS:
                return False
            await _add_follow(connection, follow)
        return True

    async def follows_of(self, recipient: Recipient) -> tuple[Follow, ...]:
        rows = await self._database.rows(
            select(FOLLOWS).where(_followed_by(recipient)).order_by(FOLLOWS.c.since)
        )
        return tuple(map(_read_follow, rows))

    async def follows(self) -> tuple[Follow, ...]:
        return tuple(map(_read_follow, await self._database.rows(select(FOLLOWS))))

    async def unfollow(self, recipient: Recipient, words: str | None) -> bool:
        async with self._database.write() as connection:
            chosen, news = _followed_by(recipient), is_for(NEWS, recipient)
            if words is not None:
                chosen, news = chosen & (FOLLOWS.c.words == words), news & (NEWS.c.words == words)
            done = await connection.execute(delete(FOLLOWS).where(chosen))
            await connection.execute(delete(NEWS).where(news))
            await _forget_if_done(connection, recipient)
        return done.rowcount > 0

    async def announce(self, channel: Channel, admin: str, now: datetime) -> bool:
        async with self._database.write() as connection:
            return await add_recipient(connection, channel_at(channel), admin, now)

    async def announces(self, channel: Channel) -> bool:
        there = is_for(RECIPIENTS, channel_at(channel))
        return bool(await self._database.rows(select(RECIPIENTS.c.id).where(there)))

    async def stop_announcing(self, channel: Channel) -> bool:
        async with self._database.write() as connection:
            return await _forget_recipient(connection, channel_at(channel))

    async def channels(self) -> tuple[Recipient, ...]:
        wanted = select(RECIPIENTS).where(RECIPIENTS.c.kind == RecipientKind.CHANNEL)
        return tuple(map(read_recipient, await self._database.rows(wanted)))

    async def is_noted(self, library: str) -> bool:
        wanted = select(NOTED_LIBRARIES.c.library).where(NOTED_LIBRARIES.c.library == library)
        return bool(await self._database.rows(wanted))

    async def known_episodes(self) -> Mapping[str, frozenset[str]]:
        known: dict[str, set[str]] = defaultdict(set)
        for row in await self._database.rows(select(KNOWN_EPISODES)):
            known[row["episode"]].add(row["digest"])
        return {episode: frozenset(digests) for episode, digests in known.items()}

    async def note(
        self,
        library: str,
        digests: Mapping[str, str],
        news: Iterable[tuple[Recipient, Piece]],
        now: datetime,
    ) -> None:
        known = [{"episode": each, "digest": digest} for each, digest in digests.items()]
        pieces = [
            {**asdict(recipient), **asdict(piece), "at": now, "told": False}
            for recipient, piece in news
        ]
        async with self._database.write() as connection:
            await _add_all(connection, NEWS, pieces)
            await _add_all(connection, KNOWN_EPISODES, known)
            await _add_all(connection, NOTED_LIBRARIES, [{"library": library, "at": now}])
            # Drop the news of recipients who were deleted in the meantime.
            await connection.execute(delete(NEWS).where(~row_exists().where(_IS_NEWS_FOR)))

    async def waiting(self, now: datetime, told_before: datetime) -> tuple[Recipient, ...]:
        wanted = _WITH_MESSAGE.where(_is_due(now, told_before)).order_by(RECIPIENTS.c.told_at)
        return tuple(map(read_recipient, await self._database.rows(wanted)))

    async def claim_letter(
        self,
        recipient: Recipient,
        owner: str,
        now: datetime,
        lease: datetime,
        told_before: datetime,
    ) -> Letter | None:
        there = is_for(RECIPIENTS, recipient)
        due = _WITH_MESSAGE.where(there, _is_due(now, told_before))
        async with self._database.write() as connection:
            # A concurrent claim waits here, and then finds that nothing is due.
            await connection.execute(select(RECIPIENTS.c.id).where(there).with_for_update())
            row = (await connection.execute(due)).mappings().one_or_none()
            if row is None:
                return None
            key = row["key"] or make_key(recipient.id, now.isoformat(), owner)
            await connection.execute(update(RECIPIENTS).where(there).values(key=key))
            topic = _TOPICS[recipient.kind]
            wanted = OutboxMessage(key, topic, recipient, State.CLAIMED, owner, lease)
            message = await claim_message(connection, wanted, now)
            if message is None:
                return None
            language = await _language_followed(connection, recipient)
            return Letter(message, await _pieces(connection, message), row["admin"], language)

    async def unreachable(self) -> tuple[Recipient, ...]:
        return tuple(map(read_recipient, await self._database.rows(_WITH_MESSAGE.where(_REFUSED))))

    async def take_refusal(self, recipient: Recipient) -> str:
        refused = select(OUTBOX.c.key, OUTBOX.c.reason).join(
            RECIPIENTS, RECIPIENTS.c.key == OUTBOX.c.key
        )
        mine = refused.where(is_for(RECIPIENTS, recipient), _REFUSED).with_for_update()
        async with self._database.write() as connection:
            row = (await connection.execute(mine)).one_or_none()
            if row is None:
                return ""
            told = update(OUTBOX).where(OUTBOX.c.key == row.key).values(reason="")
            await connection.execute(told)
        return str(row.reason)

    async def enclose(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        message = letter.message
        before = is_for(NEWS, letter.message.recipient) & (NEWS.c.key == message.key)
        async with self._database.write() as connection:
            if not await keep_message(connection, message):
                return False
            if message.sending_at is None:
                await connection.execute(update(NEWS).where(before).values(key=None))
            for piece in pieces:
                await _change_piece(connection, letter, piece, {"key": message.key})
        return True

    async def drop_pieces(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        async with self._database.write() as connection:
            if not await keep_message(connection, letter.message):
                return False
            for piece in pieces:
                await _change_piece(connection, letter, piece, {"told": True})
        return True


async def end_letter(
    connection: AsyncConnection, message: OutboxMessage, state: State, now: datetime
) -> None:
    """Record that a letter is done; what was, or may have been, sent counts as told."""
    there, values = is_for(RECIPIENTS, message.recipient), dict[str, Any](key=None)
    if state in (State.SENT, State.UNKNOWN):
        values |= {"failures": 0, "told_at": now}
        sent = is_for(NEWS, message.recipient) & (NEWS.c.key == message.key)
        await connection.execute(update(NEWS).where(sent).values(told=True))
    await connection.execute(update(RECIPIENTS).where(there).values(values))


async def count_letter_failure(connection: AsyncConnection, message: OutboxMessage) -> int:
    """Count a lasting error with a letter; MOST_FAILURES in a row delete its recipient."""
    there = is_for(RECIPIENTS, message.recipient)
    counting = update(RECIPIENTS).where(there).values(failures=RECIPIENTS.c.failures + 1)
    counted = await connection.execute(counting.returning(RECIPIENTS.c.failures))
    failures = counted.scalar_one_or_none() or 0
    if failures >= MOST_FAILURES:
        await _forget_recipient(connection, message.recipient)
    return failures


async def _forget_recipient(connection: AsyncConnection, recipient: Recipient) -> bool:
    """Delete everything about a recipient; return False if there was nothing."""
    await connection.execute(delete(NEWS).where(is_for(NEWS, recipient)))
    about_news = is_for(OUTBOX, recipient) & (OUTBOX.c.topic != Topic.QUOTE)
    await connection.execute(delete(OUTBOX).where(about_news))
    if recipient.kind is RecipientKind.PERSON:
        await connection.execute(delete(FOLLOWS).where(_followed_by(recipient)))
    done = await connection.execute(delete(RECIPIENTS).where(is_for(RECIPIENTS, recipient)))
    return done.rowcount > 0


async def _forget_if_done(connection: AsyncConnection, person: Recipient) -> None:
    """Delete a person who follows nothing."""
    left = select(FOLLOWS.c.words).where(_followed_by(person))
    if not (await connection.execute(left)).first():
        await _forget_recipient(connection, person)


async def forget_workspace(connection: AsyncConnection, platform: str, workspace: str) -> None:
    """Delete a workspace's follows, channels and people."""
    followed = and_(FOLLOWS.c.platform == platform, FOLLOWS.c.workspace == workspace)
    await end_follows(connection, followed)
    for table in (NEWS, RECIPIENTS):
        there = (table.c.platform == platform) & (table.c.workspace == workspace)
        await connection.execute(delete(table).where(there))


async def end_follows(connection: AsyncConnection, chosen: ColumnElement[bool]) -> None:
    """Delete some follows with their news, and who follows nothing else."""
    rows = (await connection.execute(delete(FOLLOWS).where(chosen).returning(FOLLOWS))).mappings()
    for row in rows.all():
        follow = _read_follow(row)
        gone = is_for(NEWS, follow.recipient) & (NEWS.c.words == follow.words)
        await connection.execute(delete(NEWS).where(gone))
        await _forget_if_done(connection, follow.recipient)


async def add_recipient(
    connection: AsyncConnection, recipient: Recipient, admin: str, now: datetime
) -> bool:
    """Add a recipient, whom others can add only afterwards; return False if there was one."""
    values = {**asdict(recipient), "admin": admin, "since": now, "failures": 0}
    return await add_if_missing(connection, RECIPIENTS, values)


async def _add_all(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the missing rows."""
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        adding = REPLACING[connection.dialect.name](table)
        some = rows[first : first + _ROWS_AT_ONCE]
        await connection.execute(adding.on_conflict_do_nothing(), some)


def _followed_by(recipient: Recipient) -> ColumnElement[bool]:
    mine = and_(FOLLOWS.c.platform == recipient.platform, FOLLOWS.c.person == recipient.id)
    return mine & (FOLLOWS.c.workspace == recipient.workspace) if recipient.workspace else mine


def _read_follow(row: RowMapping) -> Follow:
    values = {name: row[name] for name in ("platform", "workspace", "person", "query", "since")}
    return Follow(**values, language=row["language"], podcasts=tuple(row["podcasts"].split()))


async def _add_follow(connection: AsyncConnection, follow: Follow) -> None:
    """Add a follow, or to the one of the same words its podcasts."""
    row = {**asdict(follow), "words": follow.words, "podcasts": " ".join(follow.podcasts)}
    if await add_if_missing(connection, FOLLOWS, row) or not follow.podcasts:
        return
    there = _followed_by(follow.recipient) & (FOLLOWS.c.words == follow.words)
    known = (await connection.execute(select(FOLLOWS.c.podcasts).where(there))).scalar_one()
    podcasts = dict.fromkeys((*known.split(), *follow.podcasts))
    await connection.execute(update(FOLLOWS).where(there).values(podcasts=" ".join(podcasts)))


async def _language_followed(connection: AsyncConnection, recipient: Recipient) -> str:
    """Return the language of what a person began to follow last, "" for a channel."""
    if recipient.kind is not RecipientKind.PERSON:
        return ""
    wanted = select(FOLLOWS.c.language).where(_followed_by(recipient))
    latest = await connection.execute(wanted.order_by(FOLLOWS.c.since.desc()).limit(1))
    return latest.scalar_one_or_none() or ""


async def _pieces(connection: AsyncConnection, message: OutboxMessage) -> tuple[Piece, ...]:
    """Return what waits, or the contents of a letter that may have been sent."""
    mine = is_for(NEWS, message.recipient) & NEWS.c.told.is_(False)
    if message.sending_at:
        mine &= NEWS.c.key == message.key
    wanted = select(NEWS).where(mine).order_by(NEWS.c.at, NEWS.c.episode, NEWS.c.words)
    rows = (await connection.execute(wanted)).mappings()
    return tuple(Piece(row["episode"], row["words"]) for row in rows)


async def _change_piece(
    connection: AsyncConnection, letter: Letter, piece: Piece, values: Values
) -> None:
    named = (NEWS.c[name] == value for name, value in asdict(piece).items())
    changing = (
        update(NEWS).where(is_for(NEWS, letter.message.recipient), *named).values(dict(values))
    )
    await connection.execute(changing)


def _is_due(now: datetime, told_before: datetime) -> ColumnElement[bool]:
    """Require that no letter is leased, and that one was begun or there is news to tell now."""
    free = or_(OUTBOX.c.key.is_(None), OUTBOX.c.lease < now)
    rested = or_(
        RECIPIENTS.c.kind == RecipientKind.CHANNEL,
        RECIPIENTS.c.told_at.is_(None),
        RECIPIENTS.c.told_at <= told_before,
    )
    has_news = row_exists().where(_IS_NEWS_FOR, NEWS.c.told.is_(False))
    return and_(free, or_(OUTBOX.c.sending_at.is_not(None), and_(rested, has_news)))
