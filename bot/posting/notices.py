"""Notices to the people who look after a channel, or to whoever can stand in for them."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.answers.replies import Reply
from bot.posting.outbox import Outbox, make_key
from bot.posting.places import Channel, Recipient, person_at
from bot.posting.poster import FailureKind, Poster, PostError, within

_TO_STAND_INS = (
    "You get this because I cannot reach the people who look after that channel. "
    "Whoever switches it on again there gets the next message."
)
_NOBODY = "Nobody looks after the channel."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notified:
    """Whether anyone got a notice, and why someone did not; "" if all did."""

    anyone: bool
    missed: str = ""


async def notify(outbox: Outbox, channel: Channel, admin: str, reply: Reply, name: str) -> Notified:
    """Send a notice to a channel's admin and to those who look after every channel.

    If none of them can be reached for good, send it to other admins of the workspace instead.
    `name` tells the notice from others.
    """
    poster, patience = outbox.posters[channel.platform], outbox.timing.post
    people = addressees(poster, channel, admin)
    failures = await _send_each(poster, channel, people, reply, name, patience)
    missed = str(failures[0]) if failures else "" if people else _NOBODY
    told = Notified(len(failures) < len(people), missed)
    if told.anyone or any(each.kind is not FailureKind.PERMANENT for each in failures):
        return told
    others = await _stand_ins(poster, channel, people, patience)
    reply = replace(reply, notes=(*reply.notes, _TO_STAND_INS))
    lost = await _send_each(poster, channel, others, reply, name, patience)
    return replace(told, anyone=len(lost) < len(others))


def addressees(poster: Poster, channel: Channel, admin: str) -> tuple[str, ...]:
    """Return who hears of a channel: its admin, unless that is "", and those in the settings."""
    return tuple(dict.fromkeys(filter(None, [admin, *poster.admins_of(channel.workspace)])))


async def message_person(
    poster: Poster, person: Recipient, reply: Reply, key: str, patience: timedelta
) -> None:
    """Message a person within a time limit; raise PostError."""
    async with within(patience, "A direct message"):
        await poster.send(person, reply, key)


async def _send_each(
    poster: Poster,
    channel: Channel,
    people: Collection[str],
    reply: Reply,
    name: str,
    patience: timedelta,
) -> list[PostError]:
    """Send a notice about a channel to people, and return the errors."""
    sending = (
        message_person(
            poster,
            person_at(channel.platform, each, channel.workspace),
            reply,
            make_key(name, each),
            patience,
        )
        for each in people
    )
    outcomes = await asyncio.gather(*sending, return_exceptions=True)
    failures = []
    for outcome in outcomes:
        if isinstance(outcome, PostError):
            failures.append(outcome)
        elif outcome is not None:
            raise outcome
    return failures


async def _stand_ins(
    poster: Poster, channel: Channel, unreachable: Collection[str], patience: timedelta
) -> tuple[str, ...]:
    try:
        async with within(patience, "The list of admins"):
            found = await poster.stand_ins(channel)
    except PostError as error:
        _log.warning("Nobody can stand in for an admin. %s", error)
        return ()
    return tuple(each for each in found if each not in unreachable)
