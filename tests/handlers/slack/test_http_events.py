"""Slack over HTTP: the real process, and requests signed rightly, wrongly or not at all."""

import gzip
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.slack.calls import RESPONSE_URL
from tests.fakes.slack.delivery import Delivery, Door, post, signed
from tests.fakes.slack.member import SlackMember
from tests.fakes.slack.server import SlackServer, running_slack
from tests.fakes.slack.tokens import BOT_TOKEN
from tests.process import Running, free_port, running

SECRET = "a-signing-secret-of-nothing"  # noqa: S105
JSON = {"Content-Type": "application/json"}
CHALLENGE = json.dumps({"type": "url_verification", "token": "t", "challenge": "c-h-a"})
FIVE_MINUTES = 300


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    """The local Slack, which sends requests to the bot rather than envelopes."""
    with running_slack() as slack:
        yield slack


@pytest.fixture(scope="module")
def process(slack: SlackServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The bot's process in HTTP mode."""
    with listening(tmp_path_factory.mktemp("http"), slack) as process:
        yield process


@contextmanager
def listening(home: Path, slack: SlackServer) -> Iterator[Running]:
    """Run a process to which Slack sends its requests from then on."""
    slack.door = Door(f"http://127.0.0.1:{free_port()}/slack/events", SECRET)
    variables = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "PORT": slack.door.url.split(":")[2].split("/")[0],
    }
    with running(home, **variables) as process:
        process.wait_for('"listening"')
        yield process


@pytest.fixture
def member(slack: SlackServer, process: Running) -> SlackMember:
    """A new person in a new channel."""
    channel = slack.workspace.add_channel("podcasts")
    return SlackMember(slack, slack.workspace.add_person("Ida"), channel)


def ask(slack: SlackServer, body: str | bytes, headers: dict[str, str]) -> tuple[int, str]:
    assert slack.door
    return post(slack.door.url, body, headers)


def command(slack: SlackServer, member: SlackMember) -> tuple[str, Any]:
    """Write a command as a request that nobody has signed."""
    act = slack.workspace.interact(member.user, member.channel)
    payload = slack.payloads.slash_command(act, "/podcast", "model registry")
    form = "&".join(f"{key}={value}" for key, value in payload.items())
    return form, {"Content-Type": "application/x-www-form-urlencoded"}


def test_members_are_answered_as_over_a_socket(member: SlackMember) -> None:
    answer = member.say("model registry")
    shared = answer.press("Share")
    context = answer.press("Context")
    mentioned = member.mention("drift")
    found = member.open_form().submit(words="registry")

    assert answer.links
    assert not shared.private
    assert context.links
    assert not mentioned.private
    assert found.links
    assert member.open_home().text


def deliver(slack: SlackServer, member: SlackMember, typed: str) -> Delivery:
    """Let a member type a command, and wait for the response to it."""
    act = slack.workspace.interact(member.user, member.channel)
    payload = slack.payloads.slash_command(act, "/podcast", typed)
    return slack.deliver("slash_commands", payload, act)


def test_the_response_to_a_command_carries_the_answer(
    slack: SlackServer, member: SlackMember
) -> None:
    before = len(slack.called(RESPONSE_URL))
    delivery = deliver(slack, member, "help")

    assert delivery.acks[0].payload["blocks"]
    assert len(member.screen()) == 1
    assert len(slack.called(RESPONSE_URL)) == before


def test_a_picture_that_slack_may_refuse_comes_before_the_response_until_slack_has_taken_it(
    home: Path,
) -> None:
    with running_slack() as slack, listening(home, slack):
        channel = slack.workspace.add_channel("podcasts")
        member = SlackMember(slack, slack.workspace.add_person("Ida"), channel)
        first, second = (deliver(slack, member, "model registry") for _ in range(2))

    assert not first.acks[0].payload
    assert second.acks[0].payload["blocks"]
    assert len(slack.called(RESPONSE_URL)) == 1
    assert len(member.screen()) == 2


def test_a_command_that_a_balancer_repeats_is_answered(
    slack: SlackServer, member: SlackMember
) -> None:
    lost = deliver(slack, member, "help")
    again = slack.redeliver(lost)

    assert again.acks[0].payload == lost.acks[0].payload


def test_who_sends_a_command_to_a_process_that_is_behind_is_told_so(
    slack: SlackServer, member: SlackMember
) -> None:
    assert slack.door
    at = urlsplit(slack.door.url)
    assert member.say("drift").links
    with ExitStack() as crowd:
        for _ in range(101):
            crowd.enter_context(socket.create_connection((at.hostname, at.port)))
        busy = deliver(slack, member, "drift")
        options = member.open_form().suggest("guest", "tomas")
    later = deliver(slack, member, "drift")

    assert busy.acks[0].payload["text"].startswith("I have my hands full")
    assert busy.acks[0].payload["response_type"] == "ephemeral"
    assert options == ("Tomáš Vlček",)
    assert not later.acks[0].payload.get("text", "").startswith("I have my hands full")


def test_suggestions_travel_in_the_answer(member: SlackMember) -> None:
    assert member.open_form().suggest("guest", "tomas") == ("Tomáš Vlček",)


def test_no_socket_is_opened(slack: SlackServer, member: SlackMember) -> None:
    assert member.say("drift").links
    assert slack.called("apps.connections.open") == []


def test_slack_can_verify_the_address(slack: SlackServer, process: Running) -> None:
    status, text = ask(slack, CHALLENGE, JSON | signed(SECRET, CHALLENGE))

    assert status == 200
    assert "c-h-a" in text


@pytest.mark.parametrize("late", [-FIVE_MINUTES - 10, FIVE_MINUTES + 10], ids=["old", "early"])
def test_a_request_of_another_time_is_refused(
    slack: SlackServer, process: Running, late: int
) -> None:
    headers = JSON | signed(SECRET, CHALLENGE, str(int(time.time()) + late))

    assert ask(slack, CHALLENGE, headers)[0] == 401


@pytest.mark.parametrize("timestamp", ["soon", "", "9" * 400, "-1", "1e9", "17²"])
def test_a_request_of_no_time_is_refused(
    slack: SlackServer, process: Running, timestamp: str
) -> None:
    headers = JSON | signed(SECRET, CHALLENGE, timestamp)

    assert ask(slack, CHALLENGE, headers)[0] == 401


@pytest.mark.parametrize("signature", ["", "v0=", "v0=ü", "v1=" + "0" * 64, "v0=" + "0" * 64])
def test_a_request_with_a_made_up_signature_is_refused(
    slack: SlackServer, process: Running, signature: str
) -> None:
    headers = JSON | signed(SECRET, CHALLENGE) | {"X-Slack-Signature": signature}

    assert ask(slack, CHALLENGE, headers)[0] == 401


def test_a_request_that_slack_has_not_signed_is_refused(
    slack: SlackServer, process: Running
) -> None:
    unsigned = ask(slack, CHALLENGE, JSON)
    by_another = ask(slack, CHALLENGE, JSON | signed("another-secret", CHALLENGE))
    for_another = ask(slack, CHALLENGE, JSON | signed(SECRET, CHALLENGE + " "))

    assert [unsigned[0], by_another[0], for_another[0]] == [401, 401, 401]
    assert "c-h-a" not in unsigned[1] + by_another[1] + for_another[1]


def test_a_command_with_a_wrong_signature_is_not_answered(
    slack: SlackServer, member: SlackMember
) -> None:
    body, headers = command(slack, member)
    refused, _ = ask(slack, body, headers | signed("another-secret", body))
    answer = member.say("drift")

    assert refused == 401
    assert [seen.text for seen in member.screen()] == [answer.text]


@pytest.mark.parametrize("body", ["", "{", "[]", "payload=%7B", "\x00", "a" * 2_000_000])
def test_a_signed_request_that_says_nothing_is_no_error_of_ours(
    slack: SlackServer, process: Running, body: str
) -> None:
    status, _ = ask(slack, body, JSON | signed(SECRET, body))

    assert 400 <= status < 500


REFUSED = '"logger": "handlers.slack.http_events"'
DEEP = 5_000
SHAPES = (
    '"event": null',
    '"event": []',
    '"event": [7]',
    '"event": {"type": 7}',
    '"event": {"type": "app_mention", "text": null}',
    '"authorizations": {"a": 7}',
    '"user": 7',
    '"channel": "C0"',
    '"event_id": []',
    '"event": ' + '{"event": ' * DEEP + "7" + "}" * DEEP,
    '"event": {"type": "app_mention", "blocks": ' + "[" * 200 + "]" * 200 + "}",
    '"type": "view_submission", "view": null',
    '"type": "view_closed"',
)


@pytest.mark.parametrize("said", SHAPES, ids=[each[:40] for each in SHAPES])
def test_a_signed_request_of_another_shape_is_a_bad_one(
    slack: SlackServer, process: Running, said: str
) -> None:
    body = f'{{"type": "event_callback", "team_id": "T0", {said}}}'
    before = process.output.count(REFUSED)
    status, _ = ask(slack, body, JSON | signed(SECRET, body))
    process.wait_for(REFUSED, before + 1)

    assert status == 400
    assert "Traceback" not in process.output


@pytest.mark.parametrize(
    "packed", [b"no gzip", gzip.compress(b"{}", mtime=0), b"\x1f\x8b\x08broken"]
)
def test_a_body_is_not_decompressed(slack: SlackServer, process: Running, packed: bytes) -> None:
    headers = JSON | signed(SECRET, "{}") | {"Content-Encoding": "gzip"}
    status, _ = ask(slack, packed, headers)

    assert status in (400, 401)
    assert "Traceback" not in process.output


JUNK: tuple[Any, ...] = (None, True, 7, 1.5, [], [None], [[]], {}, {"id": 7}, {"type": []}, "\x00")


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every place in a payload by the way to it."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inside:
        yield (*way, key)
        if isinstance(each, dict | list):
            yield from places(each, (*way, key))


def spoilt(payload: dict[str, Any], way: tuple[Any, ...], junk: Any) -> dict[str, Any]:
    """Copy a payload with something else in one place."""
    copy = deepcopy(payload)
    *before, last = way
    place: Any = copy
    for key in before:
        place = place[key]
    place[last] = junk
    return copy


def delivered(member: SlackMember) -> list[tuple[str, dict[str, Any]]]:
    """Make one payload of each kind."""
    slack, payloads = member.slack, member.slack.payloads
    act = slack.workspace.interact(member.user, member.channel)
    said = slack.workspace.post(member.channel, {"text": "<@U0AIRQUOTE> drift"}, member.user)
    form = member.open_form().opened
    member.say("model registry")
    answer = next(each for each in reversed(slack.workspace.messages) if each.only_for)
    button = next(each for each in answer.blocks if each["type"] == "actions")
    return [
        ("events_api", payloads.app_mention(said)),
        ("events_api", payloads.app_home_opened(member.user)),
        ("events_api", payloads.tokens_revoked(bot=False)),
        ("slash_commands", payloads.slash_command(act, "/podcast", "drift")),
        ("interactive", payloads.message_shortcut(act, "find_in_podcast", said)),
        ("interactive", payloads.submit(act, form, {"words": {"words": {"value": "drift"}}})),
        ("interactive", payloads.suggest(act, form, "guest", "tom")),
        ("interactive", payloads.press(act, answer, button["block_id"], button["elements"][0])),
    ]


def test_whatever_a_payload_holds_is_refused_or_ignored(
    slack: SlackServer, process: Running, member: SlackMember
) -> None:
    samples = [
        (kind, payload, way) for kind, payload in delivered(member) for way in places(payload)
    ]

    @given(st.sampled_from(samples), st.sampled_from(JUNK))
    @settings(max_examples=400, derandomize=True)
    def post_junk(sample: tuple[str, dict[str, Any], tuple[Any, ...]], junk: Any) -> None:
        kind, payload, way = sample
        # One person would be limited, and one event is handled once.
        act = slack.workspace.interact(slack.workspace.add_person("Ida"), member.channel)
        new = {"trigger_id": act.trigger, "event_id": slack.workspace.new_id("Ev")}
        fresh = payload | {name: value for name, value in new.items() if name in payload}
        body, headers = Delivery("it", kind, spoilt(fresh, way, junk)).request()
        body = body.replace(member.user, act.user)
        status, _ = ask(slack, body, headers | signed(SECRET, body))
        assert status in (200, 400, 404)

    post_junk()
    assert member.neighbour().say("drift").links
    assert "Traceback" not in process.output
    assert '"level": "error"' not in process.output


def test_an_event_that_comes_twice_is_answered_once(member: SlackMember) -> None:
    asked = member.slack.workspace.post(
        member.channel, {"text": "<@U0AIRQUOTE> drift"}, member.user
    )
    first = member.slack.deliver("events_api", member.slack.payloads.app_mention(asked))
    member.slack.wait_for(member.screen, "the answer")
    again = member.slack.redeliver(first)
    last = member.mention("model registry")

    assert [first.acks[0].status, again.acks[0].status] == [200, 200]
    assert "“model registry”" in last.text
    assert len(member.screen()) == 2


def test_a_process_that_is_ended_stops_listening(home: Path, slack: SlackServer) -> None:
    port = str(free_port())
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET}
    with running(home, SLACK_API_URL=slack.api_url, PORT=port, **tokens) as process:
        process.wait_for('"listening"')
        code = process.stop()

    assert code == 0, process.output
    with pytest.raises(ConnectionError):
        post(f"http://127.0.0.1:{port}/slack/events", CHALLENGE, JSON)
