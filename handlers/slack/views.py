"""Replies -> what Slack shows outside of conversations: dialogs, App Home and the search form."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.answers.replies import Reply
from bot.answers.suggestions import Suggestion, compose_query
from bot.search.query import MAX_CHARACTERS
from handlers.slack.blocks import reply_blocks
from handlers.slack.buttons import Place, plain_text
from handlers.slack.limits import (
    OPTION_LABEL,
    OPTION_VALUE,
    PLACEHOLDER,
    SELECT_OPTIONS,
    VIEW_BLOCKS,
    VIEW_CHARACTERS,
    VIEW_TITLE,
)
from handlers.slack.rich_text import Json, Parts, rich_text, section, words

SEARCH_FORM = "search"
WORDS = "words"
GUEST = "guest"
EPISODE = "episode"
SEASON = "season"


def home(reply: Reply) -> Json:
    """Show a reply in App Home."""
    return {"type": "home", "blocks": reply_blocks(reply, Place.HOME, VIEW_BLOCKS, VIEW_CHARACTERS)}


def dialog(reply: Reply, place: Place = Place.DIALOG) -> Json:
    """Show a reply in a dialog; it offers what can be done at `place`, where it was opened."""
    longer = any(card.turns for card in reply.cards)
    title = "In Context" if longer else "From the Podcast"
    return _modal(title, reply_blocks(reply, place, VIEW_BLOCKS, VIEW_CHARACTERS))


def waiting() -> Json:
    """Make the dialog that is shown until its answer is there: it has to open within 3 s."""
    return _modal("From the Podcast", rich_text(section(words("One moment, I am looking it up."))))


def search_form(seasons: Sequence[Suggestion]) -> Json:
    """Make the dialog in which words, a guest, an episode and a season are filled in."""
    blocks = [
        _input(WORDS, "Words", _text_field("model registry, or “an exact phrase”")),
        _input(GUEST, "Guest", _suggesting("Any guest")),
        _input(EPISODE, "Episode", _suggesting("Any episode")),
    ]
    if seasons:
        blocks.append(_input(SEASON, "Season", _menu("Any season", seasons)))
    submit = {"callback_id": SEARCH_FORM, "submit": plain_text("Search", VIEW_TITLE)}
    return {**_modal("Search the Podcast", blocks), **submit}


def read_form(view: Mapping[str, Any]) -> str:
    """Read what is filled in into the search form, as a query; fields may be missing."""
    values = view.get("state", {}).get("values", {})
    return compose_query(*(_filled_in(values, name) for name in (WORDS, GUEST, EPISODE, SEASON)))


def _filled_in(values: Mapping[str, Any], name: str) -> str:
    field = values.get(name, {}).get(name, {})
    return str((field.get("selected_option") or field).get("value") or "")


def _modal(title: str, blocks: Parts) -> Json:
    return {
        "type": "modal",
        "title": plain_text(title, VIEW_TITLE),
        "close": plain_text("Close", VIEW_TITLE),
        "blocks": blocks,
    }


def _input(name: str, label: str, element: Json) -> Json:
    return {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, VIEW_TITLE),
        "optional": True,
        "element": {**element, "action_id": name},
    }


def _text_field(example: str) -> Json:
    return {
        "type": "plain_text_input",
        "placeholder": plain_text(example, PLACEHOLDER),
        "max_length": MAX_CHARACTERS,
        "focus_on_load": True,
    }


def _suggesting(placeholder: str) -> Json:
    """Make a menu that asks for suggestions from the first character on."""
    return {
        "type": "external_select",
        "placeholder": plain_text(placeholder, PLACEHOLDER),
        "min_query_length": 0,
    }


def _menu(placeholder: str, choices: Sequence[Suggestion]) -> Json:
    options = [
        {"text": plain_text(choice.label, OPTION_LABEL), "value": choice.value}
        for choice in choices[:SELECT_OPTIONS]
        if len(choice.value) <= OPTION_VALUE
    ]
    return {
        "type": "static_select",
        "placeholder": plain_text(placeholder, PLACEHOLDER),
        "options": options,
    }
