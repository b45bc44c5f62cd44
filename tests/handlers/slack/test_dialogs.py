"""Dialogs on Slack: what opens, what fills them, and what happens too late."""

import asyncio
import json
import logging
from typing import Any

import pytest

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from tests.apps.slack import Desk, Slow, Stage, broken, labels, text_of, words
from tests.fakes.slack.server import Fault


def test_a_failure_in_a_dialog_is_told_there(stage: Stage) -> None:
    async def story(desk: Desk) -> str:
        await desk.send(desk.global_shortcut())
        await desk.submit(words=words("registry"))
        assert desk.messages == []
        (dialog,) = desk.dialogs
        return text_of(dialog)

    assert "went wrong" in stage.play(story, broken)


def test_a_button_in_a_dialog_that_fails_says_so_in_its_place(stage: Stage) -> None:
    def answered(library: Library, request: Request) -> Reply:
        return (broken if request.page else answer)(library, request)

    async def story(desk: Desk) -> tuple[int, str]:
        await desk.send(desk.global_shortcut())
        await desk.submit(words=words("model"))
        await desk.send(desk.press("Next", desk.dialogs[-1]))
        return len(desk.dialogs), text_of(desk.dialogs[-1])

    depth, said = stage.play(story, answered)

    assert depth == 1
    assert "went wrong" in said


def test_buttons_in_a_dialog_open_others_above_it_and_turn_its_pages(stage: Stage) -> None:
    async def story(desk: Desk) -> list[int]:
        await desk.send(desk.global_shortcut())
        await desk.submit(words=words("model"))
        before, depths = text_of(desk.dialogs[-1]), []
        await desk.send(desk.press("Next", desk.dialogs[-1]))
        assert text_of(desk.dialogs[-1]) != before
        for label in ("More Like This", "More Like This", "More Like This", "Context"):
            shown = text_of(desk.dialogs[-1])
            await desk.send(desk.press(label, desk.dialogs[-1]))
            assert text_of(desk.dialogs[-1]) != shown
            depths.append(len(desk.dialogs))
        assert desk.messages == []
        return depths

    assert stage.play(story) == [2, 3, 3, 3]


def test_a_link_is_answered_in_the_form_too(stage: Stage) -> None:
    async def story(desk: Desk) -> str:
        await desk.send(desk.global_shortcut())
        await desk.submit(words=words(":eyes: https://youtu.be/sample00001?t=23"))
        return text_of(desk.dialogs[-1])

    assert "At 0:23 in" in stage.play(story)


def test_a_dialog_opens_before_its_answer_is_known(stage: Stage) -> None:
    slow = Slow()

    async def story(desk: Desk) -> tuple[str, str]:
        await desk.send(desk.command("registry"))
        await desk.hand_in(desk.press("Context"))
        await asyncio.to_thread(desk.slack.wait_for, lambda: desk.dialogs, "a dialog")
        first = text_of(desk.dialogs[-1])
        slow.let.set()
        assert await desk.running.settle(10)
        return first, text_of(desk.dialogs[-1])

    def answered(library: Library, request: Request) -> Reply:
        return slow(library, request) if request.verb is Verb.CONTEXT else answer(library, request)

    first, then = stage.play(story, answered)

    assert "One moment" in first
    assert then == "At last."


def test_a_trigger_that_came_too_late_is_answered_in_a_message(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("registry"))
        desk.slack.fail("views.open", Fault(error="expired_trigger_id"))
        await desk.send(desk.press("Context"))
        assert desk.dialogs == []
        assert desk.messages[-1].only_for == desk.user

    with caplog.at_level(logging.INFO, "handlers.slack"):
        stage.play(story)

    assert "A view could not be opened: expired_trigger_id" in caplog.messages
    assert not [each for each in caplog.records if each.levelno > logging.INFO]


def test_a_dialog_that_is_closed_early_is_no_failure(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(desk: Desk) -> int:
        await desk.send(desk.command("registry"))
        desk.slack.fail("views.update", Fault(error="not_found"))
        await desk.send(desk.press("Context"))
        return len(desk.messages)

    with caplog.at_level(logging.INFO, "handlers.slack"):
        told = stage.play(story)

    assert told == 1
    assert "A dialog was closed before its answer was ready." in caplog.messages


def test_an_error_of_slack_is_a_failure_like_any_other(stage: Stage) -> None:
    async def story(desk: Desk) -> str:
        await desk.send(desk.command("registry"))
        desk.slack.fail("views.open", Fault(error="fatal_error"))
        await desk.send(desk.press("Context"))
        return text_of(desk.messages[-1])

    assert "went wrong" in stage.play(story)


def test_an_ack_that_travels_does_not_cover_what_was_found(stage: Stage) -> None:
    async def story(desk: Desk) -> str:
        await desk.send(desk.global_shortcut())
        await desk.submit(words=words("model registry"), travels=0.1)
        return text_of(desk.dialogs[-1])

    assert "What the podcast says" in stage.play(story)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_form_stays_open(stage: Stage, text: str) -> None:
    async def story(desk: Desk) -> dict[str, dict[str, str]]:
        await desk.send(desk.global_shortcut())
        told = await desk.submit(words=words(text))
        assert len(desk.dialogs) == 1
        assert desk.slack.called("views.update") == []
        return dict(json.loads(told.body))

    told = stage.play(story)

    assert told["response_action"] == "errors"
    assert set(told["errors"]) == {"words"}


def test_a_form_that_opens_too_late_says_so(stage: Stage) -> None:
    async def story(desk: Desk) -> str:
        await desk.send(desk.command("help"))
        desk.slack.fail("views.open", Fault(error="expired_trigger_id"))
        await desk.send(desk.press("Search With Filters"))
        return text_of(desk.messages[-1])

    assert "too long" in stage.play(story)


@pytest.mark.parametrize(("menu", "typed"), [("guest", "yuki"), ("episode", "on call")])
def test_menus_suggest_from_memory(stage: Stage, menu: str, typed: str) -> None:
    async def story(desk: Desk) -> list[dict[str, Any]]:
        await desk.send(desk.global_shortcut())
        told = await desk.send(desk.suggest(menu, typed))
        return [option["text"] for option in json.loads(told.body)["options"]]

    (found,) = stage.play(story)

    assert typed in found["text"].casefold()
    assert found["emoji"] is False


def test_menus_never_fail(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async def story(desk: Desk) -> tuple[int, dict[str, object]]:
        await desk.send(desk.global_shortcut())
        payload = {**desk.suggest("guest", "yuki"), "value": 7}
        told = await desk.send(payload)
        return told.status, json.loads(told.body)

    assert stage.play(story) == (200, {"options": []})
    assert "Suggestions failed." in caplog.messages


def test_a_search_from_a_form_can_be_changed_and_sent_again(stage: Stage) -> None:
    async def story(desk: Desk) -> tuple[dict[str, Any], str, str]:
        await desk.send(desk.global_shortcut())
        season = {"type": "static_select", "selected_option": {"value": "1"}}
        await desk.submit(words=words("registry"), season=season)
        before = text_of(desk.dialogs[-1])
        await desk.send(desk.press("Change Search", desk.dialogs[-1]))
        form = desk.dialogs[-1].view
        await desk.submit(words=words("zyxwvut"), season=season)
        assert "Change Search" in labels(desk.dialogs[-1])
        return form, before, text_of(desk.dialogs[-1])

    form, before, after = stage.play(story)
    fields = {block["block_id"]: block["element"] for block in form["blocks"]}

    assert fields["words"]["initial_value"] == "registry"
    assert fields["season"]["initial_option"]["value"] == "1"
    assert "initial_option" not in fields["guest"]
    assert "registry" in before
    assert "I found nothing for “zyxwvut”." in after
