"""The app's manifests, which describe it to Slack, and the links that create an app from one.

`manifest.json` is for Socket Mode and the fewest scopes; the others are made from it.
`python -m tests.generate_manifests` writes them, and the links in docs/setup-slack.md.
"""

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any
from urllib.parse import quote

AppManifest = dict[str, Any]

EVENTS_PATH, REDIRECT_PATH = "/slack/events", "/slack/oauth_redirect"
SAMPLE_ADDRESS = "https://your.host"
"""The address in `manifest-http.json`, which people replace by their own."""

_CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="
# Slack limits how an app that many workspaces install may read channels.
_HISTORY = frozenset({"channels:history", "groups:history"})
# Links to videos are on these; an app may claim five domains.
_VIDEO_DOMAINS = ("youtube.com", "youtu.be")
_MOST_DOMAINS = 5
_DIRECT_MESSAGES = ("assistant:write", "im:history")
_LINKS = ("links.embed:write", "links:read", "links:write")
_PROMPTS = (
    ("What can you do?", "help"),
    ("What are the latest episodes?", "episodes"),
    ("A quote worth repeating", "quote"),
)


def read_manifest() -> AppManifest:
    """Read the manifest for Socket Mode, with the fewest scopes."""
    return dict(json.loads((files("handlers.slack") / "manifest.json").read_text("utf-8")))


def build_manifest(
    address: str = "",
    *,
    full: bool = False,
    domains: Iterable[str] = (),
    distributed: bool = False,
) -> AppManifest:
    """Build a manifest for Socket Mode, or for HTTP if the `address` of Airquote's host is given.

    A `full` one also takes direct messages, and links to videos and to the podcast's `domains`.
    One that is `distributed` is for many workspaces, and reads no channel: that needs the address.
    """
    manifest = read_manifest()
    if distributed:
        _distribute(manifest, address.rstrip("/"))
    if full:
        _take_direct_messages(manifest)
        _take_links(manifest, list(dict.fromkeys((*_VIDEO_DOMAINS, *domains)))[:_MOST_DOMAINS])
    if address:
        _use_http(manifest, address.rstrip("/") + EVENTS_PATH)
    return manifest


def creation_link(manifest: AppManifest) -> str:
    """Return the link that opens Slack's dialog to create an app, filled in with a manifest."""
    return _CREATE + quote(json.dumps(manifest, separators=(",", ":"), ensure_ascii=False), safe="")


def write_manifest(manifest: AppManifest) -> str:
    """Write a manifest as people read it."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def required_scopes() -> frozenset[str]:
    """Return the scopes without which the app does not work."""
    scopes = read_manifest()["oauth_config"]["scopes"]
    return frozenset(scopes["bot"]) - frozenset(scopes["bot_optional"])


def optional_scopes() -> frozenset[str]:
    """Return the scopes that the app can do without, in any manifest."""
    return frozenset(build_manifest(full=True)["oauth_config"]["scopes"]["bot"]) - required_scopes()


def extra_scopes() -> frozenset[str]:
    """Return the scopes that only a full manifest has."""
    return frozenset({*_DIRECT_MESSAGES, *_LINKS})


def _distribute(manifest: AppManifest, address: str) -> None:
    scopes, settings = manifest["oauth_config"]["scopes"], manifest["settings"]
    for kind, held in scopes.items():
        scopes[kind] = [each for each in held if each not in _HISTORY]
    manifest["oauth_config"]["redirect_urls"] = [address + REDIRECT_PATH]
    events = settings["event_subscriptions"]
    events["bot_events"] = sorted({*events["bot_events"], "team_access_revoked"})
    settings |= {"org_deploy_enabled": True, "token_rotation_enabled": True}


def _take_direct_messages(manifest: AppManifest) -> None:
    features = manifest["features"]
    features["app_home"]["messages_tab_read_only_enabled"] = False
    features["agent_view"] = {
        "agent_description": "Ask what the podcast says about something.",
        "suggested_prompts": [{"title": title, "message": said} for title, said in _PROMPTS],
    }
    _add(manifest, _DIRECT_MESSAGES, "message.im")


def _take_links(manifest: AppManifest, domains: Sequence[str]) -> None:
    manifest["features"]["unfurl_domains"] = list(domains)
    _add(manifest, _LINKS, "link_shared")
    scopes = manifest["oauth_config"]["scopes"]
    scopes["bot_optional"] = sorted({*scopes["bot_optional"], *_LINKS})


def _add(manifest: AppManifest, scopes: Iterable[str], event: str) -> None:
    held, subscribed = manifest["oauth_config"]["scopes"], manifest["settings"]
    held["bot"] = sorted({*held["bot"], *scopes})
    events = subscribed["event_subscriptions"]
    events["bot_events"] = sorted({*events["bot_events"], event})


def _use_http(manifest: AppManifest, url: str) -> None:
    settings = manifest["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = url
    settings["interactivity"] |= {"request_url": url, "message_menu_options_url": url}
    for command in manifest["features"]["slash_commands"]:
        command["url"] = url
