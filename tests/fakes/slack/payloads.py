"""What Slack sends when people do something: payloads in the shape of the real ones."""

from collections.abc import Iterator
from time import time
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.slack.rules import parts_of
from tests.fakes.slack.things import APP, BOT, BOT_USER, Interaction, Message, Opened
from tests.fakes.slack.workspace import Workspace

_DOMAIN = "sample"
# Deprecated by Slack and still part of every payload; it proves nothing.
_VERIFICATION = "verification-token"


class Payloads:
    """Makes payloads of what people in a workspace do; `base` is where response_urls lead."""

    def __init__(self, workspace: Workspace, base: str) -> None:
        self._workspace = workspace
        self._base = base

    def slash_command(self, act: Interaction, command: str, text: str) -> dict[str, Any]:
        """Type a command in a channel."""
        return {
            "token": _VERIFICATION,
            **self._team_of(),
            "team_domain": _DOMAIN,
            "channel_id": act.channel,
            "channel_name": self._channel_name(act.channel),
            "user_id": act.user,
            "user_name": self._name(act.user),
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "true" if self._of_org else "false",
            "response_url": self._response_url(act),
            "trigger_id": act.trigger,
        }

    def press(
        self, act: Interaction, place: Message | Opened, block: str, element: dict[str, Any]
    ) -> dict[str, Any]:
        """Press a button of a message, a modal or App Home; `block` is the id of its block."""
        done = {"block_id": block, "action_ts": self._workspace.new_ts(), **element}
        done.pop("accessibility_label", None)
        payload = self._interactive("block_actions", act) | {"actions": [done]}
        if isinstance(place, Opened):
            payload["container"] = {"type": "view", "view_id": place.id}
            return payload | {"view": place.described()}
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": place.ts,
            "channel_id": place.channel,
            "is_ephemeral": bool(place.only_for),
        }
        if place.thread:
            container["thread_ts"] = place.thread
        payload |= self._of_message(act) | {"container": container, "state": {"values": {}}}
        return payload if place.only_for else payload | {"message": described(place)}

    def submit(self, act: Interaction, view: Opened, values: dict[str, Any]) -> dict[str, Any]:
        """Submit a modal; `values` is its state: block id -> action id -> what is filled in."""
        return self._interactive("view_submission", act) | {
            "view": view.described(values),
            "response_urls": [*self._response_urls(act, view, values)],
        }

    def suggest(self, act: Interaction, view: Opened, action: str, typed: str) -> dict[str, Any]:
        """Type into a select menu that asks for its options."""
        block = next(
            block["block_id"]
            for block in view.blocks
            if any(part.get("action_id") == action for part in parts_of(block))
        )
        payload = self._interactive("block_suggestion", act)
        del payload["trigger_id"]
        return payload | {
            "action_id": action,
            "block_id": block,
            "value": typed,
            "container": {"type": "view", "view_id": view.id},
            "view": view.described(),
        }

    def message_shortcut(self, act: Interaction, callback: str, message: Message) -> dict[str, Any]:
        """Use a shortcut in the menu of a message."""
        return (
            self._interactive("message_action", act)
            | self._of_message(act)
            | {
                "callback_id": callback,
                "action_ts": self._workspace.new_ts(),
                "message_ts": message.ts,
                "message": described(message),
            }
        )

    def global_shortcut(self, act: Interaction, callback: str) -> dict[str, Any]:
        """Use a shortcut that belongs to no message."""
        payload = self._interactive("shortcut", act)
        return payload | {"callback_id": callback, "action_ts": self._workspace.new_ts()}

    def app_mention(self, message: Message) -> dict[str, Any]:
        """Mention the bot in a message."""
        return self._event(
            {**described(message), "type": "app_mention", "channel": message.channel}
        )

    def direct_message(self, message: Message) -> dict[str, Any]:
        """Write to the bot in its own conversation with somebody."""
        kind = {"channel": message.channel, "channel_type": "im"}
        return self._event({**described(message), **kind})

    def assistant_thread_started(self, user: str, thread: str) -> dict[str, Any]:
        """Open the assistant view, in which messages have a thread of Slack's making."""
        place = {"channel_id": f"D{user[1:]}", "thread_ts": thread, "user_id": user, "context": {}}
        return self._event({"type": "assistant_thread_started", "assistant_thread": place})

    def link_shared(self, message: Message, *urls: str, composer: bool = False) -> dict[str, Any]:
        """Post links to domains that the app claims, or still write them in the composer."""
        links = [{"domain": urlsplit(url).hostname, "url": url} for url in urls]
        place = {"channel": message.channel, "message_ts": message.ts}
        if composer:
            unfurl = {"unfurl_id": f"C.{message.text}", "source": "composer"}
            place = {"channel": "COMPOSER", "message_ts": message.ts, **unfurl}
        event = {"type": "link_shared", "user": message.user, "links": links, **place}
        return self._event(event | {"is_bot_user_member": True})

    def app_home_opened(self, user: str, tab: str = "home") -> dict[str, Any]:
        """Open the App Home."""
        event = {"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": tab}
        home = self._workspace.homes.get(user)
        return self._event(event | ({"view": home.described()} if home else {}))

    def app_uninstalled(self) -> dict[str, Any]:
        """Remove the app from the workspace."""
        return self._event({"type": "app_uninstalled"})

    def tokens_revoked(self, *, bot: bool) -> dict[str, Any]:
        """Revoke the bot's token, or that of a member."""
        tokens = {"bot": [BOT_USER]} if bot else {"oauth": ["U0SOMEBODY"]}
        return self._event({"type": "tokens_revoked", "tokens": tokens})

    def team_access_revoked(self, *teams: str) -> dict[str, Any]:
        """Withdraw the app of an organization from some of its workspaces."""
        return self._event({"type": "team_access_revoked", "team_ids": list(teams)})

    @property
    def _of_org(self) -> bool:
        """Whether the app is installed for an organization, in whose payloads less is named."""
        return bool(self._workspace.enterprise)

    def _team_of(self) -> dict[str, Any]:
        named = {"team_id": self._workspace.team}
        return named | ({"enterprise_id": self._workspace.enterprise} if self._of_org else {})

    def _enterprise(self) -> dict[str, Any] | None:
        return {"id": self._workspace.enterprise, "name": "Sample Org"} if self._of_org else None

    def _event(self, event: dict[str, Any]) -> dict[str, Any]:
        authorization = {
            "enterprise_id": self._workspace.enterprise or None,
            "team_id": None if self._of_org else self._workspace.team,
            "user_id": BOT_USER,
            "is_bot": True,
            "is_enterprise_install": self._of_org,
        }
        return {
            "token": _VERIFICATION,
            **self._team_of(),
            "api_app_id": APP,
            "event": {**event, "event_ts": self._workspace.new_ts()},
            "type": "event_callback",
            "event_id": self._workspace.new_id("Ev"),
            "event_time": int(time()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
        }

    def _interactive(self, kind: str, act: Interaction) -> dict[str, Any]:
        name, team = self._name(act.user), self._workspace.team
        return {
            "type": kind,
            "user": {"id": act.user, "username": name, "name": name, "team_id": team},
            "api_app_id": APP,
            "token": _VERIFICATION,
            "trigger_id": act.trigger,
            "team": None if self._of_org else {"id": team, "domain": _DOMAIN},
            "enterprise": self._enterprise(),
            "is_enterprise_install": self._of_org,
        }

    def _of_message(self, act: Interaction) -> dict[str, Any]:
        channel = {"id": act.channel, "name": self._channel_name(act.channel)}
        return {"channel": channel, "response_url": self._response_url(act)}

    def _response_urls(
        self, act: Interaction, view: Opened, values: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """Say where to post in each conversation that was chosen in an input that asks for it."""
        for block in view.blocks:
            element, name = block.get("element", {}), block["block_id"]
            chosen = values.get(name, {}).get(element.get("action_id"), {})
            channel = chosen.get("selected_conversation")
            if channel and element.get("response_url_enabled"):
                there = self._workspace.interact(act.user, channel)
                ids = {"block_id": name, "action_id": element["action_id"], "channel_id": channel}
                yield {**ids, "response_url": self._response_url(there)}

    def _channel_name(self, channel: str) -> str:
        """Slack does not name a private channel to an app that is no member of it."""
        known = self._workspace.channels.get(channel)
        if known is None:
            return "directmessage"
        return "privategroup" if known.private else known.name

    def _name(self, user: str) -> str:
        return self._workspace.people[user]

    def _response_url(self, act: Interaction) -> str:
        return f"{self._base}response/{act.response}"


def described(message: Message) -> dict[str, Any]:
    """Describe a message as payloads do."""
    if message.user == BOT_USER:
        by = {"user": BOT_USER, "bot_id": BOT, "app_id": APP}
    else:
        by = {"user": message.user, "client_msg_id": message.ts}
    thread = {"thread_ts": message.thread} if message.thread else {}
    shown = {"text": message.text, "blocks": message.blocks}
    return {"type": "message", "ts": message.ts, **by, **thread, **shown}
