"""Messages to the app alone, and what its tab suggests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apps.slack import Desk, Stage, labels, text_of
from tests.fakes.slack.calls import Fault
from tests.fakes.slack.member import on_slack
from tests.fakes.slack.server import SlackServer, running_slack
from tests.fakes.slack.things import BOT, BOT_USER
from tests.fakes.slack.tokens import EXTRA, NEEDED, OPTIONAL

ALL = (*NEEDED, *OPTIONAL, *EXTRA)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A local Slack in which the app has every scope."""
    with running_slack(scopes=ALL) as slack:
        yield slack


def test_a_question_is_answered_in_its_thread_for_good(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        payload = desk.direct_message("what should be in a runbook?")
        await desk.send(payload)
        (told,) = desk.messages
        assert (told.channel, told.only_for) == (f"D{desk.user[1:]}", "")
        assert told.thread == payload["event"]["ts"]
        assert "What the podcast says about" in text_of(told)
        assert "Share" not in labels(told)
        assert desk.slack.workspace.statuses == ["is searching the podcast…"]

    stage.play(story)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("help", "/podcast quote"),
        (f"<@{BOT_USER}> what can you do?", "/podcast quote"),
        ("episodes", "6 episodes"),
        ("follow drift alerts", "I will message you"),
        ("thanks!", "Type what you remember"),
        ("weekly on monday 9:00", "only"),
        ("zzyzx quux", "I found nothing for"),
    ],
)
def test_whatever_is_written_there_is_answered(stage: Stage, said: str, told: str) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.direct_message(said))
        (answer,) = desk.messages
        assert told.casefold() in text_of(answer).casefold()
        assert answer.only_for == ""
        assert answer.thread

    stage.play(story)


def test_nobody_is_told_there_that_others_do_not_see_it(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.direct_message("who broke main?"))
        assert "I am not sure that you asked me" not in text_of(desk.messages[-1])

    stage.play(story)


@pytest.mark.parametrize(
    "facts",
    [
        {"bot_id": BOT, "user": BOT_USER},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"channel_type": "channel"},
        {"text": " "},
        {"text": ":tada:"},
        {"user": None},
    ],
)
def test_what_nobody_writes_to_it_is_left_alone(stage: Stage, facts: dict[str, Any]) -> None:
    async def story(desk: Desk) -> None:
        payload = desk.direct_message("model registry")
        payload["event"] |= facts
        assert (await desk.send(payload)).status == 200
        assert desk.messages == []

    stage.play(story)


def test_a_workspace_without_the_view_is_answered_too(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        desk.slack.scopes = (*NEEDED, "im:history")
        await desk.send(desk.direct_message("model registry"))
        assert "What the podcast says about" in text_of(desk.messages[-1])
        assert (desk.slack.workspace.statuses, desk.slack.workspace.prompts) == ([], {})

    stage.play(story)


def test_questions_are_suggested_in_both_views(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        payloads, room = desk.slack.payloads, f"D{desk.user[1:]}"
        await desk.send(payloads.app_home_opened(desk.user, "messages"))
        await desk.send(payloads.assistant_thread_started(desk.user, "1.2"))
        prompts = desk.slack.workspace.prompts
        assert {*prompts} == {(room, ""), (room, "1.2")}
        for prompt in prompts[room, ""]:
            await desk.send(desk.direct_message(prompt["message"]))
            assert "I found nothing" not in text_of(desk.messages[-1])

    stage.play(story)


def test_a_view_that_slack_refuses_is_no_error(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(desk: Desk) -> None:
        desk.slack.scopes = NEEDED
        await desk.send(desk.slack.payloads.app_home_opened(desk.user, "messages"))
        assert desk.messages == []

    stage.play(story)
    ours = [each for each in caplog.records if each.name.startswith("handlers.slack")]
    assert [each for each in ours if each.levelname in ("WARNING", "ERROR")] == []


@pytest.mark.parametrize("said", ["", "this", "What does the podcast say about this?", "^"])
def test_this_in_a_thread_is_the_message_that_began_it(stage: Stage, said: str) -> None:
    async def story(desk: Desk) -> None:
        root = desk.slack.workspace.post(
            desk.channel, {"text": "We have a model registry that nobody owns."}, desk.user
        )
        await desk.send(desk.mention(f"<@{BOT_USER}> {said}", thread_ts=root.ts))
        (told,) = desk.messages
        assert "Passages about: model, registry" in text_of(told)
        assert (told.only_for, told.thread) == ("", root.ts)

    stage.play(story)


@pytest.mark.parametrize(
    ("said", "told"), [("this?", "I cannot read what is above"), ("", "@Airquote search")]
)
def test_what_cannot_be_read_is_told_privately(stage: Stage, said: str, told: str) -> None:
    async def story(desk: Desk) -> None:
        desk.slack.scopes = NEEDED
        root = desk.slack.workspace.post(desk.channel, {"text": "Registries?"}, desk.user)
        await desk.send(desk.mention(f"<@{BOT_USER}> {said}", thread_ts=root.ts))
        (answer,) = desk.messages
        assert told in text_of(answer)
        assert answer.only_for == desk.user

    stage.play(story)


def test_its_own_answer_is_not_what_this_means(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        root = desk.slack.workspace.post(desk.channel, {"text": "Who owns the registry?"})
        await desk.send(desk.mention(f"<@{BOT_USER}> this", thread_ts=root.ts))
        assert "I cannot read what is above" in text_of(desk.messages[-1])

    stage.play(story)


def test_a_question_in_a_thread_is_its_own(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        root = desk.slack.workspace.post(desk.channel, {"text": "Registries?"}, desk.user)
        said = f"<@{BOT_USER}> what does the podcast say about drift alerts in this?"
        await desk.send(desk.mention(said, thread_ts=root.ts))
        assert desk.slack.called("conversations.replies") == []
        assert "drift" in text_of(desk.messages[-1])

    stage.play(story)


def test_this_outside_a_thread_asks_slack_nothing(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.mention(f"<@{BOT_USER}> this"))
        assert desk.slack.called("conversations.replies") == []

    stage.play(story)


def test_a_slack_that_fails_is_apologised_for(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        root = desk.slack.workspace.post(desk.channel, {"text": "Registries?"}, desk.user)
        desk.slack.fail("conversations.replies", Fault(error="fatal_error"))
        await desk.send(desk.mention(f"<@{BOT_USER}> this", thread_ts=root.ts))
        assert "Something went wrong" in text_of(desk.messages[-1])

    stage.play(story)


def test_the_process_answers_a_direct_message(tmp_path: Path) -> None:
    with on_slack(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'airquote.db'}") as platform:
        member = platform.join().inbox()
        workspace = member.slack.workspace
        asked = workspace.post(member.channel, {"text": "model registry"}, member.user)
        member.slack.deliver("events_api", member.slack.payloads.direct_message(asked))
        member.slack.wait_for(lambda: member.screen(), "an answer")
        (answer,) = member.screen()

        assert answer.links
        assert not answer.private
