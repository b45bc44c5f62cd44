"""What Discord refuses although its published description allows it.

Limits and wording: discord-api-docs, interactions/receiving-and-responding and
interactions/application-commands; discord_message_rules has those of messages.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from tests.fakes.discord.contract import contract
from tests.fakes.discord.message_rules import (
    id_problems,
    message_problems,
    part_problems,
    parts_of,
    twice,
    words,
)
from tests.fakes.discord.shapes import COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS, Json

_NAME = re.compile(r"[-_'\w]{1,32}")
_MARKS = {"Mn", "Mc"}  # vowels of Thai and Devanagari, which \w leaves out and names may have
_SILENT = 1 << 12
_SUBCOMMAND, _GROUP = 1, 2
_LOCALES = words("""
    ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl
    pt-BR ro ru sv-SE th tr uk vi zh-CN zh-TW
""")
_COMMAND_KEYS = words("""
    id type name name_localizations description description_localizations options contexts
    default_member_permissions dm_permission integration_types nsfw handler
""")
_OPTION_KEYS = words("""
    type name name_localizations description description_localizations required choices
    options channel_types min_value max_value min_length max_length autocomplete
""")
_MESSAGE_OPERATIONS = words("""
    create_message update_message execute_webhook update_webhook_message
    update_original_webhook_message
""")


def problems(operation: str, body: Any, files: Iterable[str], before: Json | None) -> list[str]:
    """Say what Discord would refuse in a request; `before` is the message that it edits."""
    described = contract()
    error = described.request_error(operation, _as_described(body)) if described else None
    found = [error] if error else []
    if operation in _MESSAGE_OPERATIONS:
        found += message_problems(body, files, before)
    elif operation == "create_thread":
        found += message_problems(body["message"], files, None)
    elif operation == "create_interaction_response":
        found += callback_problems(body, files, before)
    elif operation.startswith("bulk_set_"):
        found += command_problems(body)
    return found


def _as_described(body: Any) -> Any:
    """Write ids as text: Discord takes numbers too, its description does not."""
    if not isinstance(body, dict):
        return body
    changed = dict(body)
    if isinstance(body.get("data"), dict):
        changed["data"] = _as_described(body["data"])
    if "recipient_id" in body:
        changed["recipient_id"] = str(body["recipient_id"])
    if roles := (body.get("allowed_mentions") or {}).get("roles"):
        changed["allowed_mentions"] = {**body["allowed_mentions"], "roles": [*map(str, roles)]}
    if body.get("attachments"):
        changed["attachments"] = [{**each, "id": str(each["id"])} for each in body["attachments"]]
    return changed


def callback_problems(body: Json, files: Iterable[str], before: Json | None) -> list[str]:
    """Check the first answer to an interaction."""
    kind, data = body.get("type"), body.get("data") or {}
    found = [f"unknown key {key}" for key in body.keys() - {"type", "data"}]
    match kind:
        case 4:
            found += message_problems(data, files, None)
            allowed = SUPPRESS_EMBEDS | EPHEMERAL | _SILENT | COMPONENTS_V2
            found += ["a flag that a response cannot have"] * _has_other(data, allowed)
        case 5:
            found += ["a deferred response has no flag but EPHEMERAL"] * _has_other(data, EPHEMERAL)
            found += [f"a deferred response has no {key}" for key in data.keys() - {"flags"}]
        case 7:
            found += message_problems(data, files, before or {})
        case 8:
            found += _choice_problems(data.get("choices") or [])
        case 9:
            found += _modal_problems(data)
    return found


def _has_other(data: Json, allowed: int) -> bool:
    return bool((data.get("flags") or 0) & ~allowed)


def _choice_problems(choices: list[Json]) -> list[str]:
    """Check what autocomplete or an option offers, where the description knows no limits."""
    keys = {"name", "value", "name_localizations"}
    found = [f"unknown key {key} in a choice" for each in choices for key in each.keys() - keys]
    found += ["over 25 choices"] * (len(choices) > 25)
    texts = [str(each.get(key, "")) for each in choices for key in ("name", "value")]
    texts += [text for each in choices for text in _translations(each, "name").values()]
    fits = range(1, 101)
    return found + [
        f"{text!r} has not 1 to 100 characters" for text in texts if len(text) not in fits
    ]


def _modal_problems(data: Json) -> list[str]:
    parts = [*parts_of(data.get("components") or [])]
    found = [
        f"unknown key {key} in a modal"
        for key in data.keys() - {"custom_id", "title", "components"}
    ]
    found += [problem for part in parts for problem in part_problems(part)]
    found += id_problems(parts)
    if not 1 <= len(data.get("components") or []) <= 5:
        found.append("a modal has 1 to 5 components")
    return found


def command_problems(commands: list[Json]) -> list[str]:
    """Check the commands that shall be registered in place of all others."""
    names = [(each.get("type") or 1, each.get("name")) for each in commands]
    found = [f"command {name} is there twice" for _, name in twice(names)]
    for each in commands:
        kind, name = each.get("type") or 1, each.get("name", "")
        found += [f"unknown key {key} in {name}" for key in each.keys() - _COMMAND_KEYS]
        if kind == 1:
            found += _name_problems(each) + _option_problems(each)
        else:
            found += [f"{name} has a description"] * bool(each.get("description"))
            found += [f"{name} has options"] * bool(each.get("options"))
        if _length(each) > 8000:
            found.append(f"{name} has over 8000 characters in all")
    return found


def _name_problems(named: Json) -> list[str]:
    name = named.get("name", "")
    found = [] if named.get("description") else [f"{name} has no description"]
    for each in [name, *_translations(named, "name").values()]:
        letters = "".join(char for char in each if unicodedata.category(char) not in _MARKS)
        if not _NAME.fullmatch(letters) or each != each.lower():
            found.append(f"{each!r} is no name for a command or an option")
    for text in _translations(named, "description").values():
        found += [f"{text!r} has over 100 characters"] * (len(text) > 100)
    for key in ("name", "description"):
        unknown = _translations(named, key).keys() - _LOCALES
        found += [f"{locale} is no locale" for locale in sorted(unknown)]
    return found


def _option_problems(owner: Json) -> list[str]:
    options, name = owner.get("options") or [], owner.get("name")
    found = [f"{each} is there twice in {name}" for each in twice(o.get("name") for o in options)]
    translated = {locale for each in options for locale in _translations(each, "name")}
    for locale in sorted(translated):
        shown = [_translations(o, "name").get(locale, o.get("name")) for o in options]
        found += [f"{each} is there twice in {name} ({locale})" for each in twice(shown)]
    kinds = {each.get("type") in (_SUBCOMMAND, _GROUP) for each in options}
    found += [f"{name} mixes subcommands and options"] * (len(kinds) > 1)
    required = [bool(each.get("required")) for each in options]
    found += [f"{name} has a required option after another"] * (sorted(required)[::-1] != required)
    for each in options:
        found += [f"unknown key {key} in {name}" for key in each.keys() - _OPTION_KEYS]
        found += _name_problems(each) + _option_problems(each)
        found += _choice_problems(each.get("choices") or [])
        if each.get("choices") and each.get("autocomplete"):
            found.append(f"{each.get('name')} has choices and autocomplete")
    return found


def _length(command: Json) -> int:
    """Add up what counts for the limit of a command: of each text its longest translation."""
    total = _longest(command, "name") + _longest(command, "description")
    choices = command.get("choices") or []
    total += sum(_longest(each, "name") + len(str(each["value"])) for each in choices)
    return total + sum(_length(each) for each in command.get("options") or [])


def _translations(named: Json, key: str) -> Json:
    """Return a text of a command, an option or a choice in other languages, by locale."""
    return named.get(f"{key}_localizations") or {}


def _longest(named: Json, key: str) -> int:
    """Return the length of a text in the language in which it is longest."""
    texts = [named.get(key) or "", *_translations(named, key).values()]
    return max(map(len, texts))
