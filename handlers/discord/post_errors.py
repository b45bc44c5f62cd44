"""What Discord's errors mean for a message: whether it was posted, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import discord

from bot.posting.poster import FailureKind, PostError
from bot.translations import gettext, gettext_noop
from handlers.discord.credentials import DISCORD_TOKEN_FROM
from handlers.discord.single_attempt import StoppedError, single_attempt
from handlers.http import NETWORK_ERRORS, NO_CONNECTION, explain_network

_UNAUTHORIZED, _CLIENT_ERRORS, _SERVER_ERRORS = 401, 400, 500
FORBIDDEN, _REQUEST_TIMEOUT = 403, 408
UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_MESSAGE = 10003, 10004, 10007, 10008
UNKNOWN_USER = 10013
MISSING_ACCESS, MISSING_PERMISSIONS, CLOSED_TO_MESSAGES = 50001, 50013, 50007
ALREADY_PUBLISHED = 40033
# A reply must not refer to a message that the app cannot read.
NO_HISTORY = 160002
_ARCHIVED, _LOCKED = 50083, 160005
# AutoMod refuses a message, or the title of a post in a forum.
_BLOCKED = frozenset({200000, 200001})
UNWELCOME = _BLOCKED | {
    *(UNKNOWN_CHANNEL, MISSING_ACCESS, MISSING_PERMISSIONS),
    *(_ARCHIVED, _LOCKED),
}
"""The codes of what the app may not post there, or not in these words."""
# Permanent errors and their remedies, by Discord's codes (topics/opcodes-and-status-codes).
_PERMANENT = {
    UNKNOWN_CHANNEL: (
        gettext_noop("the channel no longer exists."),
        gettext_noop("Choose another channel."),
    ),
    UNKNOWN_GUILD: (
        gettext_noop("Airquote is no longer in the server."),
        gettext_noop("Add it to the server again."),
    ),
    MISSING_ACCESS: (
        gettext_noop("Airquote cannot see it."),
        gettext_noop(
            "Open the channel's settings, go to Permissions, and allow Airquote View Channel."
        ),
    ),
    MISSING_PERMISSIONS: (
        gettext_noop("Airquote is not allowed to post there."),
        gettext_noop(
            "Open the channel's settings, go to Permissions, and allow Airquote Send Messages."
        ),
    ),
    CLOSED_TO_MESSAGES: (
        gettext_noop("it is not accepted."),
        gettext_noop("Allow direct messages in the server's privacy settings."),
    ),
    50035: (
        gettext_noop("Discord rejects the message as invalid."),
        gettext_noop("Update Airquote."),
    ),
    40067: (
        gettext_noop("a post in this forum needs a tag."),
        gettext_noop("Give it a tag that members may use."),
    ),
    _ARCHIVED: (gettext_noop("the thread is archived."), gettext_noop("Reopen it.")),
    _LOCKED: (
        gettext_noop("the thread is locked."),
        gettext_noop("Unlock it, or choose another channel."),
    ),
}


def the_channel() -> str:
    """Name what an error is about; a channel's id tells nobody anything."""
    return gettext("The channel")


@contextmanager
def raising_discord_errors(subject: str) -> Iterator[None]:
    """Attempt each request inside once, and raise any error as a PostError about a subject."""
    try:
        with single_attempt():
            yield
    except StoppedError as error:
        raise _stopped(subject, error) from error
    except discord.HTTPException as error:
        raise _refused(subject, error) from error
    except NO_CONNECTION as error:
        reason = gettext("Discord cannot be reached ({why}).", why=explain_network(error))
        raise PostError(FailureKind.REFUSED, subject, reason) from error
    except NETWORK_ERRORS as error:
        reason = gettext("the connection to Discord was lost ({why}).", why=explain_network(error))
        raise PostError(FailureKind.AMBIGUOUS, subject, reason) from error
    except discord.DiscordException as error:
        reason = gettext("Discord's answer cannot be read ({why}).", why=type(error).__name__)
        raise PostError(FailureKind.AMBIGUOUS, subject, reason) from error


def discord_error_code(error: PostError) -> int:
    """Return Discord's code of an error, 0 if it has none."""
    cause = error.__cause__
    return cause.code if isinstance(cause, discord.HTTPException) else 0


def status_of(error: PostError) -> int:
    """Return the HTTP status of an error, 0 if it has none."""
    cause = error.__cause__
    return cause.status if isinstance(cause, discord.HTTPException) else 0


def lacking(error: PostError, permissions: str) -> PostError:
    """Name the permissions that are known to be missing as the remedy of an error."""
    remedy = gettext(
        "Open the channel's settings, go to Permissions, and allow Airquote {permissions}.",
        permissions=permissions,
    )
    return PostError(error.kind, error.subject, error.reason, remedy)


def _stopped(subject: str, error: StoppedError) -> PostError:
    if error.is_limit:
        reason = gettext("Discord's rate limit is reached.")
        return PostError(FailureKind.RATE_LIMITED, subject, reason, retry_after=error.retry_after)
    reason = gettext("Discord answers with {status}.", status=error.status)
    return PostError(FailureKind.AMBIGUOUS, subject, reason)


def _refused(subject: str, error: discord.HTTPException) -> PostError:
    if error.code in _BLOCKED:
        reason = gettext("AutoMod, the server's filter, blocks these words.")
        remedy = gettext("Open Server Settings, Safety Setup, AutoMod, and exempt Airquote's role.")
        return PostError(FailureKind.BLOCKED, subject, reason, remedy)
    if error.code in _PERMANENT:
        reason, remedy = map(gettext, _PERMANENT[error.code])
        return PostError(FailureKind.PERMANENT, subject, reason, remedy)
    reason = gettext(
        "Discord answers with {status} ({code}).", status=error.status, code=error.code
    )
    if error.status == _UNAUTHORIZED:
        return PostError(FailureKind.UNAUTHORIZED, subject, reason, DISCORD_TOKEN_FROM)
    lasting = _CLIENT_ERRORS <= error.status < _SERVER_ERRORS and error.status != _REQUEST_TIMEOUT
    return PostError(FailureKind.PERMANENT if lasting else FailureKind.AMBIGUOUS, subject, reason)
