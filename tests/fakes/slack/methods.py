"""What Slack's Web API and response_urls do to a workspace."""

from collections.abc import Callable
from time import monotonic, time
from typing import Any

from tests.fakes.slack.channels import describe, history, replies, require_posting
from tests.fakes.slack.files import complete_upload, delete_file, new_upload, require_files
from tests.fakes.slack.rules import message_problems, unfurl_problems, view_problems
from tests.fakes.slack.things import (
    APP,
    BOT,
    BOT_USER,
    MOST_RESPONSES,
    RESPONSE_SECONDS,
    Interaction,
    Message,
    Opened,
    SlackError,
)
from tests.fakes.slack.workspace import Workspace

MOST_AHEAD_SECONDS = 120 * 24 * 3600
MOST_PROMPTS = 4
# What the client adds to every call by itself.
_OWN_KEYS = frozenset({"team_id", "token", "post_at"})
Body = dict[str, Any]


class InvalidError(Exception):
    """What was sent breaks a rule; `code` is what Slack answers."""

    def __init__(self, code: str, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.code = code
        self.problems = problems


def call(workspace: Workspace, method: str, body: Body) -> Body:
    """Do what a method does; raises SlackError or InvalidError."""
    if method not in _METHODS:
        raise InvalidError("unknown_method", [f"there is no method {method}"])
    return {"ok": True, **_METHODS[method](workspace, body)}


def respond(workspace: Workspace, act: Interaction, body: Body) -> None:
    """Do what a POST to a response_url does; raises SlackError or InvalidError."""
    if monotonic() - act.at > RESPONSE_SECONDS:
        raise SlackError("expired_url")
    if act.responses >= MOST_RESPONSES:
        raise SlackError("used_url")
    target = act.origin or act.latest
    problems = message_problems(body, workspace.nameable())
    if act.origin and not {"replace_original", "delete_original"} & set(body):
        problems.append("a response to a button that does not say replace_original")
    public = body.get("response_type") == "in_channel"
    if public and body.get("replace_original") and target and target.only_for:
        problems.append("a private message cannot become public: post another one")
    if problems:
        raise InvalidError("invalid_blocks", problems)
    act.responses += 1
    if body.get("delete_original") and target:
        workspace.delete(target)
    elif body.get("replace_original") and target:
        workspace.replace(target, body, act)
    else:
        workspace.answer(act, body)


def acknowledge(workspace: Workspace, act: Interaction, kind: str, payload: Body | None) -> Body:
    """Do what the payload of an acknowledgement does; raises SlackError or InvalidError."""
    if kind == "view_submission":
        _answer_submission(workspace, act, payload or {})
    elif kind == "slash_commands" and payload:
        problems = message_problems(payload, workspace.nameable())
        if problems:
            raise InvalidError("invalid_blocks", problems)
        workspace.answer(act, payload)
    return {"ok": True}


def _answer_submission(workspace: Workspace, act: Interaction, payload: Body) -> None:
    action = payload.get("response_action", "close")
    if action in ("close", "clear"):
        workspace.close_views(act.user, every=action == "clear")
    elif action == "errors":
        opened = workspace.modals[act.user][-1]
        inputs = {block["block_id"] for block in opened.blocks if block["type"] == "input"}
        if unknown := set(payload["errors"]) - inputs:
            raise InvalidError("invalid_errors", [f"errors at {sorted(unknown)}, no inputs"])
        workspace.complain(opened, payload["errors"])
    elif action == "push":
        workspace.open_view(act.user, _checked_view(workspace, payload, "modal"), push=True)
    elif action == "update":
        view = _checked_view(workspace, payload, "modal")
        workspace.update_view(workspace.modals[act.user][-1], view)
    else:
        raise InvalidError("invalid_response_action", [f"there is no response_action {action}"])


def _auth_test(workspace: Workspace, _: Body) -> Body:
    ids = {"team_id": workspace.team, "user_id": BOT_USER, "bot_id": BOT}
    return {"url": "https://sample.slack.com/", "team": "Sample", "user": "airquote", **ids}


def _set_status(workspace: Workspace, body: Body) -> Body:
    workspace.find_message(str(body.get("channel_id", "")), body.get("thread_ts"))
    workspace.statuses.append(str(body["status"]))
    return {}


def _suggest_prompts(workspace: Workspace, body: Body) -> Body:
    channel, prompts = str(body.get("channel_id", "")), body.get("prompts") or []
    if not channel.startswith("D"):
        raise SlackError("channel_not_found")
    if not 0 < len(prompts) <= MOST_PROMPTS:
        raise InvalidError("invalid_arguments", [f"{len(prompts)} prompts"])
    if any({*each} != {"title", "message"} or not all(each.values()) for each in prompts):
        raise InvalidError("invalid_arguments", [f"prompts without a title or message: {prompts}"])
    # The agent view shows nothing where a thread is named, and the assistant view where none is.
    workspace.prompts[channel, str(body.get("thread_ts") or "")] = prompts
    return {}


def _bot(_: Workspace, body: Body) -> Body:
    if body.get("bot") != BOT:
        raise SlackError("bot_not_found")
    return {"bot": {"id": BOT, "name": "Airquote", "app_id": APP, "user_id": BOT_USER}}


def _post_message(workspace: Workspace, body: Body) -> Body:
    channel = str(body.get("channel", ""))
    if channel in workspace.deactivated:
        raise SlackError("user_disabled")
    if channel in workspace.people:
        channel = f"D{channel[1:]}"
    elif not channel.startswith("D"):
        require_posting(workspace, channel)
    if thread := body.get("thread_ts"):
        workspace.find_message(channel, thread)
    message = workspace.post(channel, _checked_message(workspace, body))
    return {"channel": channel, "ts": message.ts, "message": _told(message)}


def _post_ephemeral(workspace: Workspace, body: Body) -> Body:
    require_posting(workspace, str(body.get("channel", "")))
    if body.get("user") not in workspace.people:
        raise SlackError("user_not_in_channel")
    checked = _checked_message(workspace, body)
    message = workspace.post(body["channel"], checked, only_for=body["user"])
    return {"message_ts": message.ts}


def _schedule(workspace: Workspace, body: Body) -> Body:
    channel, ahead = str(body.get("channel", "")), int(body.get("post_at") or 0) - time()
    require_posting(workspace, channel)
    if not 0 < ahead <= MOST_AHEAD_SECONDS:
        raise SlackError("time_in_past" if ahead <= 0 else "time_too_far")
    name = workspace.new_id("Q")
    workspace.scheduled[name] = _checked_message(workspace, body)
    return {"channel": channel, "scheduled_message_id": name, "post_at": body["post_at"]}


def _take_back(workspace: Workspace, body: Body) -> Body:
    if workspace.scheduled.pop(str(body.get("scheduled_message_id", "")), None) is None:
        raise SlackError("invalid_scheduled_message_id")
    return {}


def _unfurl(workspace: Workspace, body: Body) -> Body:
    by_id = bool(body.get("unfurl_id") and body.get("source"))
    if by_id == bool(body.get("channel") and body.get("ts")):
        raise SlackError("invalid_arguments")
    text = str(body.get("unfurl_id"))
    if not by_id:
        text = workspace.find_message(str(body["channel"]), body["ts"]).text
    for url, unfurl in body["unfurls"].items():
        if url not in text:
            raise SlackError("cannot_unfurl_url")
        if problems := unfurl_problems(unfurl, workspace.domains):
            if all("unfurl domain" in each for each in problems):
                raise SlackError("invalid_blocks")
            raise InvalidError("invalid_blocks", problems)
    workspace.unfurls.append(body["unfurls"])
    return {}


def _update(workspace: Workspace, body: Body) -> Body:
    message = workspace.find_message(str(body.get("channel", "")), body.get("ts"))
    if message.user != BOT_USER:
        raise SlackError("cant_update_message")
    workspace.replace(message, _checked_message(workspace, body))
    return {"channel": message.channel, "ts": message.ts, "text": message.text}


def _open_view(workspace: Workspace, body: Body) -> Body:
    return _opened(workspace, body, push=False)


def _push_view(workspace: Workspace, body: Body) -> Body:
    return _opened(workspace, body, push=True)


def _opened(workspace: Workspace, body: Body, *, push: bool) -> Body:
    view = _checked_view(workspace, body, "modal")
    act = workspace.use_trigger(body.get("trigger_id"))
    return _view(workspace.open_view(act.user, view, push=push))


def _update_view(workspace: Workspace, body: Body) -> Body:
    view = _checked_view(workspace, body, "modal")
    opened = workspace.find_view(body.get("view_id"), body.get("external_id"))
    return _view(workspace.update_view(opened, view, body.get("hash")))


def _publish(workspace: Workspace, body: Body) -> Body:
    user = body.get("user_id")
    if user not in workspace.people:
        raise SlackError("user_not_found")
    view = _checked_view(workspace, body, "home")
    return _view(workspace.publish_home(user, view, body.get("hash")))


def _user(workspace: Workspace, body: Body) -> Body:
    user = str(body.get("user", ""))
    if user not in workspace.people:
        raise SlackError("user_not_found")
    locale = str(body.get("include_locale")) in ("1", "true", "True")
    told = {"locale": workspace.locales[user]} if locale else {}
    return {"user": _described(workspace, user) | told}


def _users(workspace: Workspace, body: Body) -> Body:
    people, first = list(workspace.people), int(body.get("cursor") or 0)
    last = first + min(int(body.get("limit") or 100), workspace.people_page)
    listed = [_described(workspace, user) for user in people[first:last]]
    following = str(last) if last < len(people) else ""
    return {"members": listed, "response_metadata": {"next_cursor": following}}


def _described(workspace: Workspace, user: str) -> Body:
    name = workspace.people[user]
    profile = {"display_name": name, "real_name": name}
    team = workspace.teams.get(user, workspace.team)
    ids = {"id": user, "team_id": team, "name": name, "profile": profile}
    admin = {"is_admin": user in workspace.admins, "is_owner": False, "is_primary_owner": False}
    return {**ids, **admin, "deleted": user in workspace.deactivated, "is_bot": False}


def _groups(workspace: Workspace, _: Body) -> Body:
    named = workspace.groups.items()
    return {"usergroups": [{"id": group, "handle": name, "name": name} for group, name in named]}


def _add_pin(workspace: Workspace, body: Body) -> Body:
    message = workspace.find_message(str(body.get("channel", "")), body.get("timestamp"))
    if (message.channel, message.ts) in workspace.pins:
        raise SlackError("already_pinned")
    workspace.pins.append((message.channel, message.ts))
    return {}


def _remove_pin(workspace: Workspace, body: Body) -> Body:
    pinned = (str(body.get("channel", "")), str(body.get("timestamp", "")))
    if pinned not in workspace.pins:
        raise SlackError("no_pin")
    workspace.pins.remove(pinned)
    return {}


def _checked_message(workspace: Workspace, body: Body) -> Body:
    message = {key: value for key, value in body.items() if key not in _OWN_KEYS}
    problems = message_problems(message, workspace.nameable())
    if problems:
        raise InvalidError("invalid_blocks", problems)
    require_files(workspace, message)
    return {key: value for key, value in message.items() if key not in ("channel", "user", "ts")}


def _checked_view(workspace: Workspace, body: Body, kind: str) -> Body:
    view = body.get("view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise InvalidError("invalid_arguments", [f"no {kind} where one belongs: {view!r:.200}"])
    problems = view_problems(view, workspace.nameable())
    if problems:
        raise InvalidError("invalid_arguments", problems)
    return view


def _view(opened: Opened) -> Body:
    return {"view": opened.described()}


def _told(message: Message) -> Body:
    return {"ts": message.ts, "user": BOT_USER, "bot_id": BOT, "type": "message", **message.body}


_METHODS: dict[str, Callable[[Workspace, Body], Body]] = {
    "api.test": lambda _, __: {},
    "auth.test": _auth_test,
    "assistant.threads.setStatus": _set_status,
    "assistant.threads.setSuggestedPrompts": _suggest_prompts,
    "bots.info": _bot,
    "chat.deleteScheduledMessage": _take_back,
    "chat.postEphemeral": _post_ephemeral,
    "chat.postMessage": _post_message,
    "chat.scheduleMessage": _schedule,
    "chat.update": _update,
    "chat.unfurl": _unfurl,
    "conversations.history": history,
    "conversations.info": describe,
    "conversations.replies": replies,
    "files.completeUploadExternal": complete_upload,
    "files.delete": delete_file,
    "files.getUploadURLExternal": new_upload,
    "pins.add": _add_pin,
    "pins.remove": _remove_pin,
    "usergroups.list": _groups,
    "users.info": _user,
    "users.list": _users,
    "views.open": _open_view,
    "views.publish": _publish,
    "views.push": _push_view,
    "views.update": _update_view,
}
