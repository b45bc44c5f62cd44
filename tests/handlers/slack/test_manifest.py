"""The app's manifest, its listeners and what it shows fit each other, in both directions."""

import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft7Validator
from PIL import Image

from bot.answers.buttons import help_buttons
from bot.answers.dispatch import answer
from bot.answers.help import out_of_date
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.answers.suggestions import seasons
from bot.library.library import Library
from bot.posting.outbox import State
from bot.posting.places import Channel
from bot.service.feedback import RETRACTED
from bot.weekly.home import Home, gather_latest
from bot.weekly.messages import ballot, posted, withdrawn
from bot.weekly.models import Candidate, Subscription, new_delivery, quote_from
from bot.weekly.nomination import WordsForm
from bot.weekly.notices import word_notice
from bot.weekly.ports import NoticeKind
from bot.weekly.slots import Schedule, Slot
from handlers.slack.actions import ACTION_HANDLERS
from handlers.slack.listeners import (
    COMMANDS,
    EVENTS,
    GLOBAL_SHORTCUTS,
    MESSAGE_SHORTCUTS,
    OPTIONS,
    VIEWS,
)
from handlers.slack.manifests import (
    build_manifest,
    optional_scopes,
    required_scopes,
    write_manifest,
)
from handlers.slack.render.buttons import WATCH, read_press
from handlers.slack.render.home import home_view, render_home
from handlers.slack.render.messages import render_reply, render_shared
from handlers.slack.render.posts import channel_post
from handlers.slack.render.views import render_dialog, search_form, share_form, words_form
from handlers.slack.setup_checks import describe_optional
from tests.apps.slack import Desk, Stage, buttons, text_of
from tests.apps.slack_parts import scored_quotes
from tests.fakes.slack.rules import message_problems, parts_of
from tests.fakes.slack.things import BOT_USER, TEAM, Opened
from tests.fakes.slack.tokens import EXTRA, NEEDED, OPTIONAL
from tests.fakes.slack.workspace import Message
from tests.generate_manifests import PAGE, ROOT, manifests, path_of
from tests.pictures.icon import BACKGROUND, SIDE, SVG

PATH = Path(__file__).parents[3] / "handlers" / "slack" / "manifest.json"
TYPED = {
    Verb.SEARCH: "model",
    Verb.EPISODE: "sample",
    Verb.MENTIONS: "model vs pipeline",
    Verb.FIND: "We keep every model in a registry, but nobody owns it.",
}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def manifest() -> Json:
    return dict(json.loads(PATH.read_text(encoding="utf-8")))


def shortcuts(manifest: Json, kind: str) -> set[str]:
    found = manifest["features"]["shortcuts"]
    return {each["callback_id"] for each in found if each["type"] == kind}


def subscribed(manifest: Json) -> set[str]:
    """Name the events as payloads do: "message.im" is a message in a direct conversation."""
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    return {each.removesuffix(".im") for each in events}


def replies(library: Library) -> Iterator[Reply]:
    """Give an answer to every verb, second pages, and what is said of one hit and one episode."""
    first = answer(library, Request(Verb.SEARCH, "model")).cards[0]
    for verb in Verb:
        about = verb in (Verb.CONTEXT, Verb.LIKE, Verb.HIT)
        known = (first.episode, first.start, first.end) if about else ("", None, None)
        ask = partial(Request, verb, TYPED.get(verb, "model" if about else ""))
        yield answer(library, ask(0, *known))
        yield answer(library, ask(1, *known))
    yield answer(library, Request(Verb.EPISODE, episode=first.episode))
    yield from weekly_replies(library)


def weekly_replies(library: Library) -> Iterator[Reply]:
    """Give the quote of the week, and what moderators are told of it."""
    place, slot = Channel("slack", TEAM, "C1"), Slot(date(2026, 11, 23), datetime.now(UTC))
    episodes = library.index.episodes
    quotes = [quote_from(each) for each in scored_quotes(library)]
    candidates = [Candidate(quote, ("short",)) for quote in quotes]
    subscription = Subscription(place, Schedule(0, time(9), "UTC"), slot.at, "U1")
    delivery = replace(new_delivery(place, slot, State.SENT), quote=quotes[0])
    yield posted(episodes, quotes[0], delivery.message.key)
    yield ballot(episodes, delivery.message.key, candidates[:3], {}, "Vote", hours=24)
    for notice in NoticeKind:
        yield word_notice(episodes, subscription, notice, delivery, candidates)


def shown(library: Library) -> Iterator[Json]:
    """Give everything the app can show of those."""
    for reply in replies(library):
        yield from (
            render_reply(reply),
            render_reply(reply, public=True),
            render_dialog(reply),
            render_home(reply),
        )
        yield render_shared(reply, "U0SOMEBODY")
    quote = next(weekly_replies(library))
    yield from (channel_post(quote, "0" * 25, "F0PICTURE"), render_reply(withdrawn(), public=True))
    latest = gather_latest([library])
    yield home_view(Home("Hello", help_buttons(library), latest, ("tea",), None, (), ("1",)))
    yield search_form(seasons(library))
    yield share_form()
    request = Request(Verb.WEEKLY, "key id")
    yield words_form(WordsForm(ButtonKind.EDIT, request, "Edit", "Words", "Tea.", "As said"))


def ids(library: Library, key: str, *kinds: str) -> set[str]:
    parts = (part for each in shown(library) for part in parts_of(each))
    return {part[key] for part in parts if part.get(key) and part.get("type") in kinds}


def acts(library: Library) -> set[str]:
    """Name what buttons, the entries of menus and both thumbs do."""
    found = set()
    for part in (part for each in shown(library) for part in parts_of(each)):
        action = {"action_id": part.get("action_id")}
        if part.get("type") == "button":
            found.add(read_press(part)[0])
        elif part.get("type") == "overflow":
            options = part["options"]
            found |= {read_press(action | {"selected_option": each})[0] for each in options}
        elif part.get("type") == "feedback_buttons":
            thumbs = (part["positive_button"], part["negative_button"])
            found |= {read_press(action | {"value": each["value"]})[0] for each in thumbs}
    return found


def ways_to_show(desk: Desk, reply: Reply) -> Iterator[Callable[[], Message | Opened]]:
    """Put an answer before a person, in every place there is."""
    workspace = desk.slack.workspace
    yield lambda: workspace.post(desk.channel, render_reply(reply), only_for=desk.user)
    yield lambda: workspace.post(desk.channel, render_reply(reply, public=True))
    yield lambda: workspace.open_view(desk.user, render_dialog(reply))
    yield lambda: workspace.publish_home(desk.user, render_home(reply))


async def press_all(desk: Desk, show: Callable[[], Message | Opened], known: set[str]) -> None:
    """Press each button of a kind that is not known, every time in the place as it was."""
    for button in buttons(show()):
        label, (act, _) = button.label, read_press(button.element)
        if act == WATCH:
            continue  # Slack opens it
        place, log = show(), desk.slack.workspace.log
        kind = place.view["type"] if isinstance(place, Opened) else bool(place.only_for)
        if f"{kind}: {act}: {label}" in known:
            continue
        known.add(f"{kind}: {act}: {label}")
        before = len(log)
        told = await desk.send(desk.press(label, place))
        seen = "\n".join(text_of(each.thing) for each in log[before:])
        assert told.status == 200
        assert seen, f"{label} shows nothing"
        assert out_of_date().text not in seen


@pytest.mark.parametrize("name", manifests())
def test_slack_accepts_the_manifests(name: str) -> None:
    folder = os.environ.get("AIRQUOTE_CONTRACTS")
    if not folder:
        pytest.skip("AIRQUOTE_CONTRACTS is not set: no schema here")
    schema = json.loads((Path(folder) / "slack-manifest.schema.json").read_text(encoding="utf-8"))

    for manifest in (manifests()[name], build_manifest("https://a.test", full=True)):
        assert list(Draft7Validator(schema).iter_errors(manifest)) == []


@pytest.mark.parametrize("name", manifests())
def test_the_files_and_the_links_are_made_from_the_manifest(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    links = re.findall(rf"^\[{name}\]: (\S+)$", page, re.MULTILINE)
    asked = parse_qs(urlsplit(links[0]).query)

    assert path_of(name).read_text(encoding="utf-8") == write_manifest(manifests()[name])
    assert f"][{name}]" in page
    assert len(links) == 1
    assert asked["new_app"] == ["1"]
    assert json.loads(asked["manifest_json"][0]) == manifests()[name]


def test_the_manifests_differ_only_in_what_they_are_for(manifest: Json) -> None:
    http, full = manifests()["create-http"], manifests()["create-full"]

    assert manifest["settings"]["socket_mode_enabled"]
    assert not http["settings"]["socket_mode_enabled"]
    assert json.dumps(http).count("https://your.host/slack/events") == 4
    assert http["oauth_config"] == manifest["oauth_config"]
    assert full["features"]["unfurl_domains"] == ["youtube.com", "youtu.be"]
    assert not json.dumps(manifest).count("redirect_urls")
    assert len(build_manifest(full=True, domains="abcdef")["features"]["unfurl_domains"]) == 5


def test_the_manifest_for_many_workspaces_reads_no_channel(manifest: Json) -> None:
    many = manifests()["create-distributed"]
    scopes, own = many["oauth_config"]["scopes"], manifest["oauth_config"]["scopes"]

    assert many["oauth_config"]["redirect_urls"] == ["https://your.host/slack/oauth_redirect"]
    assert {*own["bot"]} - {*scopes["bot"]} == {"channels:history", "groups:history"}
    assert {*scopes["bot"]} - {*scopes["bot_optional"]} == required_scopes()
    assert subscribed(many) - subscribed(manifest) == {"team_access_revoked"}
    settings = many["settings"]
    assert settings["org_deploy_enabled"] and settings["token_rotation_enabled"]
    assert not settings["socket_mode_enabled"]


def test_the_icon_is_drawn_as_the_code_says() -> None:
    drawn = (ROOT / "docs" / "airquote-icon.svg").read_text(encoding="utf-8")
    with Image.open(ROOT / "docs" / "airquote-icon.png") as icon:
        assert icon.size == (SIDE, SIDE)

    assert drawn == SVG
    assert build_manifest()["display_information"]["background_color"] == BACKGROUND


def test_the_app_may_do_no_more_than_it_does(manifest: Json) -> None:
    scopes = manifest["oauth_config"]["scopes"]

    assert scopes == {"bot": [*NEEDED, *OPTIONAL], "bot_optional": list(OPTIONAL)}
    assert optional_scopes() == {*OPTIONAL, *EXTRA}
    assert required_scopes() == {*NEEDED}


def test_it_is_said_what_each_optional_scope_would_give() -> None:
    every = {*OPTIONAL, *EXTRA}

    assert describe_optional(",".join(every)) == "Slack: the bot token has every optional scope."
    assert "manifest --full" not in describe_optional(",".join(EXTRA))
    for scope in every:
        assert f"{scope}: to " in describe_optional(",".join(every - {scope}))


def test_the_app_may_write_to_people_who_cannot_write_back(manifest: Json) -> None:
    """Otherwise Slack answers messages_tab_disabled to what moderators are to be told."""
    home = manifest["features"]["app_home"]

    assert home["messages_tab_enabled"]
    assert home["messages_tab_read_only_enabled"]


def test_the_manifest_names_every_listener_and_no_other(manifest: Json) -> None:
    features = manifest["features"]

    assert {each["command"] for each in features["slash_commands"]} == set(COMMANDS)
    assert subscribed(manifest) < subscribed(build_manifest(full=True))
    # The agent view has replaced the assistant view in new apps, and says it as app_home_opened.
    # Only organizations withdraw an app from one of their workspaces.
    others = {"assistant_thread_started", "team_access_revoked"}
    assert subscribed(build_manifest(full=True)) | others == set(EVENTS)
    assert shortcuts(manifest, "message") == set(MESSAGE_SHORTCUTS)
    assert shortcuts(manifest, "global") == set(GLOBAL_SHORTCUTS)


def test_slack_accepts_all_that_is_said_of_weekly_quotes(library: Library) -> None:
    replies = list(weekly_replies(library))
    posts = (
        channel_post(replies[0], "0" * 25, "F0PICTURE"),
        render_reply(withdrawn(), public=True),
    )
    channel = frozenset({"C1"})
    messages = [*posts, *(render_reply(each, public=n < 2) for n, each in enumerate(replies))]

    assert [message_problems(each, channel) for each in messages] == [[]] * (len(NoticeKind) + 4)


def test_everything_shown_has_a_listener_and_every_listener_is_shown(library: Library) -> None:
    kinds = {kind.value for kind in ButtonKind}

    assert {act.value for act in ACTION_HANDLERS} == kinds
    # What takes a verdict back is shown to who has given one.
    assert acts(library) == kinds - {kind.value for kind in RETRACTED} | {WATCH}
    assert ids(library, "callback_id", "modal") == set(VIEWS)
    assert ids(library, "action_id", "external_select") == set(OPTIONS)


def test_no_part_asks_for_what_nobody_listens_to(library: Library) -> None:
    known = {"button", "external_select", "plain_text_input", "static_select"}
    known |= {"conversations_select", "feedback_buttons", "overflow"}
    parts = [part for each in shown(library) for part in parts_of(each)]

    assert {part["type"] for part in parts if "action_id" in part} == known


def test_every_button_does_something_in_every_place(
    stage: Stage, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(desk: Desk) -> set[str]:
        known: set[str] = set()
        for reply in replies(library):
            for show in ways_to_show(desk, reply):
                await press_all(desk, show, known)
        return {each.split(": ")[1] for each in known}

    assert stage.play(story) == {kind.value for kind in ButtonKind if kind not in RETRACTED}
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


def test_what_the_manifest_names_is_handled(stage: Stage) -> None:
    async def story(desk: Desk) -> list[int]:
        payloads = [
            desk.command("help"),
            desk.mention(f"<@{BOT_USER}> help"),
            desk.home(),
            desk.shortcut_on("Who owns the model registry?"),
            desk.global_shortcut(),
        ]
        return [(await desk.send(payload)).status for payload in payloads]

    assert stage.play(story) == [200] * 5


def test_what_nobody_listens_to_is_seen_as_such(stage: Stage) -> None:
    """Otherwise the tests above would prove nothing."""

    async def story(desk: Desk) -> list[int]:
        command = {**desk.command("help"), "command": "/other"}
        shortcut = {**desk.global_shortcut(), "callback_id": "other"}
        return [(await desk.send(payload)).status for payload in (command, shortcut)]

    assert stage.play(story) == [404, 404]
