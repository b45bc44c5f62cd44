"""What Slack has taken may be in an acknowledgement, for a while."""

from typing import Any

from handlers.slack.taken import Taken

TEXT = {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]}
CHART = {"blocks": [{"type": "data_visualization", "title": "Mentions"}]}


def picture(name: str) -> dict[str, Any]:
    image = {"type": "image", "image_url": f"https://images.test/{name}", "alt_text": ""}
    return {"blocks": [{"type": "section", "accessory": image}]}


def test_what_cannot_be_refused_needs_no_proof() -> None:
    assert Taken().holds("T1", TEXT)


def test_a_picture_that_was_taken_is_taken_again_in_any_workspace() -> None:
    taken = Taken()
    taken.note("T1", picture("one"))

    assert taken.holds("T2", picture("one"))
    assert not taken.holds("T1", picture("another"))
    both = {"blocks": picture("one")["blocks"] + picture("another")["blocks"]}
    assert not taken.holds("T1", both)


def test_a_chart_that_was_taken_is_taken_again_in_that_workspace() -> None:
    taken = Taken()
    taken.note("T1", CHART)

    assert taken.holds("T1", CHART)
    assert not taken.holds("T2", CHART)


def test_what_was_taken_long_ago_may_be_gone() -> None:
    now = [0.0]
    taken = Taken(lambda: now[0])
    taken.note("T1", picture("one"))
    now[0] = 3601.0

    assert not taken.holds("T1", picture("one"))
