"""What goes wrong around Slack, and what people notice of it: nothing, or a sentence."""

import asyncio
import gc
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from signal import SIGTERM
from statistics import quantiles
from threading import Event

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.dispatch import answer as answer_as_usual
from bot.answers.replies import Reply
from bot.answers.requests import Request
from bot.library.library import Library
from bot.setting_types import Secret
from handlers.in_flight import InFlight
from handlers.run.connections import keep_connected
from handlers.slack.app import build_bolt_app
from handlers.slack.clients import Clients
from handlers.slack.socket_mode import SocketMode
from handlers.token_watch import TokenWatch
from tests.apps.slack_parts import opened
from tests.fakes.chat import Answer, Kind
from tests.fakes.slack.apps import Connection, serving
from tests.fakes.slack.calls import RESPONSE_URL, Fault
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.member import SlackMember, SlackPlatform, on_slack
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN
from tests.process import airquote

ACK_SECONDS = 0.1
# Slack tells people that a command has failed after these.
MOST_ACK_SECONDS = 3.0
SLOW_SECONDS = 4.0
WRONG_CONFIGURATION = 78

Answering = Callable[[Library, Request], Reply]
Bot = Callable[[Answering], AbstractContextManager[SlackMember]]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackPlatform]:
    """The local Slack with the real process on it."""
    home = tmp_path_factory.mktemp("slack")
    with on_slack(home, DATABASE_URL=f"sqlite:///{home / 'airquote.db'}") as platform:
        yield platform


@pytest.fixture
def member(platform: SlackPlatform) -> SlackMember:
    """A new person in a new channel."""
    return platform.join()


@pytest.fixture
def bot(slack: SlackServer, library: Library, tmp_path: Path) -> Bot:
    """Run the bot's app in this process, with another way to answer, and join a member."""

    @contextmanager
    def run(answer: Answering) -> Iterator[SlackMember]:
        @asynccontextmanager
        async def serve(client: AsyncWebClient) -> AsyncIterator[None]:
            async with (
                opened(client, library, tmp_path, answer) as parts,
                Connection(build_bolt_app(parts.intake, parts.weekly, Clients(client))),
            ):
                yield

        with serving(slack, serve):
            yield joined(slack)

    return run


def joined(slack: SlackServer) -> SlackMember:
    channel = slack.workspace.add_channel("podcasts")
    return SlackMember(slack, slack.workspace.add_person("Ida"), channel)


def waits(seconds: float) -> Answering:
    """Answer as usual, as late as a search that takes some seconds."""

    def answer(library: Library, request: Request) -> Reply:
        time.sleep(seconds)
        return answer_as_usual(library, request)

    return answer


def breaks(_: Library, __: Request) -> Reply:
    """Fail as nobody expects."""
    raise ZeroDivisionError("a secret of the index")


def outcomes(slack: SlackServer, method: str = RESPONSE_URL, last: int = 4) -> list[str]:
    return [call.answer for call in slack.called(method)][-last:]


def ask(member: SlackMember) -> Delivery:
    """Ask without waiting for anything."""
    act = member.slack.workspace.interact(member.user, member.channel)
    payload = member.slack.payloads.slash_command(act, "/podcast", "model registry")
    return member.slack.deliver("slash_commands", payload, act, wait=False)


def subjects(member: SlackMember) -> list[str]:
    """Tell what the answers in a channel are about."""
    return [re.sub(r"^.* about (.*)\n[\s\S]*", r"\1", seen.text) for seen in member.screen()]


# What Slack answers.


@pytest.mark.parametrize(
    "fault",
    [Fault(status=429, retry_after=1), Fault(status=503), Fault(status=500), Fault(drop=True)],
    ids=["429", "503", "500", "dropped"],
)
def test_an_answer_arrives_although_slack_fails_at_first(member: SlackMember, fault: Fault) -> None:
    member.slack.fail(RESPONSE_URL, fault)
    answer = member.say("model registry")

    assert answer.links
    assert outcomes(member.slack)[-1] == "ok"
    assert outcomes(member.slack)[-2] != "ok"


@pytest.mark.parametrize(
    "fault", [Fault(status=429, retry_after=1), Fault(status=503)], ids=["429", "503"]
)
def test_a_share_arrives_once_although_slack_fails_at_first(
    member: SlackMember, fault: Fault
) -> None:
    answer = member.say("model registry")
    member.slack.fail(RESPONSE_URL, fault)
    shared = answer.press("Share")
    again = answer.press("Share")

    assert not shared.private
    assert again.private
    assert len([seen for seen in member.screen() if not seen.private]) == 1


@pytest.mark.parametrize(
    ("fault", "posted"),
    [
        (Fault(status=500), 0),
        (Fault(drop=True), 0),
        (Fault(drop=True, done=True), 1),
        (Fault(status=500, done=True), 1),
    ],
)
def test_a_share_of_which_nobody_knows_is_not_tried_again(
    member: SlackMember, fault: Fault, posted: int
) -> None:
    answer = member.say("model registry")
    calls = len(member.slack.called(RESPONSE_URL))
    member.slack.fail(RESPONSE_URL, fault)
    answer.press("Share")
    member.slack.wait_for(
        lambda: len(member.slack.called(RESPONSE_URL)) == calls + 2, "what the sharer is told"
    )
    screen = member.screen()

    assert len([seen for seen in screen if not seen.private]) == posted
    assert screen[-1].private
    assert "could not make sure" in screen[-1].text


@pytest.mark.parametrize(
    "fault", [Fault(status=429, retry_after=1), Fault(status=503)], ids=["429", "503"]
)
def test_a_mention_is_answered_although_slack_fails_at_first(
    member: SlackMember, fault: Fault
) -> None:
    member.slack.fail("chat.postMessage", fault)
    answer = member.mention("model registry")

    assert answer.links
    assert len(member.screen()) == 1


@pytest.mark.parametrize(
    "fault", [Fault(status=429, retry_after=1), Fault(status=503)], ids=["429", "503"]
)
@pytest.mark.parametrize("method", ["views.open", "views.update"])
def test_a_dialog_opens_although_slack_fails_at_first(
    member: SlackMember, method: str, fault: Fault
) -> None:
    answer = member.say("model registry")
    member.slack.fail(method, fault)
    context = answer.press("Context")

    assert context.kind is Kind.DIALOG
    assert context.links


def test_a_home_is_shown_although_slack_fails_at_first(member: SlackMember) -> None:
    member.slack.fail("views.publish", Fault(status=429, retry_after=1))

    assert member.open_home().kind is Kind.HOME


def test_a_dialog_that_opens_too_late_becomes_a_message(member: SlackMember) -> None:
    answer = member.say("model registry")
    member.slack.fail("views.open", Fault(error="expired_trigger_id"))
    context = answer.press("Context")

    assert context.kind is Kind.MESSAGE
    assert context.private
    assert context.links


@pytest.mark.parametrize(("status", "error"), [(404, "expired_url"), (410, "used_url")])
def test_a_dead_response_url_is_logged_and_forgotten(
    platform: SlackPlatform, member: SlackMember, status: int, error: str
) -> None:
    act = member.slack.workspace.interact(member.user, member.channel)
    payload = member.slack.payloads.slash_command(act, "/podcast", "model registry")
    member.slack.fail(RESPONSE_URL, Fault(status=status, error=error))
    member.slack.deliver("slash_commands", payload, act)
    logged = platform.process.wait_for(f"response_url.*{status}")
    answer = member.say("model registry")

    assert "Traceback" not in logged.string
    assert act.response not in platform.process.output
    assert answer.links
    assert len(member.screen()) == 1


# Where and how Slack lets nobody answer.


def mention_refused(
    platform: SlackPlatform, member: SlackMember, seen_by: SlackMember
) -> tuple[Answer, list[str]]:
    """Mention the bot, and give what is told instead of an answer, and what is logged."""
    output = platform.process.output
    before, refused = len(output.splitlines()), output.count("An answer was refused")
    body = {"text": "<@U0AIRQUOTE> model registry"}
    asked = member.slack.workspace.post(member.channel, body, member.user)
    member.slack.deliver("events_api", member.slack.payloads.app_mention(asked))
    member.slack.wait_for(seen_by.screen, "the reason")
    platform.process.wait_for("An answer was refused", refused + 1)
    (told,) = seen_by.screen()
    logged = platform.process.output.splitlines()[before:]
    return told, [line for line in logged if '"level": "info"' not in line]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("restricted_action", "not everybody may post in the channel"),
        ("restricted_action_thread_locked", "the thread is locked"),
        ("not_in_channel", "Type /invite @Airquote in the channel"),
        ("message_not_found", "the message was deleted"),
        ("missing_scope", "whoever runs this bot"),
    ],
)
def test_why_a_mention_cannot_be_answered_is_told_to_who_asked(
    platform: SlackPlatform, member: SlackMember, code: str, said: str
) -> None:
    member.slack.fail("chat.postMessage", Fault(error=code))
    told, (logged,) = mention_refused(platform, member, member)

    assert told.private
    assert said in told.text
    assert code in logged
    assert "wrong on my side" not in told.text
    assert "Traceback" not in logged


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"archived": True}, "the channel is archived"),
        ({"bot_is_member": False}, "the app is not in the channel"),
        ({"bot_is_member": False, "private": True}, "or the app is not in it"),
        ({"restricted": True}, "not everybody may post"),
    ],
)
def test_who_can_be_told_nothing_where_they_asked_gets_a_direct_message(
    platform: SlackPlatform, member: SlackMember, state: dict[str, bool], said: str
) -> None:
    channel = member.slack.workspace.channels[member.channel]
    for name, value in state.items():
        setattr(channel, name, value)
    told, logged = mention_refused(platform, member, member.inbox())

    assert said in told.text
    assert member.screen() == ()
    assert len(logged) == 1
    assert "Traceback" not in logged[0]


def test_who_cannot_be_told_at_all_costs_no_traceback(
    platform: SlackPlatform, member: SlackMember
) -> None:
    member.slack.workspace.channels[member.channel].archived = True
    member.slack.fail("chat.postMessage", Fault(error="is_archived"))
    member.slack.fail("chat.postMessage", Fault(error="messages_tab_disabled"))
    body = {"text": "<@U0AIRQUOTE> model registry"}
    asked = member.slack.workspace.post(member.channel, body, member.user)
    member.slack.deliver("events_api", member.slack.payloads.app_mention(asked))
    logged = platform.process.wait_for("Nobody could be told of this .messages_tab_disabled")

    assert json.loads(logged.string)["level"] == "info"
    assert "Traceback" not in platform.process.output
    assert platform.join().mention("drift").links


# What happens to the connection.


@pytest.mark.parametrize("how", ["close", "drop", "refresh"])
def test_a_new_socket_takes_the_place_of_one_that_ended(member: SlackMember, how: str) -> None:
    before = member.slack.sockets.connected
    assert member.say("model registry").links
    getattr(member.slack.sockets, how)()
    member.slack.wait_for_socket(before + 1, seconds=30)

    assert member.say("model registry").links


def test_a_warning_does_not_end_a_connection(member: SlackMember) -> None:
    member.slack.sockets.warn()

    assert member.say("model registry").links


def test_an_answer_arrives_although_its_socket_has_ended(bot: Bot) -> None:
    asked, go_on = Event(), Event()

    def late(library: Library, request: Request) -> Reply:
        asked.set()
        go_on.wait(10)
        return answer_as_usual(library, request)

    with bot(late) as member:
        before = member.slack.sockets.connected
        member.slack.wait_for_ack(ask(member))
        assert asked.wait(10)
        member.slack.sockets.drop()
        member.slack.wait_for_socket(before + 1)
        go_on.set()
        member.slack.wait_for(member.screen, "the answer")

        assert len(member.screen()) == 1


def test_a_socket_whose_pongs_stop_is_opened_anew(
    slack: SlackServer, library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    @asynccontextmanager
    async def serve(client: AsyncWebClient) -> AsyncIterator[None]:
        async with opened(client, library, tmp_path) as parts:
            counted = InFlight()
            app = build_bolt_app(parts.intake, parts.weekly, Clients(client), in_flight=counted)
            sockets = SocketMode(
                app, Secret(APP_TOKEN), counted, parts.poster, TokenWatch("slack"), 0.6
            )
            watching = asyncio.create_task(keep_connected(sockets))
            yield
            watching.cancel()
            await sockets.stop(5)

    with serving(slack, serve):
        slack.sockets.fall_silent()
        slack.wait_for(lambda: "gone silent" in caplog.text, "the watchdog")
        slack.sockets.silent = False
        connections = slack.sockets.connected
        slack.sockets.close()
        slack.wait_for_socket(connections + 1)

        assert joined(slack).say("model registry").links


# What comes twice, and what comes all at once.


def test_an_envelope_that_comes_twice_is_answered_once(member: SlackMember) -> None:
    first = member.slack.wait_for_ack(ask(member))
    member.slack.wait_for(member.screen, "the answer")
    again = member.slack.redeliver(first)
    member.say("drift")

    assert again.acks[0].status == 200
    assert subjects(member) == ["“model registry”", "“drift”"]


def test_an_event_that_comes_twice_is_answered_once(member: SlackMember) -> None:
    body = {"text": "<@U0AIRQUOTE> model registry"}
    asked = member.slack.workspace.post(member.channel, body, member.user)
    first = member.slack.deliver("events_api", member.slack.payloads.app_mention(asked))
    member.slack.wait_for(member.screen, "the answer")
    again = member.slack.redeliver(first)
    member.mention("drift")

    assert again.acks[0].status == 200
    assert subjects(member) == ["“model registry”", "“drift”"]


def crowd(slack: SlackServer) -> tuple[list[Delivery], list[SlackMember]]:
    """Let two hundred people ask at once, and wait for the acknowledgements."""
    people = [joined(slack) for _ in range(200)]
    deliveries = [ask(person) for person in people]
    for delivery in deliveries:
        slack.wait_for_ack(delivery)
    return deliveries, people


def test_two_hundred_commands_at_once_are_all_acknowledged_and_answered(
    member: SlackMember,
) -> None:
    deliveries, people = crowd(member.slack)
    for person in people:
        member.slack.wait_for(person.screen, "an answer", seconds=30)

    assert all(len(delivery.acks) == 1 for delivery in deliveries)
    assert max(delivery.acks[0].seconds for delivery in deliveries) < MOST_ACK_SECONDS
    assert all(person.screen()[0].links for person in people)


@contextmanager
def frozen() -> Iterator[None]:
    """Keep what earlier tests left out of full collections, as the process does at its start."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def test_two_hundred_commands_are_acknowledged_while_every_search_hangs(bot: Bot) -> None:
    go_on = Event()

    def hangs(library: Library, request: Request) -> Reply:
        go_on.wait(30)
        return answer_as_usual(library, request)

    def slowest(slack: SlackServer) -> float:
        """Say within which time 99 of 100 acknowledgements came, none of them after an answer."""
        go_on.clear()
        deliveries, people = crowd(slack)
        assert not any(person.screen() for person in people)
        go_on.set()
        for person in people:
            slack.wait_for(person.screen, "an answer", seconds=30)
        return quantiles((delivery.acks[0].seconds for delivery in deliveries), n=100)[-1]

    with bot(hangs) as member, frozen():
        # A machine that does something else meanwhile has some more tries.
        assert any(slowest(member.slack) < ACK_SECONDS for _ in range(6))


def test_acknowledgements_leave_at_once_while_searches_are_slow(bot: Bot) -> None:
    with bot(waits(SLOW_SECONDS)) as member:
        slack, started = member.slack, time.monotonic()
        deliveries = [slack.wait_for_ack(ask(member)) for _ in range(2)]
        slack.wait_for(lambda: len(member.screen()) == 2, "both answers")

        assert max(delivery.acks[0].seconds for delivery in deliveries) < ACK_SECONDS
        assert time.monotonic() - started >= SLOW_SECONDS


# What nobody expects.


def test_an_error_is_a_sentence_with_a_reference_to_the_log(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    with bot(breaks) as member:
        answer = member.say("model registry")
        reference = re.search(r"reference: (\w+)", answer.text)

        assert answer.private
        assert reference
        assert "ZeroDivisionError" not in answer.text
    (record,) = [each for each in caplog.records if reference[1] in each.getMessage()]
    assert record.exc_info
    assert record.exc_info[0] is ZeroDivisionError


def test_an_error_behind_a_mention_is_told_to_who_asked_alone(bot: Bot) -> None:
    with bot(breaks) as member:
        answer = member.mention("model registry")

        assert answer.private
        assert "reference" in answer.text


def test_an_error_behind_a_dialog_is_told_in_it(bot: Bot) -> None:
    def breaks_later(library: Library, request: Request) -> Reply:
        if request.verb == "search":
            return answer_as_usual(library, request)
        return breaks(library, request)

    with bot(breaks_later) as member:
        answer = member.say("model registry").press("Context")

        assert answer.kind is Kind.DIALOG
        assert "reference" in answer.text


def test_a_form_of_an_earlier_version_is_no_silence(member: SlackMember) -> None:
    form = member.open_form()
    form.opened.view["private_metadata"] = '{"place":"somewhere"}'
    answer = form.submit(words="model registry")

    assert answer.kind is Kind.DIALOG


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-other-token"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-other-token"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": APP_TOKEN, "SLACK_APP_TOKEN": BOT_TOKEN}, "SLACK_"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
    ],
    ids=["unknown bot token", "unknown app token", "swapped", "no app token", "no bot token"],
)
def test_a_bad_token_ends_the_start_with_a_line_that_helps(
    slack: SlackServer, home: Path, variables: dict[str, str], named: str
) -> None:
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    done = airquote(home, "run", SLACK_API_URL=slack.api_url, **tokens | variables)
    last_line = done.stderr.strip().splitlines()[-1]

    assert done.returncode == WRONG_CONFIGURATION
    assert named in last_line
    assert "Traceback" not in done.stderr
    for token in (BOT_TOKEN, APP_TOKEN, "other-token"):
        assert token not in done.stderr


def test_a_process_that_is_ended_answers_what_it_has_begun(home: Path) -> None:
    with on_slack(home) as platform:
        member = platform.join()
        slack = platform.slack
        slack.fail(RESPONSE_URL, Fault(status=429, retry_after=2))
        slack.wait_for_ack(ask(member))
        slack.wait_for(lambda: slack.called(RESPONSE_URL), "the first try")
        code = platform.process.stop()
        answers = member.screen()

        assert code == 0, platform.process.output
        assert answers[0].links
        assert slack.sockets.open == []
        assert "Traceback" not in platform.process.output


def test_searches_that_run_when_the_process_is_ended_are_answered(home: Path) -> None:
    with on_slack(home) as platform:
        slack, people = platform.slack, [platform.join() for _ in range(60)]
        deliveries = [ask(person) for person in people]
        slack.wait_for_ack(deliveries[-1])
        platform.process.send(SIGTERM)
        waiting = [person for person in people if not person.screen()]
        code = platform.process.wait()
        asked = [person for person, each in zip(people, deliveries, strict=True) if each.acks]

        assert code == 0, platform.process.output
        assert waiting, "all was answered before the end came"
        assert all(len(person.screen()) == 1 and person.screen()[0].links for person in asked)


def test_a_search_that_runs_when_the_end_comes_is_answered(
    slack: SlackServer, library: Library, tmp_path: Path
) -> None:
    begun = Event()

    def slow(library: Library, request: Request) -> Reply:
        begun.set()
        return waits(1)(library, request)

    @asynccontextmanager
    async def serve(client: AsyncWebClient) -> AsyncIterator[None]:
        async with opened(client, library, tmp_path, slow) as parts:
            counted = InFlight()
            clients = Clients(client)
            app = build_bolt_app(parts.intake, parts.weekly, clients, in_flight=counted)
            sockets = SocketMode(app, Secret(APP_TOKEN), counted, parts.poster, TokenWatch("slack"))
            await sockets.start()
            yield
            await sockets.stop(10)

    with serving(slack, serve):
        member = joined(slack)
        slack.wait_for_ack(ask(member))
        assert begun.wait(10)

    assert member.screen()[0].links
