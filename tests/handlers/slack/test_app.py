"""What the Slack app does in its corners: twice at once, too old, gone wrong."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from time import time
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Verdict
from tests.apps.slack import Desk, Slow, Stage, broken, buttons, text_of
from tests.fakes.slack.calls import RESPONSE_URL
from tests.fakes.slack.delivery import signed
from tests.fakes.slack.things import BOT_USER
from tests.fakes.slack.tokens import BOT_TOKEN

OLD = '[0,"search","registry",0,"",null,null]'


def test_what_slack_escapes_is_read_as_it_was_typed(stage: Stage) -> None:
    asked: list[Request] = []

    def note(_: Library, request: Request) -> Reply:
        asked.append(request)
        return Reply("Noted.")

    async def story(desk: Desk) -> None:
        await desk.send(desk.command("search R&amp;D &lt;&lt; <https://youtu.be/x|sales>"))

    stage.play(story, note)

    assert asked == [Request(Verb.SEARCH, "R&D << sales")]


@pytest.mark.parametrize("ask", [Desk.command, Desk.mention, Desk.shortcut_on])
def test_a_link_is_answered_wherever_it_is_pasted(
    stage: Stage, ask: Callable[[Desk, str], dict[str, Any]]
) -> None:
    async def story(desk: Desk) -> None:
        own = f"<@{BOT_USER}> " if ask is Desk.mention else ""
        await desk.send(ask(desk, f"{own}<https://youtu.be/sample00001?t=23|this> :eyes:"))
        assert "At 0:23 in" in text_of(desk.messages[-1])
        for label in ("Context", "More Like This"):
            await desk.send(desk.press(label, desk.messages[0]))

    stage.play(story)


def test_the_ack_does_not_wait_for_the_answer(stage: Stage) -> None:
    slow = Slow()

    async def story(desk: Desk) -> tuple[int, str, int]:
        acknowledged = await desk.hand_in(desk.command("registry"))
        before = len(desk.messages)
        slow.let.set()
        assert await desk.running.settle(10)
        return acknowledged.status, acknowledged.body, before

    assert stage.play(story, slow) == (200, "", 0)
    assert [each.text for each in stage.slack.workspace.messages] == ["At last."]


def test_slack_is_asked_who_the_member_is_and_not_who_the_bot_is(stage: Stage) -> None:
    async def story(desk: Desk) -> list[str]:
        await desk.send(desk.command("registry"))
        return [each.method for each in desk.slack.calls]

    assert stage.play(story) == ["users.info", RESPONSE_URL]


def test_what_is_delivered_twice_is_answered_once(stage: Stage) -> None:
    async def story(desk: Desk) -> list[int]:
        payloads = [desk.command("registry"), desk.mention(f"<@{BOT_USER}> registry")]
        told = [await desk.send(payload) for payload in payloads * 2]
        assert len(desk.messages) == 2
        return [each.status for each in told]

    assert stage.play(story) == [200, 200, 200, 200]


def test_the_end_waits_for_what_runs(stage: Stage) -> None:
    slow = Slow()

    async def story(desk: Desk) -> tuple[bool, bool]:
        await desk.hand_in(desk.command("registry"))
        patient = await desk.running.settle(0.05)
        slow.let.set()
        return patient, await desk.running.settle(10)

    assert stage.play(story, slow) == (False, True)
    assert [each.text for each in stage.slack.workspace.messages] == ["At last."]


@pytest.mark.parametrize(
    "change",
    [
        {"value": OLD},
        {"value": 7},
        {"value": None},
        {"value": '[1,"like","",0,"registry",1e308,1e308]'},
        {"action_id": "applaud.0"},
        {"action_id": ""},
    ],
)
def test_a_button_of_another_version_says_so_privately(
    stage: Stage, change: dict[str, object]
) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("registry"))
        await desk.send(desk.press("Next", **change))
        first, second = desk.messages
        assert "What the podcast says" in text_of(first)
        assert "earlier version" in text_of(second)
        assert second.only_for == desk.user

    stage.play(story)


def test_a_page_takes_the_place_of_the_one_before(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("model"))
        before = text_of(desk.messages[-1])
        await desk.send(desk.press("Next"))
        assert len(desk.messages) == 1
        assert text_of(desk.messages[-1]) != before
        await desk.send(desk.press("Previous"))
        assert text_of(desk.messages[-1]) == before

    stage.play(story)


def test_nobody_turns_a_page_for_others(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.mention(f"<@{BOT_USER}> model"))
        before = text_of(desk.messages[-1])
        pressed = next(each for each in buttons(desk.messages[-1]) if each.label == "All Passages")
        for act in (pressed.element["action_id"], "turn.0"):
            await desk.send(desk.press("All Passages", desk.messages[0], action_id=act))
        public, *private = desk.messages
        assert text_of(public) == before
        assert [each.only_for for each in private] == [desk.user] * 2
        assert {each.thread for each in private} == {public.thread}

    stage.play(story)


def test_a_mention_is_found_wherever_it_stands(stage: Stage) -> None:
    asked: list[Request] = []

    def note(_: Library, request: Request) -> Reply:
        asked.append(request)
        return Reply("Noted.")

    async def story(desk: Desk) -> None:
        for text in ("<@{0}>: quote", "what of <@{0}|airquote> registries", "<@{0}>"):
            await desk.send(desk.mention(text.format(BOT_USER)))
        unnamed = desk.mention("<@U0SOMEBODY> ovens")
        await desk.send({**unnamed, "authorizations": []})

    stage.play(story, note)

    # Whoever asks for a quote gets an order of their own.
    assert [replace(each, seed=0) for each in asked] == [
        Request(Verb.QUOTE),
        Request(Verb.TALK, "what of   registries"),
        Request(Verb.HELP),
        Request(Verb.TALK, "ovens"),
    ]


def test_a_message_that_was_passed_on_is_looked_for_too(stage: Stage) -> None:
    asked: list[Request] = []

    def note(_: Library, request: Request) -> Reply:
        asked.append(request)
        return Reply("Noted.")

    async def story(desk: Desk) -> None:
        payload = desk.shortcut_on("registry")
        payload["message"] |= {"text": "", "attachments": [{"text": "R&amp;D and ovens"}]}
        await desk.send(payload)

    stage.play(story, note)

    assert asked == [Request(Verb.FIND, "R&D and ovens")]


def test_only_people_are_answered(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        bots = desk.mention(f"<@{BOT_USER}> registry")
        bots["event"]["bot_id"] = "B0OTHER"
        told = await desk.send(bots)
        assert (told.status, len(desk.messages)) == (200, 0)
        await desk.send(desk.mention(f"<@{BOT_USER}> registry"))
        assert len(desk.messages) == 1

    stage.play(story)


def test_a_failure_is_told_privately_with_the_number_that_the_log_has(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(desk: Desk) -> tuple[int, str, bool]:
        told = await desk.send(desk.command("secret plans"))
        return told.status, text_of(desk.messages[-1]), bool(desk.messages[-1].only_for)

    status, said, private = stage.play(story, broken)
    record = next(each for each in caplog.records if each.levelno == logging.ERROR)

    assert (status, private) == (200, True)
    assert record.getMessage().split()[-1] in said
    assert record.exc_info is not None
    assert "secret plans" not in caplog.text


def test_a_failure_after_a_mention_is_told_to_one_person(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        payload = desk.mention(f"<@{BOT_USER}> registry")
        await desk.send(payload)
        (said,) = desk.messages
        assert (said.only_for, said.channel) == (desk.user, desk.channel)

    stage.play(story, broken)


@pytest.mark.parametrize(
    "asked", ["", "help", "word " * 500, "zzzqqq"], ids=["nothing", "help", "too long", "unknown"]
)
@pytest.mark.parametrize("in_thread", [True, False])
def test_what_is_of_no_use_to_others_is_told_to_one_person_where_they_see_it(
    stage: Stage, asked: str, in_thread: bool
) -> None:
    async def story(desk: Desk) -> None:
        root = desk.slack.workspace.post(desk.channel, {"text": "Registries?"}, desk.user)
        below = {"thread_ts": root.ts} if in_thread else {}
        await desk.send(desk.mention(f"<@{BOT_USER}> {asked}", **below))
        (said,) = desk.messages
        # Slack shows a private message in a thread only if the thread is there already.
        assert (said.only_for, said.thread) == (desk.user, root.ts if in_thread else "")

    stage.play(story)


def test_a_limit_that_a_mention_reaches_is_told_to_one_person(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        for _ in range(3):
            await desk.send(desk.mention(f"<@{BOT_USER}> registry"))
        *answers, limited = desk.messages
        assert [each.only_for for each in answers] == ["", ""]
        assert limited.only_for == desk.user
        assert "a lot at once" in text_of(limited)

    stage.play(story, per_minute=2)


@pytest.mark.parametrize("name", ["container", "message", "channel"])
def test_a_press_of_an_unknown_shape_is_acknowledged_and_logged(
    stage: Stage, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(desk: Desk) -> int:
        await desk.send(desk.command("registry"))
        return (await desk.send({**desk.press("More Like This"), name: ["odd"]})).status

    assert stage.play(story) == 200
    assert "A listener failed" in caplog.text


@pytest.mark.parametrize("event", [[], [7], "odd"])
def test_an_event_that_cannot_be_read_is_a_bad_request(
    stage: Stage, event: object, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(desk: Desk) -> int:
        return (await desk.send({**desk.home(), "event": event})).status

    assert stage.play(story) == 400
    assert "A payload could not be parsed: " in caplog.text


def test_a_failing_app_home_says_so(stage: Stage) -> None:
    async def story(desk: Desk) -> str:
        await desk.send(desk.home())
        return text_of(desk.slack.workspace.homes[desk.user])

    broken_library = Library("broken", None, ())  # type: ignore[arg-type]

    assert "went wrong" in stage.play(story, library=broken_library)


def test_app_home_is_shown_when_that_tab_is_opened(stage: Stage) -> None:
    async def story(desk: Desk) -> int:
        await desk.send(desk.slack.payloads.app_home_opened(desk.user, tab="about"))
        await desk.send(desk.home())
        return len(desk.slack.called("views.publish"))

    assert stage.play(story) == 1


@pytest.mark.parametrize(
    ("label", "verdict"), [("Useful", Verdict.USEFUL), ("Not This", Verdict.NOT_THIS)]
)
def test_a_verdict_is_noted_and_thanked_for(stage: Stage, label: str, verdict: Verdict) -> None:
    async def story(desk: Desk) -> list[Verdict]:
        await desk.send(desk.command("registry"))
        await desk.send(desk.press(label))
        assert desk.messages[-1].only_for == desk.user
        assert "noted" in text_of(desk.messages[-1])
        return [each.verdict for each in await desk.store.feedback()]

    assert stage.play(story) == [verdict]


def test_the_environment_does_not_change_the_app(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    names = ("CLIENT_ID", "CLIENT_SECRET", "BOT_TOKEN", "SIGNING_SECRET", "VERIFICATION_TOKEN")
    for name in names:
        monkeypatch.setenv(f"SLACK_{name}", "from-elsewhere")

    async def story(desk: Desk) -> str:
        assert desk.app.oauth_flow is None
        await desk.send(desk.mention(f"<@{BOT_USER}> registry"))
        return desk.slack.called("chat.postMessage")[-1].token

    assert stage.play(story) == BOT_TOKEN
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    ("ours", "theirs", "status"),
    [("right", "right", 200), ("right", "wrong", 401), (None, "any", 401)],
)
def test_http_needs_the_right_signature(
    stage: Stage, ours: str | None, theirs: str, status: int
) -> None:
    async def story(desk: Desk) -> int:
        body = json.dumps(desk.mention(f"<@{BOT_USER}> registry"))
        headers = {"Content-Type": "application/json", **signed(theirs, body)}
        told = await desk.app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
        assert await desk.running.settle(10)
        assert len(desk.messages) == (status == 200)
        return told.status

    assert stage.play(story, signing_secret=ours) == status


def test_a_signature_that_cannot_be_read_is_refused(stage: Stage) -> None:
    async def story(desk: Desk) -> int:
        body = json.dumps(desk.home())
        headers = signed("right", body, f"{time()}")
        told = await desk.app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
        return told.status

    assert stage.play(story, signing_secret="right") == 400  # noqa: S106, of nothing
