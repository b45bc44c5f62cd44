"""Actions -> buttons: which ones a surface shows, and what they carry."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto

from bot.replies import Act, Action
from bot.requests import pack
from bot.text import clean, one_line, truncate
from handlers.slack.render.limits import (
    ACCESSIBILITY_LABEL,
    ACTIONS_ELEMENTS,
    BUTTON_LABEL,
    BUTTON_VALUE,
)
from handlers.slack.render.rich_text import Json, Parts


class Surface(Enum):
    """Where a reply is shown, which decides what its buttons can do."""

    PRIVATE = auto()  # a message that only the member who asked sees
    PUBLIC = auto()  # a message that everybody sees
    DIALOG = auto()  # a dialog that was opened outside of conversations
    HOME = auto()


_MODERATORS = frozenset({Act.WITHDRAW, Act.APPROVE, Act.SKIP, Act.NEVER})
# Sharing needs a conversation that has not seen the passage yet. What everybody sees can be
# reported; only moderators decide about it, in private messages.
_NOT_OFFERED = {
    Surface.PRIVATE: frozenset({Act.REPORT}),
    Surface.PUBLIC: frozenset({Act.SHARE}) | _MODERATORS,
    Surface.DIALOG: frozenset({Act.SHARE, Act.REPORT}) | _MODERATORS,
    Surface.HOME: frozenset({Act.SHARE, Act.REPORT, Act.JUDGE_USEFUL, Act.JUDGE_NOT_THIS})
    | _MODERATORS,
}
# Here, the next page is sent to the member who asks for it instead of replacing what others see.
_NOT_TURNED = frozenset({Surface.PUBLIC, Surface.HOME})


def action_blocks(actions: Sequence[Action], place: Surface, about: str = "") -> Parts:
    """Arrange buttons in as few blocks as possible.

    Screen readers also say what they are `about`, to distinguish buttons with the same label.
    """
    buttons = [
        _button(action, value, about)
        for action in _offered(actions, place)
        if one_line(action.label) and len(value := clean(pack(action.request))) <= BUTTON_VALUE
    ]
    rows = [buttons[n : n + ACTIONS_ELEMENTS] for n in range(0, len(buttons), ACTIONS_ELEMENTS)]
    return [
        {"type": "actions", "elements": [_named(*each) for each in enumerate(row)]} for row in rows
    ]


def plain_text_object(text: str, most: int) -> Json:
    """Build a plain text object of at most `most` characters."""
    return {"type": "plain_text", "text": truncate(one_line(text), most), "emoji": False}


def _offered(actions: Sequence[Action], place: Surface) -> Iterator[Action]:
    for action in actions:
        if action.act is Act.TURN and place in _NOT_TURNED:
            yield replace(action, act=Act.ASK)
        elif action.act not in _NOT_OFFERED.get(place, ()):
            yield action


def _button(action: Action, value: str, about: str) -> Json:
    button = {
        "type": "button",
        "action_id": action.act.value,
        "text": plain_text_object(action.label, BUTTON_LABEL),
        "value": value,
    }
    if about:
        label = truncate(one_line(f"{action.label}: {about}"), ACCESSIBILITY_LABEL)
        button["accessibility_label"] = label
    return button


def _named(number: int, button: Json) -> Json:
    """Number a button, as its id must be unique in its row."""
    return {**button, "action_id": f"{button['action_id']}.{number}"}
