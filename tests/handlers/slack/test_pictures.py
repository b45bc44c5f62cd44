"""Messages whose pictures Slack cannot fetch."""

from handlers.slack.pictures import has_pictures, without_pictures
from tests.apps.slack import Desk, Stage, labels, text_of
from tests.fakes.slack.calls import RESPONSE_URL
from tests.fakes.slack.server import Fault
from tests.fakes.slack.things import BOT_USER, Message, Opened


def test_a_picture_that_is_gone_costs_no_answer(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        desk.slack.fail(RESPONSE_URL, Fault(status=400))
        await desk.send(desk.command("registry"))
        shown_without_pictures(desk.messages[-1])

    stage.play(story)


def test_a_public_answer_and_a_dialog_are_sent_again_too(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        desk.slack.fail("chat.postMessage", Fault(error="invalid_blocks"))
        await desk.send(desk.mention(f"<@{BOT_USER}> registry"))
        shown_without_pictures(desk.messages[-1])
        desk.slack.fail("views.update", Fault(error="invalid_arguments"))
        await desk.send(desk.press("Context"))
        shown_without_pictures(desk.dialogs[-1])

    stage.play(story)


def test_what_was_shared_is_not_refused_for_its_picture(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("registry"))
        answer = desk.messages[-1]
        assert has_pictures(answer.blocks)
        desk.slack.fail(RESPONSE_URL, Fault(status=400))
        await desk.send(desk.press("Share"))
        shared = next(each for each in desk.messages if not each.only_for)
        shown_without_pictures(shared)
        assert "Shared" in labels(answer)

    stage.play(story)


def test_nothing_but_pictures_is_left_out() -> None:
    picture = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "A"}
    section = {"type": "section", "text": {"type": "plain_text", "text": "Tea"}}
    message = {"text": "Tea", "blocks": [{**section, "accessory": picture}, picture]}

    assert without_pictures(message) == {"text": "Tea", "blocks": [section]}


def shown_without_pictures(place: Message | Opened) -> None:
    assert "registry" in text_of(place)
    assert not has_pictures(place.blocks)
