"""Buttons as Slack shows them: which ones a surface shows, and what they carry."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto

from bot.answers.replies import Button, ButtonKind
from bot.answers.requests import pack
from bot.text import clean, one_line, truncate
from handlers.slack.render.limits import (
    ACCESSIBILITY_LABEL,
    ACTIONS_ELEMENTS,
    BUTTON_TEXT,
    BUTTON_VALUE,
)
from handlers.slack.render.rich_text import Parts, Payload


class Surface(Enum):
    """Where a reply is shown, which decides what its buttons can do."""

    PRIVATE = auto()  # a message that only the member who asked sees
    PUBLIC = auto()  # a message that everybody sees
    DIALOG = auto()  # a dialog that was opened outside of conversations
    HOME = auto()


_MODERATORS = frozenset(
    {
        *(ButtonKind.WITHDRAW, ButtonKind.APPROVE, ButtonKind.SKIP, ButtonKind.NEVER),
        *(ButtonKind.EDIT, ButtonKind.OTHERS),
    }
)
# What only members of a conversation, who all see it, can decide.
_OF_ALL = frozenset({ButtonKind.REPORT, ButtonKind.VOTE})
# Sharing needs a conversation that has not seen the passage yet. What everybody sees can be
# reported; only moderators decide about it, in private messages.
_NOT_OFFERED = {
    Surface.PRIVATE: _OF_ALL,
    Surface.PUBLIC: frozenset({ButtonKind.SHARE}) | _MODERATORS,
    Surface.DIALOG: frozenset({ButtonKind.SHARE}) | _OF_ALL | _MODERATORS,
    Surface.HOME: frozenset(
        {
            *(ButtonKind.SHARE, ButtonKind.NOMINATE),
            *(ButtonKind.JUDGE_USEFUL, ButtonKind.JUDGE_NOT_THIS),
        }
    )
    | _OF_ALL
    | _MODERATORS,
}
# Here, the next page is sent to the member who asks for it instead of replacing what others see.
_NOT_TURNED = frozenset({Surface.PUBLIC, Surface.HOME})


def action_blocks(buttons: Sequence[Button], place: Surface, about: str = "") -> Parts:
    """Arrange buttons in as few blocks as possible.

    Screen readers also say what they are `about`, to distinguish buttons with the same label.
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


def plain_text_object(text: str, most: int) -> Payload:
    """Build a plain text object of at most `most` characters."""
    return {"type": "plain_text", "text": truncate(one_line(text), most), "emoji": False}


def _offered(buttons: Sequence[Button], place: Surface) -> Iterator[Button]:
    for button in buttons:
        if button.kind is ButtonKind.TURN and place in _NOT_TURNED:
            yield replace(button, kind=ButtonKind.ASK)
        elif button.kind not in _NOT_OFFERED.get(place, ()):
            yield button


def _element(button: Button, value: str, about: str) -> Payload:
    element = {
        "type": "button",
        "action_id": button.kind.value,
        "text": plain_text_object(button.label, BUTTON_TEXT),
        "value": value,
    }
    if about:
        label = truncate(one_line(f"{button.label}: {about}"), ACCESSIBILITY_LABEL)
        element["accessibility_label"] = label
    return element


def _named(number: int, element: Payload) -> Payload:
    """Number a button, as its id must be unique in its row."""
    return {**element, "action_id": f"{element['action_id']}.{number}"}
