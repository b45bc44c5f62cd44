"""What is said of a card in the same words on every platform."""

import pytest

from bot.models import Origin
from bot.showing import more_chapters, remark, shared_by


@pytest.mark.parametrize(
    ("source", "heard_as", "told"),
    [
        (Origin.CAPTIONS, "", "Automatic captions"),
        (Origin.CAPTIONS, "green tee", "Automatic captions, heard as “green tee”"),
        (Origin.EDITED, "green tee", ""),
        (None, "", ""),
    ],
)
def test_only_captions_are_remarked_upon(source: Origin | None, heard_as: str, told: str) -> None:
    assert remark(source, heard_as) == told


@pytest.mark.parametrize(
    ("left", "told"),
    [(0, ""), (1, "… and 1 more chapter"), (1200, "… and 1,200 more chapters")],
)
def test_chapters_without_room_are_counted(left: int, told: str) -> None:
    assert more_chapters(left) == told


def test_a_share_reads_as_a_sentence_with_and_without_a_name() -> None:
    assert "Ada" + shared_by(named=True) == "Ada shared from the podcast:"
    assert shared_by(named=False) == "Shared from the podcast:"
