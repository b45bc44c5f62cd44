"""Discord's own description of its API, where there is a copy of it."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_NAME = "urn:discord"
_METHODS = ("get", "put", "post", "patch", "delete")


class Contract:
    """What the API takes and gives, by the operations' names."""

    def __init__(self, description: dict[str, Any]) -> None:
        resource = DRAFT202012.create_resource(description)
        self._registry: Registry[Any] = Registry().with_resource(_NAME, resource)
        self._operations = {
            operation["operationId"]: (f"/paths/{path.replace('/', '~1')}/{method}", operation)
            for path, methods in description["paths"].items()
            for method, operation in methods.items()
            if method in _METHODS
        }
        self._validators: dict[str, Draft202012Validator] = {}

    def request_error(self, operation: str, body: Any) -> str | None:
        """Say what is wrong with the body of a request, or None."""
        pointer, known = self._operations[operation]
        if "requestBody" not in known:
            return None if body is None else "this operation takes no body"
        schema = f"{pointer}/requestBody/content/application~1json/schema"
        return self._error(schema, _with_ids_as_text(body))

    def answer_error(self, operation: str, status: int, body: Any) -> str | None:
        """Say what is wrong with an answer of the API, or None."""
        pointer, known = self._operations[operation]
        answer = known["responses"].get(str(status))
        if status >= 400:
            # The codes below "errors" are words, which only the description takes for numbers.
            told = {name: value for name, value in body.items() if name != "errors"}
            return self._error("/components/schemas/ErrorResponse", told)
        if answer is None:
            return f"there is no answer {status}"
        if "content" not in answer:
            return None if body is None else f"an answer {status} has no body"
        content = f"{pointer}/responses/{status}/content/application~1json/schema"
        return self._error(content, body)

    def _error(self, pointer: str, body: Any) -> str | None:
        if pointer not in self._validators:
            schema = {"$ref": f"{_NAME}#{pointer}"}
            self._validators[pointer] = Draft202012Validator(schema, registry=self._registry)
        errors = [_deepest(each) for each in self._validators[pointer].iter_errors(body)]
        told = [f"{each.json_path}: {each.message[:300]}" for each in errors]
        return "; ".join(told) or None


def _with_ids_as_text(body: Any) -> Any:
    """Write the ids of a reply as text: Discord takes the numbers of its libraries, too."""
    named = body.get("message_reference") if isinstance(body, dict) else None
    if not named:
        return body
    ids = {name: str(value) for name, value in named.items() if name.endswith("_id")}
    return {**body, "message_reference": {**named, **ids}}


def _deepest(error: ValidationError) -> ValidationError:
    """Find the most telling part: of a union's kinds, the one that is meant."""
    context = error.context or []
    others = {each.schema_path[0] for each in context if [*each.relative_path] == ["type"]}
    meant = [each for each in context if each.schema_path[0] not in others] or context
    parts = [_deepest(each) for each in meant]
    return max(parts, key=lambda each: len(each.absolute_path), default=error)


@cache
def contract() -> Contract | None:
    """Read the description that AIRQUOTE_CONTRACTS has, once; None where there is none."""
    folder = os.environ.get("AIRQUOTE_CONTRACTS")
    if not folder:
        return None
    path = Path(folder) / "discord-openapi.json"
    return Contract(json.loads(path.read_text(encoding="utf-8")))
