"""The local Slack itself, with a small app that does what apps do."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack.apps import Connection, serving
from tests.fakes.slack.calls import Fault
from tests.fakes.slack.rules import markup_problems, message_problems, view_problems
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.things import Message, Opened
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action: str, label: str = "Press") -> Json:
    return {"type": "button", "action_id": action, "text": plain(label), "value": "1"}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(text: str = "Hello") -> Json:
    return {"type": "section", "text": plain(text)}


def message(*blocks: Json, text: str = "Hello", **facts: Any) -> Json:
    return {"text": text, "blocks": list(blocks), **facts}


def modal(*blocks: Json, **facts: Any) -> Json:
    return {"type": "modal", "title": plain("Sample"), "blocks": list(blocks), **facts}


def form() -> Json:
    guest = {"type": "external_select", "action_id": "guest", "min_query_length": 0}
    inputs = {"type": "input", "block_id": "guest", "label": plain("Guest"), "element": guest}
    return modal(inputs, callback_id="search", submit=plain("Search"))


async def answer_command(ack: AsyncAck, respond: AsyncRespond, body: Json) -> None:
    await ack()
    await respond(message(section(body["text"]), actions(button("more"), button("open"))))


async def show_more(ack: AsyncAck, respond: AsyncRespond) -> None:
    await ack()
    await respond(message(section("More"), replace_original=True))


async def share(ack: AsyncAck, respond: AsyncRespond) -> None:
    await ack()
    await respond(message(section("Shared"), response_type="in_channel", replace_original=False))


async def open_form(ack: AsyncAck, client: AsyncWebClient, body: Json) -> None:
    await ack()
    opened = await client.views_open(trigger_id=body["trigger_id"], view=modal(section("Wait")))
    view = opened["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=form())


async def suggest_guests(ack: AsyncAck, body: Json) -> None:
    await ack(options=[{"text": plain(f"{body['value']} Tanabe"), "value": "yuki"}])


async def take_form(ack: AsyncAck, body: Json) -> None:
    chosen = body["view"]["state"]["values"]["guest"]["guest"]["selected_option"]["value"]
    await ack(response_action="update", view=modal(section(chosen)))


async def answer_mention(event: Json, say: AsyncSay) -> None:
    await say(text="Here", thread_ts=event.get("thread_ts", event["ts"]))


async def show_home(event: Json, client: AsyncWebClient) -> None:
    view = {"type": "home", "blocks": [section("Home")]}
    await client.views_publish(user_id=event["user"], view=view)


async def repeat_message(ack: AsyncAck, respond: AsyncRespond, body: Json) -> None:
    await ack()
    await respond(message(section(body["message"]["text"]), thread_ts=body["message_ts"]))


def small_app(client: AsyncWebClient) -> AsyncApp:
    """Build an app that does a little of everything."""
    app = AsyncApp(client=client)
    app.command("/podcast")(answer_command)
    app.action("more")(show_more)
    app.action("share")(share)
    app.action("open")(open_form)
    app.options("guest")(suggest_guests)
    app.view("search")(take_form)
    app.event("app_mention")(answer_mention)
    app.event("app_home_opened")(show_home)
    app.shortcut("find_in_podcast")(repeat_message)
    app.shortcut("search_podcast")(open_form)
    return app


@pytest.fixture
def app(slack: SlackServer) -> Iterator[SlackServer]:
    """The server with the small app connected."""
    with serving(slack, lambda client: Connection(small_app(client))):
        yield slack


def web(slack: SlackServer, token: str = BOT_TOKEN) -> WebClient:
    return WebClient(token=token, base_url=slack.api_url, retry_handlers=[])


def last_message(slack: SlackServer, least: int = 1) -> Message:
    slack.wait_for(lambda: len(slack.workspace.messages) >= least, f"{least} messages")
    return slack.workspace.messages[-1]


def typed(slack: SlackServer, text: str, *, bot_is_member: bool = True) -> Message:
    """Type a command as a new person, and give the answer."""
    user = slack.workspace.add_person("Ida")
    channel = slack.workspace.add_channel("general", bot_is_member=bot_is_member)
    act = slack.workspace.interact(user, channel)
    before = len(slack.workspace.messages)
    payload = slack.payloads.slash_command(act, "/podcast", text)
    slack.deliver("slash_commands", payload, act)
    return last_message(slack, before + 1)


def press(slack: SlackServer, place: Message, element: Json, block: str = "any") -> None:
    act = slack.workspace.interact(place.only_for, place.channel, place)
    slack.deliver("interactive", slack.payloads.press(act, place, block, element), act)


def opened_form(slack: SlackServer) -> Opened:
    """Open the form with a shortcut and wait until it has taken the place of what came first."""
    act = slack.workspace.interact(slack.workspace.add_person("Ida"), responds=False)
    payload = slack.payloads.global_shortcut(act, "search_podcast")
    slack.deliver("interactive", payload, act)

    def shown() -> Opened | None:
        stack = slack.workspace.modals.get(act.user)
        return stack[-1] if stack and stack[-1].view.get("callback_id") else None

    opened = slack.wait_for(shown, "the form")
    assert isinstance(opened, Opened)
    return opened


def test_a_command_is_answered_to_who_typed_it(app: SlackServer) -> None:
    answer = typed(app, "model &amp; registry", bot_is_member=False)

    assert app.workspace.people[answer.only_for] == "Ida"
    assert answer.blocks[0]["text"]["text"] == "model &amp; registry"
    assert all(block["block_id"] for block in answer.blocks)


def test_a_button_changes_the_message_it_stands_in(app: SlackServer) -> None:
    answer = typed(app, "registry")
    press(app, answer, button("more"))

    app.wait_for(lambda: answer.blocks[0]["text"]["text"] == "More", "the change")
    assert len(app.workspace.messages) == 1


def test_a_button_can_tell_everybody(app: SlackServer) -> None:
    press(app, typed(app, "registry", bot_is_member=False), button("share"))

    assert last_message(app, 2).only_for == ""


def test_a_form_suggests_and_is_submitted(app: SlackServer) -> None:
    opened = opened_form(app)
    act = app.workspace.interact(opened.user, responds=False)
    asked = app.deliver("interactive", app.payloads.suggest(act, opened, "guest", "Yuki"), act)
    (option,) = asked.acks[0].payload["options"]
    values = {"guest": {"guest": {"type": "external_select", "selected_option": option}}}
    app.deliver("interactive", app.payloads.submit(act, opened, values), act)

    assert option["text"]["text"] == "Yuki Tanabe"
    assert opened.blocks[0]["text"]["text"] == "yuki"
    assert app.workspace.modals[opened.user] == [opened]


def test_a_mention_is_answered_in_its_thread(app: SlackServer) -> None:
    user, channel = app.workspace.add_person("Ida"), app.workspace.add_channel("general")
    asked = app.workspace.post(channel, {"text": "<@U0AIRQUOTE> hello"}, user)
    app.deliver("events_api", app.payloads.app_mention(asked))

    assert last_message(app, 2).thread == asked.ts


def test_home_and_shortcuts_reach_the_app(app: SlackServer) -> None:
    user, channel = app.workspace.add_person("Ida"), app.workspace.add_channel("general")
    app.deliver("events_api", app.payloads.app_home_opened(user))
    app.wait_for(lambda: user in app.workspace.homes, "the home")
    asked = app.workspace.post(channel, {"text": "Which registry?"}, user)
    act = app.workspace.interact(user, channel)
    payload = app.payloads.message_shortcut(act, "find_in_podcast", asked)
    app.deliver("interactive", payload, act)
    answer = last_message(app, 2)

    assert (answer.thread, answer.only_for) == (asked.ts, user)
    assert app.workspace.homes[user].blocks[0]["text"]["text"] == "Home"


def test_the_same_envelope_can_come_again(app: SlackServer) -> None:
    user = app.workspace.add_person("Ida")
    act = app.workspace.interact(user, app.workspace.add_channel("general"))
    payload = app.payloads.slash_command(act, "/podcast", "twice")
    first = app.deliver("slash_commands", payload, act)
    app.redeliver(first)

    assert last_message(app, 2).blocks[0]["text"]["text"] == "twice"
    assert 0 < first.acks[0].seconds < 3


@pytest.mark.parametrize("how", ["close", "drop", "refresh"])
def test_an_app_comes_back_after_its_socket_ends(app: SlackServer, how: str) -> None:
    getattr(app.sockets, how)()
    app.wait_for_socket(2)

    assert typed(app, "still here").blocks[0]["text"]["text"] == "still here"


def test_an_app_whose_pings_nobody_answers_connects_again(app: SlackServer) -> None:
    app.sockets.fall_silent()
    app.sockets.silent = False
    app.wait_for_socket(2)

    assert typed(app, "still here").blocks[0]["text"]["text"] == "still here"


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("auth.test", APP_TOKEN, "not_allowed_token_type"),
        ("apps.connections.open", BOT_TOKEN, "not_allowed_token_type"),
        ("users.info", BOT_TOKEN, "missing_scope"),
    ],
)
def test_tokens_are_checked(slack: SlackServer, method: str, token: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        web(slack, token).api_call(method)

    assert [each.answer for each in slack.called(method)] == [error]


def test_auth_test_tells_the_scopes(slack: SlackServer) -> None:
    headers = {name.lower(): value for name, value in web(slack).auth_test().headers.items()}

    assert headers["x-oauth-scopes"] == "app_mentions:read,chat:write,commands"


@pytest.mark.parametrize(
    ("private", "error"), [(False, "not_in_channel"), (True, "channel_not_found")]
)
def test_the_bot_posts_only_where_it_is_a_member(
    slack: SlackServer, private: bool, error: str
) -> None:
    elsewhere = slack.workspace.add_channel("other", bot_is_member=False, private=private)
    here = slack.workspace.add_channel("general")
    web(slack).chat_postMessage(channel=here, text="Hello")
    with pytest.raises(SlackApiError, match=error):
        web(slack).chat_postMessage(channel=elsewhere, text="Hello")

    assert [each.channel for each in slack.workspace.messages] == [here]


@pytest.mark.parametrize(
    ("fact", "error"), [("archived", "is_archived"), ("restricted", "restricted_action")]
)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral"])
def test_what_only_one_sees_is_refused_as_a_post_is(
    slack: SlackServer, method: str, fact: str, error: str
) -> None:
    user, channel = slack.workspace.add_person("Ida"), slack.workspace.add_channel("general")
    setattr(slack.workspace.channels[channel], fact, True)
    with pytest.raises(SlackApiError, match=error):
        web(slack).api_call(method, json={"channel": channel, "user": user, "text": "Hello"})

    assert slack.workspace.messages == []


def test_a_missing_scope_is_named(slack: SlackServer) -> None:
    private = slack.workspace.add_channel("secret", private=True)
    with pytest.raises(SlackApiError) as caught:
        web(slack).conversations_history(channel=private)

    assert caught.value.response["needed"] == "groups:history"


def test_history_is_read_in_pages_with_metadata_for_who_asks(slack: SlackServer) -> None:
    slack.scopes = (*slack.scopes, "channels:history")
    channel = slack.workspace.add_channel("general")
    metadata = {"event_type": "sample", "event_payload": {"number": 1}}
    for text in ("One", "Two", "Three"):
        web(slack).chat_postMessage(channel=channel, text=text, metadata=metadata)
    first = web(slack).conversations_history(channel=channel, limit=2, include_all_metadata=True)
    cursor = first["response_metadata"]["next_cursor"]
    second = web(slack).conversations_history(channel=channel, limit=2, cursor=cursor)

    assert [each["text"] for each in first["messages"]] == ["Three", "Two"]
    assert first["messages"][0]["metadata"] == metadata
    assert [each["text"] for each in second["messages"]] == ["One"]
    assert "metadata" not in second["messages"][0]
    assert "response_metadata" not in second.data


def test_a_changed_message_keeps_its_metadata(slack: SlackServer) -> None:
    channel = slack.workspace.add_channel("general")
    metadata = {"event_type": "sample", "event_payload": {"number": 1}}
    ts = web(slack).chat_postMessage(channel=channel, text="Old", metadata=metadata)["ts"]
    web(slack).chat_update(channel=channel, ts=ts, text="New")

    assert slack.workspace.messages[-1].text == "New"
    assert slack.workspace.messages[-1].body["metadata"] == metadata


def image(file: str) -> Json:
    return {"type": "image", "slack_file": {"id": file}, "alt_text": "A picture"}


def test_a_file_is_shown_once_it_is_uploaded_and_looked_through(slack: SlackServer) -> None:
    slack.scopes, slack.workspace.file_refusals = (*slack.scopes, "files:write"), 1
    channel = slack.workspace.add_channel("general")
    file = web(slack).files_upload_v2(filename="a.png", file=b"picture")["file"]["id"]
    shown = message(image(file))
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        web(slack).chat_postMessage(channel=channel, **shown)
    web(slack).chat_postMessage(channel=channel, **shown)
    web(slack).files_delete(file=file)
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        web(slack).chat_postMessage(channel=channel, **shown)

    assert len(slack.workspace.messages) == 1
    assert slack.workspace.files[file].content == b"picture"


def test_slack_says_who_is_an_admin(slack: SlackServer) -> None:
    slack.scopes = (*slack.scopes, "users:read")
    ida, bo = slack.workspace.add_person("Ida"), slack.workspace.add_person("Bo")
    slack.workspace.admins.add(ida)
    told = [web(slack).users_info(user=each)["user"]["is_admin"] for each in (ida, bo)]

    assert told == [True, False]


def test_an_answer_that_is_none_of_slacks_comes_as_it_is(slack: SlackServer) -> None:
    slack.fail("auth.test", Fault(status=502, content_type="text/html"))
    with pytest.raises(SlackApiError, match="non-JSON format: Busy"):
        web(slack).auth_test()


def test_a_trigger_is_good_for_one_view(slack: SlackServer) -> None:
    act = slack.workspace.interact(slack.workspace.add_person("Ida"))
    web(slack).views_open(trigger_id=act.trigger, view=modal(section()))
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        web(slack).views_open(trigger_id=act.trigger, view=modal(section()))
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        web(slack).views_open(trigger_id="other", view=modal(section()))

    assert len(slack.workspace.modals[act.user]) == 1


def test_a_trigger_ends_after_three_seconds(slack: SlackServer) -> None:
    act = slack.workspace.interact(slack.workspace.add_person("Ida"))
    act.at -= 4
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        web(slack).views_open(trigger_id=act.trigger, view=modal(section()))

    assert act.user not in slack.workspace.modals


def test_a_view_is_not_changed_over_a_newer_one(slack: SlackServer) -> None:
    act = slack.workspace.interact(slack.workspace.add_person("Ida"))
    client = web(slack)
    view = client.views_open(trigger_id=act.trigger, view=modal(section()))["view"]
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("New")))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("Old")))

    assert slack.workspace.modals[act.user][0].blocks[0]["text"]["text"] == "New"


def test_a_response_url_is_good_for_five_answers(app: SlackServer) -> None:
    answer = typed(app, "registry")
    spent = app.workspace.interactions[-1]
    spent.responses = 5
    calls = len(app.called("response_url"))
    press(app, answer, button("more"))
    app.wait_for(lambda: answer.blocks[0]["text"]["text"] == "More", "the button's own url")
    payload = app.payloads.slash_command(spent, "/podcast", "late")
    app.deliver("slash_commands", payload, spent)
    app.wait_for(lambda: len(app.called("response_url")) == calls + 2, "the late answer")

    assert app.called("response_url")[-1].answer == "used_url"


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Fault(status=429, retry_after=1), "ratelimited"),
        (Fault(status=503), "internal_error"),
        (Fault(error="channel_not_found"), "channel_not_found"),
    ],
)
def test_calls_go_wrong_as_often_as_they_are_told_to(
    slack: SlackServer, fault: Fault, answer: str
) -> None:
    channel = slack.workspace.add_channel("general")
    slack.fail("chat.postMessage", fault)
    with pytest.raises(SlackApiError, match=answer) as raised:
        web(slack).chat_postMessage(channel=channel, text="Hello")
    web(slack).chat_postMessage(channel=channel, text="Hello")

    assert raised.value.response.status_code == fault.status
    assert [each.answer for each in slack.called("chat.postMessage")] == [answer, "ok"]
    assert len(slack.workspace.messages) == 1


@pytest.mark.parametrize("done", [False, True])
def test_a_connection_drops_before_or_after_the_deed(slack: SlackServer, done: bool) -> None:
    channel = slack.workspace.add_channel("general")
    slack.fail("chat.postMessage", Fault(drop=True, done=done))
    with pytest.raises(OSError):
        web(slack).chat_postMessage(channel=channel, text="Hello")

    assert len(slack.workspace.messages) == int(done)


def test_what_breaks_a_rule_is_refused_and_remembered(slack: SlackServer) -> None:
    channel = slack.workspace.add_channel("general")
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        web(slack).chat_postMessage(channel=channel, text="Hi", blocks=[{"type": "section"}])
    found, slack.violations[:] = slack.violations[:], []

    assert "chat.postMessage: a section without text or fields" in found
    assert slack.workspace.messages == []


def link(url: str) -> Json:
    element = {"type": "link", "url": url, "text": "▶ 0:05"}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}


def rich(**element: Any) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}


def markdown(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


QUIET: Json = {"unfurl_links": False, "unfurl_media": False}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"blocks": [section()]}, "no text at the top level"),
        (message(*[section()] * 51), "51 blocks"),
        (message(section("x" * 3001)), "3000"),
        (message({"type": "section"}), "a section without text or fields"),
        (message({"type": "poem"}), "there is no such block"),
        (message(section(), nonsense=1), "a message has no “nonsense”"),
        (message(*({**section(), "block_id": "one"},) * 2), "the block_id “one” twice"),
        (message(actions(button("one"), button("one"))), "the action_id “one” twice"),
        (message(actions({**button("one"), "value": "x" * 2001})), "2001 characters"),
        (message(actions(button("one", "x" * 76))), "75"),
        (message(*[section("x" * 2500)] * 4), "a message of 10005 characters"),
        (message(link("https://youtu.be/x?t=1")), "unfurl_media is not false"),
        (message(link("javascript:x()"), **QUIET), "a link to javascript:x()"),
        (message(markdown("<!channel>")), "raw <!channel>"),
        (message(markdown("a < b")), "a raw “<”"),
        (message(markdown("this & that")), "a raw “&”"),
        (message(text="<@U1>"), "in the text: raw <@U1>"),
        (message(rich(type="broadcast", range="here")), "a broadcast element"),
        (message(rich(type="user", user_id="U1")), "a mention of U1"),
        (message(form()["blocks"][0]), "an input block in a message"),
    ],
)
def test_a_message_against_the_rules_is_found(body: Json, problem: str) -> None:
    assert problem in "\n".join(message_problems(body))


def test_a_message_within_the_rules_passes() -> None:
    bold = rich(type="text", text="<!channel> & *", style={"bold": True})
    body = message(bold, link("https://youtu.be/x?t=1"), actions(button("one")), **QUIET)

    assert message_problems(body) == []
    assert message_problems(message(rich(type="user", user_id="U1")), frozenset({"U1"})) == []
    assert markup_problems("&lt;!channel&gt; <https://youtu.be/x?t=1|▶ 0:05>") == []


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (modal(*[section()] * 101), "101 blocks"),
        ({"type": "modal", "blocks": [section()]}, "a modal without a title"),
        ({**modal(section()), "title": plain("x" * 25)}, "24"),
        ({**modal(section()), "private_metadata": "x" * 3001}, "3000"),
        ({**form(), "submit": None}, "inputs that nothing submits"),
        ({"type": "home", "title": plain("x"), "blocks": []}, "an App Home with what only"),
    ],
)
def test_a_view_against_the_rules_is_found(view: Json, problem: str) -> None:
    assert problem in "\n".join(view_problems(view))


def test_a_view_within_the_rules_passes() -> None:
    assert view_problems(form()) == []
    assert view_problems({"type": "home", "blocks": [section()]}) == []
