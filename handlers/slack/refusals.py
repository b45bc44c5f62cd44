"""Slack's refusals and the network's -> what they mean for a message, and what to do about them."""

from collections.abc import Iterator
from contextlib import contextmanager

from slack_sdk.errors import SlackApiError

from bot.posting.poster import FailureKind, PostError
from handlers.slack.client import REFUSALS, answer_of, code_of
from handlers.slack.credentials import BOT_TOKEN_FROM
from handlers.web import NETWORK_ERRORS, NO_CONNECTION, explain_network

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_INVITE = "Type /invite @Airquote in the channel."
_MANIFEST = "Put handlers/slack/manifest.json into the app's page App Manifest; install it again."
_ELSEWHERE = "Choose another channel, or ask an admin of the workspace to allow it."
_OURS = "Please report it: this should not happen."
_APP = "SLACK_BOT_TOKEN"
_NO_CHANNEL = "there is no such channel, or the app is not in it"
_NOT_ALLOWED = "not everybody may post in the channel"
_REFUSED_TEXT = "what the app wrote is refused"

# What stays as it is until somebody mends it; everything that is not listed may pass. From
# https://docs.slack.dev/reference/methods/chat.postMessage and those of the other methods.
_LASTING = {
    "cannot_dm_bot": ("it is an app, which nobody can write to", ""),
    "cannot_reply_to_message": (_REFUSED_TEXT, _OURS),
    "cant_update_message": ("the message is not the app's", _OURS),
    "channel_not_found": (_NO_CHANNEL, _INVITE),
    "edit_window_closed": ("messages as old as this cannot be changed there", _ELSEWHERE),
    "invalid_arguments": (_REFUSED_TEXT, _OURS),
    "invalid_blocks": (_REFUSED_TEXT, _OURS),
    "invalid_metadata_schema": (_REFUSED_TEXT, _OURS),
    "is_archived": ("the channel is archived", "Unarchive it, or choose another one."),
    "messages_tab_disabled": ("the app may not write to people", _MANIFEST),
    "metadata_too_large": (_REFUSED_TEXT, _OURS),
    "method_not_supported_for_channel_type": ("nothing can be posted in such a channel", ""),
    "msg_blocks_too_long": (_REFUSED_TEXT, _OURS),
    "msg_too_long": (_REFUSED_TEXT, _OURS),
    "no_text": (_REFUSED_TEXT, _OURS),
    "not_in_channel": ("the app is not in the channel", _INVITE),
    "user_disabled": ("this member is gone", "Take the id out of AIRQUOTE_ADMINS."),
    "user_not_found": ("there is no such member", "Take the id out of AIRQUOTE_ADMINS."),
    "user_not_in_channel": ("you are not in the channel", "Join it first."),
    "users_not_found": ("there is no such member", "Take the id out of AIRQUOTE_ADMINS."),
}


@contextmanager
def explained(subject: str = "Slack") -> Iterator[None]:
    """Raise what goes wrong with a call of Slack's Web API as PostError."""
    try:
        yield
    except Exception as error:
        raise post_error(error, subject) from error


def post_error(error: Exception, subject: str = "Slack") -> PostError:
    """Say what an error of Slack's library tells of the message that was to be posted."""
    if isinstance(error, SlackApiError):
        return _refusal(error, subject)
    if isinstance(error, NO_CONNECTION):
        reason = f"it cannot be reached ({explain_network(error)})."
        return PostError(FailureKind.REFUSED, subject, reason)
    if isinstance(error, NETWORK_ERRORS):
        reason = f"the connection was lost ({explain_network(error)})."
        return PostError(FailureKind.AMBIGUOUS, subject, reason)
    # Such as AttributeError, which the library raises at an answer in plain text.
    reason = f"it answers as no Slack does ({type(error).__name__})."
    return PostError(FailureKind.AMBIGUOUS, subject, reason)


def _refusal(error: SlackApiError, subject: str) -> PostError:
    code, status = code_of(error), _status(error)
    if status == _TOO_MANY_REQUESTS or code in _LIMITED:
        wait = _retry_after(error)
        return PostError(
            FailureKind.RATE_LIMITED, subject, "it wants fewer messages.", retry_after=wait
        )
    if status >= _SERVER_ERROR:
        return PostError(FailureKind.AMBIGUOUS, subject, f"it has trouble of its own ({code}).")
    if code in REFUSALS:
        reason = f"{REFUSALS[code]} ({code}{_needed(error)})."
        return PostError(FailureKind.UNAUTHORIZED, _APP, reason, _remedy(code))
    if code.startswith("restricted_action"):
        return PostError(FailureKind.PERMANENT, subject, f"{_NOT_ALLOWED} ({code}).", _ELSEWHERE)
    if code in _LASTING:
        reason, remedy = _LASTING[code]
        return PostError(FailureKind.PERMANENT, subject, f"{reason} ({code}).", remedy)
    # Of fatal_error and internal_error Slack says that some of it may have been done.
    return PostError(FailureKind.AMBIGUOUS, subject, f"it answers “{code}”.")


def _remedy(code: str) -> str:
    return _MANIFEST if code == "missing_scope" else BOT_TOKEN_FROM


def _needed(error: SlackApiError) -> str:
    """Name the scope that is missing, where Slack does."""
    needed = answer_of(error).get("needed")
    return f", {needed}" if needed else ""


def _status(error: SlackApiError) -> int:
    """Read the status of an answer; where it was no JSON, the library hands it over as it came."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else 0


def _retry_after(error: SlackApiError) -> float:
    """Read for how many seconds Slack wants to be left alone; 0 if it does not say."""
    headers = getattr(error.response, "headers", None) or {}
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(said) if str(said).isdecimal() else 0.0
