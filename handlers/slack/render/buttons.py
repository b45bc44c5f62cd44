"""Buttons and menus as Slack shows them: which ones a surface has, and what they carry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from enum import Enum, auto
from operator import attrgetter
from typing import Any

from bot.answers.public import for_anybody
from bot.answers.replies import FOLDED, Button, ButtonKind, Card, play_label
from bot.answers.requests import Request, Verb, pack, unpack
from bot.players import is_link
from bot.text import clean, one_line, truncate
from bot.translations import gettext
from handlers.slack.render.limits import (
    ACCESSIBILITY_LABEL,
    ACTION_ID,
    ACTIONS_ELEMENTS,
    BUTTON_TEXT,
    BUTTON_VALUE,
    OVERFLOW_OPTIONS,
)
from handlers.slack.render.rich_text import Parts, Payload

# The action of a link, of which Slack tells the app too.
WATCH = "watch"


class Surface(Enum):
    """Where a reply is shown, which decides what its buttons can do."""

    PRIVATE = auto()  # a message that only the member who asked sees
    PUBLIC = auto()  # a message that everybody sees
    DIALOG = auto()  # a dialog that was opened outside of conversations
    CHANNEL_DIALOG = auto()  # a dialog that was opened from a conversation
    HOME = auto()

    @property
    def is_message(self) -> bool:
        """Whether it is a message; views have no feedback buttons."""
        return self in (Surface.PRIVATE, Surface.PUBLIC)


# All of a request but what an option of a menu carries itself.
_BESIDES = attrgetter(*(each.name for each in fields(Request) if each.name not in ("verb", "text")))
_VERDICTS = (ButtonKind.JUDGE_USEFUL, ButtonKind.JUDGE_NOT_THIS)
_RETRACTING = (ButtonKind.RETRACT_USEFUL, ButtonKind.RETRACT_NOT_THIS)
_MODERATORS = frozenset(
    {
        *(ButtonKind.WITHDRAW, ButtonKind.APPROVE, ButtonKind.SKIP, ButtonKind.NEVER),
        *(ButtonKind.EDIT, ButtonKind.OTHERS),
    }
)
# What only members of a conversation, who all see it, can decide.
_OF_ALL = frozenset({ButtonKind.REPORT, ButtonKind.VOTE})
# What everybody sees can be reported; only moderators decide about it, in private messages.
_NOT_OFFERED = {
    Surface.PRIVATE: _OF_ALL,
    Surface.CHANNEL_DIALOG: _OF_ALL,
    Surface.PUBLIC: _MODERATORS,
    Surface.DIALOG: _OF_ALL | _MODERATORS,
    Surface.HOME: frozenset({ButtonKind.NOMINATE, *_VERDICTS, *_RETRACTING})
    | _OF_ALL
    | _MODERATORS,
}
# Here, the next page is sent to the member who asks for it instead of replacing what others see.
_FOR_ANYBODY = frozenset({Surface.PUBLIC, Surface.HOME})
# The action of a menu, followed by the packed request that its options have in common.
_MENU = "menu:"
# The action of both thumbs.
_FEEDBACK = "verdict"
# Nobody says whether Slack escapes these in an id.
ESCAPED = frozenset("&<>")


def action_blocks(buttons: Sequence[Button], place: Surface, about: str = "") -> Parts:
    """Arrange buttons in as few blocks as possible, verdicts in a quiet one below the others.

    Screen readers also say what they are `about`, to distinguish buttons with the same label.
    """
    offered = list(_offered(buttons, place))
    verdicts = [each for each in offered if each.kind in _VERDICTS] if place.is_message else []
    both = tuple(each.kind for each in verdicts) == _VERDICTS
    quiet = _feedback(verdicts) if both else []
    rest = [each for each in offered if not (quiet and each.kind in _VERDICTS)]
    return [*_rows([element for each in rest for element in _button(each, about)]), *quiet]


def card_actions(card: Card, place: Surface, about: str, *, alone: bool, best: bool) -> Parts:
    """Arrange what can be done with a passage: the link that plays it, then all else.

    In a list, all else is in a menu; only the link of the `best` passage stands out in colour.
    """
    offered = list(_offered(card.buttons, place))
    folded = [] if alone else [each for each in offered if each.kind in FOLDED]
    menu = _menu(folded, about) if len(folded) > 1 else []
    plain = [each for each in offered if not (menu and each in folded)]
    buttons = [element for each in plain for element in _button(each, about)]
    return _rows([*_watch(card, about, best=best), *buttons, *menu])


def read_press(pressed: Mapping[str, Any]) -> tuple[str, Request | None]:
    """Read what a pressed button or a chosen option is for, and its request if that is valid."""
    action = str(pressed.get("action_id", ""))
    if not action.startswith(_MENU):
        packed = pressed.get("value")
        kind = action.partition(".")[0]
        if kind == _FEEDBACK:
            kind, _, packed = str(packed).partition(":")
        return kind, unpack(packed)
    request = unpack(action.removeprefix(_MENU))
    kind, verb, with_text = (*_chosen(pressed).split(":"), "", "")[:3]
    if request is None or verb not in set(Verb):
        return kind, None
    return kind, replace(request, verb=Verb(verb), text=request.text if with_text else "")


def plain_text_object(text: str, most: int) -> Payload:
    """Build a plain text object of at most `most` characters."""
    return {"type": "plain_text", "text": truncate(one_line(text), most), "emoji": False}


def _offered(buttons: Sequence[Button], place: Surface) -> Iterator[Button]:
    shown = for_anybody(buttons) if place in _FOR_ANYBODY else buttons
    for button in shown:
        if one_line(button.label) and button.kind not in _NOT_OFFERED[place]:
            yield button


def _rows(elements: Parts) -> Parts:
    rows = [elements[n : n + ACTIONS_ELEMENTS] for n in range(0, len(elements), ACTIONS_ELEMENTS)]
    return [
        {"type": "actions", "elements": [_named(*each) for each in enumerate(row)]} for row in rows
    ]


def _button(button: Button, about: str) -> Parts:
    value = clean(pack(button.request))
    if len(value) > BUTTON_VALUE:
        return []
    return [{**_labelled(button.label, about), "action_id": button.kind.value, "value": value}]


def _watch(card: Card, about: str, *, best: bool) -> Parts:
    if not is_link(card.url):
        return []
    button = {**_labelled(play_label(card.time, card.url), about), "action_id": WATCH}
    return [{**button, "url": card.url, **({"style": "primary"} if best else {})}]


def _labelled(label: str, about: str) -> Payload:
    element = {"type": "button", "text": plain_text_object(label, BUTTON_TEXT)}
    if about:
        told = truncate(one_line(f"{label}: {about}"), ACCESSIBILITY_LABEL)
        element["accessibility_label"] = told
    return element


def _menu(buttons: Sequence[Button], about: str) -> Parts:
    """Fold buttons into a menu, unless they have too little in common to fit there.

    An option holds 75 characters, so that the menu's id has to carry the request.
    """
    shared = buttons[0].request
    action = _MENU + clean(pack(shared))
    options = [_option(each, shared) for each in buttons[:OVERFLOW_OPTIONS]]
    if len(action) > ACTION_ID or ESCAPED & set(action) or not all(options):
        return []
    menu = {"type": "overflow", "action_id": action, "options": options}
    rest = [element for each in buttons[OVERFLOW_OPTIONS:] for element in _button(each, about)]
    return [menu, *rest]


def _option(button: Button, shared: Request) -> Payload:
    asked = button.request
    differs = asked.text not in (shared.text, "")
    if differs or _BESIDES(asked) != _BESIDES(shared):
        return {}
    value = f"{button.kind.value}:{asked.verb.value}:{'text' if asked.text else ''}"
    return {"text": plain_text_object(button.label, BUTTON_TEXT), "value": value}


def _chosen(pressed: Mapping[str, Any]) -> str:
    return str((pressed.get("selected_option") or {}).get("value") or "")


def _feedback(verdicts: Sequence[Button]) -> Parts:
    """Ask for a verdict with two thumbs, whose value says which one it is."""
    values = [f"{each.kind.value}:{clean(pack(each.request))}" for each in verdicts]
    if max(map(len, values)) > BUTTON_VALUE:
        return []
    positive, negative = (
        {
            "text": plain_text_object(each.label, BUTTON_TEXT),
            "accessibility_label": truncate(
                one_line(gettext("{label}: the first passage", label=each.label)),
                ACCESSIBILITY_LABEL,
            ),
            "value": value,
        }
        for each, value in zip(verdicts, values, strict=True)
    )
    thumbs = {"type": "feedback_buttons", "action_id": _FEEDBACK}
    element = {**thumbs, "positive_button": positive, "negative_button": negative}
    return [{"type": "context_actions", "elements": [element]}]


def _named(number: int, element: Payload) -> Payload:
    """Number a button, as its id must be unique in its row."""
    if element["type"] != "button":
        return element
    return {**element, "action_id": f"{element['action_id']}.{number}"}
