"""Messages that mention the bot: which it answers, for whom, and which it leaves alone."""

from pathlib import Path

import pytest

from tests.apps.slack import Desk, Stage, labels, text_of
from tests.fakes.slack.member import on_slack
from tests.fakes.slack.things import BOT_USER

CHAT = ("thanks!", "ok", "you rock", "please have a look at this PR", "thank you so much :pray:")


@pytest.mark.parametrize("in_thread", [True, False])
@pytest.mark.parametrize("said", [*CHAT, ":tada:", "<@U0SOMEBODY>", ":eyes: <@U0SOMEBODY> "])
def test_what_asks_nothing_is_left_alone(stage: Stage, said: str, in_thread: bool) -> None:
    async def story(desk: Desk) -> None:
        root = desk.slack.workspace.post(desk.channel, {"text": "Registries?"}, desk.user)
        below = {"thread_ts": root.ts} if in_thread else {}
        told = await desk.send(desk.mention(f"<@{BOT_USER}> {said}", **below))
        assert told.status == 200
        assert desk.messages == []
        assert {each.method for each in desk.slack.calls} == {"users.info"}

    stage.play(story)


@pytest.mark.parametrize("said", ["what can you do?", "hello, can you help me?", ""])
def test_who_asks_what_the_bot_can_do_is_told_privately(stage: Stage, said: str) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.mention(f"<@{BOT_USER}> {said}"))
        (told,) = desk.messages
        assert told.only_for == desk.user
        assert "/podcast quote" in text_of(told)

    stage.play(story)


def test_help_in_a_thread_names_what_works_there(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        root = desk.slack.workspace.post(desk.channel, {"text": "Registries?"}, desk.user)
        await desk.send(desk.mention(f"<@{BOT_USER}> what can you do?", thread_ts=root.ts))
        (told,) = desk.messages
        assert "Commands do not work in threads." in text_of(told)
        assert "@Airquote quote" in text_of(told)
        assert "/podcast" not in text_of(told)

    stage.play(story)


def test_what_may_be_a_question_is_answered_privately_and_can_be_shared(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.mention(f"<@{BOT_USER}> who broke main?"))
        (told,) = desk.messages
        assert told.only_for == desk.user
        assert "I am not sure that you asked me" in text_of(told)
        assert "Share" in labels(told)
        await desk.send(desk.press("Share", told))
        shared = desk.messages[1]
        assert (shared.only_for, bool(shared.thread)) == ("", True)

    stage.play(story)


def test_what_is_asked_is_answered_for_everybody(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        for said in ("what should be in a runbook?", "search thanks", "thanks! and drift alerts?"):
            await desk.send(desk.mention(f"<@{BOT_USER}> {said}"))
            assert (desk.messages[-1].only_for, bool(desk.messages[-1].thread)) == ("", True)
        await desk.send(desk.press("All Passages", desk.messages[0]))
        assert "What the podcast says about" in text_of(desk.messages[-1])

    stage.play(story)


def test_commands_and_shortcuts_are_always_answered(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("search ok thanks"))
        await desk.send(desk.command("ok thanks"))
        await desk.send(desk.shortcut_on("Sorry, I have to leave early on Friday morning."))
        assert len(desk.messages) == 3
        assert "I doubt that the podcast" in text_of(desk.messages[-1])

    stage.play(story)


def test_the_process_answers_a_question_and_no_thanks(tmp_path: Path) -> None:
    with on_slack(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'airquote.db'}") as platform:
        member = platform.join()
        for said in CHAT:
            payload = member.slack.payloads.app_mention(
                member.slack.workspace.post(
                    member.channel, {"text": f"<@{BOT_USER}> {said}"}, member.user
                )
            )
            member.slack.wait_for_ack(member.slack.deliver("events_api", payload))
        answer = member.mention("model registry")

        assert answer.links
        assert len(member.screen()) == 1
