"""Letters on new episodes in the database: the row of a recipient decides who writes to them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy import exists as row_exists
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.posting.follows import Letter, Piece
from bot.posting.places import Recipient, RecipientKind
from bot.store.follows import (
    NEWS,
    RECIPIENT_KEY,
    RECIPIENTS,
    Following,
    forget_recipient,
    is_for,
    read_recipient,
)

_NOT_SENDING = {"key": None, "sending_at": None, "owner": ""}


class Letters(Following):
    """Rows on what is told to whom, as `bot.posting.follows` wants them; all raise StoreError."""

    async def waiting(self, now: datetime, told_before: datetime) -> tuple[Recipient, ...]:
        """Name those to whom something can be told now, people if they were told nothing since."""
        wanted = select(RECIPIENTS).where(_is_due(now, told_before)).order_by(RECIPIENTS.c.told_at)
        return tuple(map(read_recipient, await self._rows(wanted)))

    async def claim_letter(
        self,
        recipient: Recipient,
        owner: str,
        now: datetime,
        lease: datetime,
        told_before: datetime,
    ) -> Letter | None:
        """Take what waits for a recipient, as `waiting` names them; None if it is another's."""
        claiming = (
            update(RECIPIENTS)
            .where(is_for(RECIPIENTS, recipient), _is_due(now, told_before))
            .values(owner=owner, lease=lease)
            .returning(RECIPIENTS.c.key, RECIPIENTS.c.sending_at)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(claiming)).mappings().one_or_none()
            if row is None:
                return None
            mine = is_for(NEWS, recipient) & NEWS.c.told.is_(False)
            if row["sending_at"]:
                mine &= NEWS.c.key == row["key"]
            told = select(NEWS).where(mine).order_by(NEWS.c.at, NEWS.c.episode, NEWS.c.words)
            pieces = tuple(
                Piece(each["episode"], each["words"])
                for each in (await connection.execute(told)).mappings()
            )
        return Letter(recipient, owner, pieces, row["key"] or "", row["sending_at"])

    async def begin_letter(
        self, letter: Letter, key: str, pieces: Sequence[Piece], now: datetime, lease: datetime
    ) -> bool:
        """Note, before they are sent, which pieces are sent under which key."""
        since = func.coalesce(RECIPIENTS.c.sending_at, now)
        async with self._database.write() as connection:
            values = {"key": key, "sending_at": since, "lease": lease}
            if not await _change(connection, letter, values):
                return False
            for piece in pieces:
                await _change_piece(connection, letter, piece, {"key": key})
        return True

    async def put_off_letter(self, letter: Letter, until: datetime, *, sending: bool) -> bool:
        """Leave a letter for anybody from then on, as sending or as not sent."""
        values = {"owner": ""} if sending else _NOT_SENDING
        async with self._database.write() as connection:
            return await _change(connection, letter, {**values, "lease": until})

    async def finish_letter(self, letter: Letter, now: datetime) -> bool:
        """Note that a letter was told."""
        done = {**_NOT_SENDING, "lease": None, "failures": 0, "told_at": now}
        sent = is_for(NEWS, letter.recipient) & (NEWS.c.key == letter.key)
        async with self._database.write() as connection:
            if not await _change(connection, letter, done):
                return False
            await connection.execute(update(NEWS).where(sent).values(told=True))
        return True

    async def drop_pieces(self, letter: Letter, pieces: Sequence[Piece]) -> bool:
        """Note that there is nothing to tell of some pieces any more, and leave the letter."""
        async with self._database.write() as connection:
            if not await _change(connection, letter, {**_NOT_SENDING, "lease": None}):
                return False
            for piece in pieces:
                await _change_piece(connection, letter, piece, {"told": True})
        return True

    async def fail_letter(self, letter: Letter, until: datetime, most: int) -> str | None:
        """Note a lasting error, and leave the letter until then; says whose nothing is left."""
        failures = RECIPIENTS.c.failures + 1
        values = {**_NOT_SENDING, "failures": failures, "lease": until}
        async with self._database.write() as connection:
            if not await _change(connection, letter, values):
                return None
            theirs = is_for(RECIPIENTS, letter.recipient)
            counted = select(RECIPIENTS.c.failures, RECIPIENTS.c.admin).where(theirs)
            failed, admin = (await connection.execute(counted)).one()
            if failed < most:
                return None
            await forget_recipient(connection, letter.recipient)
            return str(admin)


def _is_due(now: datetime, told_before: datetime) -> ColumnElement[bool]:
    """Require that nobody has a letter, and that it was begun or something is to be told now."""
    free = or_(RECIPIENTS.c.lease.is_(None), RECIPIENTS.c.lease < now)
    rested = or_(
        RECIPIENTS.c.kind == RecipientKind.CHANNEL,
        RECIPIENTS.c.told_at.is_(None),
        RECIPIENTS.c.told_at <= told_before,
    )
    theirs = (NEWS.c[name] == RECIPIENTS.c[name] for name in RECIPIENT_KEY)
    has_news = row_exists().where(*theirs, NEWS.c.told.is_(False))
    return and_(free, or_(RECIPIENTS.c.sending_at.is_not(None), and_(rested, has_news)))


async def _change(connection: AsyncConnection, letter: Letter, values: Mapping[str, Any]) -> bool:
    """Change a recipient's letter if it is still its owner's."""
    mine = is_for(RECIPIENTS, letter.recipient) & (RECIPIENTS.c.owner == letter.owner)
    done = await connection.execute(update(RECIPIENTS).where(mine).values(dict(values)))
    return done.rowcount == 1


async def _change_piece(
    connection: AsyncConnection, letter: Letter, piece: Piece, values: Mapping[str, Any]
) -> None:
    named = (NEWS.c[name] == value for name, value in asdict(piece).items())
    changing = update(NEWS).where(is_for(NEWS, letter.recipient), *named).values(dict(values))
    await connection.execute(changing)
