"""What errors of Slack and the network mean for a message: whether it was posted, what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from slack_sdk.errors import SlackApiError

from bot.posting.poster import LASTING, FailureKind, PostError
from bot.translations import gettext, gettext_noop
from handlers.http import NETWORK_ERRORS, NO_CONNECTION, explain_network
from handlers.slack.client import REFUSALS, answer_of, slack_error_code, token_behind
from handlers.slack.credentials import REINSTALL

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_INVITE = gettext_noop("Type /invite @Airquote in the channel.")
_ELSEWHERE = gettext_noop("Choose another channel, or ask an admin of the workspace to allow it.")
_LEFT = gettext_noop("If AIRQUOTE_ADMINS contains the id, remove it.")
_OURS = gettext_noop("Please report this as a bug.")
_BOT_VARIABLE = "SLACK_BOT_TOKEN"
_NO_CHANNEL = gettext_noop("the channel does not exist, or the app is not in it")
_NOT_ALLOWED = gettext_noop("not everybody may post in the channel")
_DELETED = gettext_noop("the message was deleted")
_REFUSED_TEXT = gettext_noop("Slack rejects the message as invalid")

# What Slack answers to who may not read a conversation: not everybody grants the scope for it.
BLIND = frozenset(
    {
        *("missing_scope", "no_permission", "not_allowed_token_type", "access_denied"),
        *("not_in_channel", "method_not_supported_for_channel_type"),
    }
)

# Permanent errors, until the cause is fixed; all others may be temporary. From
# https://docs.slack.dev/reference/methods/chat.postMessage and those of the other methods.
_PERMANENT = {
    "cannot_dm_bot": (gettext_noop("it is an app, and apps receive no messages"), ""),
    "cannot_reply_to_message": (_REFUSED_TEXT, _OURS),
    "cant_update_message": (gettext_noop("the message is not from the app"), _OURS),
    "channel_not_found": (_NO_CHANNEL, _INVITE),
    "edit_window_closed": (
        gettext_noop("messages as old as this can no longer be edited there"),
        _ELSEWHERE,
    ),
    "invalid_arguments": (_REFUSED_TEXT, _OURS),
    "invalid_blocks": (_REFUSED_TEXT, _OURS),
    "invalid_metadata_schema": (_REFUSED_TEXT, _OURS),
    "is_archived": (
        gettext_noop("the channel is archived"),
        gettext_noop("Unarchive it, or choose another channel."),
    ),
    "message_not_found": (_DELETED, gettext_noop("Ask again.")),
    "messages_tab_disabled": (gettext_noop("the app cannot send direct messages"), REINSTALL),
    "metadata_too_large": (_REFUSED_TEXT, _OURS),
    "method_not_supported_for_channel_type": (
        gettext_noop("apps cannot post in this kind of channel"),
        "",
    ),
    "msg_blocks_too_long": (_REFUSED_TEXT, _OURS),
    "msg_too_long": (_REFUSED_TEXT, _OURS),
    "no_text": (_REFUSED_TEXT, _OURS),
    "not_in_channel": (gettext_noop("the app is not in the channel"), _INVITE),
    "restricted_action_thread_locked": (
        gettext_noop("the thread is locked"),
        gettext_noop("Ask outside the thread."),
    ),
    "thread_not_found": (_DELETED, gettext_noop("Ask again.")),
    "user_disabled": (gettext_noop("this member is deactivated"), _LEFT),
    "user_not_found": (gettext_noop("this member does not exist"), _LEFT),
    "user_not_in_channel": (
        gettext_noop("you are not in the channel"),
        gettext_noop("Join it first."),
    ),
    "users_not_found": (gettext_noop("this member does not exist"), _LEFT),
}


@contextmanager
def raising_slack_errors(subject: str = "Slack") -> Iterator[None]:
    """Raise any error of a call to Slack's Web API as a PostError."""
    try:
        yield
    except Exception as error:
        raise _post_error(error, subject) from error


def _post_error(error: Exception, subject: str) -> PostError:
    """Turn an error of Slack's library into what it means for a message."""
    if isinstance(error, SlackApiError):
        return _refusal(error, subject)
    if isinstance(error, NO_CONNECTION):
        reason = gettext("it cannot be reached ({error}).", error=explain_network(error))
        return PostError(FailureKind.REFUSED, subject, reason)
    if isinstance(error, NETWORK_ERRORS):
        reason = gettext("the connection was lost ({error}).", error=explain_network(error))
        return PostError(FailureKind.AMBIGUOUS, subject, reason)
    # Such as AttributeError, which the library raises if the answer is plain text.
    reason = gettext("its answer is not Slack's ({error}).", error=type(error).__name__)
    return PostError(FailureKind.AMBIGUOUS, subject, reason)


def explain_refusal(error: SlackApiError) -> PostError | None:
    """Explain an error whose cause is a channel, a member or the setup; None if we may be it."""
    told = _refusal(error, "Slack")
    return told if told.kind in LASTING and told.remedy != gettext(_OURS) else None


def _refusal(error: SlackApiError, subject: str) -> PostError:
    code, status = slack_error_code(error), _status(error)
    if status == _TOO_MANY_REQUESTS or code in _LIMITED:
        wait = _retry_after(error)
        reason = gettext("its rate limit is reached.")
        return PostError(FailureKind.RATE_LIMITED, subject, reason, retry_after=wait)
    if status >= _SERVER_ERROR:
        reason = gettext("it has an internal error ({code}).", code=code)
        return PostError(FailureKind.AMBIGUOUS, subject, reason)
    if code in REFUSALS:
        reason = _with_code(REFUSALS[code], code + _needed(error))
        token, remedy = token_behind(error)
        if code == "missing_scope" and token == _BOT_VARIABLE:
            remedy = REINSTALL
        return PostError(FailureKind.UNAUTHORIZED, token, reason, gettext(remedy))
    if code in _PERMANENT:
        reason, remedy = _PERMANENT[code]
        told = remedy and gettext(remedy)
        return PostError(FailureKind.PERMANENT, subject, _with_code(reason, code), told)
    if code.startswith("restricted_action"):
        reason, remedy = _with_code(_NOT_ALLOWED, code), gettext(_ELSEWHERE)
        return PostError(FailureKind.PERMANENT, subject, reason, remedy)
    # After fatal_error and internal_error, the message may have been posted.
    reason = gettext("it answers “{code}”.", code=code)
    return PostError(FailureKind.AMBIGUOUS, subject, reason)


def _with_code(reason: str, code: str) -> str:
    return gettext("{reason} ({code}).", reason=gettext(reason), code=code)


def _needed(error: SlackApiError) -> str:
    """Name the missing scope, if Slack does."""
    needed = answer_of(error).get("needed")
    return f", {needed}" if needed else ""


def _status(error: SlackApiError) -> int:
    """Return the HTTP status; the attribute's name depends on whether the answer was JSON."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else 0


def _retry_after(error: SlackApiError) -> float:
    """Return for how many seconds to wait, 0 if Slack does not say."""
    headers = getattr(error.response, "headers", None) or {}
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(said) if str(said).isdecimal() else 0.0
