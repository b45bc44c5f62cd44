"""Replies and forms -> dialogs."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.answers.buttons import shared_label
from bot.answers.replies import Reply
from bot.answers.suggestions import FilledForm, Suggestion, compose_query
from bot.search.query import MAX_CHARACTERS
from bot.translations import gettext
from bot.weekly.nomination import MAX_TYPED, WordsForm
from handlers.markup import decode_markup
from handlers.slack.render.buttons import Surface, plain_text_object
from handlers.slack.render.limits import (
    HINT,
    OPTION_LABEL,
    OPTION_VALUE,
    PLACEHOLDER,
    SELECT_OPTIONS,
    VIEW_BLOCKS,
    VIEW_CHARACTERS,
    VIEW_TITLE,
)
from handlers.slack.render.messages import reply_blocks
from handlers.slack.render.rich_text import Parts, Payload, rich_text, section, words

# What an app may set of a view.
_KEPT = ("type", "title", "close", "submit", "callback_id", "private_metadata")
SEARCH_FORM, WORDS_FORM, SHARE_FORM = "search", "quote_words", "share"
WORDS = "words"
GUEST = "guest"
EPISODE = "episode"
SEASON = "season"
_CONVERSATION = "conversation"
_EMPTY = FilledForm()


def render_dialog(reply: Reply, place: Surface = Surface.DIALOG) -> Payload:
    """Render a reply as a dialog; `place` decides which buttons it has."""
    longer = any(card.turns for card in reply.cards)
    title = gettext("In Context") if longer else gettext("From the Podcast")
    return _modal(title, reply_blocks(reply, place, VIEW_BLOCKS, VIEW_CHARACTERS))


def view_with_shared(view: Mapping[str, Any], pressed: Mapping[str, Any]) -> Payload:
    """Build an open dialog anew, with “Shared” on what was pressed in it."""
    blocks = [
        {**block, "elements": [_with_shared(each, pressed) for each in block["elements"]]}
        if block.get("block_id") == pressed.get("block_id") and "elements" in block
        else block
        for block in view["blocks"]
    ]
    kept = {name: view[name] for name in _KEPT if view.get(name)}
    return {**kept, "blocks": blocks}


def _with_shared(element: Payload, pressed: Mapping[str, Any]) -> Payload:
    if element.get("action_id") != pressed.get("action_id"):
        return element
    shared = {"text": plain_text_object(shared_label(), VIEW_TITLE)}
    if "options" not in element:
        return {**element, **shared}
    chosen = (pressed.get("selected_option") or {}).get("value")
    options = [
        {**each, **shared} if each["value"] == chosen else each for each in element["options"]
    ]
    return {**element, "options": options}


def waiting_dialog() -> Payload:
    """Build the dialog that is shown until the answer is ready."""
    text = gettext("One moment, I am looking that up.")
    return _modal(gettext("From the Podcast"), rich_text(section(words(text))))


def search_form(seasons: Sequence[Suggestion], filled: FilledForm = _EMPTY) -> Payload:
    """Build the search form: words, a guest, an episode and a season."""
    typed = _text_field(gettext("model registry, or “an exact phrase”"), filled.words)
    any_episode = _suggesting(gettext("Any episode"))
    blocks = [
        _input(WORDS, gettext("Words"), typed),
        _input(GUEST, gettext("Guest"), _chosen(_suggesting(gettext("Any guest")), filled.guest)),
        _input(EPISODE, gettext("Episode"), _chosen(any_episode, filled.episode)),
    ]
    if seasons:
        menu = _menu(gettext("Any season"), seasons)
        is_listed = filled.season in seasons[:SELECT_OPTIONS]
        chosen = _chosen(menu, filled.season) if is_listed else menu
        blocks.append(_input(SEASON, gettext("Season"), chosen))
    submit = {
        "callback_id": SEARCH_FORM,
        "submit": plain_text_object(gettext("Search"), VIEW_TITLE),
    }
    return {**_modal(gettext("Search the Podcast"), blocks), **submit}


def words_form(form: WordsForm) -> Payload:
    """Build the form in which somebody changes the words of a quote."""
    field = {
        "type": "plain_text_input",
        "multiline": True,
        "max_length": MAX_TYPED,
        "initial_value": form.text,
        "focus_on_load": True,
    }
    block = {**_input(WORDS, form.label, field), "optional": False}
    block["hint"] = plain_text_object(form.hint, HINT)
    submit = {"callback_id": WORDS_FORM, "submit": plain_text_object(gettext("Send"), VIEW_TITLE)}
    return {**_modal(form.title, [block]), **submit}


def share_form() -> Payload:
    """Build the form in which somebody chooses the conversation to share a passage in."""
    menu = {
        "type": "conversations_select",
        "placeholder": plain_text_object(gettext("Choose a conversation"), PLACEHOLDER),
        "default_to_current_conversation": True,
        # Slack then says where to post, even where the app is not a member.
        "response_url_enabled": True,
        "filter": {"exclude_bot_users": True},
    }
    block = {**_input(_CONVERSATION, gettext("Share in"), menu), "optional": False}
    form = _modal(gettext("Share This Passage"), [block])
    submit = plain_text_object(gettext("Share"), VIEW_TITLE)
    return {**form, "callback_id": SHARE_FORM, "submit": submit}


def read_words(view: Mapping[str, Any]) -> str:
    """Read what was typed into the form for the words of a quote."""
    return _filled_in(view.get("state", {}).get("values", {}), WORDS)


def read_form(view: Mapping[str, Any]) -> str:
    """Compose a query from the filled-in search form, in which fields may be missing."""
    values = view.get("state", {}).get("values", {})
    words, *chosen = (_filled_in(values, name) for name in (WORDS, GUEST, EPISODE, SEASON))
    return compose_query(decode_markup(words), *chosen)


def option_of(choice: Suggestion) -> Payload:
    """Build the option of a menu for a suggestion."""
    return {"text": plain_text_object(choice.label, OPTION_LABEL), "value": choice.value}


def _filled_in(values: Mapping[str, Any], name: str) -> str:
    field = values.get(name, {}).get(name, {})
    return str((field.get("selected_option") or field).get("value") or "")


def _modal(title: str, blocks: Parts) -> Payload:
    return {
        "type": "modal",
        "title": plain_text_object(title, VIEW_TITLE),
        "close": plain_text_object(gettext("Close"), VIEW_TITLE),
        "blocks": blocks,
    }


def _input(name: str, label: str, element: Payload) -> Payload:
    return {
        "type": "input",
        "block_id": name,
        "label": plain_text_object(label, VIEW_TITLE),
        "optional": True,
        "element": {**element, "action_id": name},
    }


def _text_field(example: str, typed: str) -> Payload:
    field = {
        "type": "plain_text_input",
        "placeholder": plain_text_object(example, PLACEHOLDER),
        "max_length": MAX_CHARACTERS,
        "focus_on_load": True,
    }
    return {**field, "initial_value": typed[:MAX_CHARACTERS]} if typed else field


def _chosen(menu: Payload, choice: Suggestion | None) -> Payload:
    return {**menu, "initial_option": option_of(choice)} if choice else menu


def _suggesting(placeholder: str) -> Payload:
    """Build a menu that asks for suggestions before anything is typed."""
    return {
        "type": "external_select",
        "placeholder": plain_text_object(placeholder, PLACEHOLDER),
        "min_query_length": 0,
    }


def _menu(placeholder: str, choices: Sequence[Suggestion]) -> Payload:
    fitting = (each for each in choices[:SELECT_OPTIONS] if len(each.value) <= OPTION_VALUE)
    return {
        "type": "static_select",
        "placeholder": plain_text_object(placeholder, PLACEHOLDER),
        "options": list(map(option_of, fitting)),
    }
