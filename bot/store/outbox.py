"""Messages and their states in the database, with the failures of their recipients."""

from datetime import datetime
from typing import Any

from sqlalchemy import func

from bot.posting.outbox import OutboxMessage, State, Topic
from bot.store import deliveries, follows
from bot.store.database import Database
from bot.store.rows import change_message
from bot.store.tables import OUTBOX

_NEWS = frozenset({Topic.LETTER, Topic.ANNOUNCEMENT})


class SqlOutboxStore:
    """A `bot.posting.outbox.OutboxStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, message: OutboxMessage, now: datetime, lease: datetime) -> bool:
        since = func.coalesce(OUTBOX.c.sending_at, now)
        values = {"state": State.SENDING, "sending_at": since, "lease": lease}
        async with self._database.write() as connection:
            return await change_message(connection, message, values)

    async def put_off(
        self, message: OutboxMessage, state: State, until: datetime, reason: str
    ) -> bool:
        values = _put_off(state, until) | {"reason": reason}
        async with self._database.write() as connection:
            return await change_message(connection, message, values)

    async def finish(
        self,
        message: OutboxMessage,
        state: State,
        now: datetime,
        posted_id: str = "",
        reason: str = "",
    ) -> bool:
        values = {"state": state, "posted_id": posted_id, "reason": reason}
        async with self._database.write() as connection:
            if not await change_message(connection, message, values):
                return False
            if message.topic in _NEWS:
                await follows.end_letter(connection, message, state, now)
            elif state is State.SENT and message.topic is Topic.QUOTE:
                await deliveries.end_failures(connection, message)
        return True

    async def fail(
        self,
        message: OutboxMessage,
        state: State,
        now: datetime,
        reason: str,
        *,
        until: datetime | None = None,
    ) -> int | None:
        values = (_put_off(state, until) if until else {"state": state}) | {"reason": reason}
        async with self._database.write() as connection:
            if not await change_message(connection, message, values):
                return None
            if message.topic is Topic.QUOTE:
                return await deliveries.count_quote_failure(connection, message)
            if message.topic is Topic.BALLOT:
                return 1  # a ballot that fails pauses nothing
            if until is None:
                await follows.end_letter(connection, message, state, now)
            return await follows.count_letter_failure(connection, message)


def _put_off(state: State, until: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"state": state, "lease": until, "owner": ""}
    return values | ({"sending_at": None} if state is State.CLAIMED else {})
