"""What somebody can enter in Discord: options of commands, buttons, lists and forms."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.discord.message_rules import BUTTON, INPUT, SELECT, parts_of
from tests.fakes.discord.shapes import (
    Channel,
    Json,
    Role,
    User,
    channel_json,
    member_json,
    role_json,
    user_json,
)

_SUBCOMMANDS = {1, 2}
_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _NUMBER = 3, 4, 5, 6, 7, 8, 10
_PYTHON = {
    _STRING: str,
    _INTEGER: int,
    _BOOLEAN: bool,
    _USER: User,
    _CHANNEL: Channel,
    _ROLE: Role,
}


class RefusedError(Exception):
    """Raised for what Discord's own client does not let a person do."""


def find_options(command: Json, path: list[str]) -> list[Json]:
    """Give the options of a command or of the subcommand that a path leads to."""
    options: list[Json] = command.get("options") or []
    for name in path:
        found = [each for each in options if each["name"] == name and each["type"] in _SUBCOMMANDS]
        if not found:
            raise RefusedError(f"there is no subcommand {name}")
        options = found[0].get("options") or []
    if any(each["type"] in _SUBCOMMANDS for each in options):
        raise RefusedError("only the subcommands can be used")
    return options


def nested(command: Json, path: list[str], options: list[Json]) -> list[Json]:
    """Write options within the subcommands that a path names."""
    for depth in range(len(path), 0, -1):
        owner = {"options": _owner_options(command, path[: depth - 1])}
        kind = next(each["type"] for each in owner["options"] if each["name"] == path[depth - 1])
        options = [{"name": path[depth - 1], "type": kind, "options": options}]
    return options


def _owner_options(command: Json, path: list[str]) -> list[Json]:
    options: list[Json] = command.get("options") or []
    for name in path:
        options = next(each["options"] for each in options if each["name"] == name)
    return options


def fill_in(known: list[Json], values: Mapping[str, Any], focused: str | None = None) -> list[Json]:
    """Write values as options, as far as Discord's client would let somebody enter them.

    With `focused` somebody is still typing: nothing is complete yet.
    """
    unknown = values.keys() - {each["name"] for each in known}
    if unknown:
        raise RefusedError(f"there is no option {', '.join(sorted(unknown))}")
    missing = [each["name"] for each in known if each.get("required")]
    if focused is None and set(missing) - values.keys():
        raise RefusedError(f"{missing} must be filled in")
    options = []
    for each in known:
        name = each["name"]
        if name not in values:
            continue
        value = values[name] if focused else _value(each, values[name])
        mark = {"focused": True} if name == focused else {}
        options.append({"name": name, "type": each["type"], "value": value, **mark})
    return options


def _value(option: Json, value: Any) -> Any:
    name, kind = option["name"], option["type"]
    expected = _PYTHON.get(kind)
    if expected and type(value) is not expected:
        raise RefusedError(f"{name} takes no {type(value).__name__}")
    choices = [each["value"] for each in option.get("choices") or []]
    if choices and value not in choices:
        raise RefusedError(f"{value!r} is none of the choices of {name}")
    if kind in (_INTEGER, _NUMBER):
        _check_range(option, "value", value)
    elif kind == _STRING:
        _check_range(option, "length", len(value))
    return str(value.id) if isinstance(value, User | Channel | Role) else value


def _check_range(option: Json, of: str, measure: float) -> None:
    least, most = option.get(f"min_{of}"), option.get(f"max_{of}")
    low = least is not None and measure < least
    if low or (most is not None and measure > most):
        raise RefusedError(f"{option['name']} is out of its range {least} to {most}")


def resolved(values: Mapping[str, Any]) -> Json:
    """Write the people and channels that values name."""
    users = {str(each.id): each for each in values.values() if isinstance(each, User)}
    channels = [each for each in values.values() if isinstance(each, Channel)]
    roles = [each for each in values.values() if isinstance(each, Role)]
    found: Json = {}
    if users:
        found["users"] = {number: user_json(each) for number, each in users.items()}
        found["members"] = {
            number: {key: value for key, value in member_json(each).items() if key != "user"}
            | {"permissions": str(each.permissions)}
            for number, each in users.items()
        }
    if roles:
        found["roles"] = {str(each.id): role_json(each) for each in roles}
    if channels:
        found["channels"] = {
            str(each.id): channel_json(each)
            | {
                "permissions": str(each.bot_permissions),
                "app_permissions": str(each.bot_permissions),
            }
            for each in channels
        }
    return found


def find_component(message: Json, named: str, kind: int = BUTTON) -> Json:
    """Find a component by its custom_id or its label, as somebody could use it."""
    used = [each for each in parts_of(message["components"]) if each["type"] == kind]
    found = [each for each in used if named in (each.get("custom_id"), each.get("label"))]
    if not found:
        shown = [each.get("label") or each.get("custom_id") for each in used]
        raise RefusedError(f"there is no {named!r}, only {shown}")
    if found[0].get("disabled") or not found[0].get("custom_id"):
        raise RefusedError(f"{named!r} is disabled or a link")
    return found[0]


def find_option(message: Json, named: str) -> tuple[str, list[str]] | None:
    """Find an option by its value, or by its label without its number: its menu, and its value."""
    for menu in parts_of(message["components"]):
        for each in menu.get("options") or ():
            if named in (each["value"], each["label"].partition(". ")[2]):
                return menu["custom_id"], [each["value"]]
    return None


def submitted(modal: Json, values: Mapping[str, Any]) -> list[Json]:
    """Write what somebody enters into a form, by the custom_ids of its fields."""
    fields = {
        each["custom_id"]: each for each in parts_of(modal["components"]) if "custom_id" in each
    }
    unknown = values.keys() - fields.keys()
    if unknown:
        raise RefusedError(f"there is no field {', '.join(sorted(unknown))}")
    for name, each in fields.items():
        value = values.get(name, each.get("value") or "")
        if not value and each.get("required", True):
            raise RefusedError(f"{name} must be filled in")
        if value and each["type"] == INPUT:
            _check_range({"name": name, **each}, "length", len(value))
    return [*_entered(modal["components"], values)]


def _entered(components: list[Json], values: Mapping[str, Any]) -> Iterator[Json]:
    for number, each in enumerate(components, 1):
        written = {"type": each["type"], "id": each.get("id", number)}
        if "component" in each:
            yield written | {"component": next(_entered([each["component"]], values))}
        elif "components" in each:
            yield written | {"components": [*_entered(each["components"], values)]}
        elif each["type"] == SELECT:
            chosen = values.get(each["custom_id"], [])
            yield written | {"custom_id": each["custom_id"], "values": chosen}
        elif "custom_id" in each:
            value = values.get(each["custom_id"], each.get("value") or "")
            yield written | {"custom_id": each["custom_id"], "value": value}
        else:
            yield written
