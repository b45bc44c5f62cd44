"""Actions -> buttons: which of them a place has, and what they carry."""

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
    """Where a reply is shown, on which depends what its buttons can do."""

    PRIVATE = auto()  # a message that only who asked sees
    PUBLIC = auto()  # a message that everybody sees
    DIALOG = auto()  # a dialog that was opened from no conversation
    HOME = auto()


_MODERATORS = frozenset({Act.WITHDRAW, Act.APPROVE, Act.SKIP, Act.NEVER})
# There is no conversation to share to, or it has seen the passage already. What everybody sees can
# be reported; what becomes of it is for moderators.
_NOT_OFFERED = {
    Surface.PRIVATE: frozenset({Act.REPORT}),
    Surface.PUBLIC: frozenset({Act.SHARE}) | _MODERATORS,
    Surface.DIALOG: frozenset({Act.SHARE, Act.REPORT}) | _MODERATORS,
    Surface.HOME: frozenset({Act.SHARE, Act.REPORT, Act.JUDGE_USEFUL, Act.JUDGE_NOT_THIS})
    | _MODERATORS,
}
# Nobody turns a page for others, nor all of App Home: the next one is for who asks for it.
_NOT_TURNED = frozenset({Surface.PUBLIC, Surface.HOME})


def action_blocks(actions: Sequence[Action], place: Surface, about: str = "") -> Parts:
    """Put actions in as few blocks as hold them.

    Screen readers hear what they are `about` too, which tells equal buttons of a message apart.
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
    """Write a text object in which nothing is parsed, of at most `most` characters."""
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
    """Number a button, for its id has to be the only one in its row."""
    return {**button, "action_id": f"{button['action_id']}.{number}"}
