"""Notices to the people who look after a channel, or to whoever can stand in for them."""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from bot.answers.replies import Reply
from bot.posting.outbox import Outbox, language_for, make_key
from bot.posting.places import Channel, Recipient, channel_at, person_at
from bot.posting.poster import FailureKind, Poster, PostError, within
from bot.translations import gettext, gettext_noop, speaking

_NOBODY = gettext_noop("Nobody looks after the channel.")
# Writes a notice in the language that is spoken.
WriteNotice = Callable[[], Reply]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notified:
    """Whether anyone got a notice, and why someone did not; "" if all did.

    Reasons are in English, or as the platform's errors were worded.
    """

    anyone: bool
    missed: str = ""


async def notify(
    outbox: Outbox, channel: Channel, admin: str, write: WriteNotice, name: str
) -> Notified:
    """Send a notice to a channel's admin and to those who look after every channel.

    Each gets it in their language. If none of them can be reached for good, send it to other admins
    of the workspace instead. `name` tells the notice from others.
    """
    poster, patience = outbox.posters[channel.platform], outbox.timing.post
    people = addressees(poster, channel, admin)
    failures = await _send_each(outbox, channel, people, write, name)
    missed = str(failures[0]) if failures else "" if people else _NOBODY
    told = Notified(len(failures) < len(people), missed)
    if told.anyone or any(each.kind is not FailureKind.PERMANENT for each in failures):
        return told
    others = await _stand_ins(poster, channel, people, patience)
    lost = await _send_each(outbox, channel, others, partial(_to_stand_in, write), name)
    return replace(told, anyone=len(lost) < len(others))


def addressees(poster: Poster, channel: Channel, admin: str) -> tuple[str, ...]:
    """Return who hears of a channel: its admin, unless that is "", and those in the settings."""
    return tuple(dict.fromkeys(filter(None, [admin, *poster.admins_of(channel.workspace)])))


async def message_person(
    poster: Poster, person: Recipient, reply: Reply, key: str, patience: timedelta
) -> None:
    """Message a person within a time limit; raise PostError."""
    async with within(patience, gettext("A direct message")):
        await poster.send(person, reply, key)


def _to_stand_in(write: WriteNotice) -> Reply:
    """Write a notice to somebody who does not expect it."""
    reply = write()
    note = gettext(
        "You get this because I cannot reach the people who look after that channel. "
        "Whoever switches it on again there gets the next message."
    )
    return replace(reply, notes=(*reply.notes, note))


async def _send_each(
    outbox: Outbox, channel: Channel, people: Collection[str], write: WriteNotice, name: str
) -> list[PostError]:
    """Send a notice to people, and return the errors."""
    outcomes = await asyncio.gather(
        *(_send_one(outbox, channel, each, write, make_key(name, each)) for each in people),
        return_exceptions=True,
    )
    failures = []
    for outcome in outcomes:
        if isinstance(outcome, PostError):
            failures.append(outcome)
        elif outcome is not None:
            raise outcome
    return failures


async def _send_one(
    outbox: Outbox, channel: Channel, person: str, write: WriteNotice, key: str
) -> None:
    """Send a notice to a person in their language; raise PostError."""
    reader = person_at(channel.platform, person, channel.workspace)
    with speaking(await language_for(outbox, reader, channel_at(channel))):
        poster, patience = outbox.posters[channel.platform], outbox.timing.post
        await message_person(poster, reader, write(), key, patience)


async def _stand_ins(
    poster: Poster, channel: Channel, unreachable: Collection[str], patience: timedelta
) -> tuple[str, ...]:
    try:
        async with within(patience, gettext("The list of admins")):
            found = await poster.stand_ins(channel)
    except PostError as error:
        _log.warning("Nobody can stand in for an admin. %s", error)
        return ()
    return tuple(each for each in found if each not in unreachable)
