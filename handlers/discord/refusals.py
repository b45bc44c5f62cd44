"""What Discord's refusals mean for a message of ours: whether it was posted, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import discord

from bot.posting.poster import FailureKind, PostError
from handlers.discord.attempts import StoppedError, one_attempt
from handlers.discord.credentials import DISCORD_TOKEN_FROM
from handlers.web import NETWORK_ERRORS, NO_CONNECTION, explain_network

_ELSEWHERE = "Switch the quote of the week on in another channel."
_SETTINGS = "Open the channel's settings, Permissions, and allow Airquote"
_UNAUTHORIZED, _CLIENT_ERRORS, _SERVER_ERRORS = 401, 400, 500
FORBIDDEN, _REQUEST_TIMEOUT = 403, 408
UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_MESSAGE = 10003, 10004, 10007, 10008
MISSING_ACCESS, MISSING_PERMISSIONS, CLOSED_TO_MESSAGES = 50001, 50013, 50007
# By Discord's codes (topics/opcodes-and-status-codes): what is wrong for good, and what to do.
_LASTING = {
    UNKNOWN_CHANNEL: ("there is no such channel any more.", _ELSEWHERE),
    UNKNOWN_GUILD: ("Airquote is in no such server any more.", "Add it to the server again."),
    MISSING_ACCESS: ("Airquote may not see it.", f"{_SETTINGS} View Channel."),
    MISSING_PERMISSIONS: (
        "Airquote may not write there.",
        f"{_SETTINGS} Send Messages, Embed Links and Attach Files.",
    ),
    CLOSED_TO_MESSAGES: (
        "they take no direct messages from Airquote.",
        "In the server's privacy settings, they can allow direct messages.",
    ),
    50035: ("Discord does not take the message as it is.", "Update Airquote."),
    50083: ("the thread is archived.", "Open it again."),
    160005: ("the thread is locked.", f"Unlock it. {_ELSEWHERE}"),
}


@contextmanager
def refusals(subject: str) -> Iterator[None]:
    """Make each request inside but once; raises PostError about a subject for what goes wrong."""
    try:
        with one_attempt():
            yield
    except StoppedError as error:
        raise _stopped(subject, error) from error
    except discord.HTTPException as error:
        raise _refused(subject, error) from error
    except NO_CONNECTION as error:
        reason = f"Discord cannot be reached ({explain_network(error)})."
        raise PostError(FailureKind.REFUSED, subject, reason) from error
    except NETWORK_ERRORS as error:
        reason = f"the connection to Discord broke off ({explain_network(error)})."
        raise PostError(FailureKind.AMBIGUOUS, subject, reason) from error
    except discord.DiscordException as error:
        reason = f"Discord's answer cannot be read ({type(error).__name__})."
        raise PostError(FailureKind.AMBIGUOUS, subject, reason) from error


def code_of(error: PostError) -> int:
    """Give Discord's code of a refusal, 0 if it has none."""
    cause = error.__cause__
    return cause.code if isinstance(cause, discord.HTTPException) else 0


def status_of(error: PostError) -> int:
    """Give the HTTP status of a refusal, 0 if it has none."""
    cause = error.__cause__
    return cause.status if isinstance(cause, discord.HTTPException) else 0


def _stopped(subject: str, error: StoppedError) -> PostError:
    if error.is_limit:
        reason = "Discord takes no more for now."
        return PostError(FailureKind.RATE_LIMITED, subject, reason, retry_after=error.retry_after)
    return PostError(FailureKind.AMBIGUOUS, subject, f"Discord answers with {error.status}.")


def _refused(subject: str, error: discord.HTTPException) -> PostError:
    if error.code in _LASTING:
        return PostError(FailureKind.PERMANENT, subject, *_LASTING[error.code])
    reason = f"Discord answers with {error.status} ({error.code})."
    if error.status == _UNAUTHORIZED:
        return PostError(FailureKind.UNAUTHORIZED, subject, reason, DISCORD_TOKEN_FROM)
    lasting = _CLIENT_ERRORS <= error.status < _SERVER_ERRORS and error.status != _REQUEST_TIMEOUT
    return PostError(FailureKind.PERMANENT if lasting else FailureKind.AMBIGUOUS, subject, reason)
