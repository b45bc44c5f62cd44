"""What the local Discord refuses, beside what Discord's own description of its API says."""

from typing import Any

import pytest

from tests.fakes.discord.contract import contract
from tests.fakes.discord.message_rules import message_problems
from tests.fakes.discord.rules import command_problems, problems

BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
LINK = {"type": 2, "style": 5, "label": "Go", "url": "https://example.org"}
TEXT = {"type": 10, "content": "Hello"}
V2 = 1 << 15


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": [*parts]}


def v2(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"flags": V2, "components": [*parts], **more}


def embed(**about: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "A", **about}]}


MESSAGES: dict[str, dict[str, Any]] = {
    "unknown key colour": {"content": "a", "colour": 1},
    "over 2000 characters": {"content": "a" * 2001},
    "the message is empty": {"content": ""},
    "parse is not": {"content": "a", "allowed_mentions": {"parse": ["users"]}},
    "over 6000 characters together": {"embeds": [{"description": "a" * 3001}] * 2},
    "field is empty": embed(fields=[{"name": "a", "value": " "}]),
    "nowhere is no URL": embed(url="nowhere"),
    "unknown key text in an embed": embed(text="a"),
    "only the first embed": {"embeds": [{"title": "a", "url": "https://a.org"}] * 2},
    "do not mix": v2(TEXT, content="a"),
    "needs the flag": {"components": [TEXT]},
    "over 4000 characters": v2({**TEXT, "content": "a" * 2001}, {**TEXT, "content": "a" * 2000}),
    "41 components": v2(*[TEXT] * 41),
    "custom_id go is used twice": v2(row(BUTTON, BUTTON)),
    "link button has no custom_id": v2(row({**LINK, "custom_id": "a"})),
    "ftp://a is no URL": v2(row({**LINK, "url": "ftp://a"})),
    "only a link button has an url": v2(row({**BUTTON, "url": "https://a.org"})),
    "needs a custom_id": v2(row({**BUTTON, "custom_id": None})),
    "a button shows nothing": v2(row({**BUTTON, "label": None})),
    "over 5 buttons": v2(row(*({**BUTTON, "custom_id": str(n)} for n in range(6)))),
    "over 5 rows": {"content": "a", "components": [row({**LINK}) for _ in range(6)]},
    "a text is empty": v2({**TEXT, "content": " "}),
    "unknown key colour in component 17": v2({"type": 17, "colour": 1, "components": [TEXT]}),
    "no file is called a.png": v2({"type": 13, "file": {"url": "attachment://a.png"}}),
    "is there twice": v2(
        row({"type": 3, "custom_id": "a", "options": [{"label": "a", "value": "a"}] * 2})
    ),
}

COMMAND = {"name": "search", "type": 1, "description": "Search"}
OPTION = {"name": "words", "type": 3, "description": "Words"}


def option(**about: Any) -> dict[str, Any]:
    return {**COMMAND, "options": [{**OPTION, **about}]}


COMMANDS: dict[str, list[dict[str, Any]]] = {
    "'Search' is no name": [{**COMMAND, "name": "Search"}],
    "'se arch' is no name": [option(name="se arch")],
    "search has no description": [{**COMMAND, "description": ""}],
    "Find has a description": [{**COMMAND, "name": "Find", "type": 3}],
    "choices and autocomplete": [option(choices=[{"name": "a", "value": "a"}], autocomplete=True)],
    "required option after another": [
        {**COMMAND, "options": [OPTION, {**OPTION, "name": "b", "required": True}]}
    ],
    "words is there twice": [{**COMMAND, "options": [OPTION, OPTION]}],
    "command search is there twice": [COMMAND, COMMAND],
    "unknown key discription": [{**COMMAND, "discription": "a"}],
    "unknown key min in search": [option(min=1)],
    "xx is no locale": [{**COMMAND, "description_localizations": {"xx": "a"}}],
    "mixes subcommands": [{**COMMAND, "options": [OPTION, {**OPTION, "name": "b", "type": 1}]}],
    "not 1 to 100": [option(choices=[{"name": "a" * 101, "value": "a"}])],
    "over 8000": [
        option(choices=[{"name": f"{n:0100}", "value": f"{n:0100}"} for n in range(25)])
        | {"options": [{**OPTION, "name": f"o{n}", "choices": [
            {"name": f"{n:0100}", "value": f"{n:0100}"} for n in range(25)]} for n in range(2)]}
    ],
}  # fmt: skip


@pytest.mark.parametrize("problem", MESSAGES)
def test_a_message_that_discord_refuses_is_found(problem: str) -> None:
    body = {"allowed_mentions": {"parse": []}, **MESSAGES[problem]}
    found = message_problems(body, [], None)

    assert len(found) == 1
    assert problem in found[0]


@pytest.mark.parametrize("problem", COMMANDS)
def test_a_command_that_discord_refuses_is_found(problem: str) -> None:
    found = command_problems(COMMANDS[problem])

    assert len(found) == 1
    assert problem in found[0]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"type": 5, "data": {"flags": V2}}, "no flag but EPHEMERAL"),
        ({"type": 8, "data": {"choices": [{"name": "a", "value": "a"}] * 26}}, "over 25 choices"),
        ({"type": 9, "data": {"custom_id": "a", "title": "A", "components": []}}, "1 to 5"),
    ],
)
def test_a_callback_that_discord_refuses_is_found(data: dict[str, Any], problem: str) -> None:
    assert problem in " ".join(problems("create_interaction_response", data, [], None))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (v2(TEXT), "nobody sees the file a.png"),
        ({"content": "a", "attachments": []}, "files[0] is not described"),
    ],
)
def test_a_file_that_gets_lost_is_found(body: dict[str, Any], problem: str) -> None:
    body = {**body, "allowed_mentions": {"parse": []}}

    assert message_problems(body, ["a.png"], None) == [problem]


EDITS: dict[str, dict[str, Any]] = {
    "the message is empty": {"content": ""},
    "Components V2 and embeds do not mix": v2(TEXT),
}


@pytest.mark.parametrize("problem", EDITS)
def test_an_edit_that_discord_refuses_is_found(problem: str) -> None:
    before = {"content": "a", "flags": 0, "embeds": [{"title": "a"}] * ("V2" in problem)}
    body = {"content": "", "allowed_mentions": {"parse": []}, **EDITS[problem]}

    assert message_problems(body, [], before) == [problem]


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        ({"label": "a" * 81}, "accessory.label: "),
        ({"custom_id": "a" * 101}, "accessory.custom_id: "),
    ],
)
def test_a_limit_of_discords_description_is_found(button: dict[str, Any], problem: str) -> None:
    if contract() is None:
        pytest.skip("AIRQUOTE_CONTRACTS is not set: no description of the API here")
    section = {"type": 9, "components": [TEXT], "accessory": {**BUTTON, **button}}
    body = v2({"type": 17, "components": [TEXT, section]}, allowed_mentions={"parse": []})
    (found,) = problems("create_interaction_response", {"type": 4, "data": body}, [], None)

    assert found.startswith(f"$.data.components[0].components[1].{problem}")
