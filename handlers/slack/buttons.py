"""Buttons as Slack shows them: which of them a place has, and what they carry."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto

from bot.answers.replies import Button, ButtonKind
from bot.answers.requests import pack
from bot.text import clean, one_line, truncate
from handlers.slack.limits import ACCESSIBILITY_LABEL, ACTIONS_ELEMENTS, BUTTON_LABEL, BUTTON_VALUE
from handlers.slack.rich_text import Json, Parts


class Place(Enum):
    """Where a reply is shown, on which depends what its buttons can do."""

    PRIVATE = auto()  # a message that only who asked sees
    PUBLIC = auto()  # a message that everybody sees
    DIALOG = auto()  # a dialog that was opened from no conversation
    HOME = auto()


_MODERATORS = frozenset(
    {ButtonKind.WITHDRAW, ButtonKind.APPROVE, ButtonKind.SKIP, ButtonKind.NEVER}
)
# There is no conversation to share to, or it has seen the passage already. What everybody sees can
# be reported; what becomes of it is for moderators.
_NOT_OFFERED = {
    Place.PRIVATE: frozenset({ButtonKind.REPORT}),
    Place.PUBLIC: frozenset({ButtonKind.SHARE}) | _MODERATORS,
    Place.DIALOG: frozenset({ButtonKind.SHARE, ButtonKind.REPORT}) | _MODERATORS,
    Place.HOME: frozenset(
        {ButtonKind.SHARE, ButtonKind.REPORT, ButtonKind.JUDGE_USEFUL, ButtonKind.JUDGE_NOT_THIS}
    )
    | _MODERATORS,
}
# Nobody turns a page for others, nor all of App Home: the next one is for who asks for it.
_NOT_TURNED = frozenset({Place.PUBLIC, Place.HOME})


def action_blocks(buttons: Sequence[Button], place: Place, about: str = "") -> Parts:
    """Put buttons in as few blocks as hold them.

    Screen readers hear what they are `about` too, which tells equal buttons of a message apart.
    """
    elements = [
        _element(button, value, about)
        for button in _offered(buttons, place)
        if one_line(button.label) and len(value := clean(pack(button.request))) <= BUTTON_VALUE
    ]
    rows = [elements[n : n + ACTIONS_ELEMENTS] for n in range(0, len(elements), ACTIONS_ELEMENTS)]
    return [
        {"type": "actions", "elements": [_named(*each) for each in enumerate(row)]} for row in rows
    ]


def plain_text(text: str, most: int) -> Json:
    """Write a text object in which nothing is parsed, of at most `most` characters."""
    return {"type": "plain_text", "text": truncate(one_line(text), most), "emoji": False}


def _offered(buttons: Sequence[Button], place: Place) -> Iterator[Button]:
    for button in buttons:
        if button.kind is ButtonKind.TURN and place in _NOT_TURNED:
            yield replace(button, kind=ButtonKind.ASK)
        elif button.kind not in _NOT_OFFERED.get(place, ()):
            yield button


def _element(button: Button, value: str, about: str) -> Json:
    element = {
        "type": "button",
        "action_id": button.kind.value,
        "text": plain_text(button.label, BUTTON_LABEL),
        "value": value,
    }
    if about:
        label = truncate(one_line(f"{button.label}: {about}"), ACCESSIBILITY_LABEL)
        element["accessibility_label"] = label
    return element


def _named(number: int, element: Json) -> Json:
    """Number a button, for its id has to be the only one in its row."""
    return {**element, "action_id": f"{element['action_id']}.{number}"}
